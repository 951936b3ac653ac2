"""Every read of the ledger of sales and its monthly sums."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from yunchou.catalog.models import Product
from yunchou.common.copying import copied_frame
from yunchou.common.errors import NotFound
from yunchou.customers.models import Account, City, Region
from yunchou.org import selectors as org
from yunchou.org.models import Company, Person, Scope, Unit
from yunchou.revenue.models import MonthlySales, MonthlySalesByPerson, OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from yunchou.org.models import User


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The ids of everything an order line points to, by code (regions by name, cities by division code)."""

    accounts: dict[str, int]
    products: dict[str, int]
    people: dict[str, int]
    units: dict[str, int]
    regions: dict[str, int]
    cities: dict[str, int]


class MonthSum(NamedTuple):
    """What was sold in a month of one product in one region, in minor units, and the ledger rows behind it."""

    month: date
    product_id: int
    region_id: int
    amount_minor: int
    lines: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """How many ledger rows there are, and their sum in minor units."""

    lines: int
    sum_minor: int


def keys_by_code(*, company: Company) -> Keys:
    """Return the ids of everything an order line of the company may point to."""
    return Keys(
        accounts=dict(Account.objects.order_by("id").values_list("code", "id")),
        products=dict(Product.objects.order_by("id").values_list("code", "id")),
        people=dict(Person.objects.filter(company=company).order_by("id").values_list("code", "id")),
        units=dict(Unit.objects.filter(company=company).order_by("id").values_list("code", "id")),
        regions=dict(Region.objects.order_by("id").values_list("name", "id")),
        cities=dict(City.objects.order_by("id").values_list("division_code", "id")),
    )


def order_lines(*, actor: "User", now: datetime) -> QuerySet[OrderLine]:
    """Return the ledger rows the actor may see, newest day first."""
    return order_lines_within(reach=org.reach(actor=actor, now=now, app="revenue")).order_by("-on", "-id")


def order_lines_within(*, reach: org.Reach) -> QuerySet[OrderLine]:
    """Return the ledger rows within a reach, oldest first."""
    return OrderLine.objects.filter(reach.rows(person="person_id", unit="unit_id"), company=reach.company).order_by("on", "id")


def order_line(*, actor: "User", order_line_id: int, now: datetime) -> OrderLine:
    """Return one ledger row.

    Raises:
        NotFound: It is missing or outside the actor's scope.
    """
    found = order_lines(actor=actor, now=now).filter(pk=order_line_id).first()
    if found is None:
        raise NotFound(_("没有找到这一行销售明细"))
    return found


def month_sums(*, reach: org.Reach, from_month: date, before_month: date) -> list[MonthSum]:
    """Return what was sold within a reach by month, product and region, from the monthly sums kept with the ledger."""
    between = Q(company=reach.company, month__gte=from_month, month__lt=before_month)
    keys = ("month", "product_id", "region_id")
    if reach.scope == Scope.ALL:
        rows: Iterable[tuple[date, int, int, int, int]] = (
            MonthlySales.objects.filter(between).order_by(*keys).values_list(*keys, "amount_minor", "lines")
        )
    else:
        rows = (
            MonthlySalesByPerson.objects.filter(between, reach.rows(person="person_id", unit="unit_id"))
            .order_by(*keys)
            .values_list(*keys)
            .annotate(Sum("amount_minor"), Sum("lines"))
        )
    return [MonthSum(*row) for row in rows]


def rows_between(*, company: Company, from_month: date, before_month: date) -> Rows:
    """Count and sum the company's ledger rows of whole months; the count only ever grows."""
    found = MonthlySales.objects.filter(company=company, month__gte=from_month, month__lt=before_month).aggregate(
        lines=Sum("lines"), amount=Sum("amount_minor")
    )
    return Rows(lines=int(found["lines"] or 0), sum_minor=int(found["amount"] or 0))


def main_region_by_unit(*, company: Company, from_month: date, before_month: date, at_least_ppm: int) -> dict[int, str]:
    """Return, by name, the region that brought each unit at least this share of its sales in whole months; others are left out."""
    sums: dict[int, dict[str, int]] = {}
    rows = (
        MonthlySalesByPerson.objects.filter(company=company, month__gte=from_month, month__lt=before_month)
        .order_by("unit_id", "region__name")
        .values_list("unit_id", "region__name")
        .annotate(Sum("amount_minor"))
    )
    for unit, region, amount in rows:
        sums.setdefault(unit, {})[region] = amount
    largest = {unit: max(regions, key=lambda name: regions[name]) for unit, regions in sums.items()}
    return {unit: name for unit, name in largest.items() if sums[unit][name] * 1_000_000 >= at_least_ppm * sum(sums[unit].values())}


