"""Whole units meet every group of two nested families, each cell within one unit."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.families import Groups
from yunchou.calc.rounding import round_nested, round_parts


def raked(shape: tuple[int, int], seed: int, zeros: float, largest: int) -> tuple[np.ndarray, np.ndarray]:
    """Return whole cells, and real ones with the same sums of rows and columns (to 1e-9) and the same zeros."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(0, largest, shape)
    whole[rng.random(shape) < zeros] = 0
    # convex mixtures of a table with its own permutations along cycles keep both margins exactly
    real = whole.astype(float)
    for _ in range(4 * whole.size):
        rows, columns = rng.integers(0, shape[0], 2), rng.integers(0, shape[1], 2)
        if rows[0] == rows[1] or columns[0] == columns[1]:
            continue
        corner = [(rows[0], columns[0]), (rows[1], columns[1])]
        other = [(rows[0], columns[1]), (rows[1], columns[0])]
        if any(whole[cell] == 0 for cell in corner + other):
            continue
        step = rng.random() * min(real[cell] for cell in corner)
        for cell in corner:
            real[cell] -= step
        for cell in other:
            real[cell] += step
    return whole, np.maximum(real, 0)


tables = st.tuples(
    st.tuples(st.integers(1, 5), st.integers(1, 6)), st.integers(0, 10**6), st.sampled_from([0.0, 0.5]), st.sampled_from([2, 9, 10**6])
)


@settings(deadline=None, max_examples=150)
@given(tables)
def test_two_crossing_families_are_met_exactly_and_no_cell_moves_a_unit(table: tuple[tuple[int, int], int, float, int]) -> None:
    whole, real = raked(*table)
    rows, columns = np.indices(whole.shape)
    answer = round_nested(
        real.ravel(),
        [Groups.exactly(rows.ravel(), whole.sum(axis=1))],
        [Groups.exactly(columns.ravel(), whole.sum(axis=0))],
    ).reshape(whole.shape)
    assert answer.sum(axis=1).tolist() == whole.sum(axis=1).tolist()
    assert answer.sum(axis=0).tolist() == whole.sum(axis=0).tolist()
    assert np.abs(answer - real).max() < 1
    assert not answer[real == 0].any()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from([2, 9, 10**6]))
def test_product_by_region_and_month_meets_tiers_pairs_and_months(seed: int, largest: int) -> None:
    shape = (2, 3, 4)
    whole, real = raked((6, 4), seed, 0.2, largest)
    product, region, month = (axis.ravel() for axis in np.indices(shape))
    cube = whole.reshape(shape)
    answer = round_nested(
        real.ravel(),
        [Groups.exactly(product, cube.sum(axis=(1, 2))), Groups.exactly(product * 3 + region, whole.sum(axis=1))],
        [Groups.exactly(month, whole.sum(axis=0))],
    ).reshape(shape)
    assert answer.sum(axis=2).tolist() == cube.sum(axis=2).tolist()
    assert answer.sum(axis=(0, 1)).tolist() == cube.sum(axis=(0, 1)).tolist()
    assert np.abs(answer - real.reshape(shape)).max() < 1


def test_one_family_is_largest_remainder_from_the_top_down() -> None:
    # 10 over two regions of three cells each: 5 to each region, then 5 over thirds: 2, 2, 1
    region = np.array([0, 0, 0, 1, 1, 1])
    cells = np.full(6, 10 / 6)
    answer = round_nested(cells, [Groups.exactly(np.zeros(6, int), [10]), Groups.exactly(region, [5, 5])])
    assert answer.tolist() == [2, 2, 1, 2, 2, 1]


def test_bounded_groups_are_kept_within_their_bounds_in_both_families() -> None:
    # rows are only bounded: 3.5 may become 3 or 4, and the second row must stay at or below 3
    real = np.array([1.2, 2.3, 0.8, 1.7, 0.6, 0.4])
    rows, columns = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
    bounded = Groups(rows, np.array([0, 0, 0]), np.array([9, 2, 9]))
    total = Groups.exactly(np.zeros(6, int), [7])
    for second in ([], [total, Groups(columns, np.array([2, 4]), np.array([3, 5]))]):
        answer = round_nested(real, [total, bounded], second)
        assert answer.sum() == 7
        assert answer[2:4].sum() <= 2 + 1  # the values themselves sum to 2.5 there: the nearest whole sums are 2 and 3
        assert np.abs(answer - real).max() <= 1


