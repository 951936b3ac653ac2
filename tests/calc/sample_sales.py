"""Invented sales lines: three whole years of four products, three regions and forty customers."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

PRODUCTS = {"硬件": 8.0, "软件": 4.0, "服务": 2.0, "配件": 0.5}
REGIONS = {"华东": 3.0, "华北": 2.0, "西北": 0.4}


def sample_sales(
    *, years: tuple[int, ...] = (2022, 2023, 2024), growth: float = 0.1, seed: int = 1, lines_a_month: int = 40
) -> pl.DataFrame:
    """Return lines with a date, an exact amount, product, region, customer and cost."""
    random = np.random.default_rng(seed)
    product_weights = np.array(list(PRODUCTS.values())) / sum(PRODUCTS.values())
    region_weights = np.array(list(REGIONS.values())) / sum(REGIONS.values())
    customer_weights = 1 / np.arange(1, 41)
    customer_weights /= customer_weights.sum()
    rows = []
    for year in years:
        for month in range(1, 13):
            level = 1000 * (1 + growth) ** (year - years[0]) * (1 + 0.2 * np.sin(month))
            for _ in range(lines_a_month):
                amount = Decimal(round(float(level * random.gamma(2, 0.5)) * 100)) / 100
                rows.append(
                    (
                        date(year, month, int(random.integers(1, 29))),
                        amount,
                        str(random.choice(list(PRODUCTS), p=product_weights)),
                        str(random.choice(list(REGIONS), p=region_weights)),
                        f"C{random.choice(40, p=customer_weights):02d}",
                        amount * Decimal("0.7"),
                    )
                )
    schema = {"date": pl.Date, "amount": pl.Decimal(38, 4), "product": pl.String, "region": pl.String, "customer": pl.String}
    return pl.DataFrame(rows, schema={**schema, "cost": pl.Decimal(38, 4)}, orient="row")


def yearly(amounts: dict[str, list[float]], *, first_year: int = 2023, key: str = "product") -> pl.DataFrame:
    """Return a line a month for each name: its amounts, month by month from the first year's January."""
    rows = [
        (date(first_year + at // 12, at % 12 + 1, 15), Decimal(str(amount)), name)
        for name, values in amounts.items()
        for at, amount in enumerate(values)
        if amount
    ]
    return pl.DataFrame(rows, schema={"date": pl.Date, "amount": pl.Decimal(38, 4), key: pl.String}, orient="row")
