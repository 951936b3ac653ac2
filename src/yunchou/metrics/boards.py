"""Cards of a dashboard, all in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString

from yunchou.common.amounts import Unit
from yunchou.common.errors import NotFound
from yunchou.metrics import pages, periods, selectors, wording
from yunchou.metrics.models import Card, CardKind
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.common.measures import Metric
    from yunchou.org.models import Company, User

MEMBERS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A card as its reader sees it; ``label`` is empty where the metric is no more, or not for the reader."""

    card_id: int
    kind: str
    label: str = ""
    span: str = ""
    address: str = ""
    value: str = ""
    exact: str = ""
    unit: str = ""
    compared: str = ""
    tone: str = ""
    opens: str = ""
    picture: SafeString | None = None
    title: str = ""
    split: pages.Split | None = None


def cards(*, actor: "User", cards: Sequence[Card], unit: Unit, now: datetime) -> list[Shown]:
    """Return the cards of a dashboard."""
    company = org.company_of(actor=actor)
    today = org.company_today(company=company, now=now)
    found = []
    for card in cards:
        try:
            metric = selectors.metric_for(actor=actor, code=card.metric)
        except NotFound:
            found.append(Shown(card_id=card.pk, kind=card.kind))
            continue
        found.append(_shown(actor, card, metric, (company, today, unit, now)))
    return found


def _shown(actor: "User", card: Card, metric: "Metric", around: tuple["Company", date, Unit, datetime]) -> Shown:
    company, today, unit, now = around
    period = periods.period_of(card.span, today=today, fiscal_year_starts=company.fiscal_year_starts)
    asked = pages.Asked(actor=actor, metric=metric, period=period, as_of=None, unit=unit, today=today, now=now)
    span = periods.names()[card.span]
    address = f"{reverse('metrics:metric', args=(metric.code,))}?span={card.span}"
    told: dict[str, Any] = {"card_id": card.pk, "kind": card.kind, "label": str(metric.label), "span": span, "address": address}
    if card.kind == CardKind.TREND:
        drawn = pages.months(asked)
        title = pages.trend_title(asked, drawn)
        return Shown(**{**told, "span": ""}, title=title, picture=pages.pictures(asked, drawn, title)[1])
    if card.kind == CardKind.SPLIT:
        one = next((one for one in selectors.dimensions_for(actor=actor, metric=metric) if one.code == card.dimension), None)
        if one is None:
            return Shown(card_id=card.pk, kind=card.kind)
        split = pages.split(asked, one.code, str(one.label), most=MEMBERS)
        return Shown(**told, split=split, unit=wording.unit_of_metric(metric, unit))
    total, before = asked.answer(period).total, asked.answer(periods.year_before(period)).total
    compared, tone = wording.growth(metric, total.value, before.value)
    return Shown(
        **told,
        value=wording.said(metric, total.value, unit),
        exact=wording.exactly(metric, total.value),
        unit=wording.unit_of_metric(metric, unit),
        compared=compared,
        tone=tone,
        opens=pages.rows_address(metric, total),
    )
