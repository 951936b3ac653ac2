"""A metric asked: by what, over which time, of whom, as known when; with the rows that each number stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yunchou.common.amounts import rounded
from yunchou.common.errors import NotFound
from yunchou.common.measures import Dimension, Measure, Metric, fact_of, metric_of, metrics
from yunchou.metrics.errors import BadQuestion
from yunchou.metrics.selectors.definitions import as_metric, id_of, own_metric, own_metrics
from yunchou.metrics.selectors.known import Recorded, recorded_since, settled, standing
from yunchou.metrics.selectors.questions import TIMES, Key, Period, Question, check, ends_of, paths_of, query_of, rows_of, with_roll_up
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.org.models import User

PPM = 1_000_000
_DAYS_A_MONTH = 30.436875


@dataclass(frozen=True, kw_only=True)
class Group:
    """One number: of which members (key and name by dimension), its parts, and how many rows it stands on.

    ``value`` is None where there is nothing to divide by. Money in minor units, shares in millionths, months in tenths. ``query`` opens
    exactly these rows on the fact's list page (empty where it has none).
    """

    keys: tuple[Key, ...]
    value: int | None
    numerator: int
    denominator: int | None
    rows: int
    query: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a metric is, by group and as a whole; the whole is one of all rows: no average of groups, nobody counted twice.

    ``as_of`` is the moment of which the answer tells what was known, None for now.
    """

    metric: Metric
    by: tuple[str, ...]
    groups: tuple[Group, ...]
    total: Group
    currency: str
    as_of: datetime | None


def metrics_for(*, actor: "User") -> tuple[Metric, ...]:
    """Return the metrics that the actor may see, in their usual order: none that rests on a field their role may not read."""
    return tuple(metric for metric in (*metrics(), *own_metrics(actor=actor)) if _may_read(actor, metric))


def _may_read(actor: "User", metric: Metric) -> bool:
    fact, access = fact_of(metric), org.field_access(actor=actor)
    used = [fact.measure(code) for code in (metric.numerator, metric.denominator) if code]
    fields = {field for measure in used for field in measure.governed_by}
    fields |= {one.governed_by or one.code for code, _keys in metric.where if (one := fact.dimension(code)) is not None}
    return all(access.can_read(fact.governed_model, field) for field in fields)


def dimensions_for(*, actor: "User", metric: Metric) -> tuple[Dimension, ...]:
    """Return the dimensions by which the actor may split a metric."""
    fact, access = fact_of(metric), org.field_access(actor=actor)
    return tuple(one for one in fact.dimensions if access.can_read(fact.governed_model, one.governed_by or one.code))


def metric_for(*, actor: "User", code: str) -> Metric:
    """Return a metric that the actor may see.

    Raises:
        NotFound: There is none of that code, or it rests on what the actor may not read.
    """
    number = id_of(code)
    found = metric_of(code) if number is None else as_metric(own_metric(actor=actor, metric_id=number))
    if found is None or not _may_read(actor, found):
        raise NotFound(_("没有这个指标"))
    return found


def evaluate(
    *,
    actor: "User",
    metric: str | Metric,
    period: Period,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[Any]] | None = None,
    as_of: datetime | None = None,
    now: datetime,
) -> Answer:
    """Return a metric within the actor's scope.

    ``metric`` is a code, or a metric that is only being defined. ``by``: dimensions of the metric's fact, and ``month``, ``quarter`` or
    ``year``. ``where``: keys of members by dimension. ``as_of``: what was known at a moment; where something was still being written
    then, at the latest moment before (``Answer.as_of`` says which).

    Raises:
        NotFound: No such metric for the actor.
        BadQuestion: By a dimension that the fact lacks (named), over no days, or as of a moment of a fact that keeps none.
    """
    asked = metric_for(actor=actor, code=metric) if isinstance(metric, str) else metric
    if not _may_read(actor, asked):
        raise NotFound(_("没有这个指标"))
    fact = fact_of(asked)
    check(fact, dimensions_for(actor=actor, metric=asked), period, (by, where or {}), as_of)
    kept = _narrowed(asked, where or {})
    moment = None if as_of is None else settled(as_of)
    reach = org.reach(actor=actor, now=now, app=fact.code.partition(".")[0])
    question = Question(metric=asked, fact=fact, period=period, by=tuple(by), where=kept, moment=moment, reach=reach, roll_up=None)
    question = with_roll_up(question)
    groups = _standing_groups(question) if fact.stands else _groups(question)
    if by and _adds_up(question):
        whole = _sum_of(question, groups)
    else:
        total = groups if not by else (_standing_groups if fact.stands else _groups)(replace(question, by=()))
        whole = total[0] if total else _group(question, (), 0, 0 if asked.denominator else None, 0)
    return Answer(metric=asked, by=tuple(by), groups=groups if by else (), total=whole, currency=reach.company.currency, as_of=moment)


