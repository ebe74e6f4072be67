"""Rules are checked against themselves."""

from __future__ import annotations

from pathlib import Path

from bot.classify.classifier import Classifier
from bot.classify.rulebook import load_rulebook
from bot.classify.rulecheck import Fault, Finding, check_rules

OWN = """
[[rule]]
id = "甲"
kind = "complaint"
all = ["凉亭", "漏雨"]
examples = ["凉亭倒了"]
not_examples = ["凉亭漏雨"]
[[rule]]
id = "乙"
kind = "complaint"
all = ["漏雨", "凉亭"]
[[rule]]
id = "丙"
kind = "wish"
all = ["凉亭", "漏雨"]
"""


def test_the_rules_that_ship_keep_their_examples_and_do_not_repeat_each_other(classifier: Classifier) -> None:
    assert check_rules(classifier) == []


def test_failed_examples_repetition_contradiction_and_silence_are_told(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    found = check_rules(Classifier(load_rulebook(own), cache_dir=tmp_path), ["电梯坏了"])
    assert Finding("甲", Fault.EXAMPLE, "凉亭倒了") in found
    assert Finding("甲", Fault.COUNTEREXAMPLE, "凉亭漏雨") in found
    assert Finding("乙", Fault.REPEATS, "甲") in found
    assert Finding("丙", Fault.CONTRADICTS, "甲") in found
    assert Finding("甲", Fault.SILENT) in found
    assert Finding("实·设施坏", Fault.SILENT) not in found
