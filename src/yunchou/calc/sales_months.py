"""Sales lines summed by product, region, customer and month: all that a plan reads of a history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.periods import add_months, distance, first_day
from yunchou.calc.text import Text

FloatArray = npt.NDArray[np.float64]

ALL = "(all)"
BLANK = "(blank)"
DIMENSIONS = ("product", "region", "customer")
_PLACES = 6


@dataclass(frozen=True, kw_only=True)
class SalesMonths:
    """Sums of sales lines in currency major units.

    ``frame``: ``product, region, customer, month`` (first day), ``amount``, and with costs ``costed`` (the amount
    of the lines that have one) and ``cost``; sorted by the keys. ``months`` are all months from the first line's
    to the last that counts as read, without gaps. ``missing`` names the dimensions that the lines do not have;
    theirs is the one key ``(all)``. ``largest`` is the largest single amount of the last twelve months, and
    ``exact`` the sum of each month as an exact decimal.
    """

    frame: pl.DataFrame
    months: tuple[date, ...]
    missing: tuple[str, ...]
    largest: float
    last_day: date
    exact: tuple[Decimal, ...]

    def table(self, by: Sequence[str], column: str = "amount") -> tuple[pl.DataFrame, FloatArray]:
        """Return the groups of ``by``, sorted, and their amounts of shape ``(groups, months)``."""
        sums = self.frame.group_by([*by, "month"]).agg(pl.col(column).sum()).sort([*by, "month"])
        groups = sums.select(by).unique(maintain_order=True)
        rows = sums.select(by).join(groups.with_row_index("row"), on=list(by), how="left", maintain_order="left")["row"].to_numpy()
        values = np.zeros((groups.height, len(self.months)))
        values[rows, self.places(sums["month"])] = sums[column].to_numpy()
        return groups, values

    def places(self, months: pl.Series) -> npt.NDArray[np.int64]:
        """Return where each month stands in ``months``."""
        first = self.months[0]
        return ((months.dt.year() - first.year) * 12 + months.dt.month() - first.month).cast(pl.Int64).to_numpy()


def sum_months(lines: pl.DataFrame, *, before: date) -> SalesMonths:
    """Sum the lines dated before a day by product, region, customer and month.

    Sums are exact before they become floats, so the order of the lines never changes a value. Where lines on or
    after ``before`` exist, every month up to it counts as read, also an empty one.

    Raises:
        BadInput: No line is dated before that day.

    Source: own.
    """
    kept = lines.filter(pl.col("date") < before)
    if kept.is_empty():
        raise BadInput(
            Text(
                f"{before:%Y-%m-%d} 之前没有任何销售明细，无法规划该年度",
                f"no sales line is dated before {before}: nothing to plan that year on",
            )
        )
    missing = tuple(name for name in DIMENSIONS if name not in lines.columns)
    if not isinstance(lines.schema["amount"], pl.Decimal):
        kept = kept.with_columns(pl.col("amount").cast(pl.Decimal(38, _PLACES)))
    keys = [pl.lit(ALL).alias(name) if name in missing else pl.col(name).cast(pl.String).fill_null(BLANK) for name in DIMENSIONS]
    measures = [pl.col("amount").sum()]
    if "cost" in lines.columns:
        measures += [pl.col("amount").filter(pl.col("cost").is_not_null()).sum().alias("costed"), pl.col("cost").sum()]
    sums = kept.with_columns(keys).group_by(*DIMENSIONS, pl.col("date").dt.truncate("1mo").alias("month")).agg(measures)
    sums = sums.sort([*DIMENSIONS, "month"])
    first, last_day = sums["month"].min(), kept["date"].max()
    if not isinstance(first, date) or not isinstance(last_day, date):
        raise TypeError("a column of dates has no smallest date")
    end = add_months(before, -1) if kept.height < lines.height else first_day(last_day, "M")
    months = tuple(add_months(first, ahead) for ahead in range(distance(first, end, "M") + 1))
    by_month = dict(sums.group_by("month").agg(pl.col("amount").sum()).iter_rows())
    recent = kept.filter(pl.col("date") >= add_months(end, -11))["amount"]
    return SalesMonths(
        frame=sums.with_columns(pl.col(pl.Decimal).cast(pl.Float64)),
        months=months,
        missing=missing,
        largest=float(recent.max() or 0),  # type: ignore[arg-type]
        last_day=last_day,
        exact=tuple(Decimal(by_month.get(month, 0)) for month in months),
    )