def _adds_up(question: Question) -> bool:
    """Tell whether every row stands in one group and all is summed: then the groups' sums are the whole's, to the last unit."""
    return not question.fact.stands and not any(one.distinct for one in question.measures if one is not None)


def _sum_of(question: Question, groups: Sequence[Group]) -> Group:
    second = sum(group.denominator or 0 for group in groups) if question.measures[1] is not None else None
    return _group(replace(question, by=()), (), sum(group.numerator for group in groups), second, sum(group.rows for group in groups))


def _narrowed(metric: Metric, where: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Return what is asked of whom alone, together with what the metric itself leaves out.

    Raises:
        BadQuestion: What is asked lies wholly outside of the metric.
    """
    kept: dict[str, Sequence[Any]] = dict(where)
    for code, keys in metric.where:
        inside = [key for key in where.get(code, keys) if str(key) in keys]
        if not inside:
            raise BadQuestion(_("“%(metric)s”不含您选的成员") % {"metric": metric.label})
        kept[code] = inside
    return kept


def _groups(question: Question) -> tuple[Group, ...]:
    """Return the groups of what happened in the period."""
    fact, roll_up = question.fact, question.roll_up
    first, second = question.measures
    on = fact.on if roll_up is None else roll_up.month
    names: list[str] = []
    extra: dict[str, Any] = {}
    for code in question.by:
        if code in TIMES:
            extra[f"by_{code}"] = TIMES[code](on)
            names.append(f"by_{code}")
        else:
            name, key, order = paths_of(question, code)
            # what has an order of its own needs it among the grouped
            names += [key, name, *([order] if order else [])]
    names = list(dict.fromkeys(names))
    rows = rows_of(question).annotate(**extra) if extra else rows_of(question)
    sums: dict[str, Any] = {
        "first_of": _aggregate(question, first),
        "rows_of": Count("pk") if roll_up is None else Coalesce(Sum(roll_up.lines), Value(0)),
    }
    if second is not None:
        sums["second_of"] = _aggregate(question, second)
    if not question.by:
        told = rows.aggregate(**sums)
        return (_group(question, (), told["first_of"] or 0, (told["second_of"] or 0) if second else None, told["rows_of"] or 0),)
    found = rows.values(*names).annotate(**sums).order_by(*_orders(question))
    made = []
    for row in found:
        keys = tuple(_key(question, code, row) for code in question.by)
        made.append(_group(question, keys, row["first_of"] or 0, (row["second_of"] or 0) if second else None, row["rows_of"] or 0))
    return tuple(made)


def _orders(question: Question) -> list[str]:
    found = []
    for code in question.by:
        if code in TIMES:
            found.append(f"by_{code}")
        else:
            name, key, order = paths_of(question, code)
            found += [order or name, key]
    return list(dict.fromkeys(found))


def _key(question: Question, code: str, row: Mapping[str, Any]) -> Key:
    if code in TIMES:
        starts: date = row[f"by_{code}"]
        return starts, _time_name(code, starts)
    name, key, _order = paths_of(question, code)
    return row[key], str(row[name])


def _time_name(code: str, starts: date) -> str:
    if code == "year":
        return f"{starts.year}"
    return f"{starts.year} Q{(starts.month + 2) // 3}" if code == "quarter" else f"{starts.year}-{starts.month:02d}"


def _aggregate(question: Question, measure: Measure) -> Any:
    fact, roll_up = question.fact, question.roll_up
    condition = measure.where
    if measure.is_standing and roll_up is None:
        condition &= standing(fact, question.moment)
    if measure.distinct:
        return Count(measure.distinct, distinct=True, filter=condition) if condition else Count(measure.distinct, distinct=True)
    columns = (lambda name: name) if roll_up is None else (lambda name: roll_up.columns[name])
    total: Any = None
    for sign, names in ((1, measure.plus), (-1, measure.minus)):
        for name in names:
            part = F(columns(name))
            total = (part if sign > 0 else -part) if total is None else total + part if sign > 0 else total - part
    summed = Sum(total, filter=condition) if condition else Sum(total)
    return summed * Value(-1) if measure.sign < 0 else summed


def _standing_groups(question: Question) -> tuple[Group, ...]:
    """Return the groups of what stands at the end of the period, or of each month, quarter or year in it."""
    time = next((code for code in question.by if code in TIMES), None)
    rest = [code for code in question.by if code not in TIMES]
    made = []
    for starts, on in ends_of(question, time):
        fact = question.fact
        still = Q(**{f"{fact.ends_before}__isnull": True}) | Q(**{f"{fact.ends_before}__gt": on})
        rows = rows_of(question).filter(still, **{f"{fact.starts}__lte": on})
        first, second = question.measures
        sums: dict[str, Any] = {"first_of": _at(first, on), "rows_of": Count("pk")}
        if second is not None:
            sums["second_of"] = _at(second, on)
        names = [path for code in rest for path in paths_of(question, code) if path]
        orders = [
            path for code in rest for path in (paths_of(question, code)[2] or paths_of(question, code)[0], paths_of(question, code)[1])
        ]
        found = rows.values(*dict.fromkeys(names)).annotate(**sums).order_by(*dict.fromkeys(orders)) if rest else [rows.aggregate(**sums)]
        for row in found:
            keys = tuple((starts, _time_name(code, starts)) if code in TIMES else _key(question, code, row) for code in question.by)
            parts = _whole_number(row["first_of"]), _whole_number(row["second_of"]) if second is not None else None
            made.append(_group(question, keys, parts[0], parts[1], row["rows_of"]))
    return tuple(made)


def _at(measure: Measure, on: date) -> Any:
    if measure.at is not None:
        return measure.at(on)
    return Count(measure.distinct, distinct=True, filter=measure.where) if measure.where else Count(measure.distinct, distinct=True)


def _whole_number(value: Any) -> int:
    """Return a count, or the days of a length of time."""
    return value.days if isinstance(value, timedelta) else int(value or 0)


def _group(question: Question, keys: tuple[Key, ...], numerator: Any, denominator: Any, rows: int) -> Group:
    first, second = int(numerator), None if denominator is None else int(denominator)
    return Group(
        keys=keys,
        value=_value(question.metric, first, second),
        numerator=first,
        denominator=second,
        rows=int(rows),
        query=query_of(question, keys),
    )


def _value(metric: Metric, numerator: int, denominator: int | None) -> int | None:
    if denominator is None:
        return numerator
    if denominator == 0:
        return None
    if metric.unit == "share":
        return rounded(numerator * PPM, denominator)
    if metric.unit == "months":
        # days over people, in tenths of a month of 30.436875 days (a year of 365.2425)
        return rounded(numerator * 10_000_000, int(_DAYS_A_MONTH * PPM) * denominator)
    return rounded(numerator, denominator)


def recorded_for(*, actor: "User", metric: str, period: Period, moment: datetime | None, now: datetime) -> list[Recorded]:
    """Return the rows of a period that were recorded after a moment: what a metric changed by since. Nothing for now."""
    asked = metric_for(actor=actor, code=metric)
    fact = fact_of(asked)
    if moment is None:
        return []
    reach = org.reach(actor=actor, now=now, app=fact.code.partition(".")[0])
    question = Question(metric=asked, fact=fact, period=period, by=(), where=_narrowed(asked, {}), moment=None, reach=reach, roll_up=None)
    column = next((name for one in question.measures if one is not None for name in one.plus), "amount_minor")
    return recorded_since(rows=rows_of(question), fact=fact, moment=moment, column=column)
