import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.person_factors import credible_factors


def test_people_who_always_differ_alike_keep_their_parts():
    sold = np.array([[30.0], [20.0], [10.0]]) * np.linspace(1, 2, 12)
    even = np.repeat(sold.mean(axis=0, keepdims=True), 3, axis=0)
    assert credible_factors(sold, even) == pytest.approx([1.5, 1, 0.5], rel=1e-9)


def test_people_who_only_vary_by_chance_are_drawn_to_one():
    random = np.random.default_rng(1)
    sold = 10 * random.lognormal(0, 0.5, (30, 12))
    found = credible_factors(sold, np.repeat(sold.mean(axis=0, keepdims=True), 30, axis=0))
    plain = sold.sum(axis=1) / sold.sum() * 30
    assert np.abs(np.log(found)).mean() < 0.5 * np.abs(np.log(plain)).mean()


def test_newer_sales_weigh_more():
    rising = np.repeat([1.0, 2.0, 4.0, 8.0], 3)
    sold = np.stack([rising, rising[::-1]])
    found = credible_factors(sold, np.repeat(sold.mean(axis=0, keepdims=True), 2, axis=0))
    assert found[0] > 1 > found[1]


def test_a_short_file_trusts_six_months_of_capacity():
    # one month, weight 1: trust 1/7 of the ratio 1.5 and 0.5
    found = credible_factors(np.array([[15.0], [5.0]]), np.array([[10.0], [10.0]]))
    assert found == pytest.approx([1.5 ** (1 / 7), 0.5 ** (1 / 7)], rel=1e-9)


def test_who_has_no_capacity_and_a_file_without_sales_keep_one():
    assert credible_factors(np.zeros((2, 4)), np.ones((2, 4))).tolist() == [1, 1]
    found = credible_factors(np.array([[3.0] * 6, [1.0] * 6, [0.0] * 6]), np.array([[2.0] * 6, [2.0] * 6, [0.0] * 6]))
    assert found[2] == 1
    assert found[0] > 1 > found[1]


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1), st.integers(min_value=1, max_value=14), st.floats(min_value=0.01, max_value=1000))
def test_factors_know_no_unit_no_order_and_stay_within_bounds(seed, months, unit):
    random = np.random.default_rng(seed)
    sold = random.gamma(0.5, 10, (5, months)) * (random.random((5, months)) > 0.3)
    even = random.gamma(2, 5, (5, months))
    found = credible_factors(sold, even)
    assert ((found >= 0.01) & (found <= 100)).all()
    assert credible_factors(sold * unit, even) == pytest.approx(found, rel=1e-6)
    assert credible_factors(sold[::-1], even[::-1])[::-1] == pytest.approx(found, rel=1e-9)
