"""Every write to the catalogue."""

from typing import TYPE_CHECKING

from yunchou.catalog.models import Product

if TYPE_CHECKING:
    import polars as pl


def import_products(*, products: "pl.DataFrame", currency: str) -> int:
    """Write products.

    ``products``: ``product_code, name, line, launched_on, retired_on`` (null: still sold), ``list_price_minor, unit_cost_minor``.
    """
    written = Product.objects.bulk_create(
        [
            Product(
                code=row["product_code"],
                name=row["name"],
                line=row["line"],
                launched_on=row["launched_on"],
                retired_on=row["retired_on"],
                currency=currency,
                list_price_minor=row["list_price_minor"],
                unit_cost_minor=row["unit_cost_minor"],
            )
            for row in products.iter_rows(named=True)
        ]
    )
    return len(written)
