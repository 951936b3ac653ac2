from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.sample_sales import sample_sales, yearly
from yunchou.calc.customer_tiers import TIERS, customer_window, learn_mix, recommend_thresholds, tier_customers, tiers_before
from yunchou.calc.errors import BadInput
from yunchou.calc.plan_settings import Override
from yunchou.calc.sales_months import sum_months


def test_thresholds_of_a_worked_example():
    # total 1000: 500 reaches one half at once; 500 + 300 reaches four fifths
    assert recommend_thresholds(np.array([500.0, 300.0, 120.0, 80.0])) == {"A": 500.0, "B": 300.0}


def test_thresholds_are_cut_to_two_digits_so_that_they_can_be_said():
    assert recommend_thresholds(np.array([12_345.67, 6_789.01, 100.0])) == {"A": 12_000.0, "B": 6_700.0}


@settings(deadline=None)
@given(st.lists(st.floats(min_value=0.01, max_value=1e9), min_size=1, max_size=60))
def test_customers_at_or_above_the_thresholds_make_at_least_the_stated_share(revenue):
    sizes = np.array(revenue)
    limits = recommend_thresholds(sizes)
    assert limits["A"] >= limits["B"]
    assert sizes[np.round(sizes, 2) >= limits["A"]].sum() >= 0.5 * sizes.sum() * (1 - 1e-6) - 0.02 * len(sizes)
    assert sizes[np.round(sizes, 2) >= limits["B"]].sum() >= 0.8 * sizes.sum() * (1 - 1e-6) - 0.02 * len(sizes)


def test_customers_are_tiered_by_the_last_twelve_months():
    lines = yearly(
        {"甲": [0] * 12 + [50] * 12, "乙": [0] * 12 + [30] * 12, "丙": [900] + [0] * 11 + [1] * 12, "丁": [70] * 12}, key="customer"
    )
    sales = sum_months(lines, before=date(2025, 1, 1))
    tiers = tier_customers(sales)
    assert dict(tiers.tiers.select("customer", "tier").iter_rows()) == {"甲": "A", "乙": "B", "丙": "C", "丁": "C"}
    assert tiers.thresholds_minor == {"A": 60_000, "B": 36_000, "C": 0}
    assert tiers.counts == {"A": 1, "B": 1, "C": 2}
    assert tiers.revenue_minor == {"A": 60_000, "B": 36_000, "C": 1_200}
    assert tiers.tiers["customer"].to_list() == ["甲", "乙", "丙", "丁"], "largest first"


def test_override_moves_a_customer_and_an_unknown_one_is_refused():
    sales = sum_months(sample_sales(), before=date(2025, 1, 1))
    moved = tier_customers(sales, [Override(kind="customer", key="C39", value="A", reason="战略客户")])
    assert dict(moved.tiers.select("customer", "tier").iter_rows())["C39"] == "A"
    with pytest.raises(BadInput, match="C39"):
        tier_customers(sales, [Override(kind="customer", key="C390", value="A", reason="x")])


def test_customers_unknown_at_the_start_of_the_window_are_new():
    lines = yearly({"旧": [10] * 24, "新": [0] * 12 + [10] * 12}, key="customer")
    sales = sum_months(lines, before=date(2025, 1, 1))
    assert customer_window(sales) == (12, 12)
    assert dict(tiers_before(sales).iter_rows()) == {"旧": "A", "新": "new"}


def mix_of(lines):
    sales = sum_months(lines, before=date(2025, 1, 1))
    sold = sales.frame.join(tiers_before(sales), on="customer").filter(pl.col("month") >= date(2024, 1, 1))
    cells = sales.frame.select("product", "region").unique().sort("product", "region")
    return learn_mix(sold, cells, sales, range(1, 13)), cells, sold


def test_mix_of_one_large_cell_is_what_the_tiers_brought():
    names = {f"客户{at:03d}": [10.0 * (200 - at)] * 24 for at in range(180)} | {f"新{at:03d}": [0] * 12 + [50.0] * 12 for at in range(20)}
    mix, _, sold = mix_of(yearly(names, key="customer"))
    brought = sold.group_by("customer_tier").agg(pl.col("amount").sum())
    expected = {tier: amount / brought["amount"].sum() for tier, amount in brought.iter_rows()}
    assert mix.names == TIERS
    assert dict(zip(mix.names, mix.shares[0].mean(axis=1), strict=True)) == pytest.approx(expected, abs=1e-9)


def test_mix_sums_to_one_in_every_cell_and_month():
    mix, cells, _ = mix_of(sample_sales())
    assert mix.shares.shape == (cells.height, 4, 12)
    assert mix.shares.sum(axis=1) == pytest.approx(np.ones((cells.height, 12)), abs=1e-12)
    assert (mix.shares >= 0).all()


def test_mix_of_a_tiny_cell_is_near_that_of_the_company():
    lines = sample_sales()
    lone = yearly({"C00": [1.0] * 36}, first_year=2022, key="customer").with_columns(product=pl.lit("孤品"), region=pl.lit("孤岛"))
    mix, cells, _ = mix_of(pl.concat([lines.drop("cost"), lone.select(lines.drop("cost").columns)]))
    at = cells.with_row_index("row").filter(pl.col("product") == "孤品")["row"][0]
    company = mix.shares[:, 0].mean()
    assert abs(mix.shares[at, 0].mean() - company) < 0.15, "one A customer does not make a cell of A only"


def test_no_customer_column_is_one_tier():
    sales = sum_months(sample_sales().drop("customer"), before=date(2025, 1, 1))
    assert tier_customers(sales).counts == {}
    cells = sales.frame.select("product", "region").unique()
    assert learn_mix(sales.frame, cells, sales, range(1, 13)).names == ("(all)",)
