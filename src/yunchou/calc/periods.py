"""Half-open periods of the calendar: months, quarters, years, and weeks that start on Monday."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Freq = Literal["M", "Q", "W"]

# periods after which the season repeats
SEASON: dict[Freq, int] = {"M": 12, "Q": 4, "W": 52}
_MONTHS: dict[Freq, int] = {"M": 1, "Q": 3}
_MONTHS_A_YEAR = 12
_DAYS_A_WEEK = 7


@dataclass(frozen=True, order=True)
class Period:
    """The days from ``starts_on`` up to, but not including, ``ends_before``."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_on:
            raise ValueError(f"a period must end after it starts: {self.starts_on} … {self.ends_before}")

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.ends_before - self.starts_on).days

    def holds(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return self.starts_on <= day < self.ends_before


def add_months(first: date, months: int) -> date:
    """Return the first day of the month that lies ``months`` after that of ``first``.

    Source: own.
    """
    count = first.year * _MONTHS_A_YEAR + first.month - 1 + months
    return date(count // _MONTHS_A_YEAR, count % _MONTHS_A_YEAR + 1, 1)


def first_day(day: date, freq: Freq) -> date:
    """Return the first day of the month, quarter or week (Monday) that holds ``day``.

    Source: own; weeks as in ISO 8601.
    """
    if freq == "W":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[freq]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def step(first: date, count: int, freq: Freq) -> date:
    """Return the first day of the period ``count`` periods after the one that starts on ``first``.

    Source: own.
    """
    if freq == "W":
        return first + timedelta(days=_DAYS_A_WEEK * count)
    return add_months(first, _MONTHS[freq] * count)


def distance(earlier: date, later: date, freq: Freq) -> int:
    """Return how many periods lie from one period's first day to another's (negative when reversed).

    Source: own.
    """
    if freq == "W":
        return (later - earlier).days // _DAYS_A_WEEK
    months = (later.year - earlier.year) * _MONTHS_A_YEAR + later.month - earlier.month
    return months // _MONTHS[freq]


def period_of(day: date, freq: Freq) -> Period:
    """Return the month, quarter or week that holds ``day``.

    Source: own.
    """
    first = first_day(day, freq)
    return Period(first, step(first, 1, freq))


def year_of(year: int) -> Period:
    """Return a calendar year.

    Source: own.
    """
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def previous_of(period: Period) -> Period:
    """Return the period that ends where this one starts and is as long.

    A span of whole months is compared with as many whole months before it (February with January), any other
    span with as many days.

    Source: own.
    """
    first, end = period.starts_on, period.ends_before
    if first.day == 1 and end.day == 1:
        return Period(add_months(first, -distance(first, end, "M")), first)
    return Period(first - timedelta(days=period.days), first)
