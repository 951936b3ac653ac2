"""Margins that form a chain are met by one flow after the other."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.chain import round_chain
from yunchou.calc.constraints import Lock, Margin, Problem, state_problem
from yunchou.calc.raking import rake

CHAIN = [("p", "q"), ("q", "r"), ("r", "s")]


def unhurried() -> float:
    return 60.0


def ask(known: np.ndarray, bys: list[tuple[str, ...]], locks: list[Lock] | None = None, weights: np.ndarray | None = None) -> Problem:
    names = "pqrs"[: known.ndim]
    margins = [Margin(by, known.sum(axis=tuple(axis for axis, name in enumerate(names) if name not in by))) for by in bys]
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip(names, known.shape, strict=True)}
    given_weights = np.random.default_rng(1).uniform(0.5, 2, known.shape) if weights is None else weights
    return state_problem(dimensions, given_weights, total_minor=None, margins=margins, locks=locks or [], bounds=[], unit_minor=1)


def sums_hold(problem: Problem, cells: np.ndarray) -> bool:
    return all(
        np.array_equal(
            np.atleast_1d(cells.sum(axis=tuple(a for a in range(cells.ndim) if a not in rows.axes))).ravel()[rows.codes], rows.least
        )
        for rows in problem.rows
    )


@settings(deadline=None, max_examples=60)
@given(
    st.tuples(*[st.integers(1, 4)] * 4),
    st.integers(0, 10**6),
    st.sampled_from([2, 50, 10**6]),
    st.sampled_from(
        [CHAIN, CHAIN[::-1], [("p",), ("q",), ("r",), ("s",)], [("p", "q"), ("q", "r")], [("p", "q", "r"), ("r", "s"), ("q",)]]
    ),
)
def test_a_chain_is_always_met_where_no_cell_is_empty(shape: tuple[int, ...], seed: int, largest: int, bys: list[tuple[str, ...]]) -> None:
    known = np.random.default_rng(seed).integers(0, largest, shape)
    problem = ask(known, bys)
    raked = rake(problem, unhurried, 50)
    answer = round_chain(problem, raked.values, unhurried)
    assert answer is not None
    assert sums_hold(problem, answer)
    # tolerance: a unit for each flow
    assert np.abs(answer - raked.values).max() <= len(bys)


def test_a_round_of_margins_is_no_chain() -> None:
    known = np.ones((2, 2, 2), dtype=np.int64)
    problem = ask(known, list(itertools.combinations("pqr", 2)))
    assert round_chain(problem, known.astype(float), unhurried) is None


@pytest.mark.parametrize("locked", [{"p": "p1", "q": "q0", "r": "r2"}, {"p": "p0", "r": "r1"}])
def test_locks_inside_the_chain_are_met_or_left_to_the_searches(locked: dict[str, str]) -> None:
    known = np.random.default_rng(3).integers(0, 500, (3, 4, 5, 6))
    cells = known[tuple(int(locked[name][1:]) if name in locked else slice(None) for name in "pqrs")]
    problem = ask(known, CHAIN, [Lock(locked, int(cells.sum()))])
    answer = round_chain(problem, rake(problem, unhurried, 50).values, unhurried)
    assert answer is None or sums_hold(problem, answer)


def test_a_large_chain_is_met_in_seconds() -> None:
    known = np.random.default_rng(4).integers(0, 300, (30, 20, 12, 10))
    problem = ask(known, CHAIN)
    answer = round_chain(problem, rake(problem, unhurried, 50).values, unhurried)
    assert answer is not None
    assert sums_hold(problem, answer)
