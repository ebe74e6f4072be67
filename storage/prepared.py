"""What every message asks, built once: building such a statement takes six times as long as running it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, Table, and_, bindparam, exists, func, insert, select

from bot.domain.messages import Standing
from bot.domain.tickets import GOING_ON, State
from storage import tables
from storage.tables import accounts, bindings, cards, expectations, groups, photos, recents, ticket_messages


@cache
def account() -> Select[Any]:
    """What is kept about an account: ``compound``, ``platform``, ``account``."""
    return select(accounts).where(*_of(accounts, "account"))


@cache
def person() -> Select[Any]:
    """Whose account it is: ``compound``, ``platform``, ``account``."""
    return select(bindings.c.person).where(*_of(bindings, "account"), bindings.c.revoked_at.is_(None))


@cache
def accounts_of() -> Select[Any]:
    """A person's accounts with their names, the newest binding first: ``compound``, ``person``."""
    same = (accounts.c[name] == bindings.c[name] for name in ("compound_id", "platform", "account"))
    return (
        select(bindings.c.platform, bindings.c.account, accounts.c.name)
        .outerjoin(accounts, and_(*same))
        .where(
            bindings.c.compound_id == bindparam("compound"),
            bindings.c.person == bindparam("person"),
            bindings.c.revoked_at.is_(None),
        )
        .order_by(bindings.c.id.desc())
    )


@cache
def messages(*, chosen: bool) -> Select[Any]:
    """A ticket's messages, in order: ``ticket``, and ``purposes`` if only some are chosen."""
    query = select(ticket_messages).where(ticket_messages.c.ticket_id == bindparam("ticket"))
    if chosen:
        query = query.where(ticket_messages.c.purpose.in_(bindparam("purposes", expanding=True)))
    return query.order_by(ticket_messages.c.id)


@cache
def photos_of() -> Select[Any]:
    """A ticket's photos, in order: ``ticket``."""
    return select(photos).where(photos.c.ticket_id == bindparam("ticket")).order_by(photos.c.id)


@cache
def cards_of() -> Select[Any]:
    """A ticket's cards but for those of one audience: ``compound``, ``ticket``, ``retired``."""
    own = (cards.c.compound_id == bindparam("compound"), cards.c.ticket_id == bindparam("ticket"))
    return select(cards).where(*own, cards.c.audience != bindparam("retired")).order_by(cards.c.id)


@cache
def card_for() -> Select[Any]:
    """A ticket's card for an audience in a chat: ``ticket``, ``audience``, ``platform``, ``chat``."""
    names = ("audience", "platform", "chat")
    same = (cards.c[name] == bindparam(name) for name in names)
    return select(cards).where(cards.c.ticket_id == bindparam("ticket"), *same)


@cache
def wishes() -> Select[Any]:
    """A ticket's wishes in one state, the oldest first: ``compound``, ``ticket``, ``state``."""
    table = tables.assents
    own = (table.c.compound_id == bindparam("compound"), table.c.ticket_id == bindparam("ticket"))
    return select(table).where(*own, table.c.state == bindparam("state")).order_by(table.c.id)


@cache
def group() -> Select[Any]:
    """What became of a group: ``compound``, ``platform``, ``chat``."""
    return select(groups).where(*_of(groups, "chat"))


@cache
def muted() -> Select[Any]:
    """One group in which the bot is muted: ``compound``."""
    own = groups.c.compound_id == bindparam("compound")
    return select(groups.c.id).where(own, groups.c.standing == Standing.MUTED.value).limit(1)


@cache
def duty_changes() -> Select[Any]:
    """Leave and swaps that hold and are not over, the earliest first: ``compound``, ``since``."""
    table = tables.duty_changes
    own = table.c.compound_id == bindparam("compound")
    query = select(table).where(own, table.c.state == "holds", table.c.ends_at > bindparam("since"))
    return query.order_by(table.c.starts_at, table.c.id)


@cache
def loads() -> Select[Any]:
    """(assignee, held): how many tickets are in whose hands: ``compound``."""
    table = tables.tickets
    states = (State.OPEN.value, State.ACCEPTED.value, State.ON_SITE.value)
    query = select(table.c.assignee, func.count().label("held")).where(
        table.c.compound_id == bindparam("compound"),
        table.c.state.in_(states),
        table.c.assignee.is_not(None),
        table.c.listened.is_(False),
    )
    return query.group_by(table.c.assignee)


@cache
def holders() -> Select[Any]:
    """Who has something in hand that goes on: ``compound``."""
    table = tables.tickets
    going_on = table.c.state.in_([state.value for state in GOING_ON])
    own = table.c.compound_id == bindparam("compound")
    return select(table.c.assignee).where(own, going_on, table.c.assignee.is_not(None)).distinct()


