"""What somebody says about a ticket that is there already: a place, a photo, a voice, a correction, a recall."""

from __future__ import annotations

from datetime import timedelta

from bot.classify.acts import Act, ActKind
from bot.domain.messages import Face, Incoming, Outgoing, Priority, React, Say
from bot.domain.permissions import Audience
from bot.domain.places import Place
from bot.domain.tickets import State, Ticket, Verb
from bot.domain.verdicts import Kind, Verdict
from handlers import notices
from handlers.assents import waits_for_resident
from handlers.cards import refresh
from handlers.context import Actor, Context, Refused
from handlers.conversation import answered, talk_of
from handlers.faces import matter
from handlers.filing import JOINED, add_photos, complete_place, raise_severity
from handlers.last_word import closed_in_words, denied, rated_in_words, signed
from handlers.remarks import COMMENT, QUESTION
from handlers.steps import Step, take, wake
from storage.ticket_rows import Message
from storage.tickets import distinct_voices

_SHORT = 24
"""Longest message, in characters, that is read as an answer to the question for the place."""


def follow(said: Incoming, context: Context, actor: Actor, act: Act | None) -> list[Outgoing] | None:
    """What a message changes in a ticket that is there; None where it is no follow-up."""
    if act is not None and act.kind is ActKind.WITHDRAW:
        return withdraw(said, context, actor, act.number)
    if said.album:
        known = context.store.tickets.of_album(said.chat, said.album)
        ticket = context.store.tickets.get(known.ticket) if known else None
        if known is not None and ticket is not None:
            return attach(said, context, ticket, "proof" if known.purpose == "proof" else "report")
    found = answered(said, context)
    settled = closed_in_words(said, context, actor, found)
    if settled is not None:
        return settled
    denies = denied(said, context, found)
    if denies is not None:
        return _not_over(said, context, actor, denies)
    rated = rated_in_words(said, context, found)
    if rated is not None:
        return rated
    ticket = context.store.tickets.get(found) if found is not None else None
    if ticket is not None:
        about = _about(said, context, actor, ticket, act)
        if about is not None:
            return about
    place = _place_answer(said, context)
    if place is not None:
        return place
    if said.photos and not said.text:
        return _photo(said, context)
    return None


