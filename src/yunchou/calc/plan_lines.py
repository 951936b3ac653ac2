"""What a plan reads of the single lines of a history: orders and prices for its events, cities for its regions."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from yunchou.calc.coverage import Coverage, cover_cities
from yunchou.calc.plan import Judgement
from yunchou.calc.plan_settings import PlanSettings
from yunchou.calc.sales_months import ALL, BLANK


def event_lines(lines: pl.DataFrame, products: Sequence[Judgement], settings: PlanSettings, *, before: date) -> pl.DataFrame | None:
    """Return the lines before a day as ``history_events.find_events`` reads them; None where no order or quantity is known.

    ``product`` is as the plan names it: the product's tier, with the product itself in ``item``, or the product.

    Source: own.
    """
    if not {"order", "quantity"} & set(lines.columns):
        return None
    frame = lines.filter(pl.col("date") < before)
    columns = [
        pl.col("date").dt.truncate("1mo").alias("period"),
        pl.col("amount").cast(pl.Float64).alias("value"),
        *(_key(lines, name) for name in ("product", "region")),
        *(pl.col(name).cast(pl.String).replace(BLANK, None) for name in ("order", "customer") if name in lines.columns),
        *(pl.col(name).cast(pl.Float64) for name in ("quantity",) if name in lines.columns),
    ]
    told = frame.select(columns)
    if settings.product_cells == "product":
        return told
    tiers = {judged.name: judged.tier for judged in products}
    tier = pl.col("product").replace_strict(tiers, default=ALL, return_dtype=pl.String) if tiers else pl.lit(ALL)
    return told.with_columns(pl.col("product").replace(ALL, None).alias("item"), tier.alias("product"))


def _key(lines: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.String).fill_null(BLANK) if name in lines.columns else pl.lit(ALL)).alias(name)


def coverage_of(lines: pl.DataFrame | None, divisions: pl.DataFrame | None, *, since: date, before: date) -> dict[str, Coverage]:
    """Return how far each region's sales from one day to before another cover its prefecture-level cities; nothing without cities.

    All lines before ``before`` say which provinces a region sells in.

    Source: own.
    """
    if lines is None or divisions is None or not {"region", "city"} <= set(lines.columns):
        return {}
    told = [name for name in ("region", "province", "city") if name in lines.columns]
    sold = lines.filter(pl.col("date") < before, pl.col("amount") > 0)
    places = sold.select(pl.col(told).cast(pl.String).replace(BLANK, None), (pl.col("date") >= since).alias("sold"))
    return cover_cities(places, divisions)
