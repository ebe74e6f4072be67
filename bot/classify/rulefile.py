"""Reads rules files (TOML) and checks them whole: a bad rule is refused with line, reason and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from bot.classify.marks import ALL_MARKS
from bot.classify.normalise import plain
from bot.classify.rules import FIELD, Danger, Rule, Rulebook, Topic, Within, Words, field_group
from bot.domain.people import Role
from bot.domain.verdicts import OTHER_TOPIC, Kind, Severity
from bot.texts import Texts

_TABLES = {"words", "topics", "dangers", "spots", "rewrite", "rule", "act"}
_OWN_TABLES = {"words", "spots", "rewrite", "rule"}
_BOTH = {"id", "all", "none", "longest", "within", "ordered", "near", "examples", "not_examples"}
_RULE_KEYS = _BOTH | {"kind", "weight", "sure", "staff", "topic", "severity", "danger"}
_ACT_KEYS = _BOTH | {"act"}
_WORD_KEYS = {"any", "not_after", "not_before"}
ACTS = frozenset({"me_too", "thanks", "solved", "withdraw", "opt_out", "opt_in", "urge", "status"})
_LONGEST_WORD = 24

_Choice = TypeVar("_Choice", Kind, Within, Severity)


@dataclass(slots=True)
class Problems:
    """What is wrong with the files, collected so that all of it can be said at once."""

    texts: Texts
    found: list[str] = field(default_factory=list)

    def add(self, source: Source, anchor: str, problem: str, **values: object) -> None:
        """One problem: the line where ``anchor`` stands, why, and what to do."""
        where = self.texts("rules.where", file=source.name, line=source.line(anchor), item=anchor or "-")
        self.found.append(f"{where}{self.texts(f'rules.{problem}', **values)}")


@dataclass(frozen=True, slots=True)
class Source:
    """One file, parsed."""

    name: str
    text: str
    tables: dict[str, Any]
    own: bool

    def line(self, anchor: str) -> int:
        """The line where a name first stands in the file, 1 where it is not found."""
        for needle in (f'"{anchor}"', f"'{anchor}'", anchor):
            position = self.text.find(needle) if anchor else -1
            if position >= 0:
                return self.text.count("\n", 0, position) + 1
        return 1


def read_shipped() -> Source:
    """The rules that come with Linli."""
    text = (resources.files("bot") / "data" / "rules.toml").read_text(encoding="utf-8")
    return Source("rules.toml", text, tomllib.loads(text), own=False)


def read_own(path: Path, problems: Problems) -> Source | None:
    """A compound's own file, or None where it cannot be read."""
    empty = Source(path.name, "", {}, own=True)
    try:
        text = path.read_text(encoding="utf-8-sig")
        return Source(path.name, text, tomllib.loads(text), own=True)
    except (OSError, UnicodeDecodeError):
        problems.add(empty, "", "unreadable")
    except tomllib.TOMLDecodeError as error:
        problems.add(empty, "", "not_toml", reason=str(error))
    return None


def assemble(sources: Sequence[Source], problems: Problems) -> Rulebook:
    """One rulebook of all files, later ones adding to earlier ones."""
    words: dict[str, Words] = {}
    rules: dict[str, Rule] = {}
    topics: dict[str, Topic] = {}
    dangers: dict[str, Danger] = {}
    spots: dict[str, str] = {}
    rewrites: dict[str, str] = {}
    for source in sources:
        allowed = _OWN_TABLES if source.own else _TABLES
        for name in sorted(source.tables.keys() - allowed):
            problems.add(source, name, "unknown_table", table=name, allowed="、".join(sorted(allowed)))
            del source.tables[name]
        for name, value in _table(source, "words", problems).items():
            before = words[name].words if name in words else ()
            _words(source, name, value, words, problems)
            if source.own and name in topics and name in words:
                # Whoever adds a word to the group of lifts means that it is about lifts.
                more = tuple(word for word in words[name].words if word not in before)
                topics[name] = replace(topics[name], words=(*topics[name].words, *more))
        for name, value in _table(source, "topics", problems).items():
            topics[name] = Topic(
                name, Role(value["role"]), tuple(value.get("words", ())), tuple(value.get("hints", ()))
            )
        for name, value in _table(source, "dangers", problems).items():
            dangers[name] = Danger(name, value["number"], value["advice"], value.get("topic"))
        for name, value in _table(source, "spots", problems).items():
            spots |= dict.fromkeys((plain(word) for word in _strings(source, name, value, problems)), name)
        for name, value in _table(source, "rewrite", problems).items():
            rewrites |= dict.fromkeys((plain(word) for word in _strings(source, name, value, problems)), name)
    words[FIELD] = field_group(topics.values(), words.get(FIELD))
    for source in sources:
        for row in _rows(source, "rule", problems):
            _rule(source, row, _RULE_KEYS, rules, problems)
        for row in _rows(source, "act", problems):
            _rule(source, row, _ACT_KEYS, rules, problems)
    book = Rulebook(words, rules, topics, dangers, spots, rewrites)
    _references(sources, book, problems)
    return book


def _table(source: Source, name: str, problems: Problems) -> dict[str, Any]:
    value = source.tables.get(name, {})
    if isinstance(value, dict):
        return value
    problems.add(source, name, "not_table", table=name)
    return {}


def _rows(source: Source, name: str, problems: Problems) -> Iterable[dict[str, Any]]:
    value = source.tables.get(name, [])
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    problems.add(source, name, "not_rows", table=name)
    return ()


def _strings(source: Source, name: str, value: object, problems: Problems) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        problems.add(source, name, "not_words", setting=name)
        return ()
    for item in value:
        if len(item) > _LONGEST_WORD:
            problems.add(source, item, "word_too_long", word=item, limit=_LONGEST_WORD)
    return tuple(value)


