"""Writes to the catalogue."""

import pytest

from tests.world import PRODUCTS
from yunchou.catalog import services
from yunchou.catalog.models import Product

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_import_products_writes_each_as_it_was() -> None:
    assert services.import_products(products=PRODUCTS, currency="CNY") == 3

    columns = ("code", "name", "line", "launched_on", "retired_on", "list_price_minor", "unit_cost_minor")
    assert list(Product.objects.order_by("code").values_list(*columns)) == PRODUCTS.sort("product_code").rows()
    assert set(Product.objects.values_list("currency", flat=True)) == {"CNY"}
