"""A plan seen by region and product tier, and by month: last year, median, target and how likely it is."""

import numpy as np
import polars as pl

from yunchou.calc.money import IntArray
from yunchou.calc.plan_cells import Cells, Mask
from yunchou.calc.sales_months import FloatArray

_LOW, _HIGH = 0.1, 0.9


def outlook(cells: Cells, paths_minor: FloatArray, last_year: IntArray, target: IntArray) -> pl.DataFrame:
    """Return ``region, product`` (null = all), ``last_year_minor, target_minor, median_minor, probability``.

    The whole first, then regions, product tiers, and pairs. A probability is the share of paths in which the group
    reaches its own target; groups' probabilities do not combine by multiplication, for their paths go together.

    Args:
        cells: The axes.
        paths_minor: Shape ``(paths, series, 12)``, with drivers.
        last_year: Shape of the cells, minor units.
        target: Likewise.

    Source: own.
    """
    totals = paths_minor.sum(axis=2)
    regions, products = cells.series["region"].to_numpy(), cells.series["product"].to_numpy()
    groups: list[tuple[str | None, str | None, Mask]] = [(None, None, np.ones(len(regions), dtype=np.bool_))]
    groups += [(region, None, regions == region) for region in sorted(set(regions.tolist()))]
    groups += [(None, product, products == product) for product in sorted(set(products.tolist()))]
    groups += [
        (region, product, (regions == region) & (products == product))
        for region, product in sorted(zip(regions.tolist(), products.tolist(), strict=True))
    ]
    rows = []
    for region, product, mask in groups:
        total = totals[:, mask].sum(axis=1)
        wanted = int(target[mask].sum())
        rows.append((region, product, int(last_year[mask].sum()), wanted, round(float(np.median(total))), float((total >= wanted).mean())))
    names = {"region": pl.String, "product": pl.String, "last_year_minor": pl.Int64, "target_minor": pl.Int64, "median_minor": pl.Int64}
    return pl.DataFrame(rows, schema={**names, "probability": pl.Float64}, orient="row")


def view_by_month(cells: Cells, paths_minor: FloatArray, last_year: IntArray, target: IntArray) -> pl.DataFrame:
    """Return ``month, last_year_minor, low_minor, median_minor, high_minor`` (80 % interval) and ``target_minor``.

    Source: own.
    """
    months = paths_minor.sum(axis=1)
    low, median, high = np.rint(np.quantile(months, [_LOW, 0.5, _HIGH], axis=0)).astype(np.int64)
    return pl.DataFrame(
        {
            "month": [f"{month:%Y-%m}" for month in cells.months],
            "last_year_minor": last_year.sum(axis=(0, 1)),
            "low_minor": low,
            "median_minor": median,
            "high_minor": high,
            "target_minor": target.sum(axis=(0, 1)),
        }
    )
