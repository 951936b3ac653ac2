from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from yunchou.calc.errors import Contradiction
from yunchou.calc.plan_cascade import PLAN, Floored, spread_targets, told_floor
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


def test_scenario_below_its_floors_is_spread_in_proportion_and_told():
    spread, warnings = spread_targets(
        MEAN, {"low": 96_000, PLAN: 1_920_000}, [floored({"product": ("base",)}, 1_000)], CELLS, unit_minor=100
    )
    assert (spread["low"] == np.array([10, 30])[:, None, None]).all()
    assert len(warnings) == 1
    assert "“low”" in warnings[0].en


def test_contradiction_names_the_fewest_floors_that_ask_too_much():
    floors = [floored({"customer_tier": ("A",)}, 10), floored({"product": ("base",)}, 6_000), floored({"product": ("star",)}, 5_000)]
    with pytest.raises(Contradiction) as refusal:
        spread_targets(MEAN, {PLAN: 960_000}, floors, CELLS, unit_minor=100)
    assert [part["index"] for part in refusal.value.conflict] == [None, 1, 2]
    assert "at least 11,000.00" in refusal.value.text.en
    assert "9,600.00" in refusal.value.text.en


def test_floor_on_nothing_expected_is_refused():
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
