"""What the calendar gives each period: its working days, its part of Spring Festival, its part of a quarter's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.calc.lunar_festivals import FIRST_YEAR, LAST_YEAR, lunar_festivals
from yunchou.calc.periods import first_day, step
from yunchou.calc.working_days import working_days

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
# a quarter holds Spring Festival always, and working days that hardly differ
Fine = Literal["M", "W"]

# Business fades over two weeks before the festival and is back three weeks after; orders may lag behind, or come ahead.
_FADES_DAYS, _RETURNS_DAYS = 14, 21
LAGS_DAYS = (-10, 0, 10, 20)
_RUSH_DAYS = 14
# pairs of sine and cosine that draw a year of weeks
_WAVES = 6
_YEAR_DAYS = 365.25
_USUAL_WORK: dict[Fine, float] = {"M": 250 / 12, "W": 250 * 7 / _YEAR_DAYS}
_THURSDAY = 3


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Whole calendar years of periods, ascending; shape ``(periods,)`` but where stated.

    ``work``: working days, 1 being what a year of 250 gives a period; ``festival``, ``(lags, periods)``: mean nearness to Spring Festival,
    0…1, moved by each of ``LAGS_DAYS``; ``rush``: share of days in a quarter's last two weeks; ``season``, ``(periods,
    columns)``: what repeats every year; ``year``: number of the calendar year from 0.
    """

    periods: tuple[date, ...]
    work: FloatArray
    festival: FloatArray
    rush: FloatArray
    season: FloatArray
    year: IntArray
    provisional: npt.NDArray[np.bool_]


def exposure_of(periods: Sequence[date], *, freq: Fine, corrections: pl.DataFrame | None = None) -> Exposure | None:
    """Return what the calendar gives each period of the years that ``periods`` touch; None when the calendar knows none.

    A week belongs to the year of its Thursday.

    Args:
        periods: First days, ascending.
        freq: Months, or weeks that start on Monday.
        corrections: As ``working_days`` takes them.

    Raises:
        BadInput: See ``working_days``.

    Source: own; weeks as in ISO 8601.
    """
    lead = timedelta(days=_THURSDAY if freq == "W" else 0)
    # a week of the outermost years may reach one year further, which the table must know, too
    margin = 1 if freq == "W" else 0
    first_year = max((periods[0] + lead).year, FIRST_YEAR + margin)
    last_year = min((periods[-1] + lead).year, LAST_YEAR - margin)
    if first_year > last_year:
        return None
    start = first_day(date(first_year, 1, 4), freq)
    end = first_day(date(last_year + 1, 1, 4), freq)
    days = working_days(start, end, corrections=corrections)
    at = days["day"].to_numpy().astype("datetime64[D]")
    firsts = [start]
    while (following := step(firsts[-1], 1, freq)) < end:
        firsts.append(following)
    owner = np.searchsorted(np.array(firsts, dtype="datetime64[D]"), at, side="right") - 1
    length = np.bincount(owner)
    springs = np.array(
        [lunar_festivals(year).spring for year in range(first_year - margin, min(last_year + 1, LAST_YEAR) + 1)], dtype="datetime64[D]"
    )
    gaps = (at[:, None] - springs).astype(np.int64)
    nearness = np.stack([_near(gaps - lag).max(axis=1) for lag in LAGS_DAYS])
    belongs = [day + lead for day in firsts]
    year = np.array([day.year for day in belongs], dtype=np.int64)
    return Exposure(
        periods=tuple(firsts),
        work=np.bincount(owner, days["working"].to_numpy()) / _USUAL_WORK[freq],
        festival=np.stack([np.bincount(owner, near) / length for near in nearness]),
        rush=np.bincount(owner, _ends_quarter(at)) / length,
        season=_season(belongs, freq),
        year=year - year[0],
        provisional=np.bincount(owner, days["provisional"].to_numpy()) > 0,
    )


def _near(gap: IntArray) -> FloatArray:
    """Return 1 on the festival, falling to 0 on both sides."""
    return np.where(gap < 0, np.clip(1 + gap / _FADES_DAYS, 0.0, 1.0), np.clip(1 - gap / _RETURNS_DAYS, 0.0, 1.0))


def _ends_quarter(at: npt.NDArray[np.datetime64]) -> FloatArray:
    quarter = at.astype("datetime64[M]").astype(np.int64) // 3
    ends = ((quarter + 1) * 3).astype("datetime64[M]").astype("datetime64[D]")
    return ((ends - at).astype(np.int64) <= _RUSH_DAYS).astype(np.float64)


def _season(belongs: list[date], freq: Fine) -> FloatArray:
    """Return a column for each month; waves for weeks, which are too many for a column each."""
    if freq == "M":
        return np.eye(12)[[day.month - 1 for day in belongs]]
    turn = 2 * np.pi * np.array([(day - date(day.year, 1, 1)).days for day in belongs]) / _YEAR_DAYS
    waves = [wave(number * turn) for number in range(1, _WAVES + 1) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(len(belongs)), *waves])
