import numpy as np

from tests.calc.sample_histories import SHAPE
from yunchou.calc.usual_sales import usual, usual_level


def test_usual_level_is_the_median_about_a_period_and_ignores_silence() -> None:
    # by hand: half a season is 2, so five periods; silent ones do not count
    values = np.array([4.0, 2.0, 0.0, 6.0, 8.0, 100.0])
    np.testing.assert_allclose(usual_level(values, 4), [3.0, 4.0, 5.0, 7.0, 8.0, 8.0], rtol=1e-12)


def test_usual_level_of_silence_is_zero_and_across_a_long_gap_a_line() -> None:
    np.testing.assert_array_equal(usual_level(np.zeros(5), 4), np.zeros(5))
    gap = np.concatenate([np.full(4, 10.0), np.zeros(9), np.full(4, 20.0)])
    np.testing.assert_allclose(usual_level(gap, 4)[8], 15.0, rtol=1e-12)


def test_usual_repeats_a_season_exactly() -> None:
    values = 100 * np.tile(SHAPE, 4)
    np.testing.assert_allclose(usual(values, 12)[12:36], values[12:36], rtol=1e-12)


def test_usual_is_not_moved_by_the_period_itself() -> None:
    values = 100 * np.tile(SHAPE, 4)
    wild = values.copy()
    wild[20] *= 1000
    np.testing.assert_allclose(usual(wild, 12)[20], values[20], rtol=0.1)
