"""How far bottom series can be off what is expected of them: yearly surprises, shared ones, and noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from yunchou.calc.baseline_division import Division, Expected, level_of
from yunchou.calc.baseline_grid import BoolArray, FloatArray, IntArray, group_sums
from yunchou.calc.baseline_newcomers import newborn
from yunchou.calc.baseline_shares import year_origins

# standard deviation of a year's relative surprise before the file is asked: of a series, and of what the values of one key
# column (a region, a product) share
_SERIES_DRIFT, _COLUMN_DRIFT = 0.2, 0.04
# how many outcomes the usual surprises are worth
_PRIOR_OUTCOMES = 8
# whoever may be dead is drawn alive at least so often, that its expected amount stays finite
_LEAST_ALIVE = 1e-3
# growth beside the whole's that doubles the variance of a row that grows like the whole; the most growth, and the most relative
# error, that counts; what a row born within two years counts as having grown
_STEADY, _MOST_GROWTH, _NEW = 0.2, 0.7, 2.0
_LEAST_UNREST, _MOST_UNREST = 0.5, 8.0
# a year's surprise of more than this (a logarithm) says nothing any more
_MOST_DRIFT = 1.0
_TINY = 1e-300


@dataclass(frozen=True, kw_only=True)
class SeriesModel:
    """What the draws of bottom series need.

    ``mean``, shape ``(series, horizon)``: expected amounts if the total were at its mean; ``alive``: probability that
    the series goes on; ``noise``: variance of a period's amount divided by its mean (the unit of the values);
    ``drift``, ``(series,)``: standard deviation of a year's relative surprise; ``column_drift``: for each key column the
    same of its values, ``(values,)``, which ``columns`` (``(keys, series)``) numbers. ``signed`` series have had negative
    periods; their ``spread`` is a period's standard deviation.
    """

    mean: FloatArray
    alive: FloatArray
    noise: FloatArray
    drift: FloatArray
    column_drift: tuple[FloatArray, ...]
    columns: IntArray
    signed: BoolArray
    spread: FloatArray


def fit_series(division: Division, total_mean: FloatArray) -> SeriesModel:
    """Return the model of all bottom series for an expected total of shape ``(horizon,)``.

    Source: own; see docs/methods/forecast.md.
    """
    grid, season = division.grid, division.season
    drift, column_drift = _drifts(division)
    spread = np.zeros(len(grid.values))
    for row in np.flatnonzero(division.signed):
        own = grid.values[row, grid.first[row] :][-2 * season :]
        spread[row] = own.std() if len(own) > 1 else abs(own.mean())
    nothing = np.zeros(len(grid.values))
    model = SeriesModel(
        mean=nothing[:, None],
        alive=nothing,
        noise=nothing,
        drift=np.minimum(drift * restless(division.values, grid.first, season), _MOST_DRIFT),
        column_drift=tuple(
            np.minimum(own * restless(level.values, level.first, season), _MOST_DRIFT)
            for own, level in zip(column_drift, (level_of(grid, division.values, [key]) for key in division.keys), strict=True)
        ),
        columns=division.columns,
        signed=division.signed,
        spread=spread,
    )
    return fitted(model, division.expect(division.length, total_mean))


def fitted(model: SeriesModel, expected: Expected) -> SeriesModel:
    """Return the model with these expected amounts.

    Source: own.
    """
    alive = np.maximum(expected.alive, _LEAST_ALIVE)
    return replace(model, mean=expected.mean / alive[:, None], alive=alive, noise=expected.noise)


def restless(values: FloatArray, first: IntArray, season: int) -> FloatArray:
    """Return how much more or less uncertain each row is than the rest: what grows or falls much faster than the whole is.

    The variance of a year's surprise goes with a constant and the square of the row's last growth beside the whole's;
    its mean over the whole is 1. A row born within two years counts as having grown greatly.

    Source: own; that fast growth is uncertain growth is seen at every earlier origin of the simulated companies.
    """
    whole = values.sum(axis=0)
    new = newborn(values, first, season)
    squared = np.where(new, _NEW, _MOST_GROWTH) ** 2
    if values.shape[1] >= 2 * season:
        last, before = (part.sum(axis=1) for part in (values[:, -season:], values[:, -2 * season : -season]))
        known = ~new & (last > 0) & (before > 0)
        now, then = float(whole[-season:].sum()), float(whole[-2 * season : -season].sum())
        # a whole of returns has no growth to stand beside
        beside = np.log(now / then) if min(now, then) > 0 else 0.0
        squared[known] = np.minimum(np.abs(np.log(last[known] / before[known]) - beside), _MOST_GROWTH) ** 2
    weight = np.maximum(values[:, -season:].sum(axis=1), 0.0)
    if not weight.any():
        return np.ones(len(values))
    variance = _STEADY**2 + squared
    return np.asarray(np.clip(np.sqrt(variance / float(variance @ weight / weight.sum())), _LEAST_UNREST, _MOST_UNREST))


def _drifts(division: Division) -> tuple[float, tuple[float, ...]]:
    """Return how far series were off a year ahead beyond noise, the total known: of the series, and of each key column's values."""
    series_found: list[tuple[float, float]] = []
    column_found: list[list[tuple[float, float]]] = [[] for _ in division.columns]
    origins = year_origins(division.length, division.season)
    # one year tells no growth: who has two years is judged from two
    for origin in [origin for origin in origins if origin >= 2 * division.season] or origins:
        known = (division.grid.first < origin) & ~division.signed
        if not known.any():
            continue
        future = division.grid.values[known, origin : origin + division.season]
        found = division.expect(origin, future.sum(axis=0))
        mean = found.mean[known].sum(axis=1)
        mean *= future.sum() / max(mean.sum(), _TINY)
        error, by_chance = future.sum(axis=1) - mean, found.noise[known] * mean
        past = division.values[:, :origin]
        unrest = restless(past, np.minimum(division.grid.first, origin), division.season)
        series_found.append(_excess(error, by_chance, mean, unrest[known]))
        for place, column in enumerate(division.columns[:, known]):
            count = int(column.max()) + 1
            off, chance, size = (group_sums(part, column, count) for part in (error, by_chance, mean))
            level = level_of(division.grid, past, [division.keys[place]])
            unrest = restless(level.values, np.minimum(level.first, origin), division.season)
            column_found[place].append(_excess(off, chance, size, unrest[:count]))
    column_drift = tuple(
        _pooled(found, _COLUMN_DRIFT, min(_PRIOR_OUTCOMES, int(column.max()) + 1))
        for found, column in zip(column_found, division.columns, strict=True)
    )
    everywhere = _pooled(series_found, _SERIES_DRIFT, _PRIOR_OUTCOMES)
    alone = max(everywhere**2 - sum(drift**2 for drift in column_drift), 0.25 * everywhere**2)
    return float(np.sqrt(alone)), column_drift


def _excess(error: FloatArray, by_chance: FloatArray, mean: FloatArray, unrest: FloatArray) -> tuple[float, float]:
    """Return the relative variance beyond chance of a group as restless as the whole, and the effective number of groups.

    Large groups count more.
    """
    kept = mean > 0
    size, unrest = mean[kept], unrest[kept]
    if not size.size:
        return 0.0, 0.0
    # one newcomer or one end must not make all others uncertain
    bounded = np.clip(error[kept], -_MOST_GROWTH * size, _MOST_GROWTH * size)
    excess = float(((bounded**2 - by_chance[kept]) / size / unrest**2).sum() / size.sum())
    return excess, float(size.sum() ** 2 / (size**2).sum())


def _pooled(found: Sequence[tuple[float, float]], prior: float, worth: float) -> float:
    weight = sum(count for _, count in found)
    total = sum(excess * count for excess, count in found)
    return float(np.sqrt(np.clip((worth * prior**2 + total) / (worth + weight), 0.01 * prior**2, 1.0)))
