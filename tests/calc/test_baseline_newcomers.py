"""What newcomers grow into: the published ramp, and how far a file's own newcomers bear it out."""

import numpy as np
import pytest

from yunchou.calc.baseline_newcomers import believed_part, newborn, ramp_ahead


def test_ramp_ahead_of_a_part_three_months_old_is_the_published_one() -> None:
    values = np.zeros((2, 36))
    values[0] = 100
    values[1, 33:] = 10
    ahead = ramp_ahead(values, np.array([0, 33]), season=12, horizon=12)
    # a quarter at 20 %, then quarters at 30, 50, 65 and 70 %; exact but for rounding
    assert ahead == pytest.approx(np.array([[1.0] * 12, [1.5] * 3 + [2.5] * 3 + [3.25] * 3 + [3.5] * 3]), rel=1e-12)


def test_ramp_ahead_of_a_part_with_a_year_behind_adds_half_of_it() -> None:
    values = np.zeros((1, 30))
    values[0, 15:] = 10
    ahead = ramp_ahead(values, np.array([15]), season=12, horizon=6)
    # its last year was at 30, 50, 65 and 70 %, on average 53.75; then 95 % and all
    assert ahead == pytest.approx(np.sqrt(np.array([[95 / 53.75] * 3 + [100 / 53.75] * 3])), rel=1e-12)


def test_ramp_ahead_leaves_a_part_without_a_silent_year_before_it() -> None:
    values = np.zeros((1, 14))
    values[0, 9:] = 10
    assert newborn(values, np.array([9]), 12).tolist() == [True]
    assert ramp_ahead(values, np.array([9]), season=12, horizon=2).tolist() == [[1.0, 1.0]]


def test_believed_part_is_the_whole_ramp_before_anything_was_seen() -> None:
    assert believed_part([], []) == 1.0


def test_believed_part_goes_to_what_newcomers_did_as_they_accrue() -> None:
    # the prior weighs as four newcomers: four that stood still halve it
    assert believed_part([1.0] * 4, [0.0] * 4) == pytest.approx(0.5, rel=1e-12)
    assert believed_part([1.0] * 396, [0.0] * 396) == pytest.approx(0.01, rel=1e-12)
    assert believed_part([1.0] * 4, [1.0] * 4) == pytest.approx(1.0, rel=1e-12)
