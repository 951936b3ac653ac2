from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.calc.sample_sales import sample_sales
from yunchou.calc.errors import BadInput
from yunchou.calc.sales_months import sum_months

LINES = pl.DataFrame(
    {
        "date": [date(2023, 1, 5), date(2023, 1, 9), date(2023, 3, 1), date(2023, 3, 1), date(2024, 2, 1)],
        "amount": ["0.1", "0.2", "5", "-1", "99"],
        "product": ["a", "a", "a", None, "a"],
    },
    schema_overrides={"date": pl.Date},
).with_columns(pl.col("amount").cast(pl.Decimal(38, 4)))


def test_sum_months_sums_exactly_and_leaves_later_lines_out():
    sales = sum_months(LINES, before=date(2024, 1, 1))
    assert sales.months[0] == date(2023, 1, 1)
    assert sales.months[-1] == date(2023, 12, 1), "a later line shows that the year was read to its end"
    assert sales.exact[:3] == (Decimal("0.3000"), Decimal(0), Decimal("4.0000"))
    assert sales.missing == ("region", "customer")
    assert sales.frame["region"].unique().to_list() == ["(all)"]
    assert sales.largest == 5.0


def test_sum_months_ends_with_the_last_line_where_nothing_is_later():
    assert sum_months(LINES.head(4), before=date(2024, 1, 1)).months[-1] == date(2023, 3, 1)


def test_sum_months_table_places_the_months():
    groups, values = sum_months(LINES, before=date(2024, 1, 1)).table(["product"])
    assert groups["product"].to_list() == ["(blank)", "a"]
    assert values[0, :3] == pytest.approx([0, 0, -1], abs=1e-12)
    assert values[1, :3] == pytest.approx([0.3, 0, 5], abs=1e-12)


def test_sum_months_without_a_line_before_is_refused():
    with pytest.raises(BadInput, match="2023-01-01"):
        sum_months(LINES, before=date(2023, 1, 1))


def test_sum_months_does_not_depend_on_the_order_of_lines():
    lines = sample_sales()
    one, two = (sum_months(rows, before=date(2025, 1, 1)) for rows in (lines, lines.sample(fraction=1, shuffle=True, seed=3)))
    assert one.frame.equals(two.frame)
    assert one.exact == two.exact
