import numpy as np
import pytest

from yunchou.demo.accounts import CUSTOMER, FADING, LOST, PROSPECT, Accounts
from yunchou.demo.geography import REGIONS, make_cities
from yunchou.demo.names import INDUSTRY_NAMES
from yunchou.demo.products import LINES
from yunchou.demo.streams import Streams
from yunchou.demo.truth import default_truth

CITIES = make_cities()
OPEN = np.zeros(CITIES.frame.height, dtype=np.int64)
EVEN = np.ones(len(INDUSTRY_NAMES))


def opened(count, seed=0):
    accounts = Accounts(count + 10, default_truth(), CITIES, Streams(seed))
    numbers = accounts.open(np.arange(count) % len(REGIONS), np.zeros(count, dtype=np.int64), 0, OPEN)
    return accounts, numbers


def test_accounts_lie_in_cities_of_their_region():
    accounts, numbers = opened(3_000)
    assert (CITIES.region[accounts.city[numbers]] == accounts.region[numbers]).all()
    assert ((accounts.place[numbers] >= 0) & (accounts.place[numbers] < 1)).all()


def test_accounts_settle_only_where_the_company_is():
    accounts = Accounts(600, default_truth(), CITIES, Streams(0))
    numbers = accounts.open(np.full(500, REGIONS.index("西北")), np.zeros(500, dtype=np.int64), 100, CITIES.opens_after)
    assert set(accounts.city[numbers].tolist()) == {CITIES.frame["division_code"].to_list().index("6101")}


def test_tiers_are_the_largest_twentieth_the_next_fifth_and_the_rest():
    accounts, numbers = opened(30_000)
    shares = np.bincount(accounts.tier[numbers], minlength=3) / len(numbers)
    # Two standard errors at 30,000 accounts: 0.005.
    assert shares == pytest.approx([0.05, 0.20, 0.75], abs=0.006)
    assert accounts.root[numbers][accounts.tier[numbers] == 0].min() > accounts.root[numbers][accounts.tier[numbers] == 1].max()


def test_an_account_is_the_same_whoever_comes_after_it():
    few, first = opened(50)
    many, _ = opened(500)
    for column in ("root", "affinity", "regularity", "industry", "tier", "threshold"):
        assert getattr(few, column)[first].tolist() == getattr(many, column)[first].tolist()


def test_needs_arise_as_often_as_the_pace_says():
    accounts, numbers = opened(2_000)
    accounts.begin(numbers)
    pace = np.full((len(REGIONS), len(LINES)), 0.004)
    expected = 400 * 0.004 * accounts.pulse[numbers].sum()
    arisen = sum(len(accounts.advance(pace, EVEN)) for _ in range(400))
    assert arisen == pytest.approx(expected, rel=0.04)
    # Large accounts order more often.
    assert accounts.needs[numbers][accounts.tier[numbers] == 0].mean() > 3 * accounts.needs[numbers][accounts.tier[numbers] == 2].mean()


def test_prospects_and_lost_accounts_have_no_needs_and_fading_ones_fewer():
    accounts, numbers = opened(3_000)
    thirds = np.array_split(numbers, 3)
    accounts.begin(np.concatenate(thirds[1:]))
    accounts.fade(thirds[2], 0.35)
    assert [set(accounts.state[third].tolist()) for third in thirds] == [{PROSPECT}, {CUSTOMER}, {FADING}]
    pace = np.full((len(REGIONS), len(LINES)), 0.005)
    for _ in range(300):
        accounts.advance(pace, EVEN)
    needs = [accounts.needs[third].sum() for third in thirds]
    assert needs[0] == 0
    assert needs[2] / needs[1] == pytest.approx(0.40, abs=0.08)  # 0.35, and the need that was under way
    accounts.lose(thirds[2], 300)
    assert accounts.weight().sum() == pytest.approx((accounts.root[thirds[1], None] * accounts.pulse[thirds[1]]).sum(), rel=1e-9)
    assert set(accounts.state[thirds[2]].tolist()) == {LOST}


def test_more_accounts_than_there_is_room_for_are_refused():
    accounts, _ = opened(5)
    with pytest.raises(OverflowError, match="more than 15 accounts"):
        accounts.open(np.zeros(20, dtype=np.int64), np.zeros(20, dtype=np.int64), 1, OPEN)
