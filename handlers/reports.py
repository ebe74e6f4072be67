"""A message of somebody who simply talks: silence, or a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.classify.acts import Act, ActKind
from bot.domain.messages import Face, Incoming, Outgoing, Photo, Priority, Say
from bot.domain.places import NOWHERE, Place
from bot.domain.tickets import Ticket
from bot.domain.verdicts import OTHER_TOPIC, Kind, Verdict
from handlers import notices, outages
from handlers.context import Actor, Context, Refused
from handlers.conversation import (
    SHARED_TOPICS,
    Talk,
    Thread,
    agree,
    elsewhere,
    home_of,
    talk_of,
    without_mentions,
)
from handlers.faces import guidance
from handlers.filing import Report, file
from handlers.follow_ups import add_detail, add_voice, edited, follow, in_talk
from handlers.groups import introduced
from handlers.remarks import COMMENT, remark
from storage.memory import Recent
from storage.questions import remembered_at

_AS_LONG_AS_OPEN = timedelta(days=7)
"""How long an outage that nobody has settled can be joined, where the place agrees or the words are alike."""
_OWN_BUILDING = (
    "我们楼",
    "我们单元",
    "我们栋",
    "我们这栋",
    "我们这楼",
    "咱楼",
    "咱们楼",
    "俺们楼",
    "我家楼",
    "我哋座",
    "本楼",
)
_BY_THE_WAY = 3.0
"""Weight from which news belongs to what is being spoken of."""
_NODS = (
    "好",
    "行",
    "嗯",
    "哦",
    "喔",
    "收到",
    "没事",
    "谢",
    "ok",
    "OK",
    "可以",
    "方便",
    "哈",
    "知道",
    "明白",
    "辛苦",
)
"""How a reporter begins who only answers somebody."""
_NOT_ME = (
    "我家没",
    "我这没",
    "我家不",
    "我这不",
    "我没",
    "是我家",
    "是我",
    "我来",
    "我去",
    "我帮",
    "我在",
    "我问",
    "我说",
    "我觉得",
    "我看",
)
"""First persons who tell of something else than the matter at their own place."""
_LIKELY = 0.25
"""Share from which a message that is no report by itself is one in the midst of talk about such a matter."""
_FRAGMENT = 20
"""Longest message, in characters, that can be a piece of what somebody types in several pieces."""


def heard(said: Incoming, context: Context, actor: Actor) -> list[Outgoing]:
    """A message in an owners' group. Nobody is read without having been told, nor who asked not to be."""
    welcome = introduced(context, said.chat)
    if welcome is not None:
        return welcome
    act = context.files.classifier.act(said.text) if said.text else None
    known = context.store.people.known(said.author)
    if act is not None and act.kind in (ActKind.OPT_OUT, ActKind.OPT_IN):
        if said.anonymous:
            # All anonymous admins share one account: none of them may speak for the others.
            raise Refused("refused.anonymous")
        return opt(said, context, act)
    if known is not None and known.opted_out_at is not None:
        return answer_unread(said, context)
    if known is not None and known.ignored_until is not None and known.ignored_until > context.now:
        verdict = context.files.classifier.classify(said.text)
        # Whoever cries wolf may still be in danger.
        return listen(said, context, actor, act) if verdict.danger is not None else []
    return listen(said, context, actor, act)


def listen(said: Incoming, context: Context, actor: Actor, act: Act | None) -> list[Outgoing]:
    """Sort a message that may be read: a follow-up, a report, or chatter."""
    if said.voice and not said.text:
        return _ask_for_text(said, context)
    if said.edited:
        changed = edited(said, context)
        if changed is not None:
            return changed
    told = notices.heard(said, context, actor)
    if told is not None:
        return told
    followed = follow(said, context, actor, act)
    if followed is not None:
        return followed
    announced = outages.felt(said, context, actor)
    if announced is not None:
        return announced
    talk = talk_of(said, context, staff=actor.staff)
    if act is not None:
        meant = in_talk(said, context, actor, talk, act)
        if meant is not None:
            return meant
    return _report(said, context, actor, act, talk)


