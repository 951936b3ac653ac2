"""Rows changed: one on its own page, many at once with a preview, and both taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yunchou.common import clock
from yunchou.common.list_pages import BadValue, Batch, Checked, Column, Editor, ListPage
from yunchou.common.pages import PageRequest
from yunchou.lists import cells, selectors, services, values
from yunchou.lists import state as asking


@dataclass(frozen=True, slots=True)
class Input:
    """One column of a form: what stands in it, what was seen when the form was asked for, and what is wrong with it."""

    name: str
    label: str
    kind: str
    value: str
    seen: str
    options: tuple[tuple[str, str], ...]
    is_required: bool
    is_asked: bool
    wrong: str
    theirs: str


def _input(
    request: PageRequest,
    page: ListPage,
    column: Column,
    editor: Editor,
    value: Any,
    *,
    wrong: str = "",
    theirs: str = "",
    ticked: bool = False,
) -> Input:
    options: list[tuple[str, str]] = []
    if editor.offers is not None:
        options = [(word, word) for word in editor.offers(request.user, clock.now())]
    elif column.choices is not None:
        options = [(one, str(label)) for one, label in column.choices()]
    is_chosen = column.choices is not None and editor.offers is None
    words = values.labels(page, editor.field, [value])
    shown = str(value) if is_chosen and value is not None else str(words.get(value, values.typed(column, value)))
    return Input(
        name=column.name,
        label=str(column.label),
        kind="choice" if is_chosen else "offered" if options else column.kind,
        value=request.POST.get(column.name, shown) if request.method == "POST" else shown,
        seen="" if value is None else values.typed(column, value) if column.kind != "money" else str(value),
        options=tuple(options),
        is_required=editor.is_required,
        is_asked=ticked,
        wrong=wrong,
        theirs=theirs,
    )


def _seen(page: ListPage, *, operation_id: int | None, query: str = "") -> HttpResponseBase:
    done = f"{'&' if query else ''}done={operation_id}" if operation_id else ""
    answer = HttpResponseRedirect(f"{cells.address_of(page)}?{query}{done}")
    answer.status_code = 303
    return answer


def _record(page: ListPage, row_id: int, operation_id: int | None) -> HttpResponseBase:
    answer = HttpResponseRedirect(cells.address_of(page, "record", row_id) + (f"?done={operation_id}" if operation_id else ""))
    answer.status_code = 303
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, code: str, row_id: int) -> HttpResponseBase:
    """Change a record; what somebody else changed meanwhile is shown beside, never written over."""
    actor, now = request.user, clock.now()
    page = selectors.page_for(actor=actor, code=code)
    kept = selectors.raw_values(actor=actor, page=page, row_id=row_id, now=now)
    columns = selectors.must_edit(actor=actor, page=page)
    wrong: Mapping[str, str] = {}
    theirs: dict[str, str] = {}
    refused, status = "", 200
    if request.method == "POST":
        before = {editor.field: request.POST.get(f"seen_{column.name}", "") for column, editor in columns}
        typed = {column.name: request.POST[column.name] for column, editor in columns if _differs(request, page, column, editor)}
        asked = selectors.read_values(actor=actor, page=page, typed=typed, now=now)
        wrong = asked.wrong
        if not wrong:
            expected = {field: _kept(page, field, before[field]) for field in asked.values}
            batch = Batch(changes={row_id: asked.values}, expected={row_id: expected})
            written = services.write(actor=actor, page=page, batch=batch, action="edit", undoes=None, now=now)
            if row_id not in written.checked.refused:
                return _record(page, row_id, written.operation_id)
            refused = written.checked.refused[row_id]
            if row_id in written.checked.moved:
                kept = selectors.raw_values(actor=actor, page=page, row_id=row_id, now=now)
                theirs = {
                    column.name: str(values.labels(page, editor.field, [kept[editor.field]]).get(kept[editor.field], ""))
                    or values.typed(column, kept[editor.field])
                    for column, editor in columns
                    if editor.field in expected and kept[editor.field] != expected[editor.field]
                }
        status = 409 if theirs else 422
    inputs = [
        _input(request, page, column, editor, kept[editor.field], wrong=wrong.get(column.name, ""), theirs=theirs.get(column.name, ""))
        for column, editor in columns
    ]
    title, _values = selectors.record(actor=actor, page=page, row_id=row_id, now=now)
    context = {
        "page": page,
        "title": title,
        "row_id": row_id,
        "inputs": inputs,
        "refused": refused,
        "theirs": theirs,
        "address": cells.address_of(page),
    }
    context["record"] = cells.address_of(page, "record", row_id)
    return render(request, "lists/edit.html", context, status=status)


def _differs(request: PageRequest, page: ListPage, column: Column, editor: Editor) -> bool:
    """Tell whether a column was typed into: what a form shows is not always what would be typed (a name for an id)."""
    if column.name not in request.POST:
        return False
    seen = _kept(page, editor.field, request.POST.get(f"seen_{column.name}", ""))
    shown = values.labels(page, editor.field, [seen]).get(seen, values.typed(column, seen))
    return request.POST[column.name].strip() not in {shown, values.typed(column, seen)}


def _kept(page: ListPage, field: str, text: str) -> Any:
    try:
        return values.kept(page, field, text)
    except BadValue:
        return text


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, code: str) -> HttpResponseBase:
    """Add a record."""
    actor, now = request.user, clock.now()
    page = selectors.page_for(actor=actor, code=code)
    columns = selectors.must_add(actor=actor, page=page)
    wrong: dict[str, str] = {}
    refused = ""
    if request.method == "POST":
        typed = {
            one.name: request.POST.get(one.name, "")
            for one, editor in columns
            if not (editor.may_be_left_out and not request.POST.get(one.name))
        }
        asked = selectors.read_values(actor=actor, page=page, typed=typed, now=now, is_new=True)
        wrong = dict(asked.wrong)
        if not wrong:
            written = services.write(actor=actor, page=page, batch=Batch(added=(asked.values,)), action="add", undoes=None, now=now)
            if written.operation_id is not None:
                return _seen(page, operation_id=written.operation_id, query=f"sort={page.sort}")
            refused = written.checked.refused_new[0]
    inputs = [_input(request, page, one, editor, None, wrong=wrong.get(one.name, "")) for one, editor in columns]
    context = {"page": page, "inputs": inputs, "refused": refused, "address": cells.address_of(page), "record": cells.address_of(page)}
    return render(request, "lists/edit.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def remove(request: PageRequest, code: str, row_id: int) -> HttpResponseBase:
    """Take a record away; it can be undone at once, and put back from the bin later."""
    page = selectors.page_for(actor=request.user, code=code)
    written = services.remove(actor=request.user, page=page, row_id=row_id, now=clock.now())
    return _seen(page, operation_id=written.operation_id, query=f"sort={page.sort}")


@require_http_methods(["GET", "HEAD", "POST"])
def recycled(request: PageRequest, code: str) -> HttpResponseBase:
    """Show what was taken away, and put one back."""
    page = selectors.page_for(actor=request.user, code=code)
    if request.method == "POST":
        written = services.put_back(actor=request.user, page=page, change_id=number_in(request.POST.get("change", "")), now=clock.now())
        return _seen(page, operation_id=written.operation_id, query=f"sort={page.sort}")
    rows = selectors.bin_of(actor=request.user, page=page, now=clock.now())
    context = {"page": page, "rows": rows, "days": selectors.KEPT_DAYS, "address": cells.address_of(page)}
    return render(request, "lists/bin.html", context)


def number_in(text: str) -> int:
    """Return the number that a form sent, 0 for anything else: no row has it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_POST
