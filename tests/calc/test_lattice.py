"""Whole numbers near real ones that meet the same sums, where no flow can find them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.cascade import Bound, Lock, Margin, cascade
from yunchou.calc.lattice import NoWholeAnswer, nearest_whole

OPEN = np.inf


def unhurried() -> float:
    return 60.0


def limits(cells: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(cells), np.full(cells, OPEN)


def test_three_halves_cannot_be_made_whole_and_that_is_proven() -> None:
    # pairs of three cells that sum to 1 each: only one half each does it
    matrix = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    with pytest.raises(NoWholeAnswer):
        nearest_whole(matrix, np.ones(3, dtype=np.int64), np.full(3, 0.5), limits(3), unhurried)


def test_sums_that_follow_from_one_another_and_are_wrong_are_told_too() -> None:
    matrix = np.array([[1, 1], [1, 1]])
    with pytest.raises(NoWholeAnswer):
        nearest_whole(matrix, np.array([3, 4]), np.array([1.5, 1.5]), limits(2), unhurried)


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 7))
def test_every_sum_is_met_and_no_cell_goes_far(seed: int, sums: int, cells: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 2, (sums, cells))
    known = rng.integers(0, 50, cells)
    # real values with the same sums, up to a unit from the known whole ones
    null = np.linalg.svd(matrix.astype(float))[2][np.linalg.matrix_rank(matrix) :]
    real = known + (rng.uniform(-1, 1, len(null)) @ null if len(null) else 0)
    found = nearest_whole(matrix, matrix @ known, real, (np.full(cells, -OPEN), np.full(cells, OPEN)), unhurried)
    assert found is not None
    assert np.array_equal(matrix @ found, matrix @ known)
    assert ((found - real) ** 2).sum() <= 4 * ((known - real) ** 2).sum() + cells


def test_limits_are_kept_or_nothing_is_returned() -> None:
    matrix = np.array([[1, 1]])
    assert nearest_whole(matrix, np.array([3]), np.array([1.5, 1.5]), (np.zeros(2), np.ones(2)), unhurried) is None
    found = nearest_whole(matrix, np.array([3]), np.array([1.5, 1.5]), (np.zeros(2), np.array([1.0, 9.0])), unhurried)
    assert found is not None
    assert found.tolist() == [1, 2]


# 26 and 32 are left further away where the nearest plane is looked for only once
@pytest.mark.parametrize("seed", [0, 3, 26, 32])
def test_all_two_way_margins_over_many_zeros_with_locks_and_bounds_are_met_within_two_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (5, 7, 3, 12)
    known = rng.integers(0, 1000, shape)
    known[rng.random(shape) < 0.8] = 0
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqrs", shape, strict=True)}
    margins = [
        Margin(by, known.sum(axis=tuple(axis for axis, name in enumerate("pqrs") if name not in by)))
        for by in itertools.combinations("pqrs", 2)
    ]
    locks = [Lock({"p": "p1", "q": "q2", "r": "r0"}, int(known[1, 2, 0].sum()))]
    bounds = [Bound({"q": "q3", "r": "r1", "s": "s2"}, 0, int(known[:, 3, 1, 2].sum()) + 2)]
    answer = cascade(dimensions, (known > 0) * rng.uniform(0.1, 2, shape), margins=margins, locks=locks, bounds=bounds)
    for margin in margins:
        others = tuple(axis for axis, name in enumerate("pqrs") if name not in margin.by)
        assert np.array_equal(answer.amounts_minor.sum(axis=others), margin.values_minor)
    assert answer.amounts_minor[1, 2, 0].sum() == locks[0].value_minor
    assert answer.amounts_minor[:, 3, 1, 2].sum() <= bounds[0].most_minor
    assert not answer.amounts_minor[known == 0].any()
    assert answer.largest_rounding <= 2