def opt(said: Incoming, context: Context, act: Act) -> list[Outgoing]:
    """别记我 and its opposite."""
    leaving = act.kind is ActKind.OPT_OUT
    context.store.people.remember(said.author, opted_out_at=context.now if leaving else None)
    if leaving:
        context.store.memory.forget(said.author)
    key = "resident.opted_out" if leaving else "resident.opted_in"
    text = context.say(key, phone=context.config.compound.phone)
    return [_reply(said, f"opt:{said.chat.platform}:{said.chat.chat}:{said.message}", text)]


def answer_unread(said: Incoming, context: Context) -> list[Outgoing]:
    """Somebody who asked not to be recorded has a complaint: once, whom to phone. Nothing is kept."""
    verdict = context.files.classifier.classify(said.text)
    if verdict.danger is not None:
        key = f"unread:{said.chat.platform}:{said.chat.chat}:{said.message}"
        text = guidance(context, verdict.danger, unread=True)
        return [_reply(said, key, text, Priority.EMERGENCY)]
    if verdict.kind is not Kind.COMPLAINT:
        return []
    text = context.say("resident.unread", phone=context.config.compound.phone)
    return [_reply(said, f"unread:{said.author.platform}:{said.author.id}", text)]


def _ask_for_text(said: Incoming, context: Context) -> list[Outgoing]:
    """One line, at most once a day for a person: Linli cannot hear."""
    if said.in_group and (context.listening or context.muted or context.quiet):
        return []
    return [
        _reply(
            said, f"voice:{said.author.platform}:{said.author.id}:{context.today}", context.say("group.voice")
        )
    ]


def _report(said: Incoming, context: Context, actor: Actor, act: Act | None, talk: Talk) -> list[Outgoing]:
    pieces = _pieces(said, context)
    verdict = (
        context.files.classifier.classify(without_mentions(said.text), staff=actor.staff)
        if said.text
        else Verdict(Kind.CHATTER)
    )
    spoken = [p for p in pieces if p.text and len(p.text) <= _FRAGMENT]
    together = "，".join([*(p.text for p in spoken), said.text])
    joined: list[Recent] = []
    if spoken and said.text and (verdict.kind is Kind.CHATTER or not verdict.place.known):
        whole = context.files.classifier.classify(together, staff=actor.staff)
        if verdict.kind is Kind.CHATTER and len(said.text) <= _FRAGMENT and whole.kind is not Kind.CHATTER:
            verdict, joined = whole, spoken
        elif verdict.kind is not Kind.CHATTER and whole.place.known and whole.kind is verdict.kind:
            verdict, joined = replace(verdict, place=whole.place), spoken
    verdict = replace(verdict, place=_at_home(said, context, verdict.place))
    by_the_way = _by_the_way(talk, verdict)
    if verdict.kind is Kind.CHATTER or by_the_way:
        out = _remark(said, context, actor, act, talk, by_the_way=by_the_way)
        if said.text or said.photos:
            context.store.memory.keep(said)
        return out
    if context.store.tickets.message_at(said.chat, said.message) is not None:
        # Delivered twice.
        return []
    context.store.memory.drop(said.chat, said.author)
    said = replace(said, photos=(*_photos_before(said, context, pieces), *said.photos))
    if verdict.kind is not Kind.NOTICE:
        own = _own_matter(said, context, verdict)
        if own is not None:
            return add_detail(said, context, own, verdict)
        same = same_matter(said, context, verdict) or _spoken_of(talk, verdict)
        if same is not None and same.reporter == said.author and not said.anonymous:
            return add_detail(said, context, same, verdict)
        if same is not None:
            return add_voice(said, context, same, verdict)
    return _file(said, context, verdict, joined)


