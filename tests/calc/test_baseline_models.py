import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.baseline_models import MODELS, USUAL, expect_many, mixture, seasonal_growth, shrunk
from yunchou.calc.baseline_season import past_growth

YEAR = 12
SHAPE = np.array([0.6, 0.7, 1.1, 0.9, 1.0, 1.3, 0.8, 0.9, 1.2, 1.0, 1.1, 1.4])
BY_HAND = np.array([[10.0, 20.0, 30.0, 40.0, 12.0, 24.0, 36.0, 48.0]])


def _starts(values: np.ndarray) -> np.ndarray:
    return np.zeros(len(values), dtype=np.int64)


def _only(model: str) -> np.ndarray:
    return np.array([float(name == model) for name in MODELS])


def _growing(months: int = 60, *, seed: int = 5, noise: float = 0.02) -> np.ndarray:
    """Return 100 a month that grow by 10 a year, with a season."""
    truth = (100 + 10 / 12 * np.arange(months)) * np.resize(SHAPE / SHAPE.mean(), months)
    return np.asarray(truth * np.random.default_rng(seed).normal(1, noise, months))


def test_usual_weights_are_a_mixture_of_all_models() -> None:
    assert USUAL.sum() == pytest.approx(1.0, abs=1e-12)
    assert len(USUAL) == len(MODELS)
    assert (USUAL > 0).all()


def test_half_the_growth_is_last_year_and_half_of_its_growth_by_hand() -> None:
    # 120 / 100 - 1 = 20 % growth, half of it is 10 %; the second year grows again
    half = past_growth(BY_HAND, 4) / 2
    expected = [[13.2, 26.4, 39.6, 52.8, 14.52, 29.04, 43.56, 58.08]]
    np.testing.assert_allclose(seasonal_growth(BY_HAND, season=4, horizon=8, growth=half), expected, rtol=1e-12)


def test_naive_and_growing_season_weigh_to_half_the_growth_in_the_first_year() -> None:
    each = expect_many(BY_HAND, _starts(BY_HAND), season=4, horizon=4)
    np.testing.assert_allclose(each[3:].mean(axis=0), [[13.2, 26.4, 39.6, 52.8]], rtol=1e-12)


def test_season_of_less_than_a_year_is_flat() -> None:
    flat = seasonal_growth(np.array([[1.0, 2.0, 6.0]]), season=12, horizon=2, growth=np.array([0.5]))
    np.testing.assert_allclose(flat, [[3.0, 3.0]], rtol=1e-12)


def test_shrunk_values_by_hand() -> None:
    # 0 and 4 of equal size: mean 2, 4 between them of which 1 is chance: 3 ÷ (3 + 1) of each distance is left
    np.testing.assert_allclose(shrunk(np.array([0.0, 4.0]), np.ones(2), np.ones(2)), [0.5, 3.5], rtol=1e-12)
    np.testing.assert_allclose(shrunk(np.array([0.0, 4.0]), np.full(2, 9.0), np.ones(2)), [2.0, 2.0], rtol=1e-12)


def test_growth_of_noisy_series_is_drawn_together_and_that_of_steady_ones_is_not() -> None:
    random = np.random.default_rng(0)
    years = np.repeat(np.array([[1.0, 1.3], [1.0, 1.0], [1.0, 0.8], [1.0, 1.1]]), YEAR, axis=1)
    steady, noisy = 1000 * years, 1000 * years * random.gamma(0.5, 2.0, years.shape)
    spread = []
    for values in (steady, noisy):
        found = expect_many(values, _starts(values), season=YEAR, horizon=YEAR)[4].sum(axis=1) / values[:, YEAR:].sum(axis=1) - 1
        spread.append((found.std(), past_growth(values, YEAR).std()))
    assert spread[0][0] == pytest.approx(spread[0][1], rel=0.02)
    assert spread[1][0] < 0.6 * spread[1][1]


@pytest.mark.parametrize("model", ["DampedTrend", "Theta", "SeasonalGrowth"])
def test_model_recovers_a_planted_trend_and_season(model: str) -> None:
    truth = ((100 + 10 / 12 * np.arange(72)) * np.tile(SHAPE / SHAPE.mean(), 6))[60:]
    values = _growing()[None]
    found = expect_many(values, _starts(values), season=YEAR, horizon=YEAR)[MODELS.index(model), 0]
    # damping may lose some of the trend, not more than 4 % of a year
    assert found.sum() == pytest.approx(truth.sum(), rel=0.04)
    np.testing.assert_allclose(found, truth, rtol=0.10)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("noise", [0.03, 0.2])
