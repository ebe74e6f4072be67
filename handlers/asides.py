"""What is said in the midst of talk about a ticket and is no report by itself: me too, how far, it is over, remarks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.classify.acts import Act, ActKind
from bot.domain.messages import Incoming, Outgoing, React
from bot.domain.places import NOWHERE
from bot.domain.verdicts import Kind, Verdict
from handlers.context import Actor, Context
from handlers.conversation import MEANS, Talk, Thread
from handlers.filing import JOINED
from handlers.follow_ups import add_detail, add_voice
from handlers.last_word import says_no
from handlers.likeness import at_odds, elsewhere
from handlers.remarks import QUESTION, propose_closing, remark, tell_state
from handlers.urging import urge

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
_SPARED = ("还好", "幸好", "幸亏", "好在", "多亏", "哈哈", "嘿嘿")
"""Somebody who got off lightly, or laughs: no household on the matter."""
_FINE = re.compile(
    "正常|没事|没问题|没停|没断|不停|能用|好用|好着|热的|温的|烫的|不冷|不漏|挺热|还行"
    "|有水|有电|有气|(?:楼|栋|家|层|单元|这边|[0-9])(?:还|都|是)?有(?:的|呀|啊|哦)?$"
)
"""With them all is well: a neighbour whom it has not reached."""
_LIKELY = 0.5
"""Share from which a message that is no report by itself is one in the midst of talk about such a matter."""
_ECHO = timedelta(minutes=10)
"""How soon after a ticket "我家也是" without a reply is taken to mean it."""
_FAR = 3
"""Messages about other things, after which "+1" no longer means the ticket before them."""


def in_talk(said: Incoming, context: Context, actor: Actor, talk: Talk, act: Act) -> list[Outgoing] | None:
    """What a short act does to the ticket that the chat is talking about; None where there is no such ticket."""
    if act.kind is ActKind.ME_TOO:
        return _echo(said, context, talk)
    if act.kind is ActKind.URGE:
        return _urge(said, context, actor, talk, act)
    if act.kind is ActKind.SOLVED and says_no(said):
        return None
    if act.kind in (ActKind.STATUS, ActKind.SOLVED):
        meant = talk.asks_about() if act.kind is ActKind.STATUS else talk.ends()
        if meant is None:
            return None
        if act.kind is ActKind.STATUS:
            return tell_state(said, context, meant.ticket)
        return propose_closing(said, context, meant.ticket, actor)
    return None


def _urge(said: Incoming, context: Context, actor: Actor, talk: Talk, act: Act) -> list[Outgoing] | None:
    """ "催一下": the ticket of that number, the one answered, or the one being spoken of."""
    if act.number is not None:
        ticket = context.store.tickets.numbered(act.number, lock=True)
    elif talk.answered is not None:
        ticket = context.store.tickets.get(talk.answered, lock=True)
    else:
        meant = talk.asks_about()
        ticket = meant.ticket if meant else None
    if ticket is None or ticket.kind is Kind.NOTICE or said.anonymous:
        return None
    _, out = urge(context, ticket, said.author, actor.kind)
    return [*out, React(said.chat, said.message, JOINED)]


def _echo(said: Incoming, context: Context, talk: Talk) -> list[Outgoing] | None:
    """ "+1" without a reply joins the matter the chat is on, if there is exactly one fresh enough."""
    place = context.files.classifier.place(said.text)
    for thread in talk.threads:
        ticket = thread.ticket
        fresh = said.sent_at - thread.last.at <= _ECHO and thread.between <= _FAR
        if not fresh or (said.reply_to is not None and talk.answered != ticket.id):
            continue
        if thread.last.purpose == QUESTION:
            # Another one who would like to know.
            return tell_state(said, context, ticket)
        if not ticket.going_on or ticket.kind is Kind.NOTICE:
            continue
        if elsewhere(ticket, place):
            return None
        if ticket.reporter == said.author:
            return []
        return add_voice(said, context, ticket, Verdict(ticket.kind, ticket.topic, place=place))
    return None


def by_the_way(talk: Talk, verdict: Verdict) -> bool:
    """Whether what reads like a notice, or like a report by staff, is news about the ticket being spoken of.

    An announcement has a head of its own, and danger is danger whoever speaks.
    """
    if verdict.danger is not None or "<标题>" in talk.subject.because:
        return False
    if verdict.kind is Kind.NOTICE and talk.staff and talk.said.reply_to is not None:
        # What answers one person announces nothing.
        return True
    if verdict.kind is not Kind.NOTICE and (not talk.staff or verdict.kind is Kind.CHATTER):
        return False
    thread = _thread_of(talk)
    # A worker who names another place reports another matter.
    return thread is not None and (verdict.kind is Kind.NOTICE or not elsewhere(thread.ticket, verdict.place))


def _thread_of(talk: Talk) -> Thread | None:
    """The thread that a remark belongs to; staff's news for all may stand alone, neighbours' hardly do."""
    return talk.continues() if talk.staff else talk.continues(MEANS)


def aside(
    said: Incoming, context: Context, actor: Actor, act: Act | None, talk: Talk, *, news: bool
) -> list[Outgoing]:
    """What is no report by itself: more about a ticket's matter, a remark on it, or nothing."""
    thread = talk.continues() if said.text else None
    if thread is None and news:
        thread = _thread_of(talk)
    if thread is None:
        return []
    ticket = thread.ticket
    may_add = ticket.going_on and ticket.kind is not Kind.NOTICE and not (actor.staff or said.anonymous)
    if may_add and act is None:
        verdict = Verdict(ticket.kind, ticket.topic, place=talk.subject.place)
        bare = context.files.classifier.only_place(said.text).known
        if ticket.reporter == said.author and _goes_on(thread, talk, bare=bare):
            if elsewhere(ticket, verdict.place):
                verdict = replace(verdict, place=NOWHERE)
            return add_detail(said, context, ticket, verdict)
        if ticket.reporter != said.author and _feels_it_too(thread, talk):
            return add_voice(said, context, ticket, verdict)
    keep = actor.staff or (talk.answered == ticket.id and talk.subject.topic == ticket.topic)
    return remark(said, context, ticket, keep=keep)


def _goes_on(thread: Thread, talk: Talk, *, bare: bool) -> bool:
    """Whether a reporter's message adds to the report: said in one breath with it, or no mere nod later on.

    ``bare``: it names a place and nothing else. Long after the report, and unasked, that may be about anything.
    """
    said, since = talk.said, thread.since_own(talk.said)
    if said.reply_to is not None and talk.answered != thread.ticket.id:
        return False
    if bare and said.reply_to is None and not thread.staff_spoke and (since is None or since > _ECHO):
        return False
    return thread.between <= 1 and not said.text.startswith(_NODS)


def _feels_it_too(thread: Thread, talk: Talk) -> bool:
    """Whether a neighbour tells how it is with themselves, right after a report and before anybody answered it."""
    text = talk.said.text
    if talk.said.reply_to is not None or thread.staff_spoke or elsewhere(thread.ticket, talk.subject.place):
        return False
    soon = talk.said.sent_at - thread.reported_at <= timedelta(minutes=5) and thread.between == 0
    alike = talk.subject.kind is thread.ticket.kind and not at_odds(thread.ticket, talk.subject)
    likely = alike and talk.subject.score >= _LIKELY
    mine = "我" in text and not any(word in text for word in _NOT_ME)
    spared = any(word in text for word in _SPARED) or _FINE.search(text) is not None
    return soon and (likely or mine) and not spared and "?" not in text and "？" not in text
