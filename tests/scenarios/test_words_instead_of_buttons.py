"""Promise: where there are no buttons, edits and reactions, words do the same, and nobody hears a thing twice."""

from __future__ import annotations

import pytest

from bot.domain.messages import Address, Button, Face, Say
from bot.domain.tickets import Outcome, State
from bot.domain.verdicts import Kind
from tests.town import OWNERS, POOR, STAFF, UNHURRIED, Town

LIFT = "3栋电梯坏了，已经停了两天"
BOARD = Address("console", "-400")
LAMP = "5栋楼道灯坏了，一直不亮"


@pytest.fixture
def town() -> Town:
    """No buttons, no edits, no reactions; whoever has accepted is left in peace."""
    return Town(able=POOR, clocks=UNHURRIED)


def proofs(town: Town, number: int = 1) -> list[str]:
    with town.store() as store:
        ticket = store.tickets.numbered(number)
        assert ticket is not None
        return [photo.purpose for photo in store.tickets.photos(ticket) if photo.media]


# -- offering ------------------------------------------------------------------------------------------


def test_a_card_offers_its_choices_as_words_with_the_number(town: Town) -> None:
    town.says("张阿姨", LIFT)
    (card,) = town.heard_by("王师傅")
    assert card.splitlines()[-1] == (
        "回复：接单 1 / 到场 1 / 办结 1；也可以：转派、挂起、转办、不属本职、改类、误报"
    )


def test_the_owners_are_offered_nothing_while_it_goes_on(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "+1")
    assert town.heard_in() == ["已登记 #1 电梯·3栋 → 物业维修王师傅"]


# -- answering -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["接单 1", "接单１", "接单　＃１", "接单1号", "1 接单", "#1 接单", "接单", "接单。"]
)
def test_it_is_understood_in_every_way_it_is_written(town: Town, words: str) -> None:
    town.says("张阿姨", LIFT)
    town.heard_by("王师傅")
    town.tells("王师傅", words)
    assert town.ticket().state is State.ACCEPTED
    assert len(town.heard_by("王师傅")) == 1


def test_a_choice_that_is_no_command_is_answered_by_its_word(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "转派 1")
    (asked,) = town.heard_by("王师傅")[1:]
    assert asked.startswith("#1 转给谁？\n回复：")

    town.tells("王师傅", "转给老李")
    assert town.ticket().assignee == "老李"
    assert len(town.heard_by("老李")) == 1


def test_a_class_is_chosen_by_its_word(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "改类")
    town.tells("王师傅", "心愿")
    assert town.ticket().kind is Kind.WISH


def test_a_reason_is_asked_for_and_answered(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "不属本职 1")
    assert "该找谁" in town.heard_by("王师傅")[-1]
    town.tells("王师傅", "归电梯公司管，电话 96333")
    assert town.ticket().state is State.DECLINED
    assert town.heard_in()[-1] == "#1 电梯·3栋 这边办不了，原因和去处已写好"


