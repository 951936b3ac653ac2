"""Remainders of real-valued shares, and who is next in line for a unit."""

import numpy as np
import numpy.typing as npt

from yunchou.calc.families import FloatArray, IndexArray
from yunchou.calc.money import IntArray

# a value this close to a whole number (absolutely, and relative to its size) counts as whole
_ABSOLUTE, _RELATIVE = 1e-7, 2.0**-49
# remainders are compared in steps of 2 to minus this power
_BITS = 30


def split_whole(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return floors and remainders (0 <= r < 1) of ``values``; what is whole but for floating point has remainder 0.

    Source:
        Own.
    """
    if not len(values) or float(values.max()) * _RELATIVE <= _ABSOLUTE:
        low = np.floor(values + _ABSOLUTE)
        left = values - low
        left[left <= _ABSOLUTE] = 0.0
        return low.astype(np.int64), left
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
    return _order(part, np.rint(wish * 2.0**_BITS).astype(np.int64))


def _order(part: IndexArray, steps: IndexArray) -> IndexArray:
    if len(part) and int(part.max()) >= 2**32:
        part = np.unique(part, return_inverse=True)[1]
    return np.argsort((part.astype(np.int64) << (_BITS + 1)) - steps, kind="stable")


def run_starts(sorted_keys: IndexArray) -> IntArray:
    """Return for each of some sorted keys the place of the first that equals it.

    Source:
        Own.
    """
    place = np.zeros(len(sorted_keys), dtype=np.int64)
    if len(sorted_keys):
        first = np.flatnonzero(sorted_keys[1:] != sorted_keys[:-1]) + 1
        place[first] = first
        np.maximum.accumulate(place, out=place)
    return place


def next_in_line(part: IndexArray, remainders: FloatArray, missing: IntArray) -> tuple[npt.NDArray[np.bool_], IndexArray]:
    """Tell which cells get one of the units that each part still misses, and how near each cell was to the other answer.

    The largest remainders get one, ties by the cell that comes first. Only cells near their part's cut are sorted: the
    others are told by counting.

    Args:
        part: Shape ``(cells,)``, the part (from 0) of each cell.
        remainders: Shape ``(cells,)``, 0…1; compared in steps of 2**-30.
        missing: Shape ``(parts,)``, units.

    Returns:
        Whether each cell gets one; and each cell's distance from its part's cut, in bins of equal width, about as
        many as a part has cells.

    Source:
        Hamilton's method, as in ``allocate_largest_remainder``.
    """
    bits = min(max(int(np.log2(max(len(part) // max(len(missing), 1), 1))), 2), 8)
    bins = 1 << bits
    steps = np.rint(remainders * 2.0**_BITS).astype(np.int32)
    # from the largest remainder down
    place = (bins - 1) - np.minimum(steps >> (_BITS - bits), bins - 1)
    counts = np.bincount(part * bins + place, minlength=len(missing) * bins).reshape(len(missing), bins)
    before = np.cumsum(counts, axis=1)
    cut = (before <= missing[:, None]).sum(axis=1).astype(np.int32)
    distance = place - cut[part]
    gets = distance < 0
    taken = np.where(cut > 0, np.take_along_axis(before, np.maximum(cut - 1, 0)[:, None], axis=1)[:, 0], 0)
    at_cut = np.nonzero(distance == 0)[0]
    order = at_cut[_order(part[at_cut], steps[at_cut])]
    sorted_part = part[order]
    rank = np.arange(len(order)) - run_starts(sorted_part)
    gets[order[rank < (missing - taken)[sorted_part]]] = True
    return gets, np.abs(distance)
