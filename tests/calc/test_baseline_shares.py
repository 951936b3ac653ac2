import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.baseline_shares import estimate, expect, find_momentum

YEAR = 12


def _starts(values: np.ndarray) -> np.ndarray:
    return np.zeros(len(values), dtype=np.int64)


def test_constant_shares_stay_what_they_are() -> None:
    top = np.random.default_rng(0).gamma(20, 50, 36)
    values = np.array([0.5, 0.3, 0.2])[:, None] * top
    profile = np.full(YEAR, 100.0)
    fit = estimate(values, _starts(values), season=YEAR, profile=profile)
    np.testing.assert_allclose(fit.mean.sum(axis=1), [600.0, 360.0, 240.0], rtol=1e-9)
    np.testing.assert_array_equal(fit.alive, 1.0)


def test_series_that_fell_silent_is_mostly_given_up() -> None:
    values = np.full((2, 36), 10.0)
    values[1, -6:] = 0
    assert estimate(values, _starts(values), season=YEAR, profile=np.ones(YEAR)).alive[1] < 0.02


def test_series_that_is_often_silent_is_not_given_up() -> None:
    values = np.full((2, 36), 10.0)
    values[1] = 0
    values[1, ::6] = 10
    assert estimate(values[:, :35], _starts(values), season=YEAR, profile=np.ones(YEAR)).alive[1] > 0.9


def test_new_series_is_expected_at_its_share_since_it_began() -> None:
    # a product launched four months ago that sells a quarter of the whole since then
    values = np.full((2, 36), 75.0)
    values[1] = 0
    values[1, -4:] = 25
    fit = estimate(values, np.array([0, 32]), season=YEAR, profile=np.full(YEAR, 100.0))
    assert fit.mean[1].sum() == pytest.approx(0.25 * 1200, rel=0.01)


def test_own_season_is_kept_where_it_is_no_noise() -> None:
    # one series sells only in the first half of the year, for four years
    first_half = np.tile(np.repeat([100.0, 0.0], 6), 4)
    values = np.array([first_half, 200 - first_half])
    fit = estimate(values, _starts(values), season=YEAR, profile=np.full(YEAR, 200.0))
    assert fit.mean[0, :6].sum() > 5 * fit.mean[0, 6:].sum()


@pytest.mark.parametrize("swing", [0.0, 0.3, 0.6])
def test_own_season_is_no_noise(swing: float) -> None:
    # ten series whose seasons oppose one another, six years of quarters; a period's variance is twice its mean
    swings = np.where(np.arange(10) % 2, swing, -swing)[:, None] * np.tile([1.0, 0.0, -1.0, 0.0], 6)
    values = np.random.default_rng(6).gamma(100 * (1 + swings) / 2, 2.0)
    fit = estimate(values, _starts(values), season=4, profile=np.full(4, 1000.0))
    # taken for noise, the seasons would make it 7 and 24
    assert 1.6 < float(np.median(fit.noise)) < 3.2


def test_small_noisy_series_leans_on_all_years_and_a_large_steady_one_on_the_last() -> None:
    random = np.random.default_rng(2)
    large = np.repeat([100.0, 150.0, 200.0], 12)
    small = random.permutation(np.r_[np.zeros(33), 30.0, 30.0, 30.0])
    values = np.array([large, small, 400 - large])
    fit = estimate(values, _starts(values), season=YEAR, profile=np.full(YEAR, 400.0))
    assert fit.mean[0].sum() == pytest.approx(12 * 200, rel=0.1)
    assert 0.2 * 30 < fit.mean[1].sum() < 3 * 30


def _shifting(*, keeps: bool, seed: int = 4) -> np.ndarray:
    """Return four years of ten series whose shares grow or shrink by up to 40 % a year, for ever or anew each year."""
    random = np.random.default_rng(seed)
    rates = np.tile(random.uniform(-0.4, 0.4, (10, 1)), 4) if keeps else random.uniform(-0.4, 0.4, (10, 4))
    if not keeps:
        rates[:, 1::2] = -rates[:, ::2]
    return np.repeat(100 * np.exp(rates.cumsum(axis=1)), YEAR, axis=1) * random.gamma(400, 1 / 400, (10, 4 * YEAR))


def test_momentum_is_found_where_growth_lasts_and_not_where_it_reverts() -> None:
    columns = np.zeros((0, 10), dtype=np.int64)
    lasting, reverting = (_shifting(keeps=keeps) for keeps in (True, False))
    assert find_momentum(lasting, _starts(lasting), columns, season=YEAR)[0] > 0.6
    assert find_momentum(reverting, _starts(reverting), columns, season=YEAR) == (0.0,)
    assert find_momentum(lasting[:, :24], _starts(lasting), columns, season=YEAR) == (0.0,)


def test_momentum_of_a_key_column_is_its_own() -> None:
    # products keep growing or shrinking; regions only share them out anew each year
    products, regions = _shifting(keeps=True)[:5], _shifting(keeps=False)[:4]
    values = (products[:, None] * regions[None]).reshape(20, -1)
    columns = np.array([np.repeat(np.arange(5), 4), np.tile(np.arange(4), 5)])
    _, of_products, of_regions = find_momentum(values, _starts(values), columns, season=YEAR)
    assert of_products > 0.5 > of_regions


def test_momentum_carries_a_growing_share_on() -> None:
    values = _shifting(keeps=True)
    still, moving = (estimate(values, _starts(values), season=YEAR, profile=np.ones(YEAR), momentum=part) for part in (0.0, 0.9))
    growing = values[:, -YEAR:].sum(axis=1) > 1.2 * values[:, -2 * YEAR : -YEAR].sum(axis=1)
    assert (moving.mean.sum(axis=1) > still.mean.sum(axis=1))[growing].all()


@given(st.integers(0, 10_000), st.integers(13, 50))
def test_expected_amounts_are_finite_and_never_negative(seed: int, periods: int) -> None:
    random = np.random.default_rng(seed)
    values = random.gamma(0.5, 100, (6, periods)) * (random.random((6, periods)) < 0.5)
    columns = np.array([[0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]])
    fit = expect(values, _starts(values), columns, season=YEAR, profile=np.full(5, 10.0), momentum=(0.5, 0.0, 0.9))
    assert np.isfinite(fit.mean).all()
    assert (fit.mean >= 0).all()
    assert ((fit.alive >= 0) & (fit.alive <= 1)).all()
