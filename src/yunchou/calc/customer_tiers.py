"""Customers A, B, C by yearly revenue, thresholds from the distribution, and what each tier brings the year after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.overrides import overrides_of
from yunchou.calc.pareto import UP_TO, pareto_lines, recommend_strategic, recommend_thresholds
from yunchou.calc.plan import CustomerTiers, Judgement
from yunchou.calc.plan_settings import Override
from yunchou.calc.sales_months import ALL, FloatArray, SalesMonths
from yunchou.calc.text import Text
from yunchou.calc.tier_figures import IntArray
from yunchou.calc.tier_moves import TierMove, moves_of

TIERS = ("A", "B", "C", "new")
# From the lowest up, as arrays count them.
_LETTERS = "CBA"
# How far revenue must pass a threshold before a tier in force is given up, and what is near one.
_BAND = 0.1
_NOTHING: Mapping[str, str] = {}
_YEAR = 12
# A cell's own mix counts half when as many customers as this stand behind it.
_PRIOR_CUSTOMERS = 20


@dataclass(frozen=True, kw_only=True)
class TierMix:
    """How a year's revenue divides among customers tiered at its start.

    ``names``: the tiers; ``shares``: shape ``(cells, tiers, 12)``, over tiers they sum to 1 for each cell and month of
    the plan year. ``months_before`` and ``months_after``: the lengths of the windows it was learnt from.
    """

    names: tuple[str, ...]
    shares: FloatArray
    months_before: int
    months_after: int


def tier_customers(
    sales: SalesMonths,
    overrides: Sequence[Override] = (),
    *,
    previous: Mapping[str, str] = _NOTHING,
    limits: Mapping[str, float] | None = None,
) -> CustomerTiers:
    """Return the tier of every customer ever read, by the last 12 months; who bought nothing in them is C.

    Args:
        sales: The history.
        overrides: Tiers that people set, with their reasons; they stand whatever the revenue says.
        previous: The tiers in force; one is kept until revenue lies a tenth beyond its threshold.
        limits: Thresholds that a person set (currency units a year, ``A`` and ``B``); the recommended ones when left out.

    Raises:
        BadInput: An override names a customer that is not in the history, or the threshold of B lies above that of A.

    Source: own; see docs/methods/customer-tiers.md.
    """
    if "customer" in sales.missing:
        empty = pl.DataFrame(schema={"customer": pl.String, "tier": pl.String, "revenue_minor": pl.Int64})
        return CustomerTiers(thresholds_minor={}, counts={}, revenue_minor={}, tiers=empty)
    groups, values = sales.table(["customer"])
    names = groups["customer"].to_list()
    given = overrides_of(overrides, "customer", names)
    revenue = values[:, -_YEAR:].sum(axis=1)
    limits = recommend_thresholds(revenue) if limits is None else _in_order(limits)
    held = np.array([_LETTERS.find(previous.get(name, "-")) for name in names], dtype=np.int64)
    judged = tier_revenue(revenue, held, limits)
    low, high = near_tiers(revenue, limits)
    positive = float(revenue[revenue > 0].sum())
    tiers = (
        pl.DataFrame(
            {
                "customer": groups["customer"],
                "tier": [given[name].value if name in given else _LETTERS[tier] for name, tier in zip(names, judged.tolist(), strict=True)],
                "revenue_minor": np.round(revenue * 100).astype(np.int64),
                "share": np.maximum(revenue, 0) / positive if positive > 0 else np.zeros(len(names)),
                "balanced": low != high,
                "overridden": [name in given for name in names],
            }
        )
        .sort(["revenue_minor", "customer"], descending=[True, False])
        .with_columns(pl.col("share").cum_sum().clip(0, 1).alias("cumulative_share"))
    )
    sums = {row[0]: row[1:] for row in tiers.group_by("tier").agg(pl.len(), pl.col("revenue_minor").sum()).iter_rows()}
    return CustomerTiers(
        thresholds_minor={**{tier: round(limits[tier] * 100) for tier in UP_TO}, "C": 0},
        counts={tier: sums.get(tier, (0, 0))[0] for tier in ("A", "B", "C")},
        revenue_minor={tier: sums.get(tier, (0, 0))[1] for tier in ("A", "B", "C")},
        tiers=tiers,
        candidates=pareto_lines(revenue),
        strategic=recommend_strategic(revenue),
        overrides={name: override.reason for name, override in sorted(given.items())},
    )


def customer_moves(previous: Mapping[str, str], now: CustomerTiers) -> tuple[TierMove, ...]:
    """Return every change from the tiers in force to those of ``now``, each with its reason; by name.

    Source: own.
    """
    judged = [
        Judgement(name=name, tier=tier, evidence={}, reason=customer_reason(name, now)) for name, tier in _changed(previous, now).items()
    ]
    known = set(now.tiers["customer"].to_list())
    return moves_of({name: tier for name, tier in previous.items() if name in _changed(previous, now) or name not in known}, judged)


def customer_reason(name: str, of: CustomerTiers) -> Text:
    """Return why a customer has its tier.

    Raises:
        KeyError: No such customer.

    Source: own.
    """
    found = of.tiers.filter(pl.col("customer") == name)
    if found.is_empty():
        raise KeyError(name)
    row = found.row(0, named=True)
    revenue, share, cumulative = row["revenue_minor"] / 100, row["share"], row["cumulative_share"]
    a, b = (of.thresholds_minor[tier] / 100 for tier in ("A", "B"))
    zh = f"近 12 个月营收 {revenue:,.0f}，占 {share:.1%}，从大到小累计 {cumulative:.0%}；A 类自 {a:,.0f} 起，B 类自 {b:,.0f} 起"
    en = f"revenue of 12 months {revenue:,.0f}, {share:.1%} of all, {cumulative:.0%} with those above; A from {a:,.0f}, B from {b:,.0f}"
    if row["balanced"]:
        zh, en = f"{zh}；离门槛不到一成，证据均衡", f"{en}; within a tenth of a threshold: balanced evidence"
    if name in of.overrides:
        reason = of.overrides[name]
        return Text(f"人工设为 {row['tier']}：{reason}（{zh}）", f"set to {row['tier']} by hand: {reason} ({en})")
    return Text(zh, en)


def _changed(previous: Mapping[str, str], now: CustomerTiers) -> dict[str, str]:
    return {name: tier for name, tier in now.tiers.select("customer", "tier").iter_rows() if previous.get(name) != tier}


def _in_order(limits: Mapping[str, float]) -> Mapping[str, float]:
    if not 0 <= limits["B"] <= limits["A"]:
        raise BadInput(
            Text(
                f"B 类门槛 {limits['B']:,} 应在 0 与 A 类门槛 {limits['A']:,} 之间，请调整",
                f"the threshold of B, {limits['B']:,}, must lie between 0 and that of A, {limits['A']:,}: change one of them",
            )
        )
    return limits


def tier_revenue(revenue: FloatArray, previous: IntArray | None = None, limits: Mapping[str, float] | None = None) -> IntArray:
    """Return each customer's tier, 2 for A, 1 for B, 0 for C.

    Args:
        revenue: Shape ``(customers,)``, one year's revenue each, currency units.
        previous: Shape ``(customers,)``, the tiers in force, −1 where there is none; one is kept until revenue lies a tenth
            beyond its threshold.
        limits: The thresholds; the recommended ones when left out.

    Source: own, after the Schmitt trigger: O. H. Schmitt, J. Sci. Instrum. 15(1), 1938.
    """
    limits = recommend_thresholds(revenue) if limits is None else limits
    tiers = _tiers(revenue, limits, 1.0)
    if previous is None:
        return tiers
    low, high = near_tiers(revenue, limits)
    return np.where((low <= previous) & (previous <= high), previous, tiers)


def near_tiers(revenue: FloatArray, limits: Mapping[str, float]) -> tuple[IntArray, IntArray]:
    """Return the lowest and the highest tier that a tenth of the thresholds leaves possible, as ``tier_revenue`` counts.

    Source: own.
    """
    return _tiers(revenue, limits, 1 + _BAND), _tiers(revenue, limits, 1 / (1 + _BAND))


def _tiers(revenue: FloatArray, limits: Mapping[str, float], times: float) -> IntArray:
    cents = np.round(revenue * 100)
    lines = [round(limits[tier] * times * 100) for tier in UP_TO]
    reached: IntArray = sum((cents > 0) & (cents >= line) for line in lines).astype(np.int64)  # type: ignore[union-attr]
    return reached


def customer_window(sales: SalesMonths) -> tuple[int, int]:
    """Return how many months tier the customers and how many, after them, show what the tiers bring.

    Twelve and twelve where the history allows; a short one is halved.

    Source: own.
    """
    after = min(_YEAR, len(sales.months) // 2)
    return min(_YEAR, len(sales.months) - after), after


def tiers_before(sales: SalesMonths, overrides: Sequence[Override] = (), *, limits: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Return ``customer, customer_tier`` as at the start of the last twelve months (half of a short history).

    Customers without any line before that are ``new``; thresholds come from the same rule on the months before, or are
    ``limits`` (a year's revenue), which a shorter window takes its part of.
    A tier set by hand holds here too, so that its revenue is learnt under the tier it is planned in.

    Source: own.
    """
    before, after = customer_window(sales)
    groups, values = sales.table(["customer"])
    names = groups["customer"].to_list()
    start = values.shape[1] - after
    revenue = values[:, start - before : start].sum(axis=1)
    given = overrides_of(overrides, "customer", names)
    scaled = None if limits is None else {tier: limit * before / _YEAR for tier, limit in limits.items()}
    tiers = tier_revenue(revenue, limits=scaled).tolist()
    known = (values[:, :start] != 0).any(axis=1).tolist()
    shown = [
        given[name].value if name in given else _LETTERS[tier] if seen else "new"
        for name, tier, seen in zip(names, tiers, known, strict=True)
    ]
    return pl.DataFrame({"customer": names, "customer_tier": shown}, schema={"customer": pl.String, "customer_tier": pl.String})


