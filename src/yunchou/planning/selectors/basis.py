"""Everything the home page and its explanations are computed from, read once within the actor's reach."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from yunchou.customers.models import Region
from yunchou.org import selectors as org
from yunchou.org.models import Company, Scope
from yunchou.planning.models import Plan, PlanVersion, Target, VersionState
from yunchou.planning.selectors.keys import MONTHS, UNPLANNED
from yunchou.planning.selectors.published import Months, Place, published, sums_by_place
from yunchou.revenue import selectors as revenue

if TYPE_CHECKING:
    from yunchou.org.models import User


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A published version and the sales beside it, as sums by place and month (minor units).

    ``evidence`` is what the pure core said, ``sales`` are the year's monthly sums; a product that the version
    does not know has no entry in ``tier_of_product``. ``months_gone`` are the whole months before today's,
    ``running_share`` is (days gone, days) of the month that runs. ``outlook`` holds the median
    and the probability by place, for the whole company only.
    """

    reach: org.Reach
    version: PlanVersion
    starts_on: date
    now: datetime
    evidence: Mapping[str, Any]
    region_names: Mapping[int, str]
    tier_of_product: Mapping[int, str]
    sales: Sequence[revenue.MonthSum]
    target: Months
    last_year: Months
    attained: Months
    outlook: Mapping[Place, tuple[int, int]]
    months_gone: int
    running_share: tuple[int, int]
    rows_now: int

    @property
    def is_company(self) -> bool:
        """Whether the actor sees the whole company."""
        return self.reach.scope == Scope.ALL

    def month(self, number: int) -> date:
        """Return the first day of the fiscal year's month ``number``; 13 is the first month of the next year."""
        return month_after(self.starts_on, number - 1)


def month_after(first: date, months: int) -> date:
    """Return the first day of the month that many months later."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def running_year(*, company: Company, today: date) -> int:
    """Return the fiscal year that a day lies in, named by the calendar year it starts in."""
    return today.year - (today.month < company.fiscal_year_starts)


def running_plan(*, company: Company, now: datetime) -> Plan | None:
    """Return the company's plan of the running year, None while there is none; for commands."""
    year = running_year(company=company, today=org.company_today(company=company, now=now))
    return Plan.objects.filter(company=company, year=year).order_by("id").first()


def load(*, actor: "User", now: datetime) -> Basis | None:
    """Read the basis of the actor's page, or None while the company's running year has no published plan."""
    reach = org.reach(actor=actor, now=now)
    fiscal_year = running_year(company=reach.company, today=reach.today)
    version = (
        PlanVersion.objects.filter(plan__company=reach.company, plan__year=fiscal_year, state=VersionState.PUBLISHED)
        .select_related("plan")
        .defer("evidence", "settings", "plan__settings")
        .order_by("id")
        .first()
    )
    if version is None:
        return None
    starts_on = date(version.plan.year, reach.company.fiscal_year_starts, 1)
    next_year, year_before = month_after(starts_on, MONTHS), month_after(starts_on, -MONTHS)
    says = published(version, starts_on)
    tiers = says.tier_of_product

    sales = revenue.month_sums(reach=reach, from_month=starts_on, before_month=next_year)
    attained = sums_by_place(starts_on, ((s.month, s.region_id, tiers.get(s.product_id, UNPLANNED), s.amount_minor) for s in sales))
    if reach.scope == Scope.ALL:
        target, last_year = says.target, says.last_year
    else:
        target = sums_by_place(starts_on, _own_targets(version, reach))
        before = revenue.month_sums(reach=reach, from_month=year_before, before_month=starts_on)
        last_year = sums_by_place(year_before, ((s.month, s.region_id, tiers.get(s.product_id, UNPLANNED), s.amount_minor) for s in before))
    rows = revenue.rows_between(company=reach.company, from_month=version.source_from.replace(day=1), before_month=version.source_before)
    months_gone, running_share = _gone(starts_on, reach.today)
    region_names = dict(Region.objects.order_by("position", "id").values_list("id", "name"))
    return Basis(
        reach=reach,
        version=version,
        starts_on=starts_on,
        now=now,
        region_names=region_names,
        evidence=says.evidence,
        tier_of_product=tiers,
        sales=sales,
        target=target,
        last_year=last_year,
        attained=attained,
        outlook=_outlook(says.evidence, region_names) if reach.scope == Scope.ALL else {},
        months_gone=months_gone,
        running_share=running_share,
        rows_now=rows.lines,
    )


def _own_targets(version: PlanVersion, reach: org.Reach) -> Iterable[tuple[date, int, str, int]]:
    within = reach.rows(person="person_id", unit="unit_id")
    return (
        Target.objects.filter(within, version=version)
        .order_by("month", "region_id", "product_tier")
        .values_list("month", "region_id", "product_tier")
        .annotate(Sum("quota_minor" if reach.person_ids else "amount_minor"))
    )


def _gone(starts_on: date, today: date) -> tuple[int, tuple[int, int]]:
    months = (today.year - starts_on.year) * 12 + today.month - starts_on.month
    if months < 0:
        return 0, (0, 1)
    if months >= MONTHS:
        return MONTHS, (0, 1)
    return months, (today.day, calendar.monthrange(today.year, today.month)[1])


def _outlook(evidence: Mapping[str, Any], region_names: Mapping[int, str]) -> dict[Place, tuple[int, int]]:
    ids = {name: key for key, name in region_names.items()}
    return {
        (0 if row["region"] is None else ids[row["region"]], row["product"] or ""): (
            row["median_minor"],
            round(row["probability"] * 1_000_000),
        )
        for row in evidence["outlook"]
    }
