from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.periods import (
    Freq,
    Period,
    add_months,
    distance,
    first_day,
    period_of,
    previous_of,
    step,
    year_of,
)

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
freqs = st.sampled_from(get_args(Freq))


@given(days, freqs)
def test_period_of_a_day_holds_it_and_the_next_one_starts_where_it_ends(day: date, freq: Freq) -> None:
    period = period_of(day, freq)
    assert period.holds(day)
    assert not period.holds(period.ends_before)
    assert period_of(period.ends_before, freq).starts_on == period.ends_before
    assert period_of(period.starts_on - timedelta(days=1), freq).ends_before == period.starts_on


@given(days, st.integers(-200, 200), freqs)
def test_distance_undoes_step(day: date, count: int, freq: Freq) -> None:
    first = first_day(day, freq)
    assert distance(first, step(first, count, freq), freq) == count


@given(days, freqs)
def test_previous_of_a_period_ends_where_it_starts_and_is_of_its_kind(day: date, freq: Freq) -> None:
    period = period_of(day, freq)
    assert previous_of(period) == period_of(period.starts_on - timedelta(days=1), freq)


@given(days, st.integers(1, 400))
def test_previous_of_any_span_is_as_long_in_days_or_in_whole_months(day: date, length: int) -> None:
    period = Period(day, day + timedelta(days=length))
    before = previous_of(period)
    assert before.ends_before == period.starts_on
    whole_months = period.starts_on.day == 1 and period.ends_before.day == 1
    assert before.days == period.days or whole_months


def test_week_starts_on_monday() -> None:
    assert period_of(date(2026, 11, 22), "W") == Period(date(2026, 11, 16), date(2026, 11, 23))
    assert period_of(date(2026, 11, 23), "W") == Period(date(2026, 11, 23), date(2026, 11, 30))


def test_quarter_of_a_december_day_ends_with_the_year() -> None:
    assert period_of(date(2026, 12, 31), "Q") == Period(date(2026, 10, 1), date(2027, 1, 1))


def test_previous_of_march_is_february_whatever_its_length() -> None:
    assert previous_of(Period(date(2024, 3, 1), date(2024, 4, 1))) == Period(date(2024, 2, 1), date(2024, 3, 1))
    assert previous_of(Period(date(2026, 1, 1), date(2026, 9, 1))) == Period(date(2025, 5, 1), date(2026, 1, 1))


def test_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


def test_year_is_as_long_as_its_calendar() -> None:
    assert year_of(2017).days == 365
    assert add_months(date(2017, 11, 30), 3) == date(2018, 2, 1)
