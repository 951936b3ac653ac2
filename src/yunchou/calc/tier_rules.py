"""The rules that make figures a tier: each criterion a score, each line a place on its scale, each tier a ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yunchou.calc.sales_months import FloatArray
from yunchou.calc.tier_figures import BoolArray, Figures, IntArray, Kind

# From the cautious side up: the order in which a tier is earned.
PRODUCT_ORDER = ("base", "potential", "star")
REGION_ORDER = ("whitespace", "emerging", "mature")
ORDER: Mapping[Kind, tuple[str, ...]] = {"product": PRODUCT_ORDER, "region": REGION_ORDER}

_FEW_MONTHS = 4
_SOME_MONTHS = 3
# Two to one that a series grows faster, or slower, than the whole; nine to one that it grows at all;
# four to one that a small region trails the others, which makes it old rather than emerging.
_SURELY = 2.0
_GROWING = 9.0
_TRAILING = 4.0
# Of an equal share: a product that surely outgrows the whole need not be larger than this to be a star.
_HALF = 0.5
# Below the first a region is bare, below the second a new one has yet to take hold.
_BARE = 0.05
_OPENED = 0.25
# How near a line the evidence is balanced, and how far it must pass the line before a tier in force is given up:
# a share by a quarter, odds by half.
_SHARE_BAND = float(np.log(1.25))
_ODDS_BAND = float(np.log(1.5))
_BANDS = {
    **dict.fromkeys(("large", "half", "bare", "opened"), _SHARE_BAND),
    **dict.fromkeys(("faster", "level", "growing", "trailing"), _ODDS_BAND),
}
_LEAST = 1e-9
_PLACES = 9

Scores = Mapping[str, FloatArray]
Met = Mapping[str, BoolArray]
Ladder = Sequence[tuple[BoolArray, str, str]]


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """The tier of each series by its rule: shape ``(names,)`` throughout.

    ``tier`` counts from the cautious side in ``ORDER``; ``low`` and ``high`` are the tiers at the strict and at the lenient
    end of every line's band: where they differ the evidence is balanced between them. ``rule`` names the rule.
    """

    tier: IntArray
    low: IntArray
    high: IntArray
    rule: npt.NDArray[np.str_]


def rule_on(of: Figures, kind: Kind) -> Ruled:
    """Return each series' tier, the tiers between which its evidence leaves it, and the rule that gave it.

    Source: own; see docs/methods/product-tiers.md and docs/methods/region-tiers.md.
    """
    criteria, ladder = (_product_scores, _product_ladder) if kind == "product" else (_region_scores, _region_ladder)
    # rounded: products alike to the last digit stand on the same side of an equal share
    scores = {name: np.round(score, _PLACES) for name, score in criteria(of).items()}

    def at(side: int) -> tuple[IntArray, npt.NDArray[np.str_]]:
        return _climb(ladder(of, {name: score >= side * _BANDS[name] for name, score in scores.items()}), kind)

    tier, rule = at(0)
    ends = np.stack([tier, at(1)[0], at(-1)[0]])
    return Ruled(tier=tier, rule=rule, low=ends.min(axis=0), high=ends.max(axis=0))


def in_force(ruled: Ruled, previous: IntArray) -> IntArray:
    """Return each series' tier, the one in force before where the evidence leaves it possible.

    Args:
        ruled: What the rules say now.
        previous: Shape ``(names,)``, the tiers in force, counted as in ``ORDER``; −1 where there is none.

    Source: own, after the Schmitt trigger: O. H. Schmitt, J. Sci. Instrum. 15(1), 1938.
    """
    return np.where((ruled.low <= previous) & (previous <= ruled.high), previous, ruled.tier)


def _climb(ladder: Ladder, kind: Kind) -> tuple[IntArray, npt.NDArray[np.str_]]:
    """Return for each series the tier and the name of the first rule that fits; the last one fits all."""
    fits = [fit for fit, _, _ in ladder]
    tiers = np.select(fits, [np.int64(ORDER[kind].index(tier)) for _, tier, _ in ladder])
    return tiers, np.select(fits, [np.array(rule) for _, _, rule in ladder], default=np.array(""))


def _log(shares: FloatArray) -> FloatArray:
    return np.log(np.maximum(shares, np.finfo(np.float64).tiny))


def _log_odds(chances: FloatArray) -> FloatArray:
    inside = np.clip(chances, _LEAST, 1 - _LEAST)
    odds: FloatArray = np.log(inside) - np.log1p(-inside)
    return odds


def _product_scores(of: Figures) -> Scores:
    size, odds = _log(of.counted / of.equal), _log_odds(of.growth.faster)
    return {
        "large": size,
        "half": size - np.log(_HALF),
        "faster": odds - np.log(_SURELY),
        "level": odds + np.log(_SURELY),
        "growing": _log_odds(of.growth.growing) - np.log(_GROWING),
    }


def _product_ladder(of: Figures, met: Met) -> Ladder:
    large, growth = met["large"], of.growth
    every = np.ones(len(of.revenue), dtype=np.bool_)
    return (
        ((of.revenue <= 0) | of.silent, "base", "quiet"),
        (large & (of.margin <= 0), "base", "below_cost"),
        (of.young & large & (of.active_months >= _SOME_MONTHS), "star", "young_large"),
        (of.young & (of.active_months >= np.minimum(_FEW_MONTHS, of.age_months)) & (of.active_months > 1), "potential", "young"),
        (of.young & (of.age_months < _FEW_MONTHS), "base", "newborn"),
        (np.isnan(growth.faster), "base", "unknown"),
        (large & met["growing"] & met["level"], "star", "large_growing"),
        (met["half"] & met["growing"] & met["faster"], "star", "half_growing"),
        (~large & met["faster"] & (growth.shrunk > 0), "potential", "small_fast"),
        (large, "base", "large_slow"),
        (every, "base", "small_slow"),
    )


def _region_scores(of: Figures) -> Scores:
    size = _log(of.counted / of.equal)
    return {
        "bare": size - np.log(_BARE),
        "opened": size - np.log(_OPENED),
        "large": size,
        "trailing": -_log_odds(of.growth.faster) - np.log(_TRAILING),
    }


def _region_ladder(of: Figures, met: Met) -> Ladder:
    unknown = np.isnan(of.growth.faster)
    few = (of.revenue <= 0) | (of.active_months < np.minimum(_FEW_MONTHS, of.age_months))
    every = np.ones(len(of.revenue), dtype=np.bool_)
    return (
        (few, "whitespace", "few_months"),
        (~met["bare"], "whitespace", "bare"),
        (of.young & ~met["opened"], "whitespace", "unsettled"),
        (of.young, "emerging", "young"),
        (~met["large"] & ~met["trailing"], "emerging", "small"),
        (~met["large"], "mature", "small_trailing"),
        (unknown, "mature", "large_unknown"),
        (every, "mature", "large"),
    )
