from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.sample_sales import sample_sales, yearly
from yunchou.calc.customer_tiers import TIERS, customer_moves, customer_reason, customer_window, learn_mix, tier_customers, tiers_before
from yunchou.calc.errors import BadInput
from yunchou.calc.pareto import recommend_thresholds
from yunchou.calc.plan_settings import Override
from yunchou.calc.sales_months import sum_months


def test_thresholds_of_a_worked_example():
    # total 1000: 500 reaches one half at once; 500 + 300 reaches four fifths
    assert recommend_thresholds(np.array([500.0, 300.0, 120.0, 80.0])) == {"A": 500.0, "B": 300.0}


def test_thresholds_are_cut_to_three_digits_so_that_they_can_be_said():
    assert recommend_thresholds(np.array([12_345.67, 6_789.01, 100.0])) == {"A": 12_300.0, "B": 6_780.0}


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


def by_name(tiers):
    return dict(tiers.tiers.select("customer", "tier").iter_rows())


FOUR = {"甲": [50.0] * 12, "乙": [30.0] * 12, "丙": [12.0] * 12, "丁": [8.0] * 12}


def four(**changed):
    return sum_months(yearly({**FOUR, **changed}, key="customer"), before=date(2024, 1, 1))


def test_tier_in_force_is_kept_until_revenue_lies_a_tenth_beyond_its_threshold():
    kept = tier_customers(four(), previous={"甲": "A", "乙": "A", "丙": "B", "丁": "C"}, limits={"A": 390.0, "B": 150.0})
    assert by_name(kept) == {"甲": "A", "乙": "A", "丙": "B", "丁": "C"}
    lost = tier_customers(four(), previous={"甲": "A", "乙": "A", "丙": "B", "丁": "C"}, limits={"A": 400.0, "B": 170.0})
    assert by_name(lost) == {"甲": "A", "乙": "B", "丙": "C", "丁": "C"}


def test_thresholds_that_a_person_set_hold_and_must_be_in_order():
    assert tier_customers(four(), limits={"A": 100.0, "B": 50.0}).counts == {"A": 3, "B": 1, "C": 0}
    assert tier_customers(four(), limits={"A": 100.0, "B": 50.0}).thresholds_minor == {"A": 10_000, "B": 5_000, "C": 0}
    with pytest.raises(BadInput, match="must lie between 0 and that of A"):
        tier_customers(four(), limits={"A": 50.0, "B": 100.0})


def test_customers_carry_share_cumulative_share_and_balance():
    frame = tier_customers(four()).tiers
    assert frame["share"].to_list() == pytest.approx([0.5, 0.3, 0.12, 0.08], abs=1e-12)
    assert frame["cumulative_share"].to_list() == pytest.approx([0.5, 0.8, 0.92, 1.0], abs=1e-12)
    assert frame["balanced"].to_list() == [True, True, False, False], "who sets a threshold stands at it"


def test_every_move_of_a_customer_has_old_new_and_why():
    now = tier_customers(four(), [Override(kind="customer", key="丁", value="A", reason="战略客户")])
    moves = customer_moves({"甲": "A", "乙": "C", "丙": "C", "丁": "C", "走": "B"}, now)
    assert [(move.name, move.old, move.new) for move in moves] == [("丁", "C", "A"), ("乙", "C", "B"), ("走", "B", None)]
    assert moves[0].why.zh.startswith("人工设为 A：战略客户（近 12 个月营收 96，占 8.0%")
    assert "从大到小累计 80%" in moves[1].why.zh
    assert customer_moves(by_name(now), now) == ()


def test_override_of_a_customer_survives_retiering_with_its_reason():
    override = Override(kind="customer", key="丁", value="A", reason="战略客户")
    again = tier_customers(four(), [override], previous={"丁": "C"})
    assert by_name(again)["丁"] == "A"
    assert again.overrides == {"丁": "战略客户"}
    assert customer_reason("丁", again).en.startswith("set to A by hand: 战略客户")
    with pytest.raises(KeyError):
        customer_reason("戊", again)


def test_single_customer_is_a_and_alone():
    one = tier_customers(sum_months(yearly({"独": [7.0] * 12}, key="customer"), before=date(2024, 1, 1)))
    assert one.counts == {"A": 1, "B": 0, "C": 0}
    assert customer_reason("独", one).zh.startswith("近 12 个月营收 84，占 100.0%，从大到小累计 100%")


def test_customers_at_one_revenue_stand_in_one_tier():
    same = {f"客{at:02d}": [10.0] * 12 for at in range(9)}
    tiers = tier_customers(sum_months(yearly(same, key="customer"), before=date(2024, 1, 1)))
    assert tiers.counts == {"A": 9, "B": 0, "C": 0}


def test_thresholds_set_by_a_person_hold_at_the_start_of_the_year_too():
    sales = sum_months(sample_sales(), before=date(2025, 1, 1))
    told = tiers_before(sales, limits={"A": 0.0, "B": 0.0}).filter(pl.col("customer_tier") != "new")
    before = sales.frame.filter(pl.col("month").dt.year() == 2023, pl.col("amount") > 0)["customer"].unique()
    assert set(told.filter(pl.col("customer_tier") == "A")["customer"]) == set(before)
