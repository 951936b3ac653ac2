"""Remainders know what is whole but for floating point, and keep ties in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.remainders import order_within, split_whole


@given(st.integers(0, 9 * 10**15), st.floats(-1e-8, 1e-8))
def test_a_whole_number_with_noise_has_no_remainder(number: int, noise: float) -> None:
    floors, remainders = split_whole(np.array([number + noise]))
    assert (floors.tolist(), remainders.tolist()) == ([number], [0.0])


@given(st.integers(0, 10**6), st.floats(0.001, 0.999))
def test_floor_and_remainder_sum_to_the_value(number: int, rest: float) -> None:
    floors, remainders = split_whole(np.array([number + rest]))
    assert floors[0] == number
    # tolerance: half a step of floating point at 10**6
    assert abs(remainders[0] - rest) < 1e-9


def test_order_goes_part_by_part_largest_first_and_ties_stay() -> None:
    part = np.array([1, 0, 1, 0, 1])
    wish = np.array([0.5, 0.2, 0.5, 0.9, 0.7])
    assert order_within(part, wish).tolist() == [3, 1, 4, 0, 2]


def test_order_holds_for_part_numbers_beyond_32_bits() -> None:
    part = np.array([2**40, 5, 2**40])
    assert order_within(part, np.array([0.1, 0.2, 0.3])).tolist() == [1, 2, 0]
