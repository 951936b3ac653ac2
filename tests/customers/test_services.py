"""Writes to customers."""

import polars as pl
import pytest

from tests.world import ACCOUNTS, CITIES, MEMBERSHIPS, PEOPLE, UNITS
from yunchou.customers import selectors, services
from yunchou.customers.models import Account, City
from yunchou.org import services as org

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_import_regions_keeps_the_order_of_regions() -> None:
    assert services.import_regions(cities=CITIES) == 2

    assert list(selectors.region_ids()) == ["北区", "南区"]
    cities = City.objects.order_by("division_code").values_list("division_code", "name", "province", "region__name")
    assert list(cities) == CITIES.rows()


def test_import_accounts_writes_each_as_it_was() -> None:
    company = org.create_company(name="x", currency="CNY")
    org.import_units(company=company, units=UNITS)
    org.import_people(company=company, people=PEOPLE, memberships=MEMBERSHIPS)
    services.import_regions(cities=CITIES)
    accounts = ACCOUNTS.with_columns(lost_on=pl.col("created_on").shift(-1))

    assert services.import_accounts(company=company, accounts=accounts) == 4

    columns = ("code", "name", "industry", "city__division_code", "region__name", "owner__code", "created_on", "lost_on")
    assert list(Account.objects.order_by("code").values_list(*columns)) == accounts.sort("account_code").rows()