def restore(request: PageRequest, code: str, row_id: int) -> HttpResponseBase:
    """Bring back what a field held before a change."""
    page = selectors.page_for(actor=request.user, code=code)
    written = services.restore(
        actor=request.user,
        page=page,
        row_id=row_id,
        change_id=number_in(request.POST.get("change", "")),
        column=request.POST.get("column", ""),
        now=clock.now(),
    )
    return _record(page, row_id, written.operation_id)


@require_POST
def undo(request: PageRequest, operation_id: int) -> HttpResponseBase:
    """Take back an operation of the reader's."""
    written = services.undo(actor=request.user, operation_id=operation_id, now=clock.now())
    page = selectors.page_of_operation(actor=request.user, operation_id=operation_id)
    return _seen(page, operation_id=written.operation_id, query="" if written.operation_id else f"sort={page.sort}")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rows(request: PageRequest, code: str) -> HttpResponseBase:
    """Change chosen rows, or all that match: first what would come of it, then the change."""
    actor, now = request.user, clock.now()
    page = selectors.page_for(actor=actor, code=code)
    columns = selectors.must_edit(actor=actor, page=page)
    sent = request.POST if request.method == "POST" else request.GET
    question = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    state = asking.read(page, question)
    rows = [int(one) for one in sent.getlist("row") if one.isascii() and one.isdigit() and len(one) < 19]
    ticked = {column.name for column, _editor in columns if f"set_{column.name}" in request.POST}
    asked = selectors.read_values(actor=actor, page=page, typed={name: request.POST.get(name, "") for name in sorted(ticked)}, now=now)
    checked, titles = selectors.preview(actor=actor, state=state, rows=rows, wanted=asked.values, now=now)
    wanted = bool(asked.values) and not asked.wrong
    if "apply" in request.POST and wanted and checked.changed:
        batch = Batch(changes=dict.fromkeys([*checked.changed, *checked.refused], asked.values))
        written = services.write(actor=actor, page=page, batch=batch, action="edit", undoes=None, now=now)
        return _seen(page, operation_id=written.operation_id, query=state.query())
    context = {
        "page": page,
        "query": state.query(),
        "rows": rows,
        "chips": cells.chips(state),
        "count": f"{len(checked.changed) + len(checked.refused) + checked.same:,}",
        "inputs": [
            _input(request, page, one, editor, None, wrong=asked.wrong.get(one.name, ""), ticked=one.name in ticked)
            for one, editor in columns
        ],
        "is_previewed": request.method == "POST" and wanted,
        "nothing": _("先勾选要修改的列") if request.method == "POST" and not ticked else "",
        "told": _told(checked, titles) if wanted else None,
        "address": cells.address_of(page),
    }
    return render(request, "lists/edit_rows.html", context, status=422 if request.method == "POST" and not wanted else 200)


def _told(checked: Checked, titles: Mapping[int, str]) -> dict[str, Any]:
    return {
        "changed": f"{len(checked.changed):,}",
        "can": bool(checked.changed),
        "same": f"{checked.same:,}" if checked.same else "",
        "refused": f"{len(checked.refused):,}" if checked.refused else "",
        "reasons": [(titles.get(row_id, "–"), why) for row_id, why in list(checked.refused.items())[:50]],
    }
