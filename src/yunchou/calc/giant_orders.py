"""Giant orders: single amounts far above everything alike, that move a year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from yunchou.calc.baseline_grid import FloatArray, Grid, IntArray
from yunchou.calc.event_kinds import MATERIAL, Found, Scope, where_of, year_about
from yunchou.calc.usual_sales import usual, usual_level

# probability by which chance alone may name an order in a history without any, over all series looked at
_CHANCE = 0.03
# without a second year a season's peak looks like an order
_CHANCE_WITHOUT_SEASON = 0.0001
# so many robust standard deviations are an order whatever the gap; 1,800 clean series reached 7.0
_FAR = 7.5
_LEAST_SPREAD = 0.05
# an order at least doubles what is usual, and is at least so many times its own series' next largest
_LEAST_RATIO = 2.0
_MOST_TOGETHER = 3
_FEWEST = 8
_DENSE = 0.6
_MOST_COMPARED = 40
_TINY = 1e-300


def gap_chance(values: FloatArray) -> tuple[int, float]:
    """Return how many of the largest values stand apart, at most three, and the probability that chance does that.

    Under a tail that falls like a power (or faster), the normalised logarithmic gaps between ordered values are alike;
    a gap above the k-th largest is compared with the mean of those below it by an F distribution with 2 and 2·m
    degrees of freedom, whose tail is (1 + f ÷ m)^−m. Tested inwards from three, so that orders cannot hide each other.

    Args:
        values: Shape ``(n,)``, only the positive ones count; at least eight.

    Returns:
        0 and 1.0 when there are too few. The probability covers all three tries.

    Source:
        A. Rényi, Acta Mathematica Hungarica 4 (1953), normalised gaps; A. C. Kimber, Applied Statistics 31 (1982), several
        outliers of an exponential sample; the tail: B. M. Hill, Annals of Statistics 3 (1975).
    """
    ordered = np.sort(np.log(values[values > 0]))[::-1]
    tried = min(_MOST_TOGETHER, len(ordered) // 4)
    if len(ordered) < _FEWEST:
        return 0, 1.0
    gaps = -np.diff(ordered) * np.arange(1, len(ordered))
    best, chance = 0, 1.0
    for together in range(tried, 0, -1):
        # the upper half says what the tail is like: the lower one has another shape
        below = gaps[together : together + min(_MOST_COMPARED, (len(ordered) - together) // 2)]
        ratio = gaps[together - 1] / max(float(below.mean()), 1e-12)
        here = min(1.0, tried * float(np.exp(-len(below) * np.log1p(ratio / len(below)))))
        if here < chance:
            best, chance = together, here
    return best, chance


def _neighbours(values: FloatArray, at: int) -> float:
    around = [values[place] for place in (at - 2, at - 1, at + 1, at + 2) if 0 <= place < len(values)]
    return float(np.median(around)) if around else 0.0


def _in_series(scope: Scope, year: FloatArray, *, season: int, tests: int) -> list[Found]:
    """Return the periods of one series that stand far above its usual."""
    values = scope.values[scope.first :]
    level, expected = usual_level(values, season), usual(values, season)
    near = np.array([_neighbours(values, at) for at in range(len(values))])
    # an order is above its level, its season and its neighbours: a peak of every December is above the first alone
    ratio = np.where(level > 0, values / np.maximum(np.maximum(np.maximum(level, expected), near), _TINY), 0.0)
    count, chance = gap_chance(ratio)
    seasoned = len(values) >= 2 * season
    if chance > (_CHANCE if seasoned else _CHANCE_WITHOUT_SEASON) / tests:
        count = 0
    distance = _distances(ratio) if seasoned else np.zeros(len(ratio))
    found = []
    for rank, at in enumerate(np.argsort(-ratio, kind="stable").tolist()):
        if rank >= count and distance[at] < _FAR:
            break
        amount = float(values[at] - expected[at])
        whole = float(year[scope.first + at])
        if ratio[at] >= _LEAST_RATIO and whole > 0 and amount >= MATERIAL * whole:
            evidence = {
                "amount": amount,
                "usual": float(expected[at]),
                "times": float(ratio[at]),
                "chance": chance,
                "z": float(distance[at]),
            }
            place = scope.first + at
            found.append(Found(where=scope.where, start=place, end=place, amount=amount, score=-chance, evidence=evidence))
    return found


def _distances(ratio: FloatArray) -> FloatArray:
    """Return how far each ratio lies above the median, in robust standard deviations of the upper side's logarithms."""
    sold = ratio > 0
    if sold.sum() < _FEWEST:
        return np.zeros(len(ratio))
    logs = np.log(np.where(sold, ratio, 1.0))
    middle, upper = np.quantile(logs[sold], [0.5, 0.84])
    return np.asarray(np.where(sold, (logs - middle) / max(float(upper - middle), _LEAST_SPREAD), 0.0))


