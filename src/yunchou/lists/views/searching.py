"""The search over everything: beside any page, or on its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yunchou.common import clock
from yunchou.common.pages import PageRequest
from yunchou.lists import cells, selectors


@require_safe
def search(request: PageRequest) -> HttpResponse:
    """Show what is meant by a few characters."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    hits = selectors.search(actor=request.user, asked=asked, now=clock.now())
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    for hit in hits:
        address = cells.address_of(hit.page, hit.what, *(() if hit.row_id is None else (hit.row_id,)))
        icon = {"record": hit.page.icon, "page": "list", "add": "plus"}[hit.what]
        groups.setdefault(hit.what if hit.what != "record" else str(hit.page.title), []).append((address, hit.title, hit.beside, icon))
    template = "lists/hits.html" if request.headers.get("HX-Request") else "lists/search.html"
    return render(request, template, {"asked": asked, "groups": list(groups.items())})
