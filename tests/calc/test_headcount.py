from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.test_people import table
from yunchou.calc.headcount import Leaving, check_capacity, draw_stays
from yunchou.calc.people import capacity, read_people
from yunchou.calc.people_settings import CapacitySettings, Hire
from yunchou.calc.plan_cells import PlanYear
from yunchou.calc.ramp_curve import PUBLISHED_RAMP
from yunchou.calc.text import Text

MONTHS = PlanYear(year=2017, starts=1).months
STAYS = Leaving(shapes=None, mean=0.0, basis=Text("", ""))
LEAVES = Leaving(shapes=None, mean=0.25, basis=Text("", ""))


def checked(
    rows, targets, last_year, *, hires=(), leaving=STAYS, growth=None, luck=0.0, ramp=PUBLISHED_RAMP, certainty="0.8", draws=4000, nobody=0
):
    members = read_people(table(*rows), {})
    return check_capacity(
        members,
        capacity(members, MONTHS),
        draw_stays(leaving, len(members), seed=3, draws=draws),
        targets_minor={unit: np.array(amounts, dtype=np.int64) for unit, amounts in targets.items()},
        unassigned_minor=np.full(12, nobody, dtype=np.int64),
        last_year=last_year,
        settings=CapacitySettings(growth=growth, hires=tuple(hires), certainty=Decimal(certainty)),
        leaving=leaving,
        ramps={None: ramp},
        months=MONTHS,
        luck=luck,
        seed=3,
    )


def year(check, unit="东"):
    return check.units.filter(pl.col("unit").eq_missing(unit)).row(0, named=True)


def needed(check, column="even", unit="东"):
    return check.hires.filter(pl.col("unit").eq_missing(unit))[column].to_list()


def test_hires_of_the_worked_example():
    # Two people brought 240 in 24 full months: 10 a month. The target of 300 is 60 more. A newcomer of January brings
    # 0 + 2.5 + 5 + 7.5 + 8 · 10 = 95 in the year, one of August 0 + 2.5 + 5 + 7.5 + 10 = 25, one of December nothing.
    check = checked([("甲", "东"), ("乙", "东")], {"东": [25] * 12}, {"东": (240.0, 24.0)})
    found = year(check)
    assert (found["yield_minor"], found["load"], found["carry_minor"], found["probability"]) == (10, 1.25, 240, 0)
    assert found["short_from"] == "2017-01"
    by_hand = [95, 85, 75, 65, 55, 45, 35, 25, 15, 7.5, 2.5]
    assert needed(check) == [*(int(np.ceil(60 / one)) for one in by_hand), None]


def test_a_season_stands_on_both_sides():
    season = [10, 5, 20, 30, 10, 20, 20, 25, 25, 25, 25, 25]
    check = checked([("甲", "东"), ("乙", "东")], {"东": season}, {"东": (240.0, 24.0)})
    carried = check.months.filter(pl.col("unit") == "东")["carry_minor"].to_list()
    assert carried == season
    assert year(check)["short_from"] is None
    assert needed(check) == [0] * 12


def test_planned_hires_carry_with_their_ramp_and_probability():
    hire = Hire(unit="东", starts_on=date(2017, 1, 1), count=1, probability=Decimal("0.4"))
    check = checked([("甲", "东"), ("乙", "东")], {"东": [27] * 12}, {"东": (240.0, 24.0)}, hires=[hire])
    assert year(check)["probability"] == pytest.approx(0.4, abs=0.03)


def test_a_hire_of_december_or_of_next_year_carries_nothing():
    for month in (date(2017, 12, 1), date(2018, 2, 1)):
        check = checked([("甲", "东")], {"东": [10] * 12}, {"东": (120.0, 12.0)}, hires=[Hire(unit="东", starts_on=month, count=9)])
        assert year(check)["median_minor"] == 120


def test_a_hire_of_last_year_has_ramped_already():
    check = checked([("甲", "东")], {"东": [10] * 12}, {"东": (120.0, 12.0)}, hires=[Hire(unit="东", starts_on=date(2016, 6, 1), count=1)])
    assert year(check)["median_minor"] == 240


