"""What the pure core is given: the sales before a year, and the people who will carry it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from yunchou.org.models import Company, Membership
from yunchou.revenue import selectors as revenue

if TYPE_CHECKING:
    import polars as pl

CARRYING_POSITIONS = ("salesperson",)
# Currencies whose minor unit is a hundredth; others join with their own exponent when a company needs them.
MINOR_DIGITS = 2


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

    Columns ``person, unit, manager`` (codes), ``start_on, end_on`` (null), ``fte, region`` (where most of the person's
    unit's sales of the year before were made), ``product`` (null: any), ``ramp`` (the name given, of the plan's settings).
    """
    import polars as pl  # noqa: PLC0415

    members = (
        Membership.objects.filter(
            Q(ends_before__isnull=True) | Q(ends_before__gt=on),
            person__company=company,
            person__position__in=CARRYING_POSITIONS,
            starts_on__lte=on,
        )
        .select_related("person", "unit", "manager")
        .order_by("person__code", "id")
    )
    home = revenue.main_region_by_unit(company=company, from_month=on.replace(year=on.year - 1), before_month=on)
    rows = [
        {
            "person": member.person.code,
            "unit": member.unit.code,
            "manager": None if member.manager is None else member.manager.code,
            "start_on": member.person.hired_on,
            "end_on": None,
            "fte": 1.0,
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
