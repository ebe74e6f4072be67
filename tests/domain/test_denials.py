"""How people say that it is not solved, and what only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.denials import denial_in

_LEADS = ("", "根本", "压根", "还是", "其实", "哎呀", "都", "到现在", "好像", "我家", "仲")
_ENDS = ("", "啊", "呢", "哦", "的", "呀", "嘛")


@given(
    st.sampled_from(_LEADS),
    st.sampled_from(
        ["没修好", "没有弄好", "没搞定", "没解决", "没处理完", "没人来修", "未搞掂", "冇整好", "没好"]
    ),
    st.sampled_from(_ENDS),
)
def test_a_no_may_be_said_with_any_stress(lead: str, no: str, end: str) -> None:
    found = denial_in(f"{lead}{no}{end}")
    assert found is not None
    assert found.alone
    assert not found.bare


@pytest.mark.parametrize(
    "text",
    [
        "老样子", "还是老样子", "还是那样", "跟之前一样", "没什么变化", "一点没变", "哪里好了", "哪儿修好了", "这也叫修好了？",
        "谁说好了", "好什么好", "解决个屁", "修了跟没修一样", "白修了", "又坏了", "还在漏", "还是不行", "还是不亮", "还是没水",
        "一点用没有", "没用", "没清理干净", "还系咁样", "都仲未整好",
    ],
)  # fmt: skip
def test_scorn_and_the_old_state_are_a_no(text: str) -> None:
    found = denial_in(text)
    assert found is not None
    assert not found.named
    assert not found.bare


@pytest.mark.parametrize(
    "text",
    [
        "好了", "修好了", "没事了", "没问题", "修好了没", "修好了吗", "没修好吗", "还没修好？", "好没好", "修好没有", "没关系",
        "没毛病", "还好", "还行", "没完没了", "没办法", "没漏了", "不漏了", "没收到快递", "没看见", "没人接电话", "还没吃饭",
        "之前没修好，现在好了", "没什么大问题了", "",
    ],
)  # fmt: skip
def test_questions_thanks_and_good_news_are_none(text: str) -> None:
    assert denial_in(text) is None


@given(st.text(alphabet="还又是没修好了哪里我家都仍搞根本一点啊?，。 ", max_size=400))
def test_any_text_is_read_in_bounded_work(text: str) -> None:
    found = denial_in(text)
    assert found is None or found.alone in (True, False)
