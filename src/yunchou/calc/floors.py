"""Share a target over cells in proportion to what is expected, no group below its floor, in whole units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.families import Groups
from yunchou.calc.money import IntArray
from yunchou.calc.plan_cells import Mask
from yunchou.calc.rounding import round_nested
from yunchou.calc.sales_months import FloatArray

_ROUNDS = 2000
_NEAR = 1e-9


@dataclass(frozen=True, kw_only=True)
class _Kinds:
    """Cells that stand in the same floors are alike: ``of`` is the kind of each cell, ``masks`` the kinds of each floor."""

    of: IntArray
    masks: list[Mask]

    def sums(self, amounts: FloatArray) -> FloatArray:
        sums: FloatArray = np.bincount(self.of, weights=amounts).astype(np.float64)
        return sums

    def spread(self, sums: FloatArray, amounts: FloatArray) -> FloatArray:
        """Return cells in proportion to their amounts, with these sums of each kind."""
        before = self.sums(amounts)
        spread: FloatArray = amounts * np.divide(sums, before, out=np.ones_like(sums), where=before > 0)[self.of]
        return spread


def _kinds(masks: Sequence[Mask], count: int) -> _Kinds:
    of = np.zeros(count, dtype=np.int64)
    for mask in masks:
        of = np.unique(2 * of + mask, return_inverse=True)[1]
    first = np.unique(of, return_index=True)[1]
    return _Kinds(of=of, masks=[mask[first] for mask in masks])


def share_with_floors(weights: FloatArray, total: float, masks: Sequence[Mask], least: Sequence[float]) -> FloatArray:
    """Return amounts that sum to ``total``, nearest to proportional, with every group at or above its floor.

    Nearest in Kullback–Leibler divergence: each cell is its weight times one factor a group, and a group that
    is above its floor anyway has the factor 1. ``total`` is at least ``least_total``.

    Args:
        weights: Shape ``(cells,)``, each >= 0, at least one positive.
        total: What the cells sum to.
        masks: For each floor, its cells, shape ``(cells,)``.
        least: For each floor, what its cells must sum to at least.

    Source:
        I. Csiszár, "I-divergence geometry of probability distributions", Annals of Probability 3(1), 1975; solved by
        raising one group's factor at a time (dual coordinate ascent: C. Hildreth, Naval Res. Log. Quart. 4, 1957).
    """
    plain: FloatArray = weights * (total / float(weights.sum()))
    kinds = _kinds(masks, len(weights))
    amounts = kinds.sums(plain)
    factors = np.zeros(len(masks))
    for _ in range(_ROUNDS):
        moved = 0.0
        for at, (mask, wanted) in enumerate(zip(kinds.masks, least, strict=True)):
            old = factors[at]
            inside, outside = float(amounts[mask].sum()) * np.exp(-old), float(amounts[~mask].sum())
            if wanted <= 0 or inside <= 0:
                continue
            if outside <= 0 or wanted >= total:
                # The group is to have all: the rest keeps nothing.
                amounts = np.where(mask, amounts, 0.0) * (total / float(amounts[mask].sum()))
                continue
            factors[at] = float(np.log(max(wanted / (total - wanted) * outside / inside, 1.0)))
            moved = max(moved, abs(factors[at] - old))
            amounts = amounts * np.where(mask, np.exp(factors[at] - old), 1.0)
            amounts *= total / float(amounts.sum())
        if moved < _NEAR:
            break
    return kinds.spread(amounts, plain)


def raise_to_floors(amounts: FloatArray, masks: Sequence[Mask], least: Sequence[float]) -> FloatArray:
    """Return the amounts with every group at or above its floor; what stands in no floor, and what meets it, stays as it is.

    The nearest in Kullback–Leibler divergence that meet the floors, their sum left free: each floor that binds raises its
    group by one factor. Every floor has cells with an amount above 0 (``least_total`` is finite).

    Args:
        amounts: Shape ``(cells,)``, each >= 0.
        masks: For each floor, its cells, shape ``(cells,)``.
        least: For each floor, what its cells must sum to at least.

    Source:
        I. Csiszár, "I-divergence geometry of probability distributions", Annals of Probability 3(1), 1975; solved by
        raising one group's factor at a time (dual coordinate ascent: C. Hildreth, Naval Res. Log. Quart. 4, 1957).
    """
    kinds = _kinds(masks, len(amounts))
    raised, factors = kinds.sums(amounts), np.zeros(len(masks))
    for _ in range(_ROUNDS):
        moved = 0.0
        for at, (mask, wanted) in enumerate(zip(kinds.masks, least, strict=True)):
            without = float(raised[mask].sum()) * np.exp(-factors[at])
            factor = float(np.log(max(wanted / without, 1.0))) if without > 0 else 0.0
            if factor != factors[at]:
                moved = max(moved, abs(factor - factors[at]))
                raised = raised * np.where(mask, np.exp(factor - factors[at]), 1.0)
                factors[at] = factor
        if moved < _NEAR:
            break
    return kinds.spread(raised, amounts)


def least_total(weights: FloatArray, masks: Sequence[Mask], least: Sequence[float]) -> float:
    """Return the smallest total that meets all floors on cells of positive weight; infinite when none does.

    A larger total meets them as well: what is left can go anywhere.

    Source: own; a linear programme over the classes of cells that share the same floors.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - scipy loads only where used

    if not masks:
        return 0.0
    some = weights > 0
    kinds = np.stack(_kinds([mask[some] for mask in masks], int(some.sum())).masks).astype(float)
    scale = max(*least, 1.0)
    answer = linprog(np.ones(kinds.shape[1]), A_ub=-kinds, b_ub=-np.asarray(least) / scale)
    # a floor is a whole number of units, so half a unit is only the solver's noise
    return float(np.ceil(float(answer.fun) * scale - 0.5)) if answer.fun is not None and answer.status == 0 else float("inf")


