"""A replay in a few lines for people: tickets, pings, noise a day, and the list of tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.tickets import Ticket
from bot.domain.verdicts import Kind
from bot.replay.compound import TAKEN_AFTER
from bot.replay.play import Act, Replay
from bot.texts import Texts


def summary(played: Replay, zone: ZoneInfo, texts: Texts) -> Iterator[str]:
    """The lines, in Chinese."""
    days = sorted({outcome.said.at.astimezone(zone).date() for outcome in played.outcomes})
    kinds = Counter(ticket.kind for ticket in played.tickets)
    acts = Counter(outcome.act for outcome in played.outcomes)
    yield texts(
        "replay.head",
        messages=len(played.outcomes),
        days=len(days),
        speakers=len({outcome.said.account for outcome in played.outcomes}),
    )
    counts = {kind.value: kinds[kind] for kind in Kind if kind is not Kind.CHATTER}
    yield texts("replay.tickets", count=len(played.tickets), **counts)
    yield texts("replay.acts", **{act.value: acts[act] for act in Act if act is not Act.NEW})
    yield _pings(played, len(days), texts)
    said = sum(not reaction for _, reaction in played.told)
    reactions = len(played.told) - said
    yield texts("replay.noise", said=said, reactions=reactions, daily=said / len(days))
    if played.dead:
        yield texts("replay.dead", count=played.dead)
    yield ""
    if len(days) > 1:
        yield from _by_day(played, days, zone, texts)
        yield ""
    for ticket in played.tickets:
        yield _ticket(played, ticket, zone, texts)
    yield texts("replay.assumed", minutes=int(TAKEN_AFTER.total_seconds() // 60))


def _pings(played: Replay, days: int, texts: Texts) -> str:
    roles = Counter(role for _, _, role in played.rings)
    if not roles:
        return texts("replay.no_pings")
    listed = "、".join(f"{role} {count}" for role, count in roles.most_common())
    total = sum(roles.values())
    return texts("replay.pings", count=total, daily=total / days, roles=listed)


def _by_day(played: Replay, days: list[date], zone: ZoneInfo, texts: Texts) -> Iterator[str]:
    messages = Counter(outcome.said.at.astimezone(zone).date() for outcome in played.outcomes)
    tickets = Counter(ticket.filed_at.astimezone(zone).date() for ticket in played.tickets)
    pings = Counter(at.astimezone(zone).date() for at, _, _ in played.rings)
    said = Counter(at.astimezone(zone).date() for at, reaction in played.told if not reaction)
    for day in days:
        yield texts(
            "replay.day",
            day=day.isoformat(),
            messages=messages[day],
            tickets=tickets[day],
            pings=pings[day],
            said=said[day],
        )


def _ticket(played: Replay, ticket: Ticket, zone: ZoneInfo, texts: Texts) -> str:
    rung = dict.fromkeys(role for _, number, role in played.rings if number == ticket.number)
    return texts(
        "replay.ticket",
        number=ticket.number,
        time=f"{ticket.filed_at.astimezone(zone):%m-%d %H:%M}",
        kind=texts(f"kind.{ticket.kind.value}"),
        matter="·".join(part for part in (ticket.topic, ticket.place.public()) if part),
        messages=sum(outcome.ticket == ticket.number for outcome in played.outcomes),
        voices=texts("replay.voices", count=ticket.voices) if ticket.voices else "",
        roles="、".join(rung) or texts("replay.nobody"),
    )
