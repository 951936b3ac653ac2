from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.errors import Contradiction
from yunchou.calc.plan_cascade import PLAN, Floored, raised_target, spread_targets, told_floor
from yunchou.calc.plan_cells import Cells, PlanYear
from yunchou.calc.plan_settings import Floor

SERIES = pl.DataFrame({"product": ["base", "star"], "tier": ["base", "star"], "region": ["东", "东"]})
CELLS = Cells(series=SERIES, customer_tiers=("A", "C"), months=PlanYear(year=2025, starts=1).months)
MEAN = np.ones(CELLS.shape) * np.array([1.0, 3.0])[:, None, None]


def floored(where, units, growth="0.1"):
    mask = CELLS.mask(where, "floors[0]")
    return Floored(floor=Floor(where=where, growth=Decimal(growth), source="行业"), mask=mask, before_minor=0, units=units)


def test_targets_follow_what_is_expected():
    spread, warnings = spread_targets(MEAN, {"a": 960_000, PLAN: 1_920_000}, [], CELLS, unit_minor=100)
    assert (spread["a"] == np.array([100, 300])[:, None, None]).all()
    assert (spread[PLAN] == np.array([200, 600])[:, None, None]).all()
    assert warnings == ()


def test_floor_raises_its_group_and_what_gives_way_is_told():
    spread, warnings = spread_targets(MEAN, {PLAN: 960_000}, [floored({"product": ("base",)}, 4_800)], CELLS, unit_minor=100)
    assert spread[PLAN][0].sum() == 4_800
    assert spread[PLAN].sum() == 9_600
    assert [warning.en for warning in warnings] == [
        "to keep the floors all else was lowered by 33%, below what is expected of it: consider a higher total"
    ]


def test_floors_across_the_families_are_kept_to_the_unit():
    floors = [floored({"product": ("base",), "customer_tier": ("A",)}, 3_001), floored({"customer_tier": ("A",)}, 5_003)]
    spread, _ = spread_targets(MEAN, {PLAN: 961_700}, floors, CELLS, unit_minor=100)
    assert spread[PLAN].sum() == 9_617
    for floor in floors:
        assert spread[PLAN][floor.mask].sum() >= floor.units


def test_target_rises_by_what_a_floor_asks_beyond_its_share_and_all_else_keeps_its_own():
    # base is a quarter of 9,600 units: 2,400; a floor of 4,800 adds 2,400, and star stays at 7,200
    floors = [floored({"product": ("base",)}, 4_800)]
    raised = raised_target(MEAN, 960_000, floors, unit_minor=100)
    assert raised == 1_200_000
    spread, warnings = spread_targets(MEAN, {PLAN: raised}, floors, CELLS, unit_minor=100, raised_minor=raised - 960_000)
    assert (spread[PLAN] == np.array([200, 300])[:, None, None]).all()
    assert warnings == ()


def test_target_stays_where_its_floors_are_met_anyway():
    assert raised_target(MEAN, 960_000, [floored({"product": ("base",)}, 2_400)], unit_minor=100) == 960_000
    assert raised_target(MEAN, 960_000, [], unit_minor=100) == 960_000


def test_target_of_nothing_rises_to_its_floors():
    assert raised_target(MEAN, 0, [floored({"product": ("base",)}, 4_800)], unit_minor=100) == 480_000


@settings(deadline=None)
@given(
    st.integers(min_value=0, max_value=10**9),
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=3, max_size=3),
    st.integers(min_value=0, max_value=2**32 - 1),
)
def test_raised_target_is_never_lower_and_large_enough_for_crossing_floors(target, least, seed):
    mean = np.random.default_rng(seed).gamma(1, 1, size=CELLS.shape)
    wheres = ({"product": ("base",)}, {"customer_tier": ("A",)}, {"product": ("base",), "customer_tier": ("A",)})
    floors = [floored(where, units) for where, units in zip(wheres, least, strict=True)]
    raised = raised_target(mean, target * 100, floors, unit_minor=100)
    assert raised >= target * 100
    spread, _ = spread_targets(mean, {PLAN: raised}, floors, CELLS, unit_minor=100)
    assert spread[PLAN].sum() * 100 == raised
    for floor in floors:
        # tolerance: a floor of many units may lack the few that rounding and floats of that size leave
        assert spread[PLAN][floor.mask].sum() >= floor.units - max(2, floor.units * 1e-8)


def test_floor_beyond_what_can_be_counted_is_refused():
    with pytest.raises(Contradiction):
        raised_target(MEAN, 960_000, [floored({"product": ("base",)}, 10**15)], unit_minor=100)


def test_contradiction_names_the_fewest_floors_that_ask_too_much():
    floors = [floored({"customer_tier": ("A",)}, 10), floored({"product": ("base",)}, 6_000), floored({"product": ("star",)}, 5_000)]
    with pytest.raises(Contradiction) as refusal:
        spread_targets(MEAN, {PLAN: 960_000}, floors, CELLS, unit_minor=100)
    assert [part["index"] for part in refusal.value.conflict] == [None, 1, 2]
    assert "at least 11,000.00" in refusal.value.text.en
    assert "9,600.00" in refusal.value.text.en


def test_floor_on_nothing_expected_is_refused():
    nothing, floors = np.zeros(CELLS.shape) + MEAN * [[[0.0]], [[1.0]]], [floored({"product": ("base",)}, 5)]
    with pytest.raises(Contradiction, match="nothing is expected"):
        raised_target(nothing, 960_000, floors, unit_minor=100)
    with pytest.raises(Contradiction, match="nothing is expected"):
        spread_targets(
            np.zeros(CELLS.shape) + MEAN * [[[0.0]], [[1.0]]], {PLAN: 960_000}, [floored({"product": ("base",)}, 5)], CELLS, unit_minor=100
        )


def test_told_floor_says_what_was_asked_and_given():
    told = told_floor(floored({"product": ("base",)}, 5), np.ones(CELLS.shape, dtype=np.int64) * 700, unit_minor=100)
    assert told == {
        "where": {"product": ["base"]},
        "growth": 0.1,
        "source": "行业",
        "last_year_minor": 0,
        "floor_minor": 500,
        "target_minor": 16_800,
    }
