"""What a ticket looks like to each audience. Nothing is shown that ``SEES`` does not allow."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Button, Buttons, Face
from bot.domain.people import Role
from bot.domain.permissions import SEES, SEES_CONFIDENTIAL, Audience, Fact
from bot.domain.privacy import CONFIDED
from bot.domain.stages import Stage
from bot.domain.tickets import BEGINS_ANEW, Outcome, State, Ticket, Verb, after
from bot.domain.verdicts import Kind, Severity
from handlers.blotting import blotted, for_reporter
from handlers.clocks import LATE, clocked, stage_of
from handlers.context import Context, Purpose
from handlers.in_person import unasked
from handlers.routing import ladder_of
from handlers.stars import under_card
from handlers.wishes import wish_lines

_WORKER_BUTTONS: tuple[tuple[Verb, ...], ...] = (
    (Verb.ACCEPT, Verb.ARRIVE, Verb.RESOLVE, Verb.RESUME, Verb.ANSWER),
    (Verb.ASSIGN, Verb.PAUSE, Verb.REFER, Verb.DECLINE),
    (Verb.PLAN, Verb.RECLASS, Verb.FALSE_ALARM, Verb.RELEASE),
)

_MAY_BE_URGED = frozenset({State.OPEN, State.ACCEPTED, State.ON_SITE, State.PAUSED})

_REMARKS = 3
_LONGEST_REMARK = 80
"""Remarks shown on a card, the newest last, and characters of each."""
_LONGEST = 700
"""Characters of a resident's words on a card: who reported it and the deadline below must not be cut off."""


def face(context: Context, ticket: Ticket, audience: Audience, *, abroad: bool = False) -> Face:
    """The ticket's card for an audience, as it should look now; ``abroad`` without persons and free words."""
    if ticket.confidential and not SEES_CONFIDENTIAL[audience]:
        return confided_face(context, ticket)
    if audience in (Audience.OWNERS_GROUP, Audience.SUPERVISION):
        return _for_group(context, ticket)
    if audience is Audience.REPORTER:
        # Their own matter, in their own private chat.
        line = status_line(context, replace(ticket, confidential=False))
        return Face(f"{line}{_why(context, ticket)}", closing_buttons(context, ticket))
    return _detailed(context, ticket, audience, abroad=abroad)


def confided_face(context: Context, ticket: Ticket) -> Face:
    """What is shown of a matter in mediation to whoever may not know of it: that somebody attends to its number."""
    line = context.say("group.confided", number=ticket.number)
    if ticket.emergency and ticket.going_on:
        return Face(f"{guidance(context, ticket.danger)}\n{line}")
    return Face(line)


def matter(ticket: Ticket) -> str:
    """``电梯·3栋``: what may be said of a ticket anywhere."""
    if ticket.confidential:
        return CONFIDED
    return "·".join(part for part in (ticket.topic, ticket.place.public()) if part)


def holder(context: Context, ticket: Ticket) -> str:
    """``网格员老李``: the role, and the person if one is named; of a team its name alone."""
    if ticket.assignee and context.roster.team(ticket.assignee, context.today):
        return ticket.assignee
    return ticket.role + (context.name_of(ticket.assignee) if ticket.assignee else "")


def department(context: Context, ticket: Ticket) -> str:
    """Where a referred ticket is, as it may be said anywhere: a name that nobody configured may be a person's."""
    known = ticket.paused_reason in context.config.routing.departments
    return ticket.paused_reason if known else context.say("referral.some_department")


def status_line(context: Context, ticket: Ticket) -> str:
    """One line for the group: number, matter, state, count of voices. Never a word or a name of a resident."""
    if ticket.confidential:
        return context.say("group.confided", number=ticket.number)
    key = f"group.{ticket.state.value}"
    if ticket.state is State.OPEN and ticket.episode > 1:
        key = "group.reopened"
    elif ticket.state is State.CLOSED and ticket.outcome is Outcome.UNCONFIRMED:
        key = "group.closed_unconfirmed"
    until = context.clock(ticket.paused_until) if ticket.paused_until else ""
    about = matter(ticket)
    voices = context.say("group.voices", count=ticket.voices) if ticket.voices else ""
    line = context.say(
        key,
        number=ticket.number,
        matter=context.say("group.wish", matter=about) if ticket.kind is Kind.WISH else about,
        holder=department(context, ticket) if ticket.state is State.REFERRED else holder(context, ticket),
        until=until,
        into=ticket.merged_into or "",
        voices=voices,
    )
    if ticket.planned_for and ticket.state in (State.ACCEPTED, State.ON_SITE):
        # That there is a plan, and its date: never what it says.
        day = ticket.planned_for.astimezone(context.zone)
        line += context.say("group.planned", month=day.month, day=day.day)
    # What is asked stands last.
    return line if ticket.state is State.RESOLVED else line + voices


