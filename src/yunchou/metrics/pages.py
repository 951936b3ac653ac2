"""A metric's page, all in words: the finding, the trend, each dimension, the definition, what changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yunchou.common import amounts
from yunchou.common.amounts import Unit
from yunchou.common.list_pages import page_of
from yunchou.common.measures import Metric, fact_of, target_of
from yunchou.common.trend import TrendMonth, trend
from yunchou.metrics import periods, wording
from yunchou.metrics.selectors import Answer, Group, Period, evaluate

if TYPE_CHECKING:
    from yunchou.org.models import User

MONTHS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A member of a dimension: its value, a year before, how they differ, its share of the whole, and the address of its rows."""

    name: str
    value: str
    exact: str
    before: str
    growth: str
    tone: str
    share: str
    rows: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """A metric by one dimension."""

    code: str
    label: str
    lines: tuple[Line, ...]
    has_shares: bool


def rows_address(metric: Metric, group: Group) -> str:
    """Return the address of the rows that a number stands on; empty where its fact has no list page."""
    fact = fact_of(metric)
    if not fact.list_page:
        return ""
    page = page_of(fact.list_page)
    return f"{reverse(f'lists:{page.app}-{page.name}-page')}?{group.query}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks what of a metric, and in which unit."""

    actor: "User"
    metric: Metric
    period: Period
    as_of: datetime | None
    unit: Unit
    today: date
    now: datetime

    def answer(self, period: Period, by: tuple[str, ...] = ()) -> Answer:
        """Return the metric over a period."""
        return evaluate(actor=self.actor, metric=self.metric, period=period, by=by, as_of=self.as_of, now=self.now)


def split(asked: Asked, code: str, label: str, most: int = 50) -> Split:
    """Return the metric by a dimension, beside the year before; the largest first where it can be added up."""
    metric, unit = asked.metric, asked.unit
    answer, old = asked.answer(asked.period, (code,)), asked.answer(periods.year_before(asked.period), (code,))
    before = {group.keys[0][0]: group.value for group in old.groups}
    adds = metric.unit == "money" and not metric.denominator
    whole = answer.total.value or 0
    # what can be compared by size stands by size; shares and averages keep the order of their members
    by_size = metric.unit in {"money", "count"} and not metric.denominator
    groups = sorted(answer.groups, key=lambda group: -(group.value or 0)) if by_size else list(answer.groups)
    lines = []
    for group in groups[:most]:
        key, name = group.keys[0]
        compared, tone = wording.growth(metric, group.value, before.get(key))
        share = amounts.ppm_percent(amounts.rounded((group.value or 0) * wording.PPM, whole)) if adds and whole > 0 else ""
        lines.append(
            Line(
                name=name,
                value=wording.said(metric, group.value, unit),
                exact=wording.exactly(metric, group.value),
                before=wording.said(metric, before.get(key), unit),
                growth=compared,
                tone=tone,
                share=share,
                rows=f"{group.rows:,}",
                address=rows_address(metric, group),
            )
        )
    return Split(code=code, label=label, lines=tuple(lines), has_shares=adds and whole > 0)


def months(asked: Asked) -> list[TrendMonth]:
    """Return the last twelve months beside those of the year before."""
    answer = asked.answer(periods.two_years(asked.today), ("month",))
    found = {group.keys[0][0]: group for group in answer.groups}
    made = []
    month = asked.today.replace(day=1)
    goals = _goals(asked, month)
    for _step in range(MONTHS):
        group, old = found.get(month), found.get(month.replace(year=month.year - 1))
        value = group.value if group is not None else None
        told = f"{month:%Y-%m} {wording.said(asked.metric, value, asked.unit)} {wording.unit_of_metric(asked.metric, asked.unit)}".strip()
        made.append(
            TrendMonth(
                name=_("%(month)s月") % {"month": month.month},
                value=value,
                before=old.value if old is not None else None,
                told=told,
                address=rows_address(asked.metric, group) if group is not None else "",
                goal=goals.get(month),
            )
        )
        month = month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)
    return made[::-1]


def _goals(asked: Asked, last: date) -> Mapping[date, int]:
    """Return what was set for the twelve months up to one, where somebody sets the metric targets."""
    line = target_of(asked.metric.code)
    if line is None:
        return {}
    months = [date(last.year - (last.month <= back), (last.month - back - 1) % 12 + 1, 1) for back in range(MONTHS)]
    return line(asked.actor, asked.now, months)


def pictures(asked: Asked, drawn: list[TrendMonth], title: str) -> tuple[SafeString, ...]:
    """Return the trend drawn wide and narrow."""

    def label(value: int) -> str:
        text = wording.said(asked.metric, value, asked.unit)
        return text.rstrip("0").rstrip(".") if "." in text and not text.endswith("%") else text

    return tuple(
        trend(drawn, name=title, label=label, kind=kind, width=width, height=height)
        for kind, width, height in (("wide", 960, 268), ("narrow", 326, 232))
    )


def trend_title(asked: Asked, drawn: list[TrendMonth]) -> str:
    """Return what the trend shows in a sentence: in how many of the months the number was above a year before."""
    compared = [month for month in drawn if month.value is not None and month.before is not None]
    if not compared:
        return _("最近 12 个月的%(metric)s") % {"metric": asked.metric.label}
    above = sum((month.value or 0) > (month.before or 0) for month in compared)
    return _("最近 %(months)s 个月里，%(above)s 个月的%(metric)s高于去年同月") % {
        "months": len(compared),
        "above": above,
        "metric": asked.metric.label,
    }


def formula(asked: Asked, total: Group) -> list[tuple[str, str]]:
    """Return the parts of the metric with their figures, in words."""
    fact = fact_of(asked.metric)
    parts: list[tuple[str, Any, int]] = [(fact.measure(asked.metric.numerator).code, fact.measure(asked.metric.numerator), total.numerator)]
    if asked.metric.denominator:
        parts.append((asked.metric.denominator, fact.measure(asked.metric.denominator), total.denominator or 0))
    return [(str(measure.label), _part(measure.unit, value)) for _code, measure, value in parts]


def _part(unit: str, value: int) -> str:
    if unit == "money":
        return _("%(amount)s 元") % {"amount": amounts.exact(value)}
    return _("%(days)s 天") % {"days": f"{value:,}"} if unit == "months" else f"{value:,}"
