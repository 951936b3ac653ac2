"""The bottom series as shares of the total: how they moved, and what they are expected to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, IntArray, group_sums

# standard deviation by which a series' share drifts in a year, before the file is asked
DRIFT = 0.25
# the largest part of a share's last growth that may be expected again, and the most it may then add (a logarithm)
_MOST_MOMENTUM, _MOST_GROWTH = 0.9, 0.5
# chance that a series has ended, before its silence is counted; a strong series may still skip a period
_ENDED = 0.03
_MOST_ACTIVE = 0.9
# how many periods the pooled noise of all series is worth against a series' own
_POOLED_PERIODS = 6
_MOST_ORIGINS = 4
_FITTING_ROUNDS = 3
_TINY = 1e-300


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


def still_alive(values: FloatArray, active: FloatArray) -> FloatArray:
    """Return the probability that each series goes on, from its silence at the end and how often it was silent before.

    Args:
        values: Shape ``(series, periods)``.
        active: 1 from a series' first period on, else 0; the same shape.

    Source: own; Bayes' rule on a run of silence.
    """
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
    noise = _noise(values, expected, periods, periods - len(share), least)
    index, kept = _season(values, expected, noise, season)
    shaped = expected * index[:, np.arange(length) % season]
    # a season of its own is no noise: seen as such it would widen every period and be shrunk away
    left = _noise(values, shaped, periods, periods - len(share) - kept * (season - 1), least)
    index, _ = _season(values, expected, left, season)
    level = share[-1].copy()
    seen = (exposures[-1] > 0).astype(float)
    for amount, exposure, now in zip(amounts[-2::-1], exposures[-2::-1], share[-2::-1], strict=True):
        error = noise / np.maximum(np.maximum(amount, level * exposure), least)
        signal = DRIFT**2 / np.clip(error, 1e-12, 1e12)
        gain = (np.sqrt(signal**2 + 4 * signal) - signal) / 2
        gain = np.where(seen == 0, 1.0, np.maximum(gain, 1 / (seen + 1)))
        here = exposure > 0
        level = np.where(here, level + gain * (now - level), level)
        seen = seen + here
    growth = _growth(share, amounts, exposures, noise, least)
    level = level * np.exp(np.clip(momentum * growth, -_MOST_GROWTH, _MOST_GROWTH))
    return Estimate(
        mean=level[:, None] * profile * index[:, (length + np.arange(len(profile))) % season],
        alive=still_alive(values, active),
        noise=left,
        growth=growth,
    )


def _growth(share: FloatArray, amounts: FloatArray, exposures: FloatArray, noise: FloatArray, least: float) -> FloatArray:
    """Return the logarithm of a share's growth from the season before last to the last, shrunk by how far it may be noise."""
    if len(share) < 2:
        return np.zeros(share.shape[1])
    known = (exposures[:2] > least).all(axis=0) & (amounts[:2] > least).all(axis=0)
    growth = np.log(np.divide(share[0], share[1], out=np.ones(share.shape[1]), where=known))
    error = (noise / np.maximum(amounts[:2], least)).sum(axis=0)
    return np.asarray(growth * DRIFT**2 / (DRIFT**2 + np.minimum(error, 1e12)))


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


def _noise(values: FloatArray, expected: FloatArray, periods: FloatArray, free: FloatArray, least: float) -> FloatArray:
    """Return the variance of each series' periods about what was expected, divided by it, leaning on that of all series.

    ``periods``: how many each series has; ``free``: how many of them are beyond what the expectation was learnt from.
    """
    squared = ((values - expected) ** 2).sum(axis=1) * periods / np.maximum(free, 1.0)
    sums = expected.sum(axis=1)
    pooled = squared.sum() / max(sums.sum(), least)
    own = squared / np.maximum(sums, least)
    return np.asarray((_POOLED_PERIODS * np.minimum(pooled, own.max(initial=0.0)) + periods * own) / (_POOLED_PERIODS + periods))


def _season(values: FloatArray, expected: FloatArray, noise: FloatArray, season: int) -> tuple[FloatArray, FloatArray]:
    """Return each series' own season relative to the total's, ``(series, season)``, and the part of it that was kept.

    Shrunk to 1 by as much as it could be noise; place 0 belongs to the first period.
    """
    length = values.shape[1]
    if length < season + season // 2:
        return np.ones((len(values), season)), np.zeros(len(values))
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
    return np.asarray(1 + kept[:, None] * (ratio - 1)), kept


def find_momentum(values: FloatArray, first: IntArray, columns: IntArray, *, season: int) -> tuple[float, ...]:
    """Return the part of a share's growth that went on for another year in this file's own past.

    The first number is for the series, the others for the values of each key column: in some files what grew reverts,
    in others products keep growing and regions do not. Each is shrunk towards all of them together, and towards 0 as
    far as it could be chance. All are 0 below three seasons, where nothing can be told.

    Source: own; weighted least squares through the origin with a robust standard error.
    """
    found = [_Persistence() for _ in range(len(columns) + 1)]
    for origin in year_origins(values.shape[1], season):
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


def year_origins(length: int, season: int) -> list[int]:
    """Return the last origins that leave a season after them and at least one before, a season apart.

    Source: own.
    """
    return list(range(length - season, season - 1, -season))[:_MOST_ORIGINS]
