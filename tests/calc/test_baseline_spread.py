from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc.baseline import levels_of
from yunchou.calc.baseline_division import Division, Expected
from yunchou.calc.baseline_grid import Grid
from yunchou.calc.baseline_newcomers import newborn
from yunchou.calc.baseline_spread import fit_series, fitted, restless
from yunchou.calc.periods import step

YEAR = 12
KEYS = ("product", "region")


def _division(values: np.ndarray, *, regions: int = 4) -> Division:
    """Return the division of products that are each sold in so many regions."""
    count, length = values.shape
    names = {"product": [f"p{row // regions}" for row in range(count)], "region": [f"r{row % regions}" for row in range(count)]}
    periods = tuple(step(date(2020, 1, 1), at, "M") for at in range(length))
    grid = Grid(series=pl.DataFrame(names), values=values, first=np.zeros(count, dtype=np.int64), periods=periods)
    return Division(grid=grid, values=values, keys=KEYS, levels=levels_of(KEYS), season=YEAR, horizon=YEAR)


def _surprised(*, series: float = 0.0, products: float = 0.0, regions: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return five years of six products in six regions whose levels take surprises of this size each year."""
    random = np.random.default_rng(seed)
    log = (
        series * random.standard_normal((6, 6, 5))
        + products * random.standard_normal((6, 1, 5))
        + regions * random.standard_normal((1, 6, 5))
    )
    monthly = np.repeat(1000 * np.exp(log.cumsum(axis=2)).reshape(36, 5), YEAR, axis=1)
    return np.asarray(monthly * random.gamma(400, 1 / 400, monthly.shape))


def test_surprises_are_found_where_they_were_planted() -> None:
    quiet, of_series, of_products, of_regions = (
        fit_series(_division(values, regions=6), values[:, -YEAR:].sum(axis=0))
        for values in (_surprised(), _surprised(series=0.4), _surprised(products=0.4), _surprised(regions=0.4))
    )
    assert np.median(quiet.drift) < 0.12 < np.median(of_series.drift)
    product, region = (np.median(drift) for drift in of_products.column_drift)
    assert product > 2 * region
    product, region = (np.median(drift) for drift in of_regions.column_drift)
    assert region > 2 * product


def test_surprises_of_a_single_year_are_the_usual_ones() -> None:
    values = np.random.default_rng(0).gamma(20, 5, (8, YEAR))
    model = fit_series(_division(values), values.sum(axis=0))
    # 20 % a series of which 4 % are its product's and 4 % its region's
    np.testing.assert_allclose(model.drift, np.sqrt(0.2**2 - 2 * 0.04**2), rtol=1e-9)
    for drift in model.column_drift:
        np.testing.assert_allclose(drift, 0.04, rtol=1e-9)


def test_expected_series_sum_to_the_total_with_their_chance_of_going_on() -> None:
    values = np.random.default_rng(1).gamma(20, 5, (8, 48))
    values[3, -4:] = 0
    model = fit_series(_division(values), np.full(YEAR, 700.0))
    assert model.alive[3] < 0.1
    np.testing.assert_allclose((model.mean * model.alive[:, None]).sum(axis=0), 700.0, rtol=1e-9)


def test_a_series_with_returns_spreads_as_its_last_two_years_did() -> None:
    values = np.random.default_rng(2).gamma(20, 5, (8, 48))
    values[1] = np.concatenate([np.full(24, 900.0), np.tile([-10.0, 30.0], 12)])
    model = fit_series(_division(values), np.full(YEAR, 700.0))
    assert model.signed.tolist() == [False, True] + [False] * 6
    # ten and thirty about ten
    np.testing.assert_allclose(model.spread, [0.0, 20.0] + [0.0] * 6, rtol=1e-12)


def test_fitted_amounts_are_those_of_a_series_that_goes_on() -> None:
    values = np.random.default_rng(0).gamma(20, 5, (8, 24))
    model = fit_series(_division(values), values[:, -YEAR:].sum(axis=0))
    alive = np.array([1.0, 0.5] * 4)
    made = fitted(model, Expected(mean=np.full((8, 3), 6.0), alive=alive, noise=np.arange(8.0)))
    np.testing.assert_array_equal(made.mean[:2], [[6.0] * 3, [12.0] * 3])
    np.testing.assert_array_equal(made.noise, np.arange(8.0))
    np.testing.assert_array_equal(made.drift, model.drift)


def test_whoever_may_be_dead_keeps_a_finite_amount() -> None:
    values = np.random.default_rng(0).gamma(20, 5, (8, 24))
    model = fit_series(_division(values), values[:, -YEAR:].sum(axis=0))
    made = fitted(model, Expected(mean=np.ones((8, 1)), alive=np.zeros(8), noise=np.ones(8)))
    np.testing.assert_allclose(made.mean * made.alive[:, None], 1.0, rtol=1e-12)


def test_what_grew_apart_from_the_whole_is_less_certain_by_hand() -> None:
    # 100 and 100 became 150 and 50: logarithms of 1.5 and 0.5 beside a whole that stood still, the second at most 0.7
    values = np.repeat(np.array([[100.0, 150.0], [100.0, 50.0]]), YEAR, axis=1)
    variance = 0.2**2 + np.array([np.log(1.5), np.log(0.5)]) ** 2
    expected = np.sqrt(variance / (0.75 * variance[0] + 0.25 * variance[1]))
    np.testing.assert_allclose(restless(values, np.zeros(2, dtype=np.int64), YEAR), expected, rtol=1e-9)


def test_nothing_is_more_restless_than_the_rest_in_a_single_year_or_in_silence() -> None:
    first = np.zeros(3, dtype=np.int64)
    np.testing.assert_allclose(restless(np.arange(36.0).reshape(3, 12), first, YEAR), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(restless(np.zeros((3, 30)), first, YEAR), 1.0)


def test_a_whole_of_returns_is_no_yardstick_of_growth() -> None:
    values = np.array([np.full(24, 100.0), np.repeat([50.0, -900.0], YEAR)])
    with np.errstate(all="raise"):
        steady, returned = restless(values, np.zeros(2, dtype=np.int64), YEAR)
    # the steady one carries the whole weight, so it is as uncertain as the mean; the other counts as having moved greatly
    assert steady == pytest.approx(1.0, rel=1e-12)
    assert returned == pytest.approx(np.sqrt((0.2**2 + 0.7**2) / 0.2**2), rel=1e-12)


def test_new_series_count_as_having_grown_greatly() -> None:
    values = np.full((20, 36), 100.0)
    values[19, :30] = 0
    found = restless(values, np.array([0] * 19 + [30]), YEAR)
    assert (found[19] > 2 * found[:19]).all()


def test_rare_sales_are_no_birth() -> None:
    values = np.zeros((5, 30))
    values[0] = 10.0
    values[1, 12:] = 10.0
    values[2, [5, 12, 20, 28]] = 10.0
    values[3, 2:] = 10.0
    values[4, 1:] = 10.0
    first = (values > 0).argmax(axis=1)
    # the third sells once in six months: five months of silence come often; two months of who sells monthly do not, one may
    assert newborn(values, first, YEAR).tolist() == [False, True, False, False, False]
    # within the last two years
    assert newborn(values[:, :26], first, YEAR).tolist() == [False, True, False, False, False]
    assert newborn(values[:, :25], first, YEAR).tolist() == [False, True, False, True, False]


def test_a_newcomer_s_error_does_not_make_the_others_uncertain() -> None:
    random = np.random.default_rng(4)
    values = 1000 * random.gamma(400, 1 / 400, (24, 48))
    steady = fit_series(_division(values), values[:, -YEAR:].sum(axis=0))
    # the last one opens half a year before the origin of the last check and then grows tenfold
    values[23, :30] = 0
    values[23, 30:36] = 20
    values[23, 36:] = 200
    first = np.where(np.arange(24) == 23, 30, 0)
    division = _division(values)
    division = replace(division, grid=replace(division.grid, first=first))
    opened = fit_series(division, values[:, -YEAR:].sum(axis=0))
    assert np.median(opened.drift) < 1.25 * np.median(steady.drift)
    assert opened.drift[23] > 3 * np.median(opened.drift)
