"""The bottom series as uncertain shares of the total, path by path."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, Grid
from yunchou.calc.periods import SEASON, Freq

BLOCK = 256


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What is needed to draw any block of bottom series again: means, noise, and the total to meet."""

    mean: FloatArray
    total: FloatArray
    sums: FloatArray
    seed: int

    def raw(self, rows: slice) -> FloatArray:
        """Return unscaled draws of some series, shape ``(paths, series, horizon)``."""
        return _raw(self.mean[rows], len(self.total), self.seed, rows.start)

    def blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        """Yield the series block by block, scaled so that all of them sum to the total."""
        ratio = np.divide(self.total, self.sums, out=np.zeros_like(self.total), where=self.sums > 0)
        for start in range(0, len(self.mean), BLOCK):
            rows = slice(start, min(start + BLOCK, len(self.mean)))
            yield rows, self.raw(rows) * ratio[:, None, :]


def _raw(mean: FloatArray, paths: int, seed: int, start: int) -> FloatArray:
    random = np.random.default_rng([seed, 2, start])
    year = random.gamma(20.0, 1 / 20.0, size=(paths, len(mean), 1))
    month = random.gamma(2.0, 0.5, size=(paths, *mean.shape)) + 1e-12
    return np.asarray(mean * year * month)


def make_shares(grid: Grid, total: FloatArray, *, freq: Freq, seed: int) -> Shares:
    """Return the bottom series of the total's paths."""
    season = SEASON[freq]
    horizon = total.shape[1]
    recent = np.maximum(grid.values[:, -season:], 0.0)
    level = recent.sum(axis=1, keepdims=True) + 1e-9 * max(recent.sum(), 1.0)
    profile = np.maximum(total.mean(axis=0), 0.0) + 1e-9
    mean = level * profile / profile.sum()
    if recent.shape[1] == season:
        own = recent[:, np.arange(horizon) % season]
        mean = 0.5 * mean + 0.5 * own
    sums = np.zeros_like(total)
    for start in range(0, len(mean), BLOCK):
        sums += _raw(mean[start : start + BLOCK], len(total), seed, start).sum(axis=1)
    return Shares(mean=mean, total=total, sums=sums, seed=seed)
