"""Remainders of real-valued shares, and who is next in line for a unit."""

import numpy as np

from yunchou.calc.families import FloatArray, IndexArray
from yunchou.calc.money import IntArray

# a value this close to a whole number (absolutely, and relative to its size) counts as whole
_ABSOLUTE, _RELATIVE = 1e-7, 2.0**-49


def split_whole(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return floors and remainders (0 <= r < 1) of ``values``; what is whole but for floating point has remainder 0.

    Source:
        Own.
    """
    nearest = np.rint(values)
    whole = np.abs(values - nearest) <= np.maximum(_ABSOLUTE, np.abs(values) * _RELATIVE)
    floors = np.where(whole, nearest, np.floor(values))
    return floors.astype(np.int64), np.where(whole, 0.0, values - floors)


def order_within(part: IndexArray, wish: FloatArray) -> IndexArray:
    """Return the order of cells: part by part, the largest ``wish`` (0…1) first, ties by the cell that comes first.

    Wishes are compared in steps of 2**-30, so that equal shares stay equal whatever floating point did to them.

    Source:
        Own.
    """
    if len(part) and int(part.max()) >= 2**32:
        part = np.unique(part, return_inverse=True)[1]
    return np.argsort((part.astype(np.int64) << 31) - np.rint(wish * 2.0**30).astype(np.int64), kind="stable")
