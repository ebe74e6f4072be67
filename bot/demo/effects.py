"""What is new on the screen: the same thing in several chats once, a changed message by what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.demo.stage import Moment, in_group
from bot.domain.messages import Address, Buttons
from bot.logs import neutral
from bot.platforms.console import Act

Labels = tuple[tuple[str, ...], ...]
"""Buttons by what is written on them, row by row."""

NUMBER = re.compile(r"#\d+")
_GUESSED = re.compile(r"-[0-9a-f]{16}(?=\.)")
_SAYS_LITTLE = ("#", "状态：", "另有 ")
"""How the lines of a card begin that tell nothing which the group's line does not tell."""


@dataclass(slots=True, eq=False)
class Effect:
    """One thing to be drawn."""

    at: datetime
    act: Act
    lines: tuple[str, ...]
    labels: Labels
    chats: list[Address]
    mentions: tuple[str, ...] = ()
    pinned: bool = False
    photo: bool = False
    """It shows a photo that was not there before."""


@dataclass(slots=True)
class Showing:
    """What every message of the bot's shows, so that a change can be told by what is new in it."""

    _stands: dict[tuple[str, str], tuple[tuple[str, ...], Labels, str | None]] = field(default_factory=dict)

    def news(self, moments: Iterable[Moment]) -> list[Effect]:
        """What is new on the screen; the same thing in several chats is one effect with all of them."""
        found: dict[object, Effect] = {}
        for moment in moments:
            shown = moment.shown
            where = (shown.chat.chat, shown.message)
            if shown.act is Act.PIN:
                for effect in found.values():
                    effect.pinned = effect.pinned or (shown.chat in effect.chats and effect.act is Act.SAY)
                continue
            # What keeps a file's name from being guessed tells a reader nothing.
            words = _GUESSED.sub("", shown.text) if shown.act is Act.FILE else shown.text
            lines, labels = tuple(neutral(words, lines=True).splitlines()), _labels(shown.buttons)
            old_lines, old_labels, old_photo = self._stands.get(where, ((), (), None))
            self._stands[where] = (lines, labels, shown.photo)
            photo = shown.photo not in (None, old_photo)
            if shown.act is Act.EDIT:
                head = NUMBER.search(lines[0]) if lines else None
                lines = tuple(line for line in lines if line not in old_lines)
                labels = _fresh(labels, old_labels)
                if not lines and not labels and not photo:
                    continue
                if head and not any(head[0] in line for line in lines):
                    lines = (head[0], *lines)
            together = in_group(shown.chat) and shown.act is not Act.EDIT
            key = (moment.at, shown.act, lines, labels, photo, together)
            if key in found:
                found[key].chats.append(shown.chat)
            else:
                names = tuple(account.name for account in shown.mentions)
                found[key] = Effect(moment.at, shown.act, lines, labels, [shown.chat], names, photo=photo)
        return _in_step(list(found.values()))


def _in_step(effects: list[Effect]) -> list[Effect]:
    """All cards of a ticket change together: where the group's line says it all, the others are named behind it."""
    kept: list[Effect] = []
    for effect in sorted(effects, key=lambda e: e.act is Act.EDIT and not in_group(e.chats[0])):
        little = effect.act is Act.EDIT and not effect.photo
        little = little and all(line.startswith(_SAYS_LITTLE) for line in effect.lines)
        number = NUMBER.search(effect.lines[0]) if little and effect.lines else None
        leading = next((e for e in kept if number and _leads(e, effect.at, number[0])), None)
        if leading is not None:
            leading.chats += effect.chats
        else:
            kept.append(effect)
    return sorted(kept, key=effects.index)


def _leads(effect: Effect, at: datetime, number: str) -> bool:
    said = NUMBER.search(effect.lines[0]) if effect.lines else None
    return effect.act is Act.EDIT and effect.at == at and said is not None and said[0] == number


def _labels(buttons: Buttons) -> Labels:
    return tuple(tuple(neutral(button.label, 40) for button in row) for row in buttons)


def _fresh(labels: Labels, old: Labels) -> Labels:
    """The buttons that were not there before."""
    before = {label for row in old for label in row}
    rows = (tuple(label for label in row if label not in before) for row in labels)
    return tuple(row for row in rows if row)


def alike(one: Effect, other: Effect) -> bool:
    """Whether a long card says mostly what another one has just said."""
    shared = sum(line in other.lines for line in one.lines)
    together = one.act is other.act is Act.SAY and one.at == other.at
    return together and len(one.lines) > 2 and shared * 2 >= len(one.lines)
