"""Money as whole minor units: what a whole amount is, and how large it may be."""

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

# Up to here every whole number is also an exact float64, and sums of a few amounts stay far below 63 bits.
LARGEST_MINOR = 9_000_000_000_000_000

_BITS_63 = 2**63


def whole_array(values: npt.ArrayLike, name: str) -> IntArray:
    """Return ``values`` as whole numbers >= 0 in 64 bits; ``name`` stands in the refusal.

    Floats are accepted when each is a whole number; nothing is ever rounded.

    Raises:
        ValueError: A value is negative, not whole, not finite, or does not fit in 63 bits.

    Source:
        Own.
    """
    given: npt.NDArray[Any] = np.asarray(values)
    if given.size == 0:
        return given.astype(np.int64)
    if given.dtype.kind in "bui":
        # a uint64 above the range would turn negative without a word
        if int(given.max()) >= _BITS_63:
            raise ValueError(f"{name}: {int(given.max())} does not fit in 64 bits")
        whole = given.astype(np.int64)
    elif given.dtype.kind == "f":
        if not np.isfinite(given).all() or (given != np.trunc(given)).any():
            raise ValueError(f"{name}: every value must be a whole number")
        if float(np.abs(given).max()) >= float(_BITS_63):
            raise ValueError(f"{name}: a value does not fit in 64 bits")
        whole = given.astype(np.int64)
    elif given.dtype.kind == "O" and all(isinstance(value, int) for value in given.flat):
        if any(abs(value) >= _BITS_63 for value in given.flat):
            raise ValueError(f"{name}: a value does not fit in 64 bits")
        whole = given.astype(np.int64)
    else:
        raise ValueError(f"{name}: every value must be a whole number")
    if int(whole.min()) < 0:
        raise ValueError(f"{name}: {int(whole.min())} is negative")
    return whole
