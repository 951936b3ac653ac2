import numpy as np
import pytest

from yunchou.calc.levels_draws import Outcomes, draw_outcomes
from yunchou.calc.levels_kinds import Kind


def test_quantiles_of_steps_lie_between_the_steps():
    outcomes = Outcomes(np.array([[0.0, 0, 0, 0, 1, 1, 1, 1]]))
    # by hand (Ma, Genton, Parzen): the middle of 0 is 0.25, of 1 is 0.75; half-way between them 0.5
    assert outcomes.quantile(np.array([0.25]))[0] == pytest.approx(0.0, abs=1e-12)
    assert outcomes.quantile(np.array([0.5]))[0] == pytest.approx(0.5, abs=1e-12)
    assert outcomes.quantile(np.array([0.75]))[0] == pytest.approx(1.0, abs=1e-12)
    assert outcomes.quantile(np.array([0.01]))[0] == pytest.approx(0.0, abs=1e-12)


def test_reached_counts_the_step_itself_in_both_directions():
    outcomes = Outcomes(np.array([[0.0, 0.25, 0.25, 1.0]]))
    assert outcomes.reached(np.array([0.25]), is_better_high=True).tolist() == [0.75]  # tolerance 0: quarters are exact
    assert outcomes.reached(np.array([0.25]), is_better_high=False).tolist() == [0.75]  # tolerance 0: quarters are exact


def test_interval_of_smooth_outcomes_holds_its_share():
    drawn = np.random.default_rng(0).normal(size=(1, 50_000))
    low, high = Outcomes(drawn).interval(0.8)
    assert (low[0], high[0]) == pytest.approx((-1.2816, 1.2816), abs=0.03)


def test_a_side_that_cannot_be_missed_leaves_its_part_to_the_other():
    drawn = np.concatenate([np.zeros(300), np.linspace(0.001, 1, 700)])[None, :]
    low, high = Outcomes(drawn).interval(0.8)
    assert low[0] == 0
    assert high[0] == pytest.approx(0.8 - (1 - 0.8) / 2 + 0.014, abs=0.02)
    assert (drawn <= high[0]).mean() == pytest.approx(0.8, abs=0.01)


def test_outcomes_of_many_cases_are_their_rates():
    random = np.random.default_rng(0)
    rates, outcomes = draw_outcomes(
        Kind(name="share"), np.array([-1.0]), np.array([0.04]), np.array([1e8]), draws=500, whole_cases=True, random=random
    )
    assert outcomes == pytest.approx(rates, abs=1e-3)
