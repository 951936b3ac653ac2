"""The people of a plan, read strictly from a table, and the capacity each has in each month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.money import IntArray
from yunchou.calc.periods import add_months, distance, first_day
from yunchou.calc.plan_settings import parse_ramp
from yunchou.calc.reading import nearest
from yunchou.calc.text import Text

PEOPLE_COLUMNS = ("person", "unit", "manager", "start_on", "end_on", "fte", "region", "product", "ramp", "position", "last_quota")
# columns that the same file may have for ``yunchou assign``
ASSIGN_COLUMNS = ("home_region", "home_province", "home_prefecture", "home_city", "language", "most_accounts", "most_workload")
LEARNED_WORDS = ("learned", "自动")  # a ramp learnt from the history
_NEEDED = ("person", "unit")
# Capacity is counted in millionths of a full month, so that shares stay exact.
FULL_MONTH = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person in a unit for a time: half-open, None where open.

    ``regions`` and ``products`` are what the person may sell; empty means all. ``ramp`` are the shares of full
    capacity by month since ``starts_on``; the last one lasts. ``is_ramp_learned``: the ramp is to be that of the person's
    ``position`` (None: of everybody), and ``ramp`` is a place-holder until then. ``last_quota``: last year's, in major units.
    """

    person: str
    unit: str
    manager: str | None
    starts_on: date | None
    ends_before: date | None
    fte: Decimal
    regions: tuple[str, ...]
    products: tuple[str, ...]
    ramp: tuple[Decimal, ...]
    position: str | None = None
    is_ramp_learned: bool = False
    last_quota: Decimal | None = None


def read_people(table: pl.DataFrame, ramps: Mapping[str, Sequence[Decimal]]) -> tuple[Member, ...]:
    """Turn a table of people into members, sorted by person and start.

    ``end_on`` is the last day of work. Only ``person`` and ``unit`` are needed; an empty cell means open, all, 1 or
    no ramp. Rows are numbered from 2, as a spreadsheet shows them.

    Args:
        table: The columns of ``PEOPLE_COLUMNS``, as words or as typed values.
        ramps: Named ramps of the settings.

    Raises:
        BadInput: A column or value is unknown or missing, dates or fte cannot be, a row stands twice, or one
            person's rows overlap.

    Source: own.
    """
    for name in table.columns:
        if name not in PEOPLE_COLUMNS and name not in ASSIGN_COLUMNS:
            near = nearest(name, PEOPLE_COLUMNS)
            raise _fault("", f"不认识列“{name}”，最接近的是 {near}", f"unknown column “{name}”; the nearest known is {near}")
    for name in _NEEDED:
        if name not in table.columns:
            raise _fault("", f"缺少列 {name}", f"the column {name} is missing")
    members: list[tuple[int, Member]] = []
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        members.append((number, _member(row, number, ramps)))
    members.sort(key=lambda item: (item[1].person, item[1].starts_on or date.min, item[0]))
    for (first, one), (second, two) in pairwise(members):
        if one.person != two.person:
            continue
        low, high = sorted((first, second))
        if one == two:
            raise _fault(f"{low}、{high}", f"“{one.person}”的两行完全一样", f"“{one.person}” stands there twice", f"{low} and {high}")
        if one.ends_before is None or one.ends_before > (two.starts_on or date.min):
            raise _fault(
                f"{low}、{high}",
                f"“{one.person}”的任职时间重叠，请让前一段先结束",
                f"the times of “{one.person}” overlap; let one end before the other starts",
                f"{low} and {high}",
            )
    return tuple(member for _, member in members)


def _fault(row: str, zh: str, en: str, row_en: str = "") -> BadInput:
    return BadInput(Text(f"people.csv{f' 第 {row} 行' if row else ''}：{zh}", f"people.csv{f', row {row_en or row}' if row else ''}: {en}"))


