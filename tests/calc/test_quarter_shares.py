import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.quarter_shares import quarter_shares

MONTHS = [f"2025-{month:02d}" for month in range(4, 13)] + [f"2026-{month:02d}" for month in range(1, 4)]


def test_quarters_of_a_worked_example_in_a_fiscal_year():
    # three paths of 100: first quarters of 10, 20, 30; the rest in equal parts
    paths = np.zeros((3, 1, 12))
    for row, first in enumerate((10, 20, 30)):
        paths[row, 0, :3], paths[row, 0, 3:] = first / 3, (100 - first) / 9
    target = np.zeros((1, 2, 12), dtype=np.int64)
    target[0, 0, :3], target[0, 1, 3:] = 200, 100
    first, *_, last = quarter_shares(paths, months=MONTHS, target_minor=target, last_year_minor=target * 2)
    assert (first.quarter, first.months) == (1, ("2025-04", "2025-05", "2025-06"))
    assert (first.mean_share, first.low_share, first.high_share) == pytest.approx((0.2, 0.12, 0.28), abs=1e-12)
    assert (first.target_minor, first.target_share, first.last_year_share) == (
        600,
        pytest.approx(0.4, abs=1e-12),
        pytest.approx(0.4, abs=1e-12),
    )
    assert last.months == ("2026-01", "2026-02", "2026-03")
    assert (last.by_end_low_share, last.by_end_mean_share, last.by_end_high_share) == (1, 1, 1)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_shares_sum_to_one_and_stay_in_order(seed):
    paths = np.random.default_rng(seed).gamma(0.5, 1.0, size=(40, 2, 12))
    found = quarter_shares(paths, months=MONTHS, target_minor=np.ones((2, 1, 12), dtype=np.int64), last_year_minor=None)
    assert sum(quarter.mean_share for quarter in found) == pytest.approx(1, abs=1e-9)
    assert sum(quarter.target_share for quarter in found) == pytest.approx(1, abs=1e-12)
    assert all(quarter.low_share <= quarter.high_share for quarter in found)
    ends = [quarter.by_end_mean_share for quarter in found]
    assert ends == sorted(ends)
    assert {quarter.last_year_share for quarter in found} == {None}


def test_paths_that_sum_to_nothing_have_no_shares_and_returns_may_outweigh():
    nothing = np.zeros((2, 1, 12))
    target = np.zeros((1, 1, 12), dtype=np.int64)
    assert quarter_shares(nothing, months=MONTHS, target_minor=target, last_year_minor=None) == ()
    paths = nothing.copy()
    paths[1, 0] = [-10] * 3 + [30] * 3 + [40] * 6
    found = quarter_shares(paths, months=MONTHS, target_minor=target, last_year_minor=target)
    assert [quarter.mean_share for quarter in found] == pytest.approx([-0.1, 0.3, 0.4, 0.4], abs=1e-9)
    assert [(quarter.target_share, quarter.last_year_share) for quarter in found] == [(None, None)] * 4
