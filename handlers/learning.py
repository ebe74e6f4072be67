"""What staff set right is kept as a lesson, and a compound's own rules stand on top of those that ship."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.classify.lessons import Lesson, lesson_of, seen, shipped
from bot.classify.own import Addition, Extended, extend
from bot.classify.suggest import Proposal, suggest
from bot.domain.tickets import State, Ticket, Verb
from bot.domain.verdicts import Kind
from bot.texts import Texts
from handlers.context import Actor, Context, Files
from storage.corrections import Change, Standing
from storage.store import Store
from storage.tables import tickets

TEACHES = frozenset({Verb.RECLASS, Verb.UNMERGE, Verb.DECLINE, Verb.FALSE_ALARM})
"""Steps that may set a decision of the rules right.

What is parted was joined by somebody, not by a rule: it is kept, and no proposal can come of it.
"""
_NOT_A_MATTER = (
    "不是事",
    "不算事",
    "不是个事",
    "没这回事",
    "没有的事",
    "闲聊",
    "聊天",
    "玩笑",
    "不是投诉",
    "不是报修",
    "误会",
)
"""A worker who declines with one of these says that it was never a matter; all else is a matter of somebody else."""
_HANDLED = (State.ACCEPTED, State.ON_SITE, State.RESOLVED, State.CLOSED)
_WITNESSES = 300
"""Newest tickets that somebody worked on and nobody corrected: they warn of proposals that would have lost them."""


# -- corrections --------------------------------------------------------------------------------------


def learn(
    context: Context, before: Ticket, now: Ticket, verb: Verb, actor: Actor, *, note: str, kind: Kind | None
) -> None:
    """Keep what the rules had seen where a step corrects their decision. Call it before any word is deleted.

    Only for steps of the committee or a worker in charge: residents' presses never train.
    """
    after = _after(before, now, verb, note, kind)
    if after is None or before.on_behalf or not before.text or not actor.person:
        return
    staff = before.reporter is not None and context.actor(before.reporter).staff
    found = seen(context.files.classifier, before.text, staff=staff)
    context.store.corrections.add(
        before.id,
        context.now,
        actor.person,
        verb.value,
        before=_decision(before),
        after=after,
        rules=found.rules,
        evidence=found.evidence,
        words=found.words,
        staff=staff,
    )


def _after(
    before: Ticket, now: Ticket, verb: Verb, note: str, kind: Kind | None
) -> Mapping[str, object] | None:
    """What people decided instead, None where the step corrects nothing."""
    if verb is Verb.RECLASS and (now.kind, now.topic) != (before.kind, before.topic):
        return {"kind": now.kind.value, "topic": now.topic}
    if verb is Verb.UNMERGE:
        return {"merged_into": None}
    if verb is Verb.DECLINE and any(word in note for word in _NOT_A_MATTER):
        return {"kind": Kind.CHATTER.value}
    if verb is Verb.FALSE_ALARM:
        # A false emergency may well have been put in the words of a true one.
        alarm = before.emergency and kind is not Kind.CHATTER
        return {"danger": None} if alarm else {"kind": Kind.CHATTER.value}
    return None


def _decision(ticket: Ticket) -> dict[str, object]:
    return {
        "kind": ticket.kind.value,
        "topic": ticket.topic,
        "severity": ticket.severity.value,
        "danger": ticket.danger,
        "score": ticket.score,
        "merged_into": ticket.merged_into,
    }


# -- lessons ------------------------------------------------------------------------------------------


def lessons(context: Context) -> list[Lesson]:
    """All whose right class is known: corrections, invented examples, the rules' own, and tickets worked on."""
    classifier = context.files.classifier
    found = [
        lesson_of(classifier, e.text, e.kind, e.topic, taught=True, invented=True)
        for e in extended(context.files, context.store, context.texts).examples
    ]
    corrected = {c.ticket: c for c in context.store.corrections.all() if "kind" in c.after}
    for number, last in corrected.items():
        ticket = context.store.tickets.get(number)
        kind = Kind(str(last.after["kind"]))
        if ticket is None or _taken_back(ticket, kind):
            continue
        topic = ticket.topic if kind is not Kind.CHATTER else None
        if kind is Kind.CHATTER or _erased(context, ticket):
            found.append(Lesson(kind, topic, last.evidence, last.words, None, last.staff, taught=True))
        else:
            found.append(lesson_of(classifier, ticket.text, kind, topic, staff=last.staff, taught=True))
    found += shipped(classifier)
    witnesses = context.store.tickets.find(
        tickets.c.state.in_([state.value for state in _HANDLED]),
        tickets.c.on_behalf.is_(False),
        newest_first=True,
        limit=_WITNESSES,
    )
    found += [
        lesson_of(classifier, t.text, t.kind, t.topic)
        for t in witnesses
        if t.id not in corrected and not _erased(context, t)
    ]
    return found


