"""A company defines metrics in a form, and sees at once what they are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yunchou.common import clock
from yunchou.common.errors import NotFound
from yunchou.common.measures import Metric, facts
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_of
from yunchou.metrics import pages, periods, selectors, services, wording
from yunchou.metrics.errors import BadMetric
from yunchou.org import selectors as org

MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A dimension of a fact in the form: what it is called, and its members with whether each is chosen."""

    name: str
    label: str
    members: tuple[tuple[str, str, bool], ...]
    is_open: bool


def _id(code: str) -> int:
    found = selectors.id_of(code)
    if found is None:
        raise NotFound(_("没有这个指标"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: PageRequest) -> HttpResponseBase:
    """Define a metric."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def redefine(request: PageRequest, code: str) -> HttpResponseBase:
    """Define a metric of the company's anew."""
    return _form(request, _id(code))


@require_POST
def retire(request: PageRequest, code: str) -> HttpResponseBase:
    """Ask a metric of the company's no more."""
    services.retire_metric(actor=request.user, metric_id=_id(code), now=clock.now())
    return _seen(reverse("metrics:catalogue"))


def _seen(address: str) -> HttpResponseBase:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def _form(request: PageRequest, metric_id: int | None) -> HttpResponseBase:
    services.must_define(actor=request.user)
    kept = None if metric_id is None else selectors.own_metric(actor=request.user, metric_id=metric_id)
    typed: dict[str, Any] = {"name": "", "means": "", "numerator": "", "denominator": "", "is_higher_better": True}
    where: dict[str, list[str]] = {}
    if kept is not None:
        typed = {
            "name": kept.name,
            "means": kept.means,
            "numerator": f"{kept.fact}/{kept.numerator}",
            "denominator": f"{kept.fact}/{kept.denominator}" if kept.denominator else "",
            "is_higher_better": kept.is_higher_better,
        }
        where = {f"{kept.fact}/{code}": keys for code, keys in kept.where.items()}
    wrong, shown = "", None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("name", "means", "numerator", "denominator")}
        typed["is_higher_better"] = request.POST.get("direction") != "lower"
        where = {f"{fact.code}/{one.code}": request.POST.getlist(f"{fact.code}/{one.code}") for fact in facts() for one in fact.dimensions}
        try:
            fields = _fields(typed, where)
            if "save" in request.POST:
                made = services.define_metric(
                    actor=request.user, metric_id=metric_id, fields=fields, is_higher_better=typed["is_higher_better"], now=clock.now()
                )
                return _seen(reverse("metrics:metric", args=(f"own-{made.pk}",)))
            shown = _preview(request, selectors.drafted(fields=fields, is_higher_better=typed["is_higher_better"]))
        except BadMetric as refusal:
            wrong = str(refusal)
    context = {
        "kept": kept,
        "code": None if kept is None else f"own-{kept.pk}",
        "typed": typed,
        "measures": selectors.choices(),
        "choices": _choices(request, where),
        "wrong": wrong,
        "shown": shown,
    }
    return render(request, "metrics/define.html", context, status=422 if wrong else 200)


def _fields(typed: dict[str, Any], where: dict[str, list[str]]) -> dict[str, Any]:
    fact = typed["numerator"].partition("/")[0]
    own = {name.removeprefix(f"{fact}/"): keys for name, keys in where.items() if fact and name.startswith(f"{fact}/")}
    given = {name: typed[name] for name in ("name", "means", "numerator", "denominator")}
    return selectors.read_definition(**given, where=own)


def _period(request: PageRequest) -> tuple[selectors.Period, date]:
    company = org.company_of(actor=request.user)
    today = org.company_today(company=company, now=clock.now())
    return periods.period_of("year_to_date", today=today, fiscal_year_starts=company.fiscal_year_starts), today


def _preview(request: PageRequest, metric: Metric) -> dict[str, Any]:
    """Return what the metric would be this year to date and a year before, and its parts."""
    period, today = _period(request)
    unit = unit_of(request)
    asked = pages.Asked(actor=request.user, metric=metric, period=period, as_of=None, unit=unit, today=today, now=clock.now())
    now, before = asked.answer(period).total, asked.answer(periods.year_before(period)).total
    compared, tone = wording.growth(metric, now.value, before.value)
    return {
        "value": wording.said(metric, now.value, unit),
        "before": wording.said(metric, before.value, unit),
        "unit": wording.unit_of_metric(metric, unit),
        "compared": compared,
        "tone": tone,
        "parts": pages.formula(asked, now),
        "rows": f"{now.rows:,}",
    }


def _choices(request: PageRequest, where: dict[str, list[str]]) -> list[tuple[str, list[Choice]]]:
    """Return the dimensions of every fact with the members of the last two years, where they are few enough to choose from."""
    _this_year, today = _period(request)
    found = []
    for fact in facts():
        metric = next((one for one in selectors.metrics_for(actor=request.user) if one.fact == fact.code and not one.where), None)
        if metric is None:
            continue
        choices = []
        for one in selectors.dimensions_for(actor=request.user, metric=metric):
            answer = selectors.evaluate(actor=request.user, metric=metric, period=periods.two_years(today), by=(one.code,), now=clock.now())
            chosen = set(where.get(f"{fact.code}/{one.code}", ()))
            members = tuple((str(key), name, str(key) in chosen) for group in answer.groups for key, name in group.keys)
            if len(members) <= MOST_MEMBERS:
                choices.append(Choice(f"{fact.code}/{one.code}", str(one.label), members, bool(chosen)))
        found.append((str(fact.label), choices))
    return found
