import warnings
from typing import Any

import numpy as np
import pytest

from yunchou.calc.baseline_grid import group_sums
from yunchou.calc.exponential_smoothing import smoothing_response
from yunchou.calc.reference_methods import METHODS, fit_reference, mint_paths, reference_paths, theta_response

pytestmark = pytest.mark.filterwarnings("ignore")  # the library warns of what it divides by


def _sales(seed: int = 1, *, season: int = 12, periods: int = 48) -> np.ndarray:
    random = np.random.default_rng(seed)
    at = np.arange(periods)
    trend = 100 + 0.8 * at + np.cumsum(random.normal(size=periods)) * 3
    return np.asarray(trend * (1 + 0.2 * np.sin(2 * np.pi * at / season)) + random.normal(size=periods) * 4)


def _library(method: str, season: int) -> Any:
    from statsforecast import models

    return getattr(models, method)(season_length=season)


def _paths(values: np.ndarray, method: str, *, season: int = 12, horizon: int = 8, paths: int = 4000) -> np.ndarray:
    return reference_paths(values[None], season=season, horizon=horizon, paths=paths, seed=1, method=method)[0]


@pytest.mark.parametrize("kind", ["ANN", "AAN", "ANA", "AAA", "MNN", "MAN", "MNA", "MAA", "MNM", "MAM"])
@pytest.mark.parametrize("damped", [False, True])
def test_exponential_smoothing_takes_up_shocks_as_the_library_does(kind: str, damped: bool) -> None:
    from statsforecast.ets import etssimulate, switch
    from statsforecast.models import AutoETS

    model = AutoETS(season_length=4, model=kind, damped=damped and kind[1] == "A").fit(_sales(season=4)).model_
    error, trend, season, _ = model["components"]
    # the library's simulation reads a missing damping as 0; told 1, it keeps the trend
    parts = np.where(np.isnan(model["par"][:4]), [0, 0, 0, 1], model["par"][:4])
    shocks, expected = np.random.default_rng(2).standard_normal(9), np.zeros(9)
    deviation = np.sqrt(model["sigma2"])
    etssimulate(model["states"][-1], 4, switch(error), switch(trend), switch(season), *parts, 9, expected, shocks * deviation)
    np.testing.assert_allclose(smoothing_response(model)(shocks[None])[0], expected, rtol=1e-12)


