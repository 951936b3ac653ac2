import numpy as np
import pytest

from tests.calc.sample_territories import account, seller
from yunchou.calc.errors import BadInput
from yunchou.calc.territory import assign_accounts
from yunchou.calc.territory_moves import effect_of_move, reasons

SOUTH, NORTH = ("华南", "广东", "广州", "天河"), ("华北", "北京", "北京", "海淀")


def plain():
    accounts = [account(f"南{n}", place=SOUTH, owner="李") for n in range(4)] + [account(f"北{n}", place=NORTH) for n in range(4)]
    return assign_accounts(accounts, [seller("王", place=NORTH, most_accounts=4), seller("李", place=SOUTH, regions=("华南", "北京"))])


def test_effect_of_move_is_what_the_whole_assignment_would_say():
    random = np.random.default_rng(3)
    people = [seller(name, place=place) for name, place in (("王", NORTH), ("李", SOUTH), ("赵", SOUTH))]
    accounts = [
        account(
            f"客{n:02}", int(random.integers(1, 300)), workload=float(random.random() + 0.5), owner="王", place=SOUTH if n % 2 else NORTH
        )
        for n in range(30)
    ]
    found = assign_accounts(accounts, people)
    for at in range(0, 30, 3):
        for person in found.people:
            move = effect_of_move(found, found.accounts[at].name, person.name)
            moved = found.given.copy()
            moved[at] = [one.name for one in found.people].index(person.name)
            assert move.total_change == pytest.approx(found.sharing.total(moved) - found.sharing.total(found.given), abs=1e-9)


def test_effect_of_move_is_told_in_one_sentence():
    move = effect_of_move(plain(), "南0", "王")
    assert move.told().zh == (
        "“南0”由 李 转给 王：李 的潜力由 100% 变为 75%，王 由 100% 变为 125%；同城变为不在同一大区；不符：客户数上限；整体变差"
    )
    assert move.told().en == (
        "“南0” from 李 to 王: 李's potential goes from 100% to 75%, 王's from 100% to 125% of a full share; in the same city becomes"
        " outside the region; breaks: cap on accounts; worse in all"
    )


def test_effect_of_move_names_the_rules_it_breaks():
    accounts = [account("甲", languages=("日语",), person="赵"), account("乙"), account("丙")]
    found = assign_accounts(accounts, [seller("赵", languages=("日语",)), seller("钱", regions=("华东",)), seller("孙")])
    assert effect_of_move(found, "甲", "钱").breaks == ("region", "language", "lock")
    assert "不符：负责范围、语言、锁定" in effect_of_move(found, "甲", "钱").told().zh


def test_a_move_to_the_same_person_changes_nothing():
    move = effect_of_move(plain(), "南0", "李")
    assert (move.total_change, move.breaks, move.told().zh.endswith("整体不变")) == (0.0, (), True)


@pytest.mark.parametrize(("name", "person", "said"), [("南9", "王", "there is no account “南9”"), ("南0", "周", "there is no person “周”")])
def test_unknown_names_are_refused(name, person, said):
    with pytest.raises(BadInput, match=said):
        effect_of_move(plain(), name, person)


def test_reasons_say_why_each_account_went_where_it_went():
    accounts = [
        account("一", person="王", owner="李"),
        account("二", languages=("日语",)),
        account("三", owner="李", place=SOUTH),
        account("四", place=NORTH),
        account("五", owner="王", place=SOUTH),
        *[account(f"余{n}", owner="李", place=SOUTH) for n in range(5)],
        *[account(f"满{n}", owner="李") for n in range(8)],
    ]
    found = assign_accounts(accounts, [seller("王", place=NORTH, languages=("日语",)), seller("李", place=SOUTH)])
    told = {one.name: text.zh for one, text in zip(found.accounts, reasons(found), strict=True)}
    assert told["一"] == "锁定给 王"
    assert told["二"] == "只有 王 可以服务"
    assert told["三"] == "原由 李 负责，同城"
    assert told["四"] == "原无人负责，王 同城"
    moved = [text for name, text in told.items() if name.startswith("满") and "均衡" in text]
    assert moved
    assert set(moved) == {"为均衡：李 现有的潜力是应得的 167%；王 不在同一大区"}


def test_without_potential_a_move_is_told_by_load():
    found = assign_accounts([account(name, 0, owner="王") for name in "甲乙"], [seller("王"), seller("李")])
    other = "李" if found.people[found.given[0]].name == "王" else "王"
    assert "的工作量由 100% 变为 0%" in effect_of_move(found, found.accounts[0].name, other).told().zh
