"""Every read of a list: its rows at a place, how many there are, their totals, one record, and the views kept of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OrderBy, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.common.list_pages import Column, ListPage, page_of, pages
from yunchou.lists import state as asking
from yunchou.lists.models import SavedView
from yunchou.lists.state import Filter, State
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.org.models import User

ROWS = 50
COUNTED = 1000
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One screen of a list.

    ``rows``: (id, values of the shown columns, ids of the records that cells open by column name). ``count`` is capped:
    ``is_more`` says that there are more than that. ``after`` and ``before``: the places of the next and the previous screen, or empty.
    """

    state: State
    rows: tuple[tuple[int, Row, Mapping[str, int]], ...]
    count: int
    is_more: bool
    after: str
    before: str


def page_for(*, actor: "User", code: str) -> ListPage:
    """Return a list page as the actor may see it: fields that their role may not read are not there, those it may not write have no editor.

    Whatever reads a page after this knows nothing of hidden fields, so that no filter, order, total, file or history can tell of them.

    Raises:
        NotFound: The page is not for the actor.
    """
    page, access = page_of(code), org.field_access(actor=actor)
    if page.is_for is not None and not page.is_for(actor):
        raise NotFound(_("没有这个页面"))
    if not access.rights:
        return page
    columns = tuple(
        column if access.can_write(page.model, column.governed_by) else replace(column, editor=None)
        for column in page.columns
        if access.can_read(page.model, column.governed_by) or page.is_title(column)
    )
    hidden = {column.source for column in page.columns} - {column.source for column in columns}
    return replace(page, columns=columns, search=tuple(path for path in page.search if path not in hidden))


def pages_for(*, actor: "User") -> tuple[ListPage, ...]:
    """Return the list pages that the actor has as they were declared, in that order; ``page_for`` tells what of them may be seen."""
    return tuple(page for page in pages() if page.is_for is None or page.is_for(actor))


def matching(*, actor: "User", state: State, now: datetime) -> QuerySet[Any]:
    """Return the rows that the actor may see and asked for, in no order."""
    today = org.company_today(company=org.company_of(actor=actor), now=now)
    rows = state.page.rows(actor, now).order_by()
    for one in state.filters:
        rows = rows.filter(_condition(one, today))
    for word in state.search.split():
        either = Q()
        for path in state.page.search:
            either |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(either)
    return rows


def screen(*, actor: "User", state: State, now: datetime) -> Found:
    """Return one screen of a list, by the values of its order and never by counting rows off."""
    rows = matching(actor=actor, state=state, now=now)
    count = len(rows.values_list("pk", flat=True)[: COUNTED + 1])
    column, is_down = state.order
    is_back = bool(state.before)
    found = rows
    if state.after or state.before:
        found = found.filter(_beyond(column, *asking.read_place(state.after or state.before, column), is_down=is_down, is_back=is_back))
    shown = state.shown
    paths = list(dict.fromkeys(("pk", column.source, *(one.source for one in shown), *(one.opens_by for one in shown if one.opens_by))))
    found = found.order_by(*_orders(column, is_down=is_down, is_back=is_back))
    taken = [dict(zip(paths, row, strict=True)) for row in found.values_list(*paths)[: ROWS + 1]]
    has_more = len(taken) > ROWS
    taken = taken[:ROWS]
    if is_back:
        taken.reverse()
    places = [asking.place(row[column.source], row["pk"]) for row in (taken[:1] + taken[-1:])]
    return Found(
        state=state,
        rows=tuple(
            (row["pk"], tuple(row[one.source] for one in shown), {one.name: row[one.opens_by] for one in shown if one.opens_by})
            for row in taken
        ),
        count=min(count, COUNTED),
        is_more=count > COUNTED,
        after=places[-1] if taken and (has_more or is_back) else "",
        before=places[0] if taken and (has_more if is_back else bool(state.after)) else "",
    )


def totals(*, actor: "User", state: State, now: datetime) -> tuple[int, Mapping[str, int]]:
    """Return how many rows match in all, and the sums of the totalled columns by name."""
    sums = {column.name: column for column in state.page.columns if column.is_totalled}
    rows = matching(actor=actor, state=state, now=now)
    found = rows.aggregate(counted=Count("pk"), **{f"sum_{name}": Sum(column.source) for name, column in sums.items()})
    return int(found["counted"]), {name: int(found[f"sum_{name}"] or 0) for name in sums}


def all_rows(*, actor: "User", state: State, now: datetime) -> Iterator[Row]:
    """Yield the values of the shown columns of every matching row, in the order asked for."""
    column, is_down = state.order
    rows = matching(actor=actor, state=state, now=now).order_by(*_orders(column, is_down=is_down, is_back=False))
    return iter(rows.values_list(*(one.source for one in state.shown)).iterator(chunk_size=5_000))


