"""Whole amounts are taken as they are or refused, never rounded."""

import numpy as np
import pytest

from yunchou.calc.money import whole_array


@pytest.mark.parametrize("values", [[1, 2], [1.0, 2.0], np.array([1, 2], dtype=np.uint8), np.array([1, 2], dtype=object)])
def test_whole_values_of_any_type_are_taken(values: object) -> None:
    taken = whole_array(values, "amounts")  # type: ignore[arg-type]
    assert taken.dtype == np.int64
    assert taken.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([0.5], "amounts: every value must be a whole number"),
        ([float("inf")], "every value must be a whole number"),
        ([-1], "-1 is negative"),
        (np.array([2**63], dtype=np.uint64), "does not fit in 64 bits"),
        ([2.0**63], "does not fit in 64 bits"),
        (np.array([2**64], dtype=object), "does not fit in 64 bits"),
        (["1"], "every value must be a whole number"),
    ],
)
def test_what_is_no_whole_amount_is_refused(values: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        whole_array(values, "amounts")  # type: ignore[arg-type]


def test_no_values_are_no_fault() -> None:
    assert whole_array([], "amounts").shape == (0,)
