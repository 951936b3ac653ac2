"""What the history says of the people of a plan: ramps, sales, luck, who leaves, and each one's part of last year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from yunchou.calc.capacity import share_out, staff_cells
from yunchou.calc.headcount import Leaving
from yunchou.calc.money import IntArray
from yunchou.calc.people import FULL_MONTH, Member, capacity, with_learned_ramps
from yunchou.calc.periods import add_months, distance, first_day
from yunchou.calc.person_factors import credible_factors
from yunchou.calc.person_sales import PersonSales, attrition_of, luck_of, person_sales
from yunchou.calc.plan_settings import PlanSettings
from yunchou.calc.published_levels import published_level
from yunchou.calc.ramp_curve import RampCurve, learn_ramps
from yunchou.calc.sales_months import FloatArray, SalesMonths
from yunchou.calc.text import Text
from yunchou.calc.wording import percent
from yunchou.calc.year_ahead import YearAhead

_MINOR = 100


@dataclass(frozen=True, kw_only=True)
class KnownPeople:
    """People with what the history says of them: their ramps filled in, their sales, their luck, who leaves."""

    members: tuple[Member, ...]
    sales: PersonSales | None
    ramps: dict[str | None, RampCurve]
    luck: tuple[float, int]
    leaving: Leaving
    last_month: date

    @property
    def is_sold_known(self) -> bool:
        """Return whether the lines say what any of them sold."""
        return self.sales is not None and bool({member.person for member in self.members} & set(self.sales.people))


def know_people(members: Sequence[Member], lines: pl.DataFrame, sales: SalesMonths, *, before: date, settings: PlanSettings) -> KnownPeople:
    """Return the people with what the lines before a day say of them.

    Source: own; see docs/methods/capacity.md.
    """
    sold = person_sales(lines, before=before, months=sales.months)
    starts: dict[str, date] = {}
    for member in members:
        if member.starts_on is not None and first_day(member.starts_on, "M") >= sales.months[0]:
            starts.setdefault(member.person, member.starts_on)
    positions = {member.person: member.position for member in members if member.position is not None}
    ramps = learn_ramps(sold, starts, positions)
    return KnownPeople(
        members=with_learned_ramps(members, {position: curve.shares for position, curve in ramps.items()}),
        sales=sold,
        ramps=ramps,
        luck=luck_of(sold, float(settings.stakes.people_spread)),
        leaving=_leaving(sold, settings.capacity.attrition),
        last_month=sales.months[-1],
    )


def _leaving(sold: PersonSales | None, asked: Decimal | None) -> Leaving:
    if asked is not None:
        return Leaving(shapes=None, mean=float(asked), basis=Text("设置给定", "given in the settings"))
    level = published_level("attrition")
    left, stayed, seen = attrition_of(sold, level.middle)
    source = f"{level.source.replace(', told by ', '，转述自 ')}（强度 {level.strength}）"
    basis = (
        Text(f"历史里 {seen} 人年，向公开水平收缩", f"{seen} person-years of the history, shrunk to the published level")
        if seen
        else Text(
            f"公开水平：{source}，范围 {percent(level.low, 0)}–{percent(level.high, 0)}",
            f"published level: {level.source} (strength {level.strength})",
        )
    )
    return Leaving(shapes=(left, stayed), mean=left / (left + stayed), basis=basis)


def factors_of(known: KnownPeople, ahead: YearAhead, product_tiers: dict[str, str]) -> dict[str, float] | None:
    """Return by person how many times as much as capacity alone says the person brings; None where no sales are known.

    Sales of last year are set against what capacity would have made of the same cells, month by month; see
    ``person_factors.credible_factors``. Who sold nothing yet keeps 1.

    Source: own.
    """
    if known.sales is None or not known.is_sold_known:
        return None
    months, amounts = _last_year(ahead, known.last_month)
    even = share_out(amounts, staff_cells(known.members, replace(ahead.cells, months=months), product_tiers))
    sold = {person: row for person, row in known.sales.of(months).items() if (row > 0).any()}
    expected: dict[str, FloatArray] = {}
    for member, row in zip(known.members, even, strict=True):
        if member.person in sold:
            expected[member.person] = expected.get(member.person, np.zeros(len(months))) + row
    people = sorted(expected)
    order = np.argsort([month.toordinal() for month in months])  # the last month last, whatever the plan's year starts with
    factors = credible_factors(
        np.array([sold[person] for person in people])[:, order], np.array([expected[person] for person in people])[:, order]
    )
    return dict(zip(people, factors.tolist(), strict=True))


def _last_year(ahead: YearAhead, last_month: date) -> tuple[tuple[date, ...], FloatArray]:
    """Return the months of last year, one for each of the plan's, and what was sold in them, ``(series, 12)``.

    Where last year was not read wholly: the twelve months read last, each under the plan's month of the same name.
    """
    months = tuple(add_months(month, -12) for month in ahead.cells.months)
    if ahead.whole_last_year:
        return months, ahead.last_year.sum(axis=1)
    back = [-(-max(distance(last_month, month, "M"), 0) // 12) for month in months]
    return tuple(add_months(month, -12 * years) for month, years in zip(months, back, strict=True)), ahead.last_twelve.sum(axis=1)


@dataclass(frozen=True, kw_only=True)
class LastYear:
    """Last year by pair of unit and person, in minor units.

    ``before``: what was sold, or last year's quota where given; ``even``, ``staffed``: what last year's and this year's capacity
    alone would make of last year's sales; ``by_unit``: sales and full months of a unit's people; ``basis``: on what it rests.
    """

    before: FloatArray
    even: FloatArray
    staffed: FloatArray
    whole_minor: float
    by_unit: dict[str, tuple[float, float]]
    basis: Text


def by_pair(values: FloatArray, pair_of: IntArray, count: int) -> FloatArray:
    """Sum members' values by pair."""
    summed: FloatArray = np.bincount(pair_of, weights=values, minlength=count).astype(np.float64)
    return summed


