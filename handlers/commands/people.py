"""Commands about people: whose account is whose, who is on the roster, who can be reached."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import media, qr
from bot.calendar.almanac import day_words
from bot.domain.messages import Account, Address, Face, Outgoing, Priority, Say, SendFile
from bot.domain.people import Duty
from bot.domain.permissions import COMMITTEE_ROLES, Right
from bot.domain.tickets import State, Ticket
from handlers import bindings
from handlers.cards import tell_reporter
from handlers.commands.base import Command, Invocation, answer, ask_first, private_chat, privately
from handlers.commands.persons import person_named, phone_of, roles, standing
from handlers.context import Actor, Context, Refused
from handlers.faces import status_line
from handlers.routing import areas_in_words
from storage.ticket_rows import of_reporter
from storage.tickets import among

_TICKET = re.compile(r"t(\d{1,9})")
_LINES = 40
"""People shown in one answer; a message holds 4096 characters."""

_log = logging.getLogger(__name__)


def start(invocation: Invocation) -> list[Outgoing]:
    """Somebody opened the private chat: with an invitation, for their own ticket, or to look around."""
    context, account = invocation.context, invocation.actor.account
    if invocation.said.in_group:
        raise Refused("command_start.in_group")
    context.store.people.remember(account, started_at=context.now, blocked_at=None)
    payload = invocation.words[0] if invocation.words else ""
    if bindings.is_code(payload):
        return _redeemed(invocation, payload, " ".join(invocation.words[1:]))
    ticket = _TICKET.fullmatch(payload)
    if ticket:
        return _own_ticket(invocation, int(ticket[1]))
    compound = context.config.compound
    if invocation.actor.person and invocation.actor.staff:
        bindings.bring_open(context, invocation.actor.person, invocation.said.chat)
        text = context.say(
            "command_start.staff", name=invocation.actor.name, roles=roles(context, invocation.actor.person)
        )
    else:
        text = context.say("command_start.welcome", compound=compound.name, phone=compound.phone)
        for done in _asked_about(context, account):
            tell_reporter(context, done)
    return [answer(invocation, text)]


def _asked_about(context: Context, account: Account) -> tuple[Ticket, ...]:
    """What somebody reported that is said to be done: now they can be asked in private whether it is."""
    return context.store.tickets.find(
        among(State.RESOLVED),
        of_reporter(account),
    )


def bind(invocation: Invocation) -> list[Outgoing]:
    """A code typed by hand, with the name where the roster has several committee members."""
    context, words = invocation.context, invocation.words
    if not words or not bindings.is_code(words[0]):
        raise Refused("command.usage", usage=context.say("command.bind.usage"))
    if invocation.said.in_group:
        return [answer(invocation, context.say("command_bind.in_group")), *_spoil(invocation, words[0])]
    context.store.people.remember(invocation.actor.account, started_at=context.now, blocked_at=None)
    return _redeemed(invocation, words[0], " ".join(words[1:]))


def invite(invocation: Invocation) -> list[Outgoing]:
    """A link and its picture for one person of the roster."""
    context = invocation.context
    if not invocation.rest:
        raise Refused("command.usage", usage=context.say("command.invite.usage"))
    person = person_named(context, invocation.rest, "邀请")
    if standing(context, person) == "ready":
        name = context.name_of(person)
        raise Refused("command_invite.ready", name=name, example=f"/换号 {name}")
    chat = private_chat(invocation)
    out = invitation(context, chat, person, invocation.actor.person or "")
    if invocation.said.in_group:
        out.append(answer(invocation, context.say("command.sent_privately")))
    return out


def invitation(context: Context, chat: Address, person: str, by: str) -> list[Outgoing]:
    """The invitation's words and picture, for the inviter's private chat."""
    code = bindings.invite(context, person, by)
    link = context.link(chat.platform, code)
    key = f"invitation:{bindings.hash_code(code)[:24]}"
    said = {"name": context.name_of(person), "roles": roles(context, person), "code": code}
    if link is None:
        return [Say(chat, key, Face(context.say("command_invite.code", **said)), Priority.ANSWER)]
    text = context.say("command_invite.link", link=link, **said)
    out: list[Outgoing] = [Say(chat, key, Face(text), Priority.ANSWER)]
    picture = _picture(context, link)
    if picture is not None:
        caption = context.say("command_invite.caption", name=context.name_of(person))
        out.append(SendFile(chat, f"{key}:picture", picture, caption, Priority.ANSWER))
    return out


def rebind(invocation: Invocation) -> list[Outgoing]:
    """A person has a new account: the old one loses its rights at once, after a question."""
    context = invocation.context
    if not invocation.rest:
        raise Refused("command.usage", usage=context.say("command.rebind.usage"))
    person = person_named(context, invocation.rest, "换号")
    name = context.name_of(person)
    if not context.store.people.accounts_of(person):
        raise Refused("command_rebind.unbound", name=name, example=f"/邀请 {name}")
    private_chat(invocation)
    held = len(bindings.held_by(context, person))
    question = context.say("command_rebind.ask", name=name, held=held)
    return ask_first(invocation, question, "rebind", person=person)


def unbind(invocation: Invocation) -> list[Outgoing]:
    """Somebody steps back from their duties here, or the committee ends them."""
    context, actor = invocation.context, invocation.actor
    if invocation.rest:
        if not actor.committee:
            raise Refused("refused.needs_committee", command=context.say("command_unbind.other"))
        person = person_named(context, invocation.rest, "退绑")
    elif actor.person:
        person = actor.person
    else:
        raise Refused("command_unbind.nothing")
    if not context.store.people.accounts_of(person):
        raise Refused("command_unbind.unbound", name=context.name_of(person))
    _not_the_last(context, person)
    held = len(bindings.held_by(context, person))
    key = "command_unbind.ask_holding" if held else "command_unbind.ask"
    question = context.say(key, name=context.name_of(person), held=held)
    return ask_first(invocation, question, "unbind", person=person)


def unbound(invocation: Invocation) -> list[Outgoing]:
    """Who on the roster cannot be reached, grid by grid, and who is bound without a duty."""
    context = invocation.context
    grids: dict[str, list[str]] = defaultdict(list)
    people = tuple(dict.fromkeys(d.person for d in context.roster.on(context.today)))
    for person in people:
        state = standing(context, person)
        if state != "ready":
            first = context.roster.of(person, context.today)[0]
            why = context.say(f"command_people.{state}")
            grids[first.grid].append(
                context.say("command_unbound.person", name=first.name, role=first.role.value, why=why)
            )
    lines = [
        context.say(
            "command_unbound.grid",
            grid=grid or context.say("command_people.everywhere"),
            people="、".join(found),
        )
        for grid, found in grids.items()
    ]
    missing = sum(map(len, grids.values()))
    head = "command_unbound.head" if missing else "command_unbound.none"
    lines.insert(0, context.say(head, missing=missing, all=len(people)))
    former = dict.fromkeys(
        b.person for b in context.store.people.bindings() if not context.roster.of(b.person, context.today)
    )
    if former:
        lines.append(context.say("command_unbound.former", names="、".join(map(context.name_of, former))))
    if missing:
        lines.append(context.say("command_unbound.remedy"))
    return privately(invocation, "\n".join(lines))


def whoami(invocation: Invocation) -> list[Outgoing]:
    """What the bot knows about who is asking."""
    context, actor = invocation.context, invocation.actor
    known = context.store.people.known(actor.account)
    name = actor.account.name or context.say("command_whoami.nameless")
    lines = [context.say("command_whoami.account", name=name, id=actor.account.id)]
    if actor.staff:
        lines.append(
            context.say("command_whoami.staff", name=actor.name, duties=areas_in_words(actor.duties))
        )
        ends = [d.until for d in actor.duties if d.until is not None]
        if ends:
            lines.append(context.say("command_whoami.until", year=min(ends).year, day=day_words(min(ends))))
        held = len(bindings.held_by(context, actor.person or ""))
        if held:
            lines.append(context.say("command_whoami.held", held=held))
    elif actor.person:
        lines.append(context.say("command_whoami.former", name=context.name_of(actor.person)))
    else:
        lines.append(context.say("command_whoami.resident"))
    if known is not None and known.home:
        lines.append(context.say("command_whoami.home", home=known.home.full()))
    if known is not None and known.opted_out_at:
        lines.append(context.say("command_whoami.opted_out"))
    return privately(invocation, "\n".join(lines))


def roster(invocation: Invocation) -> list[Outgoing]:
    """The roster by grid, with phones and who is bound; a word narrows it to a grid, a role or a name."""
    context, word = invocation.context, re.sub(r"\s", "", invocation.rest)
    duties = [d for d in context.roster.on(context.today) if _matches(d, word)]
    if not duties:
        grids = "、".join(dict.fromkeys(d.grid for d in context.roster.duties if d.grid))
        raise Refused("command_roster.nobody", word=word, grids=grids)
    order = list(dict.fromkeys(d.grid for d in duties))
    duties.sort(key=lambda duty: order.index(duty.grid))
    lines: list[str] = []
    grid: str | None = None
    for duty in duties[:_LINES]:
        if duty.grid != grid:
            grid = duty.grid
            lines.append(
                context.say("command_roster.grid", grid=grid or context.say("command_people.everywhere"))
            )
        state = context.say(f"command_people.{standing(context, duty.person)}")
        phone = phone_of(duty.person) or context.say("command_roster.no_phone")
        lines.append(
            context.say(
                "command_roster.person", role=duty.role.value, name=duty.name, phone=phone, state=state
            )
        )
    if len(duties) > _LINES:
        lines.append(context.say("command_roster.more", count=len(duties) - _LINES))
    return privately(invocation, "\n".join(lines))


def _matches(duty: Duty, word: str) -> bool:
    return not word or any(word in text for text in (duty.grid, duty.role.value, duty.name))


def _redeemed(invocation: Invocation, code: str, name: str) -> list[Outgoing]:
    text, out = bindings.redeem(invocation.context, invocation.actor.account, code, name)
    return [answer(invocation, text), *out]


def _spoil(invocation: Invocation, code: str) -> list[Outgoing]:
    """A code that everybody in a group has read opens nothing any more."""
    context = invocation.context
    hashed = bindings.hash_code(code)
    if context.store.compound.row().first_code_hash == hashed:
        context.store.compound.change(first_code_hash=None)
    found = context.store.people.invitation(hashed)
    if found is not None:
        context.store.people.use_invitation(found, invocation.actor.account, context.now)
    return []


def _own_ticket(invocation: Invocation, number: int) -> list[Outgoing]:
    """The reporter's own card with its reason; anybody else is told what the group knows."""
    context = invocation.context
    ticket = context.store.tickets.numbered(number)
    if ticket is None or ticket.listened:
        raise Refused("command_start.no_ticket", number=number)
    if ticket.reporter != invocation.actor.account:
        text = context.say("command_start.not_yours", line=status_line(context, ticket))
        return [answer(invocation, text)]
    tell_reporter(context, ticket)
    for card in context.store.cards.of(ticket.id):
        if card.to == invocation.said.chat and card.message is not None:
            # They asked to see it now: the old message may be far up in the chat.
            context.store.cards.repost(card, context.now)
    return []


