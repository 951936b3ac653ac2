import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.baseline_models import (
    damped_seasonal,
    damped_seasonal_paths,
    prepare,
    seasonal_index,
    smoothing_paths,
    theta_paths,
    trend_line,
)

YEAR = 12
SHAPE = np.array([0.6, 0.7, 1.1, 0.9, 1.0, 1.3, 0.8, 0.9, 1.2, 1.0, 1.1, 1.4])


def test_damped_seasonal_is_last_year_and_half_the_growth() -> None:
    # by hand: 120 / 100 - 1 = 20 % growth, half of it is 10 %; the second year grows again
    history = np.array([10.0, 20.0, 30.0, 40.0, 12.0, 24.0, 36.0, 48.0])
    expected = [13.2, 26.4, 39.6, 52.8, 14.52, 29.04, 43.56, 58.08]
    np.testing.assert_allclose(damped_seasonal(history, season=4, horizon=8), expected, rtol=1e-12)


def test_damped_seasonal_of_less_than_a_year_is_flat() -> None:
    np.testing.assert_allclose(damped_seasonal(np.array([1.0, 2.0, 6.0]), season=12, horizon=2), [3.0, 3.0], rtol=1e-12)


def test_trend_line_follows_a_straight_line_and_ignores_a_season() -> None:
    line = np.linspace(100.0, 194.0, 48)
    np.testing.assert_allclose(trend_line(line, YEAR), line, rtol=1e-12)
    season = np.tile(SHAPE - SHAPE.mean(), 4)
    np.testing.assert_allclose(trend_line(line + 10 * season, YEAR)[6:-6], line[6:-6], rtol=1e-12)


def test_seasonal_index_recovers_a_planted_shape() -> None:
    noise = np.random.default_rng(3).normal(1, 0.05, 60)
    found = seasonal_index(100 * np.tile(SHAPE / SHAPE.mean(), 5) * noise, YEAR, ratio=True)
    np.testing.assert_allclose(found, SHAPE / SHAPE.mean(), atol=0.08)
    assert found.mean() == pytest.approx(1.0, abs=1e-12)


def test_seasonal_index_of_pure_noise_is_shrunk_towards_none() -> None:
    spreads, raw = [], []
    for seed in range(40):
        values = np.random.default_rng(seed).gamma(4, 25, 36)
        spreads.append(seasonal_index(values, YEAR, ratio=True).std())
        raw.append((values.reshape(3, YEAR).mean(axis=0) / values.mean()).std())
    assert np.mean(spreads) < 0.5 * np.mean(raw)


@pytest.mark.parametrize("draw", [smoothing_paths, theta_paths])
def test_model_recovers_a_planted_trend_and_season(draw: object) -> None:
    # growth of 10 a year on 100 a month; damping may lose some of the trend, not more than 4 % of a year
    at = np.arange(72)
    truth = (100 + 10 / 12 * at) * np.tile(SHAPE / SHAPE.mean(), 6)
    noise = np.random.default_rng(5).normal(1, 0.02, 60)
    known = prepare(truth[:60] * noise, YEAR)
    paths = draw(known, horizon=12, paths=400, random=np.random.default_rng(1))  # type: ignore[operator]
    assert paths.sum(axis=1).mean() == pytest.approx(truth[60:].sum(), rel=0.04)
    np.testing.assert_allclose(paths.mean(axis=0), truth[60:], rtol=0.10)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40), st.sampled_from([4, 12]))
def test_every_model_gives_finite_paths_of_the_asked_shape(values: list[float], season: int) -> None:
    known = prepare(np.array(values), season)
    random = np.random.default_rng(0)
    drawn = [
        smoothing_paths(known, horizon=5, paths=6, random=random),
        theta_paths(known, horizon=5, paths=6, random=random),
        damped_seasonal_paths(known, horizon=5, paths=6, prior=0.1, random=random),
    ]
    assert [paths.shape for paths in drawn] == [(6, 5)] * 3
    assert all(np.isfinite(paths).all() for paths in drawn)
