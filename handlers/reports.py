"""A message of somebody who simply talks: silence, or a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.classify.acts import Act, ActKind
from bot.domain.messages import Face, Incoming, Outgoing, Priority, Say
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from bot.domain.verdicts import Kind, Verdict
from handlers import notices, outages
from handlers.asides import aside, by_the_way, in_talk
from handlers.context import Actor, Context, Refused
from handlers.conversation import (
    Talk,
    home_of,
    talk_of,
    without_mentions,
)
from handlers.faces import guidance
from handlers.filing import Report, file
from handlers.follow_ups import add_detail, add_voice, edited, follow
from handlers.groups import introduced
from handlers.likeness import VAGUE
from handlers.matters import own_matter, same_matter, spoken_of
from handlers.remarks import COMMENT
from storage.memory import Recent
from storage.questions import remembered_at, talk_since

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
_PLAIN = 0.75
"""Share from which a report is plain enough to stand in the midst of other talk."""
_SHORTEST_NOTICE = 25
"""Characters; what is shorter and has no head of its own is an answer to somebody, where others are talking."""
_JUST_NOW = timedelta(minutes=3)
_FRAGMENT = 30
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
    if spoken and said.text and (verdict.kind is Kind.CHATTER or _lacks(verdict)):
        whole = context.files.classifier.classify(together, staff=actor.staff)
        if verdict.kind is Kind.CHATTER and len(said.text) <= _FRAGMENT and whole.kind is not Kind.CHATTER:
            verdict, joined = whole, spoken
        elif verdict.kind is not Kind.CHATTER and whole.kind is verdict.kind:
            told = _completed(verdict, whole)
            verdict, joined = told, spoken if told != verdict else []
    if _passed_on(said) or _amid_other_talk(said, context, talk, verdict):
        verdict = Verdict(Kind.CHATTER)
    verdict = replace(verdict, place=_at_home(said, context, verdict.place))
    news = by_the_way(talk, verdict)
    if verdict.kind is Kind.CHATTER or news:
        out = aside(said, context, actor, act, talk, news=news)
        if said.text or said.photos:
            context.store.memory.keep(said)
        return out
    if context.store.tickets.message_at(said.chat, said.message) is not None:
        # Delivered twice.
        return []
    context.store.memory.drop(said.chat, said.author)
    shown = _shown_before(said, context, pieces)
    said = replace(said, photos=(*(photo for piece in shown for photo in piece.photos), *said.photos))
    # A building that is not there is asked about: what was said of others is no guide to where it is.
    strange = context.files.classifier.strange_buildings(said.text) if not verdict.place.known else ()
    if verdict.kind is not Kind.NOTICE and not strange:
        own = own_matter(said, context, verdict)
        if own is not None:
            return add_detail(said, context, own, verdict)
        same = same_matter(said, context, verdict) or spoken_of(talk, verdict)
        if same is not None and same.reporter == said.author and not said.anonymous:
            return add_detail(said, context, same, verdict)
        if same is not None:
            return add_voice(said, context, same, verdict)
    return _file(said, context, verdict, joined, shown)


def _lacks(verdict: Verdict) -> bool:
    """Whether a report leaves open where or what it is about: "又坏了"."""
    return not verdict.place.known or verdict.topic in VAGUE


def _completed(verdict: Verdict, whole: Verdict) -> Verdict:
    """A report with the place and the topic that it leaves open, from what its author said just before."""
    if not verdict.place.known and whole.place.known:
        verdict = replace(verdict, place=whole.place)
    if verdict.topic in VAGUE and whole.topic not in VAGUE:
        verdict = replace(verdict, topic=whole.topic)
    return verdict


def _amid_other_talk(said: Incoming, context: Context, talk: Talk, verdict: Verdict) -> bool:
    """Whether something unsure is said right after others spoke of what is no matter: then it goes on about that.

    A report that is plain or names its place is one wherever it is said, and so is an announcement with a head.
    """
    if not said.in_group or verdict.kind is Kind.CHATTER or verdict.danger is not None:
        return False
    if verdict.kind is Kind.NOTICE:
        unsure = len(said.text) < _SHORTEST_NOTICE and "<标题>" not in verdict.because
    else:
        unsure = verdict.score < _PLAIN and not verdict.place.known
    if not unsure or (talk.threads and talk.threads[0].between == 0):
        return False
    since = said.sent_at - _JUST_NOW
    own = context.store.memory.recent(said.chat, said.author, since)
    return len(talk_since(context.store, said.chat, since)) > len(own)


def _passed_on(said: Incoming) -> bool:
    """Whether somebody shares a link and its headline: news from elsewhere, in nobody's own words."""
    return said.text.startswith(("[链接]", "[鏈接]", "[視頻號]", "[视频号]", "http://", "https://")) and (
        "\n" not in said.text
    )


def _file(
    said: Incoming, context: Context, verdict: Verdict, joined: list[Recent], shown: list[Recent]
) -> list[Outgoing]:
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
    for piece in shown:
        if piece not in joined:
            context.store.tickets.add_message(
                ticket,
                said.chat,
                piece.message,
                report.reporter,
                purpose="photo",
                text=piece.text,
                at=piece.at,
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


def _shown_before(said: Incoming, context: Context, pieces: tuple[Recent, ...]) -> list[Recent]:
    """Photos that their author sent just before the words."""
    since = said.sent_at - timedelta(minutes=context.config.promises.photo_minutes)
    return [p for p in pieces if p.photos and (p.at >= since or p.album == said.album)]


def _at_home(said: Incoming, context: Context, place: Place) -> Place:
    """我们楼: the building is the reporter's own, where it is known."""
    if place.buildings or not any(word in said.text for word in _OWN_BUILDING):
        return place
    home = home_of(said, context)
    return place.over(home) if home else place


def _reply(said: Incoming, key: str, text: str, priority: Priority = Priority.ANSWER) -> Say:
    return Say(said.chat, key, Face(text), priority, reply_to=said.message)
