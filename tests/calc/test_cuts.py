"""Cells that two families leave at 0 are told from full cuts, exactly those a linear programme finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.cascade import Lock, Margin, cascade
from yunchou.calc.constraints import Problem, state_problem
from yunchou.calc.cuts import full_cuts
from yunchou.calc.families import Groups
from yunchou.calc.forced import forced_to_zero


def blocks(size: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return amounts in blocks along the diagonal, and weights that are positive above the blocks too."""
    rng = np.random.default_rng(seed)
    row, column = (np.sort(rng.integers(0, count, size)) for _ in range(2))
    known = np.where(row[:, None] == column, rng.integers(0, 1000, (size, size)), 0)
    return known, np.where(row[:, None] > column, 0, rng.uniform(0.1, 2, (size, size)))


def ask(known: np.ndarray, weights: np.ndarray, locks: list[Lock] | None = None) -> Problem:
    names = [str(number) for number in range(len(known))]
    margins = [Margin(("a",), known.sum(axis=1)), Margin(("b",), known.sum(axis=0))]
    return state_problem({"a": names, "b": names}, weights, total_minor=None, margins=margins, locks=locks or [], bounds=[], unit_minor=1)


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 7), st.integers(1, 4), st.integers(0, 10**6))
def test_what_a_full_cut_leaves_at_zero_is_zero_in_every_answer(size: int, count: int, seed: int) -> None:
    known, weights = blocks(size, count, seed)
    problem = ask(known, weights)
    rows, columns = np.indices(known.shape)
    families = [[Groups.exactly(rows.ravel(), known.sum(axis=1))], [Groups.exactly(columns.ravel(), known.sum(axis=0))]]
    find = full_cuts(families, np.nonzero(problem.prior.ravel() > 0)[0], known.size)
    found = set(find(known.astype(float)).tolist()) | set(find(known.astype(float)).tolist())
    assert found <= set(forced_to_zero(problem, 60.0).tolist()) | set(np.nonzero(problem.prior.ravel() == 0)[0].tolist())


@pytest.mark.parametrize("seed", [0, 1])
def test_blocks_of_a_large_table_are_found_and_met_in_seconds(seed: int) -> None:
    known, weights = blocks(300, 12, seed)
    names = [str(number) for number in range(300)]
    answer = cascade({"a": names, "b": names}, weights, margins=[Margin(("a",), known.sum(axis=1)), Margin(("b",), known.sum(axis=0))])
    assert not answer.amounts_minor[(known == 0) & (answer.real_minor == 0)].any()
    # tolerance: 1e-9 of each sum and of a unit
    np.testing.assert_allclose(answer.real_minor.sum(axis=1), known.sum(axis=1), rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(answer.real_minor.sum(axis=0), known.sum(axis=0), rtol=1e-9, atol=1e-8)
    row_blocks = (known > 0) @ (known > 0).T > 0
    assert not answer.amounts_minor[~(row_blocks @ (known > 0))].any()


def test_a_triangle_is_peeled_from_its_corners() -> None:
    size = 200
    weights = np.triu(np.random.default_rng(3).uniform(0.1, 2, (size, size)))
    sums = np.random.default_rng(4).integers(1, 1000, size)
    names = [str(number) for number in range(size)]
    answer = cascade({"a": names, "b": names}, weights, margins=[Margin(("a",), sums), Margin(("b",), sums)])
    assert np.array_equal(answer.amounts_minor, np.diag(sums))
    assert answer.iterations < 20


def test_a_group_that_holds_others_is_not_peeled_as_if_it_held_none() -> None:
    # a lock inside a row: the row's own sum is not all due to the one cell beside the lock
    answer = cascade(
        {"a": ["0", "1"], "b": ["x", "y"], "c": ["u", "v"]},
        np.array([[[1, 1], [1, 0]], [[1, 1], [1, 1]]]),
        margins=[Margin(("a",), np.array([30, 40])), Margin(("c",), np.array([45, 25]))],
        locks=[Lock({"a": "0", "b": "x"}, 20)],
    )
    assert answer.amounts_minor[0].sum(axis=1).tolist() == [20, 10]
    assert answer.amounts_minor.sum(axis=(0, 1)).tolist() == [45, 25]
