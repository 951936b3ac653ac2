"""One record of a list: its facts, and the first rows of what belongs to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yunchou.common import clock
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_label, unit_of
from yunchou.lists import cells, selectors


@require_safe
def record(request: PageRequest, code: str, row_id: int) -> HttpResponse:
    """Show a record that the reader may see."""
    actor, now, unit = request.user, clock.now(), unit_of(request)
    page = selectors.page_for(actor=actor, code=code)
    title, values = selectors.record(actor=actor, page=page, row_id=row_id, now=now)
    facts = [
        # what opens the record itself is no link on its own page
        (column.label, cells.cell(column, value, unit, None if page.is_title(column) else opens))
        for column, value, opens in values
    ]
    related = []
    for other, found in selectors.related_rows(actor=actor, page=page, row_id=row_id, now=now):
        rows = [(key, cells.row(found.state, row, opens, unit)) for key, row, opens in found.rows[:10]]
        related.append((other, cells.heads(found.state), rows, f"{cells.address_of(other)}?{found.state.query()}"))
    context = {
        "page": page,
        "title": title,
        "facts": facts,
        "related": related,
        "unit": unit_label(unit),
        "has_money": any(column.kind == "money" for one in (page, *(other for other, *_rest in related)) for column in one.columns),
        "address": cells.address_of(page),
        "past": selectors.history(actor=actor, page=page, row_id=row_id, now=now) if page.editing is not None else (),
        "has_history": page.editing is not None,
        "restore": cells.address_of(page, "restore", row_id) if page.editing is not None else "",
        "remove": cells.address_of(page, "remove", row_id) if selectors.may_remove(actor=actor, page=page) else "",
        "days": selectors.KEPT_DAYS,
        "acts": [(act.label, act.icon, reverse(act.address, args=(row_id,))) for act in page.acts if act.may(actor)],
        "edit": cells.address_of(page, "edit", row_id) if selectors.editable(actor=actor, page=page) else "",
    }
    return render(request, "lists/record.html", context)
