"""Typing on after the day, as anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from bot.demo.day import group
from bot.demo.ledger import ledger, show_ledger
from bot.demo.screen import Screen, Speech
from bot.demo.stage import NoSuchButton, Stage, in_group, private
from bot.domain.messages import Address, Press
from bot.domain.people import Role
from bot.logs import neutral
from bot.texts import Texts

_AT = re.compile(r"[@＠]\s*([^\s>＞》@＠:：，,]{1,20})[\s:：，,]*([>＞》])?\s*(.*)", re.DOTALL)
_PRESS = re.compile(r"[按点]\s*[\[【「“]?(.{1,40}?)[\]】」”]?")
_WAIT = re.compile(r"等\s*(\d{1,4})\s*(分钟|分|小时|个小时|天)?")
_UNITS = {"小时": 60, "个小时": 60, "天": 24 * 60}
_LONGEST_WAIT = timedelta(days=3)
_LONGEST = 1000
"""Characters of one line."""

_QUIT = frozenset({"退出", "再见", "/quit", "/exit", "/q", "quit", "exit", "q"})
_HELP = frozenset({"帮助", "?", "？"})
_TABLE = frozenset({"表", "工单表"})
_PHOTO = ("[照片]", "【照片】")


@dataclass(slots=True)
class Talk:
    """What was said last, so that the next line may be short."""

    stage: Stage
    screen: Screen
    texts: Texts
    committee: str
    """As whom a bare command is given."""
    chat: Address | None = None
    who: str = ""

    def take(self, line: str) -> bool:
        """Do what a line says; False for the wish to leave."""
        line = neutral(line, _LONGEST).strip()
        word = line.lower()
        if word in _QUIT:
            return False
        if not line:
            return True
        said, pressed, waited = _AT.fullmatch(line), _PRESS.fullmatch(line), _WAIT.fullmatch(line)
        if word in _HELP:
            self.help()
        elif word in _TABLE:
            show_ledger(self.screen.console, ledger(self.stage), self.texts)
        elif said:
            self._said(said[1], bool(said[2]), said[3].strip())
        elif line[0] in "/／":
            self._says(self.committee, private(self.committee), line)
        elif pressed:
            self._presses(pressed[1], None)
        elif waited:
            self._waits(int(waited[1]) * _UNITS.get(waited[2] or "", 1))
        else:
            self.screen.plain(self.texts("demo.not_understood", line=neutral(line, 40)))
        return True

    def help(self) -> None:
        """What can be typed."""
        self.screen.plain(self.texts("demo.help", committee=self.committee))

    def _said(self, who: str, alone: bool, text: str) -> None:
        if not text:
            self.screen.plain(self.texts("demo.say_what", who=who))
            return
        pressed = _PRESS.fullmatch(text)
        if pressed and text[0] == "按":
            self._presses(pressed[1], who)
            return
        self._says(who, private(who) if alone else group(self.screen.cast, ""), text)

    def _says(self, who: str, chat: Address, text: str) -> None:
        photo = any(mark in text for mark in _PHOTO)
        for mark in _PHOTO:
            text = text.replace(mark, "").strip()
        self.stage.wind(self.stage.clock.now() + timedelta(seconds=5))
        said = self.stage.message(who, text, chat, photo=photo)
        speech = Speech(self.stage.clock.now(), chat, who, text, said.message, photo)
        self.chat, self.who = chat, who
        came = self.stage.arrive(said)
        self.screen.happened([speech], came)
        if not came and in_group(chat):
            self.screen.note(self.texts("demo.silence"))

    def _presses(self, label: str, who: str | None) -> None:
        """The newest button with this label: in that person's chat or the owners' group, else wherever there is one."""
        found = None
        places = [self.chat, None] if who is None else [private(who), self.chat, group(self.screen.cast, "")]
        for place in places:
            try:
                found = self.stage.button(label, place)
                break
            except NoSuchButton:
                continue
        if found is None:
            self.screen.plain(self.texts("demo.no_button", label=neutral(label, 20)))
            return
        chat, message, button = found
        # In a private chat it is its owner who presses; in a group whoever is named, else whoever spoke last.
        presser = who or (self.who if in_group(chat) else chat.chat)
        if not presser:
            self.screen.plain(self.texts("demo.who_presses", label=neutral(label, 20)))
            return
        self.stage.wind(self.stage.clock.now() + timedelta(seconds=5))
        press = self.stage.press(presser, chat, message, button)
        id_ = press.id if isinstance(press, Press) else press.message
        speech = Speech(self.stage.clock.now(), chat, presser, label, id_, pressed=True)
        self.chat, self.who = chat, presser
        self.screen.happened([speech], self.stage.arrive(press))

    def _waits(self, minutes: int) -> None:
        span = min(timedelta(minutes=minutes), _LONGEST_WAIT)
        came = self.stage.wind(self.stage.clock.now() + span)
        self.screen.happened((), came)
        now = self.stage.clock.now().astimezone(self.screen.cast.zone)
        self.screen.note(
            self.texts("demo.waited", day=f"{now.month}月{now.day}日", time=f"{now:%H:%M}", count=len(came))
        )


def talk(stage: Stage, screen: Screen, texts: Texts, ask: Callable[[str], str] | None = None) -> None:
    """Take lines until the user leaves. ``ask`` reads one; it raises EOFError at the end."""
    screen.pause = lambda _lines: None
    here = Talk(stage, screen, texts, _committee(stage))
    here.help()
    if ask is None:
        with suppress(ImportError):
            # With it, input() can erase Chinese characters and remembers earlier lines.
            import_module("readline")
    read = ask or input
    while True:
        try:
            line = read(texts("demo.prompt"))
        except EOFError:
            break
        if not here.take(line):
            break
    screen.plain(texts("demo.bye"))


def _committee(stage: Stage) -> str:
    return next(duty.name for duty in stage.files.roster.duties if duty.role is Role.COMMITTEE)
