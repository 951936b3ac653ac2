"""The API of metrics: the catalogue, and a metric's value by members and periods, as known now or on a past moment."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yunchou.common import clock
from yunchou.common.measures import fact_of
from yunchou.common.problems import REFUSALS
from yunchou.metrics import selectors
from yunchou.metrics.errors import BadQuestion


class DimensionOut(Schema):
    """By what a metric can be split."""

    code: str
    label: str


class MetricOut(Schema):
    """A metric of the catalogue."""

    code: str
    label: str
    means: str
    unit: str = Field(description="money: minor units; share: millionths; months: tenths; count: as it is")
    fact: str
    dimensions: list[DimensionOut]
    can_look_back: bool = Field(description="whether it can be asked as of a past moment")


class Member(Schema):
    """A member of one dimension, or a period by its first day."""

    key: str | int | None
    name: str


class GroupOut(Schema):
    """One number and what it is made of; ``value`` is null where there is nothing to divide by."""

    members: list[Member]
    value: int | None
    numerator: int
    denominator: int | None
    rows: int


class AnswerOut(Schema):
    """A metric's value as a whole, computed of all rows, and by group."""

    metric: str
    currency: str
    as_of: datetime | None = Field(description="the moment of which this tells what was known; null: now")
    total: GroupOut
    groups: list[GroupOut]


class Question(Schema):
    """What is asked of a metric."""

    starts_on: date
    ends_before: date
    by: list[str] = Field(default=[], description="dimensions; also month, quarter or year")
    where: list[str] = Field(default=[], description="dimension:key, any of several of one dimension")
    as_of: datetime | None = None


def _router() -> Router:
    """Return the operations of metrics."""
    made = Router(tags=["metrics"])

    @made.get("/metrics", response={200: list[MetricOut], **REFUSALS}, operation_id="metrics")
    def metrics(request: HttpRequest) -> Any:
        actor = request.auth  # type: ignore[attr-defined]  # ninja puts there who the token acts for
        return [
            {
                "code": one.code,
                "label": str(one.label),
                "means": str(one.means),
                "unit": one.unit,
                "fact": one.fact,
                "dimensions": [
                    {"code": split.code, "label": str(split.label)} for split in selectors.dimensions_for(actor=actor, metric=one)
                ],
                "can_look_back": bool(fact_of(one).recorded),
            }
            for one in selectors.metrics_for(actor=actor)
        ]

    @made.get("/metrics/{code}", response={200: AnswerOut, **REFUSALS}, operation_id="metric")
    def metric(request: HttpRequest, code: str, asked: Query[Question]) -> Any:
        answer = selectors.evaluate(
            actor=request.auth,  # type: ignore[attr-defined]  # as above
            metric=code,
            period=selectors.Period(starts_on=asked.starts_on, ends_before=asked.ends_before),
            by=asked.by,
            where=_where(asked.where),
            as_of=None if asked.as_of is None else _moment(asked.as_of),
            now=clock.now(),
        )
        return {
            "metric": answer.metric.code,
            "currency": answer.currency,
            "as_of": answer.as_of,
            "total": _group(answer.total),
            "groups": [_group(one) for one in answer.groups],
        }

    return made


def _where(pairs: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        dimension, mark, key = pair.partition(":")
        if not mark:
            raise BadQuestion(_("“%(pair)s”要写成 维度:成员") % {"pair": pair[:40]})
        found.setdefault(dimension, []).append(key)
    return found


def _moment(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise BadQuestion(_("时刻要带时区，如 2026-08-31T18:00:00+08:00"))
    if at > clock.now():
        raise BadQuestion(_("还没有到 %(day)s，不知道那时的数") % {"day": at.isoformat()})
    return at


def _group(group: selectors.Group) -> dict[str, Any]:
    return {
        "members": [{"key": key.isoformat() if isinstance(key, date) else key, "name": name} for key, name in group.keys],
        "value": group.value,
        "numerator": group.numerator,
        "denominator": group.denominator,
        "rows": group.rows,
    }


router = _router()
