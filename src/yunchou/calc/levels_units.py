"""How units differ from the whole, shrunk as far as the noise of their few cases explains it."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from yunchou.calc.levels_kinds import FloatArray, Kind
from yunchou.calc.levels_whole import IndexArray, damped

# Standard deviations on the link scale: between units, of their trends a year, of their wandering, of surprises of one period.
_LEVELS = (0.03, 0.12, 0.3, 0.6, 1.2)
_TRENDS = (0.02, 0.15, 0.4)
_WANDERINGS = (0.03, 0.2, 0.5)
_SURPRISES = (0.02, 0.15, 0.4, 0.8)
# Laplace's likelihood of small counts finds units too alike; by so much on simulated tables that no evidence uses.
_TOO_ALIKE = 1.4
# how long a unit's wandering lasts, years
_LASTING = 6.0
_MOST_BLOCKS = 12
_LEARNT_FROM = 200
_STEPS = 5
_AT_ONCE = 2000
_FARTHEST = 6.0


@dataclass(frozen=True, kw_only=True)
class Deviations:
    """How each unit differs from the common course, on the link scale, shape ``(units,)``.

    ``ahead`` is the mean of the coming periods with its ``variance``, ``trend`` a year, ``now`` where it stands,
    ``own_weight`` the part (0…1) of ``ahead`` that is its own history.
    """

    ahead: FloatArray
    variance: FloatArray
    trend: FloatArray
    now: FloatArray
    own_weight: FloatArray


def fit_units(
    numerators: FloatArray, denominators: FloatArray, course: FloatArray, kind: Kind, *, horizon: int, season: int, scale: float = 1.0
) -> Deviations:
    """Return how each unit differs from the common course.

    A unit's history is summed into at most twelve stretches of time. Its deviation is level + damped trend + wandering +
    surprises, all of unknown size, learnt from (at most 200, evenly by size) units together by Laplace's marginal likelihood;
    the likelihood of small counts is kept as it is.

    Args:
        numerators: Shape ``(units, periods)``.
        denominators: Shape ``(units, periods)``; 0 where a unit had no case.
        course: Shape ``(periods,)``, the common course on the link scale.
        kind: Of the measure.
        horizon: Periods ahead.
        season: Periods a year.
        scale: What effects are counted in; 1 but for scores.

    Source:
        Rasmussen and Williams, 2006, algorithms 3.1 and 3.2 (Laplace); shrinkage: B. Efron and C. Morris, JASA 70, 1975;
        the bias of Laplace's variances: N. E. Breslow and X. Lin, Biometrika 82(1), 1995.
    """
    blocks = _Blocks(numerators, denominators, course, kind, season)
    cases = denominators.sum(axis=1)
    # evenly by size; ties by place: units come sorted by name
    by_size = np.argsort(cases, kind="stable")[::-1]
    by_size = by_size[cases[by_size] > 0]
    learnt = by_size[np.unique(np.linspace(0, len(by_size) - 1, min(len(by_size), _LEARNT_FROM)).astype(np.int64))]
    grid = np.array(list(product(_LEVELS, _TRENDS, _WANDERINGS, _SURPRISES)))
    if len(blocks.years) == 1:
        grid = grid[(grid[:, 1] == _TRENDS[1]) & (grid[:, 2] == _WANDERINGS[1]) & (grid[:, 3] == _SURPRISES[1])]
    grid = grid * scale
    fits = np.array([blocks.solve(learnt, kind, row)[2].sum() for row in grid])
    chance = np.exp(fits - fits.max())
    # variances add up: their mean is that of all grid points together; a mean of logarithms would shrink too much
    sizes = np.sqrt((chance / chance.sum()) @ grid**2) * np.array([_TOO_ALIKE, _TOO_ALIKE, _TOO_ALIKE, 1.0])
    ahead_years = np.arange(1, horizon + 1) / season
    found = [
        blocks.predict(np.arange(start, min(start + _AT_ONCE, len(cases))), kind, sizes, ahead_years)
        for start in range(0, len(cases), _AT_ONCE)
    ]
    ahead, variance, trend, now, own = (np.concatenate(part) for part in zip(*found, strict=True))
    return Deviations(ahead=ahead, variance=variance, trend=trend, now=now, own_weight=own)


class _Blocks:
    """Each unit's history summed into stretches of time, shape ``(units, blocks)``, with what the whole would have had there."""

    def __init__(self, numerators: FloatArray, denominators: FloatArray, course: FloatArray, kind: Kind, season: int) -> None:
        periods = numerators.shape[1]
        length = -(-periods // _MOST_BLOCKS)
        # counted back from the end, so that the newest stretch is a whole one
        starts = sorted({max(periods - length * place, 0) for place in range(1, -(-periods // length) + 1)})

        def summed(values: FloatArray) -> FloatArray:
            return np.add.reduceat(values, starts, axis=1)

        self.numerators, self.denominators = summed(numerators), summed(denominators)
        expected = summed(denominators * kind.rate(course))
        usual = kind.link(np.add.reduceat(kind.rate(course), starts) / np.diff([*starts, periods]))
        has_cases = self.denominators > 0
        rate = np.divide(expected, self.denominators, out=np.ones_like(expected), where=has_cases)
        self.offsets = np.where(has_cases, kind.link(np.clip(rate, 0, 1) if kind.name == "share" else rate), usual)
        self.filled = np.maximum(summed((denominators > 0).astype(np.float64)), 1.0)
        ends = np.array([*starts[1:], periods])
        self.years = ((np.array(starts) + ends - 1) / 2 - (periods - 1)) / season

    def prior(self, sizes: FloatArray, units: IndexArray) -> FloatArray:
        """Return the covariance of each unit's stretches, shape ``(units, blocks, blocks)``."""
        level, trend, wandering, surprise = sizes**2
        apart = np.abs(self.years[:, None] - self.years)
        common = level + trend * np.outer(self.years, self.years) + wandering * np.exp(-apart / _LASTING)
        return np.asarray(common + surprise / self.filled[units][:, :, None] * np.eye(len(self.years)))

    def solve(self, units: IndexArray, kind: Kind, sizes: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the weights of the mode, the square roots of the information, the log evidence, and B⁻¹."""
        covariance = self.prior(sizes, units)
        numerators, denominators, offsets = self.numerators[units], self.denominators[units], self.offsets[units]
        effect = np.zeros_like(offsets)
        identity = np.eye(len(self.years))
        farthest = _FARTHEST * max(float(np.sqrt((sizes**2).sum())), 1.0 if kind.name != "score" else 0.0)
        for _ in range(_STEPS):
            slope, information = kind.slope(offsets + effect, numerators, denominators)
            root = np.sqrt(np.maximum(information, 0))
            inner = identity + root[:, :, None] * covariance * root[:, None, :]
            inverse = np.linalg.inv(inner)
            wanted = information * effect + slope
            pulled = (covariance @ wanted[:, :, None])[:, :, 0]
            weights = wanted - root * (inverse @ (root * pulled)[:, :, None])[:, :, 0]
            effect = np.clip((covariance @ weights[:, :, None])[:, :, 0], -farthest, farthest)
        evidence = kind.fit(offsets + effect, numerators, denominators).sum(axis=1)
        evidence -= (weights * effect).sum(axis=1) / 2 + np.linalg.slogdet(inner)[1] / 2
        return weights, np.asarray(root), np.asarray(evidence), np.asarray(inverse)

    def predict(
        self, units: IndexArray, kind: Kind, sizes: FloatArray, ahead_years: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the mean of the coming periods, its variance, the trend, where a unit stands, and its own part."""
        weights, root, _, inverse = self.solve(units, kind, sizes)
        level, trend, wandering, surprise = sizes**2
        run = float(damped(ahead_years).mean())
        near = np.exp(-np.abs(ahead_years[:, None] - self.years) / _LASTING).mean(axis=0)
        among = float(np.exp(-np.abs(ahead_years[:, None] - ahead_years) / _LASTING).mean())
        cross = level + trend * run * self.years + wandering * near
        here = level + wandering * np.exp(self.years / _LASTING)
        steady = level + trend * run**2 + wandering * among
        held = root * cross
        known = (held[:, None, :] @ inverse @ held[:, :, None])[:, 0, 0]
        variance = np.maximum(steady - known, 1e-12) + surprise / len(ahead_years)
        return weights @ cross, variance, weights @ (trend * self.years), weights @ here, np.clip(known / steady, 0, 1)
