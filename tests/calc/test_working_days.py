import random
from datetime import date, timedelta

import chinese_calendar
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.errors import BadInput
from yunchou.calc.lunar_festivals import lunar_festivals
from yunchou.calc.working_days import working_days, working_days_by_period


def corrections(*rows):
    return pl.DataFrame(rows, schema={"day": pl.Date, "working": pl.Boolean, "reason": pl.String}, orient="row")


def test_announced_years_are_those_of_the_library():
    days = working_days(date(2004, 1, 1), date(2027, 1, 1))
    assert days["working"].to_list() == [chinese_calendar.is_workday(day) for day in days["day"]]
    assert not days["provisional"].any()


def test_a_week_of_spring_festival_day_by_day():
    days = working_days(date(2024, 2, 8), date(2024, 2, 19))
    kinds = ["working", "working"] + ["festival"] * 8 + ["working"]
    assert days["kind"].to_list() == kinds
    # the Sunday worked in exchange (18 February) bears no festival's name
    assert days["festival"].to_list() == [None, None] + ["春节"] * 8 + [None]


def test_years_not_announced_follow_the_law_and_say_so():
    days = working_days(date(2028, 1, 1), date(2029, 1, 1))
    assert days["provisional"].all()
    off = days.filter((pl.col("day").dt.weekday() <= 5) & ~pl.col("working"))
    # 1 January is a Saturday, so Monday is off; Spring Festival's eve is Tuesday 25 January
    spring = [date(2028, 1, 25), date(2028, 1, 26), date(2028, 1, 27), date(2028, 1, 28)]
    assert off["day"].to_list() == [
        date(2028, 1, 3),
        *spring,
        date(2028, 4, 4),
        date(2028, 5, 1),
        date(2028, 5, 2),
        date(2028, 5, 29),  # Dragon Boat is Sunday the 28th
        date(2028, 10, 2),  # National Day is Sunday to Tuesday, Mid-Autumn the same Tuesday
        date(2028, 10, 3),
        date(2028, 10, 4),
        date(2028, 10, 5),
    ]
    assert off["festival"].unique().sort().to_list() == sorted(["元旦", "春节", "清明节", "劳动节", "端午节", "国庆节", "中秋节"])


@pytest.mark.parametrize("year", range(2027, 2101))
def test_thirteen_days_off_by_law_are_missing_from_the_weekdays(year):
    days = working_days(date(year, 1, 1), date(year + 1, 1, 1))
    weekdays = days.filter(pl.col("day").dt.weekday() <= 5).height
    assert days["working"].sum() == weekdays - 13


@pytest.mark.parametrize(("year", "off"), [(1995, 7), (2001, 10)])
def test_earlier_laws_gave_fewer_days(year, off):
    days = working_days(date(year, 1, 1), date(year + 1, 1, 1))
    weekdays = days.filter(pl.col("day").dt.weekday() <= 5).height
    assert (weekdays - int(days["working"].sum()), days["provisional"].all()) == (off, True)


def test_leap_day_is_counted():
    days = working_days(date(2024, 2, 1), date(2024, 3, 1))
    months = working_days_by_period(days, freq="M")
    assert months.rows() == [(date(2024, 2, 1), 29, 18, 8, False)]


def test_working_days_of_2025_by_month_and_quarter():
    days = working_days(date(2025, 1, 1), date(2026, 1, 1))
    assert working_days_by_period(days, freq="M")["working_days"].to_list() == [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]
    assert working_days_by_period(days, freq="Q")["working_days"].to_list() == [59, 61, 67, 61]


def test_weeks_cross_the_year():
    weeks = working_days_by_period(working_days(date(2024, 12, 30), date(2025, 1, 13)), freq="W")
    assert weeks.select("period", "working_days").rows() == [(date(2024, 12, 30), 4), (date(2025, 1, 6), 5)]


def test_provisional_month_is_marked_as_a_whole():
    months = working_days_by_period(working_days(date(2026, 12, 1), date(2027, 2, 1)), freq="M")
    assert months["provisional"].to_list() == [False, True]


def test_corrections_replace_days_and_end_the_provisional():
    own = corrections((date(2027, 2, 14), True, "调休"), (date(2027, 2, 8), False, "公司放假"), (date(2030, 1, 1), True, "不在范围内"))
    days = working_days(date(2027, 2, 1), date(2027, 2, 15), corrections=own)
    changed = days.filter(pl.col("reason").is_not_null())
    assert changed.rows() == [
        (date(2027, 2, 8), False, "festival", "春节", False, "公司放假"),
        (date(2027, 2, 14), True, "working", None, False, "调休"),
    ]
    plain = working_days(date(2027, 2, 1), date(2027, 2, 15))
    rest = ~plain["day"].is_in(changed["day"].to_list())
    assert days.filter(rest).equals(plain.filter(rest))


