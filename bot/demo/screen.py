"""How a day looks on a terminal: a coloured gutter per chat, cards as compact blocks, changes as one dim line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from bot.demo.effects import NUMBER, Effect, Labels, Showing, alike
from bot.demo.folding import fold, packed
from bot.demo.stage import Moment
from bot.domain.messages import Address
from bot.logs import neutral
from bot.platforms.console import Act
from bot.texts import Texts

_LABEL = 10
"""Cells of a chat's name."""
_GUTTER = _LABEL + 9
"""Cells before a row's words: the time, the chat, the bar."""
_CARD = 7
"""Cells of a card's edge, with the bot's name before it."""
_MOST_NAMES = 5
"""Names of chats that got the same card, before the rest is counted."""

_DIARY = re.compile(r"\d\d:\d\d ")

_PRIVATE, _BOT, _RESIDENT, _STAFF = "cyan", "bold green", "bold", "bold yellow"


@dataclass(frozen=True, slots=True)
class Speech:
    """What a person did: wrote, edited, sent a photo, pressed a button."""

    at: datetime
    chat: Address
    who: str
    text: str
    id: str
    """The message's or the press's."""
    photo: bool = False
    edited: bool = False
    replies: bool = False
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and where: the names and colours of chats, the duties of people."""

    zone: tzinfo
    chats: Mapping[str, tuple[str, str]]
    """Group → (its short name, its colour)."""
    roles: Mapping[str, str]
    """Person of the roster → duty."""

    def label(self, chat: Address, texts: Texts) -> str:
        """What a chat is called on the screen."""
        found = self.chats.get(chat.chat)
        return found[0] if found else texts("demo.private", name=neutral(chat.chat, 12))

    def colour(self, chat: Address) -> str:
        """A chat's colour."""
        found = self.chats.get(chat.chat)
        return found[1] if found else _PRIVATE


