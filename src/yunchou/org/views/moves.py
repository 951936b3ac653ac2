"""People moved to other units and managers, leaving, and units placed below others."""

from datetime import date

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yunchou.common import clock
from yunchou.common.list_pages import BadValue
from yunchou.common.pages import PageRequest
from yunchou.org import selectors, services
from yunchou.org.errors import BadMove, UnitCycle
from yunchou.org.models import LineKind


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadMove(_("“%(text)s”不是日期，请写成 2026-08-31") % {"text": text[:40]}) from None


def _seen(address: str, key: int) -> HttpResponseBase:
    answer = HttpResponseRedirect(reverse(address, args=(key,)))
    answer.status_code = 303
    return answer


def _person(request: PageRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    return selectors.person_named(actor=request.user, text=text, now=clock.now()) if text else None


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: PageRequest, person_id: int) -> HttpResponseBase:
    """Transfer a person, let them report to another, or end their employment."""
    actor, now = request.user, clock.now()
    person = selectors.person(actor=actor, person_id=person_id, now=now)
    services.must_move(actor, person)
    wrong = ""
    if request.method == "POST":
        try:
            _do(request, person_id)
            return _seen("lists:org-people-record", person_id)
        except (BadMove, UnitCycle, BadValue) as refusal:
            wrong = str(refusal)
    today = selectors.company_today(company=person.company, now=now)
    context = {
        "person": person,
        "wrong": wrong,
        "typed": request.POST,
        "today": today.isoformat(),
        "places": selectors.places_of(person_id=person_id),
        "lines": selectors.lines_of(person_id=person_id),
        "kinds": [(value, str(label)) for value, label in LineKind.choices],
        "units": selectors.unit_names(actor=actor, now=now),
        "people": selectors.person_names(actor=actor, now=now),
        "address": reverse("lists:org-people-page"),
        "record": reverse("lists:org-people-record", args=(person_id,)),
    }
    return render(request, "org/move.html", context, status=422 if wrong else 200)


def _do(request: PageRequest, person_id: int) -> None:
    actor, now, what = request.user, clock.now(), request.POST.get("do", "")
    day = _day(request.POST.get("on", ""))
    if what == "leave":
        services.end_employment(actor=actor, person_id=person_id, last_day=day, successor_id=_person(request, "successor"), now=now)
    elif what == "report":
        kind = request.POST.get("kind", "")
        services.report_to(
            actor=actor,
            person_id=person_id,
            manager_id=_person(request, "manager"),
            kind=int(kind) if kind.isascii() and kind.isdigit() and len(kind) < 4 else 0,
            on=day,
            now=now,
        )
    else:
        unit_id = selectors.unit_named(actor=actor, text=request.POST.get("unit", "").strip(), now=now)
        services.transfer(actor=actor, person_id=person_id, unit_id=unit_id, manager_id=_person(request, "manager"), on=day, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: PageRequest, unit_id: int) -> HttpResponseBase:
    """Place a unit below another."""
    actor, now = request.user, clock.now()
    unit = selectors.unit(actor=actor, unit_id=unit_id, now=now)
    services.must_place(actor)
    wrong = ""
    if request.method == "POST":
        try:
            text = request.POST.get("parent", "").strip()
            parent_id = selectors.unit_named(actor=actor, text=text, now=now) if text else None
            services.place_unit(actor=actor, unit_id=unit_id, parent_id=parent_id, on=_day(request.POST.get("on", "")), now=now)
            return _seen("lists:org-units-record", unit_id)
        except (BadMove, UnitCycle, BadValue) as refusal:
            wrong = str(refusal)
    context = {
        "unit": unit,
        "wrong": wrong,
        "typed": request.POST,
        "today": selectors.company_today(company=unit.company, now=now).isoformat(),
        "units": selectors.unit_names(actor=actor, now=now),
        "places": selectors.places_of_unit(unit_id=unit_id),
        "address": reverse("lists:org-units-page"),
        "record": reverse("lists:org-units-record", args=(unit_id,)),
    }
    return render(request, "org/place.html", context, status=422 if wrong else 200)
