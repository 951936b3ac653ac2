"""A question to a metric: its rows within the actor's reach, from the ledger or a roll-up, and the list that shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import QuerySet
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear
from django.utils.translation import gettext as _

from yunchou.common.measures import Dimension, Fact, Measure, Metric, RollUp
from yunchou.metrics.errors import BadQuestion
from yunchou.metrics.selectors.known import known_at
from yunchou.org import selectors as org
from yunchou.org.models import Scope

TIMES = {"month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
Key = tuple[Any, str]


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from ``starts_on`` until before ``ends_before``."""

    starts_on: date
    ends_before: date


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, of whose rows, as known when (None: now), and of which roll-up (None: of the rows themselves)."""

    metric: Metric
    fact: Fact
    period: Period
    by: tuple[str, ...]
    where: dict[str, Sequence[Any]]
    moment: datetime | None
    reach: org.Reach
    roll_up: RollUp | None

    @property
    def measures(self) -> tuple[Measure, Measure | None]:
        """Return the numerator and the denominator, None where there is none."""
        return self.fact.measure(self.metric.numerator), self.fact.measure(self.metric.denominator) if self.metric.denominator else None


def check(
    fact: Fact,
    dimensions: Sequence[Dimension],
    period: Period,
    asked: tuple[Sequence[str], Mapping[str, Sequence[Any]]],
    as_of: datetime | None,
) -> None:
    """Refuse what the fact cannot answer by these of its dimensions; ``asked``: by what, and of whom alone.

    Raises:
        BadQuestion: With the dimension, or what is wrong with the days.
    """
    by, where = asked
    if period.ends_before <= period.starts_on:
        raise BadQuestion(_("期间要至少有一天"))
    known = {one.code for one in dimensions}
    for code in (*by, *where):
        if code not in known and (code not in TIMES or code in where):
            raise BadQuestion(_("“%(fact)s”没有“%(dimension)s”这个维度") % {"fact": fact.label, "dimension": code[:40]})
    if len(set(by)) != len(by) or sum(code in TIMES for code in by) > 1:
        raise BadQuestion(_("同一个维度只能分一次"))
    if as_of is not None and not fact.recorded:
        raise BadQuestion(_("“%(fact)s”没有留存过去某一刻的样子") % {"fact": fact.label})


def with_roll_up(question: Question) -> Question:
    """Return the question of the first roll-up that answers it exactly, else of the ledger."""
    first, second = question.measures
    used = [one for one in (first, second) if one is not None]
    starts, ends = question.period.starts_on, question.period.ends_before
    if question.moment is not None or starts.day != 1 or any(one.distinct or one.is_standing or one.where for one in used):
        return question
    if ends.day != 1 and ends <= question.reach.today:
        return question
    for found in question.fact.roll_ups:
        knows = all(code in found.paths for code in (*question.by, *question.where) if code not in TIMES)
        scoped = question.reach.scope == Scope.ALL or bool(found.person)
        if knows and scoped and all(column in found.columns for one in used for column in (*one.plus, *one.minus)):
            if ends.day != 1 and not _nothing_after(question, found):
                continue
            return replace(question, roll_up=found)
    return question


def _nothing_after(question: Question, _roll_up: RollUp) -> bool:
    """Tell whether a month asked for in part holds nothing after that part."""
    fact = question.fact
    model = apps.get_model(fact.model)
    ends = question.period.ends_before
    following = (ends.replace(day=1) + timedelta(days=32)).replace(day=1)
    rest = {f"{fact.on}__gte": ends, f"{fact.on}__lt": following, fact.company: question.reach.company}
    return not model._default_manager.filter(**rest).exists()  # noqa: SLF001 - Django's public name for it


def rows_of(question: Question) -> QuerySet[Any]:
    """Return the rows of the fact, or of its roll-up, that a question is about."""
    fact, roll_up = question.fact, question.roll_up
    model = apps.get_model(roll_up.model if roll_up else fact.model)
    company = fact.company if roll_up is None else "company"
    person, unit = (fact.person, fact.unit) if roll_up is None else (roll_up.person, roll_up.unit)
    within = question.reach.rows(person=f"{person}_id", unit=f"{unit}_id")
    rows: QuerySet[Any] = model._default_manager.filter(within, **{company: question.reach.company}).order_by()  # noqa: SLF001 - as above
    for code, keys in question.where.items():
        rows = rows.filter(**{f"{paths_of(question, code)[1]}__in": list(keys)})
    if fact.stands:
        return rows
    on = fact.on if roll_up is None else roll_up.month
    rows = rows.filter(**{f"{on}__gte": question.period.starts_on, f"{on}__lt": question.period.ends_before})
    return known_at(rows, fact, question.moment) if question.moment is not None else rows


def paths_of(question: Question, code: str) -> tuple[str, str, str]:
    """Return the ORM paths of a dimension's name, key and order."""
    if question.roll_up is not None:
        return question.roll_up.paths[code]
    dimension = question.fact.dimension(code)
    if dimension is None:
        raise KeyError(code)
    return dimension.path, dimension.key, dimension.order


def ends_of(question: Question, time: str | None) -> list[tuple[date, date]]:
    """Return the first day of each part of the period and the day on which it is looked at: its last, but no later than today."""
    period, today = question.period, question.reach.today
    last = min(period.ends_before - timedelta(days=1), max(today, period.starts_on))
    if time is None:
        return [(period.starts_on, last)]
    months = MONTHS_OF[time]
    starts = period.starts_on.replace(day=1, month=(period.starts_on.month - 1) // months * months + 1)
    found = []
    while starts < period.ends_before and starts <= last:
        month = starts.month - 1 + months
        following = date(starts.year + month // 12, month % 12 + 1, 1)
        found.append((starts, min(following - timedelta(days=1), last)))
        starts = following
    return found


def query_of(question: Question, keys: tuple[Key, ...]) -> str:
    """Return the question of the list page that shows exactly the rows of a group."""
    fact, period = question.fact, question.period
    if not fact.list_page:
        return ""
    starts, ends = period.starts_on, period.ends_before - timedelta(days=1)
    pairs: list[tuple[str, str]] = []
    for code, values in question.where.items():
        dimension = _of(fact, code)
        pairs += [(dimension.column, str(value)) for value in values]
    for code, (key, _name) in zip(question.by, keys, strict=True):
        if code in TIMES:
            months = MONTHS_OF[code]
            month = key.month - 1 + months
            starts = max(starts, key)
            ends = min(ends, date(key.year + month // 12, month % 12 + 1, 1) - timedelta(days=1))
        elif code not in question.where:
            pairs.append((_of(fact, code).column, str(key)))
        else:
            pairs = [(name, value) for name, value in pairs if name != _of(fact, code).column]
            pairs.append((_of(fact, code).column, str(key)))
    return urlencode([*pairs, (f"{fact.on_column}_from", starts.isoformat()), (f"{fact.on_column}_to", ends.isoformat())])


def _of(fact: Fact, code: str) -> Dimension:
    found = fact.dimension(code)
    if found is None:
        raise KeyError(code)
    return found
