"""One month that dwarfs all others: counted at most at twice the next largest, so that a single order proves nothing."""

import numpy as np

from yunchou.calc.sales_months import FloatArray

# Two years of months and the year they are compared with: what growth is read from.
WINDOW = 36
_TIMES = 2.0
_FEWEST = 2
_PLACES = 6


def even_out(values: FloatArray) -> FloatArray:
    """Return the months with the largest of each series' last 36 cut to twice the next largest (in absolute terms).

    A series with a single month of sales keeps nothing of it: one month cannot be told from one order. Returns are
    cut alike, so that a giant order and its return still cancel. Earlier months stay as they are.

    Args:
        values: Shape ``(series, months)``, currency units.

    Source: own, after winsorizing: C. P. Winsor in J. W. Tukey, Ann. Math. Stat. 33(1), 1962.
    """
    window = values[:, -WINDOW:]
    if window.shape[1] < _FEWEST:
        return values.copy()
    # rounded: after an order and its return a month holds the dust of floats, which is no sale
    sizes = np.round(np.abs(window), _PLACES)
    limit = _TIMES * np.partition(sizes, -2, axis=1)[:, -2]
    evened = values.copy()
    evened[:, -WINDOW:] = np.clip(window, -limit[:, None], limit[:, None])
    return evened
