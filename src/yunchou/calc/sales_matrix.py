"""Sales of accounts by month, as a matrix."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from yunchou.calc.sales_months import FloatArray


def sales_by_account(lines: pl.DataFrame, names: Sequence[str]) -> FloatArray:
    """Return sales of accounts by month, from the first month of the lines to the last.

    Args:
        lines: ``customer``, ``date``, ``amount``; customers that are not named are left out.
        names: The accounts, each once.

    Returns:
        Shape ``(accounts, months)``, in the unit of the amounts; zero where there are no lines.

    Source:
        Own.
    """
    number = pl.col("date").dt.year().cast(pl.Int64) * 12 + pl.col("date").dt.month()
    months = lines.select(number.alias("month"))["month"]
    first, last = int(months.min()), int(months.max())  # type: ignore[arg-type]
    place_of = {name: place for place, name in enumerate(names)}
    sums = (
        lines.with_columns(number.alias("month"))
        .filter(pl.col("customer").is_in(list(place_of)))
        .group_by("customer", "month")
        .agg(pl.col("amount").sum().cast(pl.Float64))
    )
    sales = np.zeros((len(names), last - first + 1))
    for name, month, amount in sums.select("customer", "month", "amount").iter_rows():
        sales[place_of[name], month - first] = amount
    return sales