def round_cells(amounts: FloatArray, total: int, families: tuple[Sequence[IntArray], Sequence[IntArray]]) -> IntArray:
    """Round cells to whole units that sum to ``total``, each cell and each group of the families within one unit.

    Args:
        amounts: Shape ``(cells,)``, units.
        total: Whole units.
        families: Two nested families, each a list of levels from coarse to fine: the group of every cell.

    Source: ``rounding.round_nested``.
    """
    exact = amounts * (total / amounts.sum()) if amounts.sum() > 0 else amounts
    everything = Groups.exactly(np.zeros(len(amounts), dtype=np.int64), [total])
    return round_nested(exact, *([everything, *(_between(exact, level) for level in family)] for family in families))


def _between(amounts: FloatArray, level: IntArray) -> Groups:
    sums = np.bincount(level, weights=amounts)
    return Groups(level, np.floor(sums + 1e-6).astype(np.int64), np.ceil(sums - 1e-6).astype(np.int64))


def mend_floors(units: IntArray, exact: FloatArray, masks: Sequence[Mask], least: Sequence[int]) -> IntArray:
    """Move single units into groups that rounding left below their floor, from cells rounded up the most.

    Only cells of no other floor give, so mending one floor never breaks another; a floor that then still lacks a
    unit or two is left as near as whole units allow.

    Source: own.
    """
    mended = units.copy()
    given = np.any(np.stack(masks), axis=0) if masks else np.zeros(len(units), dtype=np.bool_)
    for mask, wanted in zip(masks, least, strict=True):
        lacking = wanted - int(mended[mask].sum())
        if lacking <= 0:
            continue
        givers = np.nonzero(~given & (mended > 0))[0]
        givers = givers[np.argsort((exact - mended)[givers], kind="stable")][:lacking]
        takers = np.nonzero(mask & (exact > 0))[0]
        takers = takers[np.argsort((mended - exact)[takers], kind="stable")]
        mended[givers] -= 1
        np.add.at(mended, np.resize(takers, len(givers)), 1)
    return mended