def _not_the_last(context: Context, person: str) -> None:
    """Without a committee member nobody could invite anybody."""
    committee = context.people_with(*COMMITTEE_ROLES)
    others = [p for p in committee if p != person and context.store.people.accounts_of(p)]
    if person in committee and not others:
        raise Refused("command_unbind.last", name=context.name_of(person))


def _picture(context: Context, link: str) -> str | None:
    """The link as a picture in the media folder, where a day's sweep takes it; None where the disk refuses."""
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "invitation.png"
            qr.as_png(link, path)
            return media.store(context.config.files.media, path.read_bytes(), "png")
    except OSError as error:
        _log.warning("an invitation goes without its picture: %s", error.strerror)
        return None


def _rebind_now(context: Context, actor: Actor, data: dict[str, object]) -> list[Outgoing] | str:
    person = str(data["person"])
    if not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_rebind.this"))
    if not context.roster.of(person, context.today):
        raise Refused("binding.no_duty", name=context.name_of(person))
    chat = Address(actor.account.platform, actor.account.id)
    out = bindings.revoke(context, person)
    return [*out, *invitation(context, chat, person, actor.person or "")]


def _unbind_now(context: Context, actor: Actor, data: dict[str, object]) -> list[Outgoing] | str:
    person = str(data["person"])
    if actor.person != person and not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_unbind.other"))
    _not_the_last(context, person)
    held = len(bindings.held_by(context, person))
    out = bindings.revoke(context, person)
    bindings.hand_on(context, person)
    key = "command_unbind.done_holding" if held else "command_unbind.done"
    text = context.say(key, name=context.name_of(person), held=held)
    key = f"unbound:{bindings.hash_code(person)[:24]}:{context.now.isoformat()}"
    chats = context.committee_chats()
    out += [Say(chat, f"{key}:{n}", Face(text), Priority.GROUP) for n, chat in enumerate(chats)]
    return out


COMMANDS: tuple[Command, ...] = (
    Command("start", ("开始",), Right.ANYBODY, start),
    Command("whoami", ("我是谁",), Right.ANYBODY, whoami, private=True),
    Command("bind", ("绑定",), Right.ANYBODY, bind),
    Command("unbind", ("退绑", "解绑"), Right.STAFF, unbind),
    Command("invite", ("邀请",), Right.COMMITTEE, invite, private=True),
    Command("rebind", ("换号",), Right.COMMITTEE, rebind),
    Command("unbound", ("未绑定",), Right.COMMITTEE, unbound, private=True),
    Command("roster", ("名册", "花名册"), Right.COMMITTEE, roster, private=True),
)

CONFIRMED = {"rebind": _rebind_now, "unbind": _unbind_now}
"""What is done once somebody has confirmed it."""
