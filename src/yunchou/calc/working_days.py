"""Working days, rest days and festivals of the People's Republic of China, announced or, before that, by rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.lunar_festivals import FIRST_YEAR, LAST_YEAR, lunar_festivals
from yunchou.calc.periods import Freq
from yunchou.calc.text import Text

_SATURDAY = 5
_DAY = timedelta(days=1)
_TRUNCATE: dict[Freq, str] = {"M": "1mo", "Q": "1q", "W": "1w"}
# the library's names beside ours
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利 70 周年",
}


@dataclass(frozen=True, kw_only=True)
class _Law:
    """Days off by law from a year on: Spring Festival from its eve or its first day, and how many days of each."""

    since: int
    spring_from: int
    spring_days: int
    labour_days: int
    national_days: int
    lunar: bool


# State Council orders 270 (1999), 513 (2007), 644 (2013), 795 (2024) on holidays of festivals and memorial days, newest first.
_LAWS = (
    _Law(since=2025, spring_from=-1, spring_days=4, labour_days=2, national_days=3, lunar=True),
    _Law(since=2014, spring_from=0, spring_days=3, labour_days=1, national_days=3, lunar=True),
    _Law(since=2008, spring_from=-1, spring_days=3, labour_days=1, national_days=3, lunar=True),
    _Law(since=2000, spring_from=0, spring_days=3, labour_days=3, national_days=3, lunar=False),
    _Law(since=FIRST_YEAR, spring_from=0, spring_days=3, labour_days=1, national_days=2, lunar=False),
)


def working_days(first: date, ends_before: date, *, corrections: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return every day from ``first`` up to, but not including, ``ends_before``: who works, and why not.

    Years that the State Council has announced come from ``chinese-calendar``. Any other year follows its law's
    festivals at their computed days, with a weekday off for each that falls on a weekend or on another festival; no weekend
    is worked. Such days are ``provisional`` until a correction names them.

    Args:
        first: The first day.
        ends_before: The day after the last one.
        corrections: A company's own days: ``day`` (Date), ``working`` (Boolean), ``reason`` (String). Days outside the
            range are left aside.

    Returns:
        Columns ``day`` (Date, each day once, ascending), ``working`` (Boolean), ``kind`` (String: working 工作日, rest
        休息日, festival 节日), ``festival`` (String or null: its Chinese name), ``provisional`` (Boolean), ``reason``
        (String or null: of a correction).

    Raises:
        BadInput: No day, a year outside 1990 … 2100, or corrections that lack a column, hold an empty cell or
            contradict each other.

    Source: own; see docs/methods/calendar.md.
    """
    if ends_before <= first:
        raise BadInput(Text(f"日历的起止日期 {first} 至 {ends_before} 之间没有一天", f"there is no day from {first} to {ends_before}"))
    for year in (first.year, (ends_before - _DAY).year):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInput(
                Text(
                    f"工作日历只有 {FIRST_YEAR}–{LAST_YEAR} 年，没有 {year} 年：请改用这个范围内的日期",
                    f"the working calendar covers {FIRST_YEAR}–{LAST_YEAR}, not {year}: use days in that range",
                )
            )
    days = pl.concat([_year(year) for year in range(first.year, (ends_before - _DAY).year + 1)])
    days = days.filter((pl.col("day") >= first) & (pl.col("day") < ends_before))
    return days if corrections is None else _corrected(days, corrections)


def working_days_by_period(days: pl.DataFrame, *, freq: Freq) -> pl.DataFrame:
    """Return how many days of each period are worked, from what ``working_days`` returns.

    Returns:
        Columns ``period`` (Date, its first day, ascending), ``days``, ``working_days`` and ``festival_days`` (Int64, the
        days that are in ``days``), ``provisional`` (Boolean: any day of it).

    Source: own.
    """
    return (
        days.group_by(pl.col("day").dt.truncate(_TRUNCATE[freq]).alias("period"))
        .agg(
            pl.len().cast(pl.Int64).alias("days"),
            pl.col("working").sum().cast(pl.Int64).alias("working_days"),
            (pl.col("kind") == "festival").sum().cast(pl.Int64).alias("festival_days"),
            pl.col("provisional").any(),
        )
        .sort("period")
    )


