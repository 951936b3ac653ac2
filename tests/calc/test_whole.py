"""What happens beyond two nested families."""

import numpy as np
import pytest

from yunchou.calc.constraints import Lock, Margin, Problem, state_problem
from yunchou.calc.whole import Excluded, round_cascade

DIMENSIONS = {name: [f"{name}{number}" for number in range(3)] for name in "abc"}


def stated(margins: list[tuple[str, ...]], locks: list[dict[str, str]]) -> Problem:
    cells = np.ones((3, 3, 3), dtype=np.int64)
    return state_problem(
        DIMENSIONS,
        cells,
        total_minor=27,
        margins=[Margin(by, cells.sum(axis=tuple(axis for axis, name in enumerate("abc") if name not in by))) for by in margins],
        locks=[Lock(at, 3 ** (3 - len(at))) for at in locks],
        bounds=[],
        unit_minor=1,
    )


def test_beyond_two_families_the_nearest_whole_answer_meets_every_sum() -> None:
    problem = stated([("a",), ("b",), ("c",)], [])
    rng = np.random.default_rng(8)
    # sums stay at 9 when opposite corners of a square trade the same amount
    real = np.ones((3, 3, 3))
    for layer in range(3):
        step = rng.uniform(0, 0.9)
        real[0, 0, layer] += step
        real[1, 1, layer] += step
        real[0, 1, layer] -= step
        real[1, 0, layer] -= step
    answer = round_cascade(problem, real, lambda: 60.0)
    for axes in [(1, 2), (0, 2), (0, 1)]:
        assert answer.sum(axis=axes).tolist() == [9, 9, 9]
    assert np.abs(answer - real).max() <= 1


def test_a_proof_that_there_is_no_whole_answer_is_told_apart_from_running_out_of_time() -> None:
    weights = np.zeros((2, 2, 2))
    for corner in [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]:
        weights[corner] = 1
    problem = state_problem(
        {name: ["0", "1"] for name in "abc"},
        weights,
        total_minor=None,
        margins=[Margin((name,), np.array([1, 1])) for name in "abc"],
        locks=[],
        bounds=[],
        unit_minor=1,
    )
    with pytest.raises(Excluded):
        round_cascade(problem, weights / 2, lambda: 60.0)
