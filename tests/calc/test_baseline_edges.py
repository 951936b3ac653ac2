"""Histories at the edge of what can be forecast: each gives a coherent answer or one clear sentence."""

from datetime import date
from time import process_time

import numpy as np
import polars as pl
import pytest

from yunchou.calc.baseline import Forecast, forecast
from yunchou.calc.errors import BadInput
from yunchou.calc.periods import step

KEYS = ("product", "region")


def _rows(values: np.ndarray) -> pl.DataFrame:
    """Return a history of months, ``(series, months)``, of products sold in two regions; months of nan have no row."""
    series, at = np.nonzero(~np.isnan(values))
    months = [step(date(2020, 1, 1), place, "M") for place in range(values.shape[1])]
    return pl.DataFrame(
        {
            "product": [f"p{row // 2:04d}" for row in series],
            "region": ["NS"[row % 2] for row in series],
            "period": [months[place] for place in at],
            "value": values[series, at],
        }
    )


def _made(values: np.ndarray, *, horizon: int = 12, paths: int = 200) -> Forecast:
    made = forecast(_rows(values), keys=KEYS, horizon=horizon, paths=paths)
    bottom = made.bottom_paths()
    assert np.isfinite(bottom).all()
    np.testing.assert_allclose(bottom.sum(axis=1), made.total_paths, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(made.total_paths).max())))
    return made


def _steady(series: int = 4, months: int = 36, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).gamma(20, 5, (series, months))


def _year(made: Forecast, *, product: str, region: str) -> float:
    at = made.series.rows().index((product, region))
    return float(made.bottom_paths()[:, at].sum(axis=1).mean())


def test_one_month_of_history_is_refused() -> None:
    with pytest.raises(BadInput, match=r"holds one period only \(2020-01\): at least two are needed to forecast"):
        forecast(_rows(_steady(months=1)), keys=KEYS, horizon=12)


def test_all_zeros_stay_zero() -> None:
    assert not _made(np.zeros((4, 30))).bottom_paths().any()


def test_a_single_giant_order_is_no_yearly_business() -> None:
    values = np.full((2, 36), np.nan)
    values[0, 20] = 1e8
    values[:, [0, 35]] = 0.0
    made = _made(values, paths=1000)
    # it may come again about every other year, and not as a level
    assert np.median(made.total_paths.sum(axis=1)) < 1e8
    assert made.total_paths.min() >= 0


def test_two_periods_are_enough_and_say_where_the_spread_comes_from() -> None:
    made = _made(np.array([[100.0, 110.0], [50.0, 40.0]]))
    assert made.total_paths.sum(axis=1).mean() == pytest.approx(12 * 150, rel=0.1)
    assert made.method["calibration"] == "published errors"


def test_a_gap_of_a_year_leaves_series_that_go_on_at_their_level() -> None:
    values = _steady(months=48)
    values[:, 20:32] = np.nan
    assert 0.4 * 4800 < _made(values).total_paths.sum(axis=1).mean() < 1.5 * 4800


def test_a_series_born_last_month_is_expected_to_go_on() -> None:
    values = _steady()
    values[3, :-1] = np.nan
    values[3, -1] = 100.0
    assert 300 < _year(_made(values), product="p0001", region="S") < 2400


def test_a_series_of_returns_only_stays_negative() -> None:
    values = _steady()
    values[2] = -np.random.default_rng(1).gamma(20, 1, 36)
    made = _made(values)
    assert _year(made, product="p0001", region="N") == pytest.approx(-240, rel=0.5)


def test_a_negative_total_stays_negative() -> None:
    made = _made(-_steady())
    assert made.total_paths.sum(axis=1).mean() == pytest.approx(-4800, rel=0.15)


def test_months_with_only_returns_are_part_of_the_history() -> None:
    values = _steady()
    values[:, [10, 22]] *= -1
    made = _made(values)
    assert 0.5 * 4800 < made.total_paths.sum(axis=1).mean() < 1.1 * 4800


def test_repeated_rows_of_a_period_are_added() -> None:
    values = _steady()
    whole, halves = _rows(values), _rows(values / 2)
    one, other = (forecast(history, keys=KEYS, horizon=3, paths=20) for history in (whole, pl.concat([halves, halves])))
    np.testing.assert_array_equal(one.bottom_paths(), other.bottom_paths())


def test_horizon_longer_than_the_history_is_foretold_with_growing_spread() -> None:
    made = _made(_steady(months=30), horizon=60, paths=1000)
    first, last = (made.total_paths[:, at : at + 12].sum(axis=1) for at in (0, 48))
    assert last.std() > 1.3 * first.std()
    assert last.mean() == pytest.approx(first.mean(), rel=0.3)


def test_lines_free_series_from_the_luck_of_large_ones() -> None:
    # eight series of ten lines a month, all of one kind and widely spread: an eighth each, but for luck
    each = np.random.default_rng(5).lognormal(3, 2.0, (8, 24, 10))
    rows = _rows(each.sum(axis=2)).with_columns(lines=pl.lit(10.0), squares=pl.Series((each**2).sum(axis=2).ravel()))
    off = []
    for history in (rows, rows.drop("lines", "squares")):
        made = forecast(history, keys=KEYS, horizon=12, paths=400)
        years = made.bottom_paths().sum(axis=2).mean(axis=0)
        off.append(np.abs(years / years.sum() - 1 / 8).sum())
    assert off[0] < 0.6 * off[1]


def test_three_thousand_series_are_forecast_in_bounded_time() -> None:
    values = np.random.default_rng(0).gamma(1, 50, (3000, 24)) * (np.random.default_rng(1).random((3000, 24)) < 0.4)
    values[:, 0] = np.nan
    values[0, 0] = 1.0
    began = process_time()
    made = forecast(_rows(values), keys=KEYS, horizon=12, paths=100)
    assert process_time() - began < 60
    np.testing.assert_allclose(sum(block.sum(axis=0) for _, _, block in made.bottom_blocks()), made.total_paths, rtol=1e-9)