def test_theta_takes_up_shocks_as_the_library_does() -> None:
    from statsforecast.theta import compute_pi_samples

    states = np.array([[100.0, 0, 90.0, 2.0, 0]])
    given = {"n": 30, "h": 5, "states": states, "alpha": 0.3, "theta": 2.0, "mean_y": 95.0, "n_samples": 6}
    drawn, still = compute_pi_samples(sigma=7.0, **given), compute_pi_samples(sigma=0.0, **given)
    random = np.random.default_rng(0)
    shocks = np.array([random.normal(0, 1, 6) for _ in range(5)])
    # the library computes in single precision
    np.testing.assert_allclose(theta_response(0.3, 2.0, known=30, horizon=5) @ shocks * 7, drawn - still, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_paths_have_the_means_that_the_library_states(method: str) -> None:
    values = _sales()
    stated = _library(method, 12).fit(values).predict(8)["mean"]
    np.testing.assert_allclose(_paths(values, method).mean(axis=0), stated, rtol=1e-9)


@pytest.mark.parametrize("method", ["SeasonalNaive", "AutoARIMA"])
@pytest.mark.parametrize("season", [4, 12])
def test_spread_of_each_period_is_that_of_the_library(method: str, season: int) -> None:
    values = _sales(season=season)
    model = fit_reference(values[None], season=season, horizon=15, method=method).fitted[0]
    told = _library(method, season).fit(values).predict(15, level=[80])
    # row i of the response to unit shocks: how period i adds them up
    response = model.response(np.eye(15)).T
    deviation = (np.asarray(told["hi-80"]) - np.asarray(told["lo-80"])) / (2 * 1.2815515655446004)
    np.testing.assert_allclose(np.sqrt((response**2).sum(axis=1)), deviation, rtol=1e-9)


@pytest.mark.parametrize("method", ["AutoARIMA", "AutoTheta"])
def test_sum_over_the_horizon_spreads_as_in_the_library_simulation(method: str) -> None:
    values = _sales(3)
    simulated = _library(method, 12).fit(values).simulate(8, 4000, seed=5)
    # 4,000 draws each: the ratio of deviations is within 5 %
    assert _paths(values, method).sum(axis=1).std() == pytest.approx(simulated.sum(axis=1).std(), rel=0.05)


def test_seasonal_naive_repeats_the_last_year_and_widens_with_each_year() -> None:
    values = np.array([10.0, 20, 30, 40, 12, 24, 27, 44])
    paths = _paths(values, "SeasonalNaive", season=4, horizon=8, paths=20_000)
    np.testing.assert_allclose(paths.mean(axis=0), [12, 24, 27, 44] * 2, rtol=1e-9)
    # changes 2, 4, −3, 4: root mean square √(45/4), in the second year √2 times as much; within 3 %
    np.testing.assert_allclose(paths.std(axis=0), np.sqrt([45 / 4] * 4 + [45 / 2] * 4), rtol=0.03)


@pytest.mark.parametrize("method", METHODS)
def test_zeros_before_the_first_sale_are_no_part_of_a_series(method: str) -> None:
    values = _sales()
    late = np.concatenate([np.zeros(20), values])
    early, born = (fit_reference(own[None], season=12, horizon=6, method=method) for own in (values, late))
    np.testing.assert_array_equal(born.fitted[0].means, early.fitted[0].means)
    np.testing.assert_array_equal(born.fitted[0].errors, np.concatenate([np.full(20, np.nan), early.fitted[0].errors]))


AWKWARD = {
    "constant": np.full(30, 5.0),
    "nothing": np.zeros(30),
    "first only": np.eye(1, 30)[0],
    "last only": np.eye(1, 30, 29)[0],
    "line": np.arange(30.0),
    "negative": np.random.default_rng(1).normal(-5, 10, 30),
    "sparse": (np.random.default_rng(2).random(30) < 0.1) * np.random.default_rng(3).gamma(2, 5, 30),
    "giant": np.where(np.arange(30) == 10, 1e9, 1 + np.random.default_rng(4).random(30)),
    "same each year": np.resize(np.arange(1.0, 13), 30),
    "exploding": np.exp(0.7 * np.arange(30)),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("season", [4, 12, 52])
def test_awkward_and_short_series_have_finite_paths(method: str, season: int) -> None:
    values = np.array(list(AWKWARD.values()))
    for periods in (30, 13, 4, 1):
        paths = reference_paths(values[:, :periods], season=season, horizon=6, paths=20, seed=1, method=method)
        assert paths.shape == (len(values), 20, 6)
        assert np.isfinite(paths).all()
        np.testing.assert_array_equal(paths[1], np.zeros((20, 6)))


def test_series_that_a_method_cannot_fit_gets_seasonal_naive_and_is_counted() -> None:
    values = np.array([[5.0, 7, 4, 8, 6], [0, 0, 0, 0, 0]])
    made = fit_reference(values, season=4, horizon=3, method="AutoETS")
    naive = fit_reference(values, season=4, horizon=3, method="SeasonalNaive")
    assert (made.replaced, naive.replaced) == (1, 0)
    for (_, ours), (_, theirs) in zip(made.blocks(paths=9, seed=1), naive.blocks(paths=9, seed=1), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_same_seed_gives_the_same_paths_and_leaves_the_global_generator_alone() -> None:
    values = np.array([_sales(1), _sales(2)])
    state = np.random.get_state()  # noqa: NPY002 - what must not change
    first, again, other = (reference_paths(values, season=12, horizon=4, paths=10, seed=seed, method="AutoETS") for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(np.random.get_state()[1], state[1])  # noqa: NPY002


def test_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="Prophet is none of"):
        fit_reference(np.ones((1, 9)), season=4, horizon=1, method="Prophet")


def test_mint_paths_sum_path_by_path() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = np.array([_sales(seed) for seed in range(4)])
        groups = [np.zeros(4, dtype=np.int64), np.array([0, 1, 0, 1])]
        made = mint_paths(values, groups=groups, season=12, horizon=5, paths=30, seed=1, method="AutoTheta")
    assert made.shape == (1 + 2 + 4, 30, 5)
    np.testing.assert_allclose(made[:1], made[3:].sum(axis=0, keepdims=True), rtol=1e-9)
    np.testing.assert_allclose(made[1:3], group_sums(made[3:], groups[1], 2), rtol=1e-9)