def guidance(context: Context, danger: str | None, *, unread: bool = False, alone: bool = False) -> str:
    """For an emergency: whom to call and what to do first.

    ``unread`` where somebody asked not to be recorded, ``alone`` where Linli rings none of the workers.
    """
    known = context.files.rulebook.dangers
    found = known.get(danger or "")
    number, advice = (found.number, found.advice) if found else ("110", "")
    phone = context.config.compound.phone
    if unread:
        return context.say("group.emergency_unread", number=number, advice=advice, phone=phone)
    if alone:
        return context.say("group.emergency_alone", number=number, advice=advice, phone=phone)
    return context.say("group.emergency", number=number, advice=advice, phone=phone)


def _for_group(context: Context, ticket: Ticket) -> Face:
    lines = [status_line(context, ticket)]
    if ticket.emergency and ticket.going_on:
        lines.insert(0, guidance(context, ticket.danger))
    if ticket.awaits_place and ticket.going_on:
        strange = context.files.classifier.strange_buildings(ticket.text)
        if strange:
            lines.append(context.say("group.ask_place_again", building=strange[0]))
        else:
            lines.append(context.say("group.ask_place"))
    buttons: list[tuple[Button, ...]] = list(closing_buttons(context, ticket))
    stars = under_card(context, ticket)
    if stars:
        lines.append(context.say("stars.under_card"))
        buttons += stars
    if ticket.emergency and ticket.going_on:
        buttons.append((_button(context, ticket, Verb.FALSE_ALARM),))
    if ticket.voices and ticket.going_on and not ticket.emergency:
        buttons.append((Button(context.say("button.split"), f"t:{ticket.id}:split", number=ticket.number),))
    if clocked(ticket) and ticket.state in _MAY_BE_URGED and not ticket.emergency:
        buttons.append((Button(context.say("button.urge"), f"t:{ticket.id}:urge", number=ticket.number),))
    if ticket.state in (State.DECLINED, State.PAUSED) and ticket.origin:
        url = context.link(ticket.origin.platform, f"t{ticket.number}")
        if url:
            buttons.append((Button(context.say("button.reason"), url=url),))
    return Face("\n".join(lines), tuple(buttons))


def closing_buttons(context: Context, ticket: Ticket) -> Buttons:
    """The question that the reporter is asked once it is said to be done."""
    if ticket.state is not State.RESOLVED:
        return ()
    return ((_button(context, ticket, Verb.CONFIRM), _button(context, ticket, Verb.REJECT)),)


