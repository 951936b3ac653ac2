"""What a total's past says of the calendar: a grid of combinations, each with its probability."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.calendar_exposure import LAGS_DAYS, Exposure, Fine, FloatArray, IntArray
from yunchou.calc.periods import SEASON

# No total is known to better than a percent, however evenly it runs.
_LEAST_NOISE = 0.01
# Share of its year's mean below which a total has no logarithm worth fitting, nor a factor: weeks may stand still.
_SMALLEST: dict[Fine, float] = {"M": 0.1, "W": 0.4}
_MOST_SMALL = 0.25  # share of periods that may lie below
_CLIPPED_AT = 3.0  # robust standard deviations from which an amount is a giant
# a giant bends its month's own column by a third in each round, waves by little
_ROUNDS: dict[Fine, int] = {"M": 5, "W": 2}
_MAD_TO_DEVIATION = 1.4826
_FEWEST_IN_A_YEAR = 1 / 3  # of a year: fewer periods join the year after
# Prior: two of three totals follow the calendar somehow; those that do, about like this.
NOT_AT_ALL = 1 / 3
_ELASTICITIES = np.linspace(0.0, 1.0, 11)
_USUAL_ELASTICITY, _ELASTICITY_SPREAD, _NO_ELASTICITY = 0.6, 0.3, 0.5
_DIPS = np.array([-0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8])
_DIP_SPREAD, _NO_DIP = 0.4, 0.6
_RUSHES = np.array([0.0, 0.1, 0.2, 0.4, 0.7, 1.0])
_RUSH_SPREAD, _NO_RUSH = 0.5, 0.5
_NEGLIGIBLE = 1e-4


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Combinations of elasticity, dip, the dip's lag and rush, each with its prior; the first is none of all.

    No factor lies below ``smallest``.
    """

    elasticity: FloatArray
    dip: FloatArray
    lag: IntArray
    rush: FloatArray
    prior: FloatArray
    smallest: float

    def factors(self, given: Exposure, at: slice, *, only: IntArray | None = None) -> FloatArray:
        """Return the factors of all or some combinations in some periods, shape ``(combinations, periods)``.

        Source: own.
        """
        some = np.arange(len(self.prior)) if only is None else only
        elasticity, dip, rush = (part[some][:, None] for part in (self.elasticity, self.dip, self.rush))
        work = 1 + elasticity * (given.work[at] - 1)
        drawn = work * (1 - dip * given.festival[self.lag[some], at]) * (1 + rush * given.rush[at])
        return np.asarray(np.maximum(drawn, self.smallest))


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The grid with the posterior of each combination, and each period's season, shape ``(periods,)`` of the exposure.

    ``end_rush``: how much more is sold in a quarter's last month than in its others, and the standard error; months only.
    """

    grid: Grid
    posterior: FloatArray
    season: FloatArray
    end_rush: tuple[float, float] | None

    def mean_and_error(self, part: FloatArray) -> tuple[float, float]:
        """Return a parameter's posterior mean and standard deviation.

        Source: own.
        """
        mean = float(self.posterior @ part)
        return mean, float(np.sqrt(max(0.0, float(self.posterior @ (part - mean) ** 2))))

    def factors(self, given: Exposure) -> FloatArray:
        """Return the posterior mean factor of every period; weighed by the season, each calendar year's mean is 1.

        Source: own.
        """
        some = np.flatnonzero(self.posterior > _NEGLIGIBLE)
        weight = self.posterior[some] / self.posterior[some].sum()
        mean = weight @ self.grid.factors(given, slice(None), only=some)
        return np.asarray(mean / (np.bincount(given.year, self.season * mean) / np.bincount(given.year, self.season))[given.year])


def make_grid(freq: Fine) -> Grid:
    """Return the combinations that a frequency can tell apart: a month's season holds the end of the quarter already.

    Source: own.
    """
    usual = np.exp(-0.5 * ((_ELASTICITIES[1:] - _USUAL_ELASTICITY) / _ELASTICITY_SPREAD) ** 2)
    elasticity_prior = np.append(_NO_ELASTICITY, (1 - _NO_ELASTICITY) * usual / usual.sum())
    usual = np.tile(np.exp(-0.5 * (_DIPS / _DIP_SPREAD) ** 2), len(LAGS_DAYS))
    dip_prior = np.append(_NO_DIP, (1 - _NO_DIP) * usual / usual.sum())
    dips = np.append(0.0, np.tile(_DIPS, len(LAGS_DAYS)))
    lags = np.append(0, np.repeat(np.arange(len(LAGS_DAYS)), len(_DIPS)))
    rushes, rush_prior = np.zeros(1), np.ones(1)
    if freq == "W":
        usual = np.exp(-0.5 * (_RUSHES[1:] / _RUSH_SPREAD) ** 2)
        rushes, rush_prior = _RUSHES, np.append(_NO_RUSH, (1 - _NO_RUSH) * usual / usual.sum())
    elasticity, dip, rush = (
        part.ravel() for part in np.meshgrid(np.arange(len(_ELASTICITIES)), np.arange(len(dips)), np.arange(len(rushes)), indexing="ij")
    )
    prior = elasticity_prior[elasticity] * dip_prior[dip] * rush_prior[rush]
    prior *= (1 - NOT_AT_ALL) / prior[1:].sum()
    prior[0] = NOT_AT_ALL
    return Grid(
        elasticity=_ELASTICITIES[elasticity], dip=dips[dip], lag=lags[dip], rush=rushes[rush], prior=prior, smallest=_SMALLEST[freq]
    )


def fit_calendar(values: FloatArray, given: Exposure, at: slice, freq: Fine) -> Fit | None:
    """Return how likely each combination is after a total's past; None where its logarithm means nothing.

    The logarithm is explained by the season and by a level for each twelve months; what remains, and a combination's
    factors without their own season and levels, are compared by their sum of squares, the noise being unknown.

    Args:
        values: Shape ``(periods,)``, any unit.
        given: The exposure that holds these periods.
        at: Where it holds them.
        freq: Of both.

    Source:
        A. Zellner, An Introduction to Bayesian Inference in Econometrics, 1971, ch. 3: likelihood with flat priors of
        the nuisance coefficients and of the logarithm of the noise.
    """
    count = len(values)
    block = _years_back(count, SEASON[freq])
    level = np.bincount(block, values) / np.bincount(block)
    least = _SMALLEST[freq] * level[block]
    if (level <= 0).any() or (values <= least).mean() > _MOST_SMALL:
        return None
    total = np.log(np.maximum(values, least))
    season = given.season[at]
    nuisance = np.column_stack([season, np.eye(block.max() + 1)[block][:, 1:]])
    freedom = count - nuisance.shape[1]
    basis = np.linalg.qr(nuisance)[0]
    grid = make_grid(freq)
    left = total - np.log(grid.factors(given, at))
    tamed, square = _tamed(left, basis, freedom, _ROUNDS[freq])
    score = np.log(grid.prior) - freedom / 2 * np.log(square)
    posterior = np.exp(score - score.max())
    posterior /= posterior.sum()
    coefficients = np.linalg.lstsq(nuisance, posterior @ tamed, rcond=None)[0]
    columns = season.shape[1]
    end_rush = _end_rush(nuisance, coefficients, float(posterior @ square) / freedom) if freq == "M" else None
    return Fit(grid=grid, posterior=posterior, season=np.exp(given.season @ coefficients[:columns]), end_rush=end_rush)


def _years_back(count: int, season: int) -> IntArray:
    """Number whole seasons counted from the end; a short rest at the beginning belongs to the first whole one."""
    block = (np.arange(count) - count) // season
    block -= block[0]
    if 0 < count % season < _FEWEST_IN_A_YEAR * season:
        block = np.maximum(block - 1, 0)
    return np.asarray(block, dtype=np.int64)


def _tamed(left: FloatArray, basis: FloatArray, freedom: int, rounds: int) -> tuple[FloatArray, FloatArray]:
    """Return each row with its giants brought to the edge of the usual, and the sum of squares of what the basis leaves.

    One giant order is no calendar: it must neither bend the season nor favour the combination that happens to meet it.
    P. J. Huber, Robust Statistics, 1981, ch. 7.8: least squares on pseudo-values, repeated.
    """
    tamed = left
    for _ in range(rounds):
        expected = (tamed @ basis) @ basis.T
        rest = left - expected
        usual = _MAD_TO_DEVIATION * np.median(np.abs(rest), axis=1, keepdims=True) * np.sqrt(left.shape[1] / freedom)
        most = _CLIPPED_AT * np.maximum(usual, _LEAST_NOISE)
        tamed = expected + np.clip(rest, -most, most)
    rest = tamed - (tamed @ basis) @ basis.T
    return tamed, np.asarray((rest**2).sum(axis=1) + freedom * _LEAST_NOISE**2)


def _end_rush(nuisance: FloatArray, coefficients: FloatArray, variance: float) -> tuple[float, float]:
    """Return how far the months that end a quarter lie above the others, and the standard error."""
    contrast = np.zeros(nuisance.shape[1])
    contrast[:12] = np.where(np.arange(12) % 3 == 2, 1 / 4, -1 / 8)
    rush = float(np.expm1(contrast @ coefficients))
    return rush, (1 + rush) * float(np.sqrt(variance * (contrast @ np.linalg.pinv(nuisance.T @ nuisance) @ contrast)))
