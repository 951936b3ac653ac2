"""Which share of the year each quarter is expected to bring, with its spread, and which share of the target it carries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray

_LOW, _HIGH = 0.1, 0.9
_MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class QuarterShare:
    """One quarter of the fiscal year: shares of the year, 0…1, below 0 where returns outweigh.

    ``mean_share`` over all quarters sums to 1; ``low_share`` and ``high_share`` bound the 80 % interval. ``by_end_*`` are the
    same for all quarters up to this one together. ``target_minor`` is the quarter's target and ``target_share`` its part of
    the year's; ``last_year_share`` is what the quarter was of last year, None where last year was not read whole.
    """

    quarter: int
    months: tuple[str, ...]
    mean_share: float
    low_share: float
    high_share: float
    by_end_mean_share: float
    by_end_low_share: float
    by_end_high_share: float
    target_minor: int
    target_share: float | None
    last_year_share: float | None


def quarter_shares(
    paths: FloatArray, *, months: Sequence[str], target_minor: IntArray, last_year_minor: IntArray | None
) -> tuple[QuarterShare, ...]:
    """Return the share of the year that each quarter brings over the paths of the year.

    A path whose year does not sum above 0 has no shares and is left out; where none has, there is nothing to return.

    Args:
        paths: Shape ``(paths, series, 12)``, with drivers.
        months: The year's months in order, as ``2025-04``; the year may start with any.
        target_minor: Shape ``(series, customer tiers, 12)``, the chosen target.
        last_year_minor: Likewise what last year was, or None where it was not read whole.

    Source: own; the empirical distribution of the ratio.
    """
    by_quarter = paths.sum(axis=1).reshape(len(paths), -1, _MONTHS).sum(axis=2)
    totals = by_quarter.sum(axis=1)
    some = totals > 0
    if not some.any():
        return ()
    shares = by_quarter[some] / totals[some, None]
    running = shares.cumsum(axis=1)
    running[:, -1] = 1.0
    asked = target_minor.sum(axis=(0, 1)).reshape(-1, _MONTHS).sum(axis=1)
    before = None if last_year_minor is None else last_year_minor.sum(axis=(0, 1)).reshape(-1, _MONTHS).sum(axis=1)
    low, high = np.quantile(shares, [_LOW, _HIGH], axis=0)
    by_low, by_high = np.quantile(running, [_LOW, _HIGH], axis=0)
    return tuple(
        QuarterShare(
            quarter=at + 1,
            months=tuple(months[at * _MONTHS : (at + 1) * _MONTHS]),
            mean_share=float(shares[:, at].mean()),
            low_share=float(low[at]),
            high_share=float(high[at]),
            by_end_mean_share=float(running[:, at].mean()),
            by_end_low_share=float(by_low[at]),
            by_end_high_share=float(by_high[at]),
            target_minor=int(asked[at]),
            target_share=float(asked[at] / asked.sum()) if asked.sum() > 0 else None,
            last_year_share=float(before[at] / before.sum()) if before is not None and before.sum() > 0 else None,
        )
        for at in range(len(asked))
    )
