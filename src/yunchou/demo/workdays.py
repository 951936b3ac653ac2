"""Working days of the People's Republic of China, and the days of Spring Festival."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from yunchou.calc.lunar_festivals import spring_festivals
from yunchou.calc.working_days import working_days
from yunchou.demo.streams import BoolArray, IntArray

FIRST_DAY = date(2022, 9, 1)  # the company runs some months before its data begin, so that they begin in full swing
DATA_FROM = date(2023, 1, 1)
LAST_DAY = date(2026, 12, 31)  # the last day for which the State Council's calendar is known
TODAY = date(2026, 8, 31)
CLOSED_YEARS = (2023, 2024, 2025)
YEARS = (2023, 2024, 2025, 2026)


@dataclass(frozen=True)
class Days:
    """Every day of the simulation by its number, 0 being ``FIRST_DAY``."""

    dates: tuple[date, ...]
    working: BoolArray
    year: IntArray
    month: IntArray
    quarter_starts: IntArray  # number of the first day of the day's quarter
    quarter_ends: IntArray  # number of the last working day of the day's quarter
    spring_gap: IntArray  # days from the nearest Spring Festival: negative before it

    def __len__(self) -> int:
        return len(self.dates)


def number_of(day: date) -> int:
    """Return the day's number; days before the simulation are negative."""
    return (day - FIRST_DAY).days


def date_of(number: int) -> date:
    """Return the day of a number."""
    return FIRST_DAY + timedelta(days=int(number))


def make_days() -> Days:
    """Lay out the days from ``FIRST_DAY`` to ``LAST_DAY``."""
    table = working_days(FIRST_DAY, date_of(number_of(LAST_DAY) + 1))
    dates, working = tuple(table["day"]), table["working"].to_numpy()
    year = np.array([day.year for day in dates], dtype=np.int64)
    month = np.array([day.month for day in dates], dtype=np.int64)
    quarter = year * 4 + (month - 1) // 3
    quarter_starts, quarter_ends = np.zeros(len(dates), dtype=np.int64), np.zeros(len(dates), dtype=np.int64)
    for each in np.unique(quarter):
        days = np.flatnonzero(quarter == each)
        quarter_starts[days] = days.min()
        quarter_ends[days] = days[working[days]].max()
    festivals = spring_festivals(DATA_FROM, date(LAST_DAY.year + 2, 1, 1))
    gaps = np.array([[(day - festival).days for festival in festivals] for day in dates], dtype=np.int64)
    nearest = np.abs(gaps).argmin(axis=1)
    return Days(dates, working, year, month, quarter_starts, quarter_ends, gaps[np.arange(len(dates)), nearest])