def test_mean_of_a_model_s_paths_is_what_it_expects(model: str, noise: float) -> None:
    values, paths = _growing(noise=noise), 20_000
    mean = expect_many(values[None], np.zeros(1, dtype=np.int64), season=YEAR, horizon=YEAR)[MODELS.index(model), 0].sum()
    random = np.random.default_rng(3)
    years = mixture(values, season=YEAR, horizon=YEAR, paths=paths, random=random, weights=_only(model)).sum(axis=1)
    # four standard errors, and one in a thousand for paths stopped at zero
    assert abs(years.mean() - mean) < 4 * years.std() / np.sqrt(paths) + 1e-3 * mean


@pytest.mark.parametrize("model", MODELS)
def test_paths_stopped_at_zero_add_nothing_to_the_mean(model: str) -> None:
    # months that differ so widely, or are so often silent, that errors go below zero
    random = np.random.default_rng(0)
    for values in (random.lognormal(0, 1, 48), random.gamma(1, 100, 48) * (random.random(48) < 0.4)):
        mean = expect_many(values[None], np.zeros(1, dtype=np.int64), season=YEAR, horizon=YEAR)[MODELS.index(model), 0].sum()
        drawn = mixture(values, season=YEAR, horizon=YEAR, paths=5000, random=np.random.default_rng(1), weights=_only(model))
        assert drawn.min() >= 0
        # a tenth for months whose errors are nearly all below zero; before means were kept it was 30 %
        assert drawn.sum(axis=1).mean() == pytest.approx(mean, rel=0.10)


def test_weights_share_out_the_paths() -> None:
    values = np.concatenate([np.full(24, 10.0), np.full(12, 20.0)])
    weights = np.array([0.0, 0.0, 0.0, 0.75, 0.25])
    drawn = mixture(values, season=YEAR, horizon=2, paths=8, random=np.random.default_rng(0), weights=weights)
    alone = mixture(values, season=YEAR, horizon=2, paths=6, random=np.random.default_rng(0), weights=_only("SeasonalNaive"))
    np.testing.assert_array_equal(drawn[:6], alone)
    assert drawn.shape == (8, 2)


def test_series_is_read_from_its_first_line_on() -> None:
    late = np.array([[0.0] * 20 + [5.0] * 10, [5.0] * 30])
    found = expect_many(late, np.array([20, 0]), season=YEAR, horizon=3)
    # ten months of fives and thirty of them: the level is the same for both
    np.testing.assert_allclose(found[0], 5.0, rtol=1e-6)
    np.testing.assert_allclose(found[3], 5.0, rtol=1e-12)


def test_series_born_in_the_last_period_or_not_at_all_has_its_mean() -> None:
    values = np.array([[0.0, 0.0, 8.0], [0.0, 0.0, 0.0]])
    found = expect_many(values, np.array([2, 3]), season=YEAR, horizon=2)
    np.testing.assert_array_equal(found[:, 0], np.full((5, 2), 8.0))
    np.testing.assert_array_equal(found[:, 1], np.zeros((5, 2)))


def test_order_of_series_changes_no_number() -> None:
    values = np.random.default_rng(2).gamma(2, 50, (7, 40))
    first = np.array([0, 0, 5, 5, 20, 38, 39])
    order = np.array([4, 6, 0, 2, 5, 1, 3])
    found = expect_many(values, first, season=YEAR, horizon=6)
    np.testing.assert_allclose(expect_many(values[order], first[order], season=YEAR, horizon=6), found[:, order], rtol=1e-9)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40) | st.lists(st.floats(0, 1e6), min_size=2, max_size=40),
    st.sampled_from([4, 12]),
)
def test_any_list_gives_finite_paths_and_means_negative_only_where_it_is(values: list[float], season: int) -> None:
    history = np.array(values)
    drawn = mixture(history, season=season, horizon=5, paths=12, random=np.random.default_rng(0))
    found = expect_many(history[None], np.zeros(1, dtype=np.int64), season=season, horizon=5)
    assert (drawn.shape, found.shape) == ((12, 5), (5, 1, 5))
    assert np.isfinite(drawn).all()
    assert np.isfinite(found).all()
    assert history.min() < 0 or min(drawn.min(), found.min()) >= 0
