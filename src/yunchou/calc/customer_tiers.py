"""Customers A, B, C by yearly revenue, thresholds from the distribution, and what each tier brings the year after."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.plan import CustomerTiers
from yunchou.calc.plan_settings import Override
from yunchou.calc.reading import nearest
from yunchou.calc.sales_months import ALL, FloatArray, SalesMonths
from yunchou.calc.text import Text

TIERS = ("A", "B", "C", "new")
# The customers that together make the first half of revenue, and those up to four fifths.
_UP_TO = {"A": 0.5, "B": 0.8}
_DIGITS = 2
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


def recommend_thresholds(revenue: FloatArray) -> dict[str, float]:
    """Return the yearly revenue from which a customer is A, and B; C starts at 0.

    Largest first, A are the customers up to the one with whom half of all revenue is reached, B those up to four
    fifths; each threshold is the revenue of that last customer, cut to two digits so that it can be said.

    Args:
        revenue: Shape ``(customers,)``, one year's revenue each; those at or below 0 do not count.

    Source: own, after V. Pareto's concentration (ABC analysis: H. F. Dickie, Factory Management 109, 1951).
    """
    sizes = np.sort(revenue[revenue > 0])[::-1]
    if not len(sizes):
        return {"A": 0.0, "B": 0.0}
    reached = np.cumsum(sizes) / sizes.sum()
    return {tier: _cut(float(sizes[min(int(np.searchsorted(reached, part - 1e-12)), len(sizes) - 1)])) for tier, part in _UP_TO.items()}


def _cut(value: float) -> float:
    """Cut to two digits, downward, in whole minor units, so that the customer who set the threshold stands in it."""
    minor = math.floor(value * 100 + 1e-6)
    step: int = 10 ** max(len(str(minor)) - _DIGITS, 0)
    return minor // step * step / 100


def tier_customers(sales: SalesMonths, overrides: Sequence[Override] = ()) -> CustomerTiers:
    """Return the tier of every customer ever read, by the last 12 months; who bought nothing in them is C.

    Raises:
        BadInput: An override names a customer that is not in the history.

    Source: own; see docs/methods/customer-tiers.md.
    """
    empty = pl.DataFrame(schema={"customer": pl.String, "tier": pl.String, "revenue_minor": pl.Int64})
    if "customer" in sales.missing:
        return CustomerTiers(thresholds_minor={}, counts={}, revenue_minor={}, tiers=empty)
    groups, values = sales.table(["customer"])
    given = _given(overrides, groups["customer"])
    revenue = values[:, -_YEAR:].sum(axis=1)
    limits = recommend_thresholds(revenue)
    tiers = pl.DataFrame(
        {
            "customer": groups["customer"],
            "tier": _tiers(groups["customer"].to_list(), revenue, limits, given),
            "revenue_minor": np.round(revenue * 100).astype(np.int64),
        }
    ).sort(["revenue_minor", "customer"], descending=[True, False])
    sums = {row[0]: row[1:] for row in tiers.group_by("tier").agg(pl.len(), pl.col("revenue_minor").sum()).iter_rows()}
    return CustomerTiers(
        thresholds_minor={**{tier: round(limit * 100) for tier, limit in limits.items()}, "C": 0},
        counts={tier: sums.get(tier, (0, 0))[0] for tier in ("A", "B", "C")},
        revenue_minor={tier: sums.get(tier, (0, 0))[1] for tier in ("A", "B", "C")},
        tiers=tiers,
    )


def _given(overrides: Sequence[Override], names: pl.Series) -> dict[str, str]:
    given = {override.key: override.value for override in overrides if override.kind == "customer"}
    known = set(names.to_list())
    for key in given:
        if key not in known:
            near = nearest(key, known)
            raise BadInput(
                Text(
                    f"设置 overrides：历史里没有客户“{key}”，最接近的是 {near}",
                    f"settings, overrides: the history has no customer “{key}”; the nearest is {near}",
                )
            )
    return given


def _tiers(names: Sequence[str], revenue: FloatArray, limits: Mapping[str, float], given: Mapping[str, str]) -> list[str]:
    cents = np.round(revenue * 100)
    plain = np.where(cents >= round(limits["A"] * 100), "A", np.where(cents >= round(limits["B"] * 100), "B", "C"))
    plain[cents <= 0] = "C"
    return [given.get(name, tier) for name, tier in zip(names, plain.tolist(), strict=True)]


def customer_window(sales: SalesMonths) -> tuple[int, int]:
    """Return how many months tier the customers and how many, after them, show what the tiers bring.

    Twelve and twelve where the history allows; a short one is halved.

    Source: own.
    """
    after = min(_YEAR, len(sales.months) // 2)
    return min(_YEAR, len(sales.months) - after), after


def tiers_before(sales: SalesMonths, overrides: Sequence[Override] = ()) -> pl.DataFrame:
    """Return ``customer, customer_tier`` as at the start of the last twelve months (half of a short history).

    Customers without any line before that are ``new``; thresholds come from the same rule on the months before.
    A tier set by hand holds here too, so that its revenue is learnt under the tier it is planned in.

    Source: own.
    """
    before, after = customer_window(sales)
    groups, values = sales.table(["customer"])
    names = groups["customer"].to_list()
    start = values.shape[1] - after
    revenue = values[:, start - before : start].sum(axis=1)
    given = _given(overrides, groups["customer"])
    tiers = _tiers(names, revenue, recommend_thresholds(revenue), given)
    known = (values[:, :start] != 0).any(axis=1).tolist()
    shown = [tier if seen or name in given else "new" for name, tier, seen in zip(names, tiers, known, strict=True)]
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
