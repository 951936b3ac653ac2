"""Every constraint of customers, by inserting the bad row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yunchou.customers.models import Account, City, Region

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def account(city: City, **fields: Any) -> Account:
    given = {"code": "K1", "name": "x", "industry": "x", "city": city, "region": city.region, "created_on": date(2026, 1, 1)}
    return Account.objects.create(**given | fields)


BAD_ROWS: dict[str, Callable[[City], Any]] = {
    "region_name_is_used_once": lambda city: Region.objects.create(name=city.region.name, position=9),
    "division_code_is_used_once": lambda city: City.objects.create(division_code="1101", name="x", province="x", region=city.region),
    "division_code_is_four_to_six_digits": lambda city: City.objects.create(division_code="11", name="x", province="x", region=city.region),
    "account_code_is_used_once": lambda city: [account(city), account(city)],
    "account_is_lost_not_before_it_is_won": lambda city: account(city, lost_on=date(2025, 12, 31)),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_constraint_refuses_the_bad_row(name: str) -> None:
    region = Region.objects.create(name="北区", position=0)
    city = City.objects.create(division_code="1101", name="北京", province="北京市", region=region)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BAD_ROWS[name](city)


def test_constraints_are_all_tried() -> None:
    assert {constraint.name for model in (Region, City, Account) for constraint in model._meta.constraints} == set(BAD_ROWS)
