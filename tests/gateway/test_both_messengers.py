"""One compound on both messengers: said on WeChat, worked on through Telegram, told on WeChat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.classify.segment import Segmenter
from tests.gateway.gateway import KEY, ME, RealGateway, started
from tests.gateway.village import AUNT, OWNERS
from tests.live.compound import Compound, found, nearby, text_of
from tests.live.process import Linli, until

pytestmark = pytest.mark.slow


@pytest.fixture
def gateway() -> Iterator[RealGateway]:
    """A gateway whose account is in the owners' room."""
    with started() as gateway:
        gateway.do("contact", id=AUNT, name="张阿姨")
        gateway.do("room", id=OWNERS, topic="春晖苑业主群", members={AUNT: "3-2-501 王姐", ME: ""})
        yield gateway


@pytest.fixture
def compound(tmp_path: Path, gateway: RealGateway) -> Iterator[Compound]:
    """A compound whose workers are on Telegram and one of whose owners' groups is on WeChat."""
    words = tmp_path / "words"
    words.mkdir()
    Segmenter(words)
    with nearby() as server:
        compound = found(tmp_path / "linli", server, words)
        text = compound.config.read_text(encoding="utf-8")
        text = text.replace("owners = [", f'owners = [{{platform = "wechat", chat = "{OWNERS}"}}, ')
        text += (
            f'\n[wechat]\nendpoint = "127.0.0.1:{gateway.port}"\ntoken = "{KEY}"\n'
            "chat_gap_seconds = 0\noverall_gap_seconds = 0\n"
        )
        compound.config.write_text(text, encoding="utf-8")
        compound.bind()
        yield compound


@pytest.mark.parametrize("crosses", [False, True])
def test_a_matter_crosses_and_its_person_only_where_that_is_allowed(
    compound: Compound, gateway: RealGateway, crosses: bool
) -> None:
    if crosses:
        text = compound.config.read_text(encoding="utf-8")
        compound.config.write_text(f"{text}\n[privacy]\ncross_border = true\n", encoding="utf-8")
    worker = compound.people["王师傅"]
    with Linli(compound.config) as bot:
        bot.start().says("微信已登录")
        bot.says("listening from update")
        gateway.do("say", **{"from": AUNT}, room=OWNERS, text="3栋电梯又坏了，我住501")
        card = compound.shows(worker, "#1")
        assert "电梯" in text_of(card)
        assert "3栋" in text_of(card)
        assert ("王姐" in text_of(card)) is crosses
        assert ("501" in text_of(card)) is crosses

        compound.press(worker, card, "接单")
        compound.press(worker, compound.shows(worker, "已接单"), "办结")
        compound.tells(worker, "已重启")
        until(lambda: any("已办结" in one.get("text", "") for one in gateway.sent(OWNERS)), "told on WeChat")
        gateway.do("say", **{"from": AUNT}, room=OWNERS, text="已解决")
        until(lambda: compound.rows("select 1 from tickets where state = 'closed'"), "closed")
        said = " ".join(one.get("text", "") for one in gateway.sent(OWNERS))
        assert "501" not in said
        assert bot.stop() == 0