def _file(said: Incoming, context: Context, verdict: Verdict, joined: list[Recent]) -> list[Outgoing]:
    anonymous = said.anonymous
    report = Report(
        text="\n".join([*(p.text for p in joined), said.text]),
        verdict=verdict,
        reporter=None if anonymous else said.author,
        reporter_name=context.say("card.anonymous") if anonymous else said.author.name,
        at=said.sent_at,
        origin=said.chat,
        message=said.message,
        album=said.album,
        photos=said.photos,
    )
    ticket, out = file(context, report)
    notices.read(context, ticket)
    if joined and said.text != report.text:
        origin = context.store.tickets.message_at(said.chat, said.message)
        if origin is not None:
            # Each message keeps its own words, so that each can be edited.
            context.store.tickets.change_message(origin, text=said.text)
    for piece in joined:
        tied = context.store.tickets.message_at(said.chat, piece.message)
        if tied is not None and tied.purpose == COMMENT:
            # Until now it could only be a remark on what was being spoken of.
            context.store.tickets.drop_message(tied)
        context.store.tickets.add_message(
            ticket, said.chat, piece.message, report.reporter, purpose="piece", text=piece.text, at=piece.at
        )
    _tie_what_it_answers(said, context, ticket)
    return out


def _tie_what_it_answers(said: Incoming, context: Context, ticket: Ticket) -> None:
    """A report that answers somebody is about what they said, which belongs to it, without words or name."""
    since = said.sent_at - timedelta(minutes=context.config.keep.context_minutes)
    if said.reply_to is None or ticket.kind is Kind.NOTICE:
        return
    at = remembered_at(context.store, said.chat, said.reply_to, since)
    if at is not None:
        context.store.tickets.add_message(
            ticket, said.chat, said.reply_to, None, purpose=COMMENT, text="", at=at
        )


def _pieces(said: Incoming, context: Context) -> tuple[Recent, ...]:
    since = said.sent_at - timedelta(minutes=context.config.promises.burst_minutes)
    pieces = context.store.memory.recent(said.chat, said.author, since)
    if said.anonymous:
        # Several people may be behind it; an album is one person's.
        pieces = tuple(p for p in pieces if p.album is not None and p.album == said.album)
    return tuple(p for p in pieces if p.message != said.message)


def _photos_before(said: Incoming, context: Context, pieces: tuple[Recent, ...]) -> tuple[Photo, ...]:
    since = said.sent_at - timedelta(minutes=context.config.promises.photo_minutes)
    return tuple(
        photo for piece in pieces if piece.at >= since or piece.album == said.album for photo in piece.photos
    )


def _own_matter(said: Incoming, context: Context, verdict: Verdict) -> Ticket | None:
    """The same person goes on about what they reported minutes ago."""
    if said.anonymous:
        return None
    since = said.sent_at - timedelta(minutes=context.config.promises.burst_minutes)
    latest = context.store.tickets.latest_of(said.author, since, said.chat)
    if latest is None or not latest.going_on or latest.kind is not verdict.kind:
        return None
    if latest.listened and not context.listening:
        return None
    same_topic = OTHER_TOPIC in (verdict.topic, latest.topic) or verdict.topic == latest.topic
    agrees = not verdict.place.known or not latest.place.known or latest.place.contains(verdict.place)
    return latest if same_topic and agrees else None


def same_matter(said: Incoming, context: Context, verdict: Verdict) -> Ticket | None:
    """A ticket of the last hour on the same matter: topic, kind and place agree; without a place the words do."""
    if verdict.topic == OTHER_TOPIC and verdict.danger is None:
        return None
    now, place = context.now, verdict.place
    if not place.known:
        place = place.over(home_of(said, context))
    hour = timedelta(minutes=context.config.promises.join_minutes)
    outage = verdict.topic in SHARED_TOPICS and verdict.danger is None
    for ticket in context.store.tickets.alike(
        verdict.kind, verdict.topic, now - (_AS_LONG_AS_OPEN if outage else hour)
    ):
        if ticket.listened and not context.listening:
            # Of what was only listened to nobody has been told.
            continue
        if verdict.danger is not None and ticket.danger is None and not agree(ticket.place, place):
            continue
        # Danger is where it is: gas in another building is another emergency.
        shared = outage and ticket.danger is None
        if (
            shared
            and not ticket.place.spots
            and not place.spots
            and _heard_since(context, ticket, now - hour)
        ):
            return ticket
        if ticket.place.known and place.known:
            if agree(ticket.place, place):
                return ticket
        elif ticket.origin == said.chat and near(ticket.text, said.text):
            return ticket
    return None


