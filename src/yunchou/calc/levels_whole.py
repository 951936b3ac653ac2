"""The level of all units together: trend, seasons, wandering and noise, each as far as the history supports it."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from yunchou.calc.levels_kinds import FloatArray, Kind

# Standard deviations on the link scale, averaged over by how well they explain the history: trend a year, wandering,
# seasons, and surprises of one period.
_TRENDS = (0.02, 0.1, 0.3)
_WANDERINGS = (0.005, 0.05, 0.15, 0.4)
_SEASONS = (0.001, 0.1, 0.3)
_SURPRISES = (0.001, 0.05, 0.15, 0.4)
WANDER_YEARS = 2.0
DAMPING_YEARS = 1.0
_OPEN_LEVEL = 5.0
_Z80 = 1.2815515655446004
_ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The common course on the link scale.

    ``effects``: shape ``(periods + horizon,)``; ``ahead`` and ``ahead_variance``: of the mean of the coming periods;
    ``trend``: a year; ``published_weight``: 0…1, the part of ``ahead`` that is the published middle; ``surprise_variance``
    is that of one period.
    """

    effects: FloatArray
    ahead: float
    ahead_variance: float
    trend: float
    published_weight: float


def damped(years: FloatArray) -> FloatArray:
    """Return years from now, those to come shortened: a trend does not go on for ever.

    Source: E. S. Gardner and E. McKenzie, Management Science 31(10), 1985.
    """
    return np.where(years > 0, DAMPING_YEARS * -np.expm1(-np.maximum(years, 0) / DAMPING_YEARS), years)


def fit_whole(
    numerators: FloatArray,
    denominators: FloatArray,
    kind: Kind,
    *,
    horizon: int,
    season: int,
    published: tuple[float, float, float] | None,
) -> Whole:
    """Return the course of the sums of all units and how sure it is.

    A Gaussian process on the link scale: level + damped trend + wandering + seasons + surprises, averaged over
    grids of their sizes by marginal likelihood; ``published`` (low, middle, high) is taken as the 80 % interval
    of the level before any data.

    Args:
        numerators: Shape ``(periods,)``.
        denominators: Shape ``(periods,)``, at least one above 0.
        kind: Of the measure.
        horizon: Periods ahead.
        season: Periods a year.
        published: In the measure's own unit.

    Source:
        C. E. Rasmussen and C. K. I. Williams, *Gaussian Processes for Machine Learning*, MIT Press, 2006, ch. 2, 3 and 5.
    """
    periods = len(numerators)
    scale = _scale(numerators, denominators, kind)
    years = (np.arange(periods + horizon) - (periods - 1)) / season
    seen = np.flatnonzero(denominators > 0)
    pooled = (numerators.sum() + 0.5 * scale) / (denominators.sum() + (1.0 if kind.name == "share" else 0.5 if kind.name != "score" else 0))
    if kind.name != "count" and kind.name != "share":
        pooled = numerators.sum() / denominators.sum()
    start = float(kind.link(np.array(max(pooled, 1e-12) if kind.name != "score" else pooled)))
    centre, width = start, _OPEN_LEVEL * scale
    if published is not None:
        low, middle, high = kind.link(np.array(published))
        centre, width = float(middle), max(float(high - low) / (2 * _Z80), 1e-3 * scale)
    parts = _parts(years, season, has_season=season > 1)
    grid = np.array(list(product(_TRENDS, _WANDERINGS, _SEASONS if season > 1 else _SEASONS[:1], _SURPRISES))) * scale
    effects = np.full(periods + horizon, start)
    mean_ahead = np.where(np.arange(periods + horizon) >= periods, 1 / horizon, 0.0)
    for _ in range(_ROUNDS):
        slope, information = kind.slope(effects[seen], numerators[seen], denominators[seen])
        information = np.maximum(information, 1e-9 / scale**2)
        target = effects[seen] + np.clip(slope / information, -3 * scale, 3 * scale) - centre
        found = [_posterior(parts, row, width, seen, target, 1 / information, mean_ahead) for row in grid]
        chance = np.array([one.fit for one in found])
        chance = np.exp(chance - chance.max())
        chance /= chance.sum()
        effects = centre + chance @ np.array([one.effects for one in found])
    aheads = np.array([one.ahead for one in found])
    ahead = float(chance @ aheads)
    return Whole(
        effects=effects,
        ahead=centre + ahead,
        ahead_variance=float(chance @ (np.array([one.variance for one in found]) + (aheads - ahead) ** 2)),
        trend=float(chance @ [one.trend for one in found]),
        published_weight=0.0 if published is None else float(np.clip(chance @ [one.prior_weight for one in found], 0, 1)),
    )


def _scale(numerators: FloatArray, denominators: FloatArray, kind: Kind) -> float:
    """Effects of scores are in the measure's own unit: they are counted in the spread of a period."""
    if kind.name != "score":
        return 1.0
    seen = denominators > 0
    rates = numerators[seen] / denominators[seen]
    return float(max(rates.std(), np.sqrt(kind.dispersion), 1e-9))


def _parts(years: FloatArray, season: int, *, has_season: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the covariances of trend, wandering and season, each of size one."""
    run = damped(years)
    wander = np.exp(-np.abs(years[:, None] - years) / WANDER_YEARS)
    place = np.arange(len(years)) % season
    same = (place[:, None] == place).astype(np.float64) if has_season else np.zeros((len(years), len(years)))
    return run, wander, same


@dataclass(frozen=True)
class _Found:
    fit: float
    effects: FloatArray
    ahead: float
    variance: float
    trend: float
    prior_weight: float


def _posterior(
    parts: tuple[FloatArray, FloatArray, FloatArray],
    sizes: FloatArray,
    width: float,
    seen: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    target: FloatArray,
    noise: FloatArray,
    mean_ahead: FloatArray,
) -> _Found:
    from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 - scipy loads only where used

    run, wander, same = parts
    trend, wandering, season, surprise = sizes**2
    covariance = width**2 + trend * np.outer(run, run) + wandering * wander + season * same
    factor = cho_factor(covariance[np.ix_(seen, seen)] + np.diag(noise + surprise), lower=True)
    weights = cho_solve(factor, target)
    cross = covariance[:, seen]
    ahead = mean_ahead @ cross
    horizon = 1 / mean_ahead.max()
    return _Found(
        fit=float(-target @ weights / 2 - np.log(np.diag(factor[0])).sum()),
        effects=cross @ weights,
        ahead=float(ahead @ weights),
        variance=float(mean_ahead @ covariance @ mean_ahead - ahead @ cho_solve(factor, ahead) + surprise / horizon),
        trend=float(trend * run[seen] @ weights),
        prior_weight=float(1 - ahead @ cho_solve(factor, np.ones(len(seen)))),
    )
