"""Whether what accounts are expected to bring, the base of their potential, was nearer than last year's sales."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from evidence_cases import SHARED
from evidence_tables import table
from yunchou.calc.account_potential import expected_sales
from yunchou.calc.periods import add_months
from yunchou.calc.sales_matrix import sales_by_account

FloatArray = npt.NDArray[np.float64]
_GROUPS, _DRAWS = 20, 200

_INTRODUCTION = f"""The method: [territories](../methods/territories.md). A territory's potential is the sum of its accounts'.
Before each cut, accounts were given to {_GROUPS} territories at random ({_DRAWS} times); the error is the sum
over territories of |share expected − share that came|, each a share of all accounts' sales in what follows.
Beside it: last year's sales as they were, and all accounts alike. The interval is that of the draws (2.5–97.5
%), which share one year: it says nothing of other years. **The rule was chosen after looking at these very
files**: the figures say what it does on them, not how it was found. Wallets and markets are in none of these
files, so reachable shares are not tested here."""


def _cases() -> Iterator[tuple[str, pl.DataFrame, date, int]]:
    """Yield name, lines (``customer``, ``date``, ``amount``), the cut and the months that follow."""
    for folder, file, columns, cuts in (
        ("superstore_cn", "orders.csv.gz", ("客户 ID", "订单日期", "销售额"), ((date(2016, 1, 1), 12), (date(2017, 1, 1), 12))),
        (
            "adventureworks",
            "reseller_sales_lines.csv.gz",
            ("ResellerKey", "OrderDate", "SalesAmount"),
            ((date(2018, 7, 1), 12), (date(2019, 4, 1), 12)),
        ),
        (
            "online_retail",
            "online_retail_lines.csv.gz",
            ("CustomerID", "InvoiceDate", "amount"),
            ((date(2011, 6, 1), 6), (date(2011, 9, 1), 3)),
        ),
        ("cdnow", "cdnow_master.csv.gz", ("customer_id", "date", "amount"), ((date(1997, 10, 1), 9), (date(1998, 1, 1), 6))),
    ):
        path = SHARED / folder / file
        if not path.exists():
            continue
        read = pl.read_csv(path, try_parse_dates=True, schema_overrides={"InvoiceNo": pl.String, "StockCode": pl.String})
        if folder == "online_retail":
            read = read.with_columns((pl.col("Quantity") * pl.col("UnitPrice")).alias("amount"))
        if folder == "cdnow":
            # the file has a second header
            day_read = pl.col("date").cast(pl.String).str.to_date("%Y%m%d", strict=False)
            read = read.with_columns(day_read, pl.col("amount").cast(pl.Float64, strict=False)).drop_nulls()
        customer, day, amount = columns
        lines = read.drop_nulls(customer).select(
            pl.col(customer).cast(pl.String).alias("customer"),
            pl.col(day).cast(pl.Date).alias("date"),
            pl.col(amount).cast(pl.Float64).alias("amount"),
        )
        for cut, months in cuts:
            yield folder, lines, cut, months


def _errors(shares: FloatArray, came: FloatArray, groups: npt.NDArray[np.int64]) -> FloatArray:
    difference = shares / shares.sum() - came / came.sum()
    return np.array([np.abs(np.bincount(draw, difference, _GROUPS)).sum() for draw in groups])


def _told(errors: FloatArray) -> str:
    low, high = np.quantile(errors, [0.025, 0.975])
    return f"{errors.mean():.3f} ({low:.3f}–{high:.3f})"


def section() -> str:
    """Measure, and return the page."""
    rows = []
    for name, lines, cut, months in _cases():
        before = lines.filter(pl.col("date") < cut)
        after = lines.filter((pl.col("date") >= cut) & (pl.col("date") < add_months(cut, months)))
        accounts = sorted(before["customer"].unique().to_list())
        sales = sales_by_account(before, accounts)
        came = np.maximum(sales_by_account(after, accounts).sum(axis=1), 0)
        ours = expected_sales(sales)
        groups = np.random.default_rng(0).integers(_GROUPS, size=(_DRAWS, len(accounts)))
        last = np.maximum(sales[:, -12:].sum(axis=1), 0)
        mine, its, even = (_errors(one, came, groups) for one in (ours.yearly, last, np.ones(len(accounts))))
        low, high = np.quantile(mine - its, [0.025, 0.975])
        rows.append(
            [
                name,
                f"{cut}, {months}",
                f"{len(accounts):,}",
                f"{ours.own:.0%}",
                _told(mine),
                _told(its),
                _told(even),
                f"{low:+.3f} to {high:+.3f}",
            ]
        )
    if not rows:
        return ""
    header = [
        "file",
        "cut, months after",
        "accounts",
        "own sales count",
        "ours",
        "last year's sales",
        "all alike",
        "ours − last year's, 95 % of draws",
    ]
    return "\n\n".join(["## Were accounts' potentials near what came?", _INTRODUCTION, table(header, rows)])
