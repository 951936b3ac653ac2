"""Find what is no ordinary month in a history: giant orders, breaks, stock-outs, price changes, months of returns."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from yunchou.calc.baseline_grid import FloatArray, Grid
from yunchou.calc.event_kinds import TREATS, Event, Found, Kind, Scope, narrowest, scopes_of, year_about
from yunchou.calc.giant_orders import giant_orders, giant_periods
from yunchou.calc.level_breaks import level_breaks
from yunchou.calc.periods import SEASON, Freq
from yunchou.calc.price_changes import price_changes
from yunchou.calc.silences import net_returns, silences
from yunchou.calc.usual_sales import usual


def find_events(grid: Grid, *, freq: Freq = "M", lines: pl.DataFrame | None = None) -> tuple[Event, ...]:
    """Return the events of a history, by first period, kind and place; the same for any order of rows.

    The whole, the values of each key column and the bottom series that carry at least 5 % of it are looked at; single
    orders anywhere. An event is named once, at the narrowest place that explains most of it.

    Args:
        grid: The history by bottom series and period.
        freq: Its periods.
        lines: The same history line by line, where there is more to tell: the grid's key columns, ``period`` (first
            day), ``value`` and, each optional, ``order``, ``customer`` (null where unknown), ``product``, ``quantity``. Price
            changes need ``product`` and ``quantity``; where the key ``product`` is coarser, the product itself is in ``item``.

    Source: own; see docs/methods/history-events.md.
    """
    season = SEASON[freq]
    if len(grid.periods) < 2:
        return ()
    top = grid.top
    near = max(1, season // 4)
    scopes = scopes_of(grid)
    giants = giant_periods(grid, scopes, season=season)
    if lines is not None:
        giants += giant_orders(lines, grid, season=season)
    kept = narrowest(giants, near=0)
    clean = [_without(scope, kept, season) for scope in scopes]
    silent = narrowest(silences(clean, top, season=season), near=near)
    filled = _filled(clean, silent, season)
    found: list[tuple[Kind, Sequence[Found]]] = [
        ("giant_order", kept),
        ("stock_out", silent),
        ("break", narrowest(level_breaks(filled, top, season=season), near=near)),
        ("returns", narrowest(net_returns(scopes, top, season=season), near=0)),
    ]
    if lines is not None and {"product", "quantity"} <= set(lines.columns):
        places = {period: at for at, period in enumerate(grid.periods)}
        found.append(("price", price_changes(lines, places, top, season=season)))
    year = year_about(top, season)
    events = [make_event(kind, one, grid, float(year[one.start])) for kind, some in found for one in some]
    return tuple(sorted(events, key=order_of))


def make_event(kind: Kind, found: Found, grid: Grid, year: float) -> Event:
    """Return a candidate as an event with its default treatment; ``year`` is what the whole's year about it comes to.

    Source: own.
    """
    return Event(
        kind=kind,
        where=found.where,
        first=grid.periods[found.start],
        last=grid.periods[found.end],
        size=found.amount / abs(year) if year else 0.0,
        evidence=dict(found.evidence),
        treat=TREATS[kind][0],
        label=found.label,
    )


def order_of(event: Event) -> tuple[object, ...]:
    """Return what events are sorted by."""
    return event.first, event.kind, event.where, event.label


def _without(scope: Scope, giants: Sequence[Found], season: int) -> Scope:
    """Return a series without the giant orders in it, so that they are taken for neither a level nor a recovery."""
    values = scope.values.copy()
    for giant in giants:
        if set(scope.where) <= set(giant.where):
            values[giant.start] -= giant.amount
        elif set(giant.where) <= set(scope.where) and giant.start >= scope.first:
            values[giant.start] = usual(scope.values[scope.first :], season)[giant.start - scope.first]
    return replace(scope, values=values)


def _filled(scopes: Sequence[Scope], silent: Sequence[Found], season: int) -> list[Scope]:
    """Return the series with their silences filled, so that a part's stock-out is not taken for a break of the whole."""
    by_place = {scope.where: scope for scope in scopes}
    filled = []
    for scope in scopes:
        values = scope.values.copy()
        for one in silent:
            span = slice(one.start, one.end + 1)
            if set(scope.where) <= set(one.where):
                part = by_place[one.where]
                values[span] += _lacking(part, season)[span]
            elif set(one.where) <= set(scope.where):
                values[span] += _lacking(scope, season)[span]
        filled.append(replace(scope, values=values))
    return filled


def _lacking(scope: Scope, season: int) -> FloatArray:
    lacking = np.zeros(len(scope.values))
    own = scope.values[scope.first :]
    lacking[scope.first :] = np.maximum(usual(own, season) - own, 0.0)
    return lacking
