"""One ticket: everything that happened to it, and why it is one."""

from __future__ import annotations

from dataclasses import replace

from bot.classify.findings import Explanation
from bot.classify.telling import told
from bot.domain.messages import Button, Buttons, Face, Outgoing, Say
from bot.domain.permissions import Audience, Right
from bot.domain.tickets import Ticket, Verb
from bot.domain.verdicts import Kind
from handlers.blotting import blotted
from handlers.borders import crosses
from handlers.cards import audience_at
from handlers.commands.base import Invocation, answer, privately
from handlers.commands.numbers import ticket_of
from handlers.context import Context, Refused
from handlers.diary import diary
from handlers.faces import face
from handlers.routing import ladder
from handlers.steps import rights

_PAGE = 3500
"""Characters; Telegram takes 4096."""


def ticket(invocation: Invocation) -> list[Outgoing]:
    """The whole diary. Where many read, only what that group may see; else in private, as much as the asker may."""
    context = invocation.context
    found, _ = ticket_of(invocation, invocation.rest)
    audience, here = _reader(invocation, found)
    abroad = audience is not Audience.REPORTER and crosses(context, found, invocation.said.chat)
    shown = face(context, found, audience, abroad=abroad)
    lines = shown.text.splitlines()
    if audience is Audience.REPORTER:
        lines += context.say("card.words", text=found.text).splitlines()
    reader = Audience.SUPERVISION if abroad else audience
    lines += [context.say("diary.head"), *diary(context, found, reader, context.store.tickets.diary(found))]
    out = _paged(invocation, lines, here, () if abroad else _persons(context, found, audience))
    if shown.photo is not None:
        caption = Face(context.say("command_ticket.photo", number=found.number), photo=shown.photo)
        picture = answer(invocation, "", part="photo") if here else privately(invocation, "", part="photo")[0]
        out += [replace(picture, face=caption)] if isinstance(picture, Say) else []
    return out


def why(invocation: Invocation) -> list[Outgoing]:
    """Words, rules, weights, place and ladder behind a ticket; in private, since it repeats what was said."""
    context = invocation.context
    found, _ = ticket_of(invocation, invocation.rest)
    audience, _ = _reader(invocation, found)
    if audience is not Audience.REPORTER and crosses(context, found, invocation.said.chat):
        raise Refused("card.abroad")
    lines = [
        context.say(
            "command_why.head",
            number=found.number,
            kind=context.say(f"kind.{found.kind.value}"),
            topic=found.topic,
            severity=context.say(f"severity.{found.severity.value}"),
            place=found.place.public() or context.say("card.no_place"),
        ),
        *_changes(context, found),
    ]
    if found.on_behalf:
        lines.append(context.say("command_why.on_behalf"))
    if found.because:
        score = round(found.score * 100)
        rules = [reason for reason in found.because if _is_rule(reason)] or list(found.because)
        lines.append(context.say("command_why.then", score=score, rules="、".join(rules)))
    staff = found.reporter is not None and context.actor(found.reporter).staff
    text = blotted(found, found.text) if audience is Audience.STAFF_GROUP else found.text
    lines += _reading(context, found, context.files.classifier.explain(text, staff=staff))
    lines += _route(context, found)
    return _paged(invocation, lines, False, ())


def _reader(invocation: Invocation, found: Ticket) -> tuple[Audience, bool]:
    """As whom the asker reads, and whether right here. Raises Refused where it is none of their business."""
    context, actor, said = invocation.context, invocation.actor, invocation.said
    has = rights(context, found, actor)
    if not has & {Right.REPORTER, Right.STAFF}:
        raise Refused("command_ticket.not_yours", number=found.number)
    if said.in_group and Right.STAFF in has and not found.confidential:
        audience = audience_at(context, said.chat)
        if audience in (Audience.STAFF_GROUP, Audience.COMMITTEE):
            return audience, True
    if Right.IN_CHARGE in has:
        return Audience.WORKER, False
    if Right.COMMITTEE in has or (found.confidential and Right.MEDIATOR in has):
        return Audience.COMMITTEE, False
    return (Audience.REPORTER if Right.REPORTER in has else Audience.STAFF_GROUP), False


def _persons(context: Context, found: Ticket, audience: Audience) -> Buttons:
    """The committee sees persons only by a press that is written into the diary."""
    if audience is not Audience.COMMITTEE or not (found.reporter or found.contact):
        return ()
    return ((Button(context.say("button.persons"), f"t:{found.id}:persons", number=found.number),),)


def _changes(context: Context, found: Ticket) -> list[str]:
    """People's corrections."""
    lines: list[str] = []
    for event in context.store.tickets.diary(found):
        if event.verb == Verb.RECLASS.value:
            kind, topic = (event.data.get("was") or ["", ""])[:2]
            was = (context.say(f"kind.{kind}") if kind else "") + str(topic)
            lines.append(
                context.say(
                    "command_why.reclassed",
                    was=was,
                    because="、".join(filter(_is_rule, event.data["because"])),
                )
            )
    return lines


def _reading(context: Context, found: Ticket, seen: Explanation) -> list[str]:
    """What the rules say of the words today; rules may have been changed since."""
    verdict = seen.verdict
    lines = [context.say("command_why.now"), *told(context.texts, seen, found.kind)]
    if verdict.kind is not found.kind or (verdict.kind is not Kind.CHATTER and verdict.topic != found.topic):
        topic = "" if verdict.kind is Kind.CHATTER else verdict.topic
        lines.append(
            context.say("command_why.differs", kind=context.say(f"kind.{verdict.kind.value}"), topic=topic)
        )
    return lines


def _is_rule(reason: str) -> bool:
    """Whether a reason as the ticket keeps it names a rule, not a mere word, group of words or mark."""
    return not reason.startswith(("@", "=", "<"))


def _route(context: Context, found: Ticket) -> list[str]:
    """Whose it is, and who is next."""
    if found.kind is Kind.NOTICE:
        return []
    rungs = " → ".join(
        f"{rung.role.value}({'、'.join(context.name_of(p) for p in rung.people)})"
        for rung in ladder(context, found.kind, found.topic, found.place)
    )
    grid = found.grid or context.say("command_why.no_grid")
    return [context.say("command_why.route", grid=grid, rungs=rungs or context.say("diary.no_one"))]


def _paged(invocation: Invocation, lines: list[str], here: bool, buttons: Buttons) -> list[Outgoing]:
    """The lines as few messages, the buttons under the last one."""
    pages: list[str] = []
    for line in lines:
        if pages and len(pages[-1]) + len(line) < _PAGE:
            pages[-1] += "\n" + line
        else:
            pages.append(line[:_PAGE])
    out: list[Outgoing] = []
    for index, page in enumerate(pages):
        part = str(index) if index else ""
        under = buttons if index == len(pages) - 1 else ()
        if here:
            out.append(answer(invocation, page, under, part))
        else:
            # The line that points to the private chat is said once.
            out += privately(invocation, page, under, part)[: None if not index else 1]
    return out
