from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc.calendar_exposure import LAGS_DAYS, exposure_of
from yunchou.calc.periods import step


def test_months_of_2024_by_hand():
    found = exposure_of([date(2024, 5, 1)], freq="M")
    assert found.periods == tuple(date(2024, month, 1) for month in range(1, 13))
    days = [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]
    np.testing.assert_allclose(found.work * 250 / 12, days, rtol=1e-12)
    # the festival is 10 February: 27 January lies 14 days before it, 28 January 13, 2 March 21 days after
    plain = found.festival[LAGS_DAYS.index(0)]
    assert plain[0] == pytest.approx((1 + 2 + 3 + 4) / 14 / 31, rel=1e-12)
    before, after = sum(range(5, 14)) / 14, 1 + sum(range(2, 21)) / 21
    assert plain[1] == pytest.approx((before + after) / 29, rel=1e-12)
    assert plain[2] == pytest.approx(1 / 21 / 31, rel=1e-12)
    np.testing.assert_allclose(plain[3:], 0.0, atol=1e-12)
    np.testing.assert_allclose(found.rush * [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], [0, 0, 14] * 4, atol=1e-12)


def test_lag_moves_the_festival_into_the_next_month():
    found = exposure_of([date(2024, 1, 1)], freq="M")
    march = found.festival[:, 2]
    assert list(march) == sorted(march)
    # 10 February and 20 days are 1 March: it falls from 1 by a 21st a day
    assert march[LAGS_DAYS.index(20)] == pytest.approx(sum(range(22)) / 21 / 31, rel=1e-12)


def test_week_belongs_to_the_year_of_its_thursday():
    found = exposure_of([date(2024, 12, 30), date(2026, 12, 28)], freq="W")
    assert (found.periods[0], found.periods[-1]) == (date(2024, 12, 30), date(2026, 12, 28))
    assert np.bincount(found.year).tolist() == [52, 53]


@pytest.mark.parametrize("freq", ["M", "W"])
def test_what_a_period_is_given_does_not_depend_on_the_span(freq):
    first = {"M": date(2020, 7, 1), "W": date(2020, 7, 6)}[freq]
    short = exposure_of([first], freq=freq)
    long = exposure_of([step(first, -80, freq), step(first, 80, freq)], freq=freq)
    at = long.periods.index(short.periods[0])
    same = slice(at, at + len(short.periods))
    np.testing.assert_array_equal(short.work, long.work[same])
    np.testing.assert_array_equal(short.festival, long.festival[:, same])
    np.testing.assert_array_equal(short.rush, long.rush[same])


@pytest.mark.parametrize("freq", ["M", "W"])
def test_years_beyond_the_table_are_left_out(freq):
    monday = {"W": date(2099, 1, 5)}.get(freq, date(2099, 1, 1))
    found = exposure_of([monday, step(monday, 400, freq)], freq=freq)
    assert found.periods[-1].year == (2099 if freq == "W" else 2100)
    assert exposure_of([date(1980, 1, 7) if freq == "W" else date(1980, 1, 1)], freq=freq) is None


def test_corrections_change_the_working_days():
    own = pl.DataFrame({"day": [date(2025, 7, 1)], "working": [False], "reason": ["司庆"]})
    plain, corrected = (exposure_of([date(2025, 1, 1)], freq="M", corrections=some) for some in (None, own))
    np.testing.assert_allclose((plain.work - corrected.work) * 250 / 12, [0] * 6 + [1] + [0] * 5, atol=1e-12)
