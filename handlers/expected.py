"""The words somebody was asked for: a proof, a reason, a yes."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.messages import Buttons, Face, Incoming, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket, Verb
from bot.domain.verdicts import Kind
from handlers.commands import referring
from handlers.commands.pausing import pause_of, plan_of, said_of
from handlers.commands.table import confirmed
from handlers.commands.taking import MORE_PROOF, await_more
from handlers.context import Actor, Context, Refused
from handlers.follow_ups import attach
from handlers.steps import Step, take
from storage.memory import Expectation

_YES = frozenset({"确认", "是", "好", "好的", "可以", "同意", "发送", "yes", "ok"})
_REFERS = (referring.TO, referring.NUMBER, referring.UNTIL)
_NO = frozenset({"取消", "不", "否", "不要", "算了", "no"})


def answered(said: Incoming, context: Context, actor: Actor) -> list[Outgoing] | None:
    """What an awaited message brings about; None where nothing is awaited from its author here."""
    waits = context.store.memory.expected(said.chat, said.author, context.now)
    if waits is not None and waits.what == "confirm":
        return _confirm(said, context, actor, waits)
    if waits is not None and waits.what == MORE_PROOF:
        added = _more_proof(said, context, waits)
        if added is not None:
            return added
        # Whatever was asked before may still be answered.
        others = (context.store.memory.expected(said.chat, said.author, context.now, w) for w in _ANSWERS)
        waits = next((other for other in others if other is not None), None)
    if waits is None or waits.what not in _ANSWERS:
        return None
    ticket = context.store.tickets.get(waits.ticket, lock=True) if waits.ticket is not None else None
    if ticket is None:
        context.store.memory.met(said.chat, said.author, waits.what)
        return None
    if not said.text and not (said.photos and waits.what == "proof"):
        key = "referral.words" if waits.what in _REFERS else f"ask.{waits.what}"
        raise Refused(key, number=ticket.number)
    out = _ANSWERS[waits.what](said, context, actor, ticket)
    context.store.memory.met(said.chat, said.author, waits.what)
    return out


def _proof(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
    ticket, out = take(context, ticket, Step(Verb.RESOLVE, note=said.text.strip()), actor)
    return [*resolved_with(said, context, ticket), *out]


def resolved_with(said: Incoming, context: Context, ticket: Ticket) -> list[Outgoing]:
    """Keep the proof that came with 办结, and thank for it."""
    out = attach(said, context, ticket, "proof")
    await_more(context, said, ticket)
    return [*out, _reply(said, context.say("worker.resolved", number=ticket.number))]


def _more_proof(said: Incoming, context: Context, waits: Expectation) -> list[Outgoing] | None:
    """A photo, or the words to one, right after 办结; None for anything else that is said."""
    ticket = context.store.tickets.get(waits.ticket, lock=True) if waits.ticket is not None else None
    if ticket is None or ticket.state is not State.RESOLVED:
        return None
    if said.text and (said.photos or not waits.data.get("wordless") or not _chat(said, context)):
        return None
    if not said.text and not said.photos:
        return None
    if said.text:
        context.store.memory.met(said.chat, said.author, MORE_PROOF)
    return attach(said, context, ticket, "proof")


def _chat(said: Incoming, context: Context) -> bool:
    """Whether words are no report by themselves."""
    return context.files.classifier.classify(said.text).kind is Kind.CHATTER


def _pause(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
    wanted = pause_of(context, ticket, said.text)
    ticket, out = take(context, ticket, wanted, actor)
    return [_reply(said, said_of(context, ticket, wanted)), *out]


def _plan(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
    wanted = plan_of(context, ticket, said.text)
    ticket, out = take(context, ticket, wanted, actor)
    return [_reply(said, said_of(context, ticket, wanted)), *out]


def _decline(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
    ticket, out = take(context, ticket, Step(Verb.DECLINE, note=said.text.strip()), actor)
    return [_reply(said, context.say("worker.declined", number=ticket.number)), *out]


def _confirm(said: Incoming, context: Context, actor: Actor, waits: Expectation) -> list[Outgoing] | None:
    word = said.text.strip().lower().rstrip("。.!！")
    if word not in _YES | _NO:
        return None
    context.store.memory.met(said.chat, said.author, "confirm")
    if word in _NO:
        return [_reply(said, context.say("toast.cancelled"))]
    return confirmed(context, actor, waits.data, said.chat, f"confirmed:{waits.data.get('token')}")


def _reply(said: Incoming, text: str, buttons: Buttons = ()) -> Say:
    key = f"answer:{said.chat.platform}:{said.chat.chat}:{said.message}"
    reply_to = said.message if said.in_group else None
    return Say(said.chat, key, Face(text, buttons), Priority.ANSWER, reply_to=reply_to)


def _refer(what: str) -> Callable[[Incoming, Context, Actor, Ticket], list[Outgoing]]:
    def told(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
        reply = referring.told(context, actor, said.chat, ticket, what, said.text)
        return [_reply(said, reply.text, reply.buttons), *reply.out]

    return told


def _answer(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
    reply = referring.answer_came(context, actor, ticket, said.text)
    return [_reply(said, reply.text), *reply.out]


_ANSWERS = {
    "proof": _proof,
    "pause": _pause,
    "plan": _plan,
    "decline": _decline,
    "answer": _answer,
    **{what: _refer(what) for what in _REFERS},
}
