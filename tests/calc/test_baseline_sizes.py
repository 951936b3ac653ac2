import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.baseline_sizes import LineSizes, steady_sizes


def _orders(seed: int, *, series: int = 8, periods: int = 24, truth: float = 0.0) -> tuple[np.ndarray, LineSizes]:
    """Return the amounts of series whose lines are widely spread about a mean that differs by ``truth`` between series."""
    random = np.random.default_rng(seed)
    lines = random.poisson(6, (series, periods))
    mean = np.exp(truth * random.standard_normal(series))
    values, squares = np.zeros(lines.shape), np.zeros(lines.shape)
    for row, at in np.ndindex(lines.shape):
        each = mean[row] * random.lognormal(3, 1.3, lines[row, at])
        values[row, at], squares[row, at] = each.sum(), (each**2).sum()
    return values, LineSizes(lines=lines.astype(float), squares=squares, alike=np.zeros(series, dtype=np.int64))


def test_average_line_moves_half_way_by_hand() -> None:
    # ten lines each: 200 and 100 where 150 is usual, so 4/3 and 2/3 of it. Squares sum to 7000, which makes a single line's
    # variance 7000 ÷ (20 · 15²) − 1 = 5/9 and that of ten lines' average 1/18: half of the 1/9 seen between the two.
    values = np.array([[120.0, 80.0], [60.0, 40.0]])
    sizes = LineSizes(lines=np.full((2, 2), 5.0), squares=np.array([[2500.0, 2500.0], [1000.0, 1000.0]]), alike=np.zeros(2, dtype=np.int64))
    steady, kept = steady_sizes(values, sizes, season=2)
    np.testing.assert_allclose(steady, [[105.0, 70.0], [75.0, 50.0]], rtol=1e-12)
    assert kept == pytest.approx(0.5, rel=1e-12)


def test_counts_rule_where_sizes_are_pure_chance() -> None:
    off, raw, parts = [], [], []
    for seed in range(5):
        values, sizes = _orders(seed)
        steady, kept = steady_sizes(values, sizes, season=12)
        by_count = sizes.lines.sum(axis=1) / sizes.lines.sum()
        off.append(np.abs(steady.sum(axis=1) / steady.sum() - by_count).sum())
        raw.append(np.abs(values.sum(axis=1) / values.sum() - by_count).sum())
        parts.append(kept)
    assert np.mean(parts) < 0.3
    assert np.mean(off) < 0.5 * np.mean(raw)


def test_true_differences_of_sizes_are_kept() -> None:
    values, sizes = _orders(1, truth=1.0)
    steady, kept = steady_sizes(values, sizes, season=12)
    assert kept > 0.9
    by_count = sizes.lines.sum(axis=1) / sizes.lines.sum() * values.sum()
    moved, different = (np.abs(values.sum(axis=1) - other).sum() for other in (steady.sum(axis=1), by_count))
    assert moved < 0.1 * different


def test_lines_of_another_kind_have_their_own_usual_size() -> None:
    # two products, a hundred times dearer one than the other; each region sells both alike
    values = np.array([[10.0, 10.0], [1000.0, 1000.0], [10.0, 10.0], [1000.0, 1000.0]])
    sizes = LineSizes(lines=np.ones((4, 2)), squares=values**2, alike=np.array([0, 1, 0, 1]))
    steady, _ = steady_sizes(values, sizes, season=2)
    np.testing.assert_allclose(steady, values, rtol=1e-9)


def test_series_with_returns_and_series_without_lines_are_left_alone() -> None:
    values, sizes = _orders(3)
    values[2, 5] = -40.0
    sizes.lines[4] = 0
    steady, _ = steady_sizes(values, sizes, season=12)
    np.testing.assert_array_equal(steady[2], values[2])
    others = [row for row in range(8) if row != 2]
    np.testing.assert_allclose(steady[others].sum(axis=0), values[others].sum(axis=0), rtol=1e-9)


def test_a_single_series_has_nothing_to_lean_on() -> None:
    values, sizes = _orders(0, series=1)
    steady, kept = steady_sizes(values, sizes, season=12)
    np.testing.assert_array_equal(steady, values)
    assert kept == 1.0


@given(st.integers(0, 10_000), st.integers(2, 40), st.floats(0, 1))
def test_sums_of_periods_stay_and_order_of_series_does_not_matter(seed: int, periods: int, truth: float) -> None:
    values, sizes = _orders(seed, series=5, periods=periods, truth=truth)
    order = np.random.default_rng(seed).permutation(5)
    steady, kept = steady_sizes(values, sizes, season=12)
    assert 0 <= kept <= 1
    assert (steady >= 0).all()
    np.testing.assert_allclose(steady.sum(axis=0), values.sum(axis=0), rtol=1e-9, atol=1e-9)
    moved = LineSizes(lines=sizes.lines[order], squares=sizes.squares[order], alike=sizes.alike[order])
    np.testing.assert_allclose(steady_sizes(values[order], moved, season=12)[0], steady[order], rtol=1e-9, atol=1e-9)
