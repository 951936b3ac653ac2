"""Every write to customers."""

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from yunchou.audit import services as audit
from yunchou.common.copying import copy_frame, search_columns, write_search_keys
from yunchou.common.list_pages import Batch, Written
from yunchou.customers import selectors
from yunchou.customers.models import Account, City, Region
from yunchou.lists import services as lists
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import polars as pl

    from yunchou.org.models import Company, User

_TABLE = Account._meta.db_table  # noqa: SLF001 - Django's public name for it
_SUMS = ("account_id", "sold_year_minor", "sold_this_year_minor", "first_sold_on", "last_sold_on")


@transaction.atomic
def import_regions(*, cities: "pl.DataFrame") -> int:
    """Write cities and the sales regions that cover them, regions in the order they first appear.

    ``cities``: ``division_code, name, province, region``.
    """
    names = list(dict.fromkeys(cities["region"].to_list()))
    Region.objects.bulk_create([Region(name=name, position=position) for position, name in enumerate(names)])
    ids = selectors.region_ids()
    City.objects.bulk_create(
        [
            City(division_code=row["division_code"], name=row["name"], province=row["province"], region_id=ids[row["region"]])
            for row in cities.iter_rows(named=True)
        ]
    )
    return cities.height


@transaction.atomic
def import_accounts(*, company: "Company", accounts: "pl.DataFrame") -> int:
    """Write accounts; their cities, regions and owners must be there.

    ``accounts``: ``account_code, name, industry, division_code, region, owner_code, created_on, lost_on`` (null: still a customer).
    """
    import polars as pl  # noqa: PLC0415 - only imports read tables

    people, last = selectors.person_ids(company=company), org.last_units(company=company)
    units = {code: last[key] for code, key in people.items() if key in last}
    columns = {
        "code": pl.col("account_code"),
        "name": pl.col("name"),
        "industry": pl.col("industry"),
        "city_id": pl.col("division_code").replace_strict(selectors.city_ids(), return_dtype=pl.Int64),
        "region_id": pl.col("region").replace_strict(selectors.region_ids(), return_dtype=pl.Int64),
        "owner_id": pl.col("owner_code").replace_strict(people, return_dtype=pl.Int64),
        "unit_id": pl.col("owner_code").replace_strict(units, default=None, return_dtype=pl.Int64),
        "created_on": pl.col("created_on"),
        "lost_on": pl.col("lost_on"),
    }
    frame = accounts.select(**columns).hstack(search_columns(accounts.select("name", "account_code").iter_rows()))
    return copy_frame(table=_TABLE, frame=frame)


@transaction.atomic
def change_accounts(*, actor: "User", batch: Batch, action: str, undoes: int | None, now: "datetime") -> Written:
    """Change, add, remove and put back accounts within the actor's scope, as one operation; refused rows stay as they are and are told.

    An owner's unit comes along, and the region of a new account's city.
    """
    # Lock before looking, in one order: two changes of the same accounts wait for each other.
    touched = [*batch.changes, *batch.removed]
    list(Account.objects.select_for_update().filter(pk__in=touched).order_by("id").values_list("id"))
    checked = selectors.check_accounts(actor=actor, batch=batch, now=now)
    if not checked.rows and not batch.returned:
        return Written(checked=checked, operation_id=None)
    with audit.operation(
        actor_id=actor.pk,
        actor_name=org.name_of(actor=actor),
        action=f"customers.accounts.{action}",
        at=now,
        details={"page": "customers.accounts", "changed": checked.rows + len(batch.returned), "refused": checked.refusals},
        undoes=undoes,
    ) as operation:
        added = lists.write_batch(model=Account, checked=checked, returned=batch.returned, also=_search_columns)
        make_search_keys()
    return Written(checked=checked, operation_id=operation.pk, added=added)


def _search_columns(rows: "Sequence[Mapping[str, Any]]") -> "pl.DataFrame":
    return search_columns((row["name"], row["code"]) for row in rows)


def make_search_keys() -> int:
    """Make the search keys of accounts that have none: new ones, and those whose name or code was changed; return how many."""
    waiting = Account.objects.filter(search_keys__isnull=True).order_by("id").values_list("id", "name", "code")
    with audit.unwatched(table=_TABLE):
        return write_search_keys(model=Account, names=waiting)


def place_accounts(*, on: "date | None", of: int | None = None) -> int:
    """Give accounts, all or those ``of`` one owner, the owner's unit of a day (None: of now, or the last); return how many moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_account AS account SET unit_id = placed.unit_id
            FROM (SELECT DISTINCT ON (person_id) person_id, unit_id FROM org_membership
                  WHERE %(on)s::date IS NULL OR starts_on <= %(on)s::date
                  ORDER BY person_id, starts_on DESC, id DESC) AS placed
            WHERE placed.person_id = account.owner_id AND account.unit_id IS DISTINCT FROM placed.unit_id
              AND (%(of)s::bigint IS NULL OR account.owner_id = %(of)s::bigint)
            """,
            {"on": on, "of": of},
        )
        return int(cursor.rowcount)


@transaction.atomic
def hand_over(*, person_id: int, successor_id: int | None) -> int:
    """Give every account of a person to a successor and their unit (None: to nobody, the unit stays); return how many."""
    mine = Account.objects.filter(owner_id=person_id)
    if successor_id is None:
        return mine.update(owner=None)
    moved = mine.update(owner_id=successor_id)
    place_accounts(on=None, of=successor_id)
    return moved


@transaction.atomic
def record_sales(*, sales: "pl.DataFrame", of: int | None = None) -> int:
    """Write what accounts bought, all or ``of`` one; those not named bought nothing. Return how many rows changed.

    ``sales``: ``account_id, sold_year_minor, sold_this_year_minor, first_sold_on, last_sold_on``.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE sold (account_id bigint, sold_year_minor bigint, sold_this_year_minor bigint, first_sold_on date,"
            " last_sold_on date) ON COMMIT DROP"
        )
        copy_frame(table="sold", frame=sales.select(_SUMS))
        with audit.unwatched(table=_TABLE):
            cursor.execute(
                """
                UPDATE customers_account AS account
                SET sold_year_minor = coalesce(sold.sold_year_minor, 0), sold_this_year_minor = coalesce(sold.sold_this_year_minor, 0),
                    first_sold_on = sold.first_sold_on, last_sold_on = sold.last_sold_on
                FROM customers_account AS kept LEFT JOIN sold ON sold.account_id = kept.id
                WHERE kept.id = account.id AND (%(of)s::bigint IS NULL OR account.id = %(of)s::bigint)
                  AND (account.sold_year_minor, account.sold_this_year_minor, account.first_sold_on, account.last_sold_on)
                      IS DISTINCT FROM
                      (coalesce(sold.sold_year_minor, 0), coalesce(sold.sold_this_year_minor, 0), sold.first_sold_on, sold.last_sold_on)
                """,
                {"of": of},
            )
            changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE sold")
    return changed
