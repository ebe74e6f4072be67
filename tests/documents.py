"""The tables of the documents that are made from the code: ``python -m tests.documents`` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bot.domain.permissions import PERSONS_ON_REQUEST, SEES, SEES_CONFIDENTIAL, Audience, Fact, Right
from bot.texts import load_texts
from handlers.commands.table import COMMANDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "README.zh-CN.md")

_BLOCK = re.compile(r"(<!-- made from the code: ([a-z-]+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)

ENGLISH: dict[str, str] = {
    "tickets": "lists tickets: open, late, mine, closed; by building or topic",
    "ticket": "a ticket's whole diary",
    "why": "which words and rules made it what it is",
    "accept": "take a ticket on",
    "done": "solved; say in a line how",
    "pause": "put off, with a reason and until when",
    "decline": "not ours: say why and whose it is",
    "assign": "give it to somebody",
    "refer": "hand it to a department outside: number, day of the follow-up; asks for what is missing",
    "answered": "what the department answered: the ticket goes on",
    "referrals": "what waits for a department, and how long",
    "handover": "hand tickets over to a colleague, who takes them with one tap",
    "duty": "who is on duty today and this week, who is away, where nobody is",
    "leave": "leave: from, to, stand-in; the committee for anybody",
    "back": "take leave or a swap back",
    "swap": "swap shifts with a colleague, who agrees with one tap",
    "reopen": "open a ticket again",
    "merge": "make two tickets one",
    "unmerge": "undo that",
    "reclass": "correct kind or topic; 闲聊 means that it is no matter at all",
    "mediate": "a dispute between neighbours becomes confidential: only mediators and the committee see it",
    "arrive": "on site",
    "resume": "go on with what was put off",
    "falsealarm": "false alarm: stops it everywhere",
    "release": "let a held-back ticket pass",
    "solved": "the reporter confirms",
    "unsolved": "the reporter does not: it is opened again",
    "withdraw": "take back what one has reported",
    "new": "file for a neighbour without a phone",
    "stats": "figures of today, a week, a month",
    "export": "a workbook, sent in private",
    "rates": "the three rates: response, solved, satisfied",
    "ignore": "do not file an account's messages for a while",
    "start": "begin to talk in private",
    "whoami": "who I am to the bot",
    "bind": "bind one's account with an invitation's code",
    "unbind": "give up the binding",
    "invite": "a one-time link and QR code for somebody of the roster",
    "rebind": "a new account for somebody who changed theirs",
    "unbound": "who cannot be reached yet",
    "roster": "grids, duties, phones, bindings",
    "help": "which commands there are and how they are written",
    "privacy": "what is kept; opt out; be forgotten",
    "status": "how the bot is",
    "mode": "listening or live",
    "mute": "silence in the owners' groups for a while",
    "unmute": "the end of it",
    "plan": "what will be done about a complex matter, and by when",
    "severity": "how grave a matter is; what gives more time needs the committee's assent",
    "late": "what is late and why, what stands still and why",
    "holiday": "days on which the compound works or rests, whatever the calendar says",
    "rules": "the compound's own rules: proposals from corrections, accept, undo, invented examples",
    "reload": "read configuration, roster, rules and festivals again",
    "notices": "notices that hold",
    "festivals": "the next festivals",
    "announce": "an announcement: preview first, now or at a time",
}
"""The commands for readers of English; what the bot itself says of them is in the catalogue."""

_WHO = {
    Right.ANYBODY: ("everybody", "大家"),
    Right.STAFF: ("staff", "工作人员"),
    Right.COMMITTEE: ("committee", "业委会"),
}
_AUDIENCES = {
    Audience.WORKER: ("worker in charge", "负责的人"),
    Audience.COMMITTEE: ("committee", "业委会"),
    Audience.STAFF_GROUP: ("staff group", "工作群"),
    Audience.OWNERS_GROUP: ("owners' group", "业主群"),
    Audience.REPORTER: ("the reporter, in private", "报修人本人（私下）"),
    Audience.SUPERVISION: ("supervision group", "监督群"),
}
_FACTS = {
    Fact.MATTER: ("kind, topic, building, state", "类别、主题、楼栋、进度"),
    Fact.WORDS: ("the resident's own words and photo", "居民的原话和照片"),
    Fact.PERSONS: ("who reported it, phone, room; whom it is about", "谁报的、电话、房号；说的是哪一家"),
}


_SECTIONS = {
    "": ("listening or live", "试听还是正式"),
    "compound": (
        "the compound: buildings, places, duty phone, who runs the bot",
        "小区：楼栋、地点、值班电话、谁来运行",
    ),
    "groups": ("which chats are whose", "有哪些群"),
    "telegram": ("the account, a proxy, a Bot API server of one's own", "机器人账号、代理、自建的服务器"),
    "wechat": ("the gateway and the account", "微信网关和账号"),
    "database": ("SQLite file or PostgreSQL", "SQLite 文件或 PostgreSQL"),
    "files": ("roster, own rules, own festivals, photos", "名册、自己的规则、自己的节日、照片"),
    "hours": (
        "quiet hours, working hours, when the morning list comes",
        "安静时段、上班时间、早上几点发清单",
    ),
    "clocks": (
        "the stages' minutes per severity, topic and role; the ladder's",
        "各级、各主题、各职责的接单、到场、方案、办结时限，一级级上报隔多久",
    ),
    "promises": ("what is measured and enforced", "做得到、会催的时限"),
    "limits": ("floods and large photos", "刷屏和大照片"),
    "keep": ("how long what is kept", "什么保存多久"),
    "privacy": ("what may cross the border", "哪些可以出境"),
    "routing": ("who comes first, who is told next", "先找谁，没人接再报给谁"),
}
_OWN = frozenset({"compound", "groups"})
"""Sections whose example values are an invented compound's and no defaults."""


