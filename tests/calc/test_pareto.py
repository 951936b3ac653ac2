import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.pareto import pareto_lines, recommend_strategic, recommend_thresholds

REVENUE = np.array([500.0, 300.0, 120.0, 80.0])


def test_candidates_of_a_worked_example_say_what_each_threshold_means():
    # total 1000: up to 40 and 50 % the first alone, up to 60, 70 and 80 % two, up to 90 % three
    lines = pareto_lines(REVENUE)
    assert [(line.tier, line.part, line.threshold_minor, line.customers) for line in lines] == [
        ("A", 0.4, 50_000, 1),
        ("A", 0.5, 50_000, 1),
        ("A", 0.6, 30_000, 2),
        ("B", 0.7, 30_000, 2),
        ("B", 0.8, 30_000, 2),
        ("B", 0.9, 12_000, 3),
    ]
    assert [line.revenue_share for line in lines] == pytest.approx([0.5, 0.5, 0.8, 0.8, 0.8, 0.92], abs=1e-12)
    assert [line.part for line in lines if line.recommended] == [0.5, 0.8]
    assert lines[1].said.zh == "年营收 ≥ 500：1 家客户（占客户数 25.0%）带来 50% 的营收"


def test_customers_at_one_revenue_share_their_side_of_the_line():
    lines = pareto_lines(np.array([100.0] * 10))
    assert {line.customers for line in lines} == {10}


def test_no_customer_with_revenue_has_no_thresholds():
    assert pareto_lines(np.array([-5.0, 0.0])) == ()
    assert recommend_strategic(np.array([-5.0, 0.0])).threshold_minor is None
    assert recommend_thresholds(np.array([])) == {"A": 0.0, "B": 0.0}


def test_strategic_line_lies_where_the_largest_break_away_at_the_roundest_amount():
    revenue = np.array([980.0, 910.0, 870.0, 450.0, *[40.0 - at / 10 for at in range(200)]])
    line = recommend_strategic(revenue)
    assert line.threshold_minor == 80_000, "800 is the roundest amount above 450 and up to 870"
    chosen = next(one for one in line.lines if one.recommended)
    assert (chosen.customers, chosen.part) == (3, None)
    assert chosen.gap == pytest.approx(870 / 450, abs=1e-12)
    assert "下一家的 1.93 倍" in line.reason.zh
    assert len(line.lines) == 4


def test_strategic_line_without_a_break_takes_a_fifth_of_revenue_and_says_so():
    line = recommend_strategic(np.array([100.0 - at / 10 for at in range(200)]))
    chosen = next(one for one in line.lines if one.recommended)
    assert chosen.part == pytest.approx(0.2, abs=1e-12)
    assert chosen.revenue_share >= 0.2
    assert "没有明显断层" in line.reason.zh


def test_single_customer_is_strategic():
    line = recommend_strategic(np.array([123.45]))
    assert next(one for one in line.lines if one.recommended).customers == 1


@settings(deadline=None)
@given(st.lists(st.floats(min_value=0.01, max_value=1e9), min_size=1, max_size=60))
def test_strategic_threshold_selects_somebody_and_does_not_depend_on_the_order(revenue):
    sizes = np.array(revenue)
    line, again = recommend_strategic(sizes), recommend_strategic(sizes[::-1])
    assert line.threshold_minor == again.threshold_minor
    chosen = next(one for one in line.lines if one.recommended)
    assert chosen.customers == int((np.round(sizes * 100) >= line.threshold_minor).sum()) >= 1
