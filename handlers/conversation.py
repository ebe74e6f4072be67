"""What a chat is talking about: which of its tickets a message continues, judged by all that surrounds it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Account, Incoming
from bot.domain.places import NOWHERE, Place
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import OTHER_TOPIC, Kind, Verdict
from handlers.context import Context
from handlers.likeness import VAGUE, agree, apart, at_odds, elsewhere, kindred, pairs
from storage.questions import Tie, talk_since, ties_in

_MENTION = re.compile(r"@[^\s@,，。:：]{1,32}[\s\u2005]?")
_SURE = 0.85
"""Share from which a report is a matter of its own, whatever is being spoken of."""
_CERTAIN = 0.97
"""Share from which somebody who has just reported something may report something else in the same breath."""
_ANOTHER = ("另外", "还有", "对了", "顺便", "再说", "再问", "再反映", "第二", "2.", "2、", "以及")
"""How the next matter begins."""
_NAME = 2
"""Characters by which people call a topic: 电梯, 路灯, 停电."""
_TOO = re.compile("[我家栋楼层边这那里单元][^也]{0,4}也(?![就许太])")
"""Somewhere it is so as well: "我家也没水", "16楼也闻得到"."""
_STILL = ("还", "仍", "又", "没人", "没来", "有人")
"""Whoever spoke of it comes back to it: "8栋还是黑的", "没人来啊"."""
_NOT_YET = ("还是", "还没", "还不", "仍")
"""What anybody says of what was reported hours ago."""

LIVES = timedelta(hours=14)
"""How long after its last word a ticket can still be meant by what does not name it: a day of talk."""

_BREATH = timedelta(minutes=5)
"""Who speaks so soon after somebody usually speaks of the same."""
_PAUSE = timedelta(minutes=10)
_LULL = timedelta(minutes=20)
_CLOSE = 2
"""So many messages about other things are soon overlooked."""
_DRIFT = 6
"""So many remarks without anything new about the matter, and the talk may have drifted away."""
_OVER = frozenset({State.WITHDRAWN, State.MERGED, State.FALSE_ALARM, State.HELD})

_SUBSTANCE = frozenset({"origin", "piece", "voice", "detail", "photo", "proof", "question", "solved"})
_REPORTS = frozenset({"origin", "piece", "voice", "detail", "photo"})
_OWN_BUSINESS = frozenset({"买卖", "价钱", "接龙", "房讯", "<接龙>", "<链接>", "<价钱>"})
"""Evidence that somebody trades, counts up or passes on a link, in the midst of whatever is being said."""

_MINUTES = (5, 10, 20, 60)
_NEAR = {0: (4.4, 3.0, 2.3, 0.0), 3: (3.0, 2.2, 1.5, 0.6), 8: (1.0, 1.0, 1.0, 0.6)}
"""At most so many messages between → what it adds that the last word was said at most so many minutes ago."""
_LATEST = 0.6
"""What it adds that nothing else was spoken of since."""
_DRIFTED = -0.7
_SAME_TOPIC, _OTHER_TOPIC = 1.9, -0.5
_SAME_PLACE, _OTHER_PLACE = 2.2, -0.7
_STAFF_PLACE = 0.8, -2.0
"""The same for staff, besides: whoever works there names the place they mean."""
_AT_HOME = 2.4
"""Whoever lives where it is."""
_ALIKE, _MOST_ALIKE = 0.5, 4
"""For each pair of characters that was said about it before, and how many of them count."""
_REPORTER, _JUST_REPORTED, _SPOKE, _SAID_TO, _CALLED = 2.8, 0.4, 1.7, 0.6, 0.8
_UNANSWERED = 1.1
"""Staff answer what nobody has answered yet."""
_ALSO = 1.2
_REPLY, _OTHER_REPLY = 3.4, -1.0
_OWN = -3.0
"""Trade is hardly ever about a matter; the days have too little of it to tell by how much."""
_LESS = -0.5
"""A matter that is over, or a notice, is not so likely to be meant."""
_PART = 1.1
"""What it adds that somebody asks about, or ends, what is theirs."""

CONTINUES = 3.9
"""Weight from which a message belongs to a thread. All these weights are the coefficients of a logistic regression on
nine invented days and three more (docs/accuracy.md); a half is even odds."""
MEANS = 2.6
"""The same where the words say that they speak of some matter: a question how it stands, word that it is over."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket and how the chat has been talking about it."""

    ticket: Ticket
    ties: tuple[Tie, ...]
    between: int
    """Messages about other things since the last one about this."""
    latest: bool
    """Whether it is what was spoken of last."""

    @property
    def last(self) -> Tie:
        """The last message about it."""
        return self.ties[-1]

    @property
    def drifting(self) -> bool:
        """Whether for some while there have been only remarks."""
        return not any(tie.purpose in _SUBSTANCE for tie in self.ties[-_DRIFT:])

    @property
    def reported_at(self) -> datetime:
        """When something was last reported about it; remarks do not count."""
        return max((tie.at for tie in self.ties if tie.purpose in _REPORTS), default=self.ticket.filed_at)

    @property
    def wording(self) -> frozenset[str]:
        """Pairs of characters in all that was said about it, as far as the words are kept."""
        return frozenset().union(*map(pairs, (self.ticket.text, *(tie.text for tie in self.ties))))

    @property
    def staff_spoke(self) -> bool:
        """Whether somebody has answered since it was last reported."""
        return any(
            tie.purpose == "comment" and tie.account and tie.at > self.reported_at for tie in self.ties
        )

    def has_spoken(self, account: Account) -> bool:
        """Whether somebody has said something about it that is known to be theirs."""
        return any(tie.account == account.id for tie in self.ties)

    def since_own(self, said: Incoming) -> timedelta | None:
        """How long ago the message's author last reported something about it; None where they never did."""
        own = [tie.at for tie in self.ties if tie.account == said.author.id and tie.purpose in _REPORTS]
        return said.sent_at - max(own) if own else None


