"""After an edit as little as possible moves: never more than a linear programme says."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.cascade import Bound, Lock, Margin, cascade
from yunchou.calc.errors import Contradiction
from yunchou.calc.respread import respread


def least_moves(last: np.ndarray, groups: list[tuple[np.ndarray, int]]) -> float:
    """Return the least sum of moves by scipy's own linear programme; cells at 0 stay there unless a group has only such."""
    from scipy.optimize import linprog

    matrix = np.array([mask.ravel() for mask, _ in groups], dtype=float)
    due = np.array([value for _, value in groups]) - matrix @ last.ravel()
    rise = [(0, None if cell else 0) for cell in last.ravel()]
    found = linprog(
        np.ones(2 * last.size), A_eq=np.hstack([matrix, -matrix]), b_eq=due, bounds=rise + [(0, float(cell)) for cell in last.ravel()]
    )
    assert found.status == 0
    return float(found.fun)


def edited(seed: int, shape: tuple[int, int, int], zeros: float) -> tuple[dict[str, list[str]], np.ndarray, dict[str, Any], list[Any]]:
    """Return a table of which one cell or group is asked to be another amount, and all groups as masks with their sums."""
    rng = np.random.default_rng(seed)
    last = np.rint(rng.lognormal(7, 1, shape)).astype(np.int64)
    last[rng.random(shape) < zeros] = 0
    last[0, 0, 0] += 500
    last[1, 1, 1] += 500
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqr", shape, strict=True)}
    margins = [Margin(("p", "q"), last.sum(axis=2)), Margin(("r",), last.sum(axis=(0, 1)))]
    at = {"p": "p0", "q": "q0", "r": "r0"} if rng.random() < 0.6 else {"p": "p0", "r": "r0"}
    mask = np.zeros(shape, dtype=bool)
    mask[tuple(0 if name in at else slice(None) for name in "pqr")] = True
    value = int(last[mask].sum() * rng.choice([0.7, 0.98, 1.1]))
    place = np.indices(shape)
    groups = [(mask, value)]
    groups += [((place[0] == p) & (place[1] == q), int(last[p, q].sum())) for p in range(shape[0]) for q in range(shape[1])]
    groups += [(place[2] == r, int(last[:, :, r].sum())) for r in range(shape[2])]
    return dimensions, last, {"margins": margins, "locks": [Lock(at, value)]}, groups


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2, 3), (3, 4, 4), (5, 4, 12)]), st.sampled_from([0.0, 0.2]))
def test_moves_are_as_few_as_a_linear_programme_says(seed: int, shape: tuple[int, int, int], zeros: float) -> None:
    dimensions, last, asked, groups = edited(seed, shape, zeros)
    try:
        answer = respread(dimensions, last, **asked)
    except Contradiction:
        return
    for mask, value in groups:
        assert answer.amounts_minor[mask].sum() == value
    assert not answer.amounts_minor[last == 0].any() or zeros
    moves = np.abs(answer.amounts_minor - last).sum()
    assert moves >= least_moves(last, groups) - 1e-6
    if not zeros:
        # tolerance: 5 %, and a unit each where few units move at all
        assert moves <= 1.05 * least_moves(last, groups) + 2


def test_nothing_moves_when_nothing_was_edited() -> None:
    dimensions, last, asked, _ = edited(1, (4, 5, 6), 0.3)
    answer = respread(dimensions, last, margins=asked["margins"])
    assert np.array_equal(answer.amounts_minor, last)


def test_what_moves_is_spread_in_proportion() -> None:
    last = np.array([[100, 200, 300], [400, 500, 600]])
    dimensions = {"a": ["x", "y"], "b": ["u", "v", "w"]}
    answer = respread(dimensions, last, margins=[Margin(("a",), last.sum(axis=1))], locks=[Lock({"a": "x", "b": "w"}, 210)])
    # the other row is not touched; 90 go to 100 : 200
    assert answer.amounts_minor.tolist() == [[130, 260, 210], [400, 500, 600]]


def test_a_bound_holds_and_the_total_is_respread_around_it() -> None:
    last = np.array([100, 200, 300])
    answer = respread({"q": ["1", "2", "3"]}, last, total_minor=660, bounds=[Bound({"q": "3"}, 0, 310)])
    assert answer.amounts_minor.sum() == 660
    assert answer.amounts_minor[2] <= 310
    assert np.abs(answer.amounts_minor - last).sum() == 60
    assert (answer.amounts_minor >= last).all()


def test_units_are_kept() -> None:
    last = np.array([[1000, 2000], [3000, 4000]])
    answer = respread({"a": ["x", "y"], "b": ["u", "v"]}, last, total_minor=12_000, unit_minor=1000)
    assert answer.amounts_minor.sum() == 12_000
    assert not (answer.amounts_minor % 1000).any()
    assert (answer.amounts_minor >= last).all()


def test_an_edit_that_contradicts_the_rest_is_refused_as_by_the_cascade() -> None:
    last = np.array([[10, 20], [30, 40]])
    asked: dict[str, Any] = {"margins": [Margin(("a",), last.sum(axis=1))], "locks": [Lock({"a": "x", "b": "u"}, 31)]}
    dimensions = {"a": ["x", "y"], "b": ["u", "v"]}
    with pytest.raises(Contradiction) as told:
        respread(dimensions, last, **asked)
    with pytest.raises(Contradiction) as same:
        cascade(dimensions, last, **asked)
    assert told.value.conflict == same.value.conflict


def test_nearly_every_member_edited_is_met_all_the_same() -> None:
    rng = np.random.default_rng(5)
    last = rng.integers(1, 1000, (40, 30, 20))
    now = rng.integers(1, 1000, (40, 30, 20))
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqr", last.shape, strict=True)}
    answer = respread(dimensions, last, margins=[Margin(("p", "q"), now.sum(axis=2)), Margin(("r",), now.sum(axis=(0, 1)))])
    assert np.array_equal(answer.amounts_minor.sum(axis=2), now.sum(axis=2))
    assert np.array_equal(answer.amounts_minor.sum(axis=(0, 1)), now.sum(axis=(0, 1)))
