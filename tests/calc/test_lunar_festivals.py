from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest

from yunchou.calc.lunar_festivals import FIRST_YEAR, LAST_YEAR, lunar_festivals, spring_festivals

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_festivals_are_those_that_were_announced(year):
    ours = lunar_festivals(year)
    wanted = [(ours.spring, "Spring Festival")]
    if year >= 2008:  # the others are days off since then
        wanted += [
            (ours.qingming, "Tomb-sweeping Day"),
            (ours.dragon_boat, "Dragon Boat Festival"),
            (ours.mid_autumn, "Mid-autumn Festival"),
        ]
    # Mid-Autumn 2020 was National Day; the festival of 2012's Dragon Boat is the Saturday that began three days off
    shared = {date(2020, 10, 1): "National Day", date(2012, 6, 23): None}
    for day, name in wanted:
        assert chinese_calendar.get_holiday_detail(day) == (True, shared.get(day, name))


def test_lunar_years_are_twelve_or_thirteen_moons_long():
    springs = [lunar_festivals(year).spring for year in YEARS]
    lengths = {(after - before).days for before, after in pairwise(springs)}
    assert lengths <= {353, 354, 355, 383, 384, 385}
    assert all((1, 21) <= (day.month, day.day) <= (2, 20) for day in springs)


def test_festivals_keep_their_distance_in_moons():
    for year in YEARS:
        found = lunar_festivals(year)
        # four moons and four days, or five where a leap month lies between
        assert (found.dragon_boat - found.spring).days in {121, 122, 123, 151, 152, 153}
        assert (found.mid_autumn - found.dragon_boat).days in {97, 98, 99, 100, 126, 127, 128, 129}
        assert found.qingming in {date(year, 4, 4), date(year, 4, 5)}


def test_moons_of_2033_and_2034_are_those_of_the_national_standard():
    # no leap month after the seventh moon of 2033: it comes after the eleventh, so 2034 begins on 19 February
    found = lunar_festivals(2033)
    assert (found.spring, found.dragon_boat, found.mid_autumn) == (date(2033, 1, 31), date(2033, 6, 1), date(2033, 9, 8))
    assert lunar_festivals(2034).spring == date(2034, 2, 19)


def test_every_day_lies_near_the_computed_moon():
    # mean new moon of 6 January 2000, 14:20 (J. Meeus, Astronomical Algorithms, ch. 49); true moons lie within 14.5 hours of it
    first, month = (date(2000, 1, 6) - date(1970, 1, 1)).days + (14 + 20 / 60) / 24 + 8 / 24, 29.530588861
    for year in YEARS:
        found = lunar_festivals(year)
        for day, age in ((found.spring, 0), (found.dragon_boat, 4), (found.mid_autumn, 14)):
            moons = ((day - timedelta(days=age) - date(1970, 1, 1)).days + 0.5 - first) / month
            # tolerance: half a day of the calendar and 14.5 hours of the true moon
            assert abs(moons - round(moons)) * month <= 0.5 + 14.5 / 24


@pytest.mark.parametrize(
    ("first", "ends_before", "days"),
    [
        (date(2025, 2, 1), date(2026, 2, 1), ()),
        (date(2024, 2, 1), date(2025, 2, 1), (date(2024, 2, 10), date(2025, 1, 29))),
        (date(2025, 4, 1), date(2026, 4, 1), (date(2026, 2, 17),)),
        (date(2024, 2, 10), date(2024, 2, 11), (date(2024, 2, 10),)),
        (date(2024, 2, 11), date(2024, 12, 31), ()),
        (date(1980, 1, 1), date(1991, 1, 1), (date(1990, 1, 27),)),
        (date(2100, 1, 1), date(2200, 1, 1), (date(2100, 2, 9),)),
    ],
)
def test_spring_festivals_of_a_fiscal_year_may_be_none_or_two(first, ends_before, days):
    assert spring_festivals(first, ends_before) == days


def test_fiscal_years_from_april_hold_one_festival_each():
    counts = {len(spring_festivals(date(year, 4, 1), date(year + 1, 4, 1))) for year in range(FIRST_YEAR, LAST_YEAR)}
    assert counts == {1}


def test_fiscal_years_from_february_hold_none_one_or_two():
    counts = [len(spring_festivals(date(year, 2, 1), date(year + 1, 2, 1))) for year in range(FIRST_YEAR, LAST_YEAR)]
    assert set(counts) == {0, 1, 2}
    # festivals before each February and after are all counted once
    assert sum(counts) == len(spring_festivals(date(FIRST_YEAR, 2, 1), date(LAST_YEAR, 2, 1)))
