"""Pages of metrics: the catalogue, one metric, its figures as a file."""

import csv
import io
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yunchou.common import clock
from yunchou.common.measures import fact_of
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_of
from yunchou.metrics import pages, periods, selectors, wording
from yunchou.metrics.errors import BadQuestion
from yunchou.org import selectors as org


def _as_of(text: str, today: date) -> datetime | None:
    """Return the end of a day as a moment, None for now.

    Raises:
        BadQuestion: It is no day, or one that has not ended.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadQuestion(_("“%(text)s”不是日期，请写成 2026-08-31") % {"text": text[:40]}) from None
    if day > today:
        raise BadQuestion(_("还没有到 %(day)s，不知道那时的数") % {"day": day})
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _asked(request: PageRequest, code: str) -> tuple[pages.Asked, str]:
    actor, now = request.user, clock.now()
    found = selectors.metric_for(actor=actor, code=code)
    company = org.company_of(actor=actor)
    today = org.company_today(company=company, now=now)
    span = request.GET.get("span", "year_to_date")
    if span not in periods.SPANS:
        raise BadQuestion(_("没有“%(span)s”这个期间") % {"span": span[:40]})
    period = periods.period_of(span, today=today, fiscal_year_starts=company.fiscal_year_starts)
    as_of = _as_of(request.GET.get("as_of", ""), clock.local_date(now))
    return pages.Asked(actor=actor, metric=found, period=period, as_of=as_of, unit=unit_of(request), today=today, now=now), span


@require_safe
def catalogue(request: PageRequest) -> HttpResponse:
    """List the metrics with what each is this year to date."""
    groups: dict[str, list[tuple[object, ...]]] = {}
    for found in selectors.metrics_for(actor=request.user):
        asked, _span = _asked(request, found.code)
        value = asked.answer(asked.period).total.value
        before = asked.answer(periods.year_before(asked.period)).total.value
        compared, tone = wording.growth(found, value, before)
        shown = (wording.said(found, value, asked.unit), wording.exactly(found, value), wording.unit_of_metric(found, asked.unit))
        groups.setdefault(str(fact_of(found).label), []).append((found, *shown, compared, tone))
    context = {
        "groups": list(groups.items()),
        "count": sum(map(len, groups.values())),
        "can_define": selectors.may_define(actor=request.user),
    }
    return render(request, "metrics/catalogue.html", context)


@require_safe
def metric(request: PageRequest, code: str) -> HttpResponse:
    """Show a metric: what it found, its trend, by each dimension, its definition, and what changed since a day."""
    asked, span = _asked(request, code)
    found, unit = asked.metric, asked.unit
    answer, old = asked.answer(asked.period), asked.answer(periods.year_before(asked.period))
    fact = fact_of(found)
    drawn = pages.months(asked)
    title = pages.trend_title(asked, drawn)
    compared, tone = wording.growth(found, answer.total.value, old.total.value)
    since = selectors.recorded_for(actor=asked.actor, metric=found.code, period=asked.period, moment=answer.as_of, now=asked.now)
    context = {
        "metric": found,
        "first_line": wording.finding(found, answer.total.value, old.total.value, unit, periods.names()[span]),
        "spans": [(name, label, name == span) for name, label in periods.names().items()],
        "span": span,
        "period": asked.period,
        "last_day": asked.period.ends_before - timedelta(days=1),
        "as_of": request.GET.get("as_of", ""),
        "known": answer.as_of,
        "can_look_back": bool(fact.recorded),
        "value": (wording.said(found, answer.total.value, unit), wording.exactly(found, answer.total.value)),
        "before": (wording.said(found, old.total.value, unit), wording.exactly(found, old.total.value)),
        "compared": compared,
        "tone": tone,
        "unit": wording.unit_of_metric(found, unit),
        "rows": f"{answer.total.rows:,}",
        "opens": pages.rows_address(found, answer.total),
        "title": title,
        "pictures": pages.pictures(asked, drawn, title),
        "months": [
            (month.name, *(wording.said(found, value, unit) for value in (month.value, month.before, month.goal))) for month in drawn
        ],
        "has_goals": any(month.goal is not None for month in drawn),
        "splits": [pages.split(asked, one.code, str(one.label)) for one in selectors.dimensions_for(actor=asked.actor, metric=found)],
        "formula": pages.formula(asked, answer.total),
        "fact": fact,
        "is_own": selectors.id_of(found.code) is not None and selectors.may_define(actor=asked.actor),
        "boards": selectors.dashboards_with(actor=asked.actor, metric=found.code),
        "since": [(row, wording.said(found, row.amount_minor, unit)) for row in since],
        "export": f"{reverse('metrics:export', args=(found.code,))}?{urlencode({'span': span, 'as_of': request.GET.get('as_of', '')})}",
    }
    return render(request, "metrics/metric.html", context)


@require_safe
def export(request: PageRequest, code: str) -> HttpResponse:
    """Send a metric by every dimension and by month as CSV."""
    asked, span = _asked(request, code)
    out = io.StringIO("﻿")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_("按"), _("成员"), str(asked.metric.label), _("去年同期"), _("行数")])
    for one in selectors.dimensions_for(actor=asked.actor, metric=asked.metric):
        for line in pages.split(asked, one.code, str(one.label)).lines:
            writer.writerow([one.label, _inert(line.name), _inert(line.exact), _inert(line.before), line.rows])
    answer = HttpResponse(out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    name = f"{asked.metric.label} {periods.names()[span]}.csv"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


def _inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a figure below zero has a true minus sign and is none."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else text
