"""A contradiction is told as an irreducible set: together they cannot be met, without any one of them they can."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.cascade import Bound, Lock, Margin, cascade
from yunchou.calc.errors import Contradiction, NoAnswer


def can_be_met(dimensions: dict[str, list[str]], weights: np.ndarray, kept: list[dict[str, Any]], asked: dict[str, Any]) -> bool:
    """Decide by scipy's own linear programme whether the kept constraints can be met together."""
    from scipy.optimize import linprog

    names = list(dimensions)
    places = {name: place.ravel() for name, place in zip(names, np.indices(weights.shape), strict=True)}
    rows, least, most, opened = [], [], [], weights.ravel() > 0

    def inside(at: dict[str, str]) -> np.ndarray:
        return np.all(
            [np.ones(weights.size, bool), *[places[name] == dimensions[name].index(member) for name, member in at.items()]], axis=0
        )

    for item in kept:
        if item["kind"] == "total":
            rows.append(inside({}))
            least.append(asked["total_minor"])
            most.append(asked["total_minor"])
        elif item["kind"] == "margin":
            rows.append(inside(item["group"]))
            least.append(item["value"])
            most.append(item["value"])
        else:
            one = asked["locks" if item["kind"] == "lock" else "bounds"][item["index"]]
            rows.append(inside(one.at))
            low, high = (one.value_minor, one.value_minor) if isinstance(one, Lock) else (one.least_minor, one.most_minor)
            least.append(low)
            most.append(np.inf if high is None else high)
            if low > 0 and not (opened & rows[-1]).any():
                opened = opened | rows[-1]
    if not rows:
        return True
    if any(low > high for low, high in zip(least, most, strict=True)):
        return False
    matrix = np.array(rows, dtype=float)
    finite = np.isfinite(most)
    result = linprog(
        np.zeros(weights.size),
        A_ub=np.vstack([-matrix, matrix[finite]]),
        b_ub=np.concatenate([-np.array(least, float), np.array(most, float)[finite]]),
        bounds=[(0, None if cell else 0) for cell in opened],
        method="highs",
    )
    assert result.status in {0, 2}
    return bool(result.status == 0)


def conflict_of(dimensions: dict[str, list[str]], weights: np.ndarray, asked: dict[str, Any]) -> list[dict[str, Any]]:
    with pytest.raises(Contradiction) as caught:
        cascade(dimensions, weights, **asked)
    conflict = [dict(item) for item in caught.value.conflict]
    for item in conflict:
        assert set(item) == {"kind", "index", "group", "value", "detail"}
        assert (item["index"] is None) == (item["kind"] == "total")
        assert (item["group"] is None) == (item["kind"] != "margin")
    return conflict


def check_irreducible(dimensions: dict[str, list[str]], weights: np.ndarray, asked: dict[str, Any]) -> list[dict[str, Any]]:
    conflict = conflict_of(dimensions, weights, asked)
    assert not can_be_met(dimensions, weights, conflict, asked)
    for place in range(len(conflict)):
        assert can_be_met(dimensions, weights, conflict[:place] + conflict[place + 1 :], asked)
    return conflict


def short(conflict: list[dict[str, Any]]) -> list[tuple[str, int | None, int]]:
    return [(item["kind"], item["index"], item["value"]) for item in conflict]


AB = {"a": ["x", "y"], "b": ["u", "v"]}


def test_locks_that_exceed_the_total_are_named_with_it() -> None:
    asked = {"total_minor": 100, "locks": [Lock({"a": "x"}, 60), Lock({"b": "v"}, 5), Lock({"a": "y"}, 50)]}
    conflict = check_irreducible(AB, np.ones((2, 2)), asked)
    assert short(conflict) == [("total", None, 100), ("lock", 0, 60), ("lock", 2, 50)]


def test_locks_that_leave_some_of_the_total_over_are_named_with_it() -> None:
    asked = {"total_minor": 100, "locks": [Lock({"a": "x"}, 40), Lock({"a": "y"}, 50)]}
    assert short(check_irreducible(AB, np.ones((2, 2)), asked)) == [("total", None, 100), ("lock", 0, 40), ("lock", 1, 50)]


