"""The bottom series as uncertain shares of the total: their means, and how far each of them can be off."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray, Grid, IntArray, group_sums

# standard deviation by which a series' share drifts in a year, before the file is asked
_DRIFT = 0.25
# the same for the values of one key column (a region, a product), whose series share it
_COLUMN_DRIFT = 0.06
# the largest part of a share's last growth that may be expected again, and the most it may then add (a logarithm)
_MOST_MOMENTUM, _MOST_GROWTH = 0.9, 0.5
# how many outcomes the two numbers above are worth
_PRIOR_OUTCOMES = 8
# chance that a series has ended, before its silence is counted; a strong series may still skip a period
_ENDED = 0.03
_MOST_ACTIVE = 0.9
# how many periods the pooled noise of all series is worth against a series' own
_POOLED_PERIODS = 6
_MOST_ORIGINS = 4
_FITTING_ROUNDS = 3
_TINY = 1e-300


@dataclass(frozen=True, kw_only=True)
class ShareModel:
    """What the draws of bottom series need.

    ``mean``, shape ``(series, horizon)``: expected amounts if the total were at its mean; ``alive``: probability that
    the series goes on; ``noise``: variance of a period's amount divided by its mean (the unit of the values);
    ``momentum``: the part of a share's growth expected again, of the series and of each key column's values;
    ``drift``: standard deviation of a year's relative surprise; ``column_drift``: the same for each key column, whose
    values ``columns`` (``(keys, series)``) numbers. ``signed`` series have had negative periods; their ``spread`` is a
    period's standard deviation.
    """

    mean: FloatArray
    alive: FloatArray
    noise: FloatArray
    momentum: tuple[float, ...]
    drift: float
    column_drift: tuple[float, ...]
    columns: IntArray
    signed: BoolArray
    spread: FloatArray


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Expected amounts ``(series, horizon)`` if a series goes on, the probability that it does, its noise."""

    mean: FloatArray
    alive: FloatArray
    noise: FloatArray
    growth: FloatArray


def _blocks(values: FloatArray, active: FloatArray, top: FloatArray, season: int) -> tuple[FloatArray, FloatArray]:
    """Return each series' amount and the total's amount while it was active, by season from the newest back."""
    length = values.shape[1]
    amounts: list[FloatArray] = []
    exposures: list[FloatArray] = []
    for end in range(length, 0, -season):
        start = max(0, end - season)
        if end - start < season / 2 and amounts:
            break
        amounts.append(values[:, start:end].sum(axis=1))
        exposures.append((active[:, start:end] * top[start:end]).sum(axis=1))
    return np.array(amounts), np.array(exposures)


def _alive(values: FloatArray, active: FloatArray) -> FloatArray:
    """Return the probability that each series goes on, from its silence at the end and how often it was silent before."""
    bought = values > 0
    length = values.shape[1]
    last = np.where(bought.any(axis=1), length - 1 - bought[:, ::-1].argmax(axis=1), -1)
    silence = length - 1 - last
    lived = np.maximum(active.sum(axis=1) - silence, 0)
    rate = np.minimum((bought.sum(axis=1) + 0.5) / (lived + 1.0), _MOST_ACTIVE)
    by_chance = (1 - rate) ** silence * (1 - _ENDED)
    return np.asarray(np.where(silence == 0, 1.0, by_chance / (by_chance + _ENDED)))