@cache
def _year(year: int) -> pl.DataFrame:
    found = _announced(year)
    provisional = found is None
    working, names = _by_rule(year) if found is None else found
    first = date(year, 1, 1)
    kinds = np.where(working, "working", np.where(np.array([name is None for name in names]), "rest", "festival"))
    return pl.DataFrame(
        {"day": pl.date_range(first, date(year, 12, 31), eager=True), "working": working, "kind": kinds.tolist(), "festival": names},
        schema={"day": pl.Date, "working": pl.Boolean, "kind": pl.String, "festival": pl.String},
    ).with_columns(pl.lit(provisional).alias("provisional"), pl.lit(None, dtype=pl.String).alias("reason"))


def _every_day(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def _announced(year: int) -> tuple[list[bool], list[str | None]] | None:
    """Return the days as the State Council announced them, or None for a year that the library does not know."""
    import chinese_calendar  # noqa: PLC0415 - its tables are only needed here

    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return None
    working, names = [], []
    for day in _every_day(year):
        off, name = chinese_calendar.get_holiday_detail(day)
        working.append(not off)
        # a Sunday worked for Spring Festival bears its name in the library, and is no festival
        names.append(_NAMES.get(name, name) if off and name is not None else None)
    return working, names


def _by_rule(year: int) -> tuple[list[bool], list[str | None]]:
    days = _every_day(year)
    named: dict[date, str] = {}
    owed = []
    for day, name in sorted(_festivals(year)):
        if day.weekday() >= _SATURDAY or day in named:
            owed.append((day, named.setdefault(day, name)))
        else:
            named[day] = name
    for day, name in owed:
        instead = day
        while instead.weekday() >= _SATURDAY or instead in named:
            instead += _DAY
        named[instead] = name
    return [day.weekday() < _SATURDAY and day not in named for day in days], [named.get(day) for day in days]


def _festivals(year: int) -> Iterator[tuple[date, str]]:
    """Yield each day off by law, in no order; two festivals on one day are two days off."""
    law = next(law for law in _LAWS if law.since <= year)
    lunar = lunar_festivals(year)
    yield date(year, 1, 1), "元旦"
    spans = ((lunar.spring + law.spring_from * _DAY, law.spring_days, "春节"), (date(year, 5, 1), law.labour_days, "劳动节"))
    for start, length, name in (*spans, (date(year, 10, 1), law.national_days, "国庆节")):
        yield from ((start + number * _DAY, name) for number in range(length))
    if law.lunar:
        yield from ((lunar.qingming, "清明节"), (lunar.dragon_boat, "端午节"), (lunar.mid_autumn, "中秋节"))


def _corrected(days: pl.DataFrame, corrections: pl.DataFrame) -> pl.DataFrame:
    wanted = {"day": pl.Date, "working": pl.Boolean, "reason": pl.String}
    for name, kind in wanted.items():
        if name not in corrections.columns or corrections.schema[name] != kind or corrections[name].null_count():
            raise BadInput(
                Text(
                    f"日历更正表的 {name} 列缺失、类型不对或有空格：要有 day（日期）、working（是否上班）、reason（原因）三列，且每格都填",
                    f"column {name} of the calendar's corrections is absent, of another type or has an empty cell:"
                    " day (a date), working (true or false) and reason are needed, every cell filled",
                )
            )
    own = corrections.select("day", "working", "reason").unique().sort("day", "reason")
    twofold = own.group_by("day").agg(pl.col("working").n_unique()).filter(pl.col("working") > 1).sort("day")
    if twofold.height:
        day = twofold["day"][0]
        raise BadInput(
            Text(
                f"日历更正表里 {day} 既写上班又写休息：请只留一行",
                f"the calendar's corrections say of {day} both that it is worked and that it is not: keep one row",
            )
        )
    told = own.group_by("day").agg(pl.col("working").first(), pl.col("reason").str.join("; ")).rename({"working": "own"})
    joined = days.drop("reason").join(told, on="day", how="left", maintain_order="left")
    known = pl.col("own").is_not_null()
    return joined.select(
        "day",
        pl.coalesce("own", "working").alias("working"),
        pl.when(~known)
        .then("kind")
        .when("own")
        .then(pl.lit("working"))
        .when(pl.col("festival").is_not_null())
        .then(pl.lit("festival"))
        .otherwise(pl.lit("rest"))
        .alias("kind"),
        pl.when(known & pl.col("own")).then(None).otherwise("festival").alias("festival"),
        (pl.col("provisional") & ~known).alias("provisional"),
        "reason",
    )
