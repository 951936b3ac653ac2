import numpy as np
import pytest

from tests.calc.sample_histories import calm, history
from yunchou.calc.event_kinds import Scope, scopes_of
from yunchou.calc.level_breaks import level_breaks, likeliest_step, season_waves, step_at


def test_likeliest_step_is_least_squares_where_nothing_wanders() -> None:
    # by hand: a constant and a step of 2 from place 6, with noise of alternating sign that averages out on both sides
    values = np.array([1.0, -1.0] * 6) * 0.1 + 2.0 * (np.arange(12) >= 6)
    step = likeliest_step(values, np.ones(12, dtype=bool), np.ones((12, 1)), range(2, 11))
    assert step is not None
    assert (step.at, step.height) == (6, pytest.approx(2.0, abs=0.05))


def test_likeliest_step_of_too_few_periods_is_none() -> None:
    assert likeliest_step(np.zeros(4), np.ones(4, dtype=bool), np.ones((4, 1)), [2]) is None


def test_season_waves_span_every_shape_of_a_season() -> None:
    shape = np.random.default_rng(0).normal(size=12)
    waves = np.column_stack([np.ones(36), season_waves(36, 12)])
    fitted = waves @ np.linalg.lstsq(waves, np.tile(shape, 3), rcond=None)[0]
    np.testing.assert_allclose(fitted, np.tile(shape, 3), atol=1e-10)


@pytest.mark.parametrize("change", [-0.3, 0.3])
def test_break_of_a_region_is_found_with_its_month_and_size(change: float) -> None:
    values = calm()
    values[3, 26:] *= 1 + change
    grid = history(values)
    found = [one for one in level_breaks(scopes_of(grid), grid.top, season=12) if one.where == (("region", ("D",)),)]
    assert [one.start for one in found] == [26]
    assert found[0].evidence["factor"] == pytest.approx(1 + change, rel=0.1)


def test_growth_that_is_steady_is_no_break() -> None:
    values = calm() * 1.6 ** (np.arange(48) / 12)
    grid = history(values)
    assert level_breaks(scopes_of(grid), grid.top, season=12) == []


def test_short_silent_and_negative_series_have_no_break() -> None:
    for values in (calm(20), np.zeros((2, 48)), -calm(), np.where(np.arange(48) % 2, 0.0, calm())):
        grid = history(values)
        assert level_breaks(scopes_of(grid), grid.top, season=12) == []


def test_step_that_a_person_names_in_a_short_history_is_the_ratio_of_means() -> None:
    values = np.array([10.0, 10.0, 10.0, 15.0, 15.0, 15.0])
    assert step_at(Scope(where=(), values=values, first=0), 3, season=12) == pytest.approx(1.5, rel=1e-12)
    assert step_at(Scope(where=(), values=np.zeros(6), first=0), 3, season=12) is None
    assert step_at(Scope(where=(), values=values, first=0), 0, season=12) is None
