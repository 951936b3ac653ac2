"""The level of all units together: trend, seasons, wandering and noise, each as far as the history supports it."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from yunchou.calc.levels_kinds import FloatArray, Kind

IndexArray = npt.NDArray[np.intp]

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
    ``trend``: a year; ``published_weight``: 0…1, the part of ``ahead`` that is the published middle.
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
    start = float(kind.link(np.array(_pooled(float(numerators.sum()), float(denominators.sum()), kind))))
    centre, width = start, _OPEN_LEVEL * scale
    if published is not None:
        low, middle, high = kind.link(np.array(published))
        centre, width = float(middle), max(float(high - low) / (2 * _Z80), 1e-3 * scale)
    prior = _Prior(years, width=width, season=season, horizon=horizon)
    grid = np.array(list(product(_TRENDS, _WANDERINGS, _SEASONS if season > 1 else _SEASONS[:1], _SURPRISES))) * scale
    effects = np.full(periods + horizon, start)
    for _ in range(_ROUNDS):
        slope, information = kind.slope(effects[seen], numerators[seen], denominators[seen])
        information = np.maximum(information, 1e-9 / scale**2)
        target = effects[seen] + np.clip(slope / information, -3 * scale, 3 * scale) - centre
        found = [prior.posterior(row, seen, target, 1 / information) for row in grid]
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


def _pooled(numerator: float, denominator: float, kind: Kind) -> float:
    """Return the rate of all periods together; counts by half a case away from the ends, where the link has none."""
    if kind.name == "share":
        return (numerator + 0.5) / (denominator + 1)
    if kind.name == "count":
        return (numerator + 0.5) / denominator
    return numerator / denominator if kind.name == "score" else max(numerator / denominator, 1e-12)


def _scale(numerators: FloatArray, denominators: FloatArray, kind: Kind) -> float:
    """Effects of scores are in the measure's own unit: they are counted in the spread of a period."""
    if kind.name != "score":
        return 1.0
    seen = denominators > 0
    rates = numerators[seen] / denominators[seen]
    return float(max(rates.std(), np.sqrt(kind.dispersion), 1e-9))


@dataclass(frozen=True)
class _Found:
    fit: float
    effects: FloatArray
    ahead: float
    variance: float
    trend: float
    prior_weight: float


class _Prior:
    """What may be expected before any data: covariances of level, trend, wandering and season over all periods."""

    def __init__(self, years: FloatArray, *, width: float, season: int, horizon: int) -> None:
        place = np.arange(len(years)) % season
        self._level, self._horizon = width**2, horizon
        self._run = damped(years)
        self._wander = np.exp(-np.abs(years[:, None] - years) / WANDER_YEARS)
        # years have no season
        self._season = (place[:, None] == place).astype(np.float64) if season > 1 else np.zeros_like(self._wander)

    def posterior(self, sizes: FloatArray, seen: IndexArray, target: FloatArray, noise: FloatArray) -> _Found:
        """Return the course given what was seen, for one choice of sizes."""
        from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 - scipy loads only where used

        trend, wandering, season, surprise = sizes**2
        covariance = self._level + trend * np.outer(self._run, self._run) + wandering * self._wander + season * self._season
        factor = cho_factor(covariance[np.ix_(seen, seen)] + np.diag(noise + surprise), lower=True)
        weights = cho_solve(factor, target)
        cross = covariance[:, seen]
        ahead = cross[-self._horizon :].mean(axis=0)
        steady = covariance[-self._horizon :, -self._horizon :].mean()
        return _Found(
            fit=float(-target @ weights / 2 - np.log(np.diag(factor[0])).sum()),
            effects=cross @ weights,
            ahead=float(ahead @ weights),
            variance=float(max(steady - ahead @ cho_solve(factor, ahead), 0) + surprise / self._horizon),
            trend=float(trend * self._run[seen] @ weights),
            prior_weight=float(1 - ahead @ cho_solve(factor, np.ones(len(seen)))),
        )
