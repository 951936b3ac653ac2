import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.sample_territories import account, seller
from yunchou.calc.errors import BadInput, Contradiction
from yunchou.calc.territory import assign_accounts
from yunchou.calc.territory_nouns import Wishes

SOUTH, NORTH = ("华南", "广东", "广州", "天河"), ("华北", "北京", "北京", "海淀")


def who(found):
    return {one.name: found.people[at].name for one, at in zip(found.accounts, found.given, strict=True)}


def test_accounts_stay_with_their_owner_where_nothing_speaks_against_it():
    accounts = [account("甲", owner="李"), account("乙", owner="王"), account("丙", owner="李"), account("丁", owner="王")]
    found = assign_accounts(accounts, [seller("王"), seller("李")])
    assert who(found) == {"甲": "李", "乙": "王", "丙": "李", "丁": "王"}
    assert (found.kept, found.is_balanced, found.shared.gap) == (4, True, 0.0)


def test_accounts_go_to_the_nearest():
    accounts = [account(f"南{n}", place=SOUTH) for n in range(3)] + [account(f"北{n}", place=NORTH) for n in range(3)]
    found = assign_accounts(accounts, [seller("王", place=NORTH), seller("李", place=SOUTH)])
    assert who(found) == {**{f"南{n}": "李" for n in range(3)}, **{f"北{n}": "王" for n in range(3)}}
    assert found.shared.total == 0


def test_balance_moves_what_its_owner_cannot_carry():
    accounts = [account(f"客{n}", owner="王") for n in range(10)]
    found = assign_accounts(accounts, [seller("王"), seller("李")])
    assert sorted(np.bincount(found.given).tolist()) == [5, 5]


def test_full_shares_follow_capacity():
    accounts = [account(f"客{n}") for n in range(30)]
    found = assign_accounts(accounts, [seller("王"), seller("李", capacity=0.5)], Wishes(band=0.0))
    names = [one.name for one in found.people]
    assert dict(zip(names, np.bincount(found.given).tolist(), strict=True)) == {"王": 20, "李": 10}


def test_rules_are_held():
    accounts = [
        account("日企", languages=("日语",)),
        account("广州", place=SOUTH),
        account("云客户", products=("云",)),
        account("普通", place=NORTH),
    ]
    people = [
        seller("王", languages=("日语",), regions=("华北", "日企区"), products=("硬件",)),
        seller("李", regions=("广东", "华北"), products=("云", "硬件")),
        seller("赵", languages=("日语",)),
    ]
    found = assign_accounts(accounts, people, Wishes(band=1.0))
    given = who(found)
    assert given["日企"] == "赵"  # 王 speaks it too, but not there
    assert given["广州"] in {"李", "赵"}
    assert given["云客户"] == "赵"  # it has no place, and 李 serves 广东 and 华北 alone


def test_a_lock_is_held_whatever_it_costs_and_above_the_rules():
    accounts = [account("甲", place=SOUTH, owner="李", person="王"), account("乙", place=SOUTH, owner="李")]
    found = assign_accounts(accounts, [seller("王", regions=("华北",)), seller("李", place=SOUTH)])
    assert who(found)["甲"] == "王"


def test_caps_are_held():
    accounts = [account(f"客{n}", place=SOUTH) for n in range(10)]
    found = assign_accounts(accounts, [seller("李", place=SOUTH, most_accounts=3), seller("王", most_workload=7.0)])
    assert sorted(np.bincount(found.given).tolist()) == [3, 7]


def test_a_hard_band_that_only_cut_accounts_could_hold_is_a_contradiction():
    with pytest.raises(Contradiction, match="cannot be met together"):
        assign_accounts([account("甲"), account("乙"), account("丙")], [seller("王"), seller("李")], Wishes(is_band_hard=True, band=0.3))


def test_caps_that_cannot_hold_everything_are_a_contradiction_that_names_people():
    accounts = [account(f"客{n}") for n in range(10)]
    with pytest.raises(Contradiction, match="caps, locks and band cannot be met together") as refusal:
        assign_accounts(accounts, [seller("李", most_accounts=3), seller("王", most_accounts=4)])
    assert "客户数上限" in refusal.value.text.zh