def test_rounding_equals_brute_force_on_every_small_table() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        whole = rng.integers(0, 3, (2, 3))
        real = np.outer(whole.sum(axis=1), whole.sum(axis=0)) / max(whole.sum(), 1)
        answers = {
            cells
            for cells in itertools.product(*[(int(np.floor(x)), int(np.ceil(x))) for x in real.ravel()])
            if np.array_equal(np.reshape(cells, (2, 3)).sum(axis=1), whole.sum(axis=1))
            and np.array_equal(np.reshape(cells, (2, 3)).sum(axis=0), whole.sum(axis=0))
        }
        rows, columns = np.indices((2, 3))
        found = round_nested(
            real.ravel(), [Groups.exactly(rows.ravel(), whole.sum(axis=1))], [Groups.exactly(columns.ravel(), whole.sum(axis=0))]
        )
        assert tuple(found.tolist()) in answers


def test_whole_values_stay_as_they_are() -> None:
    whole = np.random.default_rng(2).integers(0, 50, (7, 9))
    rows, columns = np.indices(whole.shape)
    families = [Groups.exactly(rows.ravel(), whole.sum(axis=1))], [Groups.exactly(columns.ravel(), whole.sum(axis=0))]
    noise = np.random.default_rng(3).uniform(-1e-9, 1e-9, whole.shape)
    assert round_nested(np.maximum(whole + noise, 0).ravel(), *families).tolist() == whole.ravel().tolist()


def test_large_amounts_are_met_although_floating_point_loses_units() -> None:
    total = 9 * 10**15
    values = np.full(7, total / 7)
    answer = round_nested(values, [Groups.exactly(np.zeros(7, int), [total])])
    assert sum(answer.tolist()) == total
    assert max(answer.tolist()) - min(answer.tolist()) <= 2


def test_a_million_halves_are_all_settled() -> None:
    whole = np.random.default_rng(4).integers(1, 2000, (1000, 1000))
    rows, columns = np.indices(whole.shape)
    real = whole.astype(float)
    for row, column, half in [(0, 0, 0.5), (1, 1, 0.5), (0, 1, -0.5), (1, 0, -0.5)]:
        real[row::2, column::2] += half
    first, second = whole.sum(axis=1), whole.sum(axis=0)
    answer = round_nested(real.ravel(), [Groups.exactly(rows.ravel(), first)], [Groups.exactly(columns.ravel(), second)])
    assert answer.reshape(whole.shape).sum(axis=1).tolist() == first.tolist()
    assert answer.reshape(whole.shape).sum(axis=0).tolist() == second.tolist()
    assert np.abs(answer - real.ravel()).max() == 0.5  # tolerance 0: halves are exact in floating point


@pytest.mark.parametrize(
    ("values", "family", "says"),
    [
        ([1.0, -1.0], [Groups.exactly([0, 0], [0])], "finite number >= 0"),
        ([1.0, np.nan], [Groups.exactly([0, 0], [1])], "finite number >= 0"),
        ([1.0, 1.0], [Groups.exactly([0, 0, 0], [1])], "group number a cell"),
        ([1.0, 1.0], [Groups.exactly([0, 1], [1, 1]), Groups.exactly([0, 0], [2])], "wholly inside"),
        ([1.0, 1.0], [Groups.exactly([0, 0], [90])], "do not sum to its total"),
        ([0.0, 0.0], [Groups.exactly([0, 0], [1])], "do not sum to its total"),
    ],
)
def test_rounding_refuses_what_does_not_fit(values: list[float], family: list[Groups], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        round_nested(np.array(values), family)


def test_two_families_of_different_totals_are_refused() -> None:
    rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    with pytest.raises(ValueError, match="both families"):
        round_nested(np.ones(4), [Groups.exactly(rows, [2, 2])], [Groups.exactly(columns, [2, 30])])


def test_parts_give_nothing_to_cells_of_value_zero() -> None:
    assert round_parts(np.array([0.0, 0.5, 0.5]), np.zeros(3, int), np.array([1])).tolist() == [0, 1, 0]
