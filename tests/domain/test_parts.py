"""A long text in parts: each fits, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.parts import parts


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(st.sampled_from("水管🔥a\n"), max_size=300), st.integers(min_value=2, max_value=60))
def test_every_part_fits_and_nothing_but_line_breaks_is_lost(text: str, limit: int) -> None:
    found = parts(text, limit)
    assert all(units(part) <= limit for part in found)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")


def test_what_fits_stays_whole() -> None:
    assert parts("一行\n两行", 5) == ("一行\n两行",)
    assert parts("", 5) == ("",)


def test_it_is_cut_between_lines() -> None:
    assert parts("一二三\n四五六\n七八九", 7) == ("一二三\n四五六", "七八九")


def test_a_limit_that_no_sign_fits_into_is_refused() -> None:
    with pytest.raises(ValueError, match="two units"):
        parts("🔥", 1)
