"""Amounts of series without the luck of single large lines: how many lines there were tells more than what they came to."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, IntArray, group_sums
from yunchou.calc.baseline_season import TINY


@dataclass(frozen=True, kw_only=True)
class LineSizes:
    """The lines behind a grid: their number and the sum of their squares, ``(series, periods)``.

    ``alike``, ``(series,)``, numbers the series whose lines are of a kind, such as those of one product.
    """

    lines: FloatArray
    squares: FloatArray
    alike: IntArray


def steady_sizes(values: FloatArray, sizes: LineSizes, *, season: int) -> tuple[FloatArray, float]:
    """Return the amounts with each series' average line moved towards that of its kind, as far as the difference may be chance.

    Lines differ so widely that a region's year is as much luck in sizes as in numbers. A series' average line relative
    to its kind's is kept by as much as series truly differ; a year's deviation from it by as much as years truly do.
    Each period's sum over the series treated stays what it was; series with negative periods are left alone.

    Args:
        values: Shape ``(series, periods)``.
        sizes: The lines behind them.
        season: Number of periods a year.

    Returns:
        The amounts, and the part (0…1) of the differences between series that was kept.

    Source: own; the between variances by moments as DerSimonian and Laird, Controlled Clinical Trials 7 (1986).
    """
    length = values.shape[1]
    kinds = int(sizes.alike.max()) + 1
    usable = (values >= 0).all(axis=1) & (sizes.lines.sum(axis=1) > 0)
    blocks = _years(length, season)
    amount, lines, squares = (
        np.array([part[:, start:end].sum(axis=1) for start, end in blocks]).T * usable[:, None]
        for part in (values, sizes.lines, sizes.squares)
    )
    kind_amount, kind_lines, kind_squares = (group_sums(part, sizes.alike, kinds) for part in (amount, lines, squares))
    usual = kind_amount / np.maximum(kind_lines, TINY)
    overall = kind_amount.sum(axis=1) / np.maximum(kind_lines.sum(axis=1), TINY)
    # relative variance of a single line of its kind
    single = kind_squares.sum(axis=1) / np.maximum(kind_lines.sum(axis=1) * overall**2, TINY) - 1
    chance = np.maximum(single, 0.0)[sizes.alike]
    due = lines * usual[sizes.alike]
    whole = due.sum(axis=1)
    seen = usable & (whole > 0)
    if seen.sum() < 2:
        return values, 1.0
    of_series = np.where(seen, chance / np.maximum(lines.sum(axis=1), TINY), 0.0)
    ratio = np.where(seen, amount.sum(axis=1) / np.maximum(whole, TINY), 1.0)
    kept = _kept(ratio[seen], of_series[seen], whole[seen])
    ratio[seen] = 1 + kept * (ratio[seen] - 1)
    expected = due * ratio[:, None]
    there = (expected > 0) & (amount > 0)
    of_years = chance[:, None] / np.maximum(lines, TINY)
    off = np.divide(amount, expected, out=np.ones_like(amount), where=there)
    of_year = np.ones_like(amount)
    if there.any():
        of_year[there] = 1 + _kept(off[there], of_years[there], expected[there]) * (off[there] - 1)
    factor = np.divide(expected * of_year, amount, out=np.ones_like(amount), where=there)
    steady = values.copy()
    for place, (start, end) in enumerate(blocks):
        steady[:, start:end] *= factor[:, place][:, None]
    before, after = values[usable].sum(axis=0), steady[usable].sum(axis=0)
    steady[usable] *= np.divide(before, after, out=np.ones_like(after), where=after > 0)
    return steady, float(kept @ whole[seen] / whole[seen].sum())


def _years(length: int, season: int) -> list[tuple[int, int]]:
    """Return the spans of years counted from the end; a first one of less than half a year belongs to the next."""
    ends = list(range(length, 0, -season))
    if len(ends) > 1 and ends[-1] < season / 2:
        ends.pop()
    return [(0 if place == len(ends) - 1 else end - season, end) for place, end in enumerate(ends)]


def _kept(ratio: FloatArray, chance: FloatArray, size: FloatArray) -> FloatArray:
    """Return the part of each ratio's distance from 1 that is no chance."""
    weight = size / size.sum()
    between = max(0.0, float(weight @ ((ratio - 1) ** 2 - chance)))
    return np.asarray(between / (between + chance + TINY))
