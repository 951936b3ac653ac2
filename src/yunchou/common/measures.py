"""Declarations of facts and metrics: one number, one definition.

An app declares what can be counted (``<app>/facts.py``) and what it means (``<app>/metrics.py``); ``metrics/`` answers for all of them and
knows none. Neither imports the other.
"""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime

    from yunchou.org.models import User

Unit = Literal["money", "count", "share", "months"]
Label = Any  # a lazy translation


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """By what a fact is split: ``path`` the ORM path of a member's name, ``key`` of what tells members apart.

    ``column`` is the column of the fact's list page that asks for a key, ``order`` the ORM path of the usual order (the name where
    empty), ``governed_by`` the field whose rights govern it (its code where empty).
    """

    code: str
    label: Label
    path: str
    key: str
    column: str = ""
    order: str = ""
    governed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is added up of a fact's rows: sums of columns (``plus`` less ``minus``), or how many different ``distinct`` there are.

    ``where`` leaves rows out. ``is_standing``: of corrected rows the newest alone counts (a sum needs no such care: a row and its reversal
    add up to nothing). ``at`` gives an expression of the day for facts that stand on a day. ``sign`` turns a sum round. ``governed_by``
    names the model's fields whose rights govern it.
    """

    code: str
    label: Label
    unit: Unit
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    distinct: str = ""
    where: Q = field(default_factory=Q)
    is_standing: bool = False
    at: Callable[[date], Any] | None = None
    sign: int = 1
    governed_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RollUp:
    """Monthly sums kept beside a ledger: its model, the column of each measure's sums, of the count of rows, and of each dimension.

    ``columns`` maps a column of the fact to the roll-up's; ``paths`` a dimension's code to (name, key, order); ``person`` and ``unit`` are
    empty where it does not know them.
    """

    model: str
    month: str
    lines: str
    columns: Mapping[str, str]
    paths: Mapping[str, tuple[str, str, str]]
    person: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What happened, row by row (``starts`` empty), or what stands on a day (rows from ``starts`` until before ``ends_before``).

    ``company``, ``person`` and ``unit`` are the ORM paths by which rows belong to somebody; ``on`` the business day; ``recorded`` and
    ``reverses`` those of a ledger. ``list_page`` shows the rows, ``on_column`` is its column of the day; ``governed_model``
    the label of the model whose field rights apply.
    """

    code: str
    label: Label
    model: str
    company: str
    person: str
    unit: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    on: str = ""
    starts: str = ""
    ends_before: str = ""
    recorded: str = ""
    reverses: str = ""
    list_page: str = ""
    on_column: str = ""
    roll_ups: tuple[RollUp, ...] = ()
    governed_model: str = ""

    @property
    def stands(self) -> bool:
        """Tell whether the fact stands on a day rather than happening on it."""
        return bool(self.starts)

    def dimension(self, code: str) -> Dimension | None:
        """Return a dimension by its code."""
        return next((one for one in self.dimensions if one.code == code), None)

    def measure(self, code: str) -> Measure:
        """Return a measure by its code.

        Raises:
            KeyError: The fact has none of that code.
        """
        found = next((one for one in self.measures if one.code == code), None)
        if found is None:
            raise KeyError(code)
        return found


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number with one definition: a measure of a fact, or one over another of the same fact.

    ``means`` says it in a sentence. A share is kept in millionths, months in tenths, money in minor units. ``where`` are keys by
    dimension: rows of other members are left out of numerator and denominator alike.
    """

    code: str
    label: Label
    means: Label
    unit: Unit
    fact: str
    numerator: str
    denominator: str = ""
    is_higher_better: bool = True
    position: int = 0
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


_facts: dict[str, Fact] = {}
_metrics: dict[str, Metric] = {}


def register_fact(fact: Fact) -> None:
    """Make a fact known; a second of the same code is a fault."""
    if fact.code in _facts:
        raise ValueError(f"the fact {fact.code} is declared twice")
    _facts[fact.code] = fact


def register_metric(metric: Metric) -> None:
    """Make a metric known; a second of the same code, or one over what its fact lacks, is a fault."""
    if metric.code in _metrics:
        raise ValueError(f"the metric {metric.code} is declared twice")
    fact = _facts[metric.fact]
    fact.measure(metric.numerator)
    if metric.denominator:
        fact.measure(metric.denominator)
    _metrics[metric.code] = metric


def facts() -> tuple[Fact, ...]:
    """Return all facts, by code."""
    return tuple(_facts[code] for code in sorted(_facts))


def unit_of(numerator: Measure, denominator: Measure | None) -> Unit | None:
    """Return the unit of one measure over another; None where dividing them says nothing."""
    if denominator is None:
        return None if numerator.unit == "months" else numerator.unit
    if numerator.unit == denominator.unit:
        return "share"
    return numerator.unit if denominator.unit == "count" else None


def fact_named(code: str) -> Fact | None:
    """Return a fact by its code."""
    return _facts.get(code)


TargetLine = Callable[["User", "datetime", Sequence[date]], Mapping[date, int]]
_targets: dict[str, TargetLine] = {}


def register_target(metric: str, line: TargetLine) -> None:
    """Make known what a metric shall be: ``line(actor, now, first days)`` returns what is set for months, by their first days."""
    _targets[metric] = line


def target_of(metric: str) -> TargetLine | None:
    """Return a metric's target line, None where nobody sets one."""
    return _targets.get(metric)


def metrics() -> tuple[Metric, ...]:
    """Return all metrics in their usual order."""
    return tuple(sorted(_metrics.values(), key=lambda one: (one.position, one.code)))


def metric_of(code: str) -> Metric | None:
    """Return a metric by its code."""
    return _metrics.get(code)


def fact_of(metric: Metric) -> Fact:
    """Return the fact that a metric counts."""
    return _facts[metric.fact]


def declares(app: str, what: str) -> bool:
    """Tell whether an app has facts or metrics to declare (``what``)."""
    return importlib.util.find_spec(f"{app}.{what}") is not None