def learn_mix(sold: pl.DataFrame, cells: pl.DataFrame, sales: SalesMonths, months_of_year: Sequence[int]) -> TierMix:
    """Learn each cell's division among customer tiers from what the tiers brought after they were set.

    The company's mix by month is the anchor; a cell's own mix counts by n ÷ (n + 20) with n its customers, both
    over the year and by month, so that a cell of three customers takes the company's mix.

    Args:
        sold: ``product`` (tier), ``region``, ``customer_tier``, ``customer``, ``month``, ``amount`` of the learning window.
        cells: ``product``, ``region``: the cells, in order.
        sales: The history, for the windows' lengths.
        months_of_year: The calendar months of the plan year, in order.

    Source: own (shrinkage as in the Dirichlet-multinomial; see docs/methods/customer-tiers.md).
    """
    if "customer" in sales.missing:
        return TierMix(names=(ALL,), shares=np.ones((cells.height, 1, _YEAR)), months_before=0, months_after=0)
    before, after = customer_window(sales)
    names = TIERS
    amounts, people = _by_cell(sold, cells, names, months_of_year)
    amounts = np.maximum(amounts, 0.0)
    whole = amounts.sum(axis=0)
    year = whole.sum(axis=1)
    anchor = year / year.sum() if year.sum() > 0 else np.full(len(names), 1 / len(names))
    # By month only where each month of the year was seen; shrunk in the same way, for a month has few customers too.
    monthly = np.repeat(anchor[:, None], _YEAR, axis=1)
    if after == _YEAR:
        buyers = sold.group_by("month").agg(pl.col("customer").n_unique())
        seen = {month.month: count for month, count in buyers.iter_rows()}
        weight = np.array([seen.get(month, 0) for month in months_of_year], dtype=np.float64)
        weight /= weight + _PRIOR_CUSTOMERS
        sums = whole.sum(axis=0)
        own = np.divide(whole, sums, out=np.repeat(anchor[:, None], _YEAR, axis=1), where=sums > 0)
        monthly = weight * own + (1 - weight) * anchor[:, None]
    cell_year = amounts.sum(axis=2)
    total = cell_year.sum(axis=1, keepdims=True)
    own_mix = np.divide(cell_year, total, out=np.repeat(anchor[None, :], cells.height, axis=0), where=total > 0)
    trust = (people / (people + _PRIOR_CUSTOMERS))[:, None]
    mix = trust * own_mix + (1 - trust) * anchor
    lift = np.divide(mix, anchor, out=np.ones_like(mix), where=anchor > 0)
    shares = lift[:, :, None] * monthly[None, :, :]
    return TierMix(names=names, shares=shares / shares.sum(axis=1, keepdims=True), months_before=before, months_after=after)


def _by_cell(sold: pl.DataFrame, cells: pl.DataFrame, names: Sequence[str], months_of_year: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    order = cells.with_row_index("cell")
    placed = sold.join(order, on=["product", "region"], how="inner")
    amounts = np.zeros((cells.height, len(names), _YEAR))
    at_tier = {name: at for at, name in enumerate(names)}
    at_month = {month: at for at, month in enumerate(months_of_year)}
    sums = (
        placed.group_by("cell", "customer_tier", pl.col("month").dt.month())
        .agg(pl.col("amount").sum())
        .sort("cell", "customer_tier", "month")
    )
    for cell, tier, month, amount in sums.iter_rows():
        amounts[cell, at_tier[tier], at_month[month]] = amount
    people = np.zeros(cells.height)
    for cell, count in placed.group_by("cell").agg(pl.col("customer").n_unique()).iter_rows():
        people[cell] = count
    return amounts, people
