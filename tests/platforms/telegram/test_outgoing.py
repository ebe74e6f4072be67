"""Texts within Telegram's limits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Account, Button
from bot.platforms.telegram.outgoing import MOST_MENTIONS, cut, keyboard, units, with_mentions


def person(name: str = "张阿姨", number: str = "7", platform: str = "telegram") -> Account:
    return Account(platform, number, name)


def test_what_fits_is_left_alone() -> None:
    assert cut("电梯停了", 4) == "电梯停了"


def test_what_is_too_long_ends_with_a_whole_line() -> None:
    assert cut("一二三四\n五六七八\n九十", 11) == "一二三四\n五六七八\n…"


def test_an_endless_line_is_cut_where_it_has_to_be() -> None:
    assert cut("一二三四五六七八九十", 6) == "一二三四…"
    assert cut("一\n二三四五六七八九十", 6) == "一\n二三…"


@given(text=st.text(alphabet="电梯\n a😀👨‍👩‍👧", max_size=60), limit=st.integers(2, 40))
def test_a_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1].rstrip("\n")))


def test_half_an_emoji_is_made_whole() -> None:
    assert cut("停\ud83d水", 10) == "停\ufffd水"


def test_an_emoji_is_two_units() -> None:
    assert units("😀梯a") == 4


@given(
    text=st.text(alphabet="电梯\n a😀", max_size=40),
    names=st.lists(st.text(alphabet="张李 \n😀x", max_size=40), min_size=1, max_size=5),
)
def test_a_mention_marks_exactly_the_name_and_all_fits(text: str, names: list[str]) -> None:
    people = [person(name, str(at + 1)) for at, name in enumerate(names)]
    said, entities = with_mentions(text, people, 300)
    assert units(said) <= 300
    coded = said.encode("utf-16-le")
    marked = [coded[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le") for e in entities]
    assert len(marked) == len(people)
    assert all(word.startswith("@") and "\n" not in word and len(word) > 1 for word in marked)
    assert " ".join(marked) == said.rpartition("\n")[2]


def test_long_words_make_room_for_the_names() -> None:
    said, entities = with_mentions("很" * 5000, [person()], 4096)
    assert said.endswith("…\n@张阿姨")
    assert units(said) <= 4096
    assert len(entities) == 1


def test_people_of_other_platforms_cannot_be_rung() -> None:
    assert with_mentions("停水", [person(platform="wechat")], 100) == ("停水", [])


def test_a_crowd_is_not_rung_at_once() -> None:
    _, entities = with_mentions("停水", [person(number=str(n)) for n in range(1, 200)], 4096)
    assert len(entities) == MOST_MENTIONS


def test_a_person_without_a_name_is_called_by_number() -> None:
    assert with_mentions("停水", [person("")], 100)[0] == "停水\n@7"


def test_buttons_keep_their_rows() -> None:
    markup = keyboard(
        ((Button("接单", "t:1:a"), Button("到场", "t:1:b")), (), (Button("看", url="https://x.cn"),))
    )
    assert markup is not None
    assert markup.to_dict() == {
        "inline_keyboard": [
            [{"text": "接单", "callback_data": "t:1:a"}, {"text": "到场", "callback_data": "t:1:b"}],
            [{"text": "看", "url": "https://x.cn"}],
        ]
    }


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard(()) is None
    assert keyboard(((),)) is None