def test_with_two_tickets_it_is_asked_which(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", LAMP)
    town.heard_by("王师傅")

    town.tells("王师傅", "不属本职")
    (which,) = town.heard_by("王师傅")
    assert "#1 电梯·3栋、#2 路灯照明·5栋" in which
    town.tells("王师傅", "不属本职 1")
    assert "#1" in town.heard_by("王师傅")[-1]

    town.tells("王师傅", "接单")
    assert "#1 电梯·3栋、#2 路灯照明·5栋" in town.heard_by("王师傅")[-1]
    assert town.ticket(1).state is town.ticket(2).state is State.OPEN


@pytest.mark.parametrize("words", ["接单 1、2", "接单 1 2", "接单 #1，#2", "接单 1号和2号"])
def test_one_word_may_take_several(town: Town, words: str) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", LAMP)
    town.heard_by("王师傅")
    town.tells("王师傅", words)
    assert town.ticket(1).state is town.ticket(2).state is State.ACCEPTED
    assert town.heard_by("王师傅") == ["已接单 #1\n已接单 #2"]


def test_the_morning_s_list_is_answered_by_numbers(town: Town) -> None:
    town.until(23, 30)
    town.says("张阿姨", LIFT)
    town.says("李叔", LAMP)
    town.until(8, 2)
    (bundle,) = town.heard_by("王师傅")
    assert bundle.endswith("回复：接单 1、2")
    town.tells("王师傅", "接单 1、2")
    assert town.ticket(1).state is town.ticket(2).state is State.ACCEPTED


def test_the_writer_s_own_rights_count(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.platform.refuses.add("王师傅")
    town.says("张阿姨", "3栋垃圾没人收，臭死了")
    town.tells("王主任", "派单 1 老李")
    town.says("李叔", "6栋着火了，冒烟了快来人")
    assert any("接单 3" in text for text in town.heard_in(STAFF))

    town.says("过路人", "接单 3", in_chat=STAFF)
    assert town.ticket(3).state is State.OPEN
    town.says("小陈", "接单 3", in_chat=STAFF)
    assert town.ticket(3).assignee == "小陈"


def test_after_two_days_a_choice_is_no_longer_meant(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "转派 1")
    town.sleeps(hours=49)
    town.tells("王师傅", "老李")
    assert town.ticket().assignee == "王师傅"


def test_a_confirmation_is_a_word(town: Town) -> None:
    town.tells("王主任", "退绑 老李")
    assert town.heard_by("王主任")[-1].endswith("回复：确认 / 取消")
    town.tells("王主任", "取消")
    assert town.heard_by("王主任") == ["好的，已取消"]
    town.tells("王主任", "退绑 老李")
    town.tells("王主任", "确认")
    with town.store() as store:
        assert store.people.person_of(town.account("老李")) is None


# -- ordinary talk -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["接单", "误报", "到场", "转派", "办结 1", "接单 1", "老李", "电梯"])
def test_in_an_owners_group_ordinary_talk_is_never_an_answer(town: Town, words: str) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "转派 1")
    before, heard = town.diary(), town.heard_in()
    town.says("李叔", words)
    town.says("王师傅", words) if "误报" not in words else None
    assert town.diary() == before
    assert town.heard_in() == []
    assert heard


def test_a_false_alarm_is_called_off_in_the_owners_group_by_staff_alone(town: Town) -> None:
    town.says("张阿姨", "7栋着火了！冒烟了快来人")
    assert town.heard_in()[-1].endswith("回复：误报 1")
    town.says("李叔", "误报")
    assert town.ticket().going_on
    town.says("老赵", "误报 1")
    assert town.ticket().state is State.FALSE_ALARM
    assert town.heard_in() == ["#1 消防·7栋 是误报，已取消"]


def test_a_name_in_the_staff_group_is_an_answer_only_right_after_the_question(town: Town) -> None:
    town.says("张阿姨", "8栋着火了！冒烟了快来人")
    town.says("王主任", "转派 1", in_chat=STAFF)
    town.wait(minutes=31)
    town.says("王主任", "老赵", in_chat=STAFF)
    assert town.ticket().assignee is None


@pytest.fixture
def board() -> Town:
    """The same with a group of the committee's."""
    groups = {
        "owners": [{"platform": "console", "chat": OWNERS.chat}],
        "committee": {"platform": "console", "chat": BOARD.chat},
    }
    return Town(able=POOR, groups=groups)


def test_persons_asked_for_in_the_committee_s_group_come_in_private(board: Town) -> None:
    board.says("张阿姨", "7栋着火了！冒烟了快来人")
    assert "看报修人" in board.heard_in(BOARD)[-1]
    board.heard_by("王主任")
    board.says("王主任", "看报修人 1", in_chat=BOARD)
    assert not any("张阿姨" in text for text in board.heard_in(BOARD))
    assert any("张阿姨" in text for text in board.heard_by("王主任"))
    assert "persons_seen" in board.diary()


def test_of_two_that_are_offered_the_number_is_asked_for(board: Town) -> None:
    board.says("张阿姨", "7栋着火了！冒烟了快来人")
    board.says("李叔", "4栋有人被困电梯里了，快来救人")
    board.heard_in(BOARD)
    board.says("王主任", "看报修人", in_chat=BOARD)
    assert board.heard_in(BOARD) == ["是哪一张？请带上编号：看报修人 2、看报修人 1"]
    assert "persons_seen" not in board.diary(1) + board.diary(2)


# -- the closing ---------------------------------------------------------------------------------------


@pytest.fixture
def done(town: Town) -> Town:
    """#1 is said to be done."""
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    town.heard_by("王师傅")
    return town


def stars(town: Town) -> int | None:
    number = town.ticket().id
    with town.store() as store:
        asked = store.stars.of(number)
    return asked.stars if asked else None


@pytest.mark.parametrize("words", ["已解决 5星", "已解决 1 5星", "１号 已解决，五星好评", "已解决五星"])
def test_solved_and_five_stars_in_one_breath(done: Town, words: str) -> None:
    done.says("张阿姨", words)
    assert done.ticket().outcome is Outcome.CONFIRMED
    assert stars(done) == 5


@pytest.mark.parametrize("words", ["已解决", "已解决 1", "#1 已解决"])
def test_stars_may_follow(done: Town, words: str) -> None:
    done.says("张阿姨", words)
    assert done.ticket().state is State.CLOSED
    done.says("张阿姨", "4星 1")
    assert stars(done) == 4


@pytest.mark.parametrize("words", ["已解决 2", "已解决了吗？", "已解决 5栋的", "已解决，但是5栋的灯呢"])
def test_other_words_close_nothing(done: Town, words: str) -> None:
    done.says("张阿姨", words)
    assert done.ticket().state is State.RESOLVED


def test_nobody_else_s_word_counts(done: Town) -> None:
    done.says("李叔", "已解决 1 5星")
    done.says("王师傅", "已解决")
    assert done.ticket().state is State.RESOLVED


def test_of_two_that_wait_the_number_is_asked_for(done: Town) -> None:
    done.says("张阿姨", LAMP)
    done.tells("王师傅", "办结 2 已换灯泡")
    done.heard_in()
    done.says("张阿姨", "已解决")
    assert done.heard_in() == ["是哪一张？请带上编号，例如：已解决 12"]
    done.says("张阿姨", "已解决 2")
    assert (done.ticket(1).state, done.ticket(2).state) == (State.RESOLVED, State.CLOSED)


def test_in_private_the_reporter_hears_that_it_was_understood(town: Town) -> None:
    town.tells("张阿姨", LIFT)
    town.tells("王师傅", "办结 1 已换主板")
    assert "已解决 1 / 未解决 1" in town.heard_by("张阿姨")[-1]
    town.tells("张阿姨", "未解决")
    assert town.heard_by("张阿姨") == ["已重开 #1，并告诉上一级"]
    assert town.ticket().episode == 2


# -- proof ---------------------------------------------------------------------------------------------


def test_the_proof_may_come_as_words_and_photos_each_by_itself(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1")
    town.tells("王师傅", "已换门机主板")
    assert town.ticket().state is State.RESOLVED
    town.sends_photo("王师傅", in_chat=town.private("王师傅"))
    town.wait(minutes=3)
    town.sends_photo("王师傅", in_chat=town.private("王师傅"))
    assert proofs(town) == ["proof", "proof"]
    assert len(town.tickets()) == 1


def test_a_photo_first_and_words_after_it(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "办结 1")
    town.sends_photo("王师傅", in_chat=town.private("王师傅"))
    town.heard_by("王师傅")
    town.tells("王师傅", "换了门机主板，试过了")
    assert proofs(town) == ["proof"]
    assert town.heard_by("王师傅") == []
    assert len(town.tickets()) == 1


def test_a_photo_just_before_the_word_belongs_to_it(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.sends_photo("王师傅", in_chat=town.private("王师傅"))
    town.tells("王师傅", "办结 1")
    assert town.ticket().state is State.RESOLVED
    assert proofs(town) == ["proof"]


def test_a_photo_much_later_is_no_proof(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "办结 1 已换主板")
    town.sleeps(minutes=11)
    town.sends_photo("王师傅", in_chat=town.private("王师傅"))
    assert proofs(town) == []


def test_what_is_said_next_about_something_else_is_no_proof(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", LAMP)
    town.tells("王师傅", "办结 1 已换主板")
    town.tells("王师傅", "办结 2")
    town.tells("王师傅", "已换灯泡")
    assert town.ticket(2).state is State.RESOLVED


def test_what_is_too_long_for_one_message_comes_in_several_in_order(town: Town) -> None:
    lines = [f"第{number}行" for number in range(600)]
    button = Button("接单", "t:1:accept", number=1)
    said = Say(town.private("王主任"), "long", Face("\n".join(lines), ((button,),)))
    town.intake.run("long", lambda _context: [said])
    town.settle()

    heard = town.heard_by("王主任")
    assert len(heard) > 1
    assert max(map(len, heard)) <= POOR.text_limit
    assert "\n".join(heard).splitlines() == [*lines, "回复：接单 1"]


# -- saying it once ------------------------------------------------------------------------------------


def test_the_owners_group_hears_of_a_ticket_three_times_at_most() -> None:
    town = Town(able=POOR)
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯又停了")
    town.wait(minutes=40)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "到场 1")
    town.says("赵姐", "我家也是", reply_to="1")
    town.tells("王师傅", "办结 1 已换主板")
    town.says("张阿姨", "已解决")
    town.wait(hours=3)
    assert town.heard_in() == [
        "已登记 #1 电梯·3栋 → 物业维修王师傅",
        "#1 电梯·3栋 超时还没办好，已报给物业经理（+1户）",
        "#1 电梯·3栋 已办结（+1户）。请报修的邻居看看是否解决了，也可以顺便评价，比如“已解决 5星”\n回复：已解决 1 / 未解决 1",
    ]


def test_a_reopened_one_may_be_heard_of_again(done: Town) -> None:
    done.heard_in()
    done.says("张阿姨", "未解决")
    assert done.heard_in() == ["#1 电梯·3栋 还没好，已重开 → 物业经理丁经理"]


def test_a_worker_hears_neither_of_marks_nor_of_counts() -> None:
    town = Town(able=POOR)
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯又停了")
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "到场 1")
    town.heard_by("王师傅")
    town.wait(minutes=25)
    town.says("赵姐", "3栋的电梯还是不动")
    assert town.heard_by("王师傅") == []


def test_a_worker_hears_that_it_was_taken_away_closed_or_has_its_place(town: Town) -> None:
    town.says("张阿姨", "电梯坏了，已经停了两天")
    town.says("张阿姨", "3栋")
    assert "3栋" in town.heard_by("王师傅")[-1]
    town.tells("王主任", "派单 1 老李")
    assert town.heard_by("王师傅") == ["已登记 #1 电梯·3栋 → 网格员老李"]
    town.says("张阿姨", "撤回 1")
    assert town.heard_by("老李")[-1] == "#1 电梯·3栋 已撤回"


def test_what_one_does_oneself_is_answered_once(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_by("王师傅")
    for words in ("接单 1", "到场 1", "办结 1 已换主板"):
        town.tells("王师傅", words)
        assert len(town.heard_by("王师傅")) == 1, words


def test_nothing_is_said_in_place_of_a_reaction(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    town.says("李叔", "+1")
    town.says("李叔", "我家也是")
    assert town.heard_in() == []
    assert town.reactions() == []
    assert town.ticket().voices == 1


def test_a_quotation_of_a_card_is_an_answer_to_it(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", LAMP)
    town.wait(minutes=30)
    town.says("赵姐", "#1 我家也是", reply_to_bot=True)
    assert (town.ticket(1).voices, town.ticket(2).voices) == (1, 0)


def test_a_photo_that_comes_after_the_card_follows_by_itself(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.sends_photo("张阿姨")
    assert [s.text for s in town.shown if s.photo and s.chat == town.private("王师傅")] == ["#1 的照片："]
    assert not any(s.photo for s in town.shown if s.chat in (OWNERS, STAFF))


def test_at_night_nothing_is_said_anew(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("丁经理", "接单 1")
    town.tells("丁经理", "办结 1 已换主板")
    town.until(23)
    for who in ("丁经理", "王主任", "王师傅"):
        town.heard_by(who)
    town.heard_in()
    town.says("张阿姨", "未解决")
    town.tells("王主任", "派单 1 老李")
    assert [town.heard_in(), town.heard_by("丁经理"), town.heard_by("老李")] == [[], [], []]
    town.until(8, 4)
    assert town.heard_in() == ["#1 电梯·3栋 还没好，已重开 → 网格员老李"]
    assert len(town.heard_by("老李")) == 1


# -- who cannot be written to --------------------------------------------------------------------------


def test_who_is_no_friend_is_mentioned_in_the_staff_group_and_the_next_is_asked(town: Town) -> None:
    town.platform.refuses.add("王师傅")
    town.says("张阿姨", LIFT)
    mentioned = [[a.name for a in s.mentions] for s in town.shown if s.chat == STAFF]
    assert mentioned == [["王师傅"]]
    assert town.ticket().assignee == "丁经理"
    assert len(town.heard_by("丁经理")) == 1


def test_where_nobody_can_be_written_to_the_staff_group_has_it(town: Town) -> None:
    for name in ("王师傅", "丁经理", "王主任", "谢委员", "冯书记"):
        town.platform.refuses.add(name)
    town.says("张阿姨", LIFT)
    mentioned = {a.name for s in town.shown if s.chat == STAFF for a in s.mentions}
    assert {"王师傅", "丁经理", "王主任", "冯书记"} <= mentioned
    assert "nobody" in town.diary()


def test_who_comes_back_under_another_account_is_asked_for_a_new_invitation(town: Town) -> None:
    town.says("张阿姨", LIFT)
    stranger = town.account("wxid_new")
    town.tells("wxid_new", "接单 1", author=type(stranger)("console", "wxid_new", "王师傅"))
    assert town.ticket().state is State.OPEN
    (answer,) = town.heard_by("wxid_new")
    assert "邀请" in answer