@dataclass(slots=True)
class Screen:
    """Shows what people do and what the bot makes of it."""

    console: Console
    width: int
    cast: Cast
    texts: Texts
    pause: Callable[[int], None] = lambda _lines: None
    """Called after so many lines, for whoever wants to follow."""
    _showing: Showing = field(default_factory=Showing)
    _choices_seen: set[Labels] = field(default_factory=set)
    _time: str = ""

    def title(self, text: str) -> None:
        """The head of a scene."""
        line = f"── {text} "
        self._out(Text(), Text(line + "─" * max(self.width - cell_len(line), 2), style="bold"))
        self._time = ""

    def note(self, text: str) -> None:
        """A word to the newcomer."""
        self._out(*(Text("   ") + row for row in fold(Text(text, style="dim italic"), self.width - 3)))

    def plain(self, text: Text | str) -> None:
        """Lines that belong to no chat."""
        self._out(*fold(Text(text) if isinstance(text, str) else text, self.width))

    def happened(self, speeches: Sequence[Speech], moments: Sequence[Moment]) -> None:
        """What people did together, and everything that came of it."""
        beside: dict[tuple[str, str], list[str]] = {(s.chat.chat, s.id): [] for s in speeches}
        rest: list[Moment] = []
        for moment in moments:
            where = (moment.shown.chat.chat, moment.shown.message)
            if moment.shown.act in (Act.REACT, Act.TOAST) and where in beside:
                beside[where].append(neutral(moment.shown.text))
            else:
                rest.append(moment)
        for speech in speeches:
            self._speech(speech, beside[speech.chat.chat, speech.id])
        effects = self._showing.news(rest)
        for index, effect in enumerate(effects):
            self._effect(effect, effects[:index])

    # -- people ----------------------------------------------------------------------------------------

    def _speech(self, speech: Speech, beside: Sequence[str]) -> None:
        role = self.cast.roles.get(speech.who, "")
        who = Text(f"{role}{neutral(speech.who, 20)}", style=_STAFF if role else _RESIDENT)
        said = neutral(speech.text, 2000, lines=True)
        if speech.pressed:
            body = who + Text(self.texts("demo.presses", label=said))
            body.append("".join(f" → {answer}" for answer in beside if answer), style="dim")
        else:
            marks = (
                ("demo.replies", speech.replies),
                ("demo.edits", speech.edited),
                ("demo.photo", speech.photo),
            )
            before = "".join(self.texts(key) for key, there in marks if there)
            body = who + Text("：") + Text(before, style="dim") + Text(said)
            body.append("".join(f"  {emoji}" for emoji in beside))
        self._put(speech.at, speech.chat, [body])

    # -- the bot ---------------------------------------------------------------------------------------

    def _effect(self, effect: Effect, before: Sequence[Effect]) -> None:
        if effect.act in (Act.TOAST, Act.REACT):
            self._put(
                effect.at,
                effect.chats[0],
                [Text(self._say("demo.aside", "".join(effect.lines)), style="dim")],
            )
            return
        also = [self._label(chat) for chat in effect.chats[1:]]
        if effect.act is Act.EDIT:
            line = self._say("demo.changed", " ".join(effect.lines))
            if effect.photo:
                line += self.texts("demo.photo_shown")
            rows = [Text(line + _row_of(effect.labels), style="dim")]
            if also:
                rows[0].append(self._say("demo.with", self._named(also)))
        else:
            rows = self._block(effect, before)
            if also:
                rows.append(Text(self._say("demo.also", self._named(also)), style="dim"))
        self._put(effect.at, effect.chats[0], rows)

    def _named(self, chats: Sequence[str]) -> str:
        more = self._say("demo.many", len(chats)) if len(chats) > _MOST_NAMES else ""
        return "、".join(chats[:_MOST_NAMES]) + more

    def _block(self, effect: Effect, before: Sequence[Effect]) -> list[Text]:
        """A message of the bot's: one line, or a block; a card like one just shown is only told apart from it."""
        lines = [Text(line) for line in effect.lines]
        like = next((other for other in before if alike(effect, other)), None)
        if effect.act is Act.FILE:
            lines = [Text(self._say("demo.file", " ".join(effect.lines)))]
        elif like is not None:
            lines = [Text(line) for line in effect.lines if line not in like.lines or line == effect.lines[0]]
            heads = {_head(line) for line in effect.lines}
            gone = [_head(line) for line in like.lines[1:] if _head(line) not in heads]
            missing = "、".join(self.texts("demo.words") if head == "“" else head for head in gone)
            lines.append(Text(self._say("demo.like" if missing else "demo.same", missing), style="dim"))
        elif effect.labels:
            if NUMBER.match(effect.lines[0]) and not any(map(_DIARY.match, effect.lines)):
                width = self.width - _GUTTER - _CARD
                lines = [lines[0], *(Text(row) for row in packed(effect.lines[1:], width))]
            lines.append(Text(self._choices(effect.labels), style="cyan"))
        if lines and effect.mentions:
            lines[0].append("".join(f" @{name}" for name in effect.mentions), style="cyan")
        if lines and effect.photo:
            lines[0].append(self.texts("demo.photo_shown"), style="dim")
        if lines and effect.pinned:
            lines[0].append(self.texts("demo.pinned"), style="dim")
        if lines and "🚨" in lines[0].plain:
            lines[0].stylize("bold red")
        name = Text(self.texts("demo.bot"), style=_BOT)
        if len(lines) == 1:
            return [name + Text("：") + lines[0]]
        rows = [row for line in lines for row in fold(line, self.width - _GUTTER - _CARD)]
        edges = ["┌", *["│"] * (len(rows) - 2), "└"]
        blank = Text(" " * cell_len(name.plain))
        return [
            (blank if index else name) + Text(f" {edge} ", style="green") + row
            for index, (edge, row) in enumerate(zip(edges, rows, strict=True))
        ]

    def _choices(self, labels: Labels) -> str:
        """A card's buttons, all of them the first time only."""
        known = labels in self._choices_seen
        self._choices_seen.add(labels)
        short = known and len(labels) > 1
        return _row_of(labels[:1] if short else labels).strip() + (" …" if short else "")

    # -- lines -----------------------------------------------------------------------------------------

    def _say(self, key: str, what: object) -> str:
        return self.texts(key, what=what)

    def _label(self, chat: Address) -> str:
        return self.cast.label(chat, self.texts)

    def _put(self, at: datetime, chat: Address, rows: Sequence[Text]) -> None:
        """Rows behind a chat's gutter; the time is told when it changes, the chat in the first row."""
        time = f"{at.astimezone(self.cast.zone):%H:%M}"
        colour = self.cast.colour(chat)
        lines: list[Text] = []
        for row in rows:
            for piece in fold(row, self.width - _GUTTER):
                first = not lines
                line = Text(time if first and time != self._time else "     ", style="dim")
                label = set_cell_size(self._label(chat) if first else "", _LABEL)
                line = (
                    line + Text(" ") + Text(label, style=f"bold {colour}") + Text(" ┃ ", style=colour) + piece
                )
                lines.append(line)
        self._time = time
        self._out(*lines)

    def _out(self, *lines: Text) -> None:
        for line in lines:
            line.rstrip()
            # Folded already: rich would break Chinese text at its few spaces.
            self.console.print(line, soft_wrap=True, highlight=False)
        self.pause(len(lines))


def _row_of(labels: Labels) -> str:
    return "".join("  " + " ".join(f"[{label}]" for label in row) for row in labels)


def _head(line: str) -> str:
    """What a line of a card is about: 报修人 of "报修人：张阿姨"."""
    return line.partition("：")[0] if "：" in line[:8] else line[:1]
