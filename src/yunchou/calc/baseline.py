"""The coming periods as a joint distribution, from a history alone and coherent path by path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from yunchou.calc.baseline_grid import FloatArray, Grid, make_grid
from yunchou.calc.baseline_shares import Shares, make_shares
from yunchou.calc.baseline_top import forecast_top
from yunchou.calc.errors import BadInput
from yunchou.calc.periods import Freq, step
from yunchou.calc.text import Text


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Equally likely futures of all bottom series together; every level is a sum of them, path by path.

    ``periods`` are the first days of the coming periods; ``series`` holds the keys of each bottom series, sorted;
    ``total_paths`` has shape ``(paths, horizon)``. ``method`` says how it was made and checked.
    """

    periods: tuple[date, ...]
    series: pl.DataFrame
    total_paths: FloatArray
    method: Mapping[str, object]
    warnings: tuple[Text, ...]
    shares: Shares
    grid: Grid

    def bottom_paths(self) -> FloatArray:
        """Return all bottom series, shape ``(paths, series, horizon)``; over series they sum to ``total_paths``."""
        return np.concatenate([block for _, block in self.shares.blocks()], axis=1)

    def level_paths(self, by: Sequence[str]) -> Iterator[tuple[pl.DataFrame, FloatArray]]:
        """Yield the groups of a level, some at a time and sorted by key, with their paths ``(paths, groups, horizon)``.

        ``by`` names key columns; empty for the total. Never holds more than one block of series and one of groups
        when ``by`` are the first key columns.
        """
        if not by:
            yield pl.DataFrame(), self.total_paths[:, None, :]
            return
        groups, index = self.grid.groups(by)
        paths, horizon = self.total_paths.shape
        sums = np.zeros((paths, groups.height, horizon))
        for rows, block in self.shares.blocks():
            for place, row in enumerate(range(rows.start, rows.stop)):
                sums[:, index[row]] += block[:, place]
        yield groups, sums


def forecast(history: pl.DataFrame, *, keys: Sequence[str], horizon: int, freq: Freq = "M", paths: int = 2000, seed: int = 0) -> Forecast:
    """Return the joint distribution of the next ``horizon`` periods.

    The top is forecast by its own model; the bottom series follow as uncertain shares of it, so that levels sum
    path by path. The order of rows never changes a value, and the same seed gives the same paths.

    Args:
        history: Columns ``keys`` (String), ``period`` (Date, first day of the period), ``value`` (Float64).
        keys: The columns that make a bottom series; may be empty.
        horizon: Number of periods, at least 1.
        freq: Months, quarters, or weeks that start on Monday.
        paths: Number of equally likely futures, at least 2.
        seed: Of everything random.

    Raises:
        BadInput: No row, or a horizon below 1.

    Source: own; see docs/methods/forecast.md.
    """
    if horizon < 1:
        raise BadInput(Text(f"--horizon {horizon}:至少要预测 1 期", f"--horizon {horizon}: at least 1 period must be forecast"))
    if paths < 2:
        raise BadInput(Text(f"--paths {paths}:至少要 2 条路径", f"--paths {paths}: at least 2 paths are needed"))
    grid = make_grid(history, keys=keys, freq=freq)
    top = forecast_top(grid.top, horizon=horizon, freq=freq, paths=paths, seed=seed)
    shares = make_shares(grid, top.paths, freq=freq, seed=seed)
    periods = tuple(step(grid.periods[-1], ahead, freq) for ahead in range(1, horizon + 1))
    return Forecast(
        periods=periods, series=grid.series, total_paths=top.paths, method=top.method, warnings=top.warnings, shares=shares, grid=grid
    )