def _heard_since(context: Context, ticket: Ticket, since: datetime) -> bool:
    """Whether somebody reported it after a moment."""
    messages = context.store.tickets.messages(ticket, "origin", "voice", "detail")
    return ticket.filed_at >= since or any(message.at >= since for message in messages)


def _spoken_of(talk: Talk, verdict: Verdict) -> Ticket | None:
    """The ticket that the chat is talking about, where a report is one more voice on it."""
    for thread in talk.threads:
        if thread.ticket.going_on and talk.goes_with(thread, verdict):
            return thread.ticket
    return None


def _by_the_way(talk: Talk, verdict: Verdict) -> bool:
    """Whether what reads like a notice, or like a report by staff, is news about the ticket being spoken of.

    An announcement has a head of its own, and danger is danger whoever speaks.
    """
    if verdict.danger is not None or "<标题>" in talk.subject.because:
        return False
    if verdict.kind is Kind.NOTICE and talk.staff and talk.said.reply_to is not None:
        # What answers one person announces nothing.
        return True
    if verdict.kind is Kind.NOTICE or (talk.staff and verdict.kind is not Kind.CHATTER):
        return _thread_of(talk) is not None
    return False


def _thread_of(talk: Talk) -> Thread | None:
    """The thread that a remark belongs to; staff's news for all may stand alone, neighbours' hardly do."""
    return talk.continues() if talk.staff else talk.continues(_BY_THE_WAY)


def _remark(
    said: Incoming, context: Context, actor: Actor, act: Act | None, talk: Talk, *, by_the_way: bool
) -> list[Outgoing]:
    """What is no report by itself: more about a ticket's matter, a remark on it, or nothing."""
    thread = talk.continues() if said.text else None
    if thread is None and by_the_way:
        thread = _thread_of(talk)
    if thread is None:
        return []
    ticket = thread.ticket
    may_add = ticket.going_on and ticket.kind is not Kind.NOTICE and not (actor.staff or said.anonymous)
    if may_add and act is None:
        verdict = Verdict(ticket.kind, ticket.topic, place=talk.subject.place)
        if ticket.reporter == said.author and _goes_on(thread, talk):
            if elsewhere(ticket, verdict.place):
                verdict = replace(verdict, place=NOWHERE)
            return add_detail(said, context, ticket, verdict)
        if ticket.reporter != said.author and _feels_it_too(thread, talk):
            return add_voice(said, context, ticket, verdict)
    keep = actor.staff or (talk.answered == ticket.id and talk.subject.topic == ticket.topic)
    return remark(said, context, ticket, keep=keep)


def _goes_on(thread: Thread, talk: Talk) -> bool:
    """Whether a reporter's message adds to the report: said in one breath with it, or no mere nod later on."""
    said = talk.said
    if said.reply_to is not None and talk.answered != thread.ticket.id:
        return False
    return thread.between <= 1 and not said.text.startswith(_NODS)


def _feels_it_too(thread: Thread, talk: Talk) -> bool:
    """Whether a neighbour tells how it is with themselves, right after a report and before anybody answered it."""
    text = talk.said.text
    if talk.said.reply_to is not None or thread.staff_spoke or elsewhere(thread.ticket, talk.subject.place):
        return False
    soon = talk.said.sent_at - thread.reported_at <= timedelta(minutes=5) and thread.between == 0
    likely = talk.subject.kind is thread.ticket.kind and talk.subject.score >= _LIKELY
    mine = "我" in text and not any(word in text for word in _NOT_ME)
    return soon and (likely or mine) and "?" not in text and "？" not in text


def _at_home(said: Incoming, context: Context, place: Place) -> Place:
    """我们楼: the building is the reporter's own, where it is known."""
    if place.buildings or not any(word in said.text for word in _OWN_BUILDING):
        return place
    home = home_of(said, context)
    return place.over(home) if home else place


def near(one: str, other: str) -> bool:
    """Whether two texts share a third of the smaller one's pairs of characters."""
    a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    smaller = min(len(a), len(b))
    return smaller > 0 and len(a & b) * 3 >= smaller


def _reply(said: Incoming, key: str, text: str, priority: Priority = Priority.ANSWER) -> Say:
    return Say(said.chat, key, Face(text), priority, reply_to=said.message)
