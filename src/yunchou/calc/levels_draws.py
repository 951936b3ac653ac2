"""What a level may turn out as: outcomes with the noise of their cases, and quantiles of outcomes that come in steps."""

import numpy as np

from yunchou.calc.levels_kinds import FloatArray, Kind

# How far the number of cases to come may be off (coefficient of variation); chosen on seeds that no evidence uses.
_CASES_SPREAD = 0.25


def draw_outcomes(
    kind: Kind, effect: FloatArray, variance: FloatArray, cases: FloatArray, *, draws: int, whole_cases: bool, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return rates and outcomes of the measure, shape ``(units, draws)`` each, for units with so many cases expected.

    Effects are taken at evenly spaced probabilities of their normal distribution, the number of cases and their noise at random.

    Args:
        kind: Of the measure.
        effect: Shape ``(units,)``, on the link scale.
        variance: Shape ``(units,)``.
        cases: Shape ``(units,)``, expected number of cases over the coming periods; exact when ``whole_cases`` is false.
        draws: How many.
        whole_cases: Whether cases are counted, at least one, and uncertain.
        random: Where chance comes from.

    Source:
        Gamma-Poisson number of cases: M. Greenwood and G. U. Yule, J. of the Royal Statistical Society 83(2), 1920.
    """
    from scipy.special import ndtri  # noqa: PLC0415 - scipy loads only where used

    places = ndtri((np.arange(draws) + 0.5) / draws)
    rates = kind.rate(effect[:, None] + np.sqrt(variance)[:, None] * places)
    many = np.broadcast_to(cases[:, None], rates.shape)
    if whole_cases:
        shape = 1 / _CASES_SPREAD**2
        spread = random.standard_gamma(shape, rates.shape) / shape
        many = np.maximum(random.poisson(np.minimum(many * spread, 1e15)), 1).astype(np.float64)
    return rates, kind.draw(rates, many, random)


class Outcomes:
    """Sorted outcomes of each unit with the middle of their steps: ties share the middle of their ranks."""

    def __init__(self, outcomes: FloatArray) -> None:
        self.values = np.sort(outcomes, axis=1)
        count = self.values.shape[1]
        place = np.arange(count)
        new = np.ones(self.values.shape, dtype=np.bool_)
        new[:, 1:] = self.values[:, 1:] > self.values[:, :-1]
        last = np.ones(self.values.shape, dtype=np.bool_)
        last[:, :-1] = new[:, 1:]
        first_at = np.maximum.accumulate(np.where(new, place, 0), axis=1)
        last_at = np.minimum.accumulate(np.where(last, place, count)[:, ::-1], axis=1)[:, ::-1]
        self._middle = (first_at + last_at + 1) / (2 * count)

    def quantile(self, share: FloatArray) -> FloatArray:
        """Return the mid-quantile at a share for each unit, between two steps in proportion.

        Source: Y. Ma, M. G. Genton, E. Parzen, Annals of the Institute of Statistical Mathematics 63, 2011.
        """
        rows = np.arange(len(self.values))
        above = np.minimum((self._middle < share[:, None]).sum(axis=1), self.values.shape[1] - 1)
        below = np.maximum(above - 1, 0)
        left, right = self._middle[rows, below], self._middle[rows, above]
        part = np.clip(np.divide(share - left, right - left, out=np.ones_like(share), where=right > left), 0, 1)
        return np.asarray(self.values[rows, below] + part * (self.values[rows, above] - self.values[rows, below]))

    def interval(self, share: float) -> tuple[FloatArray, FloatArray]:
        """Return an interval that holds a share of the outcomes; a side that cannot be missed leaves its part to the other.

        Source: own.
        """
        tail = (1 - share) / 2
        ones = np.ones(len(self.values))
        # a first step that holds more than its tail keeps the whole of it: only the other side can be missed
        no_lower, no_upper = self._middle[:, 0] > tail, self._middle[:, -1] < 1 - tail
        low = self.quantile(ones * np.where(no_upper & ~no_lower, 2 * tail, tail))
        high = self.quantile(1 - ones * np.where(no_lower & ~no_upper, 2 * tail, tail))
        return low, high

    def reached(self, level: FloatArray, *, is_better_high: bool) -> FloatArray:
        """Return how often the outcome is at the level or better.

        Source: own.
        """
        good = self.values >= level[:, None] if is_better_high else self.values <= level[:, None]
        return np.asarray(good.mean(axis=1))
