"""Which groups form two nested families."""

import numpy as np
import pytest

from yunchou.calc.constraints import Lock, Margin, Problem, state_problem
from yunchou.calc.nesting import two_families

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


@pytest.mark.parametrize(
    ("margins", "locks", "families"),
    [
        ([], [], 1),
        ([("a",), ("a", "b")], [{"a": "a0", "b": "b0", "c": "c0"}], 1),
        ([("a", "b"), ("c",)], [], 2),
        ([("a",), ("b",), ("c",)], [], None),
        ([("a", "b")], [{"a": "a0", "c": "c1"}, {"a": "a1", "c": "c1"}], 2),
        # apart in a, so they never meet: one family is enough
        ([], [{"a": "a0", "b": "b0"}, {"a": "a1", "c": "c0"}], 1),
        ([], [{"a": "a0", "b": "b0"}, {"a": "a0", "c": "c0"}], 2),
        # a round of three groups that cross pairwise
        ([], [{"a": "a0"}, {"b": "b0"}, {"c": "c0"}], None),
    ],
)
def test_families_are_found_exactly_where_crossings_have_two_colours(
    margins: list[tuple[str, ...]], locks: list[dict[str, str]], families: int | None
) -> None:
    found = two_families(stated(margins, locks))
    assert (None if found is None else len(found)) == families