@cache
def without_clock() -> Select[Any]:
    """One ticket under no clock: ``compound``, ``states``."""
    table = tables.tickets
    own = table.c.compound_id == bindparam("compound")
    states = table.c.state.in_(bindparam("states", expanding=True))
    return select(table.c.id).where(own, states, table.c.due_at.is_(None)).limit(1)


@cache
def lapsing() -> Select[Any]:
    """One question under a group's card that was not answered in time: ``compound``, ``now``."""
    table = tables.stars
    own, late = table.c.compound_id == bindparam("compound"), table.c.until <= bindparam("now")
    return select(table.c.id).where(own, table.c.in_group, table.c.stars.is_(None), late).limit(1)


@cache
def bound() -> Select[Any]:
    """Whoever has an account that is theirs: ``compound``."""
    own = bindings.c.compound_id == bindparam("compound")
    return select(bindings.c.person).where(own, bindings.c.revoked_at.is_(None)).distinct()


@cache
def expected(*, named: bool) -> Select[Any]:
    """The newest wait: ``compound``, ``platform``, ``chat``, ``account``, ``now``, and ``what`` if it is named."""
    query = select(expectations).where(
        *_of(expectations, "chat", "account"), expectations.c.until > bindparam("now")
    )
    if named:
        query = query.where(expectations.c.what == bindparam("what"))
    return query.order_by(expectations.c.id.desc()).limit(1)


@cache
def keep() -> Insert:
    """A message for some minutes, by the names of its columns."""
    return insert(recents).inline()


@cache
def recent(limit: int) -> Select[Any]:
    """An account's last messages, backwards: ``compound``, ``platform``, ``chat``, ``account``, ``since``."""
    query = select(recents).where(*_of(recents, "chat", "account"), recents.c.at >= bindparam("since"))
    return query.order_by(recents.c.id.desc()).limit(limit)


@cache
def talk() -> Select[Any]:
    """Moments of a chat's talk, in order: ``compound``, ``platform``, ``chat``, ``since``."""
    query = select(recents.c.at).where(*_of(recents, "chat"), recents.c.at > bindparam("since"))
    return query.order_by(recents.c.at)


@cache
def ties() -> Select[Any]:
    """A chat's messages that belong to tickets, in order: ``compound``, ``platform``, ``chat``, ``since``."""
    query = select(
        *(
            ticket_messages.c[name]
            for name in ("ticket_id", "message", "account", "name", "purpose", "at", "text")
        )
    ).where(*_of(ticket_messages, "chat"), ticket_messages.c.at >= bindparam("since"))
    return query.order_by(ticket_messages.c.at, ticket_messages.c.id)


@cache
def due_letters() -> Select[Any]:
    """Letters to be sent, the most urgent first: ``compound``, ``now``, ``platforms``, ``limit``."""
    return (
        select(tables.outbox)
        .where(
            tables.outbox.c.compound_id == bindparam("compound"),
            tables.outbox.c.state == "due",
            tables.outbox.c.next_at <= bindparam("now"),
            tables.outbox.c.platform.in_(bindparam("platforms", expanding=True)),
            _not_parked(tables.outbox),
        )
        .order_by(tables.outbox.c.priority, tables.outbox.c.id)
        .limit(bindparam("limit"))
    )


@cache
def stale_cards() -> Select[Any]:
    """Cards that do not show what they should, the most urgent first: ``compound``, ``now``, ``platforms``, ``limit``."""
    return (
        select(tables.cards)
        .where(
            tables.cards.c.compound_id == bindparam("compound"),
            tables.cards.c.shown_version < tables.cards.c.wanted_version,
            tables.cards.c.lost.is_(False),
            tables.cards.c.next_at <= bindparam("now"),
            tables.cards.c.platform.in_(bindparam("platforms", expanding=True)),
            _not_parked(tables.cards),
        )
        .order_by(tables.cards.c.priority, tables.cards.c.id)
        .limit(bindparam("limit"))
    )


def _not_parked(table: Table) -> ColumnElement[bool]:
    """The condition that a row's chat is not a group the bot is muted in or has left: its messages wait."""
    return ~exists().where(
        groups.c.platform == table.c.platform,
        groups.c.chat == table.c.chat,
        groups.c.standing != Standing.MEMBER.value,
    )


def _of(table: Table, *names: str) -> list[ColumnElement[bool]]:
    found = [table.c.compound_id == bindparam("compound"), table.c.platform == bindparam("platform")]
    return [*found, *(table.c[name] == bindparam(name) for name in names)]
