"""Metrics that a company defines by itself, as the metrics they are."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.common.measures import Fact, Metric, fact_named, facts, unit_of
from yunchou.metrics.errors import BadMetric
from yunchou.metrics.models import OwnMetric
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yunchou.org.models import User

PREFIX = "own-"
_DEFINING = frozenset({"director", "finance"})
# after all declared ones
_POSITION = 1_000


def may_define(*, actor: "User") -> bool:
    """Tell whether somebody defines metrics for the company."""
    return actor.role in _DEFINING and org.sees_business(actor=actor)


def own_metrics(*, actor: "User") -> tuple[Metric, ...]:
    """Return the company's own metrics, by name."""
    kept = OwnMetric.objects.filter(company=org.company_of(actor=actor), retired_at=None).order_by("name", "pk")
    return tuple(metric for one in kept if (metric := as_metric(one)) is not None)


def own_metric(*, actor: "User", metric_id: int) -> OwnMetric:
    """Return one of the company's own metrics.

    Raises:
        NotFound: It is missing, another company's, or retired.
    """
    found = OwnMetric.objects.filter(company=org.company_of(actor=actor), retired_at=None, pk=metric_id).first()
    if found is None:
        raise NotFound(_("没有这个指标"))
    return found


def as_metric(kept: OwnMetric) -> Metric | None:
    """Return the metric that was defined; None if what it counts is declared no more."""
    fact = fact_named(kept.fact)
    codes = set() if fact is None else {one.code for one in fact.measures}
    if fact is None or kept.numerator not in codes or (kept.denominator and kept.denominator not in codes):
        return None
    unit = unit_of(fact.measure(kept.numerator), fact.measure(kept.denominator) if kept.denominator else None)
    if unit is None:
        return None
    return Metric(
        code=f"{PREFIX}{kept.pk}",
        label=kept.name,
        means=kept.means,
        unit=unit,
        fact=kept.fact,
        numerator=kept.numerator,
        denominator=kept.denominator,
        is_higher_better=kept.is_higher_better,
        position=_POSITION,
        where=tuple((code, tuple(keys)) for code, keys in sorted(kept.where.items())),
    )


def drafted(*, fields: "Mapping[str, Any]", is_higher_better: bool) -> Metric:
    """Return the metric that is being defined, before it is kept."""
    kept = as_metric(OwnMetric(**fields, is_higher_better=is_higher_better))
    if kept is None:
        raise BadMetric(_("请选择要统计什么"))
    return kept


def id_of(code: str) -> int | None:
    """Return the id of an own metric by its code, None for a code of another kind."""
    number = code.removeprefix(PREFIX)
    return int(number) if code.startswith(PREFIX) and number.isascii() and number.isdigit() and len(number) < 19 else None


def choices() -> "Sequence[tuple[str, str]]":
    """Return what can be counted, as (fact/measure, words)."""
    return [(f"{fact.code}/{measure.code}", f"{fact.label} · {measure.label}") for fact in facts() for measure in fact.measures]


def read_definition(*, name: str, means: str, numerator: str, denominator: str, where: "Mapping[str, Sequence[str]]") -> dict[str, Any]:
    """Return the fields of a metric that a form defines; ``numerator`` and ``denominator`` are fact/measure.

    Raises:
        BadMetric: With what is wrong: a name or sentence that is missing or too long, measures of different facts, or of units that
            cannot be divided, or a dimension that the fact lacks.
    """
    name, means = name.strip(), means.strip()
    if not 0 < len(name) <= 40:
        raise BadMetric(_("指标要有名称，最多 40 个字"))
    if not 0 < len(means) <= 300:
        raise BadMetric(_("请用一句话写清它怎么算，最多 300 个字"))
    known = dict(choices())
    if numerator not in known or (denominator and denominator not in known):
        raise BadMetric(_("请选择要统计什么"))
    fact_code, _mark, over = numerator.partition("/")
    fact, under = fact_named(fact_code), denominator.partition("/")[2]
    if fact is None or (denominator and denominator.partition("/")[0] != fact_code):
        raise BadMetric(_("分子和分母要来自同一种数据"))
    if denominator == numerator:
        raise BadMetric(_("分母不能和分子相同"))
    if unit_of(fact.measure(over), fact.measure(under) if under else None) is None:
        raise BadMetric(_("这两个量相除没有意义，请换一个分母"))
    kept = _conditions(fact, where)
    return {"name": name, "means": means, "fact": fact_code, "numerator": over, "denominator": under, "where": kept}


def _conditions(fact: Fact, where: "Mapping[str, Sequence[str]]") -> dict[str, list[str]]:
    kept = {code: sorted(set(keys)) for code, keys in where.items() if keys}
    for code, keys in kept.items():
        if fact.dimension(code) is None:
            raise BadMetric(_("“%(fact)s”没有“%(dimension)s”这个维度") % {"fact": fact.label, "dimension": code[:40]})
        if len(keys) > 200 or any(len(key) > 100 for key in keys):
            raise BadMetric(_("一个维度最多选 200 个成员"))
    return kept
