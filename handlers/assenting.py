"""A committee member agrees to what a worker wishes, or does not."""

from __future__ import annotations

from bot.domain.messages import Account, Face, Outgoing, Priority, Say
from bot.domain.tickets import Ticket, Verb
from bot.domain.verdicts import Severity
from handlers.cards import refresh
from handlers.changes import Step
from handlers.confidence import may_know
from handlers.context import Actor, Context, Refused
from handlers.steps import take
from handlers.wishes import moot, until_of
from storage.assents import Assent, Standing


def pressed(context: Context, actor: Actor, rest: str) -> tuple[str, list[Outgoing]]:
    """The answer to a wish: what to tell whoever pressed, and what else comes of it. Raises Refused."""
    number, _, word = rest.partition(":")
    wish = context.store.assents.get(int(number)) if number.isdecimal() and len(number) < 12 else None
    ticket = context.store.tickets.get(wish.ticket, lock=True) if wish else None
    if wish is None or ticket is None:
        raise Refused("refused.stale")
    if not actor.committee or not may_know(ticket, actor):
        raise Refused("refused.needs_committee", command=context.say("button.agree"))
    if wish.standing is not Standing.ASKED:
        raise Refused("assent.settled", number=ticket.number)
    if moot(context, wish, ticket):
        context.store.assents.settle(wish.id, Standing.VOID, actor.person or "", context.now)
        refresh(context, ticket)
        return context.say("assent.void", number=ticket.number), []
    if word != "yes":
        return _refused(context, actor, wish, ticket)
    step = Step(
        Verb(wish.what),
        note=str(wish.data.get("note", "")),
        until=until_of(wish),
        severity=Severity(wish.data["severity"]) if wish.data.get("severity") else None,
        department=str(wish.data.get("department", "")),
        reference=str(wish.data.get("reference", "")),
        agreed_by=actor.person or actor.name,
    )
    context.store.assents.settle(wish.id, Standing.AGREED, actor.person or "", context.now)
    ticket, out = take(context, ticket, step, _wisher(context, wish))
    out += _tell(context, wish, ticket, "agreed")
    return context.say("assent.agreed_toast", number=ticket.number), out


def _refused(context: Context, actor: Actor, wish: Assent, ticket: Ticket) -> tuple[str, list[Outgoing]]:
    context.store.assents.settle(wish.id, Standing.REFUSED, actor.person or "", context.now)
    context.store.tickets.note(ticket, context.now, "refused", actor.kind, actor.account, what=wish.what)
    refresh(context, ticket)
    return context.say("assent.refused_toast", number=ticket.number), _tell(context, wish, ticket, "refused")


def _tell(context: Context, wish: Assent, ticket: Ticket, key: str) -> list[Outgoing]:
    chat = context.store.people.reach(wish.by)
    if chat is None:
        return []
    text = context.say(f"assent.{key}", number=ticket.number, what=context.say(f"button.{wish.what}"))
    by_day = context.hours.awake(context.now)
    return [
        Say(chat, f"assent:{wish.id}:{key}", Face(text), Priority.CARD, ticket=ticket.id, not_before=by_day)
    ]


def _wisher(context: Context, wish: Assent) -> Actor:
    accounts = context.store.people.accounts_of(wish.by)
    account = accounts[0] if accounts else Account("", "", context.name_of(wish.by))
    return Actor(account, wish.by, context.roster.of(wish.by, context.today))
