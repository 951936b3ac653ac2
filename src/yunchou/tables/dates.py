"""Days as people write them; the order of ``5/3/24`` is learnt from the whole column."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.characters import to_half_width

DateOrder = Literal["ymd", "dmy", "mdy"]

FIRST_DAY = date(1990, 1, 1)
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_EPOCH_1904 = date(1904, 1, 1)

_CLOCK = (
    r"(?:[T ]\s*|(?<=[日号]))(?:上午|下午|早上|晚上)?\s*[0-9]{1,2}(?::|时|点)[0-9]{1,2}(?:分|:[0-9]{1,2}秒?(?:[.,][0-9]+)?)?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|[-+][0-9]{2}:?[0-9]{2})?$"
)
_WEEKDAY = r"\s*[(,]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*\)?\s*"
_AFTER_DAY = re.compile(rf"(?:{_WEEKDAY})?(?:{_CLOCK})|{_WEEKDAY}$")
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*(?:([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})|年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?)")
_MONTH = re.compile(r"([0-9]{4})\s*(?:[-/.]\s*([0-9]{1,2})|年\s*([0-9]{1,2})\s*月)")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?(?:\.0)?")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_SHORT_CHINESE = re.compile(r"([0-9]{2})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?")
_TRIPLE = re.compile(r"([0-9]{1,2})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{1,2})")
_NAMED = re.compile(
    r"(?:(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[-/ .]*(?P<m>[a-z]{3,9})\.?|(?P<m2>[a-z]{3,9})\.?[- ]*(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?)"
    r"[-/ ,.]+(?P<y>[0-9]{4}|[0-9]{2})"
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


class Triple(NamedTuple):
    """Three numbers, as written, whose order the text alone does not tell; ``c`` may be a year of four digits."""

    text: str
    a: str
    b: str
    c: str


def _day(year: int | str, month: int | str, day: int | str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _full_year(year: str) -> int:
    """Return the year meant by two or four digits; 69 is 2069 and 70 is 1970, as POSIX has it."""
    return int(year) + (0 if len(year) > 2 else 2000 if int(year) < 70 else 1900)


def _named_day(found: re.Match[str]) -> date | None:
    name = found["m"] or found["m2"]
    month = next((n for n, full in enumerate(_MONTHS, 1) if full.startswith(name)), 9 if name == "sept" else 0)
    return _day(_full_year(found["y"]), month, found["d"] or found["d2"])


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
    (_YEAR_FIRST, lambda found: _day(found[1], found[3] or found[5], found[4] or found[6])),
    (_MONTH, lambda found: _day(found[1], found[2] or found[3], 1)),
    (_COMPACT, lambda found: _day(found[1], found[2], found[3] or 1)),
    (_SHORT_CHINESE, lambda found: _day(_full_year(found[1]), found[2], found[3])),
    (_NAMED, _named_day),
)


def parse_date(text: str, epoch: date = EXCEL_EPOCH) -> date | Triple | None:
    """Read one day: ``2024-03-05 10:11:12``, ``2024年3月5日``, ``20240305``, ``5-Mar-24``, an Excel serial number.

    A month alone (``2024年3月``, ``202403``) is its first day. Returns a triple where the order is open, None
    where nothing fits.
    """
    plain = _AFTER_DAY.sub("", to_half_width(text).strip()).casefold()
    if found := _SERIAL.fullmatch(plain):
        return epoch + timedelta(days=int(found[1]))
    if found := _TRIPLE.fullmatch(plain):
        return Triple(text, found[1], found[3], found[4])
    shapes = ((shape.fullmatch(plain), build) for shape, build in _SHAPES)
    return next((build(found) for found, build in shapes if found), None)


def _read(triple: Triple, order: DateOrder) -> date | None:
    if order == "ymd":  # nobody writes a year with one digit, or a day with four
        return _day(_full_year(triple.a), triple.b, triple.c) if len(triple.a) == 2 and len(triple.c) <= 2 else None
    day, month = (triple.a, triple.b) if order == "dmy" else (triple.b, triple.a)
    return _day(_full_year(triple.c), month, day) if len(triple.c) >= 2 else None


def learn_order(triples: Iterable[Triple], last: date) -> DateOrder | None:
    """Return the one order that explains most of the triples, or None without any triple.

    Where the year has two digits and may stand first or last, the two are told apart by how many different
    numbers stand there: a column has fewer years than days.

    Raises:
        BadInput: Two orders explain them equally well and give different days.
    """
    distinct = sorted(set(triples))
    orders: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
    readings = {order: [_in_range(_read(triple, order), last) for triple in distinct] for order in orders}
    fits = {order: sum(day is not None for day in days) for order, days in readings.items()}
    best = max(fits.values())
    if best == 0:
        return None
    tied = [order for order in orders if fits[order] == best]
    firsts, lasts = (len({getattr(triple, part) for triple in distinct}) for part in "ac")
    if firsts != lasts:
        tied = [order for order in tied if (order == "ymd") == (firsts < lasts)] or tied
    first, *others = tied
    for other in others:
        for triple, one, two in zip(distinct, readings[first], readings[other], strict=True):
            if one != two and one is not None and two is not None:
                raise BadInput(_open_order(triple.text, (first, one), (other, two)))
    return first


def _in_range(day: date | None, last: date) -> date | None:
    return day if day is not None and FIRST_DAY <= day <= last else None


def _open_order(text: str, one: tuple[DateOrder, date], two: tuple[DateOrder, date]) -> Text:
    told = f"--date-order {one[0]}", f"--date-order {two[0]}"
    return Text(
        f"日期 {text} 有两种读法：{one[1]}（{one[0]}）或 {two[1]}（{two[0]}），整列也分不出；请加 {told[0]} 或 {told[1]}",
        f"the date {text} can be read as {one[1]} ({one[0]}) or {two[1]} ({two[0]}), and the whole column does not tell;"
        f" add {told[0]} or {told[1]}",
    )


class Dates(NamedTuple):
    """A column of days (null where refused), the reasons (null where read), and the order taken, if one was needed."""

    values: pl.Series
    reasons: pl.Series
    order: DateOrder | None


_TIME = r"^([0-9]\S*?)[T ]+(?:上午|下午)?\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:[AaPp][Mm])?$"
_ISO = r"^[12][0-9]{3}-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?Z?)?$"


def read_dates(column: pl.Series, *, order: DateOrder | None, last: date, epoch: date = EXCEL_EPOCH) -> Dates:
    """Read a column of texts as days from 1990 to ``last``.

    Raises:
        BadInput: The order of day, month and year is open and ``order`` does not tell.
    """
    texts = column.str.strip_chars()
    distinct = pl.DataFrame({"text": texts.unique().drop_nulls()}).filter(pl.col("text") != "")
    # A column of moments has far more texts than days: the clock goes first, at once for the whole column.
    short = (
        pl.when(pl.col("text").str.contains(_ISO)).then(pl.col("text").str.slice(0, 10)).otherwise(pl.col("text").str.replace(_TIME, "$1"))
    )
    distinct = distinct.with_columns(short.alias("short"))
    shorts = distinct["short"].unique().to_list()
    read = [parse_date(text, epoch) for text in shorts]
    taken = order or learn_order((day for day in read if isinstance(day, Triple)), last)
    told = [(_read(day, taken) if taken else None) if isinstance(day, Triple) else day for day in read]
    days = pl.DataFrame({"short": shorts, "day": told}, schema={"short": pl.String, "day": pl.Date})
    known = distinct.join(days, on="short", how="left").select(
        "text",
        "day",
        pl.when(pl.col("day").is_null()).then(pl.lit("date_not_readable"))
        .when(~pl.col("day").is_between(FIRST_DAY, last)).then(pl.lit("date_out_of_range"))
        .alias("reason"),
    )  # fmt: skip
    joined = pl.DataFrame({"text": texts}).join(known, on="text", how="left", maintain_order="left")
    reason = pl.when(pl.col("text").is_null() | (pl.col("text") == "")).then(pl.lit("date_empty")).otherwise(pl.col("reason"))
    frame = joined.select(pl.when(pl.col("reason").is_null()).then(pl.col("day")).alias("date"), reason.alias("reason"))
    return Dates(frame["date"], frame["reason"], taken)
