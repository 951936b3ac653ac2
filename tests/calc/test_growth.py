import numpy as np
import pytest

from yunchou.calc.growth import growth_of


def flat(*levels):
    return np.repeat(np.array(levels, dtype=float), 12)[None, :]


def test_growth_of_two_exact_years_is_their_ratio():
    growth = growth_of(np.concatenate([flat(100, 110), flat(200, 220)]))
    # worked by hand: 1320 ÷ 1200 − 1 for both, so the whole grows as fast and nothing is to be shrunk
    assert growth.raw == pytest.approx([0.1, 0.1], abs=1e-12)
    assert growth.shrunk == pytest.approx([0.1, 0.1], abs=1e-9)
    assert growth.whole == pytest.approx(0.1, abs=1e-12)
    assert growth.faster == pytest.approx([0.5, 0.5], abs=1e-6)


def test_growth_of_a_clear_winner_is_surely_faster():
    random = np.random.default_rng(3)
    steady = 1000 * (1 + 0.05 * random.standard_normal((5, 36)))
    winner = 1000 * np.repeat([1.0, 1.6, 2.56], 12)[None, :]
    growth = growth_of(np.concatenate([steady, winner]))
    assert growth.faster[5] > 0.99
    assert (growth.faster[:5] < 0.34).all()
    assert growth.low[5] < growth.shrunk[5] < growth.high[5]


def test_growth_of_three_orders_is_shrunk_to_the_whole():
    random = np.random.default_rng(5)
    steady = 1000 * (1 + 0.05 * random.standard_normal((8, 24)))
    rare = np.zeros((1, 24))
    rare[0, [3, 15, 18]] = 50, 90, 60
    growth = growth_of(np.concatenate([steady, rare]))
    assert growth.raw[8] == pytest.approx(2.0, abs=1e-12)
    assert abs(growth.shrunk[8] - growth.whole) < 0.3 * (growth.raw[8] - growth.whole)
    assert 1 / 3 < growth.faster[8] < 0.95


def test_growth_of_less_than_fifteen_months_is_unknown():
    growth = growth_of(np.ones((2, 14)))
    assert growth.whole is None
    assert np.isnan(growth.raw).all()


def test_growth_of_a_series_without_a_year_before_is_unknown_and_leaves_the_others_alone():
    values = np.ones((3, 24)) * 10
    values[2, :12] = 0
    growth = growth_of(values)
    assert np.isnan(growth.raw[2])
    assert not np.isnan(growth.raw[:2]).any()


def test_growth_does_not_depend_on_the_order_of_series():
    random = np.random.default_rng(7)
    values = random.gamma(2, 50, size=(6, 36))
    order = random.permutation(6)
    one, two = growth_of(values), growth_of(values[order])
    assert two.faster == pytest.approx(one.faster[order], abs=1e-12)
    assert two.shrunk == pytest.approx(one.shrunk[order], abs=1e-12)


def test_growth_of_a_newcomer_does_not_make_the_others_look_slow():
    settled = np.repeat([[1000.0, 1100.0, 1210.0]], 12, axis=1).repeat(3, axis=0) * (1 + 0.03 * np.sin(np.arange(36)))
    newcomer = np.zeros((1, 36))
    newcomer[0, 15:] = 4000
    growth = growth_of(np.concatenate([settled, newcomer]), against="settled")
    assert growth.whole == pytest.approx(0.1, abs=0.01)
    assert growth.faster[:3] == pytest.approx([0.5] * 3, abs=0.05)
    assert growth.raw[3] > 1
    assert growth.faster[3] > 0.5
