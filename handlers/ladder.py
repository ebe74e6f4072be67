"""The ladder (升级): who is told next when a stage's time is over, again and again until somebody acts."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.messages import Face, Outgoing, Priority, Say
from bot.domain.permissions import Audience
from bot.domain.stages import Stage
from bot.domain.tickets import State, Ticket
from handlers.cards import bring, reachable, ring, tell_committee, tell_staff
from handlers.clocks import LATE, stage_of, start_rung, wind
from handlers.context import Context
from handlers.faces import status_line
from handlers.passed_over import passed_over
from handlers.routing import Rung, ladder_of


@dataclass(frozen=True, slots=True)
class Next:
    """Who is told next: a rung above, or the last one again."""

    index: int
    rung: Rung | None
    person: str | None
    again: bool

    def next_door(self, ticket: Ticket) -> bool:
        """Whether nobody between had to be passed over, of which the staff group would have to hear."""
        return self.again or self.index == ticket.rung + 1


def next_of(context: Context, ticket: Ticket) -> Next:
    """The first rung above where somebody can be reached; where there is none, the last one once more."""
    rungs = ladder_of(context, ticket)
    on_duty = list(enumerate(rungs))
    # Better somebody off duty than nobody at all.
    both = [*on_duty, *((index, Rung(rung.role, rung.off)) for index, rung in on_duty)]
    for index, rung in both:
        person = reachable(context, ticket, rung) if index > ticket.rung else None
        if person is not None and person != ticket.assignee:
            return Next(index, rung, person, again=False)
    for index, rung in sorted(both, key=lambda pair: -pair[0]):
        person = reachable(context, ticket, rung)
        if person is not None:
            return Next(max(index, ticket.rung), rung, person, again=True)
    return Next(ticket.rung, None, None, again=True)


def climb(context: Context, ticket: Ticket, *, listed: bool = False) -> Ticket:
    """Nobody accepted in time: the next rung is told, or the last one again.

    ``listed``: one message names several tickets, so this one gets no card of its own yet.
    """
    to = next_of(context, ticket)
    if to.again:
        return _again(context, ticket, to, listed=listed)
    rungs = ladder_of(context, ticket)
    role = rungs[ticket.rung + 1].role.value
    context.store.tickets.note(ticket, context.now, "climbed", "linli", role=role)
    if listed and to.rung is not None and to.index == ticket.rung + 1:
        ticket = context.store.tickets.change(
            ticket, rung=to.index, role=to.rung.role.value, assignee=to.person, pinged_at=context.now
        )
        _note_ring(context, ticket, "rang", to)
    else:
        ticket = context.store.tickets.change(ticket, rung=ticket.rung + 1, assignee=None)
        ticket = ring(context, ticket)
        if ticket.assignee and not ticket.emergency:
            # Whoever had it before and gave it away has a card already.
            _sound(context, ticket, ticket.assignee)
    if ticket.emergency:
        _sound(context, ticket)
    _tell_missing(context, ticket)
    return start_rung(context, ticket)


def take_back(context: Context, ticket: Ticket, *, listed: bool = False) -> tuple[Ticket, list[Outgoing]]:
    """Accepted but idle: whoever holds it has let its time pass without being there, so the next rung is asked."""
    stage, former = stage_of(context, ticket), ticket.assignee
    # Somebody had it after all the telling before: what is told from here on begins in short intervals again.
    ticket = context.store.tickets.change(ticket, state=State.OPEN.value, mark=0, rings=0)
    context.store.tickets.note(
        ticket, context.now, "taken_back", "linli", person=former, stage=(stage or Stage.SOLVE).value
    )
    ticket = climb(context, context.store.tickets.change(ticket, assignee=former), listed=listed)
    chat = context.store.people.reach(former) if former and former != ticket.assignee else None
    if chat is None:
        return ticket, []
    text = context.say("worker.taken_back", line=status_line(context, ticket))
    key = f"ticket:{ticket.id}:taken_back:{context.now.isoformat()}"
    return ticket, [Say(chat, key, Face(text), Priority.CARD, ticket=ticket.id)]


def press_on(context: Context, ticket: Ticket) -> Ticket:
    """Somebody is at work and the time is over: they go on, and the next rung hears of it."""
    if ticket.mark != LATE:
        stage = stage_of(context, ticket) or Stage.SOLVE
        context.store.tickets.note(ticket, context.now, "late", "linli", stage=stage.value)
    ticket = context.store.tickets.change(ticket, mark=LATE, lap_at=context.now)
    to = next_of(context, ticket)
    if to.again:
        return _again(context, ticket, to)
    ticket = context.store.tickets.change(ticket, rung=to.index)
    _note_ring(context, ticket, "rang", to)
    if to.person:
        bring(context, ticket, to.person, Priority.ESCALATION)
        _sound(context, ticket, to.person)
    _tell_missing(context, ticket)
    return wind(context, ticket)


def _again(context: Context, ticket: Ticket, to: Next, *, listed: bool = False) -> Ticket:
    """Nobody stands above: the last one is told again, and the monthly meeting will hear of it."""
    first = not _at_the_top_before(context, ticket)
    if first:
        context.store.tickets.note(ticket, context.now, "top", "linli")
        context.store.tickets.note(ticket, context.now, "agenda", "linli", episode=ticket.episode)
    ticket = context.store.tickets.change(ticket, rings=ticket.rings + 1)
    _note_ring(context, ticket, "rang_again", to)
    if ticket.emergency:
        _sound(context, ticket)
    elif to.person is None or to.rung is None:
        tell_staff(context, ticket, ())
    elif ticket.state is State.OPEN:
        ticket = context.store.tickets.change(ticket, assignee=to.person, role=to.rung.role.value)
    if to.person is not None and not ticket.emergency and not listed:
        bring(context, ticket, to.person, Priority.ESCALATION)
        _sound(context, ticket, to.person)
    if passed_over(context, ticket) or first:
        tell_committee(context, ticket)
    if ticket.state is State.OPEN:
        return start_rung(context, ticket)
    return wind(context, context.store.tickets.change(ticket, lap_at=context.now))


def _at_the_top_before(context: Context, ticket: Ticket) -> bool:
    """Whether this episode has run out of rungs already, and the monthly meeting knows."""
    diary = context.store.tickets.diary(ticket)
    return any(e.verb == "agenda" and e.data.get("episode") == ticket.episode for e in diary)


def _note_ring(context: Context, ticket: Ticket, verb: str, to: Next) -> None:
    role = to.rung.role.value if to.rung else ""
    context.store.tickets.note(ticket, context.now, verb, "linli", person=to.person, role=role)


def _tell_missing(context: Context, ticket: Ticket) -> None:
    """The committee hears once an episode of rungs that nobody holds, or where nobody can be reached."""
    if passed_over(context, ticket):
        tell_committee(context, ticket)


def _sound(context: Context, ticket: Ticket, person: str | None = None) -> None:
    """An edited card makes no sound: whoever has one already is shown it anew."""
    for card in context.store.cards.of(ticket.id, Audience.WORKER.value):
        if card.message and person in (None, card.person):
            context.store.cards.repost(card, context.now)
