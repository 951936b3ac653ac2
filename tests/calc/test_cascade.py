"""A cascade meets everything it is asked to the last unit, in one way only."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.cascade import Bound, Cascade, Lock, Margin, cascade
from yunchou.calc.errors import Contradiction, NoAnswer
from yunchou.calc.respread import respread

QUARTERS = {"quarter": ["Q1", "Q2", "Q3"]}
CORNERS = {"a": ["0", "1"], "b": ["0", "1"], "c": ["0", "1"]}


@dataclass
class Asked:
    """A cascade with a known answer: what is asked is read off ``known``."""

    dimensions: dict[str, list[str]]
    weights: np.ndarray
    known: np.ndarray
    total: int
    margins: list[Margin]
    locks: list[Lock]
    bounds: list[Bound]

    def solve(self, unit: int = 1) -> Cascade:
        return cascade(
            self.dimensions,
            self.weights,
            total_minor=self.total * unit,
            margins=[Margin(margin.by, margin.values_minor * unit) for margin in self.margins],
            locks=[Lock(lock.at, lock.value_minor * unit) for lock in self.locks],
            bounds=[
                Bound(one.at, one.least_minor * unit, None if one.most_minor is None else one.most_minor * unit) for one in self.bounds
            ],
            unit_minor=unit,
        )

    def sum_at(self, cells: np.ndarray, at: dict[str, str]) -> float:
        place = tuple(members.index(at[name]) if name in at else slice(None) for name, members in self.dimensions.items())
        return float(cells[place].sum())

    def hold(self, answer: Cascade, unit: int = 1) -> None:
        cells = answer.amounts_minor
        assert int(cells.min()) >= 0
        assert int(cells.sum()) == self.total * unit
        names = list(self.dimensions)
        for margin in self.margins:
            others = tuple(axis for axis, name in enumerate(names) if name not in margin.by)
            found = cells.sum(axis=others)
            found = np.transpose(found, [sorted(margin.by, key=names.index).index(name) for name in margin.by])
            assert np.array_equal(found, margin.values_minor * unit)
        for lock in self.locks:
            assert self.sum_at(cells, dict(lock.at)) == lock.value_minor * unit
        for bound in self.bounds:
            assert self.sum_at(cells, dict(bound.at)) >= bound.least_minor * unit
            assert bound.most_minor is None or self.sum_at(cells, dict(bound.at)) <= bound.most_minor * unit


@st.composite
def asked(draw: st.DrawFn, *, nested: bool, zeros: bool = True) -> Asked:
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    known = rng.integers(0, draw(st.sampled_from([3, 20, 10**6])), shape)
    weights = rng.uniform(0.1, 5, shape)
    if zeros and draw(st.booleans()):
        known[rng.random(shape) < 0.3] = 0
        weights = np.where(known > 0, weights, np.where(rng.random(shape) < 0.5, weights, 0))
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in zip("pqr", shape, strict=True)}
    combinations = [("p",), ("p", "q"), ("r",), ("r", "q"), ("q",), ("q", "p")]
    bys = (
        draw(st.sampled_from([[("p",)], [("p",), ("p", "q")], [("q", "p"), ("r",)], [("p", "q"), ("r", "q")]]))
        if nested
        else draw(st.lists(st.sampled_from(combinations), min_size=1, max_size=3, unique=True))
    )
    margins = []
    for by in bys:
        others = tuple(axis for axis, name in enumerate("pqr") if name not in by)
        rising = known.sum(axis=others)
        margins.append(Margin(tuple(by), np.transpose(rising, [sorted(by).index(name) for name in by])))
    self = Asked(dimensions, weights, known, int(known.sum()), margins, [], [])
    for _ in range(draw(st.integers(0, 3))):
        at = {name: members[rng.integers(len(members))] for name, members in dimensions.items()}
        if not nested:
            at = dict(list(at.items())[: int(rng.integers(1, 4))])
        self.locks.append(Lock(at, int(self.sum_at(known, at))))
    for _ in range(draw(st.integers(0, 2))):
        at = {name: members[rng.integers(len(members))] for name, members in dimensions.items()}
        value = int(self.sum_at(known, at))
        self.bounds.append(Bound(at, value // 2, value + int(rng.integers(0, 5)) if rng.random() < 0.5 else None))
    return self


@settings(deadline=None, max_examples=120)
@given(asked(nested=True))
def test_nested_families_are_met_exactly_and_no_cell_moves_a_unit(one: Asked) -> None:
    answer = one.solve()
    one.hold(answer)
    # tolerance: the real-valued solution is within 1e-4 units of its sums
    assert answer.largest_rounding <= 1 + 1e-4
    assert np.abs(answer.amounts_minor - answer.real_minor).max() == answer.largest_rounding


@settings(deadline=None, max_examples=80)
@given(asked(nested=False))
def test_crossing_groups_are_met_exactly_too(one: Asked) -> None:
    try:
        one.hold(one.solve())
    except NoAnswer:
        # the known answer is one, so only time could excuse this; there is no time limit here
        pytest.fail("an answer exists")


@settings(deadline=None, max_examples=40)
@given(asked(nested=True), st.randoms(use_true_random=False))
def test_the_order_of_what_is_asked_changes_nothing(one: Asked, random: object) -> None:
    names = list(one.dimensions)
    order = sorted(range(3), key=lambda _: random.random())  # type: ignore[attr-defined]
    inner = [sorted(range(size), key=lambda _: random.random()) for size in one.weights.shape]  # type: ignore[attr-defined]
    shuffled = {names[axis]: [one.dimensions[names[axis]][place] for place in inner[axis]] for axis in order}
    margins = [Margin(margin.by, margin.values_minor[np.ix_(*[inner[names.index(name)] for name in margin.by])]) for margin in one.margins]
    other = cascade(
        shuffled,
        np.transpose(one.weights[np.ix_(*inner)], order),
        total_minor=one.total,
        margins=margins[::-1],
        locks=one.locks[::-1],
        bounds=one.bounds[::-1],
    ).amounts_minor
    assert np.array_equal(other, np.transpose(one.solve().amounts_minor[np.ix_(*inner)], order))


@settings(deadline=None, max_examples=40)
@given(asked(nested=True))
def test_another_unit_scales_every_amount(one: Asked) -> None:
    assert np.array_equal(one.solve(unit=100).amounts_minor, one.solve().amounts_minor * 100)


@settings(deadline=None, max_examples=40)
@given(asked(nested=True))
def test_cascading_its_own_answer_changes_nothing(one: Asked) -> None:
    once = one.solve().amounts_minor
    one.weights = once.astype(float)
    assert np.array_equal(one.solve().amounts_minor, once)


@settings(deadline=None, max_examples=60)
@given(asked(nested=False, zeros=False))
def test_the_real_solution_is_the_one_of_least_divergence(one: Asked) -> None:
    """At the optimum log(x/w) is a sum of multipliers of the groups a cell is in (where no bound presses)."""
    one.bounds = []
    answer = one.solve()
    real = answer.real_minor.ravel()
    places = {name: place.ravel() for name, place in zip(one.dimensions, np.indices(one.weights.shape), strict=True)}
    columns = [np.ones(real.size)]
    for margin in one.margins:
        groups = itertools.product(*[range(len(one.dimensions[name])) for name in margin.by])
        columns += [np.all([places[name] == at for name, at in zip(margin.by, group, strict=True)], axis=0) for group in groups]
    columns += [np.all([places[name] == one.dimensions[name].index(at) for name, at in lock.at.items()], axis=0) for lock in one.locks]
    inside = real > 1e-3
    if not inside.any():
        return
    matrix = np.array(columns, dtype=float).T
    # cells that must be 0 have no multiplier; their groups still count for the others
    logs = np.log(real[inside] / one.weights.ravel()[inside])
    fitted = matrix[inside] @ np.linalg.lstsq(matrix[inside], logs, rcond=None)[0]
    # tolerance 1e-4: residuals of 1e-8 units on cells of 1e-3
    assert np.abs(fitted - logs).max() < 1e-4


def test_a_new_total_is_spread_around_a_lock() -> None:
    answer = cascade(QUARTERS, np.array([10, 20, 30]), total_minor=100, locks=[Lock({"quarter": "Q2"}, 20)])
    assert answer.amounts_minor.tolist() == [20, 20, 60]


def test_a_change_under_a_locked_total_moves_the_others() -> None:
    answer = cascade(QUARTERS, np.array([10, 20, 30]), total_minor=60, locks=[Lock({"quarter": "Q1"}, 20)])
    assert answer.amounts_minor.tolist() == [20, 16, 24]


def test_ties_go_to_the_members_people_read_first() -> None:
    months = [f"{number}月" for number in (10, 2, 1)]
    answer = cascade({"month": months}, np.ones(3), total_minor=100)
    assert dict(zip(months, answer.amounts_minor.tolist(), strict=True)) == {"1月": 34, "2月": 33, "10月": 33}


def test_bounds_press_and_the_rest_follows_the_weights() -> None:
    answer = cascade(
        QUARTERS, np.array([10, 20, 30]), total_minor=100, bounds=[Bound({"quarter": "Q1"}, 25), Bound({"quarter": "Q3"}, 0, 30)]
    )
    assert answer.amounts_minor.tolist() == [25, 45, 30]


def test_a_bound_that_does_not_press_changes_nothing() -> None:
    free = cascade(QUARTERS, np.array([10, 20, 30]), total_minor=101)
    held = cascade(QUARTERS, np.array([10, 20, 30]), total_minor=101, bounds=[Bound({"quarter": "Q1"}, 5, 60)])
    assert held.amounts_minor.tolist() == free.amounts_minor.tolist()


@pytest.mark.parametrize("wish", [Lock({"a": "1"}, 11), Bound({"a": "1"}, 11)])
def test_a_lock_or_a_minimum_over_cells_of_weight_zero_is_spread_evenly(wish: Lock | Bound) -> None:
    answer = cascade(
        {"a": ["0", "1"], "b": ["x", "y"]},
        np.array([[1, 1], [0, 0]]),
        total_minor=30,
        locks=[wish] if isinstance(wish, Lock) else [],
        bounds=[wish] if isinstance(wish, Bound) else [],
    )
    assert answer.amounts_minor.tolist() == [[10, 9], [6, 5]]


def test_a_lock_whose_only_weighted_cell_is_locked_opens_the_others() -> None:
    answer = cascade(
        {"a": ["0", "1"], "b": ["x", "y", "z"]},
        np.array([[1, 1, 1], [1, 0, 0]]),
        total_minor=160,
        locks=[Lock({"a": "1"}, 100), Lock({"a": "1", "b": "x"}, 40)],
    )
    assert answer.amounts_minor.tolist() == [[20, 20, 20], [40, 30, 30]]


def test_a_cell_of_weight_zero_stays_zero_in_a_lock_that_can_do_without() -> None:
    answer = cascade({"a": ["0", "1"], "b": ["x", "y"]}, np.array([[1, 1], [1, 0]]), total_minor=30, locks=[Lock({"a": "1"}, 11)])
    assert answer.amounts_minor.tolist() == [[10, 9], [11, 0]]


def test_margins_that_force_a_weighted_cell_to_zero_converge() -> None:
    # plain raking only creeps towards the diagonal
    answer = cascade(
        {"a": ["0", "1"], "b": ["x", "y"]},
        np.array([[1, 1], [0, 1]]),
        margins=[Margin(("a",), np.array([5, 5])), Margin(("b",), np.array([5, 5]))],
    )
    assert answer.amounts_minor.tolist() == [[5, 0], [0, 5]]
    assert answer.iterations < 200


def test_amounts_at_the_limit_are_exact() -> None:
    total = 9 * 10**15
    rng = np.random.default_rng(5)
    weights = rng.random((7, 11))
    first = np.full(7, total // 7)
    first[0] += total - int(first.sum())
    answer = cascade({"a": [f"{i}" for i in range(7)], "b": [f"{i}" for i in range(11)]}, weights, margins=[Margin(("a",), first)])
    assert answer.amounts_minor.sum(axis=1).tolist() == first.tolist()


def test_a_total_of_zero_gives_zeros() -> None:
    assert cascade(QUARTERS, np.ones(3), total_minor=0).amounts_minor.tolist() == [0, 0, 0]


def corners() -> np.ndarray:
    weights = np.zeros((2, 2, 2))
    for corner in [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]:
        weights[corner] = 1
    return weights


def test_sums_that_only_halves_can_meet_are_refused_as_no_answer_not_as_a_contradiction() -> None:
    ones = np.array([1, 1])
    with pytest.raises(NoAnswer, match=r"margins\[0\] \(a\); margins\[1\] \(b\); margins\[2\] \(c\)"):
        cascade(CORNERS, corners(), margins=[Margin((name,), ones) for name in "abc"])


def test_twice_the_sums_that_only_halves_can_meet_are_met() -> None:
    answer = cascade(CORNERS, corners(), margins=[Margin((name,), np.array([2, 2])) for name in "abc"])
    assert np.array_equal(answer.amounts_minor, corners().astype(int))


def test_small_whole_answers_equal_brute_force_existence() -> None:
    """Over random 2×2×2 supports, an answer is found exactly when counting through all tables finds one."""
    rng = np.random.default_rng(6)
    met = refused = 0
    for _ in range(60):
        weights = (rng.random((2, 2, 2)) < 0.6).astype(float)
        sums = [np.array([value, 3 - value]) for value in rng.integers(0, 4, 3)]
        tables = (np.reshape(cells, (2, 2, 2)) for cells in itertools.product(range(4), repeat=8) if sum(cells) == 3)
        exists = any(
            not table[weights == 0].any()
            and all(
                np.array_equal(table.sum(axis=tuple(other for other in range(3) if other != axis)), wanted)
                for axis, wanted in enumerate(sums)
            )
            for table in tables
        )
        try:
            cascade(CORNERS, weights, margins=[Margin((name,), wanted) for name, wanted in zip("abc", sums, strict=True)])
            found = True
        except (Contradiction, NoAnswer):
            found = False
        assert found == exists
        met, refused = met + found, refused + (not found)
    assert met > 5
    assert refused > 5


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"total_minor": None}, "neither a total nor a margin"),
        ({"total_minor": -1}, "from 0 to"),
        ({"total_minor": 10**16}, "from 0 to"),
        ({"unit_minor": 7}, "multiples of the unit"),
        ({"unit_minor": 0}, "multiples of the unit"),
        ({"weights": np.array([1, 2])}, "shape"),
        ({"weights": np.array([1, np.nan, 2])}, "finite"),
        ({"weights": np.array([1, -1, 2])}, ">= 0"),
        ({"margins": [Margin(("quarter",), np.array([1, 2]))]}, "values of shape"),
        ({"locks": [Lock({}, 5)]}, "names no dimension"),
        ({"dimensions": {"quarter": ["Q1", "Q1", "Q2"]}}, "no member twice"),
    ],
)
def test_a_caller_that_passes_nonsense_is_told(change: dict[str, object], says: str) -> None:
    asked_for = {"dimensions": QUARTERS, "weights": np.ones(3), "total_minor": 100} | change
    with pytest.raises(ValueError, match=says):
        cascade(asked_for.pop("dimensions"), asked_for.pop("weights"), **asked_for)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "total", "locks", "expected"),
    [
        ([1, 1, 1], 100, {"Q1": 30, "Q2": 30, "Q3": 40}, [30, 30, 40]),
        ([1, 2, 1], 100, {"Q1": 0}, [0, 67, 33]),
        ([1e-300, 2, 1e300], 100, {}, [0, 0, 100]),
        ([0, 0, 1], 100, {"Q2": 5}, [0, 5, 95]),
    ],
)
def test_edges_of_locks_and_weights(weights: list[float], total: int, locks: dict[str, int], expected: list[int]) -> None:
    answer = cascade(
        QUARTERS, np.array(weights), total_minor=total, locks=[Lock({"quarter": name}, value) for name, value in locks.items()]
    )
    assert answer.amounts_minor.tolist() == expected


def test_every_cell_locked_short_of_the_total_is_a_contradiction() -> None:
    with pytest.raises(Contradiction) as caught:
        cascade(QUARTERS, np.ones(3), total_minor=100, locks=[Lock({"quarter": name}, 30) for name in QUARTERS["quarter"]])
    assert [item["kind"] for item in caught.value.conflict] == ["total", "lock", "lock", "lock"]


def test_example_of_the_method_page_comes_out_as_by_hand() -> None:
    dimensions, sold = {"product": ["A", "B"], "month": ["1", "2", "3"]}, np.array([[30, 20, 10], [10, 20, 10]])
    margins = [Margin(("product",), np.array([72, 58])), Margin(("month",), np.array([50, 50, 30]))]
    answer = cascade(dimensions, sold, margins=margins)
    # tolerance: the page gives three decimals
    np.testing.assert_allclose(answer.real_minor, [[35.688, 22.695, 13.617], [14.312, 27.305, 16.383]], atol=5e-4)
    assert answer.amounts_minor.tolist() == [[36, 23, 13], [14, 27, 17]]
    locks = [Lock({"product": "A", "month": "1"}, 40)]
    assert cascade(dimensions, sold, margins=margins, locks=locks).amounts_minor.tolist() == [[40, 20, 12], [10, 30, 18]]
    edited = respread(dimensions, answer.amounts_minor, margins=margins, locks=locks).amounts_minor
    assert edited.tolist() == [[40, 20, 12], [10, 30, 18]]
    assert int(np.abs(edited - answer.amounts_minor).sum()) == 16
    with pytest.raises(Contradiction) as caught:
        cascade(dimensions, sold, margins=margins, locks=[Lock({"product": "A"}, 60)])
    assert [(item["kind"], item["group"], item["value"]) for item in caught.value.conflict] == [
        ("margin", {"product": "A"}, 72),
        ("lock", None, 60),
    ]
