"""``linli rules check``, ``linli rules fit`` and ``linli explain`` at the terminal. Each returns its exit code."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import click

from bot.app import build_files
from bot.classify.classifier import Classifier
from bot.classify.fit import Fitted, Share, changes, fit, weighted_lines, written
from bot.classify.labelled import read_lines
from bot.classify.own import Extended
from bot.classify.review import Fault, review
from bot.classify.rulebook import load_rulebook
from bot.classify.telling import told
from bot.classify.weightfile import load_weights
from bot.classify.weights import Vector, Weights
from bot.cli.findings import Mark
from bot.cli.folders import private_cache
from bot.cli.offline import looking
from bot.cli.words import wrong_usage
from bot.clock import SystemClock
from bot.domain.verdicts import Kind
from bot.files.problems import shown
from bot.files.settings import load_settings
from bot.texts import Texts, load_texts
from handlers.learning import extended

OK, TROUBLE = 0, 1
_SHOWN = 60
"""Notes on the terminal; failures are shown all."""
_FEWEST = 10
"""Lines of each kind without which nothing can be learnt."""
_DEVELOPMENT = frozenset({"sklearn", "scipy", "numpy"})


def check(files: Sequence[Path], config: Path | None) -> int:
    """Run all examples and look the rules over; 1 where a promise is broken or rules contradict each other."""
    texts = load_texts()
    with _reading(config) as found:
        book = found.classifier.rulebook
        more = [text for file in files for text in _lines(texts, file)]
        faults = review(found.classifier, found.examples, more)
        for unfit in found.unfit:
            faults.append(Fault("unfit", False, {"version": unfit.version, "reason": unfit.reason}))
    wrong = [fault for fault in faults if fault.wrong]
    odd = [fault for fault in faults if not fault.wrong]
    for fault in [*wrong, *odd[:_SHOWN]]:
        click.echo(_line(texts, fault))
    if len(odd) > _SHOWN:
        click.echo(texts("rules_check.more", count=len(odd) - _SHOWN))
    examples = sum(len(rule.examples) + len(rule.not_examples) for rule in book.rules.values())
    values = {"rules": len(book.rules), "examples": examples + len(found.examples), "odd": len(odd)}
    if wrong:
        click.echo(texts("rules_check.wrong", wrong=len(wrong), **values))
        return TROUBLE
    click.echo(texts("rules_check.fine", **values))
    return OK


def explain(text: Sequence[str], staff: bool, config: Path | None) -> int:
    """How a message would be understood: by the rules that ship, or with ``config`` by a compound's."""
    with _reading(config) as found:
        seen = found.classifier.explain(" ".join(text), staff=staff)
    for line in told(load_texts(), seen):
        click.echo(line)
    return OK


def fit_weights(files: Sequence[Path], weights: Path | None, caution: float) -> int:
    """Learn the weights of the rules that ship from labelled lines, write them, print what changed."""
    texts = load_texts()
    for file in files:
        _lines(texts, file)
    shares = [Share(file) for file in files]
    lines = weighted_lines(shares)
    few = min(sum(line.kind is kind for line, _ in lines) for kind in Kind)
    if few < _FEWEST:
        raise wrong_usage(texts("rules_fit.too_little", least=_FEWEST, few=few))
    target = weights or _place()
    old = load_weights()
    try:
        with private_cache() as cache:
            fitted = fit(shares, load_rulebook(), cache_dir=cache, caution=caution)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in _DEVELOPMENT:
            raise
        raise wrong_usage(texts("rules_fit.no_library")) from None
    for file, text in written(fitted, target).items():
        _write(file, text)
    for line in _report(texts, old, fitted, target):
        click.echo(line)
    return OK


def _report(texts: Texts, old: Weights, fitted: Fitted, target: Path) -> Iterator[str]:
    new = fitted.weights
    yield texts(
        "rules_fit.done",
        file=shown(target, 200),
        lines=fitted.lines,
        left_out=fitted.left_out,
        weights=len(new.of),
    )
    yield texts("rules_fit.bias", before=_vector(old.bias), after=_vector(new.bias))
    moved = changes(old, new)
    if not moved:
        yield texts("rules_fit.same")
        return
    yield texts("rules_fit.head")
    for key, before, after in moved:
        seen = "/".join(map(str, fitted.seen.get(key, (0, 0, 0, 0))))
        yield texts("rules_fit.row", what=key, before=_vector(before), after=_vector(after), seen=seen)


def _vector(vector: Vector) -> str:
    return " ".join(f"{value:+.2f}" for value in vector)


def _place() -> Path:
    """Where the weights that ship are read from."""
    return Path(str(resources.files("bot") / "data" / "weights.toml"))


def _write(target: Path, text: str) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=".weights-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _lines(texts: Texts, file: Path) -> list[str]:
    """The texts of a labelled file. Raises click's UsageError, naming the line, where one is none."""
    with file.open(encoding="utf-8") as rows:
        for number, row in enumerate(rows, 1):
            if row.strip() and not _labelled(row):
                raise wrong_usage(texts("rules_fit.bad_line", file=shown(file, 200), number=number))
    return [line.text for line in read_lines(file)]


def _labelled(row: str) -> bool:
    try:
        parsed = json.loads(row)
        kinds = [parsed[key] for key in ("label", "kind", "alt") if parsed.get(key)]
        return isinstance(parsed["text"], str) and all(kind in set(Kind) for kind in kinds)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


@contextmanager
def _reading(config: Path | None) -> Generator[Extended]:
    """The rules that ship; with a configuration the compound's own file and what its database adds."""
    if config is None:
        with private_cache() as cache:
            yield Extended(Classifier(load_rulebook(), cache_dir=cache), (), ())
        return
    files = build_files(load_settings(config))
    with looking(files, SystemClock().now(), stand_in=True) as context:
        yield extended(files, context.store, context.texts)


def _line(texts: Texts, fault: Fault) -> str:
    mark, colour = (Mark.WRONG, "red") if fault.wrong else (Mark.ODD, "yellow")
    values = {key: shown(str(value), 80) for key, value in fault.values.items()}
    return f"{click.style(mark, fg=colour)} {texts(f'rules_check.{fault.key}', **values)}"
