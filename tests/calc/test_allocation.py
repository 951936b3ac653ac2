"""A split keeps its whole, to the last unit, at any size."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.allocation import allocate_largest_remainder

sizes = st.sampled_from([3, 100, 2**31, 2**53 - 1, 9 * 10**15, 2**60])


@st.composite
def rows(draw: st.DrawFn) -> tuple[int, list[int]]:
    largest_weight = draw(sizes)
    weights = draw(st.lists(st.integers(0, largest_weight), min_size=1, max_size=6).filter(any))
    return draw(st.integers(0, draw(sizes))), weights


def by_hand(total: int, weights: list[int]) -> list[int]:
    shares = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in shares]
    order = sorted(range(len(weights)), key=lambda cell: (-(shares[cell] - parts[cell]), cell))
    for cell in order[: total - sum(parts)]:
        parts[cell] += 1
    return parts


@given(rows())
def test_allocation_equals_exact_fractions_at_every_size(row: tuple[int, list[int]]) -> None:
    total, weights = row
    if sum(weights) >= 2**63:
        with pytest.raises(ValueError, match="sum of a row"):
            allocate_largest_remainder([total], [weights])
        return
    assert allocate_largest_remainder([total], [weights]).tolist() == [by_hand(total, weights)]


@given(st.lists(rows(), min_size=1, max_size=4))
def test_allocation_keeps_every_rows_total_and_does_not_mix_rows(many: list[tuple[int, list[int]]]) -> None:
    width = max(len(weights) for _, weights in many)
    padded = [weights + [0] * (width - len(weights)) for _, weights in many]
    totals = [total for total, _ in many]
    if any(sum(weights) >= 2**63 for weights in padded):
        return
    parts = allocate_largest_remainder(totals, padded)
    assert parts.sum(axis=1).tolist() == totals
    assert parts.tolist() == [by_hand(total, weights) for total, weights in zip(totals, padded, strict=True)]


@given(rows())
def test_allocation_of_its_own_answer_changes_nothing(row: tuple[int, list[int]]) -> None:
    total, weights = row
    if sum(weights) >= 2**63 or total == 0:
        return
    once = allocate_largest_remainder([total], [weights])
    assert allocate_largest_remainder([total], once).tolist() == once.tolist()


def test_allocation_gives_ties_to_the_first_cells() -> None:
    assert allocate_largest_remainder([100, 2], [[1, 1, 1], [5, 5, 5]]).tolist() == [[34, 33, 33], [1, 1, 0]]


def test_allocation_follows_the_published_example_of_hamiltons_method() -> None:
    # Balinski and Young: 26 seats over populations of 9061, 7179, 5259, 3319, 1182 give 9, 7, 5, 4, 1
    assert allocate_largest_remainder([26], [[9061, 7179, 5259, 3319, 1182]]).tolist() == [[9, 7, 5, 4, 1]]


@pytest.mark.parametrize(
    ("totals", "weights", "says"),
    [
        ([1, 2], [[1]], "shape"),
        ([-1], [[1]], "negative"),
        ([1], [[1, -1]], "negative"),
        ([1.5], [[1]], "whole"),
        ([1], [[float("nan")]], "whole"),
        ([1], [[0, 0]], "no positive weight"),
        ([1], np.empty((1, 0), dtype=np.int64), "no positive weight"),
        ([2**63], [[1]], "64 bits"),
        ([1], [["1"]], "whole"),
        ([1], [[2**62, 2**62]], "64 bits"),
    ],
)
def test_allocation_refuses_what_it_cannot_split(totals: object, weights: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        allocate_largest_remainder(totals, weights)  # type: ignore[arg-type]
