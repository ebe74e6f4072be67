"""The real process in a storm: the server's limits are never broken, and what waits for one person comes joined."""

from __future__ import annotations

from tests.live.compound import Compound
from tests.live.conftest import AUNT, Run
from tests.live.process import until

ASKED = 16


def test_many_answers_for_one_person_come_in_few_messages_and_no_limit_is_broken(
    compound: Compound, run: Run
) -> None:
    worker = compound.people["王师傅"]
    compound.server.do("limits", on=True)
    for _ in range(ASKED):
        compound.tells(worker, "/whoami")
    compound.says(AUNT, "3号楼的电梯坏了，停在五楼不动")
    run().ready()
    compound.shows(compound.owners[0], "电梯")
    until(compound.quiet, "everything taken and said", 120)

    answers = [text for text in compound.texts(worker) if "王师傅" in text and "电梯" not in text]
    assert sum(text.count("物业维修") for text in answers) >= ASKED
    assert len(answers) <= ASKED / 2
    refused = [reason for _, reason in compound.server.do("refused")]
    assert not [reason for reason in refused if "Too Many Requests" in reason]
    assert {row.state for row in compound.rows("select state from outbox")} == {"sent"}
    assert {
        row.payload for row in compound.rows("select payload from outbox where payload like '%face%'")
    } == set()
