"""The reporter's last word, said instead of pressed: it is solved, it is not, and how many stars it was worth."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from bot.classify.normalise import simplified
from bot.domain.denials import denial_in
from bot.domain.messages import Face, Incoming, Outgoing, Priority, React, Say
from bot.domain.stars import stars_in
from bot.domain.tickets import State, Ticket, Verb
from bot.domain.verdicts import OTHER_TOPIC, Verdict
from handlers.cards import refresh
from handlers.context import Actor, Context, Refused
from handlers.filing import JOINED
from handlers.likeness import at_odds
from handlers.stars import give, said_in_words
from handlers.steps import Step, take
from storage.ticket_rows import of_reporter
from storage.tickets import among

_SAID = {
    "已解决": Verb.CONFIRM,
    "解决了": Verb.CONFIRM,
    "已经解决": Verb.CONFIRM,
    "已经解决了": Verb.CONFIRM,
}
"""What a reporter types when asked whether it is solved, as the button says it; how a no is said is in ``denials``."""
_CLOSES = re.compile(
    r"(?:#?(?P<first>\d{1,7})号?[\s,:]*)?"
    rf"(?P<word>{'|'.join(sorted(_SAID, key=len, reverse=True))})"
    r"(?:[\s,]*#?(?P<last>\d{1,7})号?(?![\d星颗个分]))?"
    r"(?:[\s,。.!]*(?P<stars>\S.*))?"
)
"""The same with the ticket's number, before or after, and with stars: ``已解决 12 5星``."""
_SERVICE = "物业服务"
_AROUND = re.compile(
    r"(?:#?(?P<first>\d{1,7})号?[\s,:]*)?(?P<word>[^\d#].*?)(?:[\s,]*#?(?P<last>\d{1,7})号?(?![\d星颗个分]))?"
)
"""A no with the ticket's number, before or after."""
_NUMBERED = re.compile(
    r"#?(?P<first>\d{1,7})号?[\s,:]+(?P<after>.+)|(?P<before>.+?)[\s,]*#?(?P<last>\d{1,7})号?"
)


def denied(said: Incoming, context: Context, replied_to: int | None) -> Ticket | None:
    """The ticket of which its reporter says that it is not over, and goes on about it: 没解决，还在漏."""
    denial = denial_in(_plain(said))
    if denial is None or denial.bare or said.edited or said.forwarded:
        return None
    subject = context.files.classifier.subject(_plain(said))
    if subject.danger is not None:
        return None
    if denial.alone and not denial.named:
        # 又坏了 names no thing, whatever it hints at.
        subject = replace(subject, topic=OTHER_TOPIC)
    # 隔壁没修好 in the midst of everybody's talk is about something else.
    plain = not denial.named and (denial.first or "没人" not in said.text)
    sure = plain or subject.topic != OTHER_TOPIC or _asked(said, replied_to)
    mine = (
        ticket
        for ticket in _waiting(said, context)
        if replied_to in (None, ticket.id) and not _another(ticket, subject)
    )
    return next(mine, None) if sure else None


def _another(ticket: Ticket, subject: Verdict) -> bool:
    """Whether a no names another matter; that somebody came in vain is about this one."""
    return at_odds(ticket, replace(subject, topic=OTHER_TOPIC) if subject.topic == _SERVICE else subject)


def says_no(said: Incoming) -> bool:
    """Whether a message says that something is not over: 哪里好了."""
    denial = denial_in(_plain(said))
    return denial is not None and not denial.bare


def _plain(said: Incoming) -> str:
    return simplified(unicodedata.normalize("NFKC", said.text).strip())


def _waiting(said: Incoming, context: Context) -> tuple[Ticket, ...]:
    """What its reporter is asked about: is it solved?"""
    return context.store.tickets.find(
        among(State.RESOLVED),
        of_reporter(said.author),
        newest_first=True,
    )


