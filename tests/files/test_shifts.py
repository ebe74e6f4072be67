"""Hours of duty as committees write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shifts import ALWAYS, DAY, WEEKDAYS, DayKind, Shift, Slot
from bot.files.shifts import BadShift, parse_shift
from bot.files.shiftwords import hours_words, shift_words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("周一-周五 8:00-18:00", "周一至周五 8:00–18:00"),
        ("周一至周五8：00～18：00", "周一至周五 8:00–18:00"),
        ("星期一到星期五 早8点到晚6点；礼拜六、日 9点-12点半", "周一至周五 8:00–18:00；周六日 9:00–12:30"),
        ("8:00-18:00 周一到周五", "周一至周五 8:00–18:00"),
        ("周1-5 8-18", "周一至周五 8:00–18:00"),
        ("周 六、日 9 点 - 12 点", "周六日 9:00–12:00"),
        ("周六日", "周六日"),
        ("每周一三五", "周一三五"),
        ("周一、三、五 夜班", "周一三五 22:00–次日8:00"),
        ("周五-周一", "周一五六日"),
        ("周一周三 8-12 周二 14-18", "周一三 8:00–12:00；周二 14:00–18:00"),
        ("工作日 8:00-12:00，14:00-18:00", "工作日 8:00–12:00；工作日 14:00–18:00"),
        ("夜班 22:00-8:00", "每天 22:00–次日8:00"),
        ("夜班", "每天 22:00–次日8:00"),
        ("白班", "每天 8:00–22:00"),
        ("晚10点-次日早8点半", "每天 22:00–次日8:30"),
        ("下午2点-6点", "每天 14:00–18:00"),
        ("晚8点-6点", "每天 20:00–次日6:00"),
        ("晚6点-12点", "每天 18:00–24:00"),
        ("8:00-8:00", "每天 8:00–次日8:00"),
        ("节假日", "节假日"),
        ("周末及法定节假日 全天", "周六日、节假日"),
        ("休息日 9-17", "休息日 9:00–17:00"),
        ("周一至周五 8-18（节假日除外）", "周一至周五 8:00–18:00（节假日除外）"),
        ("除节假日外 每天 8-20", "每天 8:00–20:00（节假日除外）"),
        ("周一-周五 8-18\n周六 9-12", "周一至周五 8:00–18:00；周六 9:00–12:00"),
    ],
)
def test_hours_are_read_and_shown(said: str, shown: str) -> None:
    assert shift_words(parse_shift(said)) == shown


@pytest.mark.parametrize("said", ["", " ", "；", "-", "无", "长期", "全天", "每天", "24小时", "随时"])
def test_nothing_in_particular_means_always(said: str) -> None:
    assert parse_shift(said) == ALWAYS


@pytest.mark.parametrize(
    ("said", "kind", "what"),
    [
        ("老李", "unknown", "老李"),
        ("周一-周五 看情况", "unknown", "看情况"),
        ("8点到", "unknown", "8点-"),
        ("2026-08-18 00:00:00", "unknown", "2026-08-18 00:00:00"),
        ("25:00-3:00", "bad_time", "25:00"),
        ("8:00-18:75", "bad_time", "18:75"),
        ("24:00-8:00", "bad_time", "24:00"),
        ("值班", "unknown", "值班"),
    ],
)
def test_what_cannot_be_read_is_named(said: str, kind: str, what: str) -> None:
    with pytest.raises(BadShift) as caught:
        parse_shift(said)
    assert (caught.value.kind, caught.value.value) == (kind, what)


def hours() -> st.SearchStrategy[tuple[int, int]]:
    quarters = st.integers(0, 95)
    return st.tuples(quarters, st.integers(1, 96)).map(lambda q: (q[0] * 15, (q[0] + q[1]) * 15))


def shifts() -> st.SearchStrategy[Shift]:
    kinds = ({DayKind.WORKDAY}, {DayKind.HOLIDAY}, {DayKind.WEEKEND, DayKind.HOLIDAY})
    days = st.one_of(
        st.frozensets(st.integers(0, 6), min_size=1).map(lambda found: (found, frozenset[DayKind]())),
        st.sampled_from([(frozenset[int](), frozenset(found)) for found in kinds]),
    )
    slot = st.builds(lambda when, span: Slot(when[0], when[1], *span), days, hours())
    return st.lists(slot, min_size=1, max_size=3, unique=True).map(lambda found: Shift(tuple(found)))


@given(shifts())
def test_what_is_shown_is_read_back_as_it_was(shift: Shift) -> None:
    read = parse_shift(shift_words(shift))
    assert read.slots == shift.slots or (read == ALWAYS and shift_words(shift) == "每天")


@given(
    st.text(
        alphabet=f"{WEEKDAYS}天周星期礼拜每工作日节假末至到-~:：点半早晚夜班0123456789；;、, 除外",
        max_size=20,
    )
)
def test_any_heap_of_signs_is_read_or_refused(said: str) -> None:
    try:
        shift = parse_shift(said)
    except BadShift as bad:
        assert bad.kind in ("unknown", "bad_time")
        return
    for slot in shift.slots:
        assert 0 <= slot.start < DAY
        assert slot.start < slot.end <= slot.start + DAY
        assert slot.weekdays or slot.kinds


def test_hours_beyond_midnight_say_so() -> None:
    assert hours_words(22 * 60, 32 * 60) == "22:00–次日8:00"
    assert hours_words(18 * 60, DAY) == "18:00–24:00"
    assert hours_words(0, DAY) == "0:00–24:00"
