import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.attainment import Attainment, attainment_of_company, attainment_of_people, share_reaching, target_reached_by
from yunchou.calc.plan_cells import Cells, PlanYear

SERIES = pl.DataFrame({"product": ["base", "star"], "tier": ["base", "star"], "region": ["东", "东"]})
CELLS = Cells(series=SERIES, customer_tiers=("A",), months=PlanYear(year=2025, starts=1).months)
TOTALS = np.random.default_rng(1).lognormal(10, 0.1, size=2000) * 100


def rows(*parts):
    names = {"product": pl.String, "region": pl.String, "month": pl.String, "person": pl.String, "amount_minor": pl.Int64}
    return pl.DataFrame(parts, schema=names, orient="row")


def test_without_luck_people_are_the_company():
    company = attainment_of_company(np.array([100.0, 200.0, 300.0, 400.0, 550.0]), 0.0)
    assert share_reaching(company, 300) == pytest.approx(0.6, abs=1e-12)
    assert target_reached_by(company, 0.6, 1) == 300
    assert target_reached_by(company, 0.6, 70) == 280


def test_luck_of_one_person_is_log_normal_with_mean_one():
    one = Attainment(logs=np.array([np.log(1000.0)]), spread=0.15, people=1)
    drawn = 1000 * np.random.default_rng(0).lognormal(-(0.15**2) / 2, 0.15, size=400_000)
    assert drawn.mean() == pytest.approx(1000, rel=2e-3)
    for target in (700, 1000, 1300):
        assert share_reaching(one, target) == pytest.approx((drawn >= target).mean(), abs=3e-3)


@settings(deadline=None)
@given(st.floats(min_value=0.05, max_value=0.95), st.floats(min_value=0, max_value=0.5), st.sampled_from([1, 100]))
def test_target_for_a_share_is_the_largest_that_keeps_it(share, spread, unit):
    company = attainment_of_company(TOTALS, spread)
    target = target_reached_by(company, share, unit)
    assert target % unit == 0
    assert share_reaching(company, target) >= share
    assert share_reaching(company, target + unit) < share


def test_people_bring_their_part_of_the_cells_against_their_quota():
    # 甲 carries all of base in January, 乙 a quarter of star in February; the rest has nobody
    targets = rows(("base", "东", "2025-01", "甲", 100), ("star", "东", "2025-02", "乙", 50), ("star", "东", "2025-02", None, 150))
    people = pl.DataFrame({"person": ["甲", "乙", "丙"], "quota_minor": [120, 50, 0]})
    paths = np.zeros((2, 2, 12))
    paths[0, 0, 0], paths[1, 0, 0] = 132, 96  # 甲: 132 and 96 of 120
    paths[0, 1, 1], paths[1, 1, 1] = 160, 240  # 乙: a quarter, 40 and 60 of 50
    found = attainment_of_people(paths, targets, people, CELLS, target_minor=300, spread=0.0)
    assert found.people == 2
    assert np.exp(found.logs) == pytest.approx([240, 240, 330, 360], rel=1e-9)
    assert share_reaching(found, 300) == pytest.approx(0.5, abs=1e-12)
    assert share_reaching(found, 331) == pytest.approx(0.25, abs=1e-12)


def test_nobody_with_a_quota_says_nothing():
    people = pl.DataFrame({"person": ["甲"], "quota_minor": [0]})
    assert attainment_of_people(np.ones((2, 2, 12)), rows(), people, CELLS, target_minor=300, spread=0.1) is None


def test_people_who_have_nothing_to_expect_reach_nothing():
    never = Attainment(logs=np.array([-np.inf, -np.inf, np.log(100.0)]), spread=0.1, people=3)
    assert share_reaching(never, 1) == pytest.approx(1 / 3, abs=1e-9)
    assert target_reached_by(never, 0.6, 1) == 0
    assert target_reached_by(Attainment(logs=np.array([-np.inf]), spread=0.1, people=1), 0.6, 1) == 0
    assert share_reaching(never, 0) == 1


def test_order_of_rows_changes_nothing():
    random = np.random.default_rng(3)
    parts = [("star", "东", f"2025-{m:02d}", name, int(random.integers(1, 99))) for m in range(1, 13) for name in ("甲", "乙", "丙")]
    people = pl.DataFrame({"person": ["甲", "乙", "丙"], "quota_minor": [700, 600, 500]})
    paths = random.gamma(2, 50, size=(30, 2, 12))
    one = attainment_of_people(paths, rows(*parts), people, CELLS, target_minor=1800, spread=0.1)
    two = attainment_of_people(paths, rows(*reversed(parts)), people.reverse(), CELLS, target_minor=1800, spread=0.1)
    assert one.logs.tolist() == two.logs.tolist()
