"""Places as residents write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.classifier import Classifier
from bot.classify.location import Locator
from bot.classify.normalise import plain
from bot.classify.place_reading import Reading
from bot.classify.rulebook import Rulebook
from bot.domain.people import Area
from bot.domain.places import NOWHERE, Place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3栋电梯坏了", Place(buildings=("3",))),
        ("三号楼二单元漏水", Place(buildings=("3",), unit="2")),
        ("十二栋没水", Place(buildings=("12",))),
        ("45甲感觉有味", Place(buildings=("45甲",))),
        ("1栋三单元群租", Place(buildings=("1",), unit="3")),
        ("D3栋106商铺油烟", Place(buildings=("D3",), room="106")),
        ("二期5栋门口", Place(phase="2", buildings=("5",))),
        ("#3 没水", Place(buildings=("3",))),
        ("3#楼没水", Place(buildings=("3",))),
        ("我家3-2-501漏水", Place(buildings=("3",), unit="2", room="501")),
        ("6号楼二单元四零一", Place(buildings=("6",), unit="2", room="401")),
        ("36楼2楼好吵", Place(buildings=("36",), floor="2")),
        ("29楼谁在唱歌", Place(floor="29")),
        ("B座17樓D室", Place(buildings=("B",), floor="17", room="17D")),
        ("3、5栋停水", Place(buildings=("3", "5"))),
        ("1-3栋停水", Place(buildings=("1", "2", "3"))),
        ("1号楼2号楼3号楼停水", Place(buildings=("1", "2", "3"))),
        ("5号楼甲口", Place(buildings=("5",), unit="甲")),
        ("３栋２单元", Place(buildings=("3",), unit="2")),
        ("东门杆子坏了", Place(spots=("东门",))),
        ("地库积水", Place(spots=("地下车库",))),
        ("负二层漏水", Place(floor="-2", spots=("地下车库",))),
        ("3号商铺楼上", Place(spots=("3号商铺",))),
        ("74栋-04 75栋01后花园", Place(buildings=("74", "75"), room="04")),
        ("5座18樓D室漏水", Place(buildings=("5",), floor="18", room="18D")),
        ("16-2单元门坏了", Place(buildings=("16",), unit="2")),
        ("5#-2漏水", Place(buildings=("5",), unit="2")),
        ("10号1单元灯不亮", Place(buildings=("10",), unit="1")),
        ("10栋B座门禁", Place(buildings=("10",), unit="B")),
        ("12号楼甲门没锁", Place(buildings=("12",), unit="甲")),
        ("5号门洞太黑", Place(unit="5")),
        ("T3电梯又停了", Place(buildings=("T3",))),
        ("3dong没水", Place(buildings=("3",))),
        ("18撞停电", Place(buildings=("18",))),
        ("15F走廊没灯", Place(floor="15")),
        ("-1楼积水", Place(floor="-1", spots=("地下车库",))),
        ("一组团停水", Place(phase="1组团")),
        ("二组团3栋", Place(phase="2组团", buildings=("3",))),
        ("1802的狗又叫了", Place(room="1802")),
        ("902搞日租房", Place(room="902")),
        ("三零一又吵架了", Place(room="301")),
        ("18D是不是租出去了", Place(room="18D")),
        ("永安大厦7楼房屋漏水", Place(floor="7")),
        ("一栋中门上楼处电线乱", Place(buildings=("1",))),
        ("3号门闸机坏了", Place(spots=("3号门",))),
        ("车库出口堵死了", Place(spots=("地下车库",))),
        ("9栋大厅灯不亮", Place(buildings=("9",), spots=("大堂",))),
        ("滑梯裂了一道口子", Place(spots=("滑梯",))),
        ("化学楼的门关不上", Place(spots=("化学楼",))),
        ("亭子漏雨", Place(spots=("凉亭",))),
    ],
)
def test_a_place_is_read(classifier: Classifier, text: str, place: Place) -> None:
    assert classifier.place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "一共12栋小高层",
        "有12栋楼",
        "就一栋楼",
        "2021-05-26 10:30",
        "11月25日8:00-18:00",
        "电话13800138000",
        "价格80-120元",
        "走后门进来的人出门了",
        "学期末第二期培训",
        "比分3-2",
        "共计28层，每层四户",
        "18楼往上水压都小",
        "出两张票，一楼12排",
        "户型是120户型",
        "今夜诗歌第13.5期",
        "一期一会",
        "社区二楼会议室开会",
        "换了辆7座车",
        "月薪2000和2500差不多",
        "2015、2016年的账没公布",
        "坐801、805路去",
        "隔壁都有恒温泳池了",
        "能不能建个自行车棚",
        "发现流浪狗请联系门岗",
        "网上信访大厅打不开",
        "瑾工二路9号门前堆满垃圾",
        "我家那个4米高的地下室",
        "早上好",
    ],
)
def test_a_count_a_date_a_price_or_a_phone_number_is_no_place(classifier: Classifier, text: str) -> None:
    assert classifier.place(text) == NOWHERE


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3栋的", Place(buildings=("3",))),
        ("我家3-2", Place(buildings=("3",), unit="2")),
        ("三号楼二单元哈", Place(buildings=("3",), unit="2")),
        ("5", Place(buildings=("5",))),
        ("5-2", Place(buildings=("5",), unit="2")),
        ("5-2-301", Place(buildings=("5",), unit="2", room="301")),
        ("东门", Place(spots=("东门",))),
        ("501", Place(room="501")),
    ],
)
def test_a_message_that_is_only_a_place_answers_the_question(
    classifier: Classifier, text: str, place: Place
) -> None:
    assert classifier.only_place(text) == place


@pytest.mark.parametrize("text", ["好的", "我去3栋拿", "3栋电梯坏了", "13800138000", "", "谢谢"])
def test_a_message_that_says_more_is_no_answer(classifier: Classifier, text: str) -> None:
    assert classifier.only_place(text) == NOWHERE


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("3-2-501 王姐", Place(buildings=("3",), unit="2", room="501")),
        ("3栋501", Place(buildings=("3",), room="501")),
        ("3-501-王姐", Place(buildings=("3",), room="501")),
        ("王姐", NOWHERE),
        ("2023-加油", NOWHERE),
    ],
)
def test_a_nickname_hints_at_a_home(classifier: Classifier, name: str, place: Place) -> None:
    assert classifier.nickname_place(name) == place


def test_with_the_compound_known_numbers_are_read_against_it(at_home: Classifier) -> None:
    assert at_home.place("3-501没电") == Place(buildings=("3",), room="501")
    assert at_home.place("45-501没电") == NOWHERE
    assert at_home.only_place("a") == Place(buildings=("A",))
    assert at_home.only_place("99") == NOWHERE


@pytest.mark.parametrize(
    "text",
    [
        "这套房子在3栋，满二唯一",
        "6栋西边那套小两居挂了多少呀",
        "负一层固定车位往外租，挨着6栋的电梯，月付",
        "出两张今晚的话剧票，一楼三排",
        "联系方式在一楼",
        "1-7号楼是一期的",
        "早上在二教偶遇一个人，很想认识",
        "金桂一期不错，就是有点远",
        "想租个房子，九区附近就行",
        "求图书馆续借的步骤",
        "学校大门几点关",
        "推荐的健身房有吗",
        "发现走失的狗请联系门岗",
        "新米到了，送到大门口",
    ],
)
def test_a_place_that_is_only_mentioned_is_not_claimed(classifier: Classifier, text: str) -> None:
    assert classifier.place(text) == NOWHERE


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("电梯从9楼一下坠到7楼", NOWHERE),
        ("3栋电梯按了5楼没反应", Place(buildings=("3",))),
        ("音响太吵，我六楼都听得见", NOWHERE),
        ("水压小，五楼就更小", NOWHERE),
        ("听着像七八楼", NOWHERE),
        ("楼道灯三层共用一盏", NOWHERE),
        ("这一层的人都听到了", NOWHERE),
        ("有人从9楼往下扔东西", Place(floor="9")),
        ("水从5楼漏到3楼", Place(floor="5")),
        ("5楼都能闻到煤气味", Place(floor="5")),
        ("我困在12楼和13楼中间", Place(floor="12")),
        ("三楼一家公司半夜装修", Place(floor="3")),
    ],
)
def test_a_floor_that_the_lift_passes_or_where_it_is_heard_is_not_where_it_is(
    classifier: Classifier, text: str, place: Place
) -> None:
    assert classifier.place(text) == place


@pytest.mark.parametrize(
    "text", ["3栋漏水，4栋就挺好", "二期的房子漏水", "买了3栋的二手房，到现在没过户", "3栋中间那条路没灯"]
)
def test_what_is_wrong_with_a_home_is_somewhere(classifier: Classifier, text: str) -> None:
    assert classifier.place(text)


def test_a_price_before_a_building_is_no_building(classifier: Classifier) -> None:
    assert classifier.place("婴儿床才用半年 150 5栋自提") == Place(buildings=("5",))
    assert classifier.place("3 5 7栋停水") == Place(buildings=("3", "5", "7"))


def test_a_spot_is_called_as_the_compound_calls_it(rulebook: Rulebook) -> None:
    known = Area(buildings=frozenset({("3", None, None)}), spots=frozenset({"地库", "东门岗亭", "海涛居"}))
    locate = Locator(rulebook.spots, known)
    assert locate("地下车库漏水").place == Place(spots=("地库",))
    assert locate("负一层漏水").place == Place(floor="-1", spots=("地库",))
    assert locate("东门岗亭没人").place == Place(spots=("东门岗亭",))
    assert locate("海涛居电梯又坏了").place == Place(spots=("海涛居",))


def test_the_lobby_says_little_without_its_building(classifier: Classifier) -> None:
    assert not classifier.place("大堂好黑").known
    assert classifier.place("3栋大堂好黑").known
    assert classifier.place("地下车库好黑").known


def test_a_letter_and_a_number_are_a_tower_where_the_compound_has_it(rulebook: Rulebook) -> None:
    known = Area(buildings=frozenset({("B3", None, None)}))
    assert Locator(rulebook.spots, known)("b3-1201漏水").place == Place(buildings=("B3",), room="1201")


_CHINESE = "零一二三四五六七八九"


def _said(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{_CHINESE[tens] if tens > 1 else ''}{'十' if tens else ''}{_CHINESE[ones] if ones or not tens else ''}"


@given(
    st.integers(1, 99).filter(lambda n: n != 1),
    st.integers(1, 9),
    st.sampled_from(["栋", "幢", "号楼", "棟", "號樓", "#楼"]),
)
def test_digits_full_width_and_chinese_numerals_say_the_same(building: int, unit: int, tower: str) -> None:
    locate = Locator({})
    wanted = Place(buildings=(str(building),), unit=str(unit))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for a, b in (
        (str(building), str(unit)),
        (str(building).translate(wide), str(unit).translate(wide)),
        (_said(building), _said(unit)),
    ):
        assert locate(plain(f"{a}{tower}{b}单元漏水")).place == wanted
        assert locate(plain(f"{a} {tower} {b} 單元漏水")).place == wanted


@given(
    st.integers(1, 40), st.integers(1, 6), st.integers(1, 33), st.integers(1, 12), st.sampled_from("-—–－")
)
def test_a_home_is_read_however_its_numbers_are_joined(
    building: int, unit: int, floor: int, door: int, dash: str
) -> None:
    room = f"{floor}{door:02d}"
    home = Place(buildings=(str(building),), unit=str(unit), room=room)
    locate = Locator({})
    assert locate(plain(dash.join((str(building), str(unit), room)) + "漏水")).place == home
    assert locate(plain(f"{building}栋{unit}单元{room}漏水")).place == home
    assert locate.nickname(plain(f"{building}-{unit}-{room} 王姐")) == home


_PLACES = "0123456789０一三十百零号楼栋幢座单元室房层期区组团门教理学堂厅库院甲乙东西南北大中b f#-—、和 家户负地下车商铺没漏的a"


@given(st.text(alphabet=_PLACES, max_size=24))
def test_no_place_is_overlooked_by_looking_quickly_first(text: str) -> None:
    text = plain(text)
    reading = Reading(text, None, {})
    reading.numbered()
    reading.gates()
    assert Locator({})(text) == reading.found()


@given(st.text(max_size=400))
def test_any_unicode_text_has_a_place_or_none_and_with_a_roster_only_known_buildings(text: str) -> None:
    known = Area(buildings=frozenset({("3", None, None), ("45", None, None)}))
    place = Locator({"地库": "地下车库"}, known)(plain(text)).place
    assert set(place.buildings) <= {"3", "45"}


def test_a_building_that_the_compound_has_not_is_no_place(at_home: Classifier) -> None:
    assert at_home.place("45栋没水") == NOWHERE
    assert at_home.place("3栋和45栋没水") == Place(buildings=("3",))


@given(st.text(alphabet="0123456789-—栋楼号单元#一二三十百期区门a甲、 层室", max_size=300))
def test_any_text_has_a_place_or_none(text: str) -> None:
    found = Locator({"地库": "地下车库"})(text)
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert bool(found.place) <= bool(found.spans)