def closed_in_words(
    said: Incoming, context: Context, actor: Actor, replied_to: int | None
) -> list[Outgoing] | None:
    """The reporter answers "已解决吗" in words instead of pressing, if they like with stars. Raises Refused to ask which."""
    word = _plain(said).strip(" 。.!！~")
    found = _CLOSES.fullmatch(word) or _no(word, asked=_asked(said, replied_to))
    if found is None:
        return None
    verb = _SAID.get(found["word"], Verb.REJECT)
    stars = found["stars"] if verb is Verb.CONFIRM else None
    count = stars_in(stars, asked=False) if stars else None
    if stars and count is None:
        return None
    number = found["first"] or found["last"]
    waiting = [t for t in _waiting(said, context) if number is None or t.number == int(number)]
    if verb is Verb.REJECT and number is None and waiting:
        subject = context.files.classifier.subject(found["word"])
        waiting = [ticket for ticket in waiting if not _another(ticket, subject)]
    waiting = [ticket for ticket in waiting if ticket.id == replied_to] or waiting
    if not waiting:
        return None
    if len(waiting) > 1 and not context.able(said.chat.platform).buttons:
        raise Refused("choices.which_number", word=found["word"])
    ticket, out = take(context, waiting[0], Step(verb), actor)
    if count is not None and verb is Verb.CONFIRM:
        # Nobody is asked for what they have said already.
        out = [what for what in out if not _asks_for_stars(what, ticket)]
        text = give(context, ticket, said.author, count)
        refresh(context, ticket, {said.chat})
    else:
        text = context.say(f"toast.{verb.value}", number=ticket.number)
    return [*out, *signed(said, context, text)]


def _asked(said: Incoming, replied_to: int | None) -> bool:
    """Whether a mere yes or no can only mean what the bot has asked."""
    return replied_to is not None or said.reply_to_bot or not said.in_group


def _no(word: str, *, asked: bool) -> re.Match[str] | None:
    """A message that says nothing but that it is not solved; a mere 没有 only where it was ``asked``."""
    found = _AROUND.fullmatch(word)
    denial = denial_in(found["word"]) if found else None
    if denial is None or not denial.alone or denial.named or (denial.bare and not asked):
        return None
    return found


def _asks_for_stars(what: Outgoing, ticket: Ticket) -> bool:
    return isinstance(what, Say) and what.key == f"ticket:{ticket.id}:stars:{ticket.episode}"


def signed(said: Incoming, context: Context, text: str) -> list[Outgoing]:
    """That it was heard: an emoji, or in private, where there is none, a line."""
    if said.in_group or context.able(said.chat.platform).reactions:
        return [React(said.chat, said.message, JOINED)]
    key = f"answer:{said.chat.platform}:{said.chat.chat}:{said.message}"
    return [Say(said.chat, key, Face(text), Priority.ANSWER)]


def rated_in_words(said: Incoming, context: Context, replied_to: int | None) -> list[Outgoing] | None:
    """The reporter gives stars in words: thanks in private, a quiet sign in a group."""
    found = said_in_words(said, context, replied_to) or _rated_by_number(said, context)
    if found is None:
        return None
    ticket, count = found
    thanks = give(context, ticket, said.author, count)
    refresh(context, ticket)
    if said.in_group:
        return [React(said.chat, said.message, JOINED)]
    key = f"answer:{said.chat.platform}:{said.chat.chat}:{said.message}"
    return [Say(said.chat, key, Face(thanks), Priority.ANSWER)]


def _rated_by_number(said: Incoming, context: Context) -> tuple[Ticket, int] | None:
    """``5星 12``: stars for a ticket that is named."""
    found = _NUMBERED.fullmatch(unicodedata.normalize("NFKC", said.text).strip())
    if found is None:
        return None
    ticket = context.store.tickets.numbered(int(found["first"] or found["last"]))
    words = replace(said, text=found["after"] or found["before"])
    return said_in_words(words, context, ticket.id) if ticket is not None else None
