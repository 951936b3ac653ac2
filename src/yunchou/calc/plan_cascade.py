"""A target over the cells of a plan: in proportion to what is expected, floors kept, exact in whole units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING

import numpy as np

from yunchou.calc.errors import Contradiction
from yunchou.calc.floors import least_total, mend_floors, raise_to_floors, round_cells, share_with_floors
from yunchou.calc.money import LARGEST_MINOR, IntArray
from yunchou.calc.plan_cells import Cells, Mask, whole_cells
from yunchou.calc.plan_settings import Floor, PlanSettings
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text
from yunchou.calc.year_ahead import YearAhead

PLAN = "plan"
_SQUEEZE = 0.1
_NOISE = 1e-3  # of a unit


@dataclass(frozen=True, kw_only=True)
class Floored:
    """A floor as cells: ``before_minor`` is what they were, ``units`` what they must at least be."""

    floor: Floor
    mask: Mask
    before_minor: int
    units: int


def floored(ahead: YearAhead, last_year: IntArray, settings: PlanSettings) -> list[Floored]:
    """Return the floors as cells and whole units; growth counts from last year, or from the last 12 months if it is not whole.

    Raises:
        BadInput: A floor names something that the plan does not have.

    Source: own.
    """
    before = last_year if ahead.whole_last_year else whole_cells(ahead.last_twelve * 100, round(float(ahead.last_twelve.sum()) * 100))
    found = []
    for at, floor in enumerate(settings.floors):
        mask = ahead.cells.mask(floor.where, f"floors[{at}]")
        was = int(before[mask].sum())
        units = max(int((was * (1 + floor.growth) / settings.unit_minor).to_integral_value(ROUND_CEILING)), 0)
        found.append(Floored(floor=floor, mask=mask, before_minor=was, units=units))
    return found


def raised_target(mean: FloatArray, target_minor: int, floors: Sequence[Floored], *, unit_minor: int) -> int:
    """Return the target with what its floors ask beyond their share of it, so that nothing else pays for them.

    Args:
        mean: Expected amounts ``(series, customer tiers, 12)``; the cells share a target in proportion to them.
        target_minor: A multiple of the unit.
        floors: What groups must at least be.
        unit_minor: The step.

    Raises:
        Contradiction: A floor stands where nothing is expected, or asks for more than can be counted exactly.

    Source: own; see docs/methods/target-and-probability.md.
    """
    weights = np.maximum(mean, 0.0).ravel()
    masks, least = [floor.mask.ravel() for floor in floors], [float(floor.units) for floor in floors]
    total = target_minor // unit_minor
    needed = least_total(weights, masks, least)
    if not needed * unit_minor < LARGEST_MINOR:
        raise _contradiction(weights, total, floors, needed, unit_minor)
    shares = weights * (max(total, 0) / weights.sum())
    if all(float(shares[mask].sum()) >= wanted - _NOISE for mask, wanted in zip(masks, least, strict=True)):
        return target_minor
    # From a target of nothing a group's own shares say nothing: they start from what is expected, made very small.
    raised = raise_to_floors(np.maximum(shares, weights * (_NOISE / weights.sum())), masks, least)
    return max(int(np.ceil(float(raised.sum()) - _NOISE)), total, int(needed)) * unit_minor


def spread_targets(
    mean: FloatArray, targets: Mapping[str, int], floors: Sequence[Floored], cells: Cells, *, unit_minor: int, raised_minor: int = 0
) -> tuple[dict[str, IntArray], tuple[Text, ...]]:
    """Return the whole units of each cell for every target, and what is to be said about the floors.

    Each target's cells sum to it exactly, and each cell and every product tier, product × region, customer tier
    within it, quarter and month is within one unit of the exact share.

    Args:
        mean: Expected amounts ``(series, customer tiers, 12)``; the cells share a target in proportion to them.
        targets: Minor units, multiples of the unit, each large enough for the floors (``raised_target``).
        floors: What groups must at least be.
        cells: The axes.
        unit_minor: The step.
        raised_minor: What floors added to the plan's target; what they take beyond that is told.

    Raises:
        Contradiction: The floors cannot be met within a target.

    Source: own; see docs/methods/target-and-probability.md.
    """
    weights = np.maximum(mean, 0.0).ravel()
    families = cells.levels()
    masks, least = [floor.mask.ravel() for floor in floors], [float(floor.units) for floor in floors]
    needed = least_total(weights, masks, least)
    spread: dict[str, IntArray] = {}
    warnings: list[Text] = []
    for name, target_minor in targets.items():
        total = target_minor // unit_minor
        if needed > total:
            raise _contradiction(weights, total, floors, needed, unit_minor)
        same = next((done for other, done in spread.items() if targets[other] == target_minor), None)
        if same is not None:
            spread[name] = same
            continue
        exact = share_with_floors(weights, float(total), masks, least)
        units = round_cells(exact, total, families)
        units = mend_floors(units, exact, masks, [floor.units for floor in floors])
        if name == PLAN:
            warnings += _squeezed(exact, weights * ((total - raised_minor // unit_minor) / weights.sum()), masks)
        spread[name] = units.reshape(mean.shape)
    return spread, tuple(warnings)


def _squeezed(exact: FloatArray, plain: FloatArray, masks: Sequence[Mask]) -> list[Text]:
    if not masks:
        return []
    outside = ~np.any(np.stack(masks), axis=0)
    was, left = float(plain[outside].sum()), float(exact[outside].sum())
    if was <= 0 or left >= was * (1 - _SQUEEZE):
        return []
    lost = 1 - left / was
    return [
        Text(
            f"为满足增长下限，其余部分的目标被压低 {lost:.0%}，低于其预期：请考虑提高总目标",
            f"to keep the floors all else was lowered by {lost:.0%}, below what is expected of it: consider a higher total",
        )
    ]


def _contradiction(weights: FloatArray, total: int, floors: Sequence[Floored], needed: float, unit_minor: int) -> Contradiction:
    """Name the fewest floors that already ask for more than the target: leave any one out and the rest fit."""
    kept = list(range(len(floors)))
    for at in range(len(floors)):
        rest = [other for other in kept if other != at]
        if least_total(weights, [floors[o].mask.ravel() for o in rest], [float(floors[o].units) for o in rest]) > total:
            kept = rest
    names = "; ".join(_where(floors[at].floor) for at in kept)
    conflict: list[dict[str, object]] = [{"kind": "total", "index": None, "group": None, "value": total * unit_minor, "detail": "target"}]
    conflict += [
        {
            "kind": "floor",
            "index": at,
            "group": {**floors[at].floor.where},
            "value": floors[at].units * unit_minor,
            "detail": floors[at].floor.source,
        }
        for at in kept
    ]
    target = f"{total * unit_minor / 100:,.2f}"
    if not np.isfinite(needed):
        return Contradiction(
            Text(
                f"增长下限 {names} 所指的部分没有预期收入，无法满足：请去掉它",
                f"floor {names}: nothing is expected there, so it cannot be met; remove it",
            ),
            conflict,
        )
    asked = f"{needed * unit_minor / 100:,.2f}"
    return Contradiction(
        Text(
            f"增长下限（{names}）至少需要 {asked}，超过目标 {target}：请提高目标，或降低增长下限",
            f"the floors ({names}) need at least {asked}, more than the target {target}: raise the target or lower the floors",
        ),
        conflict,
    )


def _where(floor: Floor) -> str:
    words = " × ".join("/".join(names) for names in floor.where.values()) or "(all)"
    return f"{words} {floor.growth * 100:+f}%".replace(".000000", "")


def told_floor(floor: Floored, target_minor: IntArray, *, unit_minor: int) -> dict[str, object]:
    """Return a floor as plain values, with what it asked for and what the plan gives.

    Source: own.
    """
    return {
        "where": {name: list(words) for name, words in floor.floor.where.items()},
        "growth": float(floor.floor.growth),
        "source": floor.floor.source,
        "last_year_minor": floor.before_minor,
        "floor_minor": floor.units * unit_minor,
        "target_minor": int(target_minor[floor.mask].sum()),
    }
