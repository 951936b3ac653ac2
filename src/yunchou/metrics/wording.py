"""Metrics in words: values in their units, growth, and the sentence that a page begins with."""

from django.utils.translation import gettext as _

from yunchou.common import amounts
from yunchou.common.amounts import Unit, fixed, rounded
from yunchou.common.measures import Metric
from yunchou.common.preferences import unit_label

PPM = 1_000_000


def said(metric: Metric, value: int | None, unit: Unit) -> str:
    """Return a value as a table shows it."""
    if value is None:
        return amounts.MISSING
    match metric.unit:
        case "money":
            return amounts.amount(value, unit)
        case "share":
            return amounts.ppm_percent(value)
        case "months":
            return fixed(value, 10, 1)
        case _:
            return f"{value:,}"


def exactly(metric: Metric, value: int | None) -> str:
    """Return a value to its last digit, for hovering and copying; empty for none."""
    if value is None:
        return ""
    match metric.unit:
        case "money":
            return amounts.exact(value)
        case "share":
            return fixed(value, 10_000, 4) + "%"
        case _:
            return said(metric, value, "yuan")


def unit_of_metric(metric: Metric, unit: Unit) -> str:
    """Return what stands behind a metric's values; empty for what needs no unit."""
    return {"money": unit_label(unit), "months": _("个月"), "share": "", "count": ""}[metric.unit]


def growth(metric: Metric, now: int | None, before: int | None) -> tuple[str, str]:
    """Return how a value differs from another and its tone: percent, or for a share percentage points; empty where nothing compares."""
    if now is None or before is None:
        return "", ""
    difference = now - before
    if metric.unit == "share":
        shown, words = rounded(difference, PPM // 1000), _("%(figure)s 个百分点")
        figure = fixed(abs(difference), 10_000, 1)
    elif before <= 0:
        return "", ""
    else:
        ppm = rounded(difference * PPM, before)
        shown, words, figure = rounded(ppm, PPM // 1000), "%(figure)s", amounts.ppm_percent(abs(ppm))
    # what rounds to nothing is neither ahead nor behind
    text = words % {"figure": _signed(figure, shown)}
    return text, "" if not shown else "ahead" if (shown > 0) == metric.is_higher_better else "behind"


def _signed(text: str, difference: int) -> str:
    return text if not difference else f"+{text}" if difference > 0 else f"{amounts.MINUS}{text}"


def finding(metric: Metric, now: int | None, before: int | None, unit: Unit, span: str) -> str:
    """Return what a metric's page found, as its first line."""
    if now is None:
        return _("%(metric)s：%(span)s还没有数") % {"metric": metric.label, "span": span}
    value = f"{said(metric, now, unit)} {unit_of_metric(metric, unit)}".strip()
    compared, _tone = growth(metric, now, before)
    if not compared:
        return _("%(span)s%(metric)s %(value)s") % {"span": span, "metric": metric.label, "value": value}
    return _("%(span)s%(metric)s %(value)s，比去年同期 %(growth)s") % {
        "span": span,
        "metric": metric.label,
        "value": value,
        "growth": compared,
    }
