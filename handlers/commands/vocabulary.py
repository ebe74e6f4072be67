"""What people call kinds, topics and the parts of a list."""

from __future__ import annotations

from collections.abc import Mapping

from bot.classify.rulebook import Rulebook
from bot.domain.verdicts import Kind

KINDS: Mapping[str, Kind] = {
    "投诉": Kind.COMPLAINT,
    "报修": Kind.COMPLAINT,
    "反映": Kind.COMPLAINT,
    "诉求": Kind.COMPLAINT,
    "complaint": Kind.COMPLAINT,
    "微心愿": Kind.WISH,
    "心愿": Kind.WISH,
    "许愿": Kind.WISH,
    "建议": Kind.WISH,
    "wish": Kind.WISH,
    "通知": Kind.NOTICE,
    "公告": Kind.NOTICE,
    "notice": Kind.NOTICE,
    "闲聊": Kind.CHATTER,
    "聊天": Kind.CHATTER,
    "不是事": Kind.CHATTER,
    "chatter": Kind.CHATTER,
}


def topic_named(book: Rulebook, word: str) -> str | None:
    """The topic somebody means: by its name, by a part of it, or by one of the words it is recognised by."""
    if word in book.topics:
        return word
    if len(word) < 2:
        return None
    parts = [name for name in book.topics if word in name or (len(name) > 2 and name in word)]
    if len(parts) == 1:
        return parts[0]
    said = [name for name in parts or book.topics if word in _words(book, name)]
    return said[0] if said else None


def topic_in(book: Rulebook, text: str) -> str | None:
    """The topic with the most of its words in a text; among equals the one that stands first in the rules."""
    counts = {name: sum(word in text for word in _words(book, name)) for name in book.topics}
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] else None


def of_a_matter(book: Rulebook, word: str) -> bool:
    """Whether the rules know a word or a part of it, so that it is about a matter and names nobody."""
    return any(
        known in word or word in known
        for group in book.words.values()
        for known in group.words
        if len(known) > 1
    )


def _words(book: Rulebook, topic: str) -> tuple[str, ...]:
    """The plain words that name a topic."""
    found: list[str] = []
    for term in book.topics[topic].words:
        group = book.words.get(term.removeprefix("@"))
        found += [w for w in group.words if not w.startswith("@")] if group else [term]
    return tuple(found)
