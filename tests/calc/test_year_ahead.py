import numpy as np
import polars as pl
import pytest

from tests.calc.sample_sales import sample_sales
from yunchou.calc.errors import BadInput
from yunchou.calc.plan_cells import PlanYear
from yunchou.calc.plan_settings import PlanSettings, TiersInForce
from yunchou.calc.sales_months import sum_months
from yunchou.calc.year_ahead import look_ahead

YEAR = PlanYear(year=2025, starts=1)


def ahead_of(lines, year=YEAR):
    return look_ahead(sum_months(lines, before=year.first), year, PlanSettings(), seed=0)


def test_last_year_is_divided_without_loss():
    lines = sample_sales()
    ahead = ahead_of(lines)
    exact = float(lines.filter(pl.col("date").dt.year() == 2024)["amount"].sum())
    assert ahead.last_year.sum() == pytest.approx(exact, rel=1e-12)
    assert ahead.whole_last_year
    assert ahead.last_twelve == pytest.approx(ahead.last_year, abs=1e-6)
    assert ahead.paths.shape == (2000, ahead.cells.series.height, 12)
    assert np.isfinite(ahead.paths).all()


def test_a_history_that_ends_early_reaches_over_the_gap():
    lines = sample_sales()
    ahead = ahead_of(lines.filter(pl.col("date").dt.strftime("%Y-%m") <= "2024-08"))
    assert not ahead.whole_last_year
    assert ahead.paths.shape[2] == 12
    assert ahead.last_year.sum() < ahead.last_twelve.sum()
    assert len(ahead.cells.months) == 12


def test_too_many_products_and_regions_are_refused():
    lines = sample_sales().with_columns(region=pl.concat_str(pl.lit("R"), pl.int_range(pl.len()).cast(pl.String)))
    lines = pl.concat([lines, lines.with_columns(region=pl.col("region") + "b")])
    with pytest.raises(BadInput, match="coarser columns"):
        ahead_of(lines)


def test_tiers_in_force_stay_and_every_change_is_told():
    lines = sample_sales()
    free = ahead_of(lines)
    held = {judged.name: judged.tier for judged in free.regions} | {"华北": "whitespace", "西南": "mature"}
    settings = PlanSettings(previous=TiersInForce(region=held), limits={"A": 1e9, "B": 0.01})
    made = look_ahead(sum_months(lines, before=YEAR.first), YEAR, settings, seed=0)
    assert [(move.name, move.old, move.new) for move in made.moves["region"]] == [
        ("华北", "whitespace", next(judged.tier for judged in free.regions if judged.name == "华北")),
        ("西南", "mature", None),
    ]
    assert set(made.moves) == {"region"}
    assert (made.customers.counts["A"], made.customers.thresholds_minor["A"]) == (0, 100_000_000_000)


def test_single_orders_are_seen_where_the_lines_name_them():
    lines = sample_sales().with_columns(order=pl.concat_str(pl.lit("O"), pl.int_range(pl.len()).cast(pl.String)))
    big = lines[700].with_columns(amount=pl.lit(400_000).cast(lines.schema["amount"]), order=pl.lit("O-big"))
    lines = pl.concat([lines, big])
    sales = sum_months(lines, before=YEAR.first)
    events = look_ahead(sales, YEAR, PlanSettings(), seed=0, lines=lines).events
    assert [(event.kind, event.label) for event in events] == [("giant_order", "order O-big")]
