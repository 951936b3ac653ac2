"""The figures that the tiers of products and regions rest on, one array a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.calc.giants import even_out
from yunchou.calc.growth import Growth, growth_of
from yunchou.calc.sales_months import FloatArray, SalesMonths

Kind = Literal["product", "region"]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

YEAR = 12
YOUNG_MONTHS = 24
# A first sale this soon after the history begins says nothing about the age.
_UNSEEN_MONTHS = 6
_SILENT_MONTHS = 6
# A month is called a giant where evening it out takes this share of the year's revenue.
_DWARFS = 0.1


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is known of each product or region: shape ``(names,)``, NaN where it is not known.

    ``revenue`` and ``share`` are of the last 12 months, ``counted`` the share with giants evened out; ``equal`` is the
    share that each of those on sale would have if alike. ``giant`` is the largest month's share of the year where it
    dwarfs all others. ``young``: first sold within 24 months; ``silent``: nothing for half a year, and not by season.
    ``customers`` is None without a customer column.
    """

    revenue: FloatArray
    share: FloatArray
    counted: FloatArray
    equal: float
    growth: Growth
    margin: FloatArray
    age_months: IntArray
    young: BoolArray
    active_months: IntArray
    silent: BoolArray
    volatility: FloatArray
    giant: FloatArray
    giant_month: IntArray
    customers: IntArray | None = None


def measure(values: FloatArray, kind: Kind, *, margin: FloatArray | None = None, customers: IntArray | None = None) -> Figures:
    """Return the figures of each series of monthly sales.

    Args:
        values: Shape ``(names, months)``, currency units, months without gaps.
        kind: Products are compared with the whole, for a new one takes from the old; regions with those that were
            there from the beginning, for a new one adds to them.
        margin: Shape ``(names,)``, share of revenue, NaN where no cost is known.
        customers: Shape ``(names,)``, who bought in the last 12 months.

    Source: own; see docs/methods/product-tiers.md.
    """
    months = values.shape[1]
    sold = values != 0
    first = np.where(sold.any(axis=1), sold.argmax(axis=1), months - 1)
    last = np.where(sold.any(axis=1), months - 1 - sold[:, ::-1].argmax(axis=1), months - 1)
    recent = values[:, -YEAR:]
    revenue = recent.sum(axis=1)
    evened = even_out(values)[:, -YEAR:]
    counted = np.maximum(evened.sum(axis=1), 0.0)
    before = values[:, -YEAR - _SILENT_MONTHS : -YEAR]
    quiet = months - 1 - last >= _SILENT_MONTHS
    # Quiet in the months that were quiet a year ago is the season, not the end.
    season = (before <= 0).all(axis=1) & (before.shape[1] > 0) & (revenue > 0)
    mean = recent.mean(axis=1)
    cut = (recent - evened).max(axis=1)
    return Figures(
        revenue=revenue,
        share=_part(revenue),
        counted=_part(counted),
        equal=1 / max(int((revenue > 0).sum()), 1),
        growth=growth_of(values, against="whole" if kind == "product" else "settled"),
        margin=np.full(len(values), np.nan) if margin is None else margin,
        age_months=(months - first).astype(np.int64),
        young=(first >= _UNSEEN_MONTHS) & (months - first <= YOUNG_MONTHS),
        active_months=(recent > 0).sum(axis=1).astype(np.int64),
        silent=quiet & ~season,
        volatility=np.divide(recent.std(axis=1), mean, out=np.full(len(values), np.nan), where=mean > 0),
        giant=np.where((revenue > 0) & (cut > _DWARFS * revenue), recent.max(axis=1) / np.where(revenue > 0, revenue, 1), np.nan),
        giant_month=(recent.argmax(axis=1) + months - recent.shape[1]).astype(np.int64),
        customers=customers,
    )


def figures_of(sales: SalesMonths, kind: Kind) -> tuple[tuple[str, ...], Figures]:
    """Return the names, sorted, and their figures.

    Source: own.
    """
    groups, values = sales.table([kind])
    names = tuple(groups[kind].to_list())
    return names, measure(values, kind, margin=_margins(sales, kind), customers=_customers(sales, kind, names))


def month_said(months: Sequence[date], at: int) -> str:
    """Return a month as it is written: ``2024-05``."""
    return f"{months[at]:%Y-%m}"


def _part(amounts: FloatArray) -> FloatArray:
    total = float(amounts.sum())
    return amounts / total if total > 0 else np.zeros_like(amounts)


def _margins(sales: SalesMonths, kind: Kind) -> FloatArray | None:
    if "cost" not in sales.frame.columns:
        return None
    return margin_of(*(sales.table([kind], column)[1] for column in ("costed", "cost")))


def margin_of(costed: FloatArray, cost: FloatArray) -> FloatArray:
    """Return the margin of the last 12 months, NaN where nothing with a cost was sold.

    Args:
        costed: Shape ``(names, months)``, revenue of the lines whose cost is known.
        cost: Shape ``(names, months)``, their cost.

    Source: own.
    """
    earned, spent = costed[:, -YEAR:].sum(axis=1), cost[:, -YEAR:].sum(axis=1)
    part: FloatArray = np.divide(spent, earned, out=np.full(len(earned), np.nan), where=earned > 0)
    return 1 - part


def _customers(sales: SalesMonths, kind: Kind, names: Sequence[str]) -> IntArray | None:
    if "customer" in sales.missing:
        return None
    start = sales.months[-min(YEAR, len(sales.months))]
    recent = sales.frame.filter((pl.col("month") >= start) & (pl.col("amount") > 0))
    counts: Mapping[str, int] = dict(recent.group_by(kind).agg(pl.col("customer").n_unique()).iter_rows())
    return np.array([counts.get(name, 0) for name in names], dtype=np.int64)
