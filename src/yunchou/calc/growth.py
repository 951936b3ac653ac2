"""How fast each of many series grows, with its uncertainty, the small ones shrunk toward the whole."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from yunchou.calc.giants import even_out
from yunchou.calc.sales_months import FloatArray

_YEAR = 12
_MOST_PAIRS = 24
_FEWEST_PAIRS = 3
_SETTLED_MONTHS = 3
# Weight of the pooled noise in months: a series with a year of its own months counts half its own noise.
_PRIOR_MONTHS = 12
_FEW_MONTHS = 4
# No growth is known to better than a tenth of a percent, however evenly the figures run.
_LEAST_NOISE = 1e-6
_Z80 = 1.2815515655446004
# Series rarely differ by less than 1 % or by more than a factor of e a year; 15 points is usual.
_SPREADS = np.linspace(0.01, 1.0, 100)
_PRIOR_SPREAD = 0.15


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Yearly growth of each series: shape ``(series,)`` throughout, NaN where a series has no year before.

    ``raw`` is the plain growth (0.2 = 20 %), ``shrunk`` what remains after evening out giants and shrinking, ``low`` and
    ``high`` its 80 % interval; ``growing`` is the probability that the series grows at all, ``faster`` that it grows
    faster than ``whole``, the growth of the sum that it is compared with.
    """

    raw: FloatArray
    shrunk: FloatArray
    low: FloatArray
    high: FloatArray
    growing: FloatArray
    faster: FloatArray
    whole: float | None


def growth_of(values: FloatArray, *, against: Literal["whole", "settled"] = "whole") -> Growth:
    """Return how fast each series grows a year, and how surely faster than their sum.

    Each of the last months (24 at most) is paired with the same month a year before; growth is the ratio of the
    two sums. Its noise follows from how the pairs scatter around that ratio, moderated toward the median scatter,
    so that three orders never look certain. A month that dwarfs all others counts at most at twice the next largest,
    except in ``raw``: one giant order is no growth. Then each growth is shrunk toward that of the whole by as much as the
    noise of all series together explains their differences.

    Args:
        values: Shape ``(series, months)``, currency units, months without gaps.
        against: What a series is compared with: the sum of all, or of those that were there from the beginning of the
            months compared (so that a region opened in between does not make all others look slow).

    Source:
        Ratio estimator: W. G. Cochran, *Sampling Techniques*, 3rd ed., Wiley, 1977, ch. 6. Moderated variance:
        G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 3(1), 2004. Half-Cauchy prior of the spread between
        series: A. Gelman, Bayesian Analysis 1(3), 2006. The combination is own; see docs/methods/product-tiers.md.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - scipy loads only where used

    count, months = values.shape
    nothing = np.full(count, np.nan)
    pairs = min(_MOST_PAIRS, months - _YEAR)
    if pairs < _FEWEST_PAIRS:
        return Growth(raw=nothing, shrunk=nothing, low=nothing, high=nothing, growing=nothing, faster=nothing, whole=None)
    evened = even_out(values)
    later, earlier = evened[:, -pairs:], evened[:, -pairs - _YEAR : -_YEAR]
    after, before = later.sum(axis=1), earlier.sum(axis=1)
    if after.sum() <= 0 or before.sum() <= 0:
        return Growth(raw=nothing, shrunk=nothing, low=nothing, high=nothing, growing=nothing, faster=nothing, whole=None)
    known = (after > 0) & (before > 0)
    ratio = np.divide(after, before, out=np.ones(count), where=known)
    noise = _noise(later, earlier, ratio, known)
    settled = known & (values[:, : months - pairs - _YEAR + _SETTLED_MONTHS] != 0).any(axis=1)
    like = settled if against == "settled" and settled.any() else np.ones(count, dtype=np.bool_)
    centre = float(np.log(after[like].sum() / before[like].sum()))
    apart = np.log(ratio) - centre
    chance = _spread_chances(apart[known], noise[known])[:, None]
    weight = _SPREADS[:, None] ** 2 / (_SPREADS[:, None] ** 2 + noise)
    means, spreads = weight * apart, np.sqrt(weight * noise)
    surely = (chance * ndtr(means / spreads)).sum(axis=0)
    mean = (chance * means).sum(axis=0)
    growing = (chance * ndtr((means + centre) / spreads)).sum(axis=0)
    spread = np.sqrt((chance * (spreads**2 + (means - mean) ** 2)).sum(axis=0))
    mean += centre
    return Growth(
        raw=_plain(values, pairs),
        shrunk=np.where(known, np.expm1(mean), np.nan),
        low=np.where(known, np.expm1(mean - _Z80 * spread), np.nan),
        high=np.where(known, np.expm1(mean + _Z80 * spread), np.nan),
        growing=np.where(known, growing, np.nan),
        faster=np.where(known, surely, np.nan),
        whole=float(np.expm1(centre)),
    )


def _plain(values: FloatArray, pairs: int) -> FloatArray:
    """Return the growth as the figures say it, giants and all."""
    after, before = values[:, -pairs:].sum(axis=1), values[:, -pairs - _YEAR : -_YEAR].sum(axis=1)
    ratio: FloatArray = np.divide(after, before, out=np.full(len(values), np.nan), where=(after > 0) & (before > 0))
    return ratio - 1


def _noise(later: FloatArray, earlier: FloatArray, ratio: FloatArray, known: np.ndarray) -> FloatArray:
    """Variance of each log ratio: scatter φ of the pairs (currency units), moderated, times 1/after + 1/before."""
    after, before = later.sum(axis=1), earlier.sum(axis=1)
    busy = ((later != 0) | (earlier != 0)).sum(axis=1)
    freedom = np.maximum(busy - 1, 0)
    squares = ((later - ratio[:, None] * earlier) ** 2).sum(axis=1)
    size = np.where(known, after + ratio**2 * before, 1.0)
    scatter = np.where(freedom > 0, squares / size * busy / np.maximum(freedom, 1), 0.0)
    # Relative scatter is pooled, not the money: large products have large orders.
    firm = known & (freedom >= _FEW_MONTHS)
    pooled = float(np.median(scatter[firm])) if firm.any() else float(after[known].max(initial=0.0))
    moderated = (freedom * scatter + _PRIOR_MONTHS * pooled) / (freedom + _PRIOR_MONTHS)
    noise = moderated * (1 / np.where(known, after, 1) + 1 / np.where(known, before, 1))
    return np.where(known, np.maximum(noise, _LEAST_NOISE), 1.0)


def _spread_chances(apart: FloatArray, noise: FloatArray) -> FloatArray:
    """Return how likely each of ``_SPREADS`` is as the true spread between series, given all of them."""
    total = _SPREADS[:, None] ** 2 + noise
    fit = -(np.log(total) + apart**2 / total).sum(axis=1) / 2 - np.log1p((_SPREADS / _PRIOR_SPREAD) ** 2)
    chances = np.exp(fit - fit.max())
    shares: FloatArray = chances / chances.sum()
    return shares
