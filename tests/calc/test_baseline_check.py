from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc.baseline import forecast, levels_of
from yunchou.calc.baseline_check import LevelCheck, check_levels, corrected
from yunchou.calc.baseline_division import Division
from yunchou.calc.baseline_grid import Grid
from yunchou.calc.baseline_spread import SeriesModel, fit_series
from yunchou.calc.baseline_top import TESTABLE
from yunchou.calc.periods import step

YEAR = 12
KEYS = ("product", "region")


def _grid(months: int, *, surprise: float = 0.1, series: int = 24) -> Grid:
    """Return products of four regions whose levels take a surprise each year."""
    random = np.random.default_rng(6)
    level = np.exp(surprise * random.standard_normal((series, months // YEAR + 1)).cumsum(axis=1))
    values = 1000 * np.repeat(level, YEAR, axis=1)[:, :months] * random.gamma(50, 1 / 50, (series, months))
    names = {"product": [f"p{row // 4}" for row in range(series)], "region": [f"r{row % 4}" for row in range(series)]}
    periods = tuple(step(date(2018, 1, 1), at, "M") for at in range(months))
    return Grid(series=pl.DataFrame(names), values=values, first=np.zeros(series, dtype=np.int64), periods=periods)


def _checked(months: int, *, horizon: int = YEAR, surprise: float = 0.1) -> tuple[tuple[LevelCheck, ...], SeriesModel]:
    grid = _grid(months, surprise=surprise)
    division = Division(grid=grid, values=grid.values, keys=KEYS, levels=levels_of(KEYS), season=YEAR, horizon=horizon)
    model = fit_series(division, grid.top[-horizon:])
    return check_levels(division, model, freq="M", seed=0), model


def test_outcomes_of_a_level_are_its_groups_at_origins_a_span_apart() -> None:
    levels = [(), ("product",), ("region",), ("product", "region")]
    # three years leave one origin with two years before it, five leave three; more are not looked at
    for months, horizon, origins in ((36, 12, 1), (60, 12, 3), (60, 6, 3), (23, 12, 0)):
        checks, _ = _checked(months, horizon=horizon)
        assert [(check.level, len(check.reach)) for check in checks] == [
            (level, origins * groups) for level, groups in zip(levels, (1, 6, 4, 24), strict=True)
        ]


def test_coverage_is_told_with_its_number_and_binomial_interval_by_hand() -> None:
    told = LevelCheck(level=("a", "b"), reach=np.array([0.5] * 16 + [1.5] * 4)).told()
    # Wilson at 90 %: (0.8 + 2.7055/40 ± 1.6449 · √(0.16/20 + 2.7055/1600)) ÷ (1 + 2.7055/20)
    assert told == {
        "level": "a|b",
        "outcomes": 20,
        "cover80": 0.8,
        "cover80_low": 0.6216,
        "cover80_high": 0.9069,
        "testable": True,
        "spread": "corrected by own back-test",
        "factor": pytest.approx(1.0, abs=0.3),
    }


def test_fewer_than_twenty_outcomes_are_not_testable_and_correct_nothing() -> None:
    check = LevelCheck(level=("a",), reach=np.full(TESTABLE - 1, 9.0))
    assert (check.testable, check.factor, check.told()["spread"]) == (False, 1.0, "not testable")


def test_a_level_without_outcomes_says_that_its_spread_is_assumed() -> None:
    told = LevelCheck(level=(), reach=np.zeros(0)).told()
    assert told == {"level": "total", "outcomes": 0, "cover80": None, "testable": False, "spread": "assumed"}


@pytest.mark.parametrize(("reach", "factor"), [(2.0, np.sqrt(2)), (1.0, 1.0), (100.0, 2.5), (1e-9, 0.6)])
def test_factor_goes_half_way_at_twenty_outcomes_and_stays_within_bounds(reach: float, factor: float) -> None:
    assert LevelCheck(level=(), reach=np.full(TESTABLE, reach)).factor == pytest.approx(factor, rel=1e-9)


def test_each_surprise_is_corrected_by_its_own_level() -> None:
    _, model = _checked(36)
    wide, narrow = np.full(TESTABLE, 2.0), np.full(TESTABLE, 0.81)
    checks = [
        LevelCheck(level=(), reach=np.full(TESTABLE, 2.4)),
        LevelCheck(level=("product",), reach=wide),
        LevelCheck(level=("region",), reach=np.full(3, 2.0)),
        LevelCheck(level=("product", "region"), reach=narrow),
    ]
    found = corrected(model, checks, KEYS)
    np.testing.assert_allclose(found.drift, 0.9 * model.drift, rtol=1e-9)
    np.testing.assert_allclose(found.column_drift[0], np.sqrt(2) * model.column_drift[0], rtol=1e-9)
    np.testing.assert_array_equal(found.column_drift[1], model.column_drift[1])
    np.testing.assert_array_equal(found.mean, model.mean)


def test_a_spread_far_too_narrow_is_found_and_one_far_too_wide_too() -> None:
    grid = _grid(60, surprise=0.3)
    division = Division(grid=grid, values=grid.values, keys=KEYS, levels=levels_of(KEYS), season=YEAR, horizon=YEAR)
    model = fit_series(division, grid.top[-YEAR:])
    factors = []
    for times in (0.1, 4.0):
        wrong = replace(model, drift=model.drift * times, column_drift=tuple(drift * times for drift in model.column_drift))
        factors.append(check_levels(division, wrong, freq="M", seed=0)[-1].factor)
    assert factors[0] > 1.5
    assert factors[1] < 0.8


def test_forecast_tells_the_check_of_every_level() -> None:
    grid = _grid(36)
    rows = pl.DataFrame({"period": grid.periods, **{str(row): grid.values[row] for row in range(24)}}).unpivot(
        index="period", variable_name="row", value_name="value"
    )
    names = grid.series.with_columns(row=pl.int_range(24).cast(pl.String))
    made = forecast(rows.join(names, on="row"), keys=("region", "product"), horizon=12, paths=20)
    levels = made.method["levels"]
    assert isinstance(levels, list)
    assert [(one["level"], one["outcomes"], one["testable"]) for one in levels] == [
        ("total", 1, False),
        ("product", 6, False),
        ("region", 4, False),
        ("product|region", 24, True),
    ]