def _detailed(context: Context, ticket: Ticket, audience: Audience, *, abroad: bool) -> Face:
    sees = SEES_CONFIDENTIAL[audience] if ticket.confidential else SEES[audience]
    if abroad:
        sees &= {Fact.MATTER}
    persons = Fact.PERSONS in sees
    where = (ticket.place.full() if persons else ticket.place.public()) or context.say("card.no_place")
    lines = [
        context.say(
            "card.head",
            number=ticket.number,
            mark=context.say(f"severity.{ticket.severity.value}")
            if ticket.severity is not Severity.ORDINARY
            else "",
            kind=context.say(f"kind.{ticket.kind.value}"),
            topic=ticket.topic,
            place=where,
        )
    ]
    photo = None
    if Fact.WORDS in sees or Fact.WORDS_WITHOUT_PERSONS in sees:
        words = [ticket.text, *(m.text for m in context.store.tickets.messages(ticket, "detail") if m.text)]
        text = "\n".join(words)
        text = text if Fact.WORDS in sees else blotted(ticket, text)
        key = "card.words" if len(text) <= _LONGEST else "card.words_cut"
        lines.append(context.say(key, text=text[:_LONGEST], number=ticket.number))
        shots = [p.media for p in context.store.tickets.photos(ticket) if p.purpose == "report" and p.media]
        photo = shots[0] if shots and Fact.WORDS in sees else None
    if persons:
        lines.append(_reporter_line(context, ticket))
    if abroad:
        lines.append(context.say("card.abroad"))
    if ticket.voices:
        lines.append(context.say("card.voices", count=ticket.voices))
    lines += _heard_besides(context, ticket, words=Fact.WORDS in sees)
    if ticket.danger and ticket.going_on:
        lines.append(guidance(context, ticket.danger))
    state = "listened" if ticket.listened and ticket.state is State.OPEN else ticket.state.value
    lines.append(context.say(f"card.state.{state}", holder=holder(context, ticket)))
    if ticket.confidential:
        lines.append(context.say("card.confidential"))
    if unasked(context, ticket):
        lines.append(context.say("card.unasked"))
    # Staff note names and rooms as they come: no group reads what they wrote.
    hidden = abroad or (audience is Audience.STAFF_GROUP and ticket.state is not State.REFERRED)
    reason = "" if hidden else _reason(context, ticket, named=Fact.WORDS in sees).strip()
    lines += [reason, *wish_lines(context, ticket, named=Fact.WORDS in sees and not abroad)]
    if audience is Audience.STAFF_GROUP:
        lines.insert(0, _called_on(context, ticket))
    if audience in (Audience.COMMITTEE, Audience.STAFF_GROUP):
        lines += _unreached(context, ticket)
    lines += _time_lines(context, ticket)
    if ticket.urged and ticket.going_on:
        lines.append(context.say("card.urged", count=ticket.urged))
    return Face("\n".join(line for line in lines if line), _worker_buttons(context, ticket, audience), photo)


def _unreached(context: Context, ticket: Ticket) -> list[str]:
    """Who was passed over in this episode, since no message reaches them, and what nobody is there for."""
    if not ticket.going_on or ticket.emergency or not ticket.rung:
        return []
    roles: dict[str, list[str]] = {}
    for event in context.store.tickets.diary(ticket):
        if event.verb in BEGINS_ANEW:
            roles.clear()
        if event.verb in ("unreachable", "vacant"):
            roles[str(event.data.get("role", ""))] = [
                context.name_of(p) for p in event.data.get("people", ())
            ]
    return [
        context.say("card.unreached", role=role, names="、".join(names))
        if names
        else context.say("card.vacant", role=role)
        for role, names in roles.items()
    ]


def _time_lines(context: Context, ticket: Ticket) -> list[str]:
    """By when what must be done, marked where half or four fifths of the time are over, and whom it has reached."""
    lines = []
    if ticket.going_on and (ticket.rung or ticket.rings) and ticket.deadline_at and not ticket.emergency:
        rungs = ladder_of(context, ticket)
        if rungs and (ticket.mark == LATE or ticket.state is State.OPEN):
            lines.append(context.say("card.climbed", role=rungs[min(ticket.rung, len(rungs) - 1)].role.value))
    stage = stage_of(context, ticket)
    if stage is None or ticket.deadline_at is None:
        return lines
    if ticket.mark == LATE:
        return [*lines, context.say("card.late")]
    if stage is Stage.ACCEPT and ticket.emergency:
        return [*lines, context.say("card.accept_now")]
    key = "card.planned_by" if stage is Stage.SOLVE and ticket.planned_for else f"card.{stage.value}_by"
    line = context.say(key, time=context.clock(ticket.deadline_at))
    marked = {50: "card.half", 80: "card.most"}.get(ticket.mark)
    return [*lines, context.say(marked, line=line) if marked else line]


def _heard_besides(context: Context, ticket: Ticket, *, words: bool) -> list[str]:
    """What was said about the matter besides the report: the last remarks that were kept, and that it is over."""
    said = context.store.tickets.messages(ticket, "comment", "solved")
    kept = [m.text for m in said if m.purpose == "comment" and m.text][-_REMARKS:] if words else []
    lines = [context.say("conversation.remark", text=text[:_LONGEST_REMARK]) for text in kept]
    if ticket.going_on and any(m.purpose == "solved" for m in said):
        lines.append(context.say("conversation.said_solved"))
    return lines


