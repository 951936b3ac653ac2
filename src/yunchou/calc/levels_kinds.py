"""What kind of measure a table holds: shares, counts, amounts or scores; each with its link and its noise."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
KindName = Literal["share", "count", "amount", "score"]

# Beyond these a rate cannot be told from 0, from 1, or from the largest that a float holds.
_LOGIT_LIMIT, _LOG_LIMIT = 18.0, 40.0
_LEAST_DISPERSION = 1e-8
_FEWEST_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of measure; ``dispersion`` is the variance of one case: relative to the squared mean for amounts, plain for scores."""

    name: KindName
    dispersion: float = 1.0

    def link(self, rate: FloatArray) -> FloatArray:
        """Return rates on the scale on which effects add: log odds, logarithms, or as they are.

        Source: P. McCullagh and J. A. Nelder, *Generalized Linear Models*, 2nd ed., Chapman and Hall, 1989.
        """
        with np.errstate(divide="ignore"):
            if self.name == "share":
                return np.asarray(np.clip(np.log(rate) - np.log1p(-rate), -_LOGIT_LIMIT, _LOGIT_LIMIT))
            if self.name == "score":
                return rate
            return np.asarray(np.clip(np.log(rate), -_LOG_LIMIT, _LOG_LIMIT))

    def rate(self, effect: FloatArray) -> FloatArray:
        """Return the rates that effects stand for; the inverse of ``link``."""
        if self.name == "share":
            return np.asarray(0.5 + 0.5 * np.tanh(np.clip(effect, -_LOGIT_LIMIT, _LOGIT_LIMIT) / 2))
        return effect if self.name == "score" else np.exp(np.clip(effect, -_LOG_LIMIT, _LOG_LIMIT))

    def slope(self, effect: FloatArray, numerator: FloatArray, denominator: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the log likelihood's first derivative by the effect and its information; both 0 without cases.

        Source: McCullagh and Nelder, 1989, ch. 4, 6 and 8; quasi-likelihood for amounts and scores.
        """
        rate = self.rate(effect)
        if self.name == "share":
            return numerator - denominator * rate, denominator * rate * (1 - rate)
        if self.name == "count":
            return numerator - denominator * rate, denominator * rate
        size = rate if self.name == "amount" else np.ones_like(rate)
        return (numerator - denominator * rate) / (size * self.dispersion), denominator / self.dispersion

    def fit(self, effect: FloatArray, numerator: FloatArray, denominator: FloatArray) -> FloatArray:
        """Return the (quasi-) log likelihood of each cell, apart from a constant.

        Source: McCullagh and Nelder, 1989, ch. 4, 6, 8 and 9.
        """
        if self.name == "share":
            return numerator * effect - denominator * np.logaddexp(0, effect)
        rate = self.rate(effect)
        if self.name == "count":
            return numerator * effect - denominator * rate
        if self.name == "amount":
            return -(numerator / rate + denominator * effect) / self.dispersion
        return (numerator * effect - denominator * effect**2 / 2) / self.dispersion

    def draw(self, rate: FloatArray, denominator: FloatArray, random: np.random.Generator) -> FloatArray:
        """Return one outcome of the measure for each rate, with the noise of so many cases.

        Source: McCullagh and Nelder, 1989.
        """
        if self.name == "share":
            return np.asarray(random.binomial(np.rint(denominator).astype(np.int64), rate) / np.rint(denominator))
        if self.name == "count":
            return np.asarray(random.poisson(np.minimum(rate * denominator, 1e15)) / denominator)
        if self.name == "amount":
            shape = denominator / self.dispersion
            return np.asarray(rate * random.standard_gamma(shape) / shape)
        return np.asarray(rate + random.standard_normal(rate.shape) * np.sqrt(self.dispersion / denominator))


def kind_of(numerators: FloatArray, denominators: FloatArray, *, has_denominator: bool) -> Kind:
    """Tell the kind of a measure from its cells, shape ``(units, periods)``, and how much one case scatters.

    Shares: whole counts that never exceed their denominators. Counts: whole and none below zero. Amounts: none
    below zero. Scores: the rest. The scatter comes from neighbouring periods of the same unit, so that levels
    and trends do not count as scatter.

    Source: own; differences of neighbours: J. von Neumann, Annals of Mathematical Statistics 12(4), 1941.
    """
    seen = denominators > 0
    whole = bool((numerators == np.rint(numerators)).all())
    if numerators.min(initial=0) >= 0 and whole:
        parts = has_denominator and bool((denominators == np.rint(denominators)).all() and (numerators <= denominators).all())
        return Kind(name="share" if parts else "count")
    name: KindName = "amount" if numerators.min(initial=0) >= 0 else "score"
    rates = np.divide(numerators, denominators, out=np.zeros_like(numerators), where=seen)
    total = numerators.sum(axis=1) / np.maximum(denominators.sum(axis=1), np.finfo(float).tiny)
    size = np.where(total > 0, total, 1.0)[:, None] if name == "amount" else np.ones((len(total), 1))
    pairs = seen[:, 1:] & seen[:, :-1]
    if pairs.sum() >= _FEWEST_STEPS:
        weights = 1 / (1 / np.where(seen, denominators, 1)[:, 1:] + 1 / np.where(seen, denominators, 1)[:, :-1])
        steps = (np.diff(rates, axis=1) / size) ** 2 * weights
        dispersion = float(steps[pairs].mean())
    else:
        # one period only: half of what units differ by may be scatter
        pooled = numerators.sum() / denominators.sum()
        apart = (rates - pooled)[seen] / (pooled if name == "amount" and pooled > 0 else 1)
        dispersion = float((apart**2 * denominators[seen]).mean() / 2)
    least = _LEAST_DISPERSION * (1.0 if name == "amount" else float((rates[seen] ** 2).mean()) or 1.0)
    return Kind(name=name, dispersion=max(dispersion, least))
