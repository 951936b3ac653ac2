import numpy as np
import pytest

from tests.calc.sample_territories import best_total, sharing
from yunchou.calc.assignment_exact import candidates, whole_answer


def test_whole_answer_is_the_best_and_its_bound_holds():
    problem = sharing(6, 3, 4)
    found = whole_answer(problem, None, problem.cost.argmin(axis=1))
    assert problem.total(found.given) == pytest.approx(best_total(problem))
    assert found.bound <= best_total(problem) + 1e-6


def test_a_bound_over_some_pairs_is_no_bound():
    problem = sharing(30, 5, 1)
    found = whole_answer(problem, candidates(problem.cost, 2), problem.cost.argmin(axis=1))
    assert found.bound == -np.inf


def test_nothing_is_found_where_hard_limits_exclude_everything():
    problem = sharing(3, 2, 0, band=0.0, price=None, closed=0)
    found = whole_answer(problem, None, problem.cost.argmin(axis=1))
    assert (found.given, found.bound) == (None, np.inf)


def test_candidates_are_the_nearest_that_are_allowed():
    regret = np.array([[3.0, 1.0, 2.0], [np.inf, 0.0, np.inf]])
    assert candidates(regret, 2).tolist() == [1, 2, 4]
    assert candidates(regret, 9).tolist() == [0, 1, 2, 4]