def test_leavers_take_their_capacity_with_them():
    check = checked([(f"人{at}", "东") for at in range(40)], {"东": [400] * 12}, {"东": (4800.0, 480.0)}, leaving=LEAVES)
    stays = draw_stays(LEAVES, 1, seed=1, draws=200_000)
    assert (stays == 12).mean() == pytest.approx(0.75, abs=5e-3)
    assert year(check)["median_minor"] == pytest.approx(4800 * stays.mean() / 12, rel=0.02)
    assert (needed(check, "sure")[0] or 0) > (needed(check)[0] or 0) > 0


def test_nobody_in_a_unit_takes_the_yield_of_the_whole_and_needs_hires():
    hire = Hire(unit="西", starts_on=date(2017, 1, 1), count=1)
    check = checked([("甲", "东")], {"东": [10] * 12, "西": [5] * 12}, {"东": (120.0, 12.0)}, hires=[hire])
    found = year(check, "西")
    assert (found["yield_minor"], found["own_yield"], found["load"], found["capacity"]) == (10, False, None, 0)
    assert found["median_minor"] == 95
    assert needed(check, unit=None) == needed(check, unit="西")


@pytest.mark.parametrize("last_year", [{"东": (0.0, 12.0)}, {"东": (0.0, 0.0)}, {}])
def test_a_last_year_of_nothing_carries_nothing(last_year):
    check = checked([("甲", "东")], {"东": [10] * 12}, last_year)
    assert (year(check)["yield_minor"], year(check)["load"], year(check)["probability"]) == (0, None, 0)
    assert needed(check) == [None] * 12


def test_a_target_of_zero_is_always_carried():
    check = checked([("甲", "东")], {"东": [0] * 12}, {"东": (120.0, 12.0)})
    assert (year(check)["probability"], year(check)["short_from"]) == (1, None)
    assert needed(check) == [0] * 12


def test_leave_over_the_whole_year_start_after_and_end_before_leave_no_capacity():
    rows = [("甲", "东", "2018-01-05"), ("乙", "东", "2015-01-01", "2016-12-31")]
    check = checked(rows, {"东": [10] * 12}, {"东": (120.0, 12.0)})
    assert (year(check)["capacity"], year(check)["median_minor"], year(check)["load"]) == (0, 0, None)


def test_growth_of_the_settings_lifts_the_yield():
    check = checked([("甲", "东")], {"东": [12] * 12}, {"东": (120.0, 12.0)}, growth=Decimal("0.2"))
    assert (year(check)["load"], year(check)["probability"]) == (pytest.approx(1, abs=1e-9), 1)


def test_what_one_unit_has_to_spare_carries_no_other():
    targets = {"东": [5] * 12, "西": [20] * 12}
    check = checked([("甲", "东"), ("乙", "西")], targets, {"东": (120.0, 12.0), "西": (120.0, 12.0)})
    assert needed(check, unit=None) == needed(check, unit="西")
    assert needed(check, unit="东") == [0] * 12


def test_cells_of_nobody_need_hires_of_their_own():
    check = checked([("甲", "东"), ("乙", "东")], {"东": [25] * 12}, {"东": (240.0, 24.0)}, nobody=10)
    assert needed(check)[0] == 1
    # 120 of nobody at 95 a newcomer: two more
    assert needed(check, unit=None)[0] == 3
    assert check.hires["unit"].unique().to_list().count("") == 0


@settings(deadline=None, max_examples=30)
@given(st.integers(min_value=0, max_value=2**32 - 1), st.integers(min_value=1, max_value=5))
def test_more_hires_never_carry_less_and_later_starts_never_need_fewer(seed, count):
    random = np.random.default_rng(seed)
    rows = [(f"人{at}", "东") for at in range(int(random.integers(1, 6)))]
    targets = {"东": random.integers(1, 80, 12).tolist()}
    some = checked(rows, targets, {"东": (120.0, 12.0)}, leaving=LEAVES, draws=100)
    start = MONTHS[int(random.integers(0, 12))]
    more = checked(rows, targets, {"东": (120.0, 12.0)}, leaving=LEAVES, draws=100, hires=[Hire(unit="东", starts_on=start, count=count)])
    assert year(more)["median_minor"] >= year(some)["median_minor"]
    staying = needed(checked(rows, targets, {"东": (120.0, 12.0)}, draws=10))
    counts = [np.inf if found is None else found for found in staying]
    assert counts == sorted(counts)
