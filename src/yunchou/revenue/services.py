"""Every write to the ledger of sales."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yunchou.common import events
from yunchou.common.copying import copy_frame
from yunchou.customers import services as customers
from yunchou.org import selectors as org
from yunchou.revenue import selectors
from yunchou.revenue.errors import AlreadyCorrected, MayNotCorrect, UnknownCode
from yunchou.revenue.events import OrderLineCorrected
from yunchou.revenue.models import OrderLine

if TYPE_CHECKING:
    import polars as pl

    from yunchou.org.models import Company, User

CORRECTING_ROLES = frozenset({"director", "finance"})


def append_order_lines(*, company: "Company", lines: "pl.DataFrame") -> int:
    """Write new order lines in one statement; accounts, products, people, units, regions and cities must be there.

    ``lines``: ``order_code, line_no, on, account_code, product_code, person_code, unit_code, region,
    division_code, quantity, amount_minor, cost_minor``; returns are lines with negative measures.

    Raises:
        UnknownCode: A line points to something that is not there; the first such code is named.
    """
    import polars as pl  # noqa: PLC0415 - only imports read tables

    keys = selectors.keys_by_code(company=company)

    def key(column: str, known: dict[str, int]) -> pl.Expr:
        for code in lines[column].cast(pl.String).unique(maintain_order=True):
            if code not in known:
                raise UnknownCode(_("销售明细的 %(column)s 中有不认识的“%(code)s”，请先录入它") % {"column": column, "code": code})
        return pl.col(column).cast(pl.String).replace_strict(known, return_dtype=pl.Int64)

    frame = lines.select(
        company_id=pl.lit(company.pk),
        order_code=pl.col("order_code"),
        line_no=pl.col("line_no"),
        version=pl.lit(1),
        on=pl.col("on"),
        account_id=key("account_code", keys.accounts),
        product_id=key("product_code", keys.products),
        person_id=key("person_code", keys.people),
        unit_id=key("unit_code", keys.units),
        region_id=key("region", keys.regions),
        city_id=key("division_code", keys.cities),
        currency=pl.lit(company.currency),
        quantity_milli=pl.col("quantity").cast(pl.Int64) * 1000,
        amount_minor=pl.col("amount_minor"),
        cost_minor=pl.col("cost_minor"),
    )
    return copy_frame(table=OrderLine._meta.db_table, frame=frame)  # noqa: SLF001 - Django's public name for it


@transaction.atomic
def refresh_account_sales(*, company: "Company", today: date, of: int | None = None) -> int:
    """Let accounts, all or ``of`` one, know what they bought in twelve months and the fiscal year up to a day; return how many changed.

    To be run after lines were written, and once a day, for the windows move with the days.
    """
    return customers.record_sales(sales=selectors.sales_by_account(company=company, today=today, of=of), of=of)


@transaction.atomic
def correct_order_line(
    *, actor: "User", order_line_id: int, amount_minor: int, cost_minor: int, quantity_milli: int, reason: str, now: datetime
) -> OrderLine:
    """Replace an order line's measures: its row is reversed and written anew, on the same business day.

    Monthly sums follow in the same transaction (by trigger), and ``OrderLineCorrected`` is published.

    Raises:
        NotFound: No such row within the actor's scope.
        MayNotCorrect: The actor is neither finance nor director.
        AlreadyCorrected: The row was reversed before, or is itself a reversal.
    """
    seen = selectors.order_line(actor=actor, order_line_id=order_line_id, now=now)
    if actor.role not in CORRECTING_ROLES:
        raise MayNotCorrect(_("只有财务和销售总监可以更正销售明细"))
    # Lock before looking: two corrections of one row at once would both reverse it.
    line = OrderLine.objects.select_for_update().get(pk=seen.pk)
    if line.reverses_id is not None or OrderLine.objects.filter(reverses=line).exists():
        raise AlreadyCorrected(_("这一行已被更正过，请更正它的最新版本"))
    shared = {
        "company_id": line.company_id,
        "order_code": line.order_code,
        "line_no": line.line_no,
        "on": line.on,
        "account_id": line.account_id,
        "product_id": line.product_id,
        "person_id": line.person_id,
        "unit_id": line.unit_id,
        "region_id": line.region_id,
        "city_id": line.city_id,
        "currency": line.currency,
        "reason": reason,
        "recorded_by": actor,
    }
    reversal = OrderLine(
        **shared,
        version=line.version,
        reverses=line,
        quantity_milli=-line.quantity_milli,
        amount_minor=-line.amount_minor,
        cost_minor=-line.cost_minor,
    )
    replacement = OrderLine(
        **shared, version=line.version + 1, quantity_milli=quantity_milli, amount_minor=amount_minor, cost_minor=cost_minor
    )
    # One statement for both: the monthly sums are then locked once, in the order of their keys.
    OrderLine.objects.bulk_create([reversal, replacement])
    refresh_account_sales(company=line.company, today=org.company_today(company=line.company, now=now), of=line.account_id)
    events.publish(
        OrderLineCorrected(
            company_id=line.company_id,
            order_line_id=line.pk,
            replacement_id=replacement.pk,
            on=line.on,
            difference_minor=amount_minor - line.amount_minor,
            at=now,
        )
    )
    return replacement
