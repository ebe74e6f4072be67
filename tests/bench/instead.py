"""What one would sort messages with instead: plain keywords, a trained text model, sentiment; and many more rules."""

from __future__ import annotations

import importlib
import importlib.util
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.classify.classifier import Classifier
from bot.classify.rules import Rule
from bot.domain.verdicts import Kind

_WORDS = """
complaint 投诉 举报 坏了 故障 漏水 渗水 停水 停电 断电 跳闸 没水 没电 噪音 扰民 吵死 太吵 垃圾 臭味 恶臭 异味 脏 堵 堵塞 积水
complaint 电梯 被困 违停 乱停 占道 占用 违建 油烟 乱收费 不作为 没人管 严重 影响 安全隐患 破损 脱落 偷 丢失
wish 建议 希望 能不能 可不可以 可否 增设 加装 安装 开放 增加 改善 申请 求
notice 通知 公告 温馨提示 提醒 敬请 谅解 请各位 定于 暂停 恢复 失主 捡到 招领
"""
"""Sixty-eight words that anybody would begin with; the kind with most of them wins."""
SENTIMENT = "snownlp"
GROWTH = (300, 3_000, 30_000)


def keywords() -> Callable[[str], str]:
    """What names the kind with most of its words in a text."""
    words: dict[str, tuple[str, ...]] = {}
    for line in _WORDS.strip().splitlines():
        kind, *some = line.split()
        words[kind] = (*words.get(kind, ()), *some)

    def by_keywords(text: str) -> str:
        found = {kind: sum(word in text for word in some) for kind, some in words.items()}
        best = max(found, key=lambda kind: found[kind])
        return best if found[best] else "chatter"

    return by_keywords


def trained(examples: Path) -> Callable[[Sequence[str]], object]:
    """TF-IDF of single characters to triples with logistic regression, as scikit-learn has them, on labelled lines."""
    text = importlib.import_module("sklearn.feature_extraction.text")
    linear = importlib.import_module("sklearn.linear_model")
    pipeline = importlib.import_module("sklearn.pipeline")
    rows = [json.loads(line) for line in examples.read_text(encoding="utf-8").splitlines()]
    model = pipeline.make_pipeline(
        text.TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), linear.LogisticRegression(max_iter=1000)
    )
    model.fit([row["text"] for row in rows], [row["label"] for row in rows])
    predict: Callable[[Sequence[str]], object] = model.predict
    return predict


def sentiment() -> Callable[[str], object] | None:
    """SnowNLP's, where it is installed; nothing else needs it."""
    if importlib.util.find_spec(SENTIMENT) is None:
        return None
    snownlp: Any = importlib.import_module(SENTIMENT)
    return lambda text: snownlp.SnowNLP(text).sentiments if text.strip() else 0.5


def grown(classifier: Classifier, more: int, texts: Sequence[str]) -> Classifier:
    """The same reader with so many more rules of three words; each word is two characters as often as they are written.

    By chance many of them stand in the messages, as a compound's own words would.
    """
    dice = random.Random(more)
    written = "".join(texts)

    def word() -> str:
        return dice.choice(written) + dice.choice(written)

    rules = dict(classifier.rulebook.rules)
    for number in range(more):
        name = f"多{number}"
        rules[name] = Rule(id=name, kind=Kind.CHATTER, weight=0.1, all=((word(), word()), (word(),)))
    return classifier.reading_by(replace(classifier.rulebook, rules=rules), classifier.weights)
