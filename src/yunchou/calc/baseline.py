"""The coming periods as a joint distribution, from a history alone and coherent path by path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from yunchou.calc.baseline_check import check_levels, corrected
from yunchou.calc.baseline_division import Division
from yunchou.calc.baseline_draws import Draws
from yunchou.calc.baseline_grid import FloatArray, Grid, IntArray, make_grid
from yunchou.calc.baseline_sizes import LineSizes, steady_sizes
from yunchou.calc.baseline_spread import fit_series
from yunchou.calc.baseline_top import forecast_top
from yunchou.calc.calendar_effects import calendar_effect
from yunchou.calc.errors import BadInput
from yunchou.calc.event_kinds import Event
from yunchou.calc.event_treatment import Rare, draw_rare, treat
from yunchou.calc.history_events import find_events
from yunchou.calc.marks import Mark
from yunchou.calc.periods import SEASON, Freq, step
from yunchou.calc.text import Text
from yunchou.calc.wild_history import bound, wild_warnings

# groups summed at once: 64 MB of numbers
_CELLS_AT_ONCE = 8_000_000


@dataclass(frozen=True, kw_only=True)
class Extra:
    """Giant orders that may come again: what each brought, and how often it comes in each period of each path."""

    rare: Rare
    times: IntArray

    @property
    def total(self) -> FloatArray:
        """Return what they add to the total's paths, ``(paths, horizon)``."""
        return self.rare.total(self.times)

    def parts(self, rows: slice) -> FloatArray:
        """Return what they add to some bottom series, ``(rows, paths, horizon)``."""
        return self.rare.parts(self.times, rows)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Equally likely futures of all bottom series together; every level is a sum of them, path by path.

    ``periods`` are the first days of the coming periods; ``series`` holds the keys of each bottom series, sorted;
    ``total_paths`` has shape ``(paths, horizon)``. ``method`` says how it was made and checked; ``events`` are
    what is no ordinary month of the history, ``extra`` what giant orders that may come again add to the paths, ``factor``,
    shape ``(paths,)``, what held futures within experience (None where nothing had to be).
    """

    periods: tuple[date, ...]
    series: pl.DataFrame
    total_paths: FloatArray
    method: Mapping[str, object]
    warnings: tuple[Text, ...]
    draws: Draws
    order: IntArray
    extra: Extra | None = None
    events: tuple[Event, ...] = ()
    factor: FloatArray | None = None

    def bottom_paths(self) -> FloatArray:
        """Return all bottom series, shape ``(paths, series, horizon)``; over series they sum to ``total_paths``."""
        paths, horizon = self.total_paths.shape
        cube = np.empty((paths, len(self.order), horizon))
        for _, place, block in self.bottom_blocks():
            cube[:, place] = block.transpose(1, 0, 2)
        return cube

    def bottom_blocks(self) -> Iterator[tuple[pl.DataFrame, IntArray, FloatArray]]:
        """Yield some series at a time: their keys, their places in ``series``, their paths ``(series, paths, horizon)``."""
        for rows, drawn in self.draws.blocks():
            block = self._whole(drawn, rows)
            place = self.order[rows]
            keys = self.series[place.tolist()] if self.series.width else self.series
            yield keys, place, block

    def level_paths(self, by: Sequence[str]) -> Iterator[tuple[pl.DataFrame, FloatArray]]:
        """Yield the groups of a level, some at a time and sorted by key, with their paths ``(groups, paths, horizon)``.

        ``by`` names key columns; the total when empty. Holds at most 8 million numbers at once.
        """
        if not by:
            yield pl.DataFrame(), self.total_paths[None]
            return
        groups, index = self.draws.grid.groups(by)
        paths, horizon = self.total_paths.shape
        at_once = max(1, _CELLS_AT_ONCE // (paths * horizon))
        for start in range(0, groups.height, at_once):
            some = groups[start : start + at_once]
            sums = np.zeros((some.height, paths, horizon))
            place = index - start
            for rows, drawn in self.draws.blocks((place >= 0) & (place < some.height)):
                block = self._whole(drawn, rows)
                for row, group in zip(block, place[rows], strict=True):
                    if 0 <= group < some.height:
                        sums[group] += row
            yield some, sums

    def level_blocks(self, by: Sequence[str]) -> Iterator[tuple[pl.DataFrame, FloatArray]]:
        """Yield the groups of a level as ``level_paths`` does, but in the order that costs least: single series as they are drawn."""
        groups, index = self.draws.grid.groups(by)
        if not by or groups.height < len(index):
            yield from self.level_paths(by)
            return
        for rows, drawn in self.draws.blocks():
            yield groups[index[rows].tolist()], self._whole(drawn, rows)

    def _whole(self, drawn: FloatArray, rows: slice) -> FloatArray:
        """Return the drawn paths of some series with rare orders, held within what experience allows."""
        block = drawn if self.extra is None else drawn + self.extra.parts(rows)
        return block if self.factor is None else block * self.factor[:, None]


def levels_of(keys: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the levels of a list of keys: the total, each key alone, each prefix, the full cross; each once, in this order.

    Source: own.
    """
    found: list[tuple[str, ...]] = [()]
    for level in [(key,) for key in keys] + [tuple(keys[:count]) for count in range(1, len(keys) + 1)]:
        if level not in found:
            found.append(level)
    return found