def commands(chinese: bool) -> str:
    """Every command, in the order of help."""
    texts = load_texts()
    chinese_head, english_head = (
        ("命令", "中文说法", "谁能用", "做什么"),
        ("command", "中文", "who", "what it does", "说明"),
    )
    rows: list[tuple[str, ...]] = [chinese_head if chinese else english_head]
    for command in COMMANDS:
        words = " ".join(f"`/{alias}`" for alias in command.aliases)
        who = _WHO[command.needs][chinese]
        does = texts(f"command.{command.name}.does")
        what = (does,) if chinese else (ENGLISH[command.name], does)
        rows.append((f"`/{command.name}`", words, who, *what))
    return _table(rows)


def sees(chinese: bool) -> str:
    """Who sees what of a ticket."""
    rows: list[tuple[str, ...]] = [("", *(names[chinese] for names in _AUDIENCES.values()))]
    for fact, names in _FACTS.items():
        rows.append((names[chinese], *(_cell(audience, fact, chinese) for audience in _AUDIENCES)))
    confided = tuple(_confided(audience, chinese) for audience in _AUDIENCES)
    rows.append((("a dispute in mediation", "保密调解的事项")[chinese], *confided))
    return _table(rows)


def _confided(audience: Audience, chinese: bool) -> str:
    if not SEES_CONFIDENTIAL[audience]:
        return ("its number", "只有编号")[chinese]
    if audience is Audience.WORKER:
        return ("mediators alone", "只有调解员")[chinese]
    if audience is Audience.COMMITTEE:
        return ("in private", "只在私聊里")[chinese]
    return ("their own words", "自己说过的话")[chinese]


def _cell(audience: Audience, fact: Fact, chinese: bool) -> str:
    if fact in SEES[audience]:
        return "✓"
    if fact is Fact.WORDS and Fact.WORDS_WITHOUT_PERSONS in SEES[audience]:
        return ("words, persons blotted out", "去掉个人信息的原话")[chinese]
    if fact is Fact.PERSONS and audience in PERSONS_ON_REQUEST:
        return ("on request, logged", "要看时点开，留记录")[chinese]
    return "–"


def settings(chinese: bool) -> str:
    """Every section of the configuration, with the defaults that are numbers, times or roles."""
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    head = ("小节", "管什么", "设置（默认值）") if chinese else ("section", "about", "settings (defaults)")
    rows: list[tuple[str, ...]] = [head]
    for section, found in _settings(example).items():
        name = f"`[{section}]`" if section else ("最上面" if chinese else "on top")
        rows.append((name, _SECTIONS[section][chinese], " ".join(dict.fromkeys(found))))
    return _table(rows)


def _settings(example: str) -> dict[str, list[str]]:
    """Section → its settings as a table shows them; what is commented out in the example is a setting too."""
    found: dict[str, list[str]] = {"": []}
    section = ""
    for line in example.splitlines():
        if opened := re.match(r"#?\[+([a-z]+)(?:\.(\w+))?\]+$", line):
            section = opened[1]
            found.setdefault(section, []).extend([f"`{opened[2]}`"] if opened[2] else [])
        elif setting := re.match(r"#?(\w+) = (\[.*\]|\d+|\"\d\d:\d\d\"|\"listen\")?", line):
            told = setting[2] if section not in _OWN and not line.startswith("#") else None
            found[section].append(f"`{setting[1]} = {told}`" if told else f"`{setting[1]}`")
    return found


BLOCKS: dict[str, Callable[[bool], str]] = {"commands": commands, "who-sees-what": sees, "settings": settings}
"""What may stand between ``<!-- made from the code: NAME -->`` and ``<!-- /NAME -->``."""


def filled(text: str, *, chinese: bool) -> str:
    """A document with its tables made new. Raises KeyError for a block that nothing makes."""
    return _BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]](chinese)}\n{found[3]}", text)


def blocks(text: str) -> tuple[str, ...]:
    """The names of the blocks in a document."""
    return tuple(found[2] for found in _BLOCK.finditer(text))


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def main() -> None:
    """Write the tables of all documents."""
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8"), chinese="zh" in name), encoding="utf-8")


if __name__ == "__main__":
    main()
