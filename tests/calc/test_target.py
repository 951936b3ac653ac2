from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.plan_cells import Cells, PlanYear
from yunchou.calc.plan_settings import Driver
from yunchou.calc.target import apply_drivers, draw_uplift, driver_masks, probability_of, quantiles_minor, target_at, waterfall

PATHS = np.random.default_rng(1).gamma(5, 200_000, size=2000)
totals = st.lists(st.floats(min_value=0, max_value=1e12), min_size=1, max_size=200).map(np.array)


def driver(name="d", where=None, starts_on=None, *, low=0.0, likely=0.1, high=0.2, probability=1.0):
    return Driver(
        name=name,
        where=where or {},
        starts_on=starts_on,
        low=Decimal(str(low)),
        likely=Decimal(str(likely)),
        high=Decimal(str(high)),
        probability=Decimal(str(probability)),
    )


def test_target_at_a_probability_of_a_worked_example():
    paths = np.array([100.0, 200.0, 300.0, 400.0, 550.0])
    # 60 % of five paths is three: the third largest, cut to the unit
    assert target_at(paths, 0.6, 1) == 300
    assert target_at(paths, 0.2, 100) == 500
    assert probability_of(paths, 300) == pytest.approx(0.6, abs=1e-12)


@settings(deadline=None)
@given(totals, st.floats(min_value=0.01, max_value=0.99), st.sampled_from([1, 100, 1_000_000]))
def test_target_is_a_multiple_of_the_unit_reached_as_often_as_asked(paths, probability, unit):
    target = target_at(paths, probability, unit)
    assert target % unit == 0
    assert probability_of(paths, target) >= probability - 1e-9


@settings(deadline=None)
@given(totals, st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=10**12))
def test_probability_never_rises_with_the_target(paths, one, two):
    assert probability_of(paths, max(one, two)) <= probability_of(paths, min(one, two))


def test_quantiles_never_cross():
    values = list(quantiles_minor(PATHS).values())
    assert len(values) == 99
    assert values == sorted(values)


def test_uplift_has_the_mean_of_its_distribution_and_happens_as_often_as_said():
    drawn = draw_uplift(driver(low=0.0, likely=0.1, high=0.4, probability=0.25), 200_000, 0)
    # PERT: (0 + 4 × 0.1 + 0.4) ÷ 6 = 0.1333; it happens on a quarter of the paths
    assert (drawn != 0).mean() == pytest.approx(0.25, abs=0.005)
    assert drawn[drawn != 0].mean() == pytest.approx(0.8 / 6, abs=0.002)
    assert drawn.min() >= 0
    assert drawn.max() <= 0.4


def test_uplift_does_not_depend_on_other_drivers_and_a_point_is_a_point():
    assert (draw_uplift(driver(low=0.1, high=0.1), 10, 0) == 0.1).all()
    assert (draw_uplift(driver("a"), 10, 0) == draw_uplift(driver("a"), 10, 0)).all()
    assert (draw_uplift(driver("a"), 10, 0) != draw_uplift(driver("b"), 10, 0)).all()


def year():
    series = pl.DataFrame({"product": ["base", "star"], "tier": ["base", "star"], "region": ["东", "东"]})
    return Cells(series=series, customer_tiers=("A", "C"), months=PlanYear(year=2017, starts=1).months)


def test_drivers_apply_in_order_to_what_is_left_of_the_base():
    cells = year()
    paths, shares = np.full((4, 2, 12), 10.0), np.full((2, 2, 12), 0.5)
    sure = [
        driver("一", {"product": ("star",)}, None, low=0.5, likely=0.5, high=0.5),
        driver("二", {"customer_tier": ("A",)}, date(2017, 7, 1), low=0.1, likely=0.1, high=0.1),
    ]
    driven = apply_drivers(paths, shares, sure, driver_masks(cells, sure), seed=0)
    # by hand: star 120 + 50 % = 60; then A from July: base 30 + 10 % = 3, star 30 + 10 % = 3, for what 一 added is no base
    assert driven.gains[:, 0] == pytest.approx([60, 6], abs=1e-9)
    assert driven.paths.sum(axis=(1, 2)) == pytest.approx(np.full(4, 306), abs=1e-9)
    assert driven.mean[1, 0, 6] == pytest.approx(5 * 1.6, abs=1e-12)
    assert driven.mean[0, 1, 11] == pytest.approx(5, abs=1e-12)
    # 一 added 15 to A of star from July: 10 % of that would have counted twice
    assert driven.twice == pytest.approx([0, 1.5], abs=1e-9)


