"""Histories too wild for a forecast: futures beyond all experience are bounded, and what cannot be known is said."""

import numpy as np

from yunchou.calc.baseline_grid import FloatArray
from yunchou.calc.text import Text

# No year is expected to bring more than so many times the best one seen: beyond it only the tail of a distribution speaks.
_MOST = 5.0
_MOST_YEARS = 10.0
# An 80 % interval wider than so many times its median tells a reader nothing to act on.
_WIDE = 3.0


def bound(history: FloatArray, total: FloatArray, *, season: int) -> FloatArray | None:
    """Return the factor that brings each path within what experience allows, None where every path is.

    The sum of a path over the horizon may reach 5 times the largest sum of as many periods in the history, to the power of the
    years ahead where they are more than one. Where spreads are multiplied, a history whose periods differ by orders of
    magnitude has paths far beyond that, few but large enough to decide the mean.

    Args:
        history: Shape ``(periods,)``, the whole as it was.
        total: Shape ``(paths, horizon)``, its futures.
        season: Periods a year.

    Returns:
        Shape ``(paths,)``, each above 0 and at most 1; the same factor for every series keeps parts summing to the whole.

    Source: own.
    """
    horizon = total.shape[1]
    window = min(horizon, len(history))
    sums = np.convolve(np.maximum(history, 0.0), np.ones(window), "valid")
    best = float(sums.max()) * horizon / window
    most = best * _MOST ** min(max(1.0, horizon / season), _MOST_YEARS)
    reached = total.sum(axis=1)
    if best <= 0 or float(reached.max()) <= most:
        return None
    return np.asarray(np.minimum(1.0, most / np.maximum(reached, most)))


def wild_warnings(total: FloatArray, bounded: FloatArray | None) -> tuple[Text, ...]:
    """Return the sentence that says a forecast is of no use, where the 80 % interval of its sum is three times as wide as its median.

    ``total`` as in ``bound``, after it; ``bounded`` its factors.

    Source: own.
    """
    low, middle, high = (float(one) for one in np.quantile(total.sum(axis=1), [0.1, 0.5, 0.9]))
    if high - low <= _WIDE * max(middle, 0.0) or high <= 0:
        return ()
    apart = Text(f"，相差 {high / low:,.0f} 倍", f", {high / low:,.0f} times as much") if low > 0 and high / low < 1_000 else Text("", "")
    cut = 0.0 if bounded is None else float((bounded < 1).mean())
    far = (
        Text(
            f"；有 {cut:.1%} 的可能未来远超历史最好水平，已限在其 {_MOST:.0f} 倍以内",
            f"; {cut:.1%} of the futures lay far beyond the best ever seen and were held to {_MOST:.0f} times it",
        )
        if cut
        else Text("", "")
    )
    return (
        Text(
            f"历史起伏太大，预测没有用处：预测期合计的八成区间从 {low:,.0f} 到 {high:,.0f}{apart.zh}{far.zh}；"
            "请补更长的历史、改用更长的期间，或标记大单等特殊月份",
            f"the history is too wild for a forecast: the 80 % interval of the sum runs from {low:,.0f} to {high:,.0f}{apart.en}{far.en};"
            " give a longer history, take longer periods, or mark giant orders and the like",
        ),
    )
