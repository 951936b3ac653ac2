"""What each role may do with each field of every list."""

from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yunchou.common import clock
from yunchou.common.list_pages import pages
from yunchou.common.pages import PageRequest
from yunchou.org import selectors, services
from yunchou.org.models import Administrator, Right, Role


def _fields() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (model, title, fields with their labels) of every list; what opens a record itself is always seen."""
    found = []
    for page in pages():
        if page.is_for is not None:
            continue
        named: dict[str, list[str]] = {}
        titles = {column.governed_by for column in page.columns if page.is_title(column)}
        for column in page.columns:
            if column.governed_by not in titles:
                named.setdefault(column.governed_by, []).append(str(column.label))
        found.append((page.model, str(page.title), [(field, " / ".join(labels)) for field, labels in named.items()]))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: PageRequest) -> HttpResponseBase:
    """Show and set the rights of roles to fields."""
    services.must_administer(request.user, Administrator.SECURITY)
    fields = _fields()
    if request.method == "POST":
        wanted = {
            (role, model, field): request.POST[name]
            for model, _title, held in fields
            for field, _label in held
            for role in Role.values
            if (name := f"{role}/{model}/{field}") in request.POST
        }
        changed = services.set_field_rights(actor=request.user, wanted=wanted, now=clock.now())
        answer = HttpResponseRedirect(f"{reverse('org:rights')}?done={changed}")
        answer.status_code = 303
        return answer
    held_rights = selectors.field_rights()
    tables: list[tuple[str, str, list[Any]]] = [
        (
            model,
            title,
            [
                (
                    label,
                    [
                        (f"{role}/{model}/{field}", str(name), held_rights.get((role, model, field), Right.WRITE))
                        for role, name in Role.choices
                    ],
                )
                for field, label in held
            ],
        )
        for model, title, held in fields
    ]
    done = request.GET.get("done", "")
    context = {
        "tables": tables,
        "roles": [str(label) for label in Role.labels],
        "choices": [(value, str(label)) for value, label in Right.choices],
        "done": done if done.isascii() and done.isdigit() and len(done) < 6 else "",
    }
    return render(request, "org/rights.html", context)