def _threads(said: Incoming, context: Context) -> tuple[Thread, ...]:
    """The tickets that a message in a group may be about, the one spoken of last first."""
    if not said.in_group:
        return ()
    ties = ties_in(context.store, said.chat, said.sent_at - LIVES)
    ties = tuple(tie for tie in ties if tie.message != said.message and tie.at <= said.sent_at)
    by_ticket: dict[int, list[Tie]] = {}
    for tie in ties:
        by_ticket.setdefault(tie.ticket, []).append(tie)
    if not by_ticket:
        return ()
    found: list[Thread] = []
    tickets = context.store.tickets.get_all(by_ticket)
    # In order, so that what came after a moment is what stands behind its place.
    talk = talk_since(context.store, said.chat, min(own[-1].at for own in by_ticket.values()))
    tied = [tie.at for tie in ties]
    for number, own in by_ticket.items():
        ticket = tickets.get(number)
        if ticket is None or ticket.state in _OVER or (ticket.listened and not context.listening):
            continue
        after = own[-1].at
        elsewhere = len(tied) - bisect_right(tied, after) + len(talk) - bisect_right(talk, after)
        found.append(Thread(ticket, tuple(own), elsewhere, own[-1] is ties[-1]))
    return tuple(sorted(found, key=lambda thread: thread.last.at, reverse=True))


