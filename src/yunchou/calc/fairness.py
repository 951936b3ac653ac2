"""Whether quotas are fair: each against the person's potential, how far apart they lie, and why they moved since last year."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.sales_months import FloatArray

# A quota this far from what the potential says is pointed at.
UNEVEN = 0.15


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """How evenly quotas lie on potential, and on capacity.

    ``gini`` and ``cv`` of quota ÷ potential over people with potential (0: all alike; None: nobody has any). ``ratio``: all
    quotas ÷ all potential. ``outliers``: people whose ratio lies more than 15 % from it, the farthest first. ``capacity_gini``,
    ``capacity_outliers``: ditto of quota ÷ full months, over people with a quota; who works a larger territory carries more a
    month, fair or not.
    """

    gini: float | None
    cv: float | None
    ratio: float | None
    people: int
    outliers: tuple[str, ...]
    capacity_gini: float | None
    capacity_outliers: tuple[str, ...]


def judge_fairness(people: pl.DataFrame) -> Fairness:
    """Judge the quotas of people: ``person, quota_minor, potential_minor, capacity``, a row a person and unit.

    Source: C. Gini, *Variabilità e mutabilità*, 1912; quota ÷ potential as in docs/methods/fairness.md.
    """
    sums = people.group_by("person").agg(pl.col("quota_minor", "potential_minor", "capacity").sum()).sort("person")
    names, ratios, whole, outliers = _off(sums, "potential_minor")
    _, loads, _, heavy = _off(sums.filter(pl.col("quota_minor") > 0), "capacity")
    mean = float(ratios.mean()) if len(ratios) else 0.0
    return Fairness(
        gini=gini(ratios),
        cv=float(ratios.std() / mean) if mean > 0 else None,
        ratio=whole if names else None,
        people=len(names),
        outliers=outliers,
        capacity_gini=gini(loads),
        capacity_outliers=heavy,
    )


def _off(sums: pl.DataFrame, basis: str) -> tuple[list[str], FloatArray, float, tuple[str, ...]]:
    """Return people with a basis, their quota ÷ basis, that of all together, and who lies far from it, the farthest first."""
    judged = sums.filter(pl.col(basis) > 0)
    asked, carried = judged["quota_minor"].to_numpy().astype(np.float64), judged[basis].to_numpy().astype(np.float64)
    ratios = asked / carried
    whole = float(asked.sum() / carried.sum()) if judged.height else 0.0
    off = np.abs(ratios / whole - 1) if whole > 0 else np.zeros(len(ratios))
    # names are sorted, so equal distances keep their order
    order = np.argsort(-off, kind="stable")
    names = judged["person"].to_list()
    return names, ratios, whole, tuple(names[at] for at in order.tolist() if off[at] > UNEVEN)


def gini(values: FloatArray) -> float | None:
    """Return the Gini coefficient (0…1) of values >= 0: half their mean difference ÷ their mean; None where all are 0.

    Source: C. Gini, 1912; by ranks, A. Sen, *On Economic Inequality*, 1973.
    """
    total = float(values.sum())
    if total <= 0:
        return None
    ordered, count = np.sort(values), len(values)
    ranks = np.arange(1, count + 1)
    return max(float(2 * (ranks * ordered).sum() / (count * total) - (count + 1) / count), 0.0)


def explain_moves(
    *, before: FloatArray, even: FloatArray, staffed: FloatArray, targets: FloatArray, quotas: FloatArray, growth: float
) -> dict[str, list[int]]:
    """Return what leads from last year's amount to the quota of each person; the parts sum to quota − before exactly.

    ``growth_minor``: last year's amount times the growth of the whole. ``headcount_minor``: what changes because people came,
    went, ramped or changed their time. ``potential_change_minor``: the rest up to the target: the person's cells are to grow
    faster or slower than the whole, or last year's sales lay above or below what capacity says.
    ``over_minor``: what is asked on top of the target.

    Args:
        before: Shape ``(people,)``, minor units: what each sold last year.
        even: What each would have sold had last year's capacity alone decided.
        staffed: The same with this year's capacity.
        targets: This year's targets.
        quotas: This year's quotas.
        growth: The whole's target ÷ last year, less 1.

    Source: own; differences of rounded running sums.
    """
    reached = [before, before * (1 + growth), before * (1 + growth) + (staffed - even) * (1 + growth), targets, quotas]
    whole = [np.rint(part).astype(np.int64) for part in reached]
    names = ("growth_minor", "headcount_minor", "potential_change_minor", "over_minor")
    return {name: (after - earlier).tolist() for name, earlier, after in zip(names, whole[:-1], whole[1:], strict=True)}
