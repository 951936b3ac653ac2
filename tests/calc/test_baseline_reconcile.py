import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc import baseline_reconcile
from yunchou.calc.baseline_grid import group_sums
from yunchou.calc.baseline_reconcile import LevelForecast, error_variance, reconcile


def _level(mean: np.ndarray, variance: np.ndarray, index: np.ndarray | None = None) -> LevelForecast:
    return LevelForecast(index=np.arange(len(mean)) if index is None else index, mean=mean, variance=variance)


def _random(seed: int, series: int, horizon: int = 3) -> tuple[np.ndarray, list[LevelForecast]]:
    """Return a total, and levels of three regions, of products and of the series, that contradict each other."""
    random = np.random.default_rng(seed)
    levels = []
    for index in (np.arange(series) % 3, np.arange(series) // 3, np.arange(series)):
        groups = int(index.max()) + 1
        size = np.bincount(index)[:, None]
        levels.append(_level(size * random.gamma(3, 1, (groups, horizon)), (size[:, 0] * random.gamma(2, 1, groups)), index))
    return series * random.gamma(9, 1 / 3, horizon), levels


def test_a_gap_is_carried_in_proportion_to_the_error_s_variance_by_hand() -> None:
    # 4 and 4 make 8 of 10; the second is three times as uncertain and takes three quarters of the gap
    bottom = reconcile(np.array([10.0]), [_level(np.array([[4.0], [4.0]]), np.array([1.0, 3.0]))], np.ones(2, dtype=np.bool_))
    np.testing.assert_allclose(bottom, [[4.5], [5.5]], rtol=1e-12)


def test_a_region_of_everything_cannot_contradict_the_total() -> None:
    # the series say 3 + 7 and so does the total; a region of both says 12, which no division of 10 can follow
    region = _level(np.array([[12.0]]), np.array([2.0]), np.zeros(2, dtype=np.int64))
    series = _level(np.array([[3.0], [7.0]]), np.ones(2))
    np.testing.assert_allclose(reconcile(np.array([10.0]), [region, series], np.ones(2, dtype=np.bool_)), [[3.0], [7.0]], rtol=1e-12)


def test_regions_pull_their_series_by_hand() -> None:
    # region A of the first two says 6 where its series say 4, B of the third says 4 as does its series; total 10.
    # least of (a+b−6)² + (c−4)² + (a−2)² + (b−2)² + (c−4)² where a+b+c = 10, all variances 1: a = b by symmetry, and
    # (2a−6) + (a−2) = 2(c−4) with c = 10 − 2a, so 7a = 20
    regions = _level(np.array([[6.0], [4.0]]), np.ones(2), np.array([0, 0, 1]))
    series = _level(np.array([[2.0], [2.0], [4.0]]), np.ones(3))
    found = reconcile(np.array([10.0]), [regions, series], np.ones(3, dtype=np.bool_))
    np.testing.assert_allclose(found, [[20 / 7], [20 / 7], [30 / 7]], rtol=1e-12)


def test_coherent_forecasts_stay_what_they_are() -> None:
    _, levels = _random(0, 12)
    mean = levels[-1].mean
    coherent = [_level(group_sums(mean, one.index, len(one.mean)), one.variance, one.index) for one in levels]
    np.testing.assert_allclose(reconcile(mean.sum(axis=0), coherent, np.ones(12, dtype=np.bool_)), mean, rtol=1e-9)


@pytest.mark.parametrize("series", [7, 150])
def test_conjugate_gradients_agree_with_the_direct_solution(series: int, monkeypatch: pytest.MonkeyPatch) -> None:
    total, levels = _random(1, series)
    positive = np.zeros(series, dtype=np.bool_)
    direct = reconcile(total, levels, positive)
    monkeypatch.setattr(baseline_reconcile, "DENSE", 0)
    np.testing.assert_allclose(reconcile(total, levels, positive), direct, atol=1e-5 * np.abs(direct).max())


@given(st.integers(0, 10_000), st.integers(2, 30), st.floats(0, 1))
def test_total_is_met_and_positive_series_are_never_negative(seed: int, series: int, signed: float) -> None:
    total, levels = _random(seed, series)
    positive = np.random.default_rng(seed).random(series) >= signed
    bottom = reconcile(total * 0.1, levels, positive)
    assert (bottom[positive] >= 0).all()
    if positive.all():
        np.testing.assert_allclose(bottom.sum(axis=0), total * 0.1, rtol=1e-9)


def test_unit_of_the_values_only_scales_the_result() -> None:
    total, levels = _random(4, 9)
    scaled = [_level(1e9 * one.mean, 1e18 * one.variance, one.index) for one in levels]
    positive = np.ones(9, dtype=np.bool_)
    np.testing.assert_allclose(reconcile(1e9 * total, scaled, positive) / 1e9, reconcile(total, levels, positive), rtol=1e-9)


def test_error_variance_by_hand() -> None:
    # sizes 4 and 1, to the power 1.5: 8 and 1. Only the first was seen, off by 4: the level's usual is 16 ÷ 8 = 2 a unit.
    # own (16 + 3 · 16) ÷ 4, and all of the usual for the group without a past
    found = error_variance(np.array([[4.0], [1.0]]), np.array([[4.0, np.nan]]))
    np.testing.assert_allclose(found, [16.0, 2.0], rtol=1e-12)


def test_error_variance_without_a_past_goes_with_the_size() -> None:
    np.testing.assert_allclose(error_variance(np.array([[4.0], [1.0]]), np.zeros((0, 2))), [8.0, 1.0], rtol=1e-12)


def test_errors_that_were_nothing_give_a_variance_that_can_be_divided_by() -> None:
    assert (error_variance(np.array([[4.0], [1.0]]), np.zeros((3, 2))) > 0).all()