def estimate(values: FloatArray, first: IntArray, *, season: int, profile: FloatArray, momentum: float = 0.0) -> Estimate:
    """Return each series' expected amounts for a total that is expected to be ``profile``.

    A series' share follows its seasons by as much as they tell more than noise (a local level with the steady gain of
    its signal-to-noise ratio), so small and new series lean on all they have and large ones on last year; its shape
    within the year is the total's, bent by its own as far as that is no noise.

    Source: own; gain: A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, ch. 4.
    """
    length = values.shape[1]
    top = values.sum(axis=0)
    # amounts below this are nothing: dividing by them would only blow up rounding
    least = max(1e-6 * float(values.mean()), _TINY)
    active = (np.arange(length) >= first[:, None]).astype(float)
    amounts, exposures = _blocks(values, active, top, season)
    share = amounts / np.maximum(exposures, least)
    place = np.minimum((length - 1 - np.arange(length)) // season, len(share) - 1)
    expected = share[place].T * top * active
    periods = np.maximum(active.sum(axis=1), 1.0)
    squared = ((values - expected) ** 2).sum(axis=1) * periods / np.maximum(periods - len(share), 1.0)
    sums = expected.sum(axis=1)
    pooled = squared.sum() / max(sums.sum(), least)
    own = squared / np.maximum(sums, least)
    noise = (_POOLED_PERIODS * np.minimum(pooled, own.max(initial=0.0)) + periods * own) / (_POOLED_PERIODS + periods)
    level = share[-1].copy()
    seen = (exposures[-1] > 0).astype(float)
    for amount, exposure, now in zip(amounts[-2::-1], exposures[-2::-1], share[-2::-1], strict=True):
        error = noise / np.maximum(np.maximum(amount, level * exposure), least)
        signal = _DRIFT**2 / np.clip(error, 1e-12, 1e12)
        gain = (np.sqrt(signal**2 + 4 * signal) - signal) / 2
        gain = np.where(seen == 0, 1.0, np.maximum(gain, 1 / (seen + 1)))
        here = exposure > 0
        level = np.where(here, level + gain * (now - level), level)
        seen = seen + here
    growth = _growth(share, amounts, exposures, noise, least)
    level = level * np.exp(np.clip(momentum * growth, -_MOST_GROWTH, _MOST_GROWTH))
    return Estimate(
        mean=level[:, None] * profile * _shape(values, expected, noise, season, len(profile)),
        alive=_alive(values, active),
        noise=noise,
        growth=growth,
    )


def _growth(share: FloatArray, amounts: FloatArray, exposures: FloatArray, noise: FloatArray, least: float) -> FloatArray:
    """Return the logarithm of a share's growth from the season before last to the last, shrunk by how far it may be noise."""
    if len(share) < 2:
        return np.zeros(share.shape[1])
    known = (exposures[:2] > least).all(axis=0) & (amounts[:2] > least).all(axis=0)
    growth = np.log(np.divide(share[0], share[1], out=np.ones(share.shape[1]), where=known))
    error = (noise / np.maximum(amounts[:2], least)).sum(axis=0)
    return np.asarray(growth * _DRIFT**2 / (_DRIFT**2 + np.minimum(error, 1e12)))


def expect(
    values: FloatArray, first: IntArray, columns: IntArray, *, season: int, profile: FloatArray, momentum: Sequence[float]
) -> Estimate:
    """Return each series' expected amounts, moved towards what the sums by each key column say for themselves.

    A region's sum is less noisy than each of its series, so what is new in it shows there first. Three rounds of half
    steps: columns that contradict each other, whose own estimates err too, are not met exactly.

    Args:
        values: Shape ``(series, periods)``, none negative.
        first: Shape ``(series,)``, index of the first period with a line.
        columns: Shape ``(keys, series)``, the number of each series' value in each key column.
        season: Number of periods a year.
        profile: Shape ``(horizon,)``, the expected total.
        momentum: The part of a share's last growth expected again: of the series, then of each key column's values.

    Source: own; the fitting is W. E. Deming and F. F. Stephan's, Annals of Mathematical Statistics 11 (1940), damped.
    """
    fit = estimate(values, first, season=season, profile=profile, momentum=momentum[0])
    own = (fit.mean * fit.alive[:, None]).sum(axis=1)
    wanted = []
    for column, going_on in zip(columns, momentum[1:], strict=True):
        count = int(column.max()) + 1
        opened = np.full(count, values.shape[1], dtype=np.int64)
        np.minimum.at(opened, column, first)
        whole = estimate(group_sums(values, column, count), opened, season=season, profile=profile, momentum=going_on)
        wanted.append((whole.mean * whole.alive[:, None]).sum(axis=1))
    scale = np.ones(len(own))
    for _ in range(_FITTING_ROUNDS):
        for column, sums in zip(columns, wanted, strict=True):
            now = np.bincount(column, own * scale, len(sums))
            ratio = np.divide(sums * (own.sum() / max(sums.sum(), _TINY)), now, out=np.ones_like(now), where=now > 0)
            scale *= np.sqrt(np.clip(ratio, 0.5, 2.0))[column]
    return Estimate(mean=fit.mean * scale[:, None], alive=fit.alive, noise=fit.noise, growth=fit.growth)


def _shape(values: FloatArray, expected: FloatArray, noise: FloatArray, season: int, horizon: int) -> FloatArray:
    """Return each series' own season relative to the total's, shrunk to 1 by as much as it could be noise."""
    length = values.shape[1]
    ahead = (length + np.arange(horizon)) % season
    if length < season + season // 2:
        return np.ones((len(values), horizon))
    padded = -length % season
    # seasons are aligned with the first period; the last one may be short
    own = np.pad(values, ((0, 0), (0, padded))).reshape(len(values), -1, season).sum(axis=1)
    due = np.pad(expected, ((0, 0), (0, padded))).reshape(len(values), -1, season).sum(axis=1)
    known = due > max(1e-6 * float(values.mean()), _TINY)
    # a whole year's amount in one period is the most a season can do
    ratio = np.minimum(np.divide(own, due, out=np.ones_like(own), where=known), season)
    by_chance = np.divide(noise[:, None], due, out=np.zeros_like(own), where=known)
    spread = ((ratio - 1) ** 2).sum(axis=1) / max(1, season - 1)
    kept = np.clip(1 - by_chance.mean(axis=1) / np.maximum(spread, _TINY), 0.0, 1.0)
    index = 1 + kept[:, None] * (ratio - 1)
    return np.asarray(index[:, ahead])


def find_momentum(values: FloatArray, first: IntArray, columns: IntArray, *, season: int) -> tuple[float, ...]:
    """Return the part of a share's growth that went on for another year in this file's own past.

    The first number is for the series, the others for the values of each key column: in some files what grew reverts,
    in others products keep growing and regions do not. Each is shrunk towards all of them together, and towards 0 as
    far as it could be chance. All are 0 below three seasons, where nothing can be told.

    Source: own; weighted least squares through the origin with a robust standard error.
    """
    found = [_Persistence() for _ in range(len(columns) + 1)]
    for origin in _origins(values.shape[1], season):
        if origin < 2 * season:
            continue
        known = first < origin
        for place, index in enumerate((np.arange(int(known.sum())), *columns[:, known])):
            count = int(index.max(initial=0)) + 1
            rows = group_sums(values[known], index, count)
            opened = np.full(count, origin, dtype=np.int64)
            np.minimum.at(opened, index, first[known])
            future = rows[:, origin : origin + season]
            fit = estimate(rows[:, :origin], opened, season=season, profile=future.sum(axis=0))
            due = (fit.mean * fit.alive[:, None]).sum(axis=1)
            size = np.sqrt(due / max(due.sum(), _TINY))
            error = np.divide(future.sum(axis=1), due, out=np.ones_like(due), where=due > 0) - 1
            found[place].add(size * fit.growth, size * np.clip(error, -1.0, 1.0))
    together = _Persistence()
    for one in found:
        together.growth += one.growth
        together.error += one.error
    usual = together.part(0.0, 0.0)
    # all together weigh as much as the average one alone
    worth = together.squares / len(found)
    return tuple(one.part(usual, worth) for one in found)


class _Persistence:
    """How far errors went along with growth: one number by least squares."""

    def __init__(self) -> None:
        self.growth: list[FloatArray] = []
        self.error: list[FloatArray] = []

    def add(self, growth: FloatArray, error: FloatArray) -> None:
        """Take weighted growths and the weighted errors that followed them."""
        self.growth.append(growth)
        self.error.append(error)

    @property
    def squares(self) -> float:
        """Return the sum of squared growths."""
        return sum(float(growth @ growth) for growth in self.growth)

    def part(self, usual: float, worth: float) -> float:
        """Return the part of growth that goes on, shrunk towards ``usual`` (as if ``worth`` had been seen of it) and for chance."""
        squares = self.squares + worth
        if squares <= _TINY:
            return 0.0
        products = sum(float(growth @ error) for growth, error in zip(self.growth, self.error, strict=True)) + worth * usual
        slope = products / squares
        if slope <= 0:
            return 0.0
        left = [growth * (error - slope * growth) for growth, error in zip(self.growth, self.error, strict=True)]
        chance = sum(float(one @ one) for one in left) / squares**2
        return min(slope * slope**2 / (slope**2 + chance), _MOST_MOMENTUM)


def _origins(length: int, season: int) -> list[int]:
    """Return the last origins that leave a season after them and at least one before, a season apart."""
    return list(range(length - season, season - 1, -season))[:_MOST_ORIGINS]


def _drifts(
    values: FloatArray, first: IntArray, columns: IntArray, *, season: int, momentum: Sequence[float]
) -> tuple[float, tuple[float, ...]]:
    """Return how far shares were off a year ahead beyond noise: of the series, and of each key column's values."""
    series_found: list[tuple[float, float]] = []
    column_found: list[list[tuple[float, float]]] = [[] for _ in columns]
    for origin in _origins(values.shape[1], season):
        known = first < origin
        if not known.any():
            continue
        future = values[known, origin : origin + season]
        fit = expect(values[known, :origin], first[known], columns[:, known], season=season, profile=future.sum(axis=0), momentum=momentum)
        mean = (fit.mean * fit.alive[:, None]).sum(axis=1)
        mean *= future.sum() / max(mean.sum(), _TINY)
        error, by_chance = future.sum(axis=1) - mean, fit.noise * mean
        series_found.append(_excess(error, by_chance, mean))
        for place, column in enumerate(columns[:, known]):
            count = int(column.max()) + 1
            grouped = [group_sums(part, column, count) for part in (error, by_chance, mean)]
            column_found[place].append(_excess(*grouped))
    column_drift = tuple(
        _pooled(found, _COLUMN_DRIFT, min(_PRIOR_OUTCOMES, int(column.max()) + 1))
        for found, column in zip(column_found, columns, strict=True)
    )
    everywhere = _pooled(series_found, _DRIFT, _PRIOR_OUTCOMES)
    alone = max(everywhere**2 - sum(drift**2 for drift in column_drift), 0.25 * everywhere**2)
    return float(np.sqrt(alone)), column_drift


def _excess(error: FloatArray, by_chance: FloatArray, mean: FloatArray) -> tuple[float, float]:
    """Return the relative variance beyond chance, large groups counting more, and the effective number of groups."""
    kept = mean > 0
    size = mean[kept]
    if not size.size:
        return 0.0, 0.0
    excess = float(((error[kept] ** 2 - by_chance[kept]) / size).sum() / size.sum())
    return excess, float(size.sum() ** 2 / (size**2).sum())


def _pooled(found: Sequence[tuple[float, float]], prior: float, worth: float) -> float:
    weight = sum(count for _, count in found)
    total = sum(excess * count for excess, count in found)
    return float(np.sqrt(np.clip((worth * prior**2 + total) / (worth + weight), 0.01 * prior**2, 1.0)))


def fit_shares(grid: Grid, total_mean: FloatArray, *, keys: Sequence[str], season: int) -> ShareModel:
    """Return the share model of all bottom series for an expected total of shape ``(horizon,)``.

    Source: own; see docs/methods/forecast.md.
    """
    signed: BoolArray = np.asarray((grid.values < 0).any(axis=1))
    values = np.where(signed[:, None], 0.0, grid.values)
    columns = np.array([grid.groups([key])[1] for key in keys], dtype=np.int64).reshape(len(keys), len(values))
    horizon = len(total_mean)
    profile = np.maximum(total_mean, 0.0)
    if profile.sum() == 0:
        profile = np.ones(horizon)
    momentum = find_momentum(values, grid.first, columns, season=season)
    fit = expect(values, grid.first, columns, season=season, profile=profile, momentum=momentum)
    drift, column_drift = _drifts(values, grid.first, columns, season=season, momentum=momentum)
    mean, spread = fit.mean, np.zeros(len(values))
    for row in np.flatnonzero(signed):
        own = grid.values[row, grid.first[row] :][-2 * season :]
        mean[row] = own.mean()
        spread[row] = own.std() if len(own) > 1 else abs(own.mean())
    return ShareModel(
        mean=mean,
        alive=np.where(signed, 1.0, fit.alive),
        noise=fit.noise,
        momentum=momentum,
        drift=drift,
        column_drift=column_drift,
        columns=columns,
        signed=signed,
        spread=spread,
    )
