from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc.baseline import forecast
from yunchou.calc.baseline_models import mixture
from yunchou.calc.baseline_top import LEAST_ERROR, PUBLISHED_ERROR, PUBLISHED_MODEL_ERROR, check_past, crps, forecast_top, seasonal_naive
from yunchou.calc.periods import step

YEAR = 12
SHAPE = np.array([0.6, 0.7, 1.1, 0.9, 1.0, 1.3, 0.8, 0.9, 1.2, 1.0, 1.1, 1.4])


def _market(seed: int, months: int, *, growth: float, shock: float) -> np.ndarray:
    """Return a company whose yearly growth wanders about ``growth``, with a season and noise by month."""
    random = np.random.default_rng(seed)
    path = np.cumsum(np.log1p(growth) / YEAR + shock / np.sqrt(YEAR) * random.standard_normal(months))
    return np.asarray(1000 * np.exp(path) * np.resize(SHAPE, months) * random.gamma(60, 1 / 60, months))


def test_crps_of_two_points_by_hand() -> None:
    # mean distance to 0 is 1/2, half the mean distance between two draws is 1/4
    assert crps(np.array([0.0, 1.0]), 0.0) == pytest.approx(0.25, rel=1e-12)
    assert crps(np.array([3.0, 3.0]), 5.0) == pytest.approx(2.0, rel=1e-12)


def test_seasonal_naive_repeats_last_year_with_a_whole_year_s_error() -> None:
    history = np.concatenate([np.full(4, 10.0), np.full(4, 12.0)])
    drawn = seasonal_naive(history, season=4, horizon=4, paths=50, random=np.random.default_rng(0))
    np.testing.assert_allclose(drawn, 14.0, rtol=1e-12)


