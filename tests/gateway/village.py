"""A compound on WeChat: its folder, its gateway, its people, and the real bot."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from tests.gateway.gateway import KEY, ME, RealGateway
from tests.live.process import Linli, until

OWNERS, STAFF = "19001@chatroom", "19002@chatroom"
AUNT, WANG, ZHOU = "wxid_aunt", "wxid_wang", "wxid_zhou"

_CONFIG = """
mode = "live"
[compound]
name = "春晖苑"
buildings = ["1-12"]
phone = "0100-8000000"
run_by = "业委会"
contact = "周老师"
[groups]
owners = [{{platform = "wechat", chat = "{owners}", name = "业主群"}}]
staff = {{platform = "wechat", chat = "{staff}", name = "工作群"}}
[wechat]
endpoint = "127.0.0.1:{port}"
token = "{key}"
chat_gap_seconds = 0
overall_gap_seconds = 0
[hours]
quiet_from = "03:00"
quiet_to = "03:00"
"""
_ROSTER = """网格,楼栋,职责,姓名,电话
一网格,1-12栋,网格员,老李,
一网格,1-12栋,物业维修,王师傅,
,全部,物业经理,丁经理,
,全部,业委会,周老师,
"""


class Village:
    """What the tests on WeChat live in."""

    def __init__(self, folder: Path, gateway: RealGateway) -> None:
        self.gateway = gateway
        self.config = folder / "config.toml"
        self.config.write_text(
            _CONFIG.format(owners=OWNERS, staff=STAFF, port=gateway.port, key=KEY), encoding="utf-8"
        )
        self.config.chmod(0o600)
        (folder / "roster.csv").write_text(_ROSTER, encoding="utf-8-sig")
        self.bot = Linli(self.config)

    def moves_in(self) -> None:
        """People and rooms, as a gateway that has just started does not know them."""
        do = self.gateway.do
        do("contact", id=AUNT, name="张阿姨")
        do("contact", id=WANG, name="王师傅", friend=False)
        do("contact", id=ZHOU, name="周老师", friend=True)
        do(
            "room",
            id=OWNERS,
            topic="春晖苑业主群",
            members={AUNT: "3-2-501 王姐", WANG: "", ZHOU: "", ME: ""},
        )
        do("room", id=STAFF, topic="春晖苑工作群", members={WANG: "", ZHOU: "", ME: ""})

    def says(self, who: str, text: str, room: str | None = OWNERS) -> str:
        """Somebody writes: into a room, or to the account alone."""
        message: str = self.gateway.do("say", **{"from": who}, room=room, text=text)["message"]
        return message

    def hears(self, where: str, part: str) -> str:
        """Wait until the account has said something in a conversation; returns all of it."""
        found = until(lambda: [text for text in self.heard(where) if part in text], f"{part!r} in {where}")
        words: str = found[-1]
        return words

    def heard(self, where: str) -> list[str]:
        """Everything that the account has said in a conversation."""
        return [one["text"] for one in self.gateway.sent(where) if "text" in one]

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        path = self.config.parent / "var" / "linli.sqlite3"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as conn:
            found = conn.execute(question).fetchall()
        conn.close()
        return found

    def bind(self) -> None:
        """周老师 with the printed code, 王师傅 by a friend request with an invitation."""
        code = self.bot.says("第一位业委会成员").split("/start ")[1].split("（")[0]
        self.says(ZHOU, f"/start {code}", room=None)
        self.hears(ZHOU, "周老师")
        self.says(ZHOU, "邀请 王师傅", room=None)
        code = self.hears(ZHOU, "/绑定 b").split("/绑定 ")[1].split()[0]
        self.gateway.do("befriend", id="f-wang", contact=WANG, hello=f"我是王师傅 {code}")
        until(lambda: {"accepted": WANG} in self.gateway.sent(), "a friend")
        self.hears(WANG, "王师傅")
