"""An explanation in words: the same for ``linli explain`` and for /why."""

from __future__ import annotations

from bot.classify.findings import Explanation, Reason
from bot.classify.pieces import PIECE
from bot.classify.weights import KINDS
from bot.domain.verdicts import Kind, Verdict
from bot.texts import Texts

_MOST = 10
_LIGHTEST = 0.25
"""Lighter reasons are too many to read and decide nothing."""
_FAR_FROM_DANGER, _MOST_SIGNS = -4.0, 6
"""Below this sum of its signs nobody asks about danger; how many are named for it, and against it."""
_MOST_PIECES = 4
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
    spoke = [reason for reason in seen.reasons if "+" not in reason.name and reason.name[0] != PIECE]
    spoke = [reason for reason in spoke if abs(reason.weights[column]) >= _LIGHTEST]
    spoke.sort(key=lambda reason: -abs(reason.weights[column]))
    told = [_reason(texts, reason, KINDS[column], reason.weights[column]) for reason in spoke[:_MOST]]
    told += _pieces(texts, seen, column)
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


def _pieces(texts: Texts, seen: Explanation, column: int) -> list[str]:
    """What single characters and pairs of them say together, with those that say most of it."""
    pieces = [(reason.weights[column], reason.words[0]) for reason in seen.reasons if reason.name[0] == PIECE]
    total = sum(weight for weight, _ in pieces)
    if abs(total) < _LIGHTEST:
        return []
    same = sorted((pair for pair in pieces if pair[0] * total > 0), key=lambda pair: (-abs(pair[0]), pair[1]))
    words = "".join(f"“{piece}”" for _, piece in same[:_MOST_PIECES])
    kind = texts(f"kind.{KINDS[column].value}")
    return [texts("explain.pieces", words=words, kind=kind, weight=f"{total:+.1f}")]


def _signs(texts: Texts, seen: Explanation) -> str:
    """What speaks for danger and what against it."""

    def named(some: list[tuple[str, float]]) -> str:
        said = (
            texts("explain.sign", sign=words, weight=f"{weight:+.1f}") for words, weight in some[:_MOST_SIGNS]
        )
        return "，".join(said) or texts("explain.no_sign")

    likely = named([(words, weight) for words, weight in seen.signs if weight > 0])
    unlikely = named([(words, weight) for words, weight in seen.signs if weight < 0])
    return texts("explain.signs", sum=f"{seen.alarm:+.1f}", likely=likely, unlikely=unlikely)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
