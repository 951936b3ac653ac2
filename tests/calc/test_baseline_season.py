import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.baseline_season import past_growth, prepare, seasonal_index, slopes, trend_line

YEAR = 12
SHAPE = np.array([0.6, 0.7, 1.1, 0.9, 1.0, 1.3, 0.8, 0.9, 1.2, 1.0, 1.1, 1.4])
BY_RATIO = np.array([True])


def test_trend_line_follows_a_straight_line_and_ignores_a_season() -> None:
    line = np.linspace(100.0, 194.0, 48)[None]
    np.testing.assert_allclose(trend_line(line, YEAR), line, rtol=1e-12)
    season = np.tile(SHAPE - SHAPE.mean(), 4)
    np.testing.assert_allclose(trend_line(line + 10 * season, YEAR)[:, 6:-6], line[:, 6:-6], rtol=1e-12)


def test_trend_line_of_less_than_a_season_and_two_periods_is_flat() -> None:
    np.testing.assert_array_equal(trend_line(np.array([[1.0, 2.0, 6.0]]), 4), [[3.0, 3.0, 3.0]])


def test_seasonal_index_recovers_a_planted_shape() -> None:
    noise = np.random.default_rng(3).normal(1, 0.05, 60)
    found = seasonal_index(100 * np.tile(SHAPE / SHAPE.mean(), 5)[None] * noise, YEAR, BY_RATIO)
    np.testing.assert_allclose(found, SHAPE[None] / SHAPE.mean(), atol=0.08)
    assert found.mean() == pytest.approx(1.0, abs=1e-12)


def test_seasonal_differences_recover_a_planted_shape_about_zero() -> None:
    planted = 100 * (SHAPE - SHAPE.mean())
    found = seasonal_index(np.tile(planted, 5)[None] - 20, YEAR, ~BY_RATIO)
    np.testing.assert_allclose(found, planted[None], atol=1e-9)


def test_seasonal_index_of_pure_noise_is_shrunk_towards_none() -> None:
    values = np.random.default_rng(0).gamma(4, 25, (40, 36))
    raw = values.reshape(40, 3, YEAR).mean(axis=1) / values.mean(axis=1, keepdims=True)
    assert seasonal_index(values, YEAR, np.ones(40, dtype=np.bool_)).std(axis=1).mean() < 0.5 * raw.std(axis=1).mean()


def test_one_season_alone_keeps_half_of_its_shape_and_less_keeps_none() -> None:
    # by hand: a flat trend of 100 under 50, 150, 100, 100; half of -50 % and +50 % is left
    year = np.array([[50.0, 150.0, 100.0, 100.0]])
    np.testing.assert_allclose(seasonal_index(year, 4, BY_RATIO), [[0.75, 1.25, 1.0, 1.0]], rtol=1e-12)
    np.testing.assert_array_equal(seasonal_index(year[:, :3], 4, BY_RATIO), [[1.0, 1.0, 1.0, 1.0]])


def test_season_of_returned_or_mostly_silent_series_is_a_difference() -> None:
    values = np.array([np.full(24, 5.0), np.where(np.arange(24) == 3, -1.0, 5.0), np.where(np.arange(24) % 2 == 0, 5.0, 0.0)])
    assert prepare(values, YEAR).ratio.tolist() == [True, False, False]


def test_season_comes_back_at_the_place_of_the_year_it_was_taken_from() -> None:
    # 50 months: the first month ahead is the third of the year
    known = prepare(100 * np.resize(SHAPE / SHAPE.mean(), 50)[None], YEAR)
    np.testing.assert_allclose(known.with_season(np.full((1, 3), 100.0))[0], 100 * SHAPE[2:5] / SHAPE.mean(), rtol=1e-6)
    np.testing.assert_allclose(known.with_season(known.flat[:, -2:])[0, 0], known.flat[0, -2] * known.index[0, 2], rtol=1e-12)


def test_a_slope_is_trusted_from_half_a_year_on_and_wholly_from_one_and_a_half() -> None:
    assert [prepare(np.ones((1, length)), YEAR).trust for length in (6, 12, 18, 40)] == [0.0, 0.5, 1.0, 1.0]


def test_slopes_by_hand() -> None:
    # 1, 2, 4 about their middle: (−1·1 + 0·2 + 1·4) ÷ (1 + 0 + 1)
    np.testing.assert_allclose(slopes(np.array([[1.0, 2.0, 4.0], [5.0, 5.0, 5.0]])), [1.5, 0.0], atol=1e-12)
    np.testing.assert_array_equal(slopes(np.array([[1.0, 9.0]])), [0.0])


@pytest.mark.parametrize(
    ("values", "growth"),
    [
        ([10.0, 20.0, 30.0, 40.0, 12.0, 24.0, 36.0, 48.0], 0.2),
        # half a year compared: half of its 20 %
        ([10.0, 20.0, 30.0, 40.0, 12.0, 24.0], 0.1),
        ([10.0, 20.0, 30.0, 40.0], 0.0),
        ([1.0, 1.0, 1.0, 1.0, 90.0, 90.0, 90.0, 90.0], 1.5),
        ([9.0, 9.0, 9.0, 9.0, 0.0, 0.0, 0.0, 0.0], -0.9),
        ([0.0, 0.0, 0.0, 0.0, 7.0, 7.0, 7.0, 7.0], 0.0),
    ],
)
def test_past_growth_is_that_of_what_can_be_compared_within_bounds(values: list[float], growth: float) -> None:
    np.testing.assert_allclose(past_growth(np.array([values]), 4), [growth], atol=1e-12)


@given(st.integers(0, 10_000), st.integers(2, 40), st.sampled_from([4, 12]))
def test_every_row_is_prepared_as_if_it_were_alone_and_put_together_again(seed: int, length: int, season: int) -> None:
    random = np.random.default_rng(seed)
    values = random.gamma(0.6, 100, (4, length)) * (random.random((4, length)) < 0.7) * np.array([1, 1, 1, -1])[:, None]
    known = prepare(values, season)
    assert np.isfinite(known.flat).all()
    for row in range(4):
        np.testing.assert_allclose(known.flat[row], prepare(values[row : row + 1], season).flat[0], rtol=1e-9, atol=1e-9)
    each = known.index[:, np.arange(length) % season]
    np.testing.assert_allclose(np.where(known.ratio[:, None], known.flat * each, known.flat + each), values, atol=1e-9)