def record(*, actor: "User", page: ListPage, row_id: int, now: datetime) -> tuple[str, tuple[tuple[Column, Any, int | None], ...]]:
    """Return a record's title and its columns with their values and the id of the record that each opens.

    Raises:
        NotFound: It is missing or outside the actor's scope.
    """
    paths = list(
        dict.fromkeys((page.title_path, *(one.source for one in page.columns), *(one.opens_by for one in page.columns if one.opens_by)))
    )
    found = page.rows(actor, now).filter(pk=row_id).values_list(*paths).first()
    if found is None:
        raise NotFound(_("没有找到这条记录"))
    values = dict(zip(paths, found, strict=True))
    return str(values[page.title_path]), tuple(
        (one, values[one.source], values[one.opens_by] if one.opens_by else None) for one in page.columns
    )


def related_rows(*, actor: "User", page: ListPage, row_id: int, now: datetime) -> list[tuple[ListPage, Found]]:
    """Return the first rows of each related list of a record that the actor may see."""
    lists = []
    for related in page.related:
        if not any(one.code == related.page for one in pages_for(actor=actor)):
            continue
        other = page_for(actor=actor, code=related.page)
        value = page.rows(actor, now).filter(pk=row_id).values_list(related.value, flat=True).first()
        column = other.column(related.by)
        if column is None or value is None:
            continue
        # every row belongs to this record: its name need not stand in each
        shown = tuple(one.name for one in other.columns if one.is_default and (one.opens != page.code or other.code == page.code))
        state = State(page=other, filters=(_belongs(column, value),), columns=shown)
        lists.append((replace(other, title=related.title or other.title), screen(actor=actor, state=state, now=now)))
    return lists


def _belongs(column: Column, value: object) -> Filter:
    return Filter(column=column, op="any", values=(str(value),))


def views(*, actor: "User", page: ListPage) -> QuerySet[SavedView]:
    """Return the views of a page that the actor may open: their own, and those that others share."""
    return SavedView.objects.filter(Q(owner=actor) | Q(is_shared=True), page=page.code).order_by("is_shared", "name", "pk")


def view(*, actor: "User", view_id: int) -> SavedView:
    """Return a view that the actor may open.

    Raises:
        NotFound: It is missing, or somebody else's and not shared.
    """
    found = SavedView.objects.filter(Q(owner=actor) | Q(is_shared=True), pk=view_id).first()
    if found is None:
        raise NotFound(_("没有找到这个视图"))
    return found


def default_view(*, actor: "User", page: ListPage) -> SavedView | None:
    """Return the view that the actor wants to begin with."""
    return SavedView.objects.filter(owner=actor, page=page.code, is_default=True).first()


def state_of_view(kept: SavedView, page: ListPage) -> State:
    """Return what a view asks.

    Raises:
        BadFilter: It names a column that is no more, or that the reader may not see.
    """
    from django.http import QueryDict  # noqa: PLC0415 - only views read addresses otherwise

    return replace(asking.read(page, QueryDict(kept.query)), view=kept.pk)


def _condition(one: Filter, today: date) -> Q:
    column = one.column
    path = column.source
    match one.op:
        case "empty":
            nothing = Q(**{f"{path}__isnull": True})
            nothing = nothing | Q(**{path: ""}) if column.kind in {"text", "choice"} else nothing
            return nothing if one.values[0] == "1" else ~nothing
        case "has":
            return Q(**{f"{path}__icontains": one.values[0]})
        case "any":
            return Q(**{f"{column.value or path}__in": one.values})
        case "from":
            return Q(**{f"{path}__gte": asking.typed(one, today)})
        case "to":
            return Q(**{f"{path}__lte": asking.typed(one, today)})


def _orders(column: Column, *, is_down: bool, is_back: bool) -> tuple[OrderBy, ...]:
    ordered = F(column.source)
    if is_down != is_back:
        first = ordered.desc(nulls_last=not is_back) if column.is_nullable and not is_back else ordered.desc()
    else:
        first = ordered.asc(nulls_first=is_back) if column.is_nullable and is_back else ordered.asc()
    return first, F("pk").desc() if is_back else F("pk").asc()


def _beyond(column: Column, value: Any, row_id: int, *, is_down: bool, is_back: bool) -> Q:
    """Return the rows behind a place; empty values stand at the end, whatever the order."""
    path, further = column.source, Q(pk__lt=row_id) if is_back else Q(pk__gt=row_id)
    empty = Q(**{f"{path}__isnull": True})
    if value is None:
        return (empty & further) | ~empty if is_back else empty & further
    side = "lt" if is_down != is_back else "gt"
    beyond = Q(**{f"{path}__{side}e": value}) & (Q(**{f"{path}__{side}": value}) | further)
    return beyond | empty if column.is_nullable and not is_back else beyond
