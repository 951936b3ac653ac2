"""Price changes: a product's amount ÷ quantity moves by a clear step."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from yunchou.calc.baseline_grid import FloatArray, IntArray
from yunchou.calc.event_kinds import Found, year_about
from yunchou.calc.level_breaks import likeliest_step

_FEWEST_PERIODS = 8
# twice the log-likelihood that a step must gain; the level may wander, so a price that drifts has no step
_CLEAR = 15.0
_LEAST_STEP = 0.03
_LEAST_SIDE = 3
_LEAST_EFFECT = 0.005


def price_changes(lines: pl.DataFrame, periods: Mapping[date, int], top: FloatArray, *, season: int) -> list[Found]:
    """Return the clear, lasting steps of products' unit prices.

    The unit price of a product in a period is its amount ÷ its quantity, over lines with both above zero, so a mix of
    discounts shows as noise. A step needs at least three priced periods on either side and an effect of 0.5 % of a year.

    Args:
        lines: ``product`` (or, where that is a coarser key, ``item``), ``period``, ``value``, ``quantity``; other columns are ignored.
        periods: The place of each period in the history.
        top: The whole by period, shape ``(periods,)``.
        season: Periods a year.

    Source: own; see docs/methods/history-events.md.
    """
    if "item" in lines.columns:
        lines = lines.with_columns(pl.col("item").alias("product"))
    priced = (
        lines.filter(pl.col("product").is_not_null())
        .filter((pl.col("value") > 0) & (pl.col("quantity") > 0))
        .sort("product", "period", "value", "quantity")
    )
    sums = priced.group_by("product", "period", maintain_order=True).agg(pl.col("value").sum(), pl.col("quantity").sum())
    year = year_about(top, season)
    # a product that carries less than the least effect cannot have it
    all_sold = float(sums["value"].sum())
    found: list[Found] = []
    products = [part for part in sums.partition_by("product") if float(part["value"].sum()) >= _LEAST_EFFECT * all_sold]
    for part in products:
        at = np.array([periods[period] for period in part["period"]], dtype=np.int64)
        price = (part["value"] / part["quantity"]).to_numpy()
        one = _step(str(part["product"][0]), at, price, part["value"].to_numpy(), year, season=season, tests=len(products))
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: (one.start, one.where))


def _step(product: str, at: IntArray, price: FloatArray, amount: FloatArray, year: FloatArray, *, season: int, tests: int) -> Found | None:
    if len(at) < _FEWEST_PERIODS:
        return None
    span = int(at[-1] - at[0]) + 1
    logs, known = np.zeros(span), np.zeros(span, dtype=np.bool_)
    logs[at - at[0]], known[at - at[0]] = np.log(price), True
    # a single mad price (a typing error, a gift) is no change
    middle = np.array([np.median(np.log(price)[max(0, k - 2) : k + 3]) for k in range(len(price))])
    apart = np.log(price) - middle
    scale = 1.4826 * float(np.median(np.abs(apart)))
    logs[at - at[0]] = middle + np.clip(apart, -3 * scale, 3 * scale)
    places = [int(k) for k in at[_LEAST_SIDE : len(at) - _LEAST_SIDE + 1] - at[0]]
    step = likeliest_step(logs, known, np.ones((span, 1)), places)
    if step is None or step.gain < _CLEAR + 2 * np.log(tests):
        return None
    factor, place = float(np.exp(step.height)), int(at[0]) + step.at
    after = at >= place
    whole = float(year[min(place, len(year) - 1)])
    yearly = float(amount[after].sum()) / (int(at[-1]) - place + 1) * season
    effect = yearly * (1 - 1 / factor)
    if abs(factor - 1) < _LEAST_STEP or whole <= 0 or abs(effect) < _LEAST_EFFECT * whole:
        return None
    evidence = {
        "factor": factor,
        "before": float(np.median(price[~after])),
        "after": float(np.median(price[after])),
        "gain": step.gain,
    }
    return Found(where=(("product", (product,)),), start=place, end=place, amount=effect, score=step.gain, evidence=evidence)
