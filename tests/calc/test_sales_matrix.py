from datetime import date

import polars as pl

from yunchou.calc.sales_matrix import sales_by_account


def test_sales_by_account_sums_months_and_leaves_others_out():
    lines = pl.DataFrame(
        {
            "customer": ["甲", "甲", "乙", "丙"],
            "date": [date(2025, 11, 3), date(2025, 11, 30), date(2026, 1, 1), date(2025, 12, 1)],
            "amount": ["1.10", "2.20", "-3", "9"],
        }
    ).with_columns(pl.col("amount").cast(pl.Decimal(12, 2)))
    assert sales_by_account(lines, ["乙", "甲", "丁"]).tolist() == [[0, 0, -3.0], [3.3, 0, 0], [0, 0, 0]]