def test_an_account_larger_than_any_band_is_named_where_the_band_is_hard():
    accounts = [account("巨", 1_000), account("小", 10), account("微", 10)]
    with pytest.raises(Contradiction, match="“巨” alone is 196%"):
        assign_accounts(accounts, [seller("王"), seller("李")], Wishes(is_band_hard=True))
    assert not assign_accounts(accounts, [seller("王"), seller("李")]).is_balanced


def test_an_account_nobody_may_serve_is_refused_with_who_would_be_needed():
    accounts = [account("日企", place=SOUTH, languages=("日语",), products=("云",)), account("甲")]
    with pytest.raises(BadInput) as refusal:
        assign_accounts(accounts, [seller("王", products=("硬件",)), seller("李", languages=("日语",), products=("硬件",))])
    assert refusal.value.text.zh == (
        "没有人可以服务客户“日企”：需要一位可负责 华南 广东 广州 天河、会日语、可卖云的人；最接近的是 李（产品不符）"
    )


def test_more_people_than_accounts_is_said():
    found = assign_accounts([account("甲"), account("乙")], [seller(name) for name in "赵钱孙李"])
    assert [text.zh for text in found.warnings] == ["人（4）比客户（2）多，至少 2 人没有客户"]
    with pytest.raises(Contradiction):
        assign_accounts([account("甲"), account("乙")], [seller(name) for name in "赵钱孙李"], Wishes(is_band_hard=True))


def test_a_person_without_a_place_is_said_and_counts_as_far():
    found = assign_accounts([account("甲", place=SOUTH), account("乙", place=SOUTH)], [seller("王", place=SOUTH), seller("李")])
    assert found.warnings[0].en == "1 people have no place (李): counted as farthest from everything; fill it in"
    assert [one.name for one in found.people] == ["李", "王"]
    assert found.steps.tolist() == [[4, 0], [4, 0]]


def test_an_owner_who_is_not_on_the_list_counts_as_nobody():
    found = assign_accounts([account("甲", owner="走了的人"), account("乙")], [seller("王"), seller("李")])
    assert found.owners.tolist() == [-1, -1]
    assert "走了的人" in found.warnings[0].zh


@pytest.mark.parametrize(
    ("accounts", "people", "said"),
    [
        ([], [seller("王")], "there is no account"),
        ([account("甲")], [], "there is no person"),
        ([account("甲"), account("甲")], [seller("王")], "account “甲” stands there more than once"),
        ([account("甲")], [seller("王"), seller("王")], "person “王” stands there more than once"),
        ([account("甲", person="王五")], [seller("王伍"), seller("赵")], "locked to “王五”, who is not on the list; the nearest is 王伍"),
    ],
)
def test_lists_that_cannot_be_used_are_refused(accounts, people, said):
    with pytest.raises(BadInput, match=said):
        assign_accounts(accounts, people)


def test_accounts_without_potential_are_balanced_by_load():
    found = assign_accounts([account(f"客{n}", 0) for n in range(6)], [seller("王"), seller("李")])
    assert np.bincount(found.given).tolist() == [3, 3]


def test_one_account_and_one_person():
    found = assign_accounts([account("甲")], [seller("王")])
    assert (who(found), found.shared.gap) == ({"甲": "王"}, 0.0)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 1_000))
def test_the_order_of_rows_changes_nothing(shuffler, seed):
    random = np.random.default_rng(seed)
    people = [seller(name, capacity=float(random.choice([0.5, 1]))) for name in ("王“五”", "a|b", "😀", "Ａ")]
    names = [one.name for one in people]
    accounts = [account(f"客{n}", int(random.integers(0, 900)), owner=str(random.choice(names))) for n in range(25)]
    expected = who(assign_accounts(accounts, people))
    shuffler.shuffle(accounts)
    shuffler.shuffle(people)
    assert who(assign_accounts(accounts, people)) == expected


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000), st.sampled_from([10, 1_000]))
def test_the_unit_of_potential_changes_nothing(seed, scale):
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 500, 20).tolist()
    people = [seller(name) for name in "王李赵"]
    small = assign_accounts([account(f"客{n:02}", size) for n, size in enumerate(sizes)], people)
    large = assign_accounts([account(f"客{n:02}", size * scale) for n, size in enumerate(sizes)], people)
    assert small.shared.total == pytest.approx(large.shared.total)
