"""Raking reaches its sums where it is plain, where it stalls, and where bounds press."""

import numpy as np

from yunchou.calc.constraints import Bound, Lock, Margin, Problem, state_problem
from yunchou.calc.raking import Raked, rake


def ask(weights: np.ndarray, **asked: object) -> Problem:
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqr", weights.shape, strict=False)}
    given: dict[str, object] = {"total_minor": None, "margins": [], "locks": [], "bounds": [], "unit_minor": 1}
    return state_problem(dimensions, weights, **(given | asked))  # type: ignore[arg-type]


def solve(problem: Problem) -> Raked:
    return rake(problem, lambda: 60.0, 100)


def test_two_margins_of_a_full_table_give_the_textbook_answer() -> None:
    # with even weights the answer is row sum × column sum ÷ total
    rows, columns = np.array([30, 70]), np.array([20, 30, 50])
    raked = solve(ask(np.ones((2, 3)), margins=[Margin(("p",), rows), Margin(("q",), columns)]))
    assert raked.met
    np.testing.assert_allclose(raked.values, np.outer(rows, columns) / 100, rtol=1e-12)


def test_cells_forced_to_zero_reach_it_and_every_sum_is_met() -> None:
    size = 30
    weights = np.tril(np.random.default_rng(9).uniform(0.5, 2, (size, size)))
    sums = np.full(size, 1000)
    raked = solve(ask(weights, margins=[Margin(("p",), sums), Margin(("q",), sums)]))
    assert raked.met
    # only the diagonal can carry a lower triangle's equal sums; tolerance 1e-3 units of 1000
    np.testing.assert_allclose(raked.values, np.diag(sums), atol=1e-3)


def test_nested_locks_that_leave_little_over_are_reached_by_newton() -> None:
    raked = solve(ask(np.array([1.0, 2.0, 3.0]), total_minor=1_000_000, locks=[Lock({"p": "p0"}, 999_990)]))
    assert raked.met
    np.testing.assert_allclose(raked.values, [999_990, 4, 6], rtol=1e-9)


def test_a_minimum_and_a_most_press_only_as_far_as_needed() -> None:
    bounds = [Bound({"p": "p0"}, 25), Bound({"p": "p2"}, 0, 30), Bound({"p": "p1"}, 1, 99)]
    raked = solve(ask(np.array([10.0, 20.0, 30.0]), total_minor=100, bounds=bounds))
    assert raked.met
    np.testing.assert_allclose(raked.values, [25, 45, 30], rtol=1e-9)


def test_what_cannot_be_met_is_said_not_to_be() -> None:
    problem = ask(np.array([[1.0, 1.0], [0.0, 1.0]]), margins=[Margin(("p",), np.array([1, 3])), Margin(("q",), np.array([2, 2]))])
    raked = solve(problem)
    assert not raked.met
    # margins p1 = 3 and q1 = 2 contradict each other; groups stand in the order p0, p1, q0, q1
    assert np.abs(raked.drift[[1, 3]]).min() > 0.1 * np.abs(raked.drift).max()
