from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from yunchou.calc.plan import Judgement
from yunchou.calc.plan_lines import coverage_of, event_lines
from yunchou.calc.plan_settings import PlanSettings
from yunchou.calc.text import Text

BEFORE = date(2025, 1, 1)
STAR = (Judgement(name="硬件", tier="star", evidence={}, reason=Text("", "")),)
LINES = pl.DataFrame(
    {
        "date": [date(2024, 3, 5), date(2024, 3, 9), date(2025, 1, 1)],
        "amount": [Decimal("5.5"), Decimal(-1), Decimal(7)],
        "product": ["硬件", "(blank)", "硬件"],
        "order": ["O1", "(blank)", "O3"],
        "quantity": [Decimal(2), None, Decimal(1)],
        "city": ["杭州", "宁波", "温州"],
        "region": ["华东", "华东", "华东"],
    },
    schema_overrides={"amount": pl.Decimal(38, 2), "quantity": pl.Decimal(38, 0)},
)


def test_event_lines_have_the_products_tier_as_the_plan_names_it_and_the_product_itself():
    told = event_lines(LINES, STAR, PlanSettings(), before=BEFORE)
    assert told is not None
    assert told.rows(named=True) == [
        {"period": date(2024, 3, 1), "value": 5.5, "product": "star", "region": "华东", "order": "O1", "quantity": 2.0, "item": "硬件"},
        {
            "period": date(2024, 3, 1),
            "value": -1.0,
            "product": "(all)",
            "region": "华东",
            "order": None,
            "quantity": None,
            "item": "(blank)",
        },
    ]
    whole = event_lines(LINES, STAR, PlanSettings(product_cells="product"), before=BEFORE)
    assert whole is not None
    assert whole["product"].to_list() == ["硬件", "(blank)"]


def test_event_lines_of_a_table_without_orders_and_quantities_are_none():
    assert event_lines(LINES.drop("order", "quantity"), STAR, PlanSettings(), before=BEFORE) is None
    bare = event_lines(LINES.select("date", "amount", "order"), (), PlanSettings(), before=BEFORE)
    assert bare is not None
    assert bare.select("product", "region", "item").unique().rows() == [("(all)", "(all)", None)]


@pytest.mark.parametrize("since", [date(2024, 1, 1), date(2024, 4, 1)], ids=["sold in the year", "sold before it"])
def test_coverage_counts_cities_with_sales_since_a_day_and_no_returns(since):
    divisions = pl.DataFrame({"name": ["杭州市", "宁波市", "温州市"], "province": ["浙江省"] * 3})
    found = coverage_of(LINES, divisions, since=since, before=BEFORE)["华东"]
    assert found.sold == (("杭州市",) if since < date(2024, 3, 5) else ())
    assert set(found.whitespace) | set(found.sold) == {"杭州市", "宁波市", "温州市"}


def test_coverage_needs_regions_cities_and_divisions():
    assert coverage_of(LINES.drop("city"), LINES, since=BEFORE, before=BEFORE) == {}
    assert coverage_of(LINES, None, since=BEFORE, before=BEFORE) == {}