def _member(row: Mapping[str, Any], number: int, ramps: Mapping[str, Sequence[Decimal]]) -> Member:
    at = str(number)
    person, unit = _text(row.get("person")), _text(row.get("unit"))
    if not person:
        raise _fault(at, "person 是空的", "person is empty")
    if not unit:
        raise _fault(at, f"“{person}”没有 unit", f"“{person}” has no unit")
    start, end = _day(row.get("start_on"), at, "start_on"), _day(row.get("end_on"), at, "end_on")
    if start and end and end < start:
        raise _fault(at, f"“{person}”的 end_on {end} 早于 start_on {start}", f"end_on {end} of “{person}” lies before start_on {start}")
    ramp: Sequence[Decimal] = (Decimal(1),)
    word = _text(row.get("ramp"))
    if word and "/" in word:
        ramp = parse_ramp(word, f"people.csv {at} ramp")
    elif word and (word in ramps or word not in LEARNED_WORDS):
        if word not in ramps:
            near = nearest(word, [*ramps, *LEARNED_WORDS])
            raise _fault(
                at,
                f"ramp“{word}”没有在设置里定义，最接近的是 {near}",
                f"ramp “{word}” is not defined in the settings; the nearest is {near}",
            )
        ramp = ramps[word]
    return Member(
        person=person,
        unit=unit,
        manager=_text(row.get("manager")) or None,
        starts_on=start,
        ends_before=end + timedelta(days=1) if end else None,
        fte=_fte(row.get("fte"), at, person),
        regions=_list(row.get("region")),
        products=_list(row.get("product")),
        ramp=tuple(ramp),
        position=_text(row.get("position")) or None,
        is_ramp_learned=word in LEARNED_WORDS and word not in ramps,
        last_quota=_amount(row.get("last_quota"), at, person),
    )


def with_learned_ramps(members: Sequence[Member], ramps: Mapping[str | None, Sequence[Decimal]]) -> tuple[Member, ...]:
    """Return the members, those with a learned ramp given that of their position, or of everybody (None).

    Source: own; see docs/methods/capacity.md.
    """
    return tuple(
        replace(member, ramp=tuple(ramps.get(member.position, ramps[None]))) if member.is_ramp_learned else member for member in members
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _list(value: Any) -> tuple[str, ...]:
    text = _text(value)
    for mark in ("；", ";", "、", "|"):
        text = text.replace(mark, ",")
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _day(value: Any, at: str, name: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    text = _text(value)
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-")[:10])
    except ValueError:
        raise _fault(at, f"{name}“{text}”不是日期，请写成 2026-01-31", f"{name} “{text}” is no day; write 2026-01-31") from None


def _fte(value: Any, at: str, person: str) -> Decimal:
    text = _text(value)
    if not text:
        return Decimal(1)
    try:
        fte = Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    except InvalidOperation:
        fte = Decimal(0)
    if not fte.is_finite() or not 0 < fte <= 1:
        raise _fault(
            at,
            f"“{person}”的 fte 是“{text}”，应大于 0、不超过 1（全职写 1）",
            f"fte of “{person}” is “{text}”; it must be above 0 and at most 1",
        )
    return fte


def _amount(value: Any, at: str, person: str) -> Decimal | None:
    text = _text(value).replace(",", "")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise _fault(
            at,
            f"“{person}”的 last_quota 是“{text}”，应是不小于 0 的金额（元）",
            f"last_quota of “{person}” is “{text}”; an amount of at least 0 is expected",
        )
    return amount


def capacity(members: Sequence[Member], months: Sequence[date]) -> IntArray:
    """Return each member's capacity in each month: share of the month's days × fte × ramp, in millionths.

    Returns:
        Shape ``(members, months)``. A person who starts or leaves within a month counts by days.

    Source: own; "street quota" = people × quota × ramp, as in docs/methods/people.md.
    """
    found = np.zeros((len(members), len(months)), dtype=np.int64)
    for row, member in enumerate(members):
        for column, month in enumerate(months):
            end = add_months(month, 1)
            first = max(month, member.starts_on or month)
            last = min(end, member.ends_before or end)
            if last <= first:
                continue
            since = distance(first_day(member.starts_on, "M"), month, "M") if member.starts_on else len(member.ramp)
            ramp = member.ramp[min(since, len(member.ramp) - 1)]
            found[row, column] = int(Decimal((last - first).days) / Decimal((end - month).days) * member.fte * ramp * FULL_MONTH)
    return found
