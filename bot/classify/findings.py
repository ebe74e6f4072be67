"""What is found in one message, and what people and fits are told of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.classify.characters import Said
from bot.classify.matcher import Hit, Sighting
from bot.classify.pieces import PIECE, pieces
from bot.classify.subject import About
from bot.classify.weights import Vector
from bot.domain.places import Place
from bot.domain.verdicts import Kind, Verdict


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation: a rule, a word group ("@坏"), a word ("=坏了"), a mark, or a pair of these."""

    name: str
    words: tuple[str, ...]
    weights: Vector
    """For complaint, wish and notice, compared with chatter."""

    def __str__(self) -> str:
        return f"{self.name}({','.join(self.words)})" if self.words else self.name


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a verdict came about."""

    normalised: str
    words: tuple[str, ...]
    reasons: tuple[Reason, ...]
    """The weightiest for the verdict first."""
    verdict: Verdict
    shares: tuple[tuple[Kind, float], ...]
    """Each kind's share, the likeliest first: the second is the runner-up."""
    alarm: float
    """The sum of all signs of danger; above 0 somebody is taken to be in danger."""
    signs: tuple[tuple[str, float], ...]
    """What speaks for danger and against it, the weightiest first: words, added up where several signs see the same."""
    spelt: tuple[tuple[str, Said], ...]
    """What each stretch of its characters adds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was found in one message."""

    sighting: Sighting
    hits: list[Hit]
    named: list[str]
    """The evidence that has a name: rules, groups, words, marks and pairs of these."""
    spelt: Said
    """What its characters say."""
    place: Place

    @property
    def keys(self) -> list[str]:
        """All evidence, with the pieces of the text: what only a ticket is asked for."""
        return [*self.named, *(PIECE + piece for piece in sorted(pieces(self.sighting.text)))]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is seen in a message, by what it tells: what weights are fitted to."""

    text: str
    """As the rules see it; its characters tell its kind, and danger, ..."""
    named: list[str]
    """... and so does the evidence that has a name."""
    evidence: list[str]
    """All evidence, with the pieces of the text: what tells which danger."""
    topic: About
    """What tells its topic."""
    severity: list[str]
    """What tells how grave it is."""
