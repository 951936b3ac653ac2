import numpy as np
import polars as pl
import pytest

from tests.calc.sample_histories import month
from yunchou.calc.price_changes import price_changes


def _lines(price: np.ndarray, *, noise: float = 0.01, seed: int = 0) -> pl.DataFrame:
    """Return two products' lines, four a month; P's price follows ``price``, Q's does not move."""
    random = np.random.default_rng(seed)
    rows = []
    for at, one in enumerate(price):
        for product, level in (("P", one), ("Q", 80.0)):
            for _ in range(4):
                quantity = int(random.integers(5, 20))
                rows.append((product, month(at), float(quantity * level * random.normal(1, noise)), quantity))
    return pl.DataFrame(rows, schema=["product", "period", "value", "quantity"], orient="row")


def _changes(lines: pl.DataFrame, months: int) -> list[tuple[str, int]]:
    top = lines.group_by("period").agg(pl.col("value").sum()).sort("period")["value"].to_numpy()
    found = price_changes(lines, {month(at): at for at in range(months)}, top, season=12)
    return [(one.where[0][1][0], one.start) for one in found]


def test_price_step_is_found_with_both_prices() -> None:
    lines = _lines(np.where(np.arange(36) < 20, 100.0, 112.0))
    top = lines.group_by("period").agg(pl.col("value").sum()).sort("period")["value"].to_numpy()
    found = price_changes(lines, {month(at): at for at in range(36)}, top, season=12)
    assert [(one.where, one.start) for one in found] == [((("product", ("P",)),), 20)]
    assert found[0].evidence["factor"] == pytest.approx(1.12, rel=0.01)
    assert (found[0].evidence["before"], found[0].evidence["after"]) == (pytest.approx(100, rel=0.01), pytest.approx(112, rel=0.01))


def test_price_that_drifts_or_stands_still_is_no_change() -> None:
    assert _changes(_lines(np.linspace(100, 115, 36)), 36) == []
    assert _changes(_lines(np.full(36, 100.0), noise=0.1), 36) == []


def test_one_mad_price_is_no_change() -> None:
    price = np.full(36, 100.0)
    price[17] = 9_999.0
    assert _changes(_lines(price), 36) == []


def test_returns_gifts_and_few_periods_have_no_price() -> None:
    lines = _lines(np.full(5, 100.0)).with_columns(pl.when(pl.col("product") == "P").then(-pl.col("value")).otherwise(0.0).alias("value"))
    assert _changes(lines, 5) == []


def test_price_of_an_item_is_followed_where_products_are_coarser() -> None:
    lines = _lines(np.where(np.arange(36) < 20, 100.0, 112.0)).with_columns(item=pl.col("product"), product=pl.lit("star"))
    assert _changes(lines, 36) == [("P", 20)]
