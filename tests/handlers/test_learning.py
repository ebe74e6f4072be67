"""Corrections: staff teach, residents do not; what was matched is kept, what was said is not."""

from __future__ import annotations

from storage.corrections import Correction
from tests.town import OWNERS, Town


def kept(town: Town) -> list[Correction]:
    with town.store() as store:
        return list(store.corrections.all())


def test_a_reclass_keeps_what_the_rules_saw_and_both_decisions(town: Town) -> None:
    town.says("张阿姨", "3栋电梯又坏了，物业来看看")
    town.tells("王主任", "/改类 1 公共设施")
    (one,) = kept(town)
    assert (one.verb, one.by.partition("/")[0]) == ("reclass", "王主任")
    assert (one.before["kind"], one.before["topic"]) == ("complaint", "电梯")
    assert one.after == {"kind": "complaint", "topic": "公共设施"}
    assert any(rule == "电梯·坏" for rule, _ in one.rules)
    assert "电梯" in one.words
    assert "@升降" in one.evidence


def test_what_turns_out_to_be_chatter_leaves_words_of_the_rules_and_no_text(town: Town) -> None:
    said = "拼单的又把楼道堵了，吵死了，没人管，问问赵铁柱要不要"
    town.says("张阿姨", said)
    town.tells("王主任", "/改类 1 闲聊")
    (one,) = kept(town)
    assert one.after == {"kind": "chatter"}
    assert list(one.words) == sorted(one.words)
    everything = f"{one.words}{one.rules}{one.evidence}{dict(one.before)}"
    assert "赵" not in everything
    assert "铁柱" not in everything
    assert said not in town.ticket().text


def test_the_worker_in_charge_corrects_by_button(town: Town) -> None:
    town.says("张阿姨", "3栋1单元楼上天天半夜吵死了")
    holder = next(n for n in ("老李", "梁调解") if "改类" in town.buttons(town.private(n)))
    town.presses(holder, "改类")
    town.presses(holder, "宠物")
    (one,) = kept(town)
    assert one.after["topic"] == "宠物"
    assert one.by.startswith(holder)


def test_a_false_report_counts_as_chatter_and_a_false_emergency_only_as_no_danger(town: Town) -> None:
    town.says("张阿姨", "3栋电梯又坏了")
    town.tells("王主任", "/误报 1")
    town.says("李叔", "救命！5栋电梯困人了")
    town.tells("王主任", "/误报 2")
    first, second = kept(town)
    assert first.after == {"kind": "chatter"}
    assert second.after == {"danger": None}
    assert second.before["danger"] == "被困"


def test_declined_as_no_matter_teaches_and_declined_as_not_mine_does_not(town: Town) -> None:
    town.says("张阿姨", "3栋电梯又坏了")
    town.says("李叔", "5栋楼道灯坏了一个星期没人修")
    town.tells("王主任", "/不办 1 不归我们管，找维保公司")
    assert not kept(town)
    town.tells("王主任", "/不办 2 这不是事，开玩笑的")
    assert [c.after for c in kept(town)] == [{"kind": "chatter"}]


def test_a_merge_undone_is_kept(town: Town) -> None:
    town.says("张阿姨", "3栋电梯又坏了")
    town.says("李叔", "5栋楼道灯坏了一个星期没人修")
    town.tells("王主任", "/合并 1 2")
    town.tells("王主任", "/拆开 2")
    (one,) = kept(town)
    assert one.verb == "unmerge"
    assert one.before["merged_into"] == 1


def test_residents_never_train(town: Town) -> None:
    town.says("张阿姨", "3栋电梯又坏了")
    town.says("张阿姨", "撤回 1")
    town.says("李叔", "5栋楼道灯坏了一个星期没人修")
    town.tells("李叔", "/改类 2 闲聊")
    town.presses("王主任", "接单", in_chat=OWNERS) if "接单" in town.buttons(OWNERS) else None
    assert not kept(town)


def test_what_staff_filed_themselves_says_nothing_about_the_rules(town: Town) -> None:
    town.tells("王主任", "/登记 3栋 楼道灯坏了")
    town.tells("王主任", "/改类 1 消防")
    assert town.ticket().topic == "消防"
    assert not kept(town)
