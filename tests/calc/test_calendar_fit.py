from datetime import date

import numpy as np
import pytest

from yunchou.calc.calendar_exposure import LAGS_DAYS, exposure_of
from yunchou.calc.calendar_fit import NOT_AT_ALL, fit_calendar, make_grid

SEASON = np.array([0.8, 0.7, 1.1, 0.9, 1.0, 1.2, 0.8, 0.9, 1.2, 1.0, 1.1, 1.3])
YEARS = [date(2019, 1, 1), date(2024, 12, 1)]


def planted(*, elasticity=0.0, dip=0.0, lag=0, noise=0.02, seed=0):
    """Return six years of months with a planted calendar, and their exposure."""
    given = exposure_of(YEARS, freq="M")
    count = len(given.periods)
    factor = (1 + elasticity * (given.work - 1)) * (1 - dip * given.festival[LAGS_DAYS.index(lag)])
    level = 1.1 ** (np.arange(count) // 12)
    shocks = np.exp(noise * np.random.default_rng(seed).standard_normal(count))
    return 100 * np.resize(SEASON, count) * level * factor * shocks, given


def fitted(values, given):
    return fit_calendar(values, given, slice(0, len(values)), "M")


@pytest.mark.parametrize(("freq", "count"), [("M", 11 * 29), ("W", 11 * 29 * 6)])
def test_prior_sums_to_one_and_begins_with_nothing(freq, count):
    grid = make_grid(freq)
    assert len(grid.prior) == count
    assert grid.prior.sum() == pytest.approx(1.0, rel=1e-12)
    assert (grid.elasticity[0], grid.dip[0], grid.rush[0]) == (0, 0, 0)
    assert grid.prior[0] == pytest.approx(NOT_AT_ALL, rel=1e-12)
    # no combination stands twice
    assert len({*zip(grid.elasticity, grid.dip, grid.lag, grid.rush, strict=True)}) == count


def test_nothing_at_all_is_a_factor_of_one():
    grid, given = make_grid("M"), exposure_of(YEARS, freq="M")
    np.testing.assert_array_equal(grid.factors(given, slice(None))[0], 1.0)


@pytest.mark.parametrize("elasticity", [0.3, 0.7, 1.0])
def test_planted_elasticity_is_found(elasticity):
    fit = fitted(*planted(elasticity=elasticity))
    mean, error = fit.mean_and_error(fit.grid.elasticity)
    # tolerance: two posterior deviations and half a step of the grid
    assert abs(mean - elasticity) <= 2 * error + 0.05
    assert error < 0.15


@pytest.mark.parametrize(("dip", "lag"), [(0.4, 0), (0.6, 20), (-0.4, -10)])
def test_planted_festival_is_found(dip, lag):
    fit = fitted(*planted(dip=dip, lag=lag))
    mean, error = fit.mean_and_error(fit.grid.dip)
    assert abs(mean - dip) <= 2 * error + 0.1
    # the lag is told apart, too
    right = fit.posterior[(fit.grid.lag == LAGS_DAYS.index(lag)) & (fit.grid.dip != 0)].sum()
    assert right > 0.5


def test_factors_leave_every_year_its_total():
    fit = fitted(*planted(elasticity=0.7, dip=0.4))
    given = exposure_of(YEARS, freq="M")
    weighed = np.bincount(given.year, fit.season * fit.factors(given)) / np.bincount(given.year, fit.season)
    np.testing.assert_allclose(weighed, 1.0, rtol=1e-12)


def test_season_and_rush_come_out_as_planted():
    fit = fitted(*planted(noise=0.005))
    season = fit.season[:12] / fit.season[:12].mean()
    np.testing.assert_allclose(season, SEASON / SEASON.mean(), rtol=0.02)
    wanted = np.expm1(np.log(SEASON[2::3]).mean() - np.log(np.delete(SEASON, [2, 5, 8, 11])).mean())
    assert fit.end_rush[0] == pytest.approx(wanted, abs=0.02)
    assert 0 < fit.end_rush[1] < 0.02


def test_unit_of_the_values_changes_nothing():
    values, given = planted(elasticity=0.7)
    np.testing.assert_allclose(fitted(values * 1e6, given).posterior, fitted(values, given).posterior, rtol=1e-6)


def test_one_giant_order_moves_little():
    values, given = planted(elasticity=0.7)
    giant = values.copy()
    giant[25] *= 10
    plain, hit = (fit.mean_and_error(fit.grid.elasticity)[0] for fit in (fitted(values, given), fitted(giant, given)))
    assert hit == pytest.approx(plain, abs=0.1)


@pytest.mark.parametrize("values", [np.zeros(72), -np.ones(72), np.tile([1.0, 0.0], 36)])
def test_totals_without_a_logarithm_are_not_fitted(values):
    assert fitted(values, exposure_of(YEARS, freq="M")) is None


def test_worked_example_of_the_methods_page():
    given, grid = exposure_of([date(2024, 1, 1), date(2025, 1, 1)], freq="M"), make_grid("M")
    six_tenths = np.flatnonzero(np.isclose(grid.elasticity, 0.6) & (grid.dip == 0))
    factors = grid.factors(given, slice(None), only=six_tenths)[0]
    january, february = factors[12:14] / factors[:2]
    assert (january, february) == (pytest.approx(0.916, abs=0.001), pytest.approx(1.031, abs=0.001))
