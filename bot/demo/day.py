"""The written day, ``bot/data/demo_day.toml``: read, played, and every step held to what must come of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources

from bot.demo.screen import Cast, Screen, Speech
from bot.demo.stage import Moment, NoSuchButton, Stage, private
from bot.domain.messages import Address, Cause, Press

_BREATH = timedelta(seconds=5)
"""Between two steps that name no moment."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing somebody does, or a moment to be waited for."""

    at: str = ""
    """``HH:MM``; earlier than the step before means the next day. Empty: at once."""
    who: str = ""
    says: str | None = None
    """In a group (``where``)."""
    tells: str | None = None
    """To the bot alone."""
    press: str = ""
    """A button's label, in ``where`` or in private; under ticket ``of``'s newest message."""
    where: str = ""
    """A group's short name; the first owners' group if empty."""
    of: int | None = None
    key: str = ""
    """A name for this message, so that later steps can edit it or reply to it."""
    edits: str = ""
    replies: str = ""
    photo: bool = False
    together: bool = False
    """Arrives in one batch with the next step, as messages do that are polled together."""
    begins: bool = False
    """The bot says its first words in its groups."""
    expects: tuple[str, ...] = ()
    """Each must stand in something the bot did by this step; without any, it must have done nothing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of the day."""

    title: str
    note: str
    steps: tuple[Step, ...]
    readme: bool
    """Whether the README shows it."""


@dataclass(frozen=True, slots=True)
class Day:
    """The written day."""

    start: datetime
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step, or of several that arrived together."""

    steps: tuple[Step, ...]
    speeches: tuple[Speech, ...]
    moments: tuple[Moment, ...]
    promised: int
    """How many things had to come of it; silence is one."""
    broken: tuple[str, ...]
    """What should have come of it and did not."""


def load_day() -> Day:
    """The day that comes with Linli. Raises TypeError for a key that no step has."""
    source = resources.files("bot") / "data" / "demo_day.toml"
    values = tomllib.loads(source.read_text(encoding="utf-8"))
    scenes = []
    for scene in values["scene"]:
        steps = tuple(Step(**{**step, "expects": tuple(step.get("expects", ()))}) for step in scene["steps"])
        scenes.append(Scene(scene["title"], scene.get("note", ""), steps, bool(scene.get("readme"))))
    return Day(values["start"], tuple(scenes))


def play(day: Day, stage: Stage, screen: Screen) -> Iterator[tuple[Scene, Outcome]]:
    """Play the day step by step on an open stage; the screen shows it."""
    named: dict[str, str] = {}
    for scene in day.scenes:
        screen.title(scene.title)
        if scene.note:
            screen.note(scene.note)
        waiting: list[Step] = []
        for step in scene.steps:
            waiting.append(step)
            if not step.together:
                yield scene, _take(tuple(waiting), stage, screen, named)
                waiting.clear()


def _take(steps: tuple[Step, ...], stage: Stage, screen: Screen, named: dict[str, str]) -> Outcome:
    moments: list[Moment] = []
    causes: list[Cause] = []
    speeches: list[Speech] = []
    for step in steps:
        before = stage.wind(_moment(step, stage))
        screen.happened((), before)
        moments += before
        if step.who:
            try:
                cause, speech = _act(step, stage, screen.cast, named)
            except NoSuchButton:
                return Outcome(steps, (), tuple(moments), 1, (f"[{step.press}]",))
            causes.append(cause)
            speeches.append(speech)
    came = stage.arrive(*causes)
    if steps[0].begins:
        came += stage.introduce()
    screen.happened(speeches, came)
    moments += came
    expected = [text for step in steps for text in step.expects]
    return Outcome(
        steps, tuple(speeches), tuple(moments), max(len(expected), 1), broken(expected, moments, screen)
    )


def broken(expected: Sequence[str], moments: Sequence[Moment], screen: Screen) -> tuple[str, ...]:
    """Which expectations nothing fulfils; where nothing is expected, everything that was said all the same."""
    said = [f"{screen.cast.label(m.shown.chat, screen.texts)}: {m.shown.text}" for m in moments]
    if not expected:
        return tuple(said)
    return tuple(text for text in expected if not any(text in each for each in said))


def _moment(step: Step, stage: Stage) -> datetime:
    now = stage.clock.now()
    if not step.at:
        return now + _BREATH
    zone = stage.files.config.compound.zone
    hour, _, minute = step.at.partition(":")
    goal = now.astimezone(zone).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    if goal < now - timedelta(minutes=1):
        goal += timedelta(days=1)
    return max(goal, now)


def _act(step: Step, stage: Stage, cast: Cast, named: dict[str, str]) -> tuple[Cause, Speech]:
    """The cause that a step stands for, and how it looks."""
    now = stage.clock.now()
    in_private = step.tells is not None or (step.press and not step.where)
    chat = private(step.who) if in_private else group(cast, step.where)
    if step.press:
        _, message, button = stage.button(step.press, chat, step.of)
        press = stage.press(step.who, chat, message, button)
        id_ = press.id if isinstance(press, Press) else press.message
        return press, Speech(now, chat, step.who, step.press, id_, pressed=True)
    text = (step.tells if step.tells is not None else step.says) or ""
    said = stage.message(
        step.who,
        text,
        chat,
        photo=step.photo,
        reply_to=_answered(step.replies, chat, stage, named),
        edits=named[step.edits] if step.edits else None,
    )
    if step.key:
        named[step.key] = said.message
    speech = Speech(now, chat, step.who, text, said.message, step.photo, bool(step.edits), bool(step.replies))
    return said, speech


def _answered(what: str, chat: Address, stage: Stage, named: dict[str, str]) -> str | None:
    """The message that a step answers: a named one, or "#3" for the ticket's newest card in the chat."""
    if not what.startswith("#"):
        return named[what] if what else None
    return next(
        message
        for (where, message), face in reversed(stage.platform.faces.items())
        if where == chat.chat and f"{what} " in face.text
    )


def group(cast: Cast, name: str) -> Address:
    """A group by its short name, the first one if none is given. Raises KeyError."""
    for chat, (label, _) in cast.chats.items():
        if name in ("", label):
            return Address("console", chat)
    raise KeyError(name)


def cast_of(stage: Stage) -> Cast:
    """The names and colours of a stage's chats, and the duties of its people."""
    config = stage.files.config
    groups = config.groups
    purposes = (
        *((g, "green") for g in groups.owners),
        (groups.staff, "yellow"),
        (groups.committee, "magenta"),
        (groups.supervision, "blue"),
    )
    chats = {
        g.chat: (g.name.removeprefix(config.compound.name), colour) for g, colour in purposes if g is not None
    }
    roles = {duty.name: duty.role.value for duty in stage.files.roster.duties}
    return Cast(config.compound.zone, chats, roles)