def test_same_seed_gives_the_same_paths_and_another_seed_others() -> None:
    history = _market(1, 48, growth=0.1, shock=0.05)
    first, again, other = (forecast_top(history, horizon=12, freq="M", paths=50, seed=seed).paths for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_total_scales_with_the_unit_of_the_values() -> None:
    history = _market(2, 48, growth=0.1, shock=0.05)
    in_yuan = forecast_top(history, horizon=12, freq="M", paths=300, seed=0).paths
    in_ten_thousands = forecast_top(history * 1024, horizon=12, freq="M", paths=300, seed=0).paths
    np.testing.assert_allclose(in_ten_thousands / 1024, in_yuan, rtol=1e-6)


def test_coverage_told_is_that_of_the_corrected_interval() -> None:
    # a company whose growth turns at random: the models alone are too sure of it
    top = forecast_top(_market(27, 60, growth=0.1, shock=0.35), horizon=12, freq="M", paths=400, seed=0)
    assert top.method["cover80"] > top.method["models_cover80"]  # type: ignore[operator]


def test_less_than_two_years_take_the_published_spread_and_say_so() -> None:
    top = forecast_top(np.tile(SHAPE, 2)[:20] * 100, horizon=12, freq="M", paths=2000, seed=0)
    year = top.paths.sum(axis=1)
    assert top.method["calibration"] == "published errors"
    assert year.std() / year.mean() >= 0.97 * PUBLISHED_ERROR
    assert top.warnings[0].en.startswith("only 20 months of history")


def test_three_years_say_that_probabilities_cannot_be_tested() -> None:
    top = forecast_top(_market(3, 36, growth=0.1, shock=0.05), horizon=12, freq="M", paths=200, seed=0)
    assert (top.method["calibration"], top.method["origins"], top.method["outcomes"]) == ("own back-test", 7, 1)
    assert top.warnings[0].en.startswith("not testable: only 1 past outcomes")


def test_twenty_quarter_outcomes_are_testable() -> None:
    top = forecast_top(_market(3, 120, growth=0.1, shock=0.05), horizon=3, freq="M", paths=200, seed=0)
    assert top.method["outcomes"] == 20
    assert top.warnings == ()
    assert top.method["published_weight"] == 0


def test_history_without_noise_keeps_the_least_spread() -> None:
    top = forecast_top(np.tile(SHAPE, 3) * 100, horizon=12, freq="M", paths=2000, seed=0)
    year = top.paths.sum(axis=1)
    assert year.std() / year.mean() >= 0.9 * LEAST_ERROR
    assert year.mean() == pytest.approx(SHAPE.sum() * 100, rel=0.02)


def test_silent_history_stays_silent() -> None:
    assert not forecast_top(np.zeros(30), horizon=12, freq="M", paths=20, seed=0).paths.any()


def test_negative_months_are_forecast_as_they_are() -> None:
    history = np.random.default_rng(8).normal(-50, 10, 36)
    top = forecast_top(history, horizon=12, freq="M", paths=400, seed=0)
    assert top.paths.sum(axis=1).mean() == pytest.approx(12 * history.mean(), rel=0.15)


def test_check_of_the_past_counts_outcomes_that_do_not_overlap() -> None:
    check = check_past(_market(5, 60, growth=0.1, shock=0.05), season=YEAR, horizon=12, seed=0)
    assert check is not None
    assert (check.origins, check.outcomes) == (19, 2.5)
    assert check.reach.shape == (19,)
    assert (check.reach >= 0).all()


def test_spread_of_three_years_by_hand() -> None:
    history = _market(3, 36, growth=0.1, shock=0.05)
    top = forecast_top(history, horizon=12, freq="M", paths=400, seed=0)
    check = check_past(history, season=YEAR, horizon=12, seed=0)
    assert check is not None
    drawn = mixture(history, season=YEAR, horizon=12, paths=400, random=np.random.default_rng([0, 1])).sum(axis=1)
    own = float(drawn.std() / drawn.mean())
    # one and a half outcomes beside two that are half as far off as the models say, and one published error
    corrected = own * np.sqrt((2 * 0.5 + 1.5 * check.square) / 3.5)
    weight = (1 - 1.5 / 20) / (1 - 1.5 / 20 + 1.5)
    published = max(own * np.sqrt(0.5), PUBLISHED_MODEL_ERROR)
    assert top.method["relative_error"] == pytest.approx(published**weight * corrected ** (1 - weight), abs=1e-4)
    assert top.method["published_weight"] == pytest.approx(weight, abs=1e-4)


def test_short_sums_tell_of_a_spread_that_whole_years_hide() -> None:
    # two companies whose years are alike: one is steady, in the other quarters go up and down by a third and make up for it
    months = np.tile(SHAPE, 4) * 100
    luck = np.repeat(np.tile([1, -1], 8) * np.tile([1, 1, -1, -1], 4) / 3, 3)
    restless = months * (1 + luck)
    restless *= np.repeat(months.reshape(4, YEAR).sum(axis=1) / restless.reshape(4, YEAR).sum(axis=1), YEAR)
    random = np.random.default_rng(0)
    noise = random.gamma(400, 1 / 400, 48)
    steady, other = (check_past(values * noise, season=YEAR, horizon=12, seed=0) for values in (months, restless))
    assert steady is not None
    assert other is not None
    assert other.square > steady.square


def test_check_of_the_past_needs_two_years() -> None:
    assert check_past(np.ones(23), season=YEAR, horizon=12, seed=0) is None


@pytest.mark.slow
def test_interval_covers_and_the_forecast_beats_the_naive_on_simulated_companies() -> None:
    """200 companies whose growth is drawn from −20 … +40 %: the 80 % interval covers 72–92 %, a binomial error of ±6 points."""
    random = np.random.default_rng(11)
    covered, own, naive = [], [], []
    months = [step(date(2020, 1, 1), place, "M") for place in range(48)]
    for seed in range(200):
        values = _market(seed, 60, growth=random.uniform(-0.2, 0.4), shock=random.uniform(0.03, 0.15))
        known, actual = values[:48], float(values[48:].sum())
        history = pl.DataFrame({"period": months, "value": known})
        year = forecast(history, keys=(), horizon=12, paths=400).total_paths.sum(axis=1)
        low, high = np.quantile(year, [0.1, 0.9])
        covered.append(low <= actual <= high)
        own.append(crps(year, actual) / actual)
        draw = np.random.default_rng(seed)
        naive.append(crps(seasonal_naive(known, season=YEAR, horizon=12, paths=400, random=draw).sum(axis=1), actual) / actual)
    assert 0.72 <= np.mean(covered) <= 0.92
    assert np.mean(own) < 0.85 * np.mean(naive)


def test_mixture_of_any_number_of_paths_has_that_many() -> None:
    for paths in (2, 3, 100, 101):
        drawn = mixture(_market(1, 30, growth=0, shock=0.1), season=YEAR, horizon=5, paths=paths, random=np.random.default_rng(0))
        assert drawn.shape == (paths, 5)


def test_outcomes_told_are_the_whole_ones_that_were_counted() -> None:
    top = forecast_top(_market(3, 118, growth=0.1, shock=0.05), horizon=3, freq="M", paths=200, seed=0)
    assert top.method["outcomes"] == 19
    assert top.warnings[0].en.startswith("not testable: only 19 past outcomes do not overlap, fewer than 20")
