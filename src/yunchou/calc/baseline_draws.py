"""Draws of the bottom series, block by block, that sum to the total's paths exactly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from yunchou.calc.baseline_grid import BoolArray, FloatArray, Grid, group_sums
from yunchou.calc.baseline_spread import SeriesModel

FloatDraws = npt.NDArray[np.float32]

BLOCK = 128
# numbers kept from the first pass instead of being drawn again: 100 million are 400 MB
_KEPT = 100_000_000
_SERIES_STREAM, _COLUMN_STREAM = 4, 5
# what every series receives at least, so that some series is left to carry the total
_LEAST = 1e-9


@dataclass(kw_only=True)
class Draws:
    """The bottom series of the total's paths, scaled so that all of them sum to it.

    ``total`` has shape ``(paths, horizon)``. Blocks are drawn from their own streams, so they can be drawn again
    instead of being held: memory does not grow with the number of series.
    """

    model: SeriesModel
    grid: Grid
    total: FloatArray
    season: int
    seed: int
    levels: Sequence[Sequence[str]]
    _kept: dict[int, FloatDraws] = field(default_factory=dict)

    def __post_init__(self) -> None:
        paths, horizon = self.total.shape
        model = self.model
        # everything is drawn relative to the total's size, so that the unit of the values never matters
        self._unit = float(np.abs(self.total).mean() + np.abs(model.mean).mean() + model.spread.mean()) or 1.0
        self._goal = self.total / self._unit
        self._mean = model.mean / self._unit
        self._positive = np.where(model.signed[:, None], 0.0, np.maximum(self._mean, _LEAST / len(self._mean)))
        self._even = np.maximum(self._mean, 0.0) * model.alive[:, None] + _LEAST
        self._even /= self._even.sum(axis=0)
        # what a series that may be negative can take of a gap
        self._size = np.where(model.signed[:, None], np.abs(model.mean) + model.spread[:, None], 0.0) / self._unit
        self._columns = [self._column_shocks(place) for place in range(len(model.columns))]
        self._free = np.zeros((paths, horizon))
        self._bound = np.zeros((paths, horizon))
        keep = model.mean.size * paths <= _KEPT
        for rows in self._all_rows():
            raw = self._raw(rows)
            signed = model.signed[rows]
            self._free += raw[~signed].sum(axis=0, dtype=np.float64)
            self._bound += raw[signed].sum(axis=0, dtype=np.float64)
            if keep:
                self._kept[rows.start] = raw
        self._spoilt = np.zeros((paths, horizon), dtype=np.bool_)
        if model.signed.any():
            self._spoilt = self._find_spoilt()

    def _all_rows(self) -> Iterator[slice]:
        for start in range(0, len(self.model.mean), BLOCK):
            yield slice(start, min(start + BLOCK, len(self.model.mean)))

    def _column_shocks(self, place: int) -> FloatDraws:
        """Return the logarithm of each value's yearly factor, shape ``(values, paths, years)``."""
        paths, horizon = self.total.shape
        random = np.random.default_rng([self.seed, _COLUMN_STREAM, place])
        count = int(self.model.columns[place].max()) + 1
        drift = self.model.column_drift[place]
        walk = random.standard_normal((count, paths, horizon // self.season + 1), dtype=np.float32).cumsum(axis=2)
        return np.asarray(drift[:, None, None] * walk, dtype=np.float32)

    def _raw(self, rows: slice) -> FloatDraws:
        """Return unscaled draws, shape ``(series, paths, horizon)``: a year's surprise, a period's noise, an end."""
        if rows.start in self._kept:
            return self._kept[rows.start]
        paths, horizon = self.total.shape
        random = np.random.default_rng([self.seed, _SERIES_STREAM, rows.start])
        mean = self._positive[rows]
        count = len(mean)
        walk = random.standard_normal((count, paths, horizon // self.season + 1), dtype=np.float32).cumsum(axis=2)
        walk *= self.model.drift[rows].astype(np.float32)[:, None, None]
        for shocks, column in zip(self._columns, self.model.columns[:, rows], strict=True):
            walk += shocks[column]
        factor = np.exp(walk)[:, :, np.arange(horizon) // self.season]
        alive = random.random((count, paths, 1), dtype=np.float32) < self.model.alive[rows][:, None, None]
        # a gamma whose variance grows with its mean, as sums of orders do; small series are silent most of the time
        noise = np.maximum(self.model.noise[rows] / self._unit, _LEAST)
        shape = np.clip(mean / noise[:, None], 1e-3, 1e6).astype(np.float32)
        drawn = random.standard_gamma(np.broadcast_to(shape[:, None, :], factor.shape), dtype=np.float32)
        drawn *= factor * alive * (mean / shape).astype(np.float32)[:, None, :]
        drawn += (_LEAST * mean).astype(np.float32)[:, None, :]
        signed = np.flatnonzero(self.model.signed[rows])
        if signed.size:
            bell = random.standard_normal((len(signed), paths, horizon), dtype=np.float32)
            spread = self.model.spread[rows][signed] / self._unit
            drawn[signed] = self._mean[rows][signed][:, None, :] + spread[:, None, None] * bell
        return drawn

    def _scaled(self, rows: slice) -> FloatArray:
        """Return final draws: positive series take their part of the gap by scaling, signed ones by adding."""
        raw = self._raw(rows).astype(np.float64)
        weight = self._size.sum(axis=0)
        gap = self._goal - self._free - self._bound
        factor = np.maximum(1 + gap / (weight + self._free), 0.0)
        signed = self.model.signed[rows]
        raw[~signed] *= factor
        if signed.any():
            to_add = self._goal - self._free * factor - self._bound
            raw[signed] += (self._size[rows][signed] / weight)[:, None, :] * to_add
        if self._spoilt.any():
            at, ahead = np.nonzero(self._spoilt)
            carried = np.where(self._goal[at, ahead] >= 0, self._even[rows][:, ahead], self._burden[rows][:, ahead])
            raw[:, at, ahead] = carried * self._goal[at, ahead]
        return raw * self._unit

    def _find_spoilt(self) -> BoolArray:
        """Return where a group that never was negative would be: there the total is shared out evenly instead.

        A negative total is carried by series of which no group has always been positive.
        """
        found = np.zeros(self.total.shape, dtype=np.bool_)
        guarded = np.zeros(len(self._mean), dtype=np.bool_)
        for by in self.levels:
            groups, index = self.grid.groups(by)
            count = max(1, groups.height)
            never: BoolArray = np.asarray((group_sums(self.grid.values, index, count) >= 0).all(axis=1))
            mixed = np.bincount(index, self.model.signed, count) > 0
            watched = np.flatnonzero(never & mixed)
            guarded |= never[index]
            for start in range(0, len(watched), BLOCK):
                number = np.full(count, -1)
                chosen = watched[start : start + BLOCK]
                number[chosen] = np.arange(len(chosen))
                sums = np.zeros((len(chosen), *self.total.shape), dtype=np.float32)
                for rows, block in self.blocks(number[index] >= 0):
                    for row, group in zip(block, number[index[rows]], strict=True):
                        if group >= 0:
                            sums[group] += row
                found |= (sums < 0).any(axis=0)
        carriers = self._size * ~guarded[:, None] if (self.model.signed & ~guarded).any() else self._size
        self._burden = carriers / carriers.sum(axis=0)
        return found

    def blocks(self, only: BoolArray | None = None) -> Iterator[tuple[slice, FloatArray]]:
        """Yield rows of series with their paths, shape ``(series, paths, horizon)``; blocks without a series of ``only`` are left out."""
        for rows in self._all_rows():
            if only is None or only[rows].any():
                yield rows, self._scaled(rows)
