import numpy as np
import pytest

from tests.calc.sample_territories import sharing
from yunchou.calc.assignment_search import improve


@pytest.mark.parametrize("price", [None, 50.0])
@pytest.mark.parametrize("seed", range(4))
def test_improve_never_worsens_and_leaves_no_better_shift(seed, price):
    problem = sharing(40, 5, seed, band=0.1, price=price)
    first = np.where(np.isfinite(problem.cost), problem.cost, np.inf).argmin(axis=1)

    def value(given):
        return problem.total(given) + problem.hard_price * problem.broken(given)

    found = improve(problem, first, problem.cost)
    assert value(found) <= value(first) + 1e-9
    for account in range(40):
        for person in np.flatnonzero(np.isfinite(problem.cost[account])):
            moved = found.copy()
            moved[account] = person
            assert value(moved) >= value(found) - 1e-6


def test_improve_keeps_the_answer_it_was_given_untouched():
    problem = sharing(20, 3, 1)
    first = np.where(np.isfinite(problem.cost), problem.cost, np.inf).argmin(axis=1)
    kept = first.copy()
    improve(problem, first, problem.cost)
    assert np.array_equal(first, kept)


def test_candidates_alone_are_tried_where_there_are_many_pairs(monkeypatch):
    monkeypatch.setattr("yunchou.calc.assignment_search._ALL_PAIRS", 10)
    monkeypatch.setattr("yunchou.calc.assignment_search._ALL_SWAPS", 10)
    problem = sharing(60, 20, 2)
    first = np.where(np.isfinite(problem.cost), problem.cost, np.inf).argmin(axis=1)
    assert problem.total(improve(problem, first, problem.cost)) < problem.total(first)
