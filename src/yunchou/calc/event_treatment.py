"""What a forecast does with the events of a history: what its models learn, and what may happen again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, Grid, IntArray
from yunchou.calc.event_kinds import Event, rows_of
from yunchou.calc.giant_orders import removed_from
from yunchou.calc.level_breaks import before_break
from yunchou.calc.marks import Mark, apply_marks
from yunchou.calc.periods import SEASON, Freq
from yunchou.calc.usual_sales import usual

_RARE_STREAM = 6


@dataclass(frozen=True, kw_only=True)
class Rare:
    """Giant orders that may happen again: ``per_year`` are expected of all together, each as likely as another.

    ``amounts``, shape ``(orders, series)``, is what each order brought to each bottom series, in the unit of the history.
    """

    per_year: float
    amounts: FloatArray

    def total(self, times: IntArray) -> FloatArray:
        """Return what orders that come so often add to the whole, shape ``(paths, horizon)``."""
        return np.asarray(np.tensordot(self.amounts.sum(axis=1), times, axes=1))

    def parts(self, times: IntArray, rows: slice | IntArray) -> FloatArray:
        """Return what they add to some bottom series, shape ``(rows, paths, horizon)``."""
        return np.asarray(np.tensordot(self.amounts[:, rows].T, times, axes=1))


@dataclass(frozen=True, kw_only=True)
class Treated:
    """What models are to learn from, shape ``(series, periods)``, what is to be added to their paths, and the events told."""

    values: FloatArray
    rare: Rare | None
    events: tuple[Event, ...]


def treat(grid: Grid, *, events: Sequence[Event], marks: Sequence[Mark] = (), freq: Freq = "M") -> Treated:
    """Return the history as models should learn it, and what they cannot learn and may still happen.

    A giant order is taken out; unless it is marked ``once`` it comes back as a rare order. What was sold before a
    break is brought to the level after it. A marked stock-out is filled with what was usual, a marked price change is
    brought to the new price. Everything else is kept as it is; without anything to treat the very same array returns.

    How often rare orders come back: (n + ½) ÷ (years + 1) a year for n orders seen in that many years of history.

    Raises:
        BadInput: As ``apply_marks``.

    Source: own; the frequency is the Bayes estimate of a Poisson rate, Jeffreys' ½ beside a year's exposure.
    """
    season = SEASON[freq]
    told = apply_marks(grid, events, marks, freq=freq)
    place = {period: at for at, period in enumerate(grid.periods)}
    values = grid.values
    orders: list[FloatArray] = []
    if any(event.treat != "keep" for event in told):
        values = values.copy()
    # orders first, so that what is scaled or filled afterwards is what was usual
    for event in sorted(told, key=lambda event: event.kind != "giant_order"):
        rows = _rows(grid, event)
        start, end = place[event.first], place[event.last]
        if event.treat == "keep" or not rows.size:
            continue
        if event.kind == "giant_order":
            given = _take_out(values, rows, (start, end), event, season)
            if event.treat == "recurring":
                orders.append(np.bincount(rows, given, len(values)).astype(np.float64))
        elif event.kind == "stock_out":
            _fill(values, rows, start, end, season)
        else:
            before_break(values, rows, start, event.evidence["factor"])
    return Treated(values=values, rare=_rare(orders, len(grid.periods) / season), events=told)


def _rows(grid: Grid, event: Event) -> IntArray:
    """Return the bottom series of an event; none where it lies in a column that the history does not have."""
    if any(column not in grid.series.columns for column, _ in event.where):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(rows_of(grid.series, event.where, len(grid.values))).astype(np.int64)


def _take_out(values: FloatArray, rows: IntArray, span: tuple[int, int], event: Event, season: int) -> FloatArray:
    """Take an order out of the history, in place; return what each bottom series gave."""
    given, (start, end) = np.zeros(len(rows)), span
    level = usual(values[rows].sum(axis=0), season)
    for at in range(start, end + 1):
        here = float(values[rows, at].sum())
        amount = event.evidence["amount"] if start == end else max(here - float(level[at]), 0.0)
        part = removed_from(values, rows, at, amount, season)
        values[rows, at] -= part
        given += part
    return given


def _fill(values: FloatArray, rows: IntArray, start: int, end: int, season: int) -> None:
    """Fill a silence with what was usual, in place; each bottom series its share of the periods about it."""
    scope = values[rows].sum(axis=0)
    about = np.r_[max(0, start - season) : start, end + 1 : min(len(scope), end + 1 + season)]
    part = np.maximum(values[rows][:, about].sum(axis=1), 0.0)
    if not part.sum() > 0:
        return
    lacking = np.maximum(usual(scope, season) - scope, 0.0)[start : end + 1]
    values[rows, start : end + 1] += np.outer(part / part.sum(), lacking)


def _rare(orders: Sequence[FloatArray], years: float) -> Rare | None:
    return Rare(per_year=(len(orders) + 0.5) / (years + 1), amounts=np.array(orders)) if orders else None


def draw_rare(rare: Rare, *, paths: int, horizon: int, season: int, seed: int) -> IntArray:
    """Return how often each rare order comes in each period of each path, shape ``(orders, paths, horizon)``.

    ``Rare.total`` and ``Rare.parts`` turn it into amounts; the same draw for both keeps every level a sum of its parts.

    Source: own; independent Poisson counts, together a compound Poisson process.
    """
    random = np.random.default_rng([seed, _RARE_STREAM])
    each = rare.per_year / (season * len(rare.amounts))
    return random.poisson(each, size=(len(rare.amounts), paths, horizon)).astype(np.int64)
