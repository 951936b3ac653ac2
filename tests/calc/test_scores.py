import numpy as np
import pytest

from yunchou.calc.baseline_top import crps
from yunchou.calc.scores import MEASURES, STATED, Tally, crps_of, seasonal_scale

# one series, two periods, two paths: means 2 and 4, sums 4 and 8; then came 3 and 2
PATHS = np.array([[[1.0, 3.0], [3.0, 5.0]]])
ACTUAL = np.array([[3.0, 2.0]])
SCALE = np.array([[2.0, 2.5]])


def test_every_measure_is_as_by_hand() -> None:
    tally = Tally()
    tally.add(PATHS, ACTUAL, SCALE)
    assert tally.values() == pytest.approx(
        {
            "wmape": (1 + 2) / 5,
            "mase": (1 + 2) / 2 / 2,
            "rmsse": np.sqrt((1 + 4) / 2) / 2.5,
            "bias": (6 - 5) / 5,
            # {1, 3} at 3: mean distance 1 less half the mean difference ½; {3, 5} at 2: 2 − ½
            "crps": (0.5 + 1.5) / 5,
            # 3 lies above 1.2 … 2.8, 2 below 3.2 … 4.8
            "cover80": 0,
            "total_ape": 1 / 5,
            "total_mean_ape": 1 / 5,
            # {4, 8} at 5: 2 − 1
            "total_crps": 1 / 5,
            # 4.4 … 7.6 holds 5
            "total_cover80": 1,
        },
        abs=1e-12,
    )
    assert tuple(tally.values()) == MEASURES
    # the quantile stated p of {4, 8} is 4 + 4p: 5 is at or below it from p = 0.25 on
    np.testing.assert_array_equal(tally.happened(), [float(stated >= 0.25) for stated in STATED])


def test_series_weigh_by_size_in_relative_measures_and_alike_in_scaled_ones() -> None:
    tally = Tally()
    tally.add(PATHS, ACTUAL, SCALE)
    # ten times as large: errors 10 and 20 of 50, a scale of 40, so that its MASE is 15 ÷ 40; its sum is missed by 10 of 50
    tally.add(10 * PATHS, 10 * ACTUAL, np.array([[40.0, 50.0]]))
    # foretold with certainty, without a scale
    tally.add(np.full((1, 2, 2), 45.0), np.array([[45.0, 0.0]]), np.full((1, 2), np.nan))
    values = tally.values()
    assert values["wmape"] == pytest.approx((3 + 30 + 45) / (5 + 50 + 45), abs=1e-12)
    assert values["mase"] == pytest.approx((0.75 + 15 / 40) / 2, abs=1e-12)
    assert values["total_ape"] == pytest.approx((1 + 10 + 45) / 100, abs=1e-12)
    assert values["total_mean_ape"] == pytest.approx((0.2 + 0.2 + 1) / 3, abs=1e-12)
    assert values["total_cover80"] == pytest.approx(2 / 3, abs=1e-12)
    assert tally.totals == 3


def test_nothing_sold_and_nothing_to_scale_by_leave_a_measure_open() -> None:
    tally = Tally()
    tally.add(np.zeros((1, 2, 2)), np.zeros((1, 2)), np.full((1, 2), np.nan))
    open_ones = {"wmape", "mase", "rmsse", "bias", "crps", "total_ape", "total_mean_ape", "total_crps"}
    assert {name for name, value in tally.values().items() if value is None} == open_ones


def test_scale_starts_with_the_first_sale() -> None:
    # 1, 2, 3, 5 in seasons of two: changes 2 and 3
    assert seasonal_scale(np.array([0.0, 0, 1, 2, 3, 5]), 2) == pytest.approx((2.5, np.sqrt(6.5)), abs=1e-12)


@pytest.mark.parametrize("values", [[0.0, 0, 0, 0], [1.0, 2], [3.0, 3, 3, 3], [0.0, 0, 1, 2]])
def test_scale_is_open_without_a_change_over_a_season(values: list[float]) -> None:
    assert np.isnan(seasonal_scale(np.array(values), 2)).all()


def test_crps_of_many_is_that_of_each() -> None:
    random = np.random.default_rng(1)
    paths, actual = random.normal(size=(5, 3, 40)), random.normal(size=(5, 3))
    expected = [[crps(paths[row, at], actual[row, at]) for at in range(3)] for row in range(5)]
    np.testing.assert_allclose(crps_of(paths, actual), expected, rtol=1e-12, atol=1e-12)
