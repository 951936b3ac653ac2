"""What a reader sees of a list: cells as words, chips for filters, and the forms that ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yunchou.common import amounts
from yunchou.common.amounts import Unit
from yunchou.common.list_pages import Column, ListPage, page_of
from yunchou.lists.state import OPS, Filter, State

FIGURES = frozenset({"money", "count"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what is read, what is meant exactly, what it opens, and whether it is a figure."""

    text: str
    exact: str = ""
    address: str = ""
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: its name, the address that orders by it, and how the list is ordered by it now."""

    label: str
    address: str
    sorted: str
    is_figure: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, and the address without it."""

    label: str
    said: str
    address: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form of filters: its name in the address, its label, what is asked now, and what may be chosen."""

    name: str
    label: str
    kind: str
    hint: str
    value: str
    options: tuple[tuple[str, str, bool], ...] = ()


def address_of(page: ListPage, what: str = "page", *arguments: int) -> str:
    """Return the address of a page, its totals, export, views, or of a record."""
    return reverse(f"lists:{page.app}-{page.name}-{what}", args=arguments)


def cell(column: Column, value: Any, unit: Unit, opens: int | None = None) -> Cell:
    """Return a value as a reader sees it."""
    address = address_of(page_of(column.opens), "record", opens) if column.opens and opens is not None else ""
    if value is None or value == "":
        return Cell(amounts.MISSING, is_figure=column.kind in FIGURES)
    match column.kind:
        case "money":
            return Cell(amounts.amount(value, unit), amounts.exact(value), address, is_figure=True)
        case "count":
            return Cell(f"{value:,}", "", address, is_figure=True)
        case "date":
            return Cell(value.isoformat() if isinstance(value, date) else str(value), "", address)
        case _:
            return Cell(str(column.worded(value)), "", address)


def row(state: State, values: Sequence[Any], opens: Mapping[str, int], unit: Unit) -> tuple[Cell, ...]:
    """Return a row's cells."""
    return tuple(cell(column, value, unit, opens.get(column.name)) for column, value in zip(state.shown, values, strict=True))


def heads(state: State) -> tuple[Head, ...]:
    """Return the heads of the shown columns."""
    ordered, is_down = state.order
    return tuple(
        Head(
            label=str(column.label),
            address="?" + state.sorted_by(column).query() if column.is_sortable else "",
            sorted=("descending" if is_down else "ascending") if column == ordered else "",
            is_figure=column.kind in FIGURES,
        )
        for column in state.shown
    )


def chips(state: State) -> tuple[Chip, ...]:
    """Return what is asked, each with the address without it."""
    found = [Chip(str(one.column.label), said(one), "?" + state.without(one).query()) for one in state.filters]
    if state.search:
        found.insert(0, Chip(_("搜索"), state.search, "?" + replace(state, search="", after="", before="").query()))
    return tuple(found)


def said(one: Filter) -> str:
    """Return a filter's condition in words."""
    match one.op:
        case "any":
            labels = dict(one.column.choices()) if one.column.choices is not None else {}
            return _("、").join(str(labels.get(value, value)) for value in one.values)
        case "has":
            return _("含 %(text)s") % {"text": one.values[0]}
        case "from":
            return f"≥ {_limit(one)}"
        case "to":
            return f"≤ {_limit(one)}"
        case "empty":
            return _("为空") if one.values[0] == "1" else _("不为空")


def _limit(one: Filter) -> str:
    value = one.values[0]
    if one.column.kind == "money":
        return _("%(amount)s 元") % {"amount": value}
    words = {"today": _("今天"), "this_month": _("本月初"), "this_year": _("今年初")}
    if value in words:
        return words[value]
    if value.startswith("-") and value.endswith("d"):
        return _("%(days)s 天前") % {"days": value[1:-1]}
    if value.startswith("+") and value.endswith("d"):
        return _("%(days)s 天后") % {"days": value[1:-1]}
    return value


def fields(state: State) -> tuple[Field, ...]:
    """Return the questions that the page's form of filters asks, with what is asked now."""
    asked = {one.name: one.values for one in state.filters}
    found = []
    for column in state.page.columns:
        for op in OPS[column.kind]:
            name = column.name if op == "any" else f"{column.name}_{op}"
            if (op == "empty" and not column.is_nullable) or (op == "any" and column.choices is None and name not in asked):
                continue
            label = str(column.label)
            if op in {"any", "empty"} and (column.choices is not None or op == "empty"):
                options = list(column.choices()) if op == "any" and column.choices is not None else [("1", _("为空")), ("0", _("不为空"))]
                chosen = asked.get(name, ())
                found.append(
                    Field(name, label, "any" if op == "any" else "one", "", "", tuple((v, str(t), v in chosen) for v, t in options))
                )
                continue
            hints = {"has": _("含"), "any": _("等于"), "from": _("从"), "to": _("到"), "empty": ""}
            found.append(Field(name, label, column.kind, hints[op], asked.get(name, ("",))[0]))
    return tuple(found)
