"""Marks: what a person says about events of the history, read strictly and laid over what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from yunchou.calc import reading
from yunchou.calc.baseline_grid import Grid
from yunchou.calc.errors import BadInput
from yunchou.calc.event_kinds import TREATS, Event, Found, Kind, Scope, Treat, Where, rows_of, told_day, told_where, year_about
from yunchou.calc.history_events import make_event, order_of
from yunchou.calc.level_breaks import step_at
from yunchou.calc.periods import SEASON, Freq, add_months, first_day
from yunchou.calc.usual_sales import usual

MARK_KEYS = ("kind", "where", "from", "to", "treat", "reason")
MARK_KINDS = ("giant_order", "break", "stock_out", "price", "none")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A person's word: this was such an event (or, ``none``, no event), how to treat it, and why.

    ``first`` is the first day of the first month, ``ends_before`` the first day after the last one. ``treat`` None
    leaves the default of its kind.
    """

    kind: Kind | Literal["none"]
    where: Where
    first: date
    ends_before: date
    treat: Treat | None
    reason: str


def marks_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a list of marks."""
    word = {"type": ["string", "number"]}
    month = {"type": "string", "pattern": r"^\d{4}-\d{2}"}
    properties = {
        "kind": {"enum": list(MARK_KINDS)},
        "where": {"type": "object", "additionalProperties": {"anyOf": [word, {"type": "array", "items": word, "minItems": 1}]}},
        "from": month,
        "to": month,
        "treat": {"enum": sorted({treat for some in TREATS.values() for treat in some})},
        "reason": {"type": "string"},
    }
    item = {"type": "object", "additionalProperties": False, "properties": properties, "required": ["kind", "from", "reason"]}
    return {"type": "array", "items": item}


def parse_marks(raw: Any, place: str = "marks") -> tuple[Mark, ...]:
    """Turn plain values (of YAML or JSON) into marks.

    Raises:
        BadInput: A key, kind or treatment is unknown (the nearest known one is named), a treatment does not fit its
            kind, a month cannot be read, ``to`` lies before ``from``, a reason is missing, or two marks say something
            of the same place and month.

    Source: own.
    """
    marks: list[Mark] = []
    for at, item in enumerate(reading.sequence(raw, place)):
        here = f"{place}[{at}]"
        plain = reading.mapping(item, here, MARK_KEYS, ("kind", "from", "reason"))
        kind = reading.word(plain["kind"], f"{here}.kind")
        if kind not in MARK_KINDS:
            raise reading.unknown(f"{here}.kind", kind, MARK_KINDS)
        columns = reading.mapping(plain.get("where"), f"{here}.where", ())
        first = reading.month(plain["from"], f"{here}.from")
        last = first if plain.get("to") is None else reading.month(plain["to"], f"{here}.to")
        if last < first:
            raise reading.refuse(
                here, f"to（{last:%Y-%m}）早于 from（{first:%Y-%m}）", f"`to` ({last:%Y-%m}) lies before `from` ({first:%Y-%m})"
            )
        mark = Mark(
            kind=kind,  # type: ignore[arg-type]
            where=tuple(sorted((key, tuple(sorted(set(reading.words(value, f"{here}.where.{key}"))))) for key, value in columns.items())),
            first=first,
            ends_before=add_months(last, 1),
            treat=_treat(plain.get("treat"), kind, f"{here}.treat"),
            reason=reading.word(plain["reason"], f"{here}.reason"),
        )
        if any((mark.kind, mark.where, mark.first) == (other.kind, other.where, other.first) for other in marks):
            raise reading.refuse(here, "同一处标记了两次", "the same is marked twice")
        marks.append(mark)
    return tuple(marks)


def _treat(value: Any, kind: str, place: str) -> Treat | None:
    if value is None:
        return None
    treat = reading.word(value, place)
    allowed = TREATS.get(kind, ())  # type: ignore[call-overload]
    if not allowed:
        raise reading.refuse(place, "kind 为 none 时没有 treat", "there is nothing to treat where kind is none")
    if treat not in allowed:
        if treat in {known for some in TREATS.values() for known in some}:
            choice = "、".join(allowed)
            raise reading.refuse(
                place, f"{kind} 不能用“{treat}”，可用：{choice}", f"“{treat}” does not fit {kind}; it takes {', '.join(allowed)}"
            )
        raise reading.unknown(place, treat, allowed)
    return treat  # type: ignore[return-value]


def apply_marks(grid: Grid, events: Sequence[Event], marks: Sequence[Mark], *, freq: Freq = "M") -> tuple[Event, ...]:
    """Return the events as a person left them: taken out, treated as marked, or added.

    A mark meets the events that lie within its place and months. Where it meets none it makes one, measured on the
    history; ``none`` then changes nothing, so that it may stay when a later history no longer shows the event.

    Raises:
        BadInput: A column or value that the history does not have (the nearest is named), months outside it, or an
            event that cannot be measured there.

    Source: own.
    """
    told = list(events)
    for at, mark in enumerate(marks):
        place = f"marks[{at}]"
        start, end = _span(grid, mark, freq, place)
        _check_where(grid, events, mark, place)
        met = [event for event in told if _meets(mark, event, grid.periods[start], grid.periods[end])]
        if mark.kind == "none":
            told = [event for event in told if event not in met]
        elif met:
            _check_can_be_treated(grid, met, mark, place)
            treated = {id(event): replace(event, treat=mark.treat or event.treat, reason=mark.reason) for event in met}
            told = [treated.get(id(event), event) for event in told]
        else:
            told.append(_measured(grid, mark, (start, end), freq, place))
    return tuple(sorted(told, key=order_of))


def _meets(mark: Mark, event: Event, first: date, last: date) -> bool:
    inside = dict(event.where)
    same = mark.kind in {"none", event.kind} and event.first <= last and event.last >= first
    return same and all(column in inside and set(inside[column]) <= set(values) for column, values in mark.where)


def _span(grid: Grid, mark: Mark, freq: Freq, place: str) -> tuple[int, int]:
    inside = [at for at, period in enumerate(grid.periods) if first_day(mark.first, freq) <= period < mark.ends_before]
    first, last = grid.periods[0], grid.periods[-1]
    # a mark that only touches the history most likely has a wrong year in it
    if (
        not inside
        or mark.first < first_day(first, "M")
        or mark.ends_before > add_months(first_day(last, "M"), {"M": 1, "Q": 3, "W": 2}[freq])
    ):
        raise reading.refuse(
            f"{place}.from",
            f"{mark.first:%Y-%m} 起的这一段不在历史之内，历史是 {told_day(first)} 至 {told_day(last)}",
            f"the months from {mark.first:%Y-%m} lie outside the history, which runs from {told_day(first)} to {told_day(last)}",
        )
    return inside[0], inside[-1]


def _check_where(grid: Grid, events: Sequence[Event], mark: Mark, place: str) -> None:
    seen: Mapping[str, set[str]] = {
        column: {value for e in events for value in dict(e.where).get(column, ())} for e in events for column, _ in e.where
    }
    for column, values in mark.where:
        if column not in grid.series.columns and column not in seen:
            raise reading.unknown(f"{place}.where", column, [*grid.series.columns, *seen] or ["{}"])
        known = set(grid.series[column].to_list() if column in grid.series.columns else ()) | seen.get(column, set())
        for value in values:
            if value not in known:
                near = reading.nearest(value, known)
                raise reading.refuse(
                    f"{place}.where.{column}",
                    f"历史里没有“{value}”，最接近的是 {near}",
                    f"the history has no “{value}”; the nearest is {near}",
                )


def _check_can_be_treated(grid: Grid, met: Sequence[Event], mark: Mark, place: str) -> None:
    """Refuse to change what lies in a column that the history is not told apart by: it could only be claimed."""
    for column, values in sorted({place for event in met for place in event.where}):
        apart = column in grid.series.columns and set(values) <= set(grid.series[column])
        if not apart and mark.treat not in {None, "keep"}:
            raise reading.refuse(
                f"{place}.treat",
                f"历史没有按“{column}”分开，无法 {mark.treat}；请按它分列（--by），或改用 keep",
                f"the history is not told apart by “{column}”, so {mark.treat} is not possible; add it to --by, or use keep",
            )


def _measured(grid: Grid, mark: Mark, span: tuple[int, int], freq: Freq, place: str) -> Event:
    """Return the event that a person names and nothing found, measured on the history."""
    season, (start, end) = SEASON[freq], span
    outside = [column for column, _ in mark.where if column not in grid.series.columns]
    if outside:
        raise _unmeasured(mark, place)
    rows = np.flatnonzero(rows_of(grid.series, mark.where, len(grid.values)))
    if not rows.size:
        raise _unmeasured(mark, place)
    opened = int(grid.first[rows].min())
    scope = Scope(where=mark.where, values=grid.values[rows].sum(axis=0), first=min(opened, start))
    expected = usual(scope.values[scope.first :], season)[start - scope.first : end - scope.first + 1]
    here = scope.values[start : end + 1]
    year = float(year_about(grid.top, season)[start])
    if mark.kind in {"break", "price"}:
        factor = step_at(scope, start, season=season)
        if factor is None:
            raise _unmeasured(mark, place)
        amount = float(scope.values[start : start + season].mean()) * season * (1 - 1 / factor)
        evidence, end = {"factor": factor}, start
    elif mark.kind == "stock_out":
        amount = -float((expected - here).sum())
        evidence = {"lost": -amount, "periods": float(end - start + 1)}
    else:
        amount = float((here - expected).sum())
        evidence = {"amount": amount, "usual": float(expected.sum())}
    if (mark.kind == "stock_out" and amount >= 0) or (mark.kind == "giant_order" and amount <= 0):
        raise _unmeasured(mark, place)
    found = Found(where=mark.where, start=start, end=end, amount=amount, score=0.0, evidence=evidence)
    event = make_event(mark.kind, found, grid, year)  # type: ignore[arg-type]
    return replace(event, treat=mark.treat or event.treat, reason=mark.reason)


def _unmeasured(mark: Mark, place: str) -> BadInput:
    where = told_where(mark.where)
    return reading.refuse(
        place,
        f"{where.zh} 在 {mark.first:%Y-%m} 的数据看不出 {mark.kind}，无法计量；请核对 kind、where 和 from",
        f"{where.en} shows nothing in {mark.first:%Y-%m} that could be measured as {mark.kind}; check kind, where and from",
    )
