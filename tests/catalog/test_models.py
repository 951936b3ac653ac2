"""Every constraint of the catalogue, by inserting the bad row."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yunchou.catalog.models import Product

pytestmark = [pytest.mark.database, pytest.mark.django_db]

GOOD: dict[str, Any] = {
    "code": "A1",
    "name": "云服务器",
    "line": "硬件",
    "launched_on": date(2020, 1, 1),
    "list_price_minor": 100,
    "unit_cost_minor": 60,
}
BAD: dict[str, dict[str, Any]] = {
    "product_code_is_used_once": {"name": "另一个"},
    "product_name_is_used_once": {"code": "A2"},
    "product_retires_after_its_launch": {"code": "A2", "name": "x", "retired_on": date(2020, 1, 1)},
    "product_price_and_cost_are_not_negative": {"code": "A2", "name": "x", "unit_cost_minor": -1},
    "product_currency_is_three_capitals": {"code": "A2", "name": "x", "currency": "rmb"},
}


@pytest.mark.parametrize("name", BAD)
def test_constraint_refuses_the_bad_row(name: str) -> None:
    Product.objects.create(**GOOD)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Product.objects.create(**GOOD | BAD[name])


def test_constraints_are_all_tried() -> None:
    assert {constraint.name for constraint in Product._meta.constraints} == set(BAD)
