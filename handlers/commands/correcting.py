"""Setting a ticket right: open it again, join it with another, part them, call it what it is."""

from __future__ import annotations

import re

from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from bot.domain.tickets import Ticket, Verb
from bot.domain.verdicts import Kind
from bot.files.problems import nearest, shown
from handlers.cards import refresh
from handlers.commands.base import Command, Invocation, answer
from handlers.commands.numbers import numbered, parse_numbers, ticket_of, usage_of
from handlers.commands.taking import LONGEST_NOTE, said_done, step
from handlers.commands.vocabulary import KINDS, topic_named
from handlers.context import Actor, Context, Refused
from handlers.faces import matter
from handlers.steps import Step, take
from storage.erasure import erase_words

_NO_LONGER = re.compile(r"(?:解除|取消)(?:保密|调解)?|不用?保密|公开")


def reopen(invocation: Invocation) -> list[Outgoing]:
    """重开: it was not over."""
    return step(invocation, Verb.REOPEN)


def merge(invocation: Invocation) -> list[Outgoing]:
    """合并 12 15: 15 (and any further ones) becomes part of 12."""
    context = invocation.context
    numbers, note = parse_numbers(invocation.rest)
    if len(numbers) < 2:
        raise Refused("command.usage", usage=usage_of(invocation))
    into, *others = [numbered(invocation, number) for number in numbers]
    out: list[Outgoing] = []
    for other in others:
        _, more = take(context, other, Step(Verb.MERGE, note=note, into=into), invocation.actor)
        out += more
    into = context.store.tickets.get(into.id) or into
    merged = "、".join(f"#{t.number}" for t in others)
    text = context.say(
        "command_merge.done", merged=merged, into=into.number, matter=matter(into), last=others[-1].number
    )
    return [*out, answer(invocation, text)]


def unmerge(invocation: Invocation) -> list[Outgoing]:
    """拆开: it was another matter."""
    return step(invocation, Verb.UNMERGE)


def reclass(invocation: Invocation) -> list[Outgoing]:
    """改类 12 投诉 噪音: kind, topic or both. 闲聊 means that it is no matter at all: its words are deleted."""
    context = invocation.context
    ticket, rest = ticket_of(invocation, invocation.rest, Verb.RECLASS)
    kind, topic = _class(invocation, rest)
    if kind is Kind.CHATTER:
        ticket, out = as_chatter(context, ticket, invocation.actor)
        return [*out, answer(invocation, context.say("command_reclass.chatter", number=ticket.number))]
    taken = Step(Verb.RECLASS, kind=kind, topic=topic)
    ticket, out = take(context, ticket, taken, invocation.actor)
    text = context.say(
        "toast.reclassed",
        number=ticket.number,
        kind=context.say(f"kind.{ticket.kind.value}"),
        topic=ticket.topic,
    )
    return [*out, *said_done(invocation, ticket, text)]


def as_chatter(context: Context, ticket: Ticket, actor: Actor) -> tuple[Ticket, list[Outgoing]]:
    """It was only talk: the ticket ends as a false alarm and nothing of what was said is kept."""
    note = context.say("command_reclass.note")
    ticket, out = take(context, ticket, Step(Verb.FALSE_ALARM, note=note, kind=Kind.CHATTER), actor)
    ticket = erase_words(context.store, ticket, context.say("command_reclass.erased"))
    refresh(context, ticket)
    return ticket, out


def _class(invocation: Invocation, said: str) -> tuple[Kind | None, str | None]:
    """Kind and topic in any order, joined or not. Raises Refused, with the nearest topic or all of them."""
    book = invocation.context.files.rulebook
    kind: Kind | None = None
    topic: str | None = None
    for token in re.split(r"[\s,、:/]+", said.lower()):
        word = token
        if word in book.topics:
            topic = word
            continue
        for name in sorted(KINDS, key=len, reverse=True):
            if word.startswith(name):
                kind, word = KINDS[name], word[len(name) :]
                break
        if not word:
            continue
        topic = topic_named(book, word)
        if topic is None:
            near = nearest(word, book.topics)
            key = "command_reclass.unknown_near" if near else "command_reclass.unknown"
            raise Refused(key, word=shown(word, 20), near=near or "", topics="、".join(book.topics))
    if kind is None and topic is None:
        raise Refused("command_reclass.what", usage=usage_of(invocation), topics="、".join(book.topics))
    return kind, topic


def mediate(invocation: Invocation) -> list[Outgoing]:
    """调解 12: only mediators and the committee may know of it. 解除 takes that back."""
    context = invocation.context
    verb = Verb.DISCLOSE if _NO_LONGER.search(invocation.rest) else Verb.MEDIATE
    ticket, note = ticket_of(invocation, _NO_LONGER.sub(" ", invocation.rest).strip(), verb)
    ticket, out = take(context, ticket, Step(verb, note=note[:LONGEST_NOTE]), invocation.actor)
    return [*out, answer(invocation, context.say(f"toast.{verb.value}", number=ticket.number))]


COMMANDS: tuple[Command, ...] = (
    Command("reopen", ("重开",), Right.ANYBODY, reopen),
    Command("merge", ("合并",), Right.STAFF, merge),
    Command("unmerge", ("拆开",), Right.ANYBODY, unmerge),
    Command("reclass", ("改类",), Right.STAFF, reclass),
    Command("mediate", ("调解",), Right.STAFF, mediate),
)
