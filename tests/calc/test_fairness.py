import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.fairness import explain_moves, gini, judge_fairness

AMOUNTS = st.lists(st.floats(min_value=0, max_value=1e12), min_size=1, max_size=20)


def people(*rows):
    return pl.DataFrame(rows, schema=["person", "quota_minor", "potential_minor", "capacity"], orient="row")


def test_gini_of_the_worked_example():
    # 1, 1, 2: mean difference (0+1+1) · 2 / 9 = 4/9; ÷ (2 · 4/3) = 1/6
    assert gini(np.array([1.0, 1.0, 2.0])) == pytest.approx(1 / 6, abs=1e-12)
    assert gini(np.array([3.0, 3.0])) == pytest.approx(0, abs=1e-12)
    assert gini(np.array([0.0, 0.0, 5.0])) == pytest.approx(2 / 3, abs=1e-12)
    assert gini(np.zeros(3)) is None


@given(AMOUNTS, st.floats(min_value=0.1, max_value=100))
def test_gini_lies_within_bounds_and_knows_no_unit(values, factor):
    found, scaled = gini(np.array(values)), gini(np.array(values) * factor)
    assert (found is None) == (scaled is None)
    if found is not None:
        assert 0 <= found < 1
        assert scaled == pytest.approx(found, abs=1e-6)


def test_quotas_far_from_potential_are_named_the_farthest_first():
    found = judge_fairness(people(("甲", 100, 100, 12.0), ("乙", 100, 50, 12.0), ("丙", 100, 150, 12.0), ("丁", 0, 0, 0.0)))
    assert found.people == 3
    assert found.ratio == pytest.approx(1, abs=1e-12)
    assert found.outliers == ("乙", "丙")
    assert found.capacity_outliers == ()
    assert found.capacity_gini == pytest.approx(0, abs=1e-12)


def test_who_works_in_two_units_is_judged_once():
    found = judge_fairness(people(("甲", 60, 50, 6.0), ("甲", 40, 50, 6.0), ("乙", 100, 100, 12.0)))
    assert (found.people, found.outliers, found.cv) == (2, (), pytest.approx(0, abs=1e-12))


def test_without_potential_nothing_is_judged():
    found = judge_fairness(people(("甲", 0, 0, 0.0)))
    assert (found.gini, found.cv, found.ratio, found.people, found.capacity_gini) == (None, None, None, 0, None)


def test_order_of_people_changes_nothing():
    frame = people(("甲", 100, 100, 12.0), ("乙", 90, 50, 3.0), ("丙", 100, 150, 12.0))
    assert judge_fairness(frame) == judge_fairness(frame.reverse())


def test_moves_of_the_worked_example():
    # 100 last year, the whole grows by 20 %, half of a colleague's 40 comes, the region is to bring 10 more, 10 % on top
    found = explain_moves(
        before=np.array([100.0]),
        even=np.array([100.0]),
        staffed=np.array([120.0]),
        targets=np.array([154.0]),
        quotas=np.array([169.0]),
        growth=0.2,
    )
    assert found == {"growth_minor": [20], "headcount_minor": [24], "potential_change_minor": [10], "over_minor": [15]}


@given(AMOUNTS, st.integers(min_value=0, max_value=2**32 - 1), st.floats(min_value=-0.9, max_value=3))
def test_moves_sum_to_quota_less_last_year_exactly(before, seed, growth):
    random = np.random.default_rng(seed)
    even, staffed = (random.random(len(before)) * 1e10 for _ in range(2))
    targets, quotas = (np.rint(random.random(len(before)) * 1e12) for _ in range(2))
    found = explain_moves(before=np.array(before), even=even, staffed=staffed, targets=targets, quotas=quotas, growth=growth)
    sums = np.sum([np.array(parts) for parts in found.values()], axis=0)
    assert (sums == quotas.astype(np.int64) - np.rint(before).astype(np.int64)).all()
