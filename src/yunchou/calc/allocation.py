"""Split whole amounts so that the parts always sum to the whole."""

import numpy as np
import numpy.typing as npt

from yunchou.calc.money import IntArray, whole_array

# Within these the estimate of a quotient in floating point is off by at most one, and three times the sum of
# a row's weights fits in 63 bits, so that the true remainder survives arithmetic modulo 2**64.
_WEIGHT_LIMIT = 2**49
_SUM_LIMIT = 2**60


def allocate_largest_remainder(totals: npt.ArrayLike, weights: npt.ArrayLike) -> IntArray:
    """Split each row's total over its cells in proportion to integer weights.

    Every cell first receives the floor of its exact share. The units still missing go, one each, to the
    cells with the largest remainders; ties go to the cell that comes first. All arithmetic is exact, also
    where products exceed 64 bits, so the result never depends on the platform or on the order of the rows.

    Args:
        totals: Shape ``(rows,)``, minor currency units, each >= 0.
        weights: Shape ``(rows, cells)``, unitless, each >= 0, at least one positive weight per row.

    Returns:
        Shape ``(rows, cells)``, minor units. Each row sums to its total; each cell is within one unit of its exact share.

    Raises:
        ValueError: A shape does not fit, a value is negative or not whole, a row has no positive weight, or a
            value or a row's sum of weights would not fit in 64 bits.

    Source:
        Hamilton's method: M. L. Balinski and H. P. Young, *Fair Representation*, 2nd ed., Brookings, 2001.
    """
    whole, shares = whole_array(totals, "totals"), whole_array(weights, "weights")
    if whole.ndim != 1 or shares.ndim != 2 or len(whole) != len(shares):
        raise ValueError(f"totals must have shape (rows,) and weights (rows, cells); given {whole.shape} and {shares.shape}")
    if not len(whole):
        return shares
    if shares.shape[1] == 0:
        raise ValueError("weights: a row has no positive weight")
    largest = int(shares.max())
    if largest * shares.shape[1] >= 2**63 and any(sum(row) >= 2**63 for row in shares.tolist()):
        raise ValueError("weights: the sum of a row would not fit in 64 bits")
    sums = shares.sum(axis=1)
    if (sums == 0).any():
        raise ValueError(f"weights: row {int(np.argmin(sums))} has no positive weight")
    if largest < _WEIGHT_LIMIT and int(sums.max()) < _SUM_LIMIT:
        parts, remainders = _divide(whole, shares, sums)
    else:
        parts, remainders = _divide_long(whole, shares, sums)
    missing = whole - parts.sum(axis=1)
    order = np.argsort(-remainders, axis=1, kind="stable")
    gets_one = np.arange(shares.shape[1]) < missing[:, None]
    raised = np.take_along_axis(parts, order, axis=1) + gets_one
    np.put_along_axis(parts, order, raised, axis=1)
    return parts


def _divide(totals: IntArray, weights: IntArray, sums: IntArray) -> tuple[IntArray, IntArray]:
    """Floors and remainders of ``totals * weights / sums``, exact although the product may exceed 64 bits."""
    each, rest = np.divmod(totals, sums)
    # total = each * sum + rest, so only rest * weight needs dividing, and its quotient is below the weight
    quotients = np.floor(rest.astype(np.float64)[:, None] * weights / sums[:, None]).astype(np.int64)
    # both products may wrap; their difference is small, and is right modulo 2**64
    remainders = rest[:, None] * weights - quotients * sums[:, None]
    for step in (1, -1):
        off = remainders < 0 if step == 1 else remainders >= sums[:, None]
        quotients -= step * off
        remainders += step * off * sums[:, None]
    return each[:, None] * weights + quotients, remainders


def _divide_long(totals: IntArray, weights: IntArray, sums: IntArray) -> tuple[IntArray, IntArray]:
    """Do the same in Python's whole numbers, which have no limit, at some cost in time."""
    products = totals.astype(object)[:, None] * weights.astype(object)
    parts = products // sums.astype(object)[:, None]
    return parts.astype(np.int64), (products - parts * sums.astype(object)[:, None]).astype(np.int64)