@dataclass(frozen=True, slots=True)
class Talk:
    """A message and all that its chat has been saying."""

    said: Incoming
    subject: Verdict
    """What the message would be about if it had to be a matter."""
    staff: bool
    answered: int | None
    """The ticket that it replies to, by a card or by one of its messages."""
    threads: tuple[Thread, ...]
    """The one spoken of last first."""
    home: Place = NOWHERE
    """Where its author lives, as far as a binding or a nickname tells."""

    def weight(self, thread: Thread) -> float:
        """How much speaks for the message continuing a thread."""
        total = self._by_reply(thread) + self._by_subject(thread) + self._by_speaker(thread)
        total += _by_nearness(thread, self.said.sent_at - thread.last.at)
        if _TOO.search(self.said.text) and thread.between <= _CLOSE:
            total += _ALSO
        if own_business(self.subject) or self.said.forwarded:
            total += _OWN
        return total

    def continues(self, least: float = CONTINUES) -> Thread | None:
        """The thread that the message continues, or None."""
        return self._best(self.threads, least)

    def asks_about(self) -> Thread | None:
        """The thread whose state is asked for: of the topic and at the place that are named, if any are."""
        fitting = [thread for thread in self._named() if not self._asks_of_another(thread)]
        return self._best(fitting, MEANS, own=lambda thread: thread.has_spoken(self.said.author))

    def _asks_of_another(self, thread: Thread) -> bool:
        """Whether a question names another place or topic; a topic that is only guessed is no guide to one's own matter."""
        if thread.has_spoken(self.said.author) and self.subject.topic[:_NAME] not in self.said.text:
            return elsewhere(thread.ticket, self.subject.place)
        return at_odds(thread.ticket, self.subject)

    def ends(self) -> Thread | None:
        """The thread that somebody says is over: theirs, or the one being spoken of; never one at another place."""
        fitting = [thread for thread in self._named() if not elsewhere(thread.ticket, self.subject.place)]
        return self._best(fitting, MEANS, own=lambda thread: thread.has_spoken(self.said.author))

    def _named(self) -> tuple[Thread, ...]:
        """The threads of exactly the topic that is named, if there are any; else all."""
        topic = self.subject.topic
        exact = tuple(t for t in self.threads if t.ticket.topic == topic) if topic != OTHER_TOPIC else ()
        return exact or self.threads

    def goes_with(self, thread: Thread, verdict: Verdict) -> bool:
        """Whether a report is about a thread's matter and no new one: the talk leads there, and nothing away."""
        ticket = thread.ticket
        if verdict.kind is not ticket.kind or elsewhere(ticket, verdict.place):
            return False
        if verdict.danger is not None:
            # Danger is a matter of its own, unless it goes on about what has just rung everybody.
            return ticket.emergency and self._in_one_breath(thread, verdict)
        if self.answered == ticket.id:
            return True
        if self.said.reply_to is not None:
            return False
        gap = self.said.sent_at - thread.reported_at
        vague = bool(VAGUE & {verdict.topic, ticket.topic}) or kindred(verdict.topic, ticket.topic)
        if verdict.topic == ticket.topic:
            # Whoever reported it may come back to it all day; from others it is soon a new matter.
            theirs = ticket.reporter == self.said.author and verdict.topic != OTHER_TOPIC
            return theirs or gap <= _LULL or self._says(_NOT_YET)
        if self._in_one_breath(thread, verdict):
            return True
        if thread.has_spoken(self.said.author):
            if vague and self._says(_STILL):
                return True
            return vague and thread.between <= _CLOSE and gap <= _LULL
        if vague and agree(ticket.place, self.home):
            return thread.between <= 1 and gap <= _PAUSE
        unsure = not verdict.place and verdict.score < _SURE
        if (vague or unsure) and _TOO.search(self.said.text):
            return thread.between <= _CLOSE and gap <= _LULL
        return thread.between == 0 and gap <= _BREATH and (vague or unsure)

    def _says(self, words: Iterable[str]) -> bool:
        return any(word in self.said.text for word in words)

    def _in_one_breath(self, thread: Thread, verdict: Verdict) -> bool:
        """Whether a reporter goes on about what they reported a moment ago, in words of another topic."""
        since = thread.since_own(self.said)
        if thread.ticket.reporter != self.said.author or thread.between > 1 or since is None:
            return False
        doubtful = verdict.score < _CERTAIN or thread.ticket.emergency
        return since <= _BREATH and doubtful and not self.said.text.startswith(_ANOTHER)

    def _best(
        self, known: Iterable[Thread], least: float, own: Callable[[Thread], bool] = lambda _thread: False
    ) -> Thread | None:
        """The weightiest; ``own`` says where the author has a part that counts more than usual."""
        weighed = [(self.weight(thread) + _PART * own(thread), thread) for thread in known]
        best = max(weighed, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] >= least else None

    def _by_reply(self, thread: Thread) -> float:
        if self.said.reply_to is None:
            return 0
        return _REPLY if self.answered == thread.ticket.id else _OTHER_REPLY

    def _by_subject(self, thread: Thread) -> float:
        """By topic, place and words."""
        ticket, subject = thread.ticket, self.subject
        total = _ALIKE * min(len(pairs(without_mentions(self.said.text)) & thread.wording), _MOST_ALIKE)
        if OTHER_TOPIC not in (subject.topic, ticket.topic):
            if subject.topic == ticket.topic:
                total += _SAME_TOPIC
            elif not kindred(subject.topic, ticket.topic):
                total += _OTHER_TOPIC
        same, other = (
            (a + b for a, b in zip((_SAME_PLACE, _OTHER_PLACE), _STAFF_PLACE, strict=True))
            if self.staff
            else (_SAME_PLACE, _OTHER_PLACE)
        )
        if agree(ticket.place, subject.place):
            total += same
        elif elsewhere(ticket, subject.place) or (self.staff and apart(ticket.place, subject.place)):
            total += other
        elif agree(ticket.place, self.home):
            total += _AT_HOME
        if ticket.kind is Kind.NOTICE or not ticket.going_on:
            total += _LESS
        return total

    def _by_speaker(self, thread: Thread) -> float:
        said, ticket = self.said, thread.ticket
        total = 0.0
        if ticket.reporter == said.author:
            since = thread.since_own(said)
            total += _REPORTER + _JUST_REPORTED * (since is not None and since <= _PAUSE)
        elif thread.has_spoken(said.author):
            total += _SPOKE
        elif said.author.name and said.author.name in ticket.text:
            total += _SAID_TO
        if any(tie.name and f"@{tie.name}" in said.text for tie in thread.ties):
            total += _CALLED
        if self.staff and not thread.staff_spoke:
            total += _UNANSWERED
        return total