def _words(source: Source, name: str, value: object, words: dict[str, Words], problems: Problems) -> None:
    table = value if isinstance(value, dict) else {"any": value}
    for key in table.keys() - _WORD_KEYS:
        problems.add(source, name, "unknown_key", setting=key, allowed="、".join(sorted(_WORD_KEYS)))
    said = _strings(source, name, table.get("any", []), problems)
    after = _strings(source, name, table.get("not_after", []), problems) if "not_after" in table else ()
    before = _strings(source, name, table.get("not_before", []), problems) if "not_before" in table else ()
    old = words.get(name, Words(name, ()))
    words[name] = Words(name, old.words + said, old.not_after + after, old.not_before + before)


def _rule(
    source: Source, row: dict[str, Any], keys: set[str], rules: dict[str, Rule], problems: Problems
) -> None:
    name = row.get("id")
    if not isinstance(name, str) or not name.strip():
        problems.add(source, "", "no_id")
        return
    for key in row.keys() - keys:
        problems.add(source, name, "unknown_key", setting=key, allowed="、".join(sorted(keys)))
    if name in rules:
        problems.add(source, name, "twice", id=name)
        return
    needed = row.get("all")
    if not isinstance(needed, list) or not needed:
        problems.add(source, name, "no_words")
        return
    before = len(problems.found)
    choices = tuple(
        _strings(source, name, [term.strip() for term in str(entry).split("|")], problems) for entry in needed
    )
    built = Rule(
        id=name,
        kind=_choice(source, name, "kind", row.get("kind", "chatter"), Kind, problems) or Kind.CHATTER,
        weight=_number(source, name, "weight", row.get("weight", 1.0), -10, 10, problems),
        all=choices,
        none=_strings(source, name, row.get("none", []), problems) if row.get("none") else (),
        within=_choice(source, name, "within", row.get("within", "clause"), Within, problems)
        or Within.CLAUSE,
        ordered=_flag(source, name, "ordered", row.get("ordered", False), problems),
        near=_whole(source, name, "near", row.get("near"), problems),
        longest=_whole(source, name, "longest", row.get("longest"), problems),
        staff=_flag(source, name, "staff", row["staff"], problems) if "staff" in row else None,
        sure=_flag(source, name, "sure", row.get("sure", False), problems),
        topic=row.get("topic"),
        severity=_choice(source, name, "severity", row["severity"], Severity, problems)
        if "severity" in row
        else None,
        danger=row.get("danger"),
        act=_act(source, name, row["act"], problems) if "act" in row else None,
        examples=tuple(row.get("examples", ())),
        not_examples=tuple(row.get("not_examples", ())),
        own=source.own,
    )
    if len(problems.found) == before:
        rules[name] = built


def _choice(
    source: Source, name: str, key: str, value: object, kind: type[_Choice], problems: Problems
) -> _Choice | None:
    try:
        return kind(str(value))
    except ValueError:
        allowed = "、".join(item.value for item in kind)
        problems.add(source, name, "bad_choice", setting=key, value=value, allowed=allowed)
        return None


def _act(source: Source, name: str, value: object, problems: Problems) -> str | None:
    if isinstance(value, str) and value in ACTS:
        return value
    problems.add(source, name, "bad_choice", setting="act", value=value, allowed="、".join(sorted(ACTS)))
    return None


def _flag(source: Source, name: str, key: str, value: object, problems: Problems) -> bool:
    if not isinstance(value, bool):
        problems.add(source, name, "bad_choice", setting=key, value=value, allowed="true、false")
    return value is True


def _whole(source: Source, name: str, key: str, value: object, problems: Problems) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000):
        return value
    problems.add(source, name, "bad_number", setting=key, value=value, low=0, high=1000)
    return None


def _number(
    source: Source, name: str, key: str, value: object, low: float, high: float, problems: Problems
) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    problems.add(source, name, "bad_number", setting=key, value=value, low=low, high=high)
    return 0.0


def _references(sources: Sequence[Source], book: Rulebook, problems: Problems) -> None:
    """Every group, mark, topic and danger that is spoken of must exist."""
    own = next((source for source in sources if source.own), sources[0])
    for rule in book.rules.values():
        source = own if rule.own else sources[0]
        for term in (*(term for choice in rule.all for term in choice), *rule.none):
            _term(source, rule.id, term, book, problems)
        if rule.topic is not None and rule.topic not in book.topics:
            problems.add(source, rule.id, "unknown_topic", topic=rule.topic, allowed="、".join(book.topics))
        if rule.danger is not None and rule.danger not in book.dangers:
            problems.add(
                source, rule.id, "unknown_danger", danger=rule.danger, allowed="、".join(book.dangers)
            )
    for group in book.words.values():
        for word in group.words:
            if word.startswith("@") and word[1:] not in book.words:
                problems.add(own, group.name, "unknown_group", group=word[1:])
    for topic in book.topics.values():
        for term in (*topic.words, *topic.hints):
            _term(sources[0], topic.name, term, book, problems)
    if OTHER_TOPIC not in book.topics:
        problems.add(sources[0], "topics", "unknown_topic", topic=OTHER_TOPIC, allowed="、".join(book.topics))


def _term(source: Source, item: str, term: str, book: Rulebook, problems: Problems) -> None:
    if term.startswith("@") and len(term) > 1 and term[1:] not in book.words:
        problems.add(source, item, "unknown_group", group=term[1:])
    if term.startswith("<") and term.endswith(">") and term[1:-1] not in ALL_MARKS:
        problems.add(source, item, "unknown_mark", mark=term, allowed="、".join(sorted(ALL_MARKS)))
