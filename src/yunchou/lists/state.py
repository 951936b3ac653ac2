"""What a reader asked of a list, read from an address and written back: filters, order, columns, place.

``industry=电子`` any of several values · ``name_has=科技`` · ``created_from=-30d`` · ``sales_to=100000`` (元) · ``lost_empty=1``;
``q`` the quick search, ``sort``, ``columns``, ``after`` or ``before`` (a place), ``view``. One grammar for page, API, export and views.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from yunchou.common.list_pages import Column, ListPage
from yunchou.lists.errors import BadFilter

Op = Literal["any", "has", "from", "to", "empty"]
OPS: dict[str, tuple[Op, ...]] = {
    "text": ("has", "any", "empty"),
    "choice": ("any", "empty"),
    "date": ("from", "to", "empty"),
    "money": ("from", "to", "empty"),
    "count": ("from", "to", "empty"),
}
_OTHERS = ("q", "sort", "columns", "after", "before", "view", "done", "row")
_LONGEST, _LONGEST_ID = 200, 19
_AGO = re.compile(r"([+-]\d{1,4})d")
_STARTS = ("this_month", "this_year", "today")


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One condition on a column; ``values`` as written in the address."""

    column: Column
    op: Op
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return its name in the address."""
        return self.column.name if self.op == "any" else f"{self.column.name}_{self.op}"


@dataclass(frozen=True, kw_only=True)
class State:
    """All that a reader asked of one list page. ``sort`` is a column's name, with ``-`` for the largest first."""

    page: ListPage
    filters: tuple[Filter, ...] = ()
    search: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    view: int | None = None

    @property
    def shown(self) -> tuple[Column, ...]:
        """Return the columns shown, in the order asked for."""
        if not self.columns:
            return tuple(column for column in self.page.columns if column.is_default)
        return tuple(column for name in self.columns if (column := self.page.column(name)) is not None)

    @property
    def order(self) -> tuple[Column, bool]:
        """Return the column of the order, and whether the largest come first."""
        sort = self.sort or self.page.sort
        column = self.page.column(sort.removeprefix("-"))
        return (self.page.columns[0], False) if column is None else (column, sort.startswith("-"))

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing was asked."""
        return not (self.filters or self.search or self.sort or self.columns or self.view)

    def pairs(self, *, is_placed: bool = False) -> list[tuple[str, str]]:
        """Return the names and values of the address, in one order for equal questions; with the place only where asked for."""
        found = [(one.name, value) for one in self.filters for value in one.values]
        found += [("q", self.search)] if self.search else []
        found += [("sort", self.sort)] if self.sort and self.sort != self.page.sort else []
        found += [("columns", ",".join(self.columns))] if self.columns else []
        if is_placed:
            found += [(name, value) for name, value in (("after", self.after), ("before", self.before)) if value]
        return found + ([("view", str(self.view))] if self.view else [])

    def query(self, *, is_placed: bool = False) -> str:
        """Return what stands after ``?`` in the address."""
        return urlencode(self.pairs(is_placed=is_placed))

    def without(self, gone: Filter) -> "State":
        """Return the question without one filter, at its first page."""
        return replace(self, filters=tuple(one for one in self.filters if one != gone), after="", before="")

    def sorted_by(self, column: Column) -> "State":
        """Return the question ordered by a column: amounts and days the largest first, and the other way round the second time."""
        now, is_down = self.order
        down = not is_down if now == column else column.kind in {"money", "count", "date"}
        return replace(self, sort=("-" if down else "") + column.name, after="", before="")

    def placed(self, *, after: str = "", before: str = "") -> "State":
        """Return the question at another place."""
        return replace(self, after=after, before=before)


def read(page: ListPage, asked: QueryDict) -> State:
    """Return the question that an address asks.

    Raises:
        BadFilter: A name or a value cannot be understood; the sentence says which.
    """
    known = {(column.name if op == "any" else f"{column.name}_{op}"): (column, op) for column in page.columns for op in OPS[column.kind]}
    filters = []
    for name in asked:
        # a zero character is nothing that anybody types, and no text of the database
        given = (value.replace("\0", "").strip() for value in asked.getlist(name))
        values = tuple(dict.fromkeys(value for value in given if value))
        if not values or name in _OTHERS:
            continue
        if name not in known:
            raise BadFilter(_("没有“%(name)s”这个筛选") % {"name": name[:40]})
        column, op = known[name]
        if any(len(value) > _LONGEST for value in values):
            raise BadFilter(_("“%(name)s”的筛选值太长") % {"name": column.label})
        one = Filter(column=column, op=op, values=values if op == "any" else values[-1:])
        check(one)
        filters.append(one)
    sort = asked.get("sort", "").strip()
    ordered = page.column(sort.removeprefix("-"))
    if sort and (ordered is None or not ordered.is_sortable):
        raise BadFilter(_("不能按“%(name)s”排序") % {"name": sort[:40]})
    columns = tuple(dict.fromkeys(name for part in asked.getlist("columns") for name in part.split(",") if name))
    unknown = next((name for name in columns if page.column(name) is None), None)
    if unknown is not None:
        raise BadFilter(_("没有“%(name)s”这一列") % {"name": unknown[:40]})
    view = asked.get("view", "")
    order = {column.name: place for place, column in enumerate(page.columns)}
    return State(
        page=page,
        filters=tuple(sorted(filters, key=lambda one: (order[one.column.name], one.op))),
        search=asked.get("q", "").replace("\0", "").strip()[:_LONGEST],
        sort="" if sort == page.sort else sort,
        columns=columns,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        view=int(view) if view.isascii() and view.isdigit() and len(view) < _LONGEST_ID else None,
    )


def check(one: Filter) -> None:
    """Refuse a value that its column cannot be compared with.

    Raises:
        BadFilter: With the column and the value.
    """
    column = one.column
    if one.op == "empty":
        if one.values[0] not in {"0", "1"}:
            raise BadFilter(_("“%(name)s”是否为空只能是 0 或 1") % {"name": column.label})
    elif one.op == "any" and column.choices is not None:
        known = {value for value, _label in column.choices()}
        for value in one.values:
            if value not in known:
                raise BadFilter(_("“%(name)s”没有“%(value)s”这一项") % {"name": column.label, "value": value[:40]})
    elif one.op in {"from", "to"}:
        typed(one, date(2000, 1, 1))


def typed(one: Filter, today: date) -> Any:
    """Return the value that a limit is compared with: a day, minor units, or a whole number.

    Days may move with the calendar: ``today``, ``-30d``, ``this_month``, ``this_year``.

    Raises:
        BadFilter: It is none.
    """
    value, column = one.values[0], one.column
    if column.kind == "date":
        return _day(value, today, column)
    try:
        number = Decimal(value.replace(",", "").replace("，", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    limit = Decimal(10**15)
    if not number.is_finite() or abs(number) > limit:
        raise BadFilter(_("“%(name)s”的“%(value)s”不是数") % {"name": column.label, "value": value[:40]})
    # amounts are asked for in the currency's unit and kept in its hundredth
    exact = number * 100 if column.kind == "money" else number
    # from 0.005 on means from the next whole one on, up to 0.005 the one below
    return int(exact.to_integral_value(rounding="ROUND_CEILING" if one.op == "from" else "ROUND_FLOOR"))


def _day(value: str, today: date, column: Column) -> date:
    ago = _AGO.fullmatch(value)
    if ago:
        return today + timedelta(days=int(ago[1]))
    if value in _STARTS:
        return {"this_month": today.replace(day=1), "this_year": today.replace(month=1, day=1), "today": today}[value]
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadFilter(
            _("“%(name)s”的“%(value)s”不是日期，请写成 2026-08-31 或 -30d") % {"name": column.label, "value": value[:40]}
        ) from None


def place(value: Any, row_id: int) -> str:
    """Return a place in a list: the value of the order and the row's id, for an address."""
    kept = value.isoformat() if isinstance(value, date) else value
    return base64.urlsafe_b64encode(json.dumps([kept, row_id], ensure_ascii=False).encode()).decode().rstrip("=")


def read_place(text: str, column: Column) -> tuple[Any, int]:
    """Return the value of the order and the row's id of a place.

    Raises:
        BadFilter: It is none of ours.
    """
    wrong = BadFilter(_("这一页的位置看不懂，请从第一页再翻"))
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        row_id = int(row_id)
        if value is not None and column.kind == "date":
            value = date.fromisoformat(value)
    except (ValueError, TypeError, binascii.Error):
        raise wrong from None
    fits = {"money": int, "count": int, "date": date}.get(column.kind, str)
    if value is not None and type(value) is not fits:
        raise wrong
    return value, row_id


def hidden_pairs(state: State, gone: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names and values that a form must carry along, without those it asks anew."""
    names = set(gone)
    return [(name, value) for name, value in state.pairs() if name not in names]
