import numpy as np
import pytest

from yunchou.demo.accounts import Accounts
from yunchou.demo.coverage import Coverage
from yunchou.demo.geography import REGIONS, make_cities
from yunchou.demo.organisation import make_organisation
from yunchou.demo.sizes import SIZES
from yunchou.demo.streams import Streams
from yunchou.demo.truth import default_truth, truth_from
from yunchou.demo.workdays import make_days

DAYS, CITIES, TRUTH = make_days(), make_cities(), default_truth()
DEMAND = np.array([38.0, 28.0, 15.0, 16.0, 10.0, 3.0])


@pytest.fixture
def organisation():
    return make_organisation(SIZES["m"], TRUTH, DEMAND, DAYS, Streams(0))


@pytest.fixture
def coverage(organisation):
    return Coverage(organisation, TRUTH, DAYS, Streams(0))


@pytest.fixture
def accounts():
    made = Accounts(4_000, TRUTH, CITIES, Streams(0))
    made.open(np.arange(3_900) % len(REGIONS), np.zeros(3_900, dtype=np.int64), 0, np.zeros(CITIES.frame.height, dtype=np.int64))
    return made


def units(organisation, people):
    return [organisation.seats[seat].unit for seat in organisation.staff.seat[people].tolist()]


def test_owners_belong_to_a_team_of_the_account_s_region(organisation, coverage, accounts):
    numbers = np.flatnonzero(accounts.region[: accounts.count] != REGIONS.index("西北"))
    owners = coverage.owners(accounts, numbers, 0)
    assert {f"R{region + 1}" for region in accounts.region[numbers]} == {unit[:2] for unit in units(organisation, owners)}
    for region, unit in zip(accounts.region[numbers].tolist(), units(organisation, owners), strict=True):
        assert unit.startswith(f"R{region + 1}")
    assert ((coverage.hired[owners] <= 0) & (coverage.left[owners] >= 0)).all()


def test_where_a_region_has_nobody_the_director_stands_in(organisation, coverage, accounts):
    numbers = np.flatnonzero(accounts.region[: accounts.count] == REGIONS.index("西北"))
    owners = coverage.owners(accounts, numbers, 0)
    assert set(units(organisation, owners)) == {"C0"}


def test_key_accounts_belong_to_their_department_from_the_re_organisation_on(organisation, coverage, accounts):
    day = organisation.reorganised
    coverage.refresh(day)
    numbers = np.arange(accounts.count)
    owners = coverage.owners(accounts, numbers, day)
    later = np.array([organisation.seats[seat].later for seat in organisation.staff.seat[owners].tolist()])
    assert (np.char.startswith(later, "D4") == accounts.key[: accounts.count]).all()


def test_half_time_sellers_look_after_fewer_accounts(organisation, coverage, accounts):
    owners = coverage.owners(accounts, np.arange(accounts.count), 0)
    held = np.bincount(owners, minlength=len(organisation.staff.seat))
    position = np.array([organisation.seats[seat].position for seat in organisation.staff.seat.tolist()])
    there = coverage.hired < -400
    assert held[(position == "manager") & there & (held > 0)].mean() < 0.75 * held[(position == "salesperson") & there & (held > 0)].mean()


def test_capacity_ramps_and_ends_with_the_employment(coverage):
    newcomer = int(np.flatnonzero((coverage.hired > 100) & (coverage.left > coverage.hired + 400) & (coverage.capacity(2_000) >= 0))[0])
    hired = int(coverage.hired[newcomer])
    assert coverage.capacity(hired - 1)[newcomer] == 0.0
    assert coverage.ramp(hired)[newcomer] == TRUTH.people.ramp[0]
    assert coverage.ramp(hired + 65)[newcomer] == TRUTH.people.ramp[2]
    assert coverage.ramp(hired + 300)[newcomer] == 1.0
    assert coverage.capacity(int(coverage.left[newcomer]) + 1)[newcomer] == 0.0


def test_everyone_is_away_for_some_weeks_and_whole_ones(coverage):
    people = np.flatnonzero((coverage.hired < 0) & (coverage.left > 700) & (coverage.capacity(10) >= 0))
    mondays = range(4, 700, 7)
    away = np.stack([coverage.capacity(day)[people] == 0 for day in mondays])
    friday = np.stack([coverage.capacity(day + 4)[people] == 0 for day in mondays])
    assert (away == friday).all()
    sellers = ~away.all(axis=0)
    assert away[:, sellers].mean() == pytest.approx(0.055, abs=0.01)


def test_newcomers_take_a_part_of_their_own_pool_only(coverage, accounts):
    day = next(day for day in sorted(coverage.changes) if 0 < day < 900 and coverage.joined(day).size)
    coverage.refresh(day)
    newcomer = int(coverage.joined(day)[0])
    taken = coverage.share_with(newcomer, accounts, day)
    pools = coverage.pool_of(accounts, np.arange(accounts.count), day)
    assert len(set(pools[taken].tolist())) == 1
    assert 0 < len(taken) < (pools == pools[taken[0]]).sum()


def test_vacancies_last_as_long_as_planted():
    slow = truth_from({"people": {"vacancy_days": 150.0, "leaver_rate": 0.2}})
    staff = make_organisation(SIZES["l"], slow, DEMAND, DAYS, Streams(0)).staff
    order = np.lexsort((staff.hired, staff.seat))
    seat, hired, left = staff.seat[order], staff.hired[order], staff.left[order]
    gap = (hired[1:] - left[:-1])[seat[1:] == seat[:-1]]
    assert gap.mean() == pytest.approx(160, rel=0.12)  # ten days of paperwork on top; late vacancies are cut off