def _not_over(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> list[Outgoing]:
    """What its reporter says is not solved is open again, with what they say besides; no ticket of its own."""
    ticket, out = take(context, ticket, Step(Verb.REJECT), actor)
    out += add_detail(said, context, ticket, context.files.classifier.classify(said.text))
    return [*out, *signed(said, context, context.say("toast.reject", number=ticket.number))]


def _photo(said: Incoming, context: Context) -> list[Outgoing] | None:
    """A photo right after what its author said about a ticket."""
    span = timedelta(minutes=context.config.promises.photo_minutes)
    latest = context.store.tickets.latest_of(said.author, said.sent_at - span, said.chat)
    if latest is not None and latest.going_on:
        return attach(said, context, latest)
    if said.anonymous:
        return None
    remarks = {
        piece.message for piece in context.store.memory.recent(said.chat, said.author, said.sent_at - span)
    }
    for thread in talk_of(said, context, staff=False).threads:
        ticket, since = thread.ticket, thread.since_own(said)
        open_ = ticket.going_on or ticket.state is State.POSTED
        if open_ and (
            (since is not None and since <= span) or any(t.message in remarks for t in thread.ties)
        ):
            return attach(said, context, ticket)
    return None


def _about(
    said: Incoming, context: Context, actor: Actor, ticket: Ticket, act: Act | None
) -> list[Outgoing] | None:
    mine = ticket.reporter == said.author
    if act is not None and act.kind is ActKind.ME_TOO and ticket.going_on and not mine:
        return add_voice(said, context, ticket)
    if ticket.awaits_place and (mine or actor.staff):
        place = context.files.classifier.only_place(said.text)
        if place.known:
            return _complete(said, context, ticket, place)
    if said.photos and (mine or actor.staff) and not said.text:
        return attach(said, context, ticket)
    if mine and ticket.going_on and said.text and act is None:
        verdict = context.files.classifier.classify(said.text)
        if ticket.confidential and verdict.danger is not None:
            return None
        return add_detail(said, context, ticket, verdict)
    return None


def _place_answer(said: Incoming, context: Context) -> list[Outgoing] | None:
    """The answer to "请问是几栋几单元？", with or without a reply."""
    waits = context.store.memory.expected(said.chat, said.author, context.now, "place")
    if waits is None or waits.ticket is None or not said.text:
        return None
    ticket = context.store.tickets.get(waits.ticket)
    if ticket is None or not ticket.going_on:
        return None
    classifier = context.files.classifier
    place = classifier.only_place(said.text)
    if not place.known and len(said.text) <= _SHORT:
        verdict = classifier.classify(said.text)
        if verdict.kind is Kind.CHATTER or verdict.topic == ticket.topic:
            place = verdict.place
    if place.known:
        return _complete(said, context, ticket, place)
    strange = classifier.strange_buildings(said.text) if len(said.text) <= _SHORT else ()
    if not strange or context.muted:
        return None
    text = context.say("group.ask_place_again", building=strange[0])
    key = f"ticket:{ticket.id}:strange:{said.message}"
    return [Say(said.chat, key, Face(text), Priority.ANSWER, reply_to=said.message, ticket=ticket.id)]


def _complete(said: Incoming, context: Context, ticket: Ticket, place: Place) -> list[Outgoing]:
    context.store.memory.met(said.chat, said.author, "place")
    context.store.tickets.add_message(
        ticket, said.chat, said.message, said.author, purpose="detail", text=said.text, at=said.sent_at
    )
    _, out = complete_place(context, ticket, place)
    return out + add_photos(context, ticket, said.chat.platform, said.photos, "report")


def add_detail(said: Incoming, context: Context, ticket: Ticket, verdict: Verdict) -> list[Outgoing]:
    """The reporter says more about the same matter."""
    fresh = context.store.tickets.add_message(
        ticket,
        said.chat,
        said.message,
        said.author,
        purpose="detail",
        text=said.text,
        at=said.sent_at,
        album=said.album,
    )
    if not fresh:
        return []
    context.store.tickets.note(ticket, context.now, "detail", "resident", said.author)
    out: list[Outgoing] = []
    if not ticket.place.known or ticket.place.contains(verdict.place):
        # Another building in an answer may be an addition or a comparison: the card shows the words, people decide.
        ticket, out = complete_place(context, ticket, verdict.place)
    ticket, more = raise_severity(context, ticket, verdict)
    if ticket.state is State.PAUSED and waits_for_resident(ticket.paused_reason):
        # The one who was waited for has spoken.
        ticket, heard = wake(context, ticket)
        more += heard
    out += more + add_photos(context, ticket, said.chat.platform, said.photos, "report")
    refresh(context, ticket)
    return out


def add_voice(
    said: Incoming, context: Context, ticket: Ticket, verdict: Verdict | None = None
) -> list[Outgoing]:
    """One more household on the same matter: a reaction and a counter, no message."""
    before = distinct_voices(context.store.tickets.messages(ticket, "voice"), ticket.reporter)
    fresh = context.store.tickets.add_message(
        ticket,
        said.chat,
        said.message,
        said.author,
        purpose="voice",
        text=said.text,
        at=said.sent_at,
        album=said.album,
    )
    if not fresh:
        return []
    context.store.people.remember(said.author)
    voices = distinct_voices(context.store.tickets.messages(ticket, "voice"), ticket.reporter)
    # Merged tickets have brought voices of their own along.
    ticket = context.store.tickets.change(ticket, voices=ticket.voices + voices - before)
    context.store.tickets.note(ticket, context.now, "voice", "resident", said.author)
    out: list[Outgoing] = []
    if not ticket.listened and not context.muted:
        out.append(React(said.chat, said.message, JOINED))
    if verdict is not None:
        ticket, more = _widen(context, ticket, verdict.place)
        ticket, rung = raise_severity(context, ticket, verdict)
        out += more + rung
    out += add_photos(context, ticket, said.chat.platform, said.photos, "report")
    refresh(context, ticket)
    return out


def _widen(context: Context, ticket: Ticket, place: Place) -> tuple[Ticket, list[Outgoing]]:
    """A voice from another building widens an outage; one that names the place completes the ticket."""
    if not ticket.place.known:
        return complete_place(context, ticket, place)
    more = tuple(b for b in place.buildings if b not in ticket.place.buildings)
    if not more or not ticket.place.buildings:
        return ticket, []
    wider = Place(ticket.place.phase, (*ticket.place.buildings, *more), spots=ticket.place.spots)
    return context.store.tickets.change(ticket, place=wider), []


def leave(context: Context, ticket: Ticket, actor: Actor) -> tuple[Message, ...]:
    """One tap: somebody's voice was joined by mistake and becomes its author's own again. Returns what they said."""
    all_voices = context.store.tickets.messages(ticket, "voice")
    mine = tuple(m for m in all_voices if m.account == actor.account)
    if not mine:
        raise Refused("refused.split")
    before = distinct_voices(all_voices, ticket.reporter)
    for message in mine:
        context.store.tickets.drop_message(message)
    voices = distinct_voices(context.store.tickets.messages(ticket, "voice"), ticket.reporter)
    ticket = context.store.tickets.change(ticket, voices=max(ticket.voices + voices - before, 0))
    context.store.tickets.note(ticket, context.now, "parted", actor.kind, actor.account)
    refresh(context, ticket)
    return mine


def attach(said: Incoming, context: Context, ticket: Ticket, purpose: str = "report") -> list[Outgoing]:
    """Photos that belong to a ticket."""
    context.store.tickets.add_message(
        ticket,
        said.chat,
        said.message,
        said.author,
        purpose="photo" if purpose == "report" else purpose,
        text=said.text,
        at=said.sent_at,
        album=said.album,
    )
    return add_photos(context, ticket, said.chat.platform, said.photos, purpose)


def withdraw(said: Incoming, context: Context, actor: Actor, number: int | None) -> list[Outgoing] | None:
    """ "撤回 12" at any time while it goes on, "说错了" within minutes: the reporter takes a report back."""
    since = context.now - timedelta(minutes=context.config.promises.recall_minutes)
    if number is not None:
        ticket = context.store.tickets.numbered(number)
        if ticket is None:
            raise Refused("refused.no_ticket", number=number)
    else:
        ticket = context.store.tickets.latest_of(said.author, since, said.chat)
        if ticket is None or not ticket.going_on:
            return None
    ticket, out = take(context, ticket, Step(Verb.WITHDRAW), actor)
    if not ticket.listened and not context.store.cards.of(ticket.id, Audience.OWNERS_GROUP.value):
        out.append(
            Say(
                said.chat,
                f"withdrawn:{ticket.id}:{ticket.episode}",
                Face(context.say("group.withdrawn", number=ticket.number, matter=matter(ticket), into="")),
                Priority.ANSWER,
                reply_to=said.message,
                silent=context.quiet,
            )
        )
    return out


def edited(said: Incoming, context: Context) -> list[Outgoing] | None:
    """An edited message: its ticket says what it says now. None where it belongs to no ticket."""
    message = context.store.tickets.message_at(said.chat, said.message)
    if message is None:
        return None
    if message.purpose in (COMMENT, QUESTION):
        # What was a remark may be a report now: it is read anew.
        context.store.tickets.drop_message(message)
        return None
    ticket = context.store.tickets.get(message.ticket, lock=True)
    if ticket is None or message.text == said.text:
        return []
    context.store.tickets.change_message(message, text=said.text)
    verdict = context.files.classifier.classify(said.text)
    out: list[Outgoing] = []
    if message.purpose in ("origin", "piece"):
        ticket = context.store.tickets.change(ticket, text=whole(context, ticket))
        place = verdict.place.over(ticket.place) if verdict.place else ticket.place
        if place != ticket.place:
            if ticket.place.known and place.known:
                # The building was wrong: forget it, so that the right one is routed like a first one.
                ticket = context.store.tickets.change(ticket, place=Place())
            ticket, out = complete_place(context, ticket, place)
            _tell_holder(context, ticket)
    context.store.tickets.note(ticket, context.now, "edited", "resident", said.author)
    notices.changed(context, ticket, context.actor(said.author))
    ticket, more = raise_severity(context, ticket, verdict)
    refresh(context, ticket)
    return out + more


def whole(context: Context, ticket: Ticket) -> str:
    """A report as it was said, in one piece or several."""
    messages = context.store.tickets.messages(ticket, "piece", "origin")
    # Pieces of one second come before what they led to.
    in_order = sorted(messages, key=lambda m: (m.at, m.purpose == "origin"))
    return "\n".join(m.text for m in in_order)


def _tell_holder(context: Context, ticket: Ticket) -> None:
    """Whoever is on the way hears that it is elsewhere: an edited card makes no sound."""
    if ticket.state not in (State.ACCEPTED, State.ON_SITE) or context.quiet:
        return
    for card in context.store.cards.of(ticket.id, Audience.WORKER.value):
        if card.person == ticket.assignee and card.message:
            context.store.cards.repost(card, context.now)
