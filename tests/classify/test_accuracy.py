"""Measuring and fitting: the figures mean what they say, and held lines are never fitted to."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from bot.classify.accuracy import Ratio, measure
from bot.classify.classifier import Classifier
from bot.classify.fit import Share, fit, weighted_lines, written
from bot.classify.labelled import beginning, read_lines
from bot.classify.rulebook import Rulebook
from bot.domain.verdicts import Kind

EXAMPLES = Path(__file__).parents[1] / "data" / "examples.jsonl"
ROWS: tuple[dict[str, object], ...] = (
    {
        "text": "3栋电梯又坏了，没人管",
        "label": "complaint",
        "topic": "电梯",
        "building": "3栋",
        "source": "a",
    },
    {"text": "建议小区加装充电桩", "label": "wish", "building": "", "source": "a"},
    {"text": "早上好", "label": "chatter", "building": "", "source": "b"},
    {"text": "电梯又坏了，怎么回事", "label": "chatter", "alt": "complaint", "building": "", "source": "b"},
    {"text": "说不清的一封信", "label": "wish", "doubt": True, "source": "b"},
)


def _write(path: Path, rows: tuple[dict[str, object], ...]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_strict_and_lenient_figures_differ_by_the_second_label(
    classifier: Classifier, tmp_path: Path
) -> None:
    report = measure(classifier, read_lines(_write(tmp_path / "a.jsonl", ROWS)), by_source=True, errors=True)
    assert report.lines == 4
    assert report.confusion[Kind.CHATTER, Kind.COMPLAINT] == 1
    assert report.macro < report.macro_lenient
    assert (report.false_alarms.hits, report.false_alarms.of) == (1, 2)
    assert report.topics.value == 1
    assert report.place_found.value == 1
    assert report.place_claimed.value == 0
    assert set(report.parts) == {"a", "b"}
    assert report.errors == ()


def test_a_report_can_be_read_by_people_and_programs(classifier: Classifier, tmp_path: Path) -> None:
    report = measure(classifier, read_lines(_write(tmp_path / "a.jsonl", ROWS)))
    assert "闲聊误报" in report.to_text()
    assert json.loads(json.dumps(report.to_json()))["lines"] == 4


def test_an_interval_holds_the_ratio_and_narrows_with_more_lines() -> None:
    few, many = Ratio(9, 10), Ratio(900, 1000)
    assert few.interval[0] < 0.9 < few.interval[1]
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_the_examples_of_the_project_are_read_whole() -> None:
    lines = list(read_lines(EXAMPLES))
    assert len(lines) > 600
    assert {line.half for line in lines} == {"fit", "held"}


def test_held_and_doubtful_lines_are_never_fitted_to(tmp_path: Path) -> None:
    fitted = weighted_lines([Share(EXAMPLES), Share(_write(tmp_path / "a.jsonl", ROWS), 0.5)])
    held = {line.text for line in read_lines(EXAMPLES) if line.half == "held"}
    assert held
    assert not held & {line.text for line, _ in fitted}
    assert "说不清的一封信" not in {line.text for line, _ in fitted}


def test_a_letter_is_read_like_a_message() -> None:
    assert beginning("短") == "短"
    assert beginning("第一句话说的是电梯坏了很久也没有人来管，大家都很着急。第二句。" * 5).count("。") == 1


@pytest.mark.slow
def test_weights_learn_what_lines_teach_and_are_written_with_their_evidence(
    rulebook: Rulebook, tmp_path: Path
) -> None:
    pytest.importorskip("sklearn")
    fitted = fit([Share(EXAMPLES)], rulebook, cache_dir=tmp_path)
    readable, spelt = written(fitted, tmp_path / "weights.toml").values()
    table = tomllib.loads(readable)
    assert len(table["bias"]) == 3
    weights = fitted.weights
    stretches = {*weights.characters.of, *weights.topics.characters, *weights.names.characters}
    assert len(spelt.splitlines()) == 1 + len(stretches) > 1000
    assert weights.topics.characters
    learnt = Classifier(rulebook, cache_dir=tmp_path, weights=fitted.weights)
    plain = Classifier(rulebook, cache_dir=tmp_path)
    lines = [line for line in read_lines(EXAMPLES) if line.half == "fit"]
    assert measure(learnt, lines).macro > 0.7
    assert plain.classify("电梯坏了").kind is Kind.COMPLAINT


@pytest.mark.parametrize("source", ["owners", "public"])
def test_most_of_an_exam_that_nobody_read_is_told_right(classifier: Classifier, source: str) -> None:
    lines = [line for line in read_lines(EXAMPLES.with_name("matters_exam.jsonl")) if line.source == source]
    report = measure(classifier, lines)
    assert report.lines == 600
    assert report.macro > 0.88
    assert report.strict[Kind.COMPLAINT].precision.value > 0.9
    assert report.topics.value > 0.85


def test_what_everybody_says_first_is_heard(classifier: Classifier) -> None:
    lines = [line for line in read_lines(EXAMPLES.with_name("matters_exam.jsonl")) if line.source == "plain"]
    report = measure(classifier, lines)
    assert report.lines == 400
    assert report.strict[Kind.COMPLAINT].recall.value > 0.93
    assert report.strict[Kind.COMPLAINT].precision.value > 0.9
    assert report.strict[Kind.WISH].recall.value > 0.85
    assert report.false_alarms.value < 0.05


@pytest.mark.parametrize(
    "text",
    ["门口有公交站，走路两分钟", "小区后面有个菜市场", "车位两边都能停", "垃圾桶在楼背后", "物业在一楼办公"],
)
def test_plain_facts_about_the_compound_are_no_complaints(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.CHATTER