def _taken_back(ticket: Ticket, kind: Kind) -> bool:
    """Whether people changed their mind: it was no matter, and then it was opened again."""
    return kind is Kind.CHATTER and ticket.state not in (State.FALSE_ALARM, State.DECLINED)


def _erased(context: Context, ticket: Ticket) -> bool:
    return not ticket.text or ticket.text == context.say("command_reclass.erased")


# -- own rules ----------------------------------------------------------------------------------------


def extended(files: Files, store: Store, texts: Texts) -> Extended:
    """The rules of the files with all that the compound has made its own, and what of it does not fit."""
    return extend(files.base or files.classifier, additions(store), texts)


def with_own_rules(files: Files, store: Store, texts: Texts) -> Files:
    """The files, their classifier with the compound's own rules. Those that do not fit are left out."""
    base = files.base or files.classifier
    classifier = extended(files, store, texts).classifier
    if classifier is files.classifier:
        return files
    return replace(files, rulebook=classifier.rulebook, classifier=classifier, base=base)


def renew(context: Context) -> Files:
    """Take the own rules as they stand now; the running bot reads by them once this is committed."""
    files = with_own_rules(context.files, context.store, context.texts)
    context.renew(files)
    return files


def additions(store: Store) -> Iterable[Addition]:
    """All that the compound has made its own and not taken back, oldest first."""
    return [Addition(c.version, c.what, c.body) for c in store.corrections.changes(Standing.ACTIVE)]


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal with the version under which it waits for a yes."""

    change: Change
    proposal: Proposal


def offers(context: Context, by: str) -> list[Offer]:
    """What the corrections suggest now, each kept under a version; what was refused or taken back is not said again."""
    kept, everything = context.store.corrections, context.store.corrections.changes()
    found = suggest(context.files.classifier, lessons(context), context.say("command_rules.new_id"))
    refused = [
        (c.what, _bare(c.body))
        for c in everything
        if c.standing in (Standing.UNDONE, Standing.DROPPED) and c.settled_by != _LINLI
    ]
    waiting = {c.version: c for c in everything if c.standing is Standing.PROPOSED}
    out: list[Offer] = []
    for proposal in found:
        body = _bare(proposal.body)
        if (proposal.what, body) in refused:
            continue
        same = next((c for c in waiting.values() if (c.what, _bare(c.body)) == (proposal.what, body)), None)
        if same is not None:
            change = waiting.pop(same.version)
        else:
            version = kept.next_version()
            named = (
                {"id": f"{context.say('command_rules.new_id')}{version}"} if proposal.what == "rule" else {}
            )
            change = kept.propose(proposal.what, {**body, **named}, by, context.now)
        out.append(Offer(change, proposal))
    for version in waiting:
        kept.settle(version, Standing.DROPPED, _LINLI, context.now)
    return out


_LINLI = "linli"
"""Who dropped a proposal that no correction speaks for any more."""


def _bare(body: Mapping[str, Any]) -> dict[str, Any]:
    """A change without the name that its version gives it."""
    return {key: value for key, value in body.items() if key != "id"}
