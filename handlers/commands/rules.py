"""规则: the compound's own rules, what corrections suggest, invented examples; each change has a version and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.classify.own import LONGEST_EXAMPLE, Addition, extend
from bot.domain.messages import Button, Buttons, Outgoing
from bot.domain.permissions import Right
from bot.domain.verdicts import Kind
from bot.files.problems import nearest, shown
from handlers.commands.base import Command, Invocation, private_chat, privately
from handlers.commands.numbers import usage_of
from handlers.commands.vocabulary import KINDS, topic_named
from handlers.context import Actor, Context, Refused
from handlers.learning import Offer, extended, offers, renew
from storage.corrections import Change, Standing

_SHOWN = 20
"""Versions in one list; the newest are what people look for."""
_NEIGHBOURS = 4
"""Words of a group that are shown beside a new one."""
_QUOTES = "\"'“”‘’「」『』《》"

_ACTIONS: Mapping[str, str] = {
    "suggest": "suggest",
    "建议": "suggest",
    "example": "example",
    "例句": "example",
    "举例": "example",
    "accept": "accept",
    "采纳": "accept",
    "同意": "accept",
    "undo": "undo",
    "收回": "undo",
    "撤销": "undo",
    "drop": "drop",
    "不要": "drop",
}


def rules(invocation: Invocation) -> list[Outgoing]:
    """The own rules with their versions; or one of suggest, accept N, drop N, undo N, example KIND TOPIC TEXT."""
    private_chat(invocation)
    word, _, rest = invocation.rest.partition(" ")
    action = _ACTIONS.get(word.lower())
    if action is None and word:
        raise Refused("command.usage", usage=usage_of(invocation))
    match action:
        case "suggest":
            return _suggest(invocation)
        case "example":
            return privately(invocation, _example(invocation, rest.strip()))
        case "accept" | "drop" | "undo":
            version = re.fullmatch(r"#?(\d{1,6})", rest.strip())
            if version is None:
                raise Refused("command.usage", usage=usage_of(invocation))
            text = settle(invocation.context, invocation.actor, int(version[1]), action)
            return privately(invocation, text)
        case _:
            return privately(invocation, _list(invocation.context))


def settle(context: Context, actor: Actor, version: int, action: str) -> str:
    """Accept, drop or take back a version; the running rules follow at once. Says what was done. Raises Refused."""
    if not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_rules.this"))
    kept = context.store.corrections
    change = kept.change(version)
    if change is None:
        raise Refused("command_rules.no_version", version=version)
    if action == "accept" and change.standing is Standing.PROPOSED:
        _must_fit(context, change)
    standing = {"accept": Standing.ACTIVE, "drop": Standing.DROPPED, "undo": Standing.UNDONE}[action]
    if change.standing is not standing and not kept.settle(
        version, standing, actor.person or actor.name, context.now
    ):
        state = context.say(f"command_rules.is_{change.standing.value}")
        raise Refused("command_rules.not_now", version=version, state=state)
    renew(context)
    return context.say(f"command_rules.{action}", version=version, what=described(context, change))


def pressed(context: Context, actor: Actor, data: str) -> str:
    """A press on a proposal's button: its version and what to do with it. Raises Refused for what is not there."""
    number, _, action = data.partition(":")
    if not number.isdecimal() or len(number) > 6 or action not in ("accept", "drop"):
        raise Refused("refused.stale")
    return settle(context, actor, int(number), action)


def _must_fit(context: Context, change: Change) -> None:
    files = context.files
    found = extend(
        files.classifier, [Addition(change.version, change.what, change.body)], context.texts
    ).unfit
    if found:
        raise Refused("command_rules.unfit_now", version=change.version, reason=found[0].reason)


def _list(context: Context) -> str:
    kept = context.store.corrections
    versions = kept.changes(Standing.ACTIVE, Standing.UNDONE, Standing.PROPOSED)
    unfit = {u.version: u.reason for u in extended(context.files, context.store, context.texts).unfit}
    lines = [context.say("command_rules.head", corrections=len(kept.all()), rules=len(versions))]
    for change in versions[-_SHOWN:]:
        lines.append(
            context.say(
                "command_rules.line",
                version=change.version,
                what=described(context, change),
                state=context.say(f"command_rules.is_{change.standing.value}"),
                by=context.name_of(change.settled_by or change.by),
                day=context.clock(change.settled_at or change.at),
            )
        )
        if change.version in unfit:
            lines.append(context.say("command_rules.unfit", reason=unfit[change.version]))
    if len(versions) > _SHOWN:
        lines.append(context.say("command_rules.older", count=len(versions) - _SHOWN))
    lines.append(context.say("command_rules.how"))
    return "\n".join(lines)


