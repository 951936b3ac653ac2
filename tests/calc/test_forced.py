"""Cells that no answer can fill are known before raking creeps towards them."""

import numpy as np

from yunchou.calc.cascade import Bound, Lock, Margin, cascade
from yunchou.calc.constraints import state_problem
from yunchou.calc.forced import forced_to_zero

AB = {"a": ["0", "1", "2"], "b": ["0", "1", "2"]}


def test_a_triangle_of_equal_sums_leaves_only_its_diagonal() -> None:
    problem = state_problem(
        AB,
        np.tril(np.ones((3, 3))),
        total_minor=None,
        margins=[Margin(("a",), np.full(3, 10**9)), Margin(("b",), np.full(3, 10**9))],
        locks=[],
        bounds=[],
        unit_minor=1,
    )
    assert sorted(forced_to_zero(problem, 60.0).tolist()) == [3, 6, 7]


def test_bounds_and_locks_force_too_and_what_may_be_positive_is_kept() -> None:
    problem = state_problem(
        AB,
        np.ones((3, 3)),
        total_minor=100,
        margins=[],
        locks=[Lock({"a": "0"}, 40)],
        bounds=[Bound({"a": "1"}, 60, 80), Bound({"b": "2"}, 0, 50)],
        unit_minor=1,
    )
    # 40 and at least 60 make up the total: nothing is left for the third row
    assert sorted(forced_to_zero(problem, 60.0).tolist()) == [6, 7, 8]


def test_a_large_triangle_is_cascaded_to_its_diagonal() -> None:
    size = 100
    weights = np.tril(np.random.default_rng(10).uniform(0.1, 1, (size, size)))
    names = [str(number) for number in range(size)]
    sums = np.full(size, 1000)
    answer = cascade({"a": names, "b": names}, weights, margins=[Margin(("a",), sums), Margin(("b",), sums)])
    assert np.array_equal(answer.amounts_minor, np.diag(sums))
