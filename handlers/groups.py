"""How the bot stands in its groups: first words, being muted or thrown out, new ids, groups that are not ours."""

from __future__ import annotations

from bot.domain.messages import (
    Account,
    Address,
    Face,
    Leave,
    Membership,
    Moved,
    Outgoing,
    Priority,
    Say,
    Standing,
    Undelivered,
)
from bot.domain.tickets import State
from handlers.cards import refresh, ring_by_day
from handlers.context import Context, Purpose
from storage.agenda import Agenda


def introduced(context: Context, chat: Address) -> list[Outgoing] | None:
    """None once the group has been told who listens; else the first words, and this message is not read."""
    row = context.store.compound.group(chat)
    if row is not None and row.introduced_at is not None:
        return None
    return introduce(context, chat)


def introduce(context: Context, chat: Address) -> list[Outgoing]:
    """One notice, pinned if possible: who runs it, what it reads, keeps and for how long, whom to ask."""
    context.store.compound.set_group(chat, introduced_at=context.now)
    compound = context.config.compound
    text = context.say(
        "group.introduction",
        compound=compound.name,
        run_by=compound.run_by,
        contact=compound.contact,
        phone=compound.phone,
        minutes=context.config.keep.context_minutes,
        kept=_kept(context),
    )
    # The moment is part of the key: a bot that was thrown out and comes back introduces itself again.
    key = f"introduction:{chat.platform}:{chat.chat}:{context.now.isoformat()}"
    return [Say(chat, key, Face(text), Priority.GROUP, pin=True, silent=context.quiet)]


def introduce_everywhere(context: Context) -> list[Outgoing]:
    """At start: every owners' group that has not been told yet."""
    out: list[Outgoing] = []
    for chat in context.groups(Purpose.OWNERS):
        out += introduced(context, chat) or []
    return out


def _kept(context: Context) -> str:
    days = context.config.keep.ticket_days
    return context.say("group.kept_days", days=days) if days else context.say("group.kept")


def membership(change: Membership, context: Context) -> list[Outgoing]:
    """The bot was added, muted, thrown out, or a person blocked or unblocked it."""
    if not change.in_group:
        return _person(change, context)
    # What Telegram tells of a group names none of its topics.
    chat = context.configured(change.chat)
    if chat is None:
        return turned_away(context, change.chat) if change.standing is not Standing.GONE else []
    before = context.store.compound.group(change.chat)
    context.store.compound.set_group(change.chat, standing=change.standing.value, title=change.title)
    if change.standing is Standing.MEMBER:
        if context.purpose(chat) is not Purpose.OWNERS:
            return []
        returns = before is not None and before.standing is Standing.GONE
        return introduce(context, chat) if returns else introduced(context, chat) or []
    if before is not None and before.standing is change.standing:
        return []
    return _tell_committee(context, change.chat, change.standing, change.title)


def turned_away(context: Context, chat: Address) -> list[Outgoing]:
    """A group that is not configured is left, after telling its id to whoever set it up."""
    text = context.say("group.not_configured", platform=chat.platform, chat=chat.chat)
    day = context.today.isoformat()
    return [
        Say(chat, f"stranger:{chat.platform}:{chat.chat}:{day}", Face(text), Priority.ANSWER),
        Leave(chat),
    ]


def _person(change: Membership, context: Context) -> list[Outgoing]:
    account = Account(change.chat.platform, change.chat.chat)
    if change.standing is Standing.GONE:
        if context.store.people.known(account):
            context.store.people.remember(account, blocked_at=context.now)
    elif context.store.people.known(account):
        context.store.people.remember(account, blocked_at=None)
    return []


def moved(change: Moved, context: Context) -> list[Outgoing]:
    """A group has a new id: every row follows, and the committee is told to write it into the configuration."""
    if context.configured(change.old) is None and context.store.compound.group(change.old) is None:
        return []
    context.store.follow_move(change.old, change.new)
    text = context.say("committee.moved", old=change.old.chat, new=change.new.chat)
    key = f"moved:{change.old.platform}:{change.old.chat}:{change.new.chat}"
    return [Say(chat, f"{key}:{n}", Face(text)) for n, chat in enumerate(context.committee_chats())]


def undelivered(failure: Undelivered, context: Context) -> list[Outgoing]:
    """Something will never arrive: a group parks its messages, a person's ticket goes to the next who can be reached."""
    if context.configured(failure.to) is not None:
        row = context.store.compound.group(failure.to)
        if row is not None and row.standing is not Standing.MEMBER:
            return []
        context.store.compound.set_group(failure.to, standing=Standing.MUTED.value)
        return _tell_committee(context, failure.to, Standing.MUTED, row.title if row else "")
    account = Account(failure.to.platform, failure.to.chat)
    if context.store.people.known(account):
        context.store.people.remember(account, blocked_at=context.now)
    ticket = context.store.tickets.get(failure.ticket, lock=True) if failure.ticket is not None else None
    if ticket is None or not ticket.going_on:
        return []
    context.store.tickets.note(ticket, context.now, "undelivered", "linli", account, reason=failure.reason)
    person = context.store.people.person_of(account)
    if person is None or person != ticket.assignee or ticket.emergency:
        return []
    if ticket.state is State.OPEN:
        refresh(context, ring_by_day(context, context.store.tickets.change(ticket, assignee=None)))
        return []
    # They have taken it on and may be working on it: people decide.
    text = context.say("committee.lost_worker", name=context.name_of(person), number=ticket.number)
    key = f"lost:{ticket.id}:{ticket.episode}:{account.platform}:{account.id}"
    by_day = context.hours.awake(context.now)
    chats = (chat for chat in context.committee_chats() if chat != failure.to)
    return [
        Say(c, f"{key}:{n}", Face(text), Priority.ESCALATION, not_before=by_day) for n, c in enumerate(chats)
    ]


def knock(context: Context) -> list[Outgoing]:
    """Once an hour: try the groups again where the bot could not write. Telegram does not say when a whole group may."""
    hour = context.now.replace(minute=0, second=0, microsecond=0)
    if context.store.compound.claim("knock", hour):
        context.store.compound.unmute_groups()
    return []


def all_open(context: Context, _agenda: Agenda) -> bool:
    """The bot is muted in no group."""
    return not context.store.compound.muted_somewhere()


def _tell_committee(context: Context, chat: Address, standing: Standing, title: str) -> list[Outgoing]:
    text = context.say(f"committee.{standing.value}", group=title or chat.chat)
    key = f"standing:{chat.platform}:{chat.chat}:{standing.value}:{context.today}"
    chats = [c for c in context.committee_chats() if c != chat]
    return [Say(c, f"{key}:{n}", Face(text), Priority.ESCALATION) for n, c in enumerate(chats)]