def forecast(
    history: pl.DataFrame,
    *,
    keys: Sequence[str],
    horizon: int,
    freq: Freq = "M",
    paths: int = 2000,
    seed: int = 0,
    marks: Sequence[Mark] = (),
    lines: pl.DataFrame | None = None,
) -> Forecast:
    """Return the joint distribution of the next ``horizon`` periods.

    The total is forecast by its own models; the bottom series follow, so that levels sum
    path by path. Neither the order of the rows nor that of the keys changes a value, and the same seed gives the same
    paths.

    Args:
        history: Columns ``keys`` (String), ``period`` (Date, first day of the period), ``value`` (Float64); where known
            also ``lines``, the number of lines summed in the row, and ``squares``, the sum of their squares, by which
            series are freed from the luck of single large lines.
        keys: The columns that make a bottom series; may be empty.
        horizon: Number of periods, at least 1.
        freq: Months, quarters, or weeks that start on Monday.
        paths: Number of equally likely futures, at least 2.
        seed: Of everything random.
        marks: What a person says of events of the history.
        lines: The same history line by line, where orders or quantities are known; see ``history_events.find_events``.

    Raises:
        BadInput: No row, one period only, a horizon below 1, fewer than two paths, a mark that fits nothing.

    Source: own; see docs/methods/forecast.md.
    """
    if horizon < 1:
        raise BadInput(Text(f"--horizon {horizon}：至少要预测 1 期", f"--horizon {horizon}: at least 1 period must be forecast"))
    if paths < 2:
        raise BadInput(Text(f"--paths {paths}：至少要 2 条路径", f"--paths {paths}: at least 2 paths are needed"))
    # the computation knows the keys in one order only, so that the caller's order cannot matter
    names = sorted(keys)
    grid = make_grid(history, keys=names, freq=freq)
    if len(grid.periods) < 2:
        raise BadInput(
            Text(
                f"历史只有 {grid.periods[0]:%Y-%m} 这一期，无法预测：至少要两期的数据",
                f"the history holds one period only ({grid.periods[0]:%Y-%m}): at least two are needed to forecast",
            )
        )
    season, levels = SEASON[freq], levels_of(names)
    periods = tuple(step(grid.periods[-1], ahead, freq) for ahead in range(1, horizon + 1))
    treated = treat(grid, events=find_events(grid, freq=freq, lines=lines), marks=marks, freq=freq)
    effect = calendar_effect(treated.values.sum(axis=0), grid.periods, periods, freq)
    # models learn, and are checked on, a history without what is no part of them
    clean = replace(grid, values=treated.values / effect.past)
    values, sizes_kept = _steady(history, grid, clean, names, freq=freq)
    division = Division(grid=clean, values=values, keys=names, levels=levels, season=season, horizon=horizon)
    top = forecast_top(clean.top, horizon=horizon, freq=freq, paths=paths, seed=seed, weights=division.weights)
    model = fit_series(division, top.paths.mean(axis=0))
    checks = check_levels(division, model, freq=freq, seed=seed) if names else ()
    model = corrected(replace(model, mean=model.mean * effect.future), checks, names)
    draws = Draws(model=model, grid=clean, total=top.paths * effect.future, season=season, seed=seed, levels=levels_of(keys)[1:])
    extra = None if treated.rare is None else _again(treated.rare, paths=paths, horizon=horizon, season=season, seed=seed)
    series, order = grid.series, np.arange(len(grid.values))
    if keys:
        listed = grid.series.with_row_index("__row").sort(*keys)
        series = listed.select(keys)
        order = np.argsort(listed["__row"].to_numpy()).astype(np.int64)
    whole = draws.total if extra is None else draws.total + extra.total
    factor = bound(grid.top, whole, season=season)
    whole = whole if factor is None else whole * factor[:, None]
    return Forecast(
        periods=periods,
        series=series,
        total_paths=whole,
        method={
            **top.method,
            "series": len(grid.values),
            **division.told(),
            "levels": [check.told() for check in checks],
            "sizes_kept": None if sizes_kept is None else round(sizes_kept, 4),
            "bounded": 0.0 if factor is None else round(float((factor < 1).mean()), 4),
            "share_drift": round(float(np.median(model.drift)), 4),
            "calendar": {
                "used": effect.worth,
                "elasticity": effect.elasticity,
                "festival": effect.festival,
                "provisional": effect.provisional,
            },
            "column_drift": {name: round(float(np.median(drift)), 4) for name, drift in zip(names, model.column_drift, strict=True)},
        },
        warnings=(
            *wild_warnings(whole, factor),
            *top.warnings,
            *(event.sentence for event in treated.events),
            *(effect.sentences if effect.worth else ()),
        ),
        draws=draws,
        order=order,
        extra=extra,
        events=treated.events,
        factor=factor,
    )


def _again(rare: Rare, *, paths: int, horizon: int, season: int, seed: int) -> Extra:
    return Extra(rare=rare, times=draw_rare(rare, paths=paths, horizon=horizon, season=season, seed=seed))


def _steady(history: pl.DataFrame, grid: Grid, clean: Grid, keys: Sequence[str], *, freq: Freq) -> tuple[FloatArray, float | None]:
    """Return the values to learn series from, and the part of line sizes' differences kept; the values as they are without lines."""
    if not {"lines", "squares"} <= set(history.columns) or not keys:
        return clean.values, None
    lines, squares = (
        make_grid(history.select(*keys, "period", pl.col(name).alias("value")), keys=keys, freq=freq).values
        for name in ("lines", "squares")
    )
    # what was taken out of the values is not among their squares either
    kept = np.divide(clean.values, grid.values, out=np.ones_like(lines), where=grid.values > 0)
    # lines are of a kind where the kind leaves the least difference between series unexplained
    kinds = [(), *((key,) for key in keys)]
    found = [
        steady_sizes(clean.values, LineSizes(lines=lines, squares=squares * kept**2, alike=grid.groups(kind)[1]), season=SEASON[freq])
        for kind in kinds
    ]
    return min(found, key=lambda one: one[1])
