import numpy as np
import polars as pl
import pytest

from tests.calc.sample_histories import month
from yunchou.calc.baseline import forecast
from yunchou.calc.periods import step
from yunchou.calc.wild_history import bound, wild_warnings

# quarters that differ by four orders of magnitude: the mean of their unbounded futures was 5.7 times the best year
WILD = np.exp(np.random.default_rng(3).normal(0, 2, 12)) * 1000


def test_future_beyond_five_times_the_best_year_is_held_to_it() -> None:
    history = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])  # the best four: 26
    total = np.array([[10.0, 20, 30, 40], [65.0, 65, 65, 65], [30.0, 30, 35, 35]])
    factor = bound(history, total, season=4)
    assert factor == pytest.approx(np.array([1, 0.5, 1]), rel=1e-12)


def test_bound_scales_a_short_history_up_and_lets_more_years_grow_more() -> None:
    short = bound(np.array([10.0, 10.0]), np.full((1, 4), 60.0), season=4)
    assert short == pytest.approx(np.array([200 / 240]), rel=1e-12)
    # two years ahead: the best eight, 80, times 25
    assert bound(np.full(8, 10.0), np.full((2, 8), 249.0), season=4) is None
    assert bound(np.full(8, 10.0), np.full((2, 8), 500.0), season=4) == pytest.approx(np.array([0.5, 0.5]), rel=1e-12)


@pytest.mark.parametrize("history", [np.zeros(8), np.full(8, -5.0)], ids=["all zeros", "returns only"])
def test_history_without_sales_bounds_nothing(history: np.ndarray) -> None:
    assert bound(history, np.full((3, 4), 7.0), season=4) is None


def test_wild_warning_names_the_interval_and_what_was_held() -> None:
    total = np.linspace(1, 999, 999)[:, None] ** 3
    told = wild_warnings(total, np.r_[np.full(999 - 100, 1.0), np.full(100, 0.5)])
    assert len(told) == 1
    assert told[0].zh.startswith("历史起伏太大，预测没有用处：预测期合计的八成区间从 1,0")
    assert "相差 7" in told[0].zh
    assert "有 10.0% 的可能" in told[0].zh
    assert wild_warnings(np.linspace(50, 150, 99)[:, None], None) == ()
    assert wild_warnings(np.zeros((50, 4)), None) == ()


def test_wild_quarters_are_bounded_alike_on_every_level_and_said_to_be_of_no_use() -> None:
    half = np.stack([WILD * 0.3, WILD * 0.7])
    history = pl.DataFrame(
        {
            "region": np.repeat(["N", "S"], 12),
            "period": [step(month(0), at, "Q") for at in range(12)] * 2,
            "value": half.ravel(),
        }
    )
    made = forecast(history, keys=["region"], horizon=4, freq="Q", paths=400)
    best = max(WILD[at : at + 4].sum() for at in range(9))
    assert made.total_paths.sum(axis=1).max() <= 5 * best * (1 + 1e-12)
    assert made.total_paths.sum(axis=1).mean() < 2 * best
    np.testing.assert_allclose(made.bottom_paths().sum(axis=1), made.total_paths, rtol=1e-9)
    [(_, paths)] = made.level_paths(["region"])
    np.testing.assert_allclose(paths.sum(axis=0), made.total_paths, rtol=1e-9)
    assert made.warnings[0].en.startswith("the history is too wild for a forecast")
    assert made.method["bounded"] == pytest.approx(float((made.factor < 1).mean()), abs=1e-4)  # type: ignore[operator]