def test_two_values_for_one_lock_are_named() -> None:
    asked = {"total_minor": 100, "locks": [Lock({"a": "x"}, 40), Lock({"a": "x"}, 41)]}
    assert short(check_irreducible(AB, np.ones((2, 2)), asked)) == [("lock", 0, 40), ("lock", 1, 41)]


def test_a_lock_repeated_with_the_same_value_is_no_contradiction() -> None:
    answer = cascade(AB, np.ones((2, 2)), total_minor=100, locks=[Lock({"a": "x"}, 40)] * 2)
    assert answer.amounts_minor.tolist() == [[20, 20], [30, 30]]


def test_a_bound_above_its_own_most_is_named_alone() -> None:
    asked = {"total_minor": 100, "bounds": [Bound({"a": "x"}, 50, 40)]}
    assert short(conflict_of(AB, np.ones((2, 2)), asked)) == [("bound", 0, 50)]


def test_the_limit_of_a_bound_that_presses_is_its_value() -> None:
    asked = {"total_minor": 100, "bounds": [Bound({"a": "x"}, 10, 40), Bound({"a": "y"}, 10, 50)]}
    assert short(check_irreducible(AB, np.ones((2, 2)), asked)) == [("total", None, 100), ("bound", 0, 40), ("bound", 1, 50)]


