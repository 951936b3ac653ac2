from datetime import date

import pytest

from tests.calc.sample_sales import sample_sales, yearly
from yunchou.calc.plan_cells import PlanYear
from yunchou.calc.plan_settings import parse_settings
from yunchou.calc.plan_warnings import coarse_warnings, history_warnings, target_warnings
from yunchou.calc.sales_months import sum_months

YEAR = PlanYear(year=2025, starts=1)


def told(lines, year=YEAR):
    return [warning.en for warning in history_warnings(sum_months(lines, before=year.first), lines, year)]


def test_three_whole_years_leave_nothing_to_say():
    assert told(sample_sales()) == []


def test_partial_last_month_is_reported_with_the_day_to_stop_at():
    lines = sample_sales(years=(2021, 2022, 2023, 2024))
    cut = lines.filter(lines["date"] <= date(2024, 12, 9))
    assert [warning for warning in told(cut) if "partial" in warning] == [
        f"the last month 2024-12 ends on {cut['date'].max()} and looks partial: --until 2024-11-30 leaves it out"
    ]


def test_month_is_not_partial_where_lines_carry_only_months():
    monthly = sample_sales().with_columns(date=sample_sales()["date"].dt.truncate("1mo"))
    assert told(monthly) == []


def test_giant_order_and_giant_customer_are_named():
    lines = yearly({"巨": [10.0] * 35 + [1000.0], "常": [50.0] * 36}, first_year=2022, key="customer")
    assert [warning.split(" is ")[0] for warning in told(lines) if " is " in warning] == ["the largest single line", "customer “巨”"]


def test_short_history_and_missing_columns_are_told():
    assert told(yearly({"a": [10.0] * 6}, first_year=2024)) == [
        "no region column: regions stand as “(all)”",
        "no customer column: customers are not tiered and stand as “(all)”",
        "only 6 months of 2024 were read: “last year” is their sum, not to be compared with a whole year",
        "6 months of history, less than three years: growth and season are known poorly",
    ]


@pytest.mark.parametrize(
    ("target", "probability", "beginning"),
    [(10, 0.0, "the chosen target has"), (10, 1.0, "the chosen target is all"), (0, 0.8, "the chosen target is 0")],
)
def test_extreme_targets_are_told(target, probability, beginning):
    (warning,) = target_warnings(target, probability, (), YEAR)
    assert warning.en.startswith(beginning)


def test_driver_after_the_year_is_told():
    drivers = parse_settings(
        {"drivers": [{"name": "晚", "likely": 0.1, "from": "2026-01"}, {"name": "准时", "likely": 0.1, "from": "2025-12"}]}
    ).drivers
    assert [warning.zh for warning in target_warnings(10, 0.5, drivers, YEAR)] == ["增长动因“晚”从 2026-01 起，晚于规划年度，不起作用"]


def test_a_target_of_few_units_is_told_to_be_mostly_rounding():
    (warning,) = coarse_warnings(47_500, unit_minor=100, cells=576)
    assert warning.en == "the target is 475 units for 576 cells, mostly rounding: for a file in 10,000s add --scale 10000"
    assert coarse_warnings(576_000, unit_minor=100, cells=576) == coarse_warnings(0, unit_minor=100, cells=576) == ()