def giant_periods(grid: Grid, scopes: Sequence[Scope], *, season: int) -> list[Found]:
    """Return the single periods of the whole, of key columns' values and of bottom series that stand far above all others.

    A series that sells in most periods is compared with its own usual; one that seldom does with all amounts of all
    bottom series.

    Source: own; see docs/methods/history-events.md.
    """
    year = year_about(grid.top, season)
    listed = {scope.where: scope for scope in scopes}
    cells = np.argwhere((grid.values >= MATERIAL * year) & (year > 0) & (grid.values > 0))
    keys = grid.series.columns
    for row in np.unique(cells[:, 0]).tolist() if keys else []:
        where = where_of(keys, grid.series.row(row))
        listed.setdefault(where, Scope(where=where, values=grid.values[row], first=int(grid.first[row])))
    dense = {where: scope for where, scope in listed.items() if _is_dense(scope)}
    found = [one for scope in dense.values() for one in _in_series(scope, year, season=season, tests=len(dense))]
    seldom = [(row, at) for row, at in cells.tolist() if keys and where_of(keys, grid.series.row(row)) not in dense]
    if seldom:
        found += _among_all(grid, seldom)
    return found


def _is_dense(scope: Scope) -> bool:
    values = scope.values[scope.first :]
    return len(values) >= _FEWEST and float((values > 0).mean()) >= _DENSE


def _among_all(grid: Grid, cells: Sequence[tuple[int, int]]) -> list[Found]:
    count, chance = gap_chance(grid.values.ravel())
    if chance > _CHANCE:
        return []
    least = float(np.sort(grid.values.ravel())[-count])
    found = []
    for row, at in cells:
        own = np.delete(grid.values[row], at)
        amount = float(grid.values[row, at])
        if amount >= least and amount >= _LEAST_RATIO * float(own.max(initial=0.0)):
            where = where_of(grid.series.columns, grid.series.row(row))
            sold = own[own > 0]
            evidence = {"amount": amount, "usual": float(np.median(sold)) if sold.size else 0.0, "chance": chance}
            found.append(Found(where=where, start=at, end=at, amount=amount, score=-chance, evidence=evidence))
    return found


def giant_orders(lines: pl.DataFrame, grid: Grid, *, season: int) -> list[Found]:
    """Return single orders (lines where there is no order), and customers' single periods, far above all alike.

    Args:
        lines: The grid's key columns, ``period`` (first day), ``value``; optionally ``order`` and ``customer``, null where unknown.
        grid: The same lines as a grid.
        season: Periods a year.

    Source: own; see docs/methods/history-events.md.
    """
    place = {period: at for at, period in enumerate(grid.periods)}
    keys = grid.series.columns
    year = year_about(grid.top, season)
    found: list[Found] = []
    numbered = lines.with_row_index("__line")
    for name in ("order" if "order" in lines.columns else "__line", "customer"):
        if name not in numbered.columns:
            continue
        by = [name, "period"]
        same = [pl.when(pl.col(key).n_unique() == 1).then(pl.col(key).first()).alias(key) for key in keys if key not in by]
        # sorted by value before it is summed: the order of rows must not touch the last digit
        sums = numbered.filter(pl.col(name).is_not_null()).sort("value").group_by(by).agg(pl.col("value").sum(), *same)
        found += _stand_apart(sums, name, keys, place, year)
    return _each_once(found)