def last_year_of(
    known: KnownPeople, ahead: YearAhead, product_tiers: dict[str, str], pairs: dict[tuple[str, str], int], pair_of: IntArray
) -> LastYear:
    """Return last year of each pair of unit and person.

    Args:
        known: The people.
        ahead: The year before decisions.
        product_tiers: Tier of each product.
        pairs: The index of each pair, sorted.
        pair_of: The pair of each member.

    Source: own; docs/methods/fairness.md.
    """
    months, amounts = _last_year(ahead, known.last_month)
    amounts = amounts * _MINOR
    earlier = replace(ahead.cells, months=months)
    then = staff_cells(known.members, earlier, product_tiers)
    now = replace(then, active=capacity(known.members, ahead.cells.months))
    even, staffed = (by_pair(share_out(amounts, one).sum(axis=1), pair_of, len(pairs)) for one in (then, now))
    had = by_pair(then.active.sum(axis=1) / FULL_MONTH, pair_of, len(pairs))
    before = even
    basis = Text(
        "明细没有人员列：去年的业绩按当时的产能分给名单上的人（已离开的人不在名单上，因此人均会偏高）",
        "the lines name no person: last year's sales are shared out by the capacity of those listed (who left is not, so a full month"
        " looks better than it was)",
    )
    if known.sales is not None and known.is_sold_known:
        sold = known.sales.of(months)
        before = np.array([float(sold[person].sum()) * _MINOR if person in sold else 0.0 for _, person in pairs])
        # a person of two units: sales are split by what capacity says of each
        for person in {person for _, person in pairs}:
            rows = [at for (_, name), at in pairs.items() if name == person]
            if len(rows) > 1:
                parts = np.maximum(even[rows], 0)
                before[rows] *= parts / parts.sum() if parts.sum() > 0 else 1 / len(rows)
        basis = Text("去年各人的业绩取自明细的人员列", "last year's sales of people are those of the lines' person column")
    by_unit: dict[str, tuple[float, float]] = {}
    for (unit, _), at in pairs.items():
        sold_minor, months_had = by_unit.get(unit, (0.0, 0.0))
        # who had capacity but sold under another name would make a full month look like nothing
        counts = before[at] > 0 or not known.is_sold_known
        by_unit[unit] = (sold_minor + max(float(before[at]), 0.0), months_had + (float(had[at]) if counts else 0.0))
    quotas: dict[str, Decimal] = {}
    for member in known.members:
        if member.last_quota is not None:
            quotas[member.person] = member.last_quota
    if quotas:
        given = np.array([float(quotas.get(person, Decimal(0))) * _MINOR for _, person in pairs])
        shown: dict[str, int] = {}
        for (_, person), at in pairs.items():  # a quota stands once, with the first of a person's rows
            if person in quotas:
                given[at] = 0.0 if person in shown else given[at]
                shown.setdefault(person, at)
        before = np.where([person in quotas for _, person in pairs], given, before)
        basis = Text(
            f"{len(quotas)} 人的去年指标取自人员表；{basis.zh}", f"last year's quota of {len(quotas)} people is theirs; {basis.en}"
        )
    return LastYear(before=before, even=even, staffed=staffed, whole_minor=float(amounts.sum()), by_unit=by_unit, basis=basis)