def sales_by_person(*, company: Company, from_month: date, before_month: date) -> dict[int, int]:
    """Return what each person sold in whole months, in minor units, by the person's id."""
    rows = (
        MonthlySalesByPerson.objects.filter(company=company, month__gte=from_month, month__lt=before_month)
        .order_by("person_id")
        .values_list("person_id")
        .annotate(Sum("amount_minor"))
    )
    return dict(rows)


def sales_by_account(*, company: Company, today: date, of: int | None = None) -> "pl.DataFrame":
    """Return what each account, or ``of`` one, bought up to a day.

    Columns ``account_id``, ``sold_year_minor`` (the last twelve months), ``sold_this_year_minor`` (since the fiscal year began),
    ``first_sold_on`` and ``last_sold_on`` (the first and the last day with a standing line above zero; null for none). A line and its
    reversal add up to nothing.
    """
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    # twelve months back, in a leap year from the last day of February
    year_ago = today.replace(year=today.year - 1, day=28 if (today.month, today.day) == (2, 29) else today.day)
    starts = today.replace(month=company.fiscal_year_starts, day=1)
    fiscal = starts if starts <= today else starts.replace(year=today.year - 1)
    return copied_frame(
        statement="""
            SELECT account_id, coalesce(sum(amount_minor) FILTER (WHERE "on" > {year_ago}), 0)::bigint,
                   coalesce(sum(amount_minor) FILTER (WHERE "on" >= {fiscal}), 0)::bigint,
                   min("on") FILTER (WHERE stands), max("on") FILTER (WHERE stands)
            FROM (SELECT *, amount_minor > 0 AND reverses_id IS NULL AND id NOT IN (
                      SELECT reverses_id FROM revenue_orderline WHERE reverses_id IS NOT NULL
                  ) AS stands FROM revenue_orderline) AS line
            WHERE company_id = {company} AND "on" <= {today} AND ({of}::bigint IS NULL OR account_id = {of}::bigint)
            GROUP BY account_id
        """,
        parameters={"company": company.pk, "year_ago": year_ago, "fiscal": fiscal, "today": today, "of": of},
        schema={
            "account_id": pl.Int64,
            "sold_year_minor": pl.Int64,
            "sold_this_year_minor": pl.Int64,
            "first_sold_on": pl.Date,
            "last_sold_on": pl.Date,
        },
    )


def sales_history(*, company: Company, before: date) -> "pl.DataFrame":
    """Return the company's sales before a day by month, product, region, account and person, for the pure core.

    Columns ``date`` (first of the month), ``product``, ``region`` (names), ``customer``, ``person`` (codes),
    ``amount_minor``, ``cost_minor`` and ``lines`` (ledger rows), sorted by the first five; one snapshot.
    """
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    return copied_frame(
        statement="""
            SELECT line."on" - (extract(day FROM line."on")::int - 1) AS month, product.name, region.name, account.code, person.code,
                   sum(line.amount_minor)::bigint, sum(line.cost_minor)::bigint, count(*)
            FROM revenue_orderline AS line
            JOIN catalog_product AS product ON product.id = line.product_id
            JOIN customers_region AS region ON region.id = line.region_id
            JOIN customers_account AS account ON account.id = line.account_id
            JOIN org_person AS person ON person.id = line.person_id
            WHERE line.company_id = {company} AND line."on" < {before}
            GROUP BY 1, 2, 3, 4, 5
        """,
        parameters={"company": company.pk, "before": before},
        schema={
            "date": pl.Date,
            "product": pl.String,
            "region": pl.String,
            "customer": pl.String,
            "person": pl.String,
            "amount_minor": pl.Int64,
            "cost_minor": pl.Int64,
            "lines": pl.Int64,
        },
        # Sorted here, byte by byte: a database's own order of names depends on its locale.
    ).sort("date", "product", "region", "customer", "person")


def product_names() -> list[tuple[int, str]]:
    """Return each product's id and name, by name."""
    return list(Product.objects.order_by("name", "id").values_list("id", "name"))


def region_names() -> list[tuple[int, str]]:
    """Return each region's id and name, in the usual order."""
    return list(Region.objects.order_by("position", "id").values_list("id", "name"))
