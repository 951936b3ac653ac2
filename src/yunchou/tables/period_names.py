"""Periods as tables name them: months, quarters, half-years, weeks and years, told by the whole column."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd
from typing import Literal

import polars as pl

from yunchou.calc.periods import add_months, first_day
from yunchou.tables.characters import to_half_width
from yunchou.tables.dates import DateOrder, read_dates

Length = Literal["W", "M", "Q", "H", "Y"]

SEASON: dict[Length, int] = {"W": 52, "M": 12, "Q": 4, "H": 2, "Y": 1}
MONTHS: dict[Length, int] = {"M": 1, "Q": 3, "H": 6, "Y": 12}
_DAYS_A_WEEK = 7
_LAST_DAY = date(2100, 12, 31)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_QUARTER = re.compile(
    r"(?P<y>[0-9]{4})\s*年?\s*[-/]?\s*(?:q\s*(?P<a>[1-4])|第?\s*(?P<b>[1-4一二三四])\s*季度?)|q\s*(?P<c>[1-4])\s*[-/ ]?\s*(?P<z>[0-9]{4})"
)
_HALF = re.compile(r"(?P<y>[0-9]{4})\s*年?\s*[-/]?\s*(?:h\s*(?P<a>[12])|(?P<b>[上下])半年)")
_WEEK = re.compile(r"(?P<y>[0-9]{4})\s*年?\s*[-/]?\s*(?:w\s*(?P<a>[0-9]{1,2})|第\s*(?P<b>[0-9]{1,2})\s*周)")
_YEAR = re.compile(r"(?P<y>(?:19|20)[0-9]{2})\s*(?:年度?|fy)?")


@dataclass(frozen=True, kw_only=True)
class PeriodNames:
    """A column of periods: the first day of each row's (null where unreadable), their length, and the newest day seen.

    ``last_day`` is null where the column names whole periods, so that nothing tells whether the last one is complete.
    """

    first_days: pl.Series
    length: Length
    last_day: date | None

    def number(self) -> pl.Series:
        """Return the place of each row's period, counted from the first."""
        first = self.first_days.min()
        assert isinstance(first, date)  # noqa: S101 - the caller has at least one period
        if self.length == "W":
            return (self.first_days - first).dt.total_days() // _DAYS_A_WEEK  # exact: both are Mondays
        months = self.first_days.dt.year().cast(pl.Int64) * 12 + self.first_days.dt.month()
        return (months - (first.year * 12 + first.month)) // MONTHS[self.length]

    def step(self, first: date, count: int) -> date:
        """Return the first day of the period ``count`` after that of ``first``."""
        return first + timedelta(days=_DAYS_A_WEEK * count) if self.length == "W" else add_months(first, MONTHS[self.length] * count)


def read_period_names(column: pl.Series, *, order: DateOrder | None, until: date | None = None) -> PeriodNames:
    """Read a column of periods: ``2024-03``, ``2024Q1``, ``2024年上半年``, ``2024-W05``, ``2024`` or days.

    Days are told apart by their steps: whole multiples of 3, 6 or 12 months are quarters, half-years or years, of seven days
    weeks; anything else is summed to months. A column that mixes lengths takes the longest that is named.

    Raises:
        BadInput: The order of day and month is open.
    """
    texts = column.fill_null("").str.strip_chars()
    named = {text: _named(text) for text in texts.unique().to_list()}
    lengths = {found[0] for found in named.values() if found}
    if lengths:
        length: Length = next(one for one in ("Y", "H", "Q", "W") if one in lengths)
        days = {text: found[1] if found and found[0] == length else None for text, found in named.items()}
        return PeriodNames(first_days=_joined(texts, days), length=length, last_day=None)
    dates = read_dates(texts, order=order, last=_LAST_DAY).values
    kept = dates.filter(dates <= until) if until else dates
    distinct: list[date] = kept.drop_nulls().unique().sort().to_list()
    length, has_days = _length_of(distinct)
    firsts = {day: _first(day, length) for day in dates.drop_nulls().unique().to_list()}
    first_days = dates.replace_strict(list(firsts), list(firsts.values()), default=None, return_dtype=pl.Date) if firsts else dates
    return PeriodNames(first_days=first_days, length=length, last_day=distinct[-1] if has_days else None)


def _joined(texts: pl.Series, days: dict[str, date | None]) -> pl.Series:
    return texts.replace_strict(list(days), list(days.values()), default=None, return_dtype=pl.Date)


def _named(text: str) -> tuple[Length, date] | None:
    plain = to_half_width(text).strip().casefold()
    if found := _QUARTER.fullmatch(plain):
        number = found["a"] or found["b"] or found["c"]
        return "Q", date(int(found["y"] or found["z"]), (_NUMERALS.get(number) or int(number)) * 3 - 2, 1)
    if found := _HALF.fullmatch(plain):
        number = found["a"] or found["b"]
        return "H", date(int(found["y"]), (_NUMERALS.get(number) or int(number)) * 6 - 5, 1)
    if found := _WEEK.fullmatch(plain):
        try:
            return "W", date.fromisocalendar(int(found["y"]), int(found["a"] or found["b"]), 1)
        except ValueError:
            return None
    if found := _YEAR.fullmatch(plain):
        return "Y", date(int(found["y"]), 1, 1)
    return None


def _length_of(days: list[date]) -> tuple[Length, bool]:
    """Return the length that days in rising order are told in, and whether days say how far the last period went."""
    if all(day.day == 1 for day in days):
        months = gcd(*(day.year * 12 + day.month - days[0].year * 12 - days[0].month for day in days)) if days else 0
        for length, size in (("Y", 12), ("H", 6), ("Q", 3)):
            if months and months % size == 0 and (days[0].month - 1) % size == 0:
                return length, False  # type: ignore[return-value]
        return "M", False
    steps = gcd(*((day - days[0]).days for day in days))
    return ("W", False) if steps and steps % _DAYS_A_WEEK == 0 else ("M", True)


def _first(day: date, length: Length) -> date:
    if length == "W":
        return first_day(day, "W")
    size = MONTHS[length]
    return date(day.year, (day.month - 1) // size * size + 1, 1)