def _each_once(found: Sequence[Found]) -> list[Found]:
    """Return one candidate a place and period: its orders together, or its customers where no order explains them."""
    merged: list[Found] = []
    for where, at in sorted({(one.where, one.start) for one in found}):
        here = [one for one in found if (one.where, one.start) == (where, at)]
        orders = [one for one in here if not one.label.startswith("customer")]
        customers = [one for one in here if one not in orders]
        enough = sum(one.amount for one in orders) >= 0.6 * sum(one.amount for one in customers)
        kept = sorted(orders if enough else customers, key=lambda one: (-one.amount, one.label))
        amount = sum(one.amount for one in kept)
        label = " + ".join(one.label for one in kept if one.label)
        merged.append(replace(kept[0], amount=amount, evidence={**kept[0].evidence, "amount": amount}, label=label))
    return merged


def _stand_apart(sums: pl.DataFrame, name: str, keys: Sequence[str], place: Mapping[date, int], year: FloatArray) -> list[Found]:
    amounts = sums["value"].to_numpy()
    count, chance = gap_chance(amounts)
    if chance > _CHANCE:
        return []
    found = []
    top = sums.sort("value", descending=True)[:count]
    usual_one = float(np.median(amounts[amounts > 0]))
    for row in top.iter_rows(named=True):
        at = place[row["period"]]
        amount = float(row["value"])
        # what the year came to without this order
        whole = float(year[at])
        own = sums.filter((pl.col(name) == row[name]) & (pl.col("period") != row["period"]))["value"] if name == "customer" else None
        largest_own = float(own.max() or 0.0) if own is not None else 0.0  # type: ignore[arg-type]
        if whole <= 0 or amount < MATERIAL * whole or amount < _LEAST_RATIO * largest_own or _given_back(sums, row, keys, place):
            continue
        where = tuple(sorted((key, (str(row[key]),)) for key in keys if row[key] is not None))
        evidence = {"amount": amount - max(0.0, _median(own)), "usual": _median(own) if name == "customer" else usual_one, "chance": chance}
        label = "" if name == "__line" else f"{name} {row[name]}"
        found.append(Found(where=where, start=at, end=at, amount=evidence["amount"], score=-chance, evidence=evidence, label=label))
    return found


def _given_back(sums: pl.DataFrame, row: Mapping[str, Any], keys: Sequence[str], place: Mapping[date, int]) -> bool:
    """Tell whether a return of at least half of an order stands in its own period or the next, at the same place."""
    here = place[row["period"]]
    near = [period for period, at in place.items() if at in {here, here + 1}]
    same = [pl.col(key).eq_missing(pl.lit(row[key])) for key in keys]
    return not sums.filter(pl.col("value") <= -row["value"] / 2, pl.col("period").is_in(near), *same).is_empty()


def _median(values: pl.Series | None) -> float:
    if values is None or not values.len():
        return 0.0
    return float(values.median() or 0.0)  # type: ignore[arg-type]


def removed_from(values: FloatArray, rows: IntArray, at: int, amount: float, season: int) -> FloatArray:
    """Return how much of an amount each of some bottom series gave in one period, shape ``(rows,)``.

    Each gives in proportion to what it has above its own mean of the year about it, and where that is not enough in
    proportion to the rest; nothing falls below zero.

    Source: own.
    """
    half = max(1, season // 2)
    about = values[rows, max(0, at - half) : at + half + 1]
    here = values[rows, at]
    usual_here = (about.sum(axis=1) - here) / max(1, about.shape[1] - 1)
    above = np.maximum(here - np.maximum(usual_here, 0.0), 0.0)
    given = np.zeros(len(rows))
    for part in (above, np.maximum(here, 0.0) - above):
        total, left = float(part.sum()), amount - float(given.sum())
        if total > 0 and left > 0:
            given = given + part * min(1.0, left / total)
    return given
