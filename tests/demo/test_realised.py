"""Planted effects are found in the data of a company of size m, within stated tolerances."""

import polars as pl
import pytest

from yunchou.demo.simulate import simulate
from yunchou.demo.truth import default_truth, truth_from


def found(company, *path):
    value = company.truth["realised"]
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize("line", ["硬件", "软件"])
def test_growth_of_product_lines_is_that_of_the_demand(medium, line, year):
    planted = found(medium, "revenue", "growth_of_demand", "product_line", line, year)
    # Tolerance: size m has some 3,000 lines a year of the dearest product (standard error of a line's growth ~0.03).
    assert found(medium, "revenue", "by_product_line", line, "growth", year) == pytest.approx(planted, abs=0.08)


@pytest.mark.parametrize("region", ["华东", "华南", "华中", "华北"])
def test_growth_of_regions_over_two_years_is_that_of_the_demand(medium, region):
    planted = found(medium, "revenue", "growth_of_demand", "region", region)
    sums = found(medium, "revenue", "by_region", region, "revenue_minor")
    assert sums[2025] / sums[2023] == pytest.approx((1 + planted[2024]) * (1 + planted[2025]), abs=0.13)


def test_tiers_grow_in_their_order(medium):
    tiers = {tier: found(medium, "revenue", "by_product_tier", tier, "revenue_minor") for tier in ("potential", "star", "base")}
    growth = {tier: sums[2025] / max(sums[2024], 1) for tier, sums in tiers.items()}
    assert growth["potential"] > growth["star"] > growth["base"]
    regions = {tier: found(medium, "revenue", "by_region_tier", tier, "revenue_minor") for tier in ("whitespace", "emerging", "mature")}
    growth = {tier: sums[2025] / max(sums[2024], 1) for tier, sums in regions.items()}
    assert growth["whitespace"] > growth["emerging"] > growth["mature"]


def test_a_whitespace_region_goes_from_nothing_to_something(medium):
    sums = found(medium, "revenue", "by_region", "西北", "revenue_minor")
    assert sums[2023] == 0 < sums[2024] < sums[2025]


def test_a_retired_product_is_sold_no_more(medium):
    sums = found(medium, "revenue", "by_product", "边缘网关 G1", "revenue_minor")
    assert sums[2023] > sums[2024] > sums[2025] > 0 >= sums[2026]


def test_the_year_has_its_seasons(medium):
    months = found(medium, "seasonality", "month_index")
    assert sum(months.values()) == pytest.approx(12.0, abs=0.002)
    assert max(months, key=months.get) == 12
    assert min(months, key=months.get) in {1, 2}
    assert 0.5 < found(medium, "seasonality", "around_spring_festival") < 0.9
    assert 1.1 < found(medium, "seasonality", "last_two_weeks_of_quarter") < 1.6
    # Budgets released from July and in December: (1.18 × (5 + 1.12) ÷ 6) and fewer days off than in the first half.
    assert 1.15 < found(medium, "seasonality", "second_half_over_first") < 1.5


@pytest.mark.parametrize(("tier", "planted", "tolerance"), [("A", 0.03, 0.015), ("B", 0.06, 0.015), ("C", 0.12, 0.02)])
def test_churn_is_near_the_planted_rate(medium, tier, planted, tolerance):
    # Tolerances: two standard errors of a share of some 600, 2,300 and 9,000 accounts, and the handovers on top.
    rates = found(medium, "customers", "churn", tier)
    assert sum(rates.values()) / len(rates) == pytest.approx(planted, abs=tolerance)


def test_handovers_cost_accounts(medium):
    handovers = found(medium, "customers", "handovers")
    assert 1.2 < handovers["lost_soon_after_handover"] / handovers["lost_soon_otherwise"] < 2.2


def test_newcomers_ramp_as_planted(medium):
    curve = found(medium, "people", "deals_worked_by_month_of_tenure")
    planted = default_truth().people.ramp
    # Newcomers also start with fewer accounts than their colleagues.
    assert [curve[month] for month in (1, 2, 3, 4)] == pytest.approx(planted[:4], abs=0.15)
    assert curve[1] < curve[3] < curve[6]


def test_weak_spots_win_less_by_the_planted_factor(medium):
    spot = found(medium, "deals", "weak_spots")[0]
    # Two standard errors of a share of some 7,000 deals: 0.012.
    assert spot["win_rate"] / found(medium, "deals", "win_rate") == pytest.approx(0.60, abs=0.02)


def test_returns_and_concentration_are_near_what_is_planted(medium):
    assert found(medium, "customers", "return_rate") == pytest.approx(0.012, abs=0.002)
    # A lognormal of spread 1.45: the largest fifth hold Φ(1.45 − 0.8416) = 73 %, a little more as big orders are lumpy.
    assert found(medium, "customers", "revenue_share_of_largest", "20%") == pytest.approx(0.75, abs=0.06)


def test_realised_sums_are_those_of_the_lines(small):
    yearly = small.order_lines.group_by(pl.col("on").dt.year().cast(pl.Int64)).agg(pl.col("amount_minor").sum()).sort("on")
    total = found(small, "revenue", "total", "revenue_minor")
    assert list(total.items()) == yearly.rows()
    for table in ("by_product_line", "by_product", "by_product_tier", "by_region", "by_region_tier"):
        sums = [item["revenue_minor"] for item in found(small, "revenue", table).values()]
        assert {year: sum(each[year] for each in sums) for year in total} == total
    assert found(small, "order_lines") == small.order_lines.height
    assert found(small, "customers", "accounts") == small.accounts.height
    assert found(small, "people", "ever") == small.people.height
    assert found(small, "people", "today") == small.people["left_on"].null_count()


def test_a_stronger_effect_shows_more_strongly():
    weak, strong = (
        simulate("s", 5, truth_from({"seasonality": {"quarter_end_rush": rush}, "customers": {"churn": {"C": churn}}}))
        for rush, churn in ((0.0, 0.02), (0.9, 0.35))
    )
    late = [found(company, "seasonality", "last_two_weeks_of_quarter") for company in (weak, strong)]
    assert late[1] > late[0] + 0.2
    lost = [found(company, "customers", "lost") for company in (weak, strong)]
    assert lost[1] > 3 * lost[0]


def test_realised_truth_of_a_young_company_leaves_open_what_is_not_known():
    from datetime import date

    company = simulate("xs", 0, default_truth(), date(2023, 3, 15))
    assert found(company, "seasonality") == {}
    assert found(company, "revenue", "total", "growth") == {}
    assert found(company, "customers", "churn") == {"A": {}, "B": {}, "C": {}}
