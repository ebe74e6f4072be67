"""An explanation in words: the same for ``linli explain`` and for /why."""

from __future__ import annotations

from bot.classify.findings import Explanation, Reason
from bot.classify.weights import KINDS
from bot.domain.verdicts import Kind, Verdict
from bot.texts import Texts

_MOST = 10
_LIGHTEST = 0.25
"""Lighter reasons are too many to read and decide nothing."""
_FAR_FROM_DANGER, _MOST_SIGNS = -4.0, 6
"""Below this sum of its signs nobody asks about danger; how many are named for it, and against it."""
_MOST_STRETCHES = 4
_LONGEST = 300
"""Characters of a message that are repeated."""


def told(texts: Texts, seen: Explanation, kind: Kind | None = None) -> list[str]:
    """Normalised text, words, place, decision with runner-up, and the reasons for or against ``kind``.

    Without ``kind`` the reasons are those for the decision; for chatter, those that speak most loudly against it.
    """
    verdict = seen.verdict
    lines = [
        texts("explain.normalised", text=_cut(seen.normalised)),
        texts("explain.words", words=_cut(" ".join(word for word in seen.words if word.strip()))),
        texts("explain.place", place=verdict.place.full() or texts("explain.no_place")),
        texts("explain.decision", decision=decision(texts, verdict), shares=_shares(texts, seen)),
    ]
    if verdict.danger is not None:
        lines.append(texts("explain.danger", danger=verdict.danger))
    if seen.alarm > _FAR_FROM_DANGER:
        lines.append(_signs(texts, seen))
    column = KINDS.index(_column_of(seen, kind))
    spoke = [reason for reason in seen.reasons if "+" not in reason.name]
    spoke = [reason for reason in spoke if abs(reason.weights[column]) >= _LIGHTEST]
    spoke.sort(key=lambda reason: -abs(reason.weights[column]))
    told = [_reason(texts, reason, KINDS[column], reason.weights[column]) for reason in spoke[:_MOST]]
    told += _characters(texts, seen, column)
    return [*lines, *(told or [texts("explain.no_rule")])]


def decision(texts: Texts, verdict: Verdict) -> str:
    """Kind, topic and severity."""
    kind = texts(f"kind.{verdict.kind.value}")
    if verdict.kind is Kind.CHATTER:
        return kind
    said = f"{kind}·{verdict.topic}"
    return (
        f"{said}（{texts(f'severity.{verdict.severity.value}')}）" if verdict.kind is Kind.COMPLAINT else said
    )


def _column_of(seen: Explanation, kind: Kind | None) -> Kind:
    for candidate in (kind, seen.verdict.kind, *(kind for kind, _ in seen.shares)):
        if candidate is not None and candidate is not Kind.CHATTER:
            return candidate
    return Kind.COMPLAINT


def _shares(texts: Texts, seen: Explanation) -> str:
    return "、".join(
        texts("explain.share", kind=texts(f"kind.{kind.value}"), percent=round(share * 100))
        for kind, share in seen.shares[:2]
    )


def _reason(texts: Texts, reason: Reason, kind: Kind, weight: float) -> str:
    """One line: which words spoke, by which rule or group of words, for or against the kind."""
    words = "".join(f"“{word}”" for word in reason.words) or f"“{reason.name.strip('=<>')}”"
    by = {"<": "mark", "@": "group", "=": "word"}.get(reason.name[0], "rule")
    return texts(
        f"explain.{by}",
        rule=reason.name.strip("@=<>"),
        words=words,
        kind=texts(f"kind.{kind.value}"),
        weight=f"{weight:+.1f}",
    )


def _characters(texts: Texts, seen: Explanation, column: int) -> list[str]:
    """What all characters say of a kind together, with those that say most of it."""
    total, words = _loudest(seen, 1 + column)
    if abs(total) < _LIGHTEST:
        return []
    kind = texts(f"kind.{KINDS[column].value}")
    return [texts("explain.characters", words=words, kind=kind, weight=f"{total:+.1f}")]


def _loudest(seen: Explanation, column: int) -> tuple[float, str]:
    """The sum of a column of what characters say, and the stretches that say most of it, none of them part of another."""
    total = sum(said[column] for _, said in seen.spelt)
    same = [(abs(said[column]), stretch) for stretch, said in seen.spelt if said[column] * total > 0]
    chosen: list[str] = []
    for _, stretch in sorted(same, key=lambda pair: (-pair[0], pair[1])):
        if stretch.strip() == stretch and not any(stretch in other or other in stretch for other in chosen):
            chosen.append(stretch)
    return total, "".join(f"“{stretch}”" for stretch in chosen[:_MOST_STRETCHES])


def _signs(texts: Texts, seen: Explanation) -> str:
    """What speaks for danger and what against it."""
    spoke = [
        (weight, texts("explain.sign", sign=words, weight=f"{weight:+.1f}")) for words, weight in seen.signs
    ]
    total, words = _loudest(seen, 0)
    if abs(total) >= _LIGHTEST:
        spoke.append((total, texts("explain.rest", words=words, weight=f"{total:+.1f}")))
    spoke.sort(key=lambda pair: -abs(pair[0]))

    def named(some: list[str]) -> str:
        return "，".join(some[:_MOST_SIGNS]) or texts("explain.no_sign")

    likely = named([said for weight, said in spoke if weight > 0])
    unlikely = named([said for weight, said in spoke if weight < 0])
    return texts("explain.signs", sum=f"{seen.alarm:+.1f}", likely=likely, unlikely=unlikely)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
