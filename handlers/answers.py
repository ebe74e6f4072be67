"""Where there are no buttons: an answer that is the word of a choice shown in its chat lately does what a press would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import choices
from bot.domain.messages import Address, Answer, Button, Face, Incoming, Outgoing, Press, Priority, Say
from bot.domain.tickets import Verb
from handlers import presses
from handlers.commands import table
from handlers.commands.taking import photos_before
from handlers.context import Actor, Context, Purpose, Refused

_LATELY = timedelta(hours=48)
"""How long what was offered can be answered."""
_LONGEST = 30
"""Characters; whoever answers writes no more than the choice."""
_INSIDE = frozenset({Purpose.STAFF, Purpose.COMMITTEE})


def answered(said: Incoming, context: Context, actor: Actor) -> list[Outgoing] | None:
    """What an answer in words brings about, with its author's rights; None for whatever else is said.

    In private and inside the staff's groups any choice can be answered. In owners' groups only the false alarm, by
    staff: there ordinary talk must never be taken for an answer (what a reporter says of the closing is read as text).
    The number is needed only where several could be meant. Raises Refused as a press would, or to ask which.
    """
    if context.able(said.chat.platform).buttons or said.edited or said.forwarded or said.anonymous:
        return None
    if not said.text or said.photos or len(said.text) > _LONGEST:
        return None
    several = choices.several(said.text)
    if several:
        return _each(said, context, actor, several)
    found = _meant(said, context, actor)
    if not found:
        return None
    if len(found) > 1:
        if table.read(said, bare=True) is not None:
            # As a command it may mean but one: whoever holds one of them means that.
            return None
        others = "、".join(choices.answer(button) for button in found)
        raise Refused("choices.which", others=others)
    if found[0].data.endswith(f":{Verb.RESOLVE.value}") and photos_before(context, said):
        # The proof is there already, so there is nothing to ask for.
        return None
    return list(_without_toasts(said, presses.handle(_press(said, found[0]), context), context))


def _each(said: Incoming, context: Context, actor: Actor, several: tuple[str, ...]) -> list[Outgoing] | None:
    """``接单 3、5、8``: the same choice for each; None where one of them is not offered. One answer names them all."""
    found = [_meant(replace(said, text=one), context, actor) for one in several]
    if any(len(buttons) != 1 for buttons in found):
        return None
    out: list[Outgoing] = []
    for (button,) in found:
        out += presses.handle(_press(said, button), context)
    told = [what.text for what in out if isinstance(what, Answer) and what.text]
    out = [what for what in out if not isinstance(what, Answer)]
    together = Answer(f"said:{said.message}", said.chat, "\n".join(told))
    return list(_without_toasts(said, [together, *out], context))


def _press(said: Incoming, button: Button) -> Press:
    """The press that an answer stands for."""
    return Press(
        id=f"said:{said.chat.platform}:{said.chat.chat}:{said.message}:{button.data}"[:150],
        chat=said.chat,
        message=said.message,
        author=said.author,
        data=button.data,
        sent_at=said.sent_at,
        in_group=said.in_group,
    )


def _meant(said: Incoming, context: Context, actor: Actor) -> list[Button]:
    """The buttons that a message names, each once, newest first; without a number only the newest of those without."""
    purpose = context.purpose(said.chat) if said.in_group else None
    inside = not said.in_group or purpose in _INSIDE
    if not inside and (purpose is None or not actor.staff):
        return []
    exact: dict[str, Button] = {}
    loose: dict[str, Button] = {}
    for at, face in _offered(context, said.chat):
        buttons = [b for row in face.buttons for b in row if b.data and (inside or _alarm(b))]
        for button, numbered in choices.meant(buttons, said.text):
            # A question to one person is answered by them alone; and a name that is called out next day is no answer.
            if button.data.startswith("c:") or not (numbered or _fresh(context, said, at, button)):
                continue
            (exact if numbered else loose).setdefault(button.data, button)
    found = list(exact.values()) or list(loose.values())
    return found if found and found[0].number is not None else found[:1]


def _offered(context: Context, chat: Address) -> Iterator[tuple[datetime, Face]]:
    since = context.now - _LATELY
    both = [*context.store.cards.said_since(chat, since), *context.store.outbox.choices_since(chat, since)]
    yield from sorted(both, key=lambda pair: pair[0], reverse=True)


def _fresh(context: Context, said: Incoming, at: datetime, button: Button) -> bool:
    """Whether a choice may be answered without its number: in a group a person's name or a topic only soon after."""
    chosen = button.data.count(":") > 2
    return not (said.in_group and chosen) or context.now - at <= presses.ASKED_FOR


def _alarm(button: Button) -> bool:
    return button.data.split(":")[2:] == [Verb.FALSE_ALARM.value]


def _without_toasts(said: Incoming, out: list[Outgoing], context: Context) -> Iterator[Outgoing]:
    """What would be a toast is a line; none where something else is said there, or in the midst of an owners' group.

    Raises Refused where an alert, which one person alone may see, could be seen by others.
    """
    silent = any(isinstance(what, Say) and what.to == said.chat for what in out)
    silent = silent or (said.in_group and context.purpose(said.chat) not in _INSIDE)
    key = f"answer:{said.chat.platform}:{said.chat.chat}:{said.message}"
    for what in out:
        if not isinstance(what, Answer):
            yield what
        elif what.alert and said.in_group:
            known = context.store.people.known(said.author)
            if known is None or not known.reachable:
                raise Refused("refused.start_first")
            yield Say(Address(said.author.platform, said.author.id), key, Face(what.text), Priority.ANSWER)
        elif what.text and not silent:
            reply_to = said.message if said.in_group else None
            yield Say(said.chat, key, Face(what.text), Priority.ANSWER, reply_to=reply_to)
