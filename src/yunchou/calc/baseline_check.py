"""What the same forecast would have said of every level at earlier origins, and how far its spread was off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from yunchou.calc.baseline_division import Division, level_of
from yunchou.calc.baseline_draws import Draws
from yunchou.calc.baseline_grid import FloatArray, Grid
from yunchou.calc.baseline_spread import SeriesModel, fitted
from yunchou.calc.baseline_top import TESTABLE, forecast_top
from yunchou.calc.periods import Freq

_MOST_ORIGINS = 3
_MOST_PATHS, _FEWEST_PATHS, _DRAWN = 300, 60, 20_000_000
_LEAST_FACTOR, _MOST_FACTOR = 0.6, 2.5
_Z90 = 1.6448536269514722


@dataclass(frozen=True, kw_only=True)
class LevelCheck:
    """How one level's sums over a span came out.

    ``reach``, shape ``(outcomes,)``: how far each outcome lay from the mean, in distances from it to the end of the 80 %
    interval on that side; outcomes of one level do not overlap in time.
    """

    level: tuple[str, ...]
    reach: FloatArray

    @property
    def testable(self) -> bool:
        """Return whether there are enough outcomes to test a spread."""
        return len(self.reach) >= TESTABLE

    @property
    def factor(self) -> float:
        """Return by how much the spread of the level was too narrow (above 1) or too wide; 1 where it cannot be tested."""
        if not self.testable:
            return 1.0
        # as if as many outcomes as make it testable had agreed with the spread
        trust = len(self.reach) / (len(self.reach) + TESTABLE)
        return float(np.clip(np.quantile(self.reach, 0.8) ** trust, _LEAST_FACTOR, _MOST_FACTOR))

    def told(self) -> Mapping[str, object]:
        """Return the check as plain values, coverage with its 90 % binomial interval (Wilson)."""
        count = len(self.reach)
        if not count:
            return {"level": "|".join(self.level) or "total", "outcomes": 0, "cover80": None, "testable": False, "spread": "assumed"}
        inside = float((self.reach <= 1).mean())
        scale = 1 + _Z90**2 / count
        middle, half = (
            (inside + _Z90**2 / (2 * count)) / scale,
            _Z90 * sqrt(inside * (1 - inside) / count + _Z90**2 / (4 * count**2)) / scale,
        )
        return {
            "level": "|".join(self.level) or "total",
            "outcomes": count,
            "cover80": round(inside, 4),
            "cover80_low": round(max(0.0, middle - half), 4),
            "cover80_high": round(min(1.0, middle + half), 4),
            "testable": self.testable,
            "spread": "corrected by own back-test" if self.testable else "not testable",
            "factor": round(self.factor, 4),
        }


def check_levels(division: Division, model: SeriesModel, *, freq: Freq, seed: int) -> tuple[LevelCheck, ...]:
    """Return how the sums of a span came out at every level, from origins a span apart that leave two years before them.

    Source: own; rolling origins as L. J. Tashman, Int. J. of Forecasting 16 (2000).
    """
    grid, span = division.grid, min(division.horizon, division.season)
    origins = range(division.length - span, 2 * division.season - 1, -span)[:_MOST_ORIGINS]
    reach: list[list[FloatArray]] = [[] for _ in division.levels]
    paths = int(np.clip(_DRAWN // (len(grid.values) * span), _FEWEST_PATHS, _MOST_PATHS))
    for origin in origins:
        past = Grid(series=grid.series, values=grid.values[:, :origin], first=np.minimum(grid.first, origin), periods=grid.periods[:origin])
        if not past.values.any():
            continue
        top = forecast_top(past.top, horizon=span, freq=freq, paths=paths, seed=seed, weights=division.weights)
        then = fitted(model, division.expect(origin, top.paths.mean(axis=0)))
        draws = Draws(model=then, grid=past, total=top.paths, season=division.season, seed=seed, levels=division.levels[1:])
        for place, by in enumerate(division.levels):
            reach[place].append(_reach(draws, division, by, origin=origin, span=span))
    return tuple(
        LevelCheck(level=tuple(by), reach=np.concatenate(found) if found else np.zeros(0))
        for by, found in zip(division.levels, reach, strict=True)
    )


def _reach(draws: Draws, division: Division, by: Sequence[str], *, origin: int, span: int) -> FloatArray:
    level = level_of(division.grid, division.grid.values, by)
    sums = np.zeros((len(level.values), len(draws.total)))
    for rows, block in draws.blocks():
        np.add.at(sums, level.index[rows], block.sum(axis=2))
    born = level.first < origin
    actual = level.values[born, origin : origin + span].sum(axis=1)
    sums = sums[born]
    mean = sums.mean(axis=1)
    low, high = np.quantile(sums, [0.1, 0.9], axis=1)
    end = np.where(actual >= mean, high - mean, mean - low)
    size = np.abs(actual) + np.abs(mean)
    # what never was and never came tells nothing of a spread
    told = size > 0
    return np.asarray((np.abs(actual - mean) / np.maximum(end, 1e-9 * size + 1e-300))[told])


def corrected(model: SeriesModel, checks: Sequence[LevelCheck], keys: Sequence[str]) -> SeriesModel:
    """Return the model with the surprises of series and of key columns as their levels' checks ask for.

    Source: own; see docs/methods/forecast.md.
    """
    factor = {check.level: check.factor for check in checks}
    column = tuple(drift * factor.get((key,), 1.0) for key, drift in zip(keys, model.column_drift, strict=True))
    return replace(model, drift=model.drift * factor.get(tuple(keys), 1.0), column_drift=column)