@pytest.mark.parametrize("shift", [1, -1])
def test_a_margin_one_unit_off_a_huge_total_is_a_contradiction(shift: int) -> None:
    total = 8 * 10**15
    asked = {"total_minor": total + shift, "margins": [Margin(("a",), np.array([total // 2, total // 2]))]}
    conflict = conflict_of(AB, np.ones((2, 2)), asked)
    assert [item["kind"] for item in conflict] == ["total", "margin", "margin"]


def test_two_margins_that_share_a_dimension_are_compared_within_it() -> None:
    dimensions = {"a": ["x", "y"], "b": ["u", "v"], "c": ["s", "t"]}
    asked = {
        "margins": [
            Margin(("a", "b"), np.array([[1, 2], [3, 4]])),
            Margin(("a", "c"), np.array([[2, 1], [3, 5]])),
        ]
    }
    conflict = check_irreducible(dimensions, np.ones((2, 2, 2)), asked)
    assert all(item["group"]["a"] == "y" for item in conflict)


def test_a_positive_total_over_cells_of_weight_zero_is_a_contradiction() -> None:
    assert short(check_irreducible(AB, np.zeros((2, 2)), {"total_minor": 5})) == [("total", None, 5)]


def test_a_margin_over_cells_of_weight_zero_is_named_alone() -> None:
    asked = {"margins": [Margin(("a",), np.array([5, 5]))]}
    conflict = check_irreducible(AB, np.array([[1, 1], [0, 0]]), asked)
    assert [item["group"] for item in conflict] == [{"a": "y"}]


def test_a_total_that_would_need_what_a_lock_does_not_open_is_named_without_it() -> None:
    # leaving out the lock alone would leave a positive total over cells of weight 0
    asked = {"total_minor": 30, "locks": [Lock({"a": "y"}, 31)]}
    assert short(check_irreducible(AB, np.zeros((2, 2)), asked)) == [("total", None, 30)]


def test_locks_of_zero_stand_in_the_set_beside_what_they_starve() -> None:
    asked = {"margins": [Margin(("a",), np.array([5, 5]))], "locks": [Lock({"a": "x", "b": "u"}, 0), Lock({"a": "x", "b": "v"}, 0)]}
    assert short(check_irreducible(AB, np.ones((2, 2)), asked)) == [("margin", 0, 5), ("lock", 0, 0), ("lock", 1, 0)]


@st.composite
def crooked(draw: st.DrawFn) -> tuple[dict[str, list[str]], np.ndarray, dict[str, Any]]:
    """Several wishes read off one table, some of them then changed: most of these contradict each other."""
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    known = rng.integers(0, 20, shape)
    weights = np.where(rng.random(shape) < draw(st.sampled_from([0, 0.4])), 0, rng.uniform(0.5, 2, shape))
    known = np.where(weights > 0, known, 0)
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqr", shape, strict=True)}
    margins, locks, bounds = [], [], []
    for by in draw(st.lists(st.sampled_from([("p",), ("q",), ("p", "q"), ("q", "r")]), max_size=3, unique=True)):
        others = tuple(axis for axis, name in enumerate("pqr") if name not in by)
        margins.append(Margin(by, known.sum(axis=others) + (rng.random([len(dimensions[name]) for name in by]) < 0.1)))
    for _ in range(draw(st.integers(0, 4))):
        at = {name: members[rng.integers(len(members))] for name, members in list(dimensions.items())[: int(rng.integers(1, 4))]}
        value = int(known[tuple(dimensions[name].index(at[name]) if name in at else slice(None) for name in dimensions)].sum())
        if rng.random() < 0.5:
            locks.append(Lock(at, max(value + int(rng.integers(-2, 3)), 0)))
        else:
            bounds.append(Bound(at, value + int(rng.integers(0, 2)), value + int(rng.integers(1, 9))))
    return dimensions, weights, {"total_minor": int(known.sum()), "margins": margins, "locks": locks, "bounds": bounds}


def test_a_minimum_that_a_lock_keeps_from_opening_cells_is_not_blamed_alone() -> None:
    # asked for alone, the minimum opens its cells and can be met: the lock has to stand beside it
    asked = {"total_minor": 31, "locks": [Lock({"a": "x", "b": "v"}, 2)], "bounds": [Bound({"a": "x"}, 1, 1)]}
    assert short(check_irreducible(AB, np.array([[0.0, 0.0], [0.5, 0.6]]), asked)) == [("lock", 0, 2), ("bound", 0, 1)]


def test_a_positive_margin_over_a_closed_cell_is_a_conflict_of_its_own():
    asked = {
        "total_minor": 0,
        "margins": [Margin(by=("p",), values_minor=np.array([1])), Margin(by=("q",), values_minor=np.array([0]))],
        "locks": [Lock(at={"p": "p0"}, value_minor=0)],
        "bounds": [Bound(at={"p": "p0", "q": "q0", "r": "r0"}, least_minor=1, most_minor=1)],
    }
    conflict = check_irreducible({"p": ["p0"], "q": ["q0"], "r": ["r0"]}, np.zeros((1, 1, 1)), asked)
    assert len(conflict) == 1


@settings(deadline=None, max_examples=150)
@given(crooked())
def test_every_contradiction_is_irreducible_and_nothing_else_is_refused(
    one: tuple[dict[str, list[str]], np.ndarray, dict[str, Any]],
) -> None:
    dimensions, weights, asked = one
    try:
        cascade(dimensions, weights, **asked)
    except Contradiction:
        check_irreducible(dimensions, weights, asked)
    except NoAnswer:
        everything: list[dict[str, Any]] = [{"kind": "total"}]
        everything += [{"kind": "lock", "index": place} for place in range(len(asked["locks"]))]
        everything += [{"kind": "bound", "index": place} for place in range(len(asked["bounds"]))]
        assert can_be_met(dimensions, weights, everything, asked)


def test_one_wrong_lock_among_thousands_is_found_in_seconds() -> None:
    rng = np.random.default_rng(7)
    known = rng.integers(0, 100, (20, 30, 20))
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqr", known.shape, strict=True)}
    locks = [Lock({"p": f"p{p}", "q": f"q{q}"}, int(known[p, q].sum())) for p in range(20) for q in range(30) if rng.random() < 0.5]
    locks += [Lock({"p": "p3"}, int(known[3].sum()) + 1)] + [Lock({"p": "p3", "q": f"q{q}"}, int(known[3, q].sum())) for q in range(30)]
    asked = {"margins": [Margin(("p", "r"), known.sum(axis=1)), Margin(("q", "r"), known.sum(axis=0))], "locks": locks}
    conflict = conflict_of(dimensions, np.ones(known.shape), asked)
    assert any(item["kind"] == "lock" and locks[item["index"]].at == {"p": "p3"} for item in conflict)