def test_drivers_that_take_leave_less_for_those_after_them_and_never_below_nothing():
    cells = year()
    paths, shares = np.full((1, 2, 12), 10.0), np.full((2, 2, 12), 0.5)
    drivers = [driver(name, low=rate, likely=rate, high=rate) for name, rate in (("失", -0.6), ("再失", -0.6), ("得", 1.5))]
    driven = apply_drivers(paths, shares, drivers, driver_masks(cells, drivers), seed=0)
    # by hand: 240 − 144 = 96 left; − 57.6 = 38.4 left; + 150 % of that
    assert driven.gains[:, 0] == pytest.approx([-144, -57.6, 57.6], abs=1e-9)
    assert driven.paths.sum() == pytest.approx(96, abs=1e-9)
    assert driven.twice == pytest.approx([0, 0, 0], abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(min_value=-1, max_value=3), min_size=2, max_size=4))
def test_drivers_together_never_add_more_than_each_alone(rates):
    cells = year()
    paths, shares = np.full((1, 2, 12), 10.0), np.full((2, 2, 12), 0.5)
    drivers = [driver(str(at), low=rate, likely=rate, high=rate) for at, rate in enumerate(rates)]
    masks = driver_masks(cells, drivers)
    together = apply_drivers(paths, shares, drivers, masks, seed=0)
    alone = [apply_drivers(paths, shares, [one], [mask], seed=0).gains[0, 0] for one, mask in zip(drivers, masks, strict=True)]
    assert (together.gains[:, 0] <= np.maximum(alone, 0) + 1e-9).all()
    assert together.paths.min() >= -1e-9


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_gains_and_means_add_up_whatever_the_drivers(seed):
    random = np.random.default_rng(seed)
    cells = year()
    paths = random.gamma(2, 100, size=(50, 2, 12))
    shares = random.dirichlet([1, 1], size=(2, 12)).transpose(0, 2, 1)
    drivers = [
        driver("一", {"region": ("东",)}, date(2017, 4, 1), low=-0.2, likely=0.1, high=0.3, probability=0.5),
        driver("二", {"product": ("base",), "customer_tier": ("C",)}),
        driver("三"),
    ]
    driven = apply_drivers(paths, shares, drivers, driver_masks(cells, drivers), seed=seed)
    change = driven.paths.sum(axis=(1, 2)) - paths.sum(axis=(1, 2))
    assert driven.gains.sum(axis=0) == pytest.approx(change, rel=1e-9, abs=1e-6)
    assert driven.mean.sum() == pytest.approx(driven.paths.sum(axis=(1, 2)).mean(), rel=1e-9)


@settings(deadline=None)
@given(totals, st.integers(min_value=-(10**12), max_value=10**12), st.integers(min_value=0, max_value=10**12))
def test_waterfall_sums_to_the_target_exactly(base, last_year, target):
    gains = np.stack([base * 0.013, base * -0.0007])
    steps = waterfall(last_year_minor=last_year, base_minor=base, names=["甲", "乙"], gains_minor=gains, target_minor=target)
    assert [step.step for step in steps] == ["last_year", "base", "甲", "乙", "beyond_expectation"]
    assert sum(step.amount_minor for step in steps) == target


def test_waterfall_of_a_worked_example():
    base = np.array([100.0, 120.0, 140.0])
    steps = waterfall(last_year_minor=90, base_minor=base, names=["价格"], gains_minor=np.array([[5.0, 5.0, 5.0]]), target_minor=150)
    assert [(step.step, step.amount_minor) for step in steps] == [("last_year", 90), ("base", 30), ("价格", 5), ("beyond_expectation", 25)]
