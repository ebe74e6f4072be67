"""What nobody in an owners' group would mistake. A fit that loses one of these has lost the product.

In an owners' group the place is the compound: "电梯又坏了！" needs no building to be a complaint (Linli asks for it).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.classify.classifier import Classifier
from bot.classify.rulebook import load_rulebook
from bot.domain.people import Area
from bot.domain.verdicts import Kind

PLAIN_COMPLAINTS = (
    ("电梯又坏了！", "电梯"),
    ("电梯坏了", "电梯"),
    ("3栋电梯又停了", "电梯"),
    ("5号楼电梯不动了", "电梯"),
    ("楼道灯不亮了", "路灯照明"),
    ("路灯都不亮，黑漆漆的", "路灯照明"),
    ("停水了", "停水供水"),
    ("怎么又停水了", "停水供水"),
    ("我家也停水了", "停水供水"),
    ("12栋没水了", "停水供水"),
    ("停电了！", "停电供电"),
    ("7栋又停电", "停电供电"),
    ("地下车库漏水", "漏水"),
    ("我家天花板漏水，楼上没人管", "漏水"),
    ("谁家的狗一直叫", "宠物"),
    ("又有人遛狗不牵绳", "宠物"),
    ("楼下垃圾没人管，臭死了", "垃圾卫生"),
    ("垃圾桶满了都溢出来了", "垃圾卫生"),
    ("门禁坏了进不去", "公共设施"),
    ("单元门锁不上", "公共设施"),
    ("楼上半夜还在装修，吵死了", "噪音"),
    ("大半夜的谁在唱歌", "噪音"),
    ("消防通道被车堵了", "消防"),
    ("下水道又堵了，返水", "排水排污"),
    ("暖气不热，家里才15度", "供暖"),
    ("物业费涨价凭什么不公示", "收费"),
    ("物业电话没人接", "物业服务"),
    ("充电桩全坏了", "充电桩"),
    ("我的车位被人占了", "停车"),
    ("楼道里堆满了杂物", "违建占用"),
)

PLAIN_WISHES = (
    "能不能装个充电桩",
    "希望小区加装几张长椅",
    "建议在东门加个减速带",
    "可以给孩子们建个篮球场吗",
)

PLAIN_CHATTER = (
    "早上好",
    "哈哈哈哈",
    "谢谢王师傅",
    "手机没电了，晚点说",
    "今晚球赛谁看",
    "有没有人拼单荔枝",
    "电梯修好了吗",
    "明天停水吗？",
    "这天气堵死在路上了",
    "出一台九成新洗衣机",
    "楼上说得对",
    "我笑死了",
    "收到，辛苦了",
    "孩子作业不会做，急死我了",
)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    cache: Path = tmp_path_factory.mktemp("jieba")
    return Classifier(load_rulebook(), cache_dir=cache)


@pytest.mark.parametrize(("text", "topic"), PLAIN_COMPLAINTS)
def test_a_plain_complaint_is_one(classifier: Classifier, text: str, topic: str) -> None:
    verdict = classifier.classify(text)
    assert (verdict.kind, verdict.topic) == (Kind.COMPLAINT, topic)


@pytest.mark.parametrize("text", PLAIN_WISHES)
def test_a_plain_wish_is_one(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.WISH


@pytest.mark.parametrize("text", PLAIN_CHATTER)
def test_plain_talk_is_left_alone(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.CHATTER


DANGERS = (
    ("救命！有人困在6栋2单元的电梯里出不来了", "被困", "电梯"),
    ("快来人，有人被困在6栋2单元电梯里了", "被困", "电梯"),
    ("救命啊着火了", "起火", "消防"),
    ("3栋楼道里一股煤气味，是不是漏气了", "燃气", "燃气"),
    ("闻到煤气味了", "燃气", "燃气"),
    ("快来人，有人触电了", "触电", None),
    ("快叫救护车，有人从楼上掉下来了", "坠落", None),
)
"""The danger that names what has happened beats the general cry for help: it decides whom to call."""


@pytest.mark.parametrize(("text", "danger", "topic"), DANGERS)
def test_a_danger_is_known_by_what_has_happened(
    classifier: Classifier, text: str, danger: str, topic: str | None
) -> None:
    verdict = classifier.classify(text)
    assert verdict.danger == danger
    assert topic in (None, verdict.topic)


def test_words_with_spaces_between_name_the_same_place(classifier: Classifier) -> None:
    assert classifier.classify("3 栋 电梯 坏了，已经停了两天").place.buildings == ("3",)


def test_a_building_the_compound_does_not_have_is_no_place_to_send_somebody_to(tmp_path: Path) -> None:
    known = Area(buildings=frozenset((str(n), None, None) for n in range(1, 10)))
    town = Classifier(load_rulebook(), cache_dir=tmp_path, known=known)
    assert not town.classify("99栋电梯坏了").place.known
    assert not town.only_place("99栋").known


def test_a_parcel_at_the_door_is_a_private_matter(classifier: Classifier) -> None:
    assert classifier.classify("谁家的快递放我门口了").kind is Kind.CHATTER


def test_a_broken_door_is_for_the_repairers(classifier: Classifier) -> None:
    assert classifier.classify("10栋的门禁刷不开了，进不了门").topic == "公共设施"