def _called_on(context: Context, ticket: Ticket) -> str:
    """Names in plain words, for those whom no mention can reach since they have no account in this group's messenger."""
    group = context.group(Purpose.STAFF)
    rungs = ladder_of(context, ticket)
    if group is None or ticket.state is not State.OPEN or not rungs:
        return ""
    accounts = (a for person in rungs[0].people for a in context.store.people.accounts_of(person))
    if any(account.platform == group.platform for account in accounts):
        return ""
    return context.say("staff.for", names="、".join(context.name_of(p) for p in rungs[0].people))


def _reason(context: Context, ticket: Ticket, *, named: bool = False) -> str:
    """Why it was put off or declined: staff's own words, for private eyes."""
    if ticket.state is State.REFERRED and ticket.paused_until:
        where = ticket.paused_reason if named else department(context, ticket)
        return "\n" + context.say("card.follow_up", where=where, until=context.clock(ticket.paused_until))
    if ticket.state in (State.PAUSED, State.DECLINED) and ticket.paused_reason:
        until = context.clock(ticket.paused_until) if ticket.paused_until else ""
        key = "card.reason_until" if until else "card.reason"
        return "\n" + context.say(key, reason=ticket.paused_reason, until=until)
    return ""


def _why(context: Context, ticket: Ticket) -> str:
    """The same for whoever reported it, without anybody else; what a mediator notes is not for either side."""
    if ticket.confidential:
        return ""
    if ticket.state is State.REFERRED or not ticket.paused_reason:
        return _reason(context, ticket)
    declined = ticket.state is State.DECLINED
    shown = for_reporter(context, ticket, ticket.paused_reason, to_call=declined)
    return _reason(context, replace(ticket, paused_reason=shown))


def _reporter_line(context: Context, ticket: Ticket) -> str:
    if not ticket.reporter_name and not ticket.contact:
        return context.say("card.reporter_removed")
    home = context.store.people.home(ticket.reporter).full() if ticket.reporter else ""
    how = "、".join(part for part in (ticket.contact, home) if part) or context.say("card.in_group")
    return context.say("card.reporter", name=ticket.reporter_name, how=how)


def _worker_buttons(context: Context, ticket: Ticket, audience: Audience) -> Buttons:
    rows: list[tuple[Button, ...]] = []
    if ticket.state is State.MERGED:
        return ((_button(context, ticket, Verb.UNMERGE),),)
    if ticket.going_on:
        for verbs in _WORKER_BUTTONS:
            row = tuple(
                _button(context, ticket, verb)
                for verb in verbs
                if after(ticket.kind, ticket.state, verb) is not None and not _pointless(ticket, verb)
            )
            if row:
                rows.append(row)
    if _may_be_mediated(context, ticket, audience):
        rows.append((_button(context, ticket, Verb.MEDIATE),))
    if audience is Audience.COMMITTEE and (ticket.reporter or ticket.contact):
        rows.append((Button(context.say("button.persons"), f"t:{ticket.id}:persons", number=ticket.number),))
    return tuple(rows)


def _may_be_mediated(context: Context, ticket: Ticket, audience: Audience) -> bool:
    """Whether a card offers mediation: topics that are the mediator's are disputes between neighbours."""
    topic = context.files.rulebook.topics.get(ticket.topic)
    mediators = audience is Audience.COMMITTEE or ticket.role == Role.MEDIATOR
    open_ = ticket.going_on and not ticket.confidential and not ticket.emergency
    return open_ and mediators and topic is not None and topic.role is Role.MEDIATOR


def _pointless(ticket: Ticket, verb: Verb) -> bool:
    """Steps that the table allows but a card need not offer now."""
    return (
        (verb is Verb.ACCEPT and ticket.state is State.PAUSED)
        or (ticket.kind is Kind.WISH and verb is Verb.ARRIVE)
        or (verb is Verb.PLAN and ticket.severity is not Severity.COMPLEX)
    )


def _button(context: Context, ticket: Ticket, verb: Verb) -> Button:
    return Button(context.say(f"button.{verb.value}"), f"t:{ticket.id}:{verb.value}", number=ticket.number)
