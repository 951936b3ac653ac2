"""History laid out as a grid: a row a bottom series, a column a period, gaps as zero from a series' first line on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.periods import Freq, distance, first_day, step
from yunchou.calc.text import Text

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The bottom series of a history.

    ``series`` has a row per series, sorted by its keys; ``values`` has shape ``(series, periods)``; ``first`` is
    the index of each series' first period with a line.
    """

    series: pl.DataFrame
    values: FloatArray
    first: IntArray
    periods: tuple[date, ...]

    @property
    def top(self) -> FloatArray:
        """Return the sum of all series, shape ``(periods,)``."""
        total: FloatArray = self.values.sum(axis=0)
        return total

    def groups(self, by: Sequence[str]) -> tuple[pl.DataFrame, IntArray]:
        """Return the groups of one level, sorted by key, and the index of each series' group."""
        if not by:
            return pl.DataFrame(), np.zeros(len(self.values), dtype=np.int64)
        found = self.series.select(by).unique().sort(by).with_row_index("__group")
        index = self.series.select(by).join(found, on=list(by), how="left", maintain_order="left")["__group"]
        return found.drop("__group"), index.to_numpy().astype(np.int64)


def group_sums(values: FloatArray, index: IntArray, groups: int) -> FloatArray:
    """Return the sums of rows by group, shape ``(groups, …)``.

    Source: own.
    """
    sums = np.zeros((groups, *values.shape[1:]))
    np.add.at(sums, index, values)
    return sums


def make_grid(history: pl.DataFrame, *, keys: Sequence[str], freq: Freq) -> Grid:
    """Return the grid of a history with the columns ``keys``, ``period`` and ``value``.

    Raises:
        BadInput: There is no row.
        ValueError: A column is missing, a key or period is null, a value is not finite.

    Source: own.
    """
    missing = [name for name in (*keys, "period", "value") if name not in history.columns]
    if missing:
        raise ValueError(f"the history lacks the columns {missing}")
    if history.is_empty():
        raise BadInput(Text("没有可用的历史：一行都没有，请检查文件", "no history to forecast from: not a single line; check the file"))
    if history.select(*keys, "period", "value").null_count().sum_horizontal().item():
        raise ValueError("the history has null keys, periods or values")
    if not history["value"].cast(pl.Float64).is_finite().all():
        raise ValueError("the history has values that are not finite")
    tidy = history.select(*keys, pl.col("period").cast(pl.Date), pl.col("value").cast(pl.Float64))
    # sorting by value as well makes the sum of repeated rows the same for any order of the rows
    tidy = tidy.sort(*keys, "period", "value").group_by([*keys, "period"], maintain_order=True).agg(pl.col("value").sum())
    first, last = tidy["period"].min(), tidy["period"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        raise TypeError("the periods are no dates")
    start = first_day(first, freq)
    length = distance(start, first_day(last, freq), freq) + 1
    periods = tuple(step(start, count, freq) for count in range(length))
    position = {period: place for place, period in enumerate(periods)}
    column = tidy["period"].to_list()
    if any(period not in position for period in column):
        raise ValueError(f"the periods are not all first days of a period of frequency {freq}")
    at = np.array([position[period] for period in column], dtype=np.int64)
    series = tidy.select(keys).unique().sort(keys) if keys else pl.DataFrame()
    row = np.zeros(len(at), dtype=np.int64)
    if keys:
        numbered = series.with_row_index("__row")
        row = tidy.select(keys).join(numbered, on=list(keys), how="left", maintain_order="left")["__row"].to_numpy().astype(np.int64)
    count = max(1, series.height)
    values = np.zeros((count, length))
    values[row, at] = tidy["value"].to_numpy()
    opened = np.full(count, length, dtype=np.int64)
    np.minimum.at(opened, row, at)
    return Grid(series=series, values=values, first=opened, periods=periods)
