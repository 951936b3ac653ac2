from datetime import date

import numpy as np
import pytest

from yunchou.demo.workdays import FIRST_DAY, LAST_DAY, date_of, make_days, number_of


@pytest.fixture(scope="module")
def days():
    return make_days()


def test_number_of_and_date_of_undo_each_other():
    assert [number_of(date_of(number)) for number in (-400, 0, 1, 900)] == [-400, 0, 1, 900]
    assert number_of(FIRST_DAY) == 0


def test_days_reach_from_first_to_last(days):
    assert (days.dates[0], days.dates[-1], len(days)) == (FIRST_DAY, LAST_DAY, (LAST_DAY - FIRST_DAY).days + 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 1, 28), True),  # a Saturday made up for Spring Festival
        (date(2023, 1, 24), False),  # a Tuesday of Spring Festival
        (date(2024, 10, 7), False),  # National Day's week
        (date(2025, 9, 28), True),  # a Sunday made up for National Day
        (date(2026, 8, 31), True),
        (date(2026, 8, 30), False),
    ],
)
def test_working_days_are_those_of_the_state_council(days, day, works):
    assert bool(days.working[number_of(day)]) is works


def test_quarter_ends_on_its_last_working_day(days):
    numbers = [number_of(day) for day in (date(2023, 1, 1), date(2023, 12, 31), date(2024, 5, 5))]
    assert [date_of(end) for end in days.quarter_ends[numbers]] == [date(2023, 3, 31), date(2023, 12, 29), date(2024, 6, 28)]
    assert [date_of(start) for start in days.quarter_starts[numbers]] == [date(2023, 1, 1), date(2023, 10, 1), date(2024, 4, 1)]


def test_spring_gap_is_0_on_the_first_day_of_the_lunar_year(days):
    festivals = [date_of(number) for number in np.flatnonzero(days.spring_gap == 0)]
    assert festivals == [date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17)]
