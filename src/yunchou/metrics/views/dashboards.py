"""Dashboards of cards: one's own, shared, or the first of a role."""

from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunchou.common import clock
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_of
from yunchou.metrics import boards, periods, selectors, services
from yunchou.metrics.errors import BadDashboard
from yunchou.metrics.models import ROLES, CardKind


def _seen(name: str, *keys: int) -> HttpResponseBase:
    answer = HttpResponseRedirect(reverse(name, args=keys))
    answer.status_code = 303
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def first(request: PageRequest) -> HttpResponseBase:
    """Open the reader's first dashboard, or make one."""
    wrong = ""
    if request.method == "POST":
        try:
            made = services.make_dashboard(actor=request.user, name=request.POST.get("name", ""), is_shared="shared" in request.POST)
            return _seen("metrics:dashboard", made.pk)
        except BadDashboard as refusal:
            wrong = str(refusal)
    elif (found := selectors.dashboards(actor=request.user).first()) is not None and "new" not in request.GET:
        return _seen("metrics:dashboard", found.pk)
    context = {"boards": list(selectors.dashboards(actor=request.user)), "wrong": wrong, "name": request.POST.get("name", "")}
    return render(request, "metrics/new_dashboard.html", context, status=422 if wrong else 200)


@require_safe
def show(request: PageRequest, dashboard_id: int) -> HttpResponseBase:
    """Show a dashboard."""
    return _page(request, dashboard_id)


def _page(request: PageRequest, dashboard_id: int, wrong: str = "") -> HttpResponseBase:
    actor = request.user
    board = selectors.dashboard(actor=actor, dashboard_id=dashboard_id)
    is_own = board.owner_id == actor.pk
    context: dict[str, Any] = {
        "board": board,
        "owner": board.owner.person.name if board.owner.person else board.owner.username,
        "is_own": is_own,
        "boards": [(one, one.pk == board.pk) for one in selectors.dashboards(actor=actor)],
        "cards": boards.cards(actor=actor, cards=selectors.cards(of=board), unit=unit_of(request), now=clock.now()),
        "wrong": wrong,
    }
    if is_own:
        found = selectors.metrics_for(actor=actor)
        dimensions = {one.code: str(one.label) for metric in found for one in selectors.dimensions_for(actor=actor, metric=metric)}
        context |= {
            "metrics": [(one.code, str(one.label)) for one in found],
            "kinds": [(value, str(label)) for value, label in CardKind.choices],
            "spans": list(periods.names().items()),
            "dimensions": list(dimensions.items()),
            "roles": [(value, str(label), value == board.role) for value, label in ROLES] if actor.role == "director" else [],
        }
    return render(request, "metrics/dashboard.html", context, status=422 if wrong else 200)


@require_POST
def change(request: PageRequest, dashboard_id: int) -> HttpResponseBase:
    """Rename, share or delete a dashboard."""
    if "delete" in request.POST:
        services.delete_dashboard(actor=request.user, dashboard_id=dashboard_id)
        return _seen("metrics:dashboards")
    try:
        services.change_dashboard(
            actor=request.user,
            dashboard_id=dashboard_id,
            name=request.POST.get("name", ""),
            is_shared="shared" in request.POST,
            role=request.POST.get("role", ""),
        )
    except BadDashboard as refusal:
        return _page(request, dashboard_id, str(refusal))
    return _seen("metrics:dashboard", dashboard_id)


@require_POST
def add(request: PageRequest, dashboard_id: int) -> HttpResponseBase:
    """Add a card."""
    asked = {name: request.POST.get(name, "") for name in ("metric", "kind", "span", "dimension")}
    try:
        services.add_card(actor=request.user, dashboard_id=dashboard_id, **asked)
    except BadDashboard as refusal:
        return _page(request, dashboard_id, str(refusal))
    return _seen("metrics:dashboard", dashboard_id)


@require_POST
def card(request: PageRequest, dashboard_id: int, card_id: int) -> HttpResponseBase:
    """Move a card, or take it off."""
    match request.POST.get("do", ""):
        case "remove":
            services.remove_card(actor=request.user, dashboard_id=dashboard_id, card_id=card_id)
        case "up" | "down" as way:
            services.move_card(actor=request.user, dashboard_id=dashboard_id, card_id=card_id, is_up=way == "up")
        case _:
            return _page(request, dashboard_id, _("卡片可以前移、后移或拿掉"))
    return _seen("metrics:dashboard", dashboard_id)
