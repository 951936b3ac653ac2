"""The list page, its totals, and its export."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yunchou.common import clock
from yunchou.common.amounts import amount, exact
from yunchou.common.list_pages import ListPage
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_label, unit_of
from yunchou.lists import cells, export, selectors
from yunchou.lists import state as asking
from yunchou.lists.errors import BadFilter

if TYPE_CHECKING:
    from yunchou.audit.models import Operation

LONGEST_ID = 19
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def page(request: PageRequest, code: str) -> HttpResponse:
    """Show the rows of a list that the reader may see and asked for."""
    actor, now = request.user, clock.now()
    kept_page = selectors.page_for(actor=actor, code=code)
    if not set(request.GET) - {"done"}:
        first = selectors.default_view(actor=actor, page=kept_page)
        if first is not None:
            return HttpResponseRedirect(f"?{selectors.state_of_view(first, kept_page).query()}")
    status, wrong = 200, ""
    try:
        state = asking.read(kept_page, request.GET)
        found = selectors.screen(actor=actor, state=state, now=now)
    except BadFilter as refusal:
        status, wrong = 422, str(refusal)
        state = asking.read(kept_page, QueryDict())
        found = selectors.screen(actor=actor, state=state, now=now)
    unit = unit_of(request)
    done = _done(request, kept_page)
    can_edit = bool(selectors.editable(actor=actor, page=kept_page))
    views = list(selectors.views(actor=actor, page=kept_page))
    count = _("超过 %(count)s") % {"count": f"{found.count:,}"} if found.is_more else f"{found.count:,}"
    context: dict[str, Any] = {
        "page": kept_page,
        "state": state,
        "wrong": wrong,
        "first_line": kept_page.counted % {"count": count},
        "is_empty": not found.rows and state.is_plain,
        "heads": cells.heads(state),
        "rows": [(row_id, cells.row(state, values, opens, unit)) for row_id, values, opens in found.rows],
        "chips": cells.chips(state),
        "fields": cells.fields(state),
        "carried": asking.hidden_pairs(state, [field.name for field in cells.fields(state)]),
        "searched": asking.hidden_pairs(state, ["q"]),
        "columned": asking.hidden_pairs(state, ["columns"]),
        "columns": [(column.name, column.label, column in state.shown) for column in kept_page.columns],
        "has_money": any(column.kind == "money" for column in state.shown),
        "unit": unit_label(unit),
        "next": f"?{state.placed(after=found.after).query(is_placed=True)}" if found.after else "",
        "previous": f"?{state.placed(before=found.before).query(is_placed=True)}" if found.before else "",
        "query": state.query(),
        "can_edit": can_edit,
        "done": done,
        "can_undo": done is not None and done.undoes_id is None and not hasattr(done, "undone_by"),
        "views": [(kept, f"?{kept.query}{'&' if kept.query else ''}view={kept.pk}", kept.pk == state.view) for kept in views],
        "view": next((kept for kept in views if kept.pk == state.view and kept.owner_id == actor.pk), None),
        "addresses": {what: cells.address_of(kept_page, what) for what in ("page", "totals", "export", "views")},
    }
    if can_edit:
        context |= {what: cells.address_of(kept_page, name) for what, name in (("edit_rows", "edit-rows"), ("bring", "import"))}
    if selectors.may_add(actor=actor, page=kept_page):
        context["add"] = cells.address_of(kept_page, "add")
    elif kept_page.adding is not None and kept_page.adding.may(actor):
        context["add"] = reverse(kept_page.adding.address)
    if selectors.may_remove(actor=actor, page=kept_page):
        context["bin"] = cells.address_of(kept_page, "bin")
    return render(request, "lists/page.html", context, status=status)


def _done(request: PageRequest, page: ListPage) -> "Operation | None":
    number = request.GET.get("done", "")
    if not (number.isascii() and number.isdigit() and len(number) < LONGEST_ID):
        return None
    return selectors.operation_done(actor=request.user, page=page, operation_id=int(number))


@require_safe
def totals(request: PageRequest, code: str) -> HttpResponse:
    """Show how many rows match in all, and what they sum to; asked for by the page once it stands."""
    state = asking.read(selectors.page_for(actor=request.user, code=code), request.GET)
    can_edit = bool(selectors.editable(actor=request.user, page=state.page))
    count, sums = selectors.totals(actor=request.user, state=state, now=clock.now())
    unit = unit_of(request)
    shown = [(amount(sums[one.name], unit), exact(sums[one.name])) if one.name in sums else None for one in state.shown[1:]]
    return render(request, "lists/totals.html", {"count": f"{count:,}", "cells": shown, "page": state.page, "can_edit": can_edit})


@require_safe
def export_file(request: PageRequest, code: str) -> HttpResponseBase:
    """Send what the list shows as a workbook or as CSV (``as=xlsx``, ``as=csv``)."""
    asked = request.GET.copy()
    kind = asked.pop("as", ["xlsx"])[-1]
    if kind not in {"xlsx", "csv"}:
        raise BadFilter(_("只能导出 xlsx 或 csv"))
    state = asking.read(selectors.page_for(actor=request.user, code=code), asked)
    rows = selectors.all_rows(actor=request.user, state=state, now=clock.now())
    answer: HttpResponseBase
    if kind == "csv":
        answer = StreamingHttpResponse(export.csv_parts(state, rows), content_type="text/csv; charset=utf-8")
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"
            export.write_xlsx(path, state, rows)
            answer = HttpResponse(path.read_bytes(), content_type=_WORKBOOK)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{state.page.title}.{kind}") or "attachment"
    return answer