def test_a_working_day_taken_off_is_rest():
    own = corrections((date(2025, 7, 1), False, "司庆"))
    assert working_days(date(2025, 7, 1), date(2025, 7, 2), corrections=own).row(0) == (
        date(2025, 7, 1),
        False,
        "rest",
        None,
        False,
        "司庆",
    )


def test_order_and_repetition_of_corrections_change_nothing():
    rows = [(date(2027, 3, number), number % 2 == 0, f"原因 {number}") for number in range(1, 20)]
    shuffled = [*rows, rows[3]]
    random.Random(4).shuffle(shuffled)
    first, end = date(2027, 3, 1), date(2027, 4, 1)
    assert working_days(first, end, corrections=corrections(*rows)).equals(working_days(first, end, corrections=corrections(*shuffled)))


def test_two_reasons_of_one_day_are_both_told():
    own = corrections((date(2027, 3, 1), False, "盘点"), (date(2027, 3, 1), False, "停电"))
    assert working_days(date(2027, 3, 1), date(2027, 3, 2), corrections=own)["reason"].to_list() == ["停电; 盘点"]


@pytest.mark.parametrize(
    ("first", "ends_before", "own", "told"),
    [
        (date(2025, 1, 2), date(2025, 1, 2), None, "there is no day from 2025-01-02 to 2025-01-02"),
        (date(1989, 12, 31), date(1990, 2, 1), None, "the working calendar covers 1990–2100, not 1989"),
        (date(2100, 12, 1), date(2101, 1, 2), None, "the working calendar covers 1990–2100, not 2101"),
        (
            date(2025, 1, 1),
            date(2025, 2, 1),
            corrections((date(2025, 1, 5), True, "a"), (date(2025, 1, 5), False, "b")),
            "say of 2025-01-05 both that it is worked and that it is not",
        ),
        (date(2025, 1, 1), date(2025, 2, 1), corrections((date(2025, 1, 5), None, "a")), "column working of the calendar's corrections"),
        (date(2025, 1, 1), date(2025, 2, 1), pl.DataFrame({"day": [date(2025, 1, 5)]}), "column working of the calendar's corrections"),
        (
            date(2025, 1, 1),
            date(2025, 2, 1),
            pl.DataFrame({"day": ["2025-01-05"], "working": [True], "reason": ["a"]}),
            "column day of the calendar's corrections",
        ),
    ],
)
def test_what_is_no_calendar_is_refused(first, ends_before, own, told):
    with pytest.raises(BadInput) as refusal:
        working_days(first, ends_before, corrections=own)
    assert told in refusal.value.text.en


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 900))
def test_any_span_is_a_part_of_the_whole(first, length):
    end = min(first + timedelta(days=length), date(2101, 1, 1))
    days = working_days(first, end)
    whole = working_days(date(first.year, 1, 1), date((end - timedelta(days=1)).year + 1, 1, 1))
    assert days.equals(whole.filter(pl.col("day").is_between(first, end, closed="left")))
    assert days["day"].to_list() == [first + timedelta(days=number) for number in range((end - first).days)]
    assert ((days["kind"] == "working") == days["working"]).all()


def test_spring_festival_is_off_in_every_year():
    days = working_days(date(1990, 1, 1), date(2101, 1, 1))
    off = set(days.filter(~pl.col("working"))["day"])
    assert all(lunar_festivals(year).spring in off for year in range(1990, 2101))


def test_rule_comes_near_to_what_was_announced_later():
    from yunchou.calc.working_days import _by_rule

    off = []
    for year in range(2008, 2027):
        announced = working_days(date(year, 1, 1), date(year + 1, 1, 1))
        ruled = announced.with_columns(pl.Series("working", _by_rule(year)[0]))
        months = (working_days_by_period(frame, freq="M")["working_days"] for frame in (announced, ruled))
        off += [one - other for one, other in zip(*months, strict=True)]
    # two days: September and October 2018, and January 2020, whose holidays were lengthened afterwards
    assert [sum(abs(one) == days for one in off) for days in range(4)] == [172, 53, 3, 0]
