"""Every write to customers."""

from typing import TYPE_CHECKING

from django.db import transaction

from yunchou.common.copying import copy_frame
from yunchou.customers import selectors
from yunchou.customers.models import Account, City, Region

if TYPE_CHECKING:
    import polars as pl

    from yunchou.org.models import Company


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

    columns = {
        "code": pl.col("account_code"),
        "name": pl.col("name"),
        "industry": pl.col("industry"),
        "city_id": pl.col("division_code").replace_strict(selectors.city_ids(), return_dtype=pl.Int64),
        "region_id": pl.col("region").replace_strict(selectors.region_ids(), return_dtype=pl.Int64),
        "owner_id": pl.col("owner_code").replace_strict(selectors.person_ids(company=company), return_dtype=pl.Int64),
        "created_on": pl.col("created_on"),
        "lost_on": pl.col("lost_on"),
    }
    return copy_frame(table=Account._meta.db_table, frame=accounts.select(**columns))  # noqa: SLF001 - Django's public name for it
