"""The plan year before any decision: tiers, cells, paths, customer mix and what last year was, from a history."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.baseline import forecast
from yunchou.calc.coverage import Coverage
from yunchou.calc.customer_tiers import TierMix, customer_moves, customer_window, learn_mix, tier_customers, tiers_before
from yunchou.calc.errors import BadInput
from yunchou.calc.event_kinds import Event
from yunchou.calc.lifecycle import judge_products, judge_regions
from yunchou.calc.periods import distance
from yunchou.calc.plan import CustomerTiers, Judgement
from yunchou.calc.plan_cells import Cells, PlanYear
from yunchou.calc.plan_lines import coverage_of, event_lines
from yunchou.calc.plan_settings import PlanSettings
from yunchou.calc.sales_months import ALL, FloatArray, SalesMonths
from yunchou.calc.text import Text
from yunchou.calc.tier_moves import TierMove, moves_of

_MOST_SERIES = 2000
_PATHS = 2000
_FEWEST_PATHS = 500
_MOST_VALUES = 1_000_000
_LONGEST_GAP = 36


@dataclass(frozen=True, kw_only=True)
class YearAhead:
    """What the history says of a year, in currency major units.

    ``paths``: ``(paths, series, 12)``; ``mix.shares`` divides each series among customer tiers; ``last_year``: what
    each cell was in the year before, ``(series, customer tiers, 12)``, customers tiered at the start of that year;
    ``last_twelve``: the same for the last twelve months read, by calendar month; ``whole_last_year``: all of it was read.
    """

    year: PlanYear
    cells: Cells
    paths: FloatArray
    mix: TierMix
    last_year: FloatArray
    last_twelve: FloatArray
    whole_last_year: bool
    products: tuple[Judgement, ...]
    regions: tuple[Judgement, ...]
    customers: CustomerTiers
    method: Mapping[str, object]
    events: tuple[Event, ...]
    warnings: tuple[Text, ...]
    moves: Mapping[str, tuple[TierMove, ...]]
    coverage: Mapping[str, Coverage]


def look_ahead(
    sales: SalesMonths,
    year: PlanYear,
    settings: PlanSettings,
    *,
    seed: int,
    lines: pl.DataFrame | None = None,
    divisions: pl.DataFrame | None = None,
) -> YearAhead:
    """Tier products, regions and customers, forecast product × region by month, and divide it among customer tiers.

    ``lines`` and ``divisions`` as ``planning.make_plan`` takes them.

    Raises:
        BadInput: The year lies too far ahead, there are too many products × regions, or an override names
            something unknown.

    Source: own; see docs/methods/customer-tiers.md for the division.
    """
    before = settings.previous
    covered = coverage_of(lines, divisions, since=sales.months[-min(12, len(sales.months))], before=year.first)
    products = judge_products(sales, settings.overrides, previous=before.product)
    regions = judge_regions(sales, settings.overrides, previous=before.region, coverage=covered)
    customers = tier_customers(sales, settings.overrides, previous=before.customer, limits=settings.limits)
    months = year.months
    horizon = distance(sales.months[-1], months[-1], "M")
    if horizon > _LONGEST_GAP:
        raise BadInput(
            Text(
                f"明细到 {sales.months[-1]:%Y-%m} 为止，离 {year.year} 年太远：请补上近年的明细，或用 --year 选更早的年份",
                f"the lines end in {sales.months[-1]:%Y-%m}, too far from {year.year}: add newer lines, or choose an earlier --year",
            )
        )
    sold = _labelled(sales, products, settings)
    series = sold.select("product", "tier", "region").unique().sort("product", "region")
    if series.height > _MOST_SERIES:
        raise BadInput(
            Text(
                f"产品 × 区域有 {series.height} 个组合，超过 {_MOST_SERIES}：请用 --product、--region 选更粗的列",
                f"{series.height} products × regions are more than {_MOST_SERIES}: choose coarser columns by --product and --region",
            )
        )
    # what a customer bought in a month counts as one line, so that monthly sums give the plan of the lines
    sizes = (pl.len().cast(pl.Float64).alias("lines"), (pl.col("amount") ** 2).sort().sum().alias("squares"))
    history = sold.group_by("product", "region", "month").agg(pl.col("amount").sum().alias("value"), *sizes)
    history = history.sort("product", "region", "month")
    history = _to_the_end(history, sales).rename({"month": "period"})
    singly = None if lines is None else event_lines(lines, products, settings, before=year.first)
    paths = min(max(_MOST_VALUES // series.height, _FEWEST_PATHS), _PATHS)
    future = forecast(history, keys=["product", "region"], horizon=horizon, paths=paths, seed=seed, marks=settings.marks, lines=singly)
    order = (
        future.series.with_row_index("row").join(series, on=["product", "region"], how="inner").sort("product", "region")["row"].to_numpy()
    )
    window = sold.filter(pl.col("month") >= sales.months[-customer_window(sales)[1]])
    mix = learn_mix(window, series, sales, [month.month for month in months])
    cells = Cells(series=series.select("product", "tier", "region"), customer_tiers=mix.names, months=months)
    return YearAhead(
        year=year,
        cells=cells,
        paths=future.bottom_paths()[:, order, -len(months) :],
        mix=mix,
        last_year=_amounts(sold.filter(pl.col("month").is_in(list(year.before.months))), cells),
        last_twelve=_amounts(sold.filter(pl.col("month") >= sales.months[-min(len(months), len(sales.months))]), cells),
        whole_last_year=sales.months[0] <= year.before.first and year.before.months[-1] <= sales.months[-1],
        products=products,
        regions=regions,
        customers=customers,
        method=future.method,
        events=future.events,
        warnings=future.warnings,
        coverage=covered,
        moves={
            kind: found
            for kind, held, found in (
                ("product", before.product, moves_of(before.product, products)),
                ("region", before.region, moves_of(before.region, regions)),
                ("customer", before.customer, customer_moves(before.customer, customers) if before.customer else ()),
            )
            if held
        },
    )


def _labelled(sales: SalesMonths, products: tuple[Judgement, ...], settings: PlanSettings) -> pl.DataFrame:
    """Return the sums with ``tier`` of the product, ``product`` as the plan names it, and ``customer_tier``."""
    tiers = pl.DataFrame(
        {"product": [judged.name for judged in products], "tier": [judged.tier for judged in products]},
        schema={"product": pl.String, "tier": pl.String},
    )
    frame = sales.frame.join(tiers, on="product", how="left").with_columns(pl.col("tier").fill_null(ALL))
    if settings.product_cells == "tier":
        frame = frame.with_columns(pl.col("tier").alias("product"))
    if "customer" in sales.missing:
        return frame.with_columns(pl.lit(ALL).alias("customer_tier"))
    return frame.join(tiers_before(sales, settings.overrides, limits=settings.limits), on="customer", how="left")


def _to_the_end(history: pl.DataFrame, sales: SalesMonths) -> pl.DataFrame:
    """Add an empty row where the last months that count as read have no line, so that they count as zero."""
    if history.is_empty() or (history["month"] == sales.months[-1]).any():
        return history
    nothing = (pl.lit(0.0).alias(name) for name in ("value", "lines", "squares"))
    last = history.head(1).with_columns(pl.lit(sales.months[-1]).alias("month"), *nothing)
    return pl.concat([history, last.select(history.columns)])


def _amounts(sold: pl.DataFrame, cells: Cells) -> FloatArray:
    values = np.zeros(cells.shape)
    sums = (
        sold.group_by("product", "region", "customer_tier", pl.col("month").dt.month())
        .agg(pl.col("amount").sum())
        .join(cells.series.with_row_index("row"), on=["product", "region"], how="inner")
        .sort("row", "customer_tier", "month")
    )
    at_tier = {name: at for at, name in enumerate(cells.customer_tiers)}
    at_month = {month.month: at for at, month in enumerate(cells.months)}
    for row, tier, month, amount in sums.select("row", "customer_tier", "month", "amount").iter_rows():
        values[row, at_tier[tier], at_month[month]] = amount
    return values
