"""How well the sorter does on labelled lines: what ``linli accuracy`` prints."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.classify.classifier import Classifier
from bot.classify.labelled import Line
from bot.classify.weights import KINDS
from bot.domain.places import Place
from bot.domain.verdicts import Kind, Severity, Verdict

_TICKETS = (Kind.COMPLAINT, Kind.WISH)
_NAMES = {Kind.COMPLAINT: "投诉", Kind.WISH: "心愿", Kind.NOTICE: "通知", Kind.CHATTER: "闲聊"}


@dataclass(frozen=True, slots=True)
class Ratio:
    """Hits out of so many, with its 95 % interval (Wilson)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 where there is nothing to share."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval, 1927."""
        if not self.of:
            return (0.0, 1.0)
        z, n, p = 1.96, self.of, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return (max(0.0, middle - half), min(1.0, middle + half))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({self.hits}/{self.of}, 95% {low:.3f}–{high:.3f})"

    def to_json(self) -> dict[str, object]:
        return {"value": self.value, "hits": self.hits, "of": self.of, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 of one kind."""

    precision: Ratio
    recall: Ratio

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else 0.0

    def to_json(self) -> dict[str, object]:
        return {"precision": self.precision.to_json(), "recall": self.recall.to_json(), "f1": self.f1}


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled line and what the sorter said."""

    line: Line
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """All figures for some lines; ``parts`` holds the same by source where asked for."""

    lines: int
    strict: dict[Kind, Scores]
    lenient: dict[Kind, Scores]
    confusion: dict[tuple[Kind, Kind], int]
    false_alarms: Ratio
    """Chatter lines that would open a ticket."""
    topics: Ratio
    """Exact topic among complaints that were recognised and have one."""
    severities: Ratio
    """The same for how grave they are."""
    place_found: Ratio
    place_claimed: Ratio
    """Lines without a place in which one was claimed."""
    place_exact: Ratio
    emergencies: Ratio
    alarms: Ratio
    """Lines without danger that rang as emergencies."""
    parts: dict[str, Report] = field(default_factory=dict)
    errors: tuple[Judged, ...] = ()

    @property
    def macro(self) -> float:
        """Macro-F1 over the kinds, strict."""
        return sum(scores.f1 for scores in self.strict.values()) / len(self.strict)

    @property
    def macro_lenient(self) -> float:
        """Macro-F1 where the alternative label counts as right too."""
        return sum(scores.f1 for scores in self.lenient.values()) / len(self.lenient)

    def to_json(self) -> dict[str, object]:
        """All figures, the errors as texts with the label and the sorter's kind."""
        return {
            "lines": self.lines,
            "macro_f1": {"strict": self.macro, "lenient": self.macro_lenient},
            "strict": {kind.value: scores.to_json() for kind, scores in self.strict.items()},
            "lenient": {kind.value: scores.to_json() for kind, scores in self.lenient.items()},
            "confusion": {f"{a.value}->{b.value}": count for (a, b), count in self.confusion.items()},
            "false_alarms": self.false_alarms.to_json(),
            "topic": self.topics.to_json(),
            "severity": self.severities.to_json(),
            "place": {
                "found": self.place_found.to_json(),
                "claimed": self.place_claimed.to_json(),
                "exact": self.place_exact.to_json(),
            },
            "emergency": {"recall": self.emergencies.to_json(), "alarms": self.alarms.to_json()},
            "parts": {name: part.to_json() for name, part in self.parts.items()},
            "errors": [
                {"text": j.line.text, "label": j.line.kind.value, "kind": j.verdict.kind.value}
                for j in self.errors
            ],
        }

    def to_text(self) -> str:
        """The figures for a terminal, in Chinese."""
        rows = [f"共 {self.lines} 条　宏平均 F1：严格 {self.macro:.3f}　宽松 {self.macro_lenient:.3f}", ""]
        rows.append("类别　　准确率 严格/宽松　召回率 严格/宽松　F1 严格/宽松")
        for kind in KINDS:
            a, b = self.strict[kind], self.lenient[kind]
            rows.append(
                f"{_NAMES[kind]}　　{a.precision.value:.2f}/{b.precision.value:.2f}　　　　　"
                f"{a.recall.value:.2f}/{b.recall.value:.2f}　　　　　{a.f1:.2f}/{b.f1:.2f}"
            )
        rows += ["", "标注 → 判断" + "".join(f"　{_NAMES[kind]:>4}" for kind in KINDS)]
        for label in KINDS:
            counts = "".join(f"　{self.confusion.get((label, kind), 0):>5}" for kind in KINDS)
            rows.append(f"{_NAMES[label]}　　　　{counts}")
        rows += ["", f"闲聊误报：{self.false_alarms}"]
        for name, ratio in (
            ("主题正确", self.topics),
            ("轻重正确", self.severities),
            ("写了位置而认出", self.place_found),
            ("没写位置却认出", self.place_claimed),
            ("位置完全一致", self.place_exact),
            ("险情认出", self.emergencies),
            ("无险误响", self.alarms),
        ):
            if ratio.of:
                rows.append(f"{name}：{ratio}")
        for name, part in self.parts.items():
            rows += ["", f"== {name}", part.to_text()]
        for judged in self.errors:
            said = judged.line.text.replace("\n", "⏎")
            rows.append(f"{_NAMES[judged.line.kind]}→{_NAMES[judged.verdict.kind]}　{said}")
        return "\n".join(rows)


def measure(
    classifier: Classifier, lines: Iterable[Line], *, by_source: bool = False, errors: bool = False
) -> Report:
    """Judge every line and add up; doubtful labels are left out."""
    judged = [
        Judged(line, classifier.classify(line.text, staff=line.staff)) for line in lines if not line.doubt
    ]
    return summed(judged, by_source=by_source, errors=errors)


def summed(judged: Sequence[Judged], *, by_source: bool = False, errors: bool = False) -> Report:
    """The figures of lines that have been judged."""
    parts: dict[str, Report] = {}
    if by_source:
        sources: dict[str, list[Judged]] = defaultdict(list)
        for one in judged:
            sources[one.line.source].append(one)
        parts = {name: _report(some) for name, some in sorted(sources.items())}
    wrong = [one for one in judged if one.verdict.kind not in (one.line.kind, one.line.alt)] if errors else []
    return _report(judged, parts, tuple(wrong))


def _report(
    judged: Sequence[Judged], parts: dict[str, Report] | None = None, errors: tuple[Judged, ...] = ()
) -> Report:
    strict = Counter((one.line.kind, one.verdict.kind) for one in judged)
    lenient = Counter((_forgiven(one), one.verdict.kind) for one in judged)
    chatter = [one for one in judged if one.line.kind is Kind.CHATTER]
    heard = [j for j in judged if j.line.kind is Kind.COMPLAINT and j.verdict.kind is Kind.COMPLAINT]
    topical = [one for one in heard if one.line.topic]
    weighed = [one for one in heard if one.line.severity]
    stated = [one for one in judged if one.line.stated]
    unstated = [one for one in judged if one.line.stated is False]
    placed = [one for one in judged if one.line.place]
    grave = [one for one in judged if one.line.severity is Severity.EMERGENCY]
    calm = [one for one in judged if one.line.severity not in (None, Severity.EMERGENCY)]
    return Report(
        lines=len(judged),
        strict=_scores(strict),
        lenient=_scores(lenient),
        confusion=dict(strict),
        false_alarms=_ratio(one.verdict.kind in _TICKETS for one in chatter),
        topics=_ratio(one.verdict.topic == one.line.topic for one in topical),
        severities=_ratio(one.verdict.severity is one.line.severity for one in weighed),
        place_found=_ratio(bool(one.verdict.place) for one in stated),
        place_claimed=_ratio(bool(one.verdict.place) for one in unstated),
        place_exact=_ratio(_same_place(one) for one in placed),
        emergencies=_ratio(one.verdict.danger is not None for one in grave),
        alarms=_ratio(one.verdict.danger is not None for one in calm),
        parts=parts or {},
        errors=errors,
    )


def _forgiven(one: Judged) -> Kind:
    return one.verdict.kind if one.verdict.kind is one.line.alt else one.line.kind


def _scores(confusion: Counter[tuple[Kind, Kind]]) -> dict[Kind, Scores]:
    return {
        kind: Scores(
            Ratio(confusion[kind, kind], sum(confusion[label, kind] for label in KINDS)),
            Ratio(confusion[kind, kind], sum(confusion[kind, said] for said in KINDS)),
        )
        for kind in KINDS
    }


def _ratio(hits: Iterable[bool]) -> Ratio:
    flags = list(hits)
    return Ratio(sum(flags), len(flags))


def _same_place(one: Judged) -> bool:
    """Buildings, unit, floor and room alike; spots are said in many ways."""
    wanted = Place.from_json(one.line.place or {})
    found = one.verdict.place
    return (set(wanted.buildings), wanted.unit, wanted.floor, wanted.room) == (
        set(found.buildings),
        found.unit,
        found.floor,
        found.room,
    )