def _suggest(invocation: Invocation) -> list[Outgoing]:
    context, actor = invocation.context, invocation.actor
    found = offers(context, actor.person or actor.name)
    if not found:
        corrections = len(context.store.corrections.all())
        return privately(invocation, context.say("command_rules.nothing", corrections=corrections))
    lines = [context.say("command_rules.suggested", count=len(found))]
    lines += [_offered(context, offer) for offer in found]
    buttons: Buttons = tuple(
        tuple(
            Button(context.say(f"command_rules.button_{action}", version=v), f"r:{v}:{action}", number=v)
            for action in ("accept", "drop")
        )
        for v in (offer.change.version for offer in found)
    )
    return privately(invocation, "\n".join(lines), buttons)


def _offered(context: Context, offer: Offer) -> str:
    return context.say(
        "command_rules.offer",
        version=offer.change.version,
        what=described(context, offer.change),
        corrected=offer.proposal.corrected,
        broken=offer.proposal.broken,
    )


def described(context: Context, change: Change) -> str:
    """What a change does, as the committee reads it."""
    body = change.body
    kind = context.say(f"kind.{body['kind']}") if body.get("kind") in set(Kind) else ""
    match change.what:
        case "word" if "topic" in body:
            return context.say("command_rules.topic_word", word=body["word"], topic=body["topic"])
        case "word":
            base = (context.files.base or context.files.classifier).rulebook
            group = base.words.get(str(body.get("group")))
            others = "、".join([w for w in group.words if w[0] not in "@<"][:_NEIGHBOURS]) if group else "?"
            return context.say(
                "command_rules.group_word", word=body.get("word"), group=body.get("group"), others=others
            )
        case "weight":
            by = f"{body.get('by', 0):+.1f}"
            return context.say("command_rules.weight", rule=body.get("rule"), kind=kind, by=by)
        case "rule":
            words = "".join(f"“{word}”" for word in body.get("all", ()))
            topic = f"·{body['topic']}" if body.get("topic") else ""
            return context.say("command_rules.rule", rule=body.get("id"), words=words, kind=kind, topic=topic)
        case _:
            topic = f"·{body['topic']}" if body.get("topic") else ""
            text = shown(str(body.get("text", "")), 60)
            return context.say("command_rules.example", kind=kind, topic=topic, text=text)


def _example(invocation: Invocation, said: str) -> str:
    """An invented sentence takes the place of words that were deleted."""
    context, book = invocation.context, invocation.context.files.rulebook
    word, _, rest = said.partition(" ")
    kind = KINDS.get(word.lower())
    if kind is None:
        raise Refused("command_rules.example_kind", usage=usage_of(invocation))
    topic: str | None = None
    rest = rest.strip()
    if kind is not Kind.CHATTER:
        name, _, text = rest.partition(" ")
        topic = topic_named(book, name) if text and name[0] not in _QUOTES else None
        if topic is not None:
            rest = text.strip()
        elif text and name[0] not in _QUOTES and text.strip()[0] in _QUOTES:
            near = nearest(name, book.topics)
            key = "command_reclass.unknown_near" if near else "command_reclass.unknown"
            raise Refused(key, word=shown(name, 20), near=near or "", topics="、".join(book.topics))
    text = rest.strip(_QUOTES + " ")
    if not 2 <= len(text) <= LONGEST_EXAMPLE:
        raise Refused("command_rules.example_text", most=LONGEST_EXAMPLE)
    body = {"text": text, "kind": kind.value, "topic": topic}
    kept, by = context.store.corrections, invocation.actor.person or invocation.actor.name
    change = kept.propose("example", body, by, context.now, active=True)
    verdict = context.files.classifier.classify(text)
    what = described(context, change)
    if verdict.kind is kind and topic in (None, verdict.topic):
        return context.say("command_rules.example_fine", version=change.version, what=what)
    now = context.say(f"kind.{verdict.kind.value}")
    if verdict.kind is not Kind.CHATTER:
        now += f"·{verdict.topic}"
    return context.say("command_rules.example_kept", version=change.version, what=what, now=now)


COMMANDS: tuple[Command, ...] = (Command("rules", ("规则",), Right.COMMITTEE, rules, private=True),)