def talk_of(said: Incoming, context: Context, *, staff: bool) -> Talk:
    """A message among what its chat has been saying. In private there is no talk: nobody else is there."""
    known = _threads(said, context)
    if not known or not said.text:
        return Talk(said, Verdict(Kind.CHATTER), staff, answered(said, context), known)
    subject = context.files.classifier.subject(without_mentions(said.text), staff=staff)
    return Talk(said, subject, staff, answered(said, context), known, home_of(said, context))


def home_of(said: Incoming, context: Context) -> Place:
    """Where somebody lives: as imported or said by them, else what their nickname hints at."""
    if said.anonymous:
        return NOWHERE
    bound = context.store.people.home(said.author)
    return bound or context.files.classifier.nickname_place(said.author.name)


def answered(said: Incoming, context: Context) -> int | None:
    """The ticket that a message replies to: by its card, or by one of its messages."""
    if said.reply_to is None:
        return None
    card = context.store.cards.at(said.chat, said.reply_to)
    message = context.store.tickets.message_at(said.chat, said.reply_to)
    return card.ticket if card else message.ticket if message else None


def without_mentions(text: str) -> str:
    """The words without the names of those they are said to: a name may hold any word, even a building."""
    return _MENTION.sub(" ", text).strip() or text


def own_business(subject: Verdict) -> bool:
    """Whether somebody trades, counts up or passes on a link."""
    return bool(_OWN_BUSINESS & set(subject.because))


def _by_nearness(thread: Thread, gap: timedelta) -> float:
    total = _LATEST * thread.latest + _DRIFTED * thread.drifting
    for most, row in _NEAR.items():
        if thread.between <= most:
            return total + next(
                (w for m, w in zip(_MINUTES, row, strict=True) if gap <= timedelta(minutes=m)), 0.0
            )
    return total
