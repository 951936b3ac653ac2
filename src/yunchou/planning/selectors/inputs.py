"""What the pure core is given: the sales before a year, and the people who will carry it."""

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from yunchou.org import selectors as org
from yunchou.org.models import Company, Membership, Scope
from yunchou.planning.selectors.basis import month_after
from yunchou.revenue import selectors as revenue

if TYPE_CHECKING:
    import polars as pl

# Currencies whose minor unit is a hundredth; others join with their own exponent when a company needs them.
MINOR_DIGITS = 2
AT_HOME_PPM = 800_000
LEAST_CAPACITY = 0.005


def history(*, company: Company, before: date) -> "pl.DataFrame":
    """Return the ledger's sums before a day (see ``revenue.selectors.sales_history``)."""
    return revenue.sales_history(company=company, before=before)


def keys(*, company: Company) -> revenue.Keys:
    """Return the ids of regions, units, people and accounts by code."""
    return revenue.keys_by_code(company=company)


def in_major_units(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return the history as the pure core reads it: exact ``amount`` and ``cost`` in major units instead of minor ones."""
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    exact = pl.Decimal(38, MINOR_DIGITS)
    cent = pl.lit("0.01").str.to_decimal(scale=MINOR_DIGITS)
    return frame.select(
        "date",
        "product",
        "region",
        "customer",
        "person",
        amount=(pl.col("amount_minor").cast(exact) * cent).cast(exact),
        cost=(pl.col("cost_minor").cast(exact) * cent).cast(exact),
    )


def people(*, company: Company, on: date, ramp: str | None = None) -> "pl.DataFrame":
    """Return who carries a target on a day, as ``people.csv`` has it, sorted by person.

    These are the salespeople, and managers who sold in the half-year before. Columns ``person, unit, manager``
    (codes), ``start_on, end_on`` (null), ``fte`` (the person's sales of that half-year over the best one's, so that
    equal effort is asked of unequal territories; their unit's average for who came later), ``region`` (where the
    unit made nearly all its sales; null: anywhere), ``product`` (null: any), ``ramp`` (the name given, of the plan's settings).
    """
    import polars as pl  # noqa: PLC0415

    # Half a year: what a unit sold before a re-organisation says little about where it sells now.
    since = month_after(on, -6)
    sold = revenue.sales_by_person(company=company, from_month=since, before_month=on)
    members = [
        member
        for member in Membership.objects.filter(
            Q(ends_before__isnull=True) | Q(ends_before__gt=on), person__company=company, starts_on__lte=on
        )
        .select_related("person", "unit", "manager")
        .order_by("person__code", "id")
        if member.person.position == "salesperson" or (member.person.position == "manager" and sold.get(member.person_id, 0) > 0)
    ]
    home = revenue.main_region_by_unit(company=company, from_month=since, before_month=on, at_least_ppm=AT_HOME_PPM)
    capacity = _capacities(members, sold, since)
    regions = _effective_regions(company, since, on)
    rows = [
        {
            "person": member.person.code,
            "unit": member.unit.code,
            "manager": None if member.manager is None else member.manager.code,
            "start_on": member.person.hired_on,
            "end_on": None,
            # The core counts a person's whole capacity in each region they may sell in, so it is shared out here.
            "fte": max(round(capacity[member.person_id] / (1 if member.unit_id in home else regions), 3), LEAST_CAPACITY),
            "region": home.get(member.unit_id),
            "product": None,
            "ramp": ramp,
        }
        for member in members
    ]
    schema = {
        "person": pl.String,
        "unit": pl.String,
        "manager": pl.String,
        "start_on": pl.Date,
        "end_on": pl.Date,
        "fte": pl.Float64,
        "region": pl.String,
        "product": pl.String,
        "ramp": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)


def _effective_regions(company: Company, since: date, before: date) -> float:
    """Return how many regions of equal size would be as unequal as the company's are (the inverse Herfindahl index)."""
    reach = org.Reach(scope=Scope.ALL, name=company.name, company=company, today=before)
    sums: dict[int, int] = defaultdict(int)
    for row in revenue.month_sums(reach=reach, from_month=since, before_month=before):
        sums[row.region_id] += max(row.amount_minor, 0)
    squares = sum(amount * amount for amount in sums.values())
    return sum(sums.values()) ** 2 / squares if squares else 1.0


def _capacities(members: list[Membership], sold: dict[int, int], since: date) -> dict[int, float]:
    settled = {member.person_id for member in members if member.person.hired_on <= since and sold.get(member.person_id, 0) > 0}
    of_unit: dict[int, list[int]] = {}
    for member in members:
        if member.person_id in settled and member.person.position == "salesperson":
            of_unit.setdefault(member.unit_id, []).append(sold[member.person_id])
    everybody = [amount for amounts in of_unit.values() for amount in amounts] or [1]
    weights = {}
    for member in members:
        peers = of_unit.get(member.unit_id, everybody)
        weights[member.person_id] = sold[member.person_id] if member.person_id in settled else sum(peers) / len(peers)
    best = max(weights.values(), default=1)
    return {person: weight / best for person, weight in weights.items()}
