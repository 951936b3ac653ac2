import numpy as np
import pytest

from yunchou.calc.levels_kinds import Kind
from yunchou.calc.levels_whole import damped, fit_whole


def test_years_to_come_are_damped_and_years_gone_are_not():
    # by hand: 1 − e^(−1) = 0.632
    assert damped(np.array([-2.0, 0.0, 1.0])) == pytest.approx([-2.0, 0.0, 0.632], abs=1e-3)


def test_a_jump_of_one_period_moves_the_level_by_less_than_half():
    numerators, denominators = np.full(24, 300.0), np.full(24, 1000.0)
    numerators[-1] = 600.0
    found = fit_whole(numerators, denominators, Kind(name="share"), horizon=6, season=12, published=None)
    # from 0.3 to 0.6: half would be 0.45
    assert 0.3 < float(Kind(name="share").rate(np.array(found.ahead))) < 0.45


def test_without_data_to_speak_of_the_published_middle_stands():
    found = fit_whole(np.array([0.0]), np.array([1.0]), Kind(name="share"), horizon=6, season=12, published=(0.2, 0.25, 0.3))
    assert float(Kind(name="share").rate(np.array(found.ahead))) == pytest.approx(0.25, abs=0.02)
    assert found.published_weight > 0.9
