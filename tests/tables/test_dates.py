from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.errors import BadInput
from yunchou.tables.dates import EXCEL_EPOCH, EXCEL_EPOCH_1904, FIRST_DAY, parse_date, read_dates

LAST = date(2026, 11, 23)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CLOCKS = ("", " 10:11:12", " 00:00", "T23:59:59Z", " 上午10:11", " 10:11:12 AM", " 10:11:12.123")

days = st.dates(min_value=FIRST_DAY, max_value=LAST)
STYLES = {
    "iso": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "points": lambda day: f"{day.year}.{day.month}.{day.day}",
    "Chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "Chinese, full width": lambda day: f"{day.year}年{day.month}月{day.day}日".translate(FULL_WIDTH),
    "Chinese, weekday": lambda day: f"{day.year}年{day.month:02}月{day.day:02}日 星期{'一二三四五六日'[day.weekday()]}",
    "compact": lambda day: f"{day:%Y%m%d}",
    "month name": lambda day: f"{day:%d-%b-%Y}",
    "American month name": lambda day: f"{day:%B} {day.day}, {day.year}",
    "Excel": lambda day: str((day - EXCEL_EPOCH).days),
    "Excel with clock": lambda day: f"{(day - EXCEL_EPOCH).days}.4244",
}
WITHOUT_CLOCK = {"compact", "month name", "American month name", "Excel", "Excel with clock"}


def read(texts, order=None):
    return read_dates(pl.Series(texts, dtype=pl.String), order=order, last=LAST)


@given(day=days, style=st.sampled_from(sorted(STYLES)), clock=st.sampled_from(CLOCKS))
def test_parse_date_reads_every_style_back(day, style, clock):
    text = STYLES[style](day) + ("" if style in WITHOUT_CLOCK else clock)
    assert parse_date(text) == day


@given(column=st.lists(st.tuples(days, st.sampled_from(sorted(STYLES))), min_size=1, max_size=30))
def test_read_dates_reads_a_column_of_mixed_styles(column):
    assert read([STYLES[style](day) for day, style in column]).values.to_list() == [day for day, _ in column]


@given(
    column=st.lists(days, min_size=1, max_size=30),
    order=st.sampled_from([("dmy", "{d}/{m}/{y}"), ("mdy", "{m}/{d}/{y}")]),
    short=st.booleans(),
)
def test_read_dates_learns_the_order_from_one_telling_day(column, order, short):
    name, shape = order
    texts = [shape.format(d=day.day, m=day.month, y=f"{day:%y}" if short else day.year) for day in [*column, date(2024, 12, 31)]]
    told = read(texts)
    assert told.values.to_list() == [*column, date(2024, 12, 31)]
    assert told.order == name


@pytest.mark.parametrize("texts", [["5/3/24"], ["05/03/24", "06/03/24"], ["5/3/2024", "4/4/2024"], ["5.3.2024", "6.7.2024 10:00"]])
def test_read_dates_refuses_an_open_order_naming_both_readings(texts):
    with pytest.raises(BadInput) as refused:
        read(texts)
    assert "2024-03-05" in refused.value.text.en
    assert "2024-05-03" in refused.value.text.en
    assert "--date-order dmy" in refused.value.text.zh
    assert "--date-order mdy" in refused.value.text.zh
    assert read(texts, "mdy").values[0] == date(2024, 5, 3)
    assert read(texts, "dmy").values[0] == date(2024, 3, 5)


def test_read_dates_needs_no_order_where_both_readings_are_the_same_day():
    assert read(["4/4/2024", "5/5/2024"]).values.to_list() == [date(2024, 4, 4), date(2024, 5, 5)]


def test_read_dates_follows_most_of_the_column_and_refuses_the_odd_one():
    dates = read(["1/13/2024", "1/14/2024", "1/15/2024", "16/1/2024"])
    assert dates.order == "mdy"
    assert dates.reasons.to_list() == [None, None, None, "date_not_readable"]


def test_read_dates_knows_years_written_first_by_there_being_few_of_them():
    assert read(["24/05/03", "24/05/06", "24/11/07"]).values.to_list() == [date(2024, 5, 3), date(2024, 5, 6), date(2024, 11, 7)]


def test_read_dates_refuses_days_before_1990_and_after_the_last():
    dates = read(["1989-12-31", "1990-01-01", str(LAST), str(LAST + timedelta(days=1)), "2999年1月1日"])
    assert dates.reasons.to_list() == ["date_out_of_range", None, None, "date_out_of_range", "date_out_of_range"]


@pytest.mark.parametrize("text", ["abc", "2024-02-30", "2024-13-01", "2024-3/5", "2024", "待定", "45356123", "0000-00-00"])
def test_read_dates_says_that_a_text_is_no_date(text):
    assert read([text]).reasons.to_list() == ["date_not_readable"]


def test_read_dates_calls_empty_cells_empty():
    assert read(["2024-01-01", None, "", "  "]).reasons.to_list() == [None, "date_empty", "date_empty", "date_empty"]


def test_read_dates_takes_a_month_for_its_first_day():
    assert read(["2024年3月", "202404", "2024-05"]).values.to_list() == [date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)]


def test_parse_date_counts_serial_numbers_from_the_workbooks_own_epoch():
    assert parse_date("45356") == date(2024, 3, 5)
    assert parse_date("43894", EXCEL_EPOCH_1904) == date(2024, 3, 5)
