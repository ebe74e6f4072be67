"""Promise: lists of what is late keep departments in mind and what is in mediation to themselves."""

from __future__ import annotations

from tests.town import STAFF, SUPERVISION, Town


def _since(town: Town, mark: int, *names: str) -> str:
    return "\n".join(s.text for s in town.shown[mark:] if s.chat.chat in names)


def test_what_is_late_of_a_mediation_is_told_to_who_may_know_and_not_to_supervisors(town: Town) -> None:
    town.says("秀英", "3栋2单元501老王家天天半夜装修，噪音太大，吵得睡不着")
    town.tells("王主任", "/mediate 1")
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    town.wait(days=2)
    mark = len(town.shown)
    for name in ("冯书记", "王主任"):
        town.says(name, "/late", in_chat=STAFF)
        town.tells(name, "/late")
    town.until(9)

    assert "#2" in _since(town, 0, SUPERVISION.chat)
    assert "#1" not in _since(town, mark, SUPERVISION.chat, STAFF.chat, "冯书记")
    assert "#1 专人跟进" in _since(town, mark, "王主任")


def test_what_a_department_owes_an_answer_to_is_listed_without_its_number_there(town: Town) -> None:
    town.says("秀英", "3栋电梯坏了，已经停了两天")
    town.presses("王师傅", "接单")
    town.tells("王主任", "/refer 1 燃气 单号 7788 明天")
    town.wait(days=3)
    town.heard_by("王主任")
    town.tells("王主任", "/tickets 超时")
    assert "#1" in town.heard_by("王主任")[-1]
    town.tells("王主任", "/late")

    assert "#1 电梯·3栋 已等 3 天，该回访了" in town.heard_by("王主任")[-1]
    (digest, *_) = town.heard_in(SUPERVISION)
    assert "该回访了" in digest
    assert "7788" not in digest
