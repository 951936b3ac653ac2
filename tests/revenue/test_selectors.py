"""Reads of the ledger: scope, sums, history."""

from datetime import date

import polars as pl
import pytest

from tests.world import NOW, World, order_lines
from yunchou.common.errors import NotFound
from yunchou.org import selectors as org
from yunchou.revenue import selectors

pytestmark = pytest.mark.database

LINES = order_lines()
SCOPES = {
    "director": LINES,
    "finance": LINES,
    "north": LINES.filter(pl.col("unit_code").is_in(["R1", "T1"])),
    "south": LINES.filter(pl.col("unit_code") == "R2"),
    "seller": LINES.filter(pl.col("person_code") == "P4"),
}


@pytest.mark.parametrize("who", SCOPES)
def test_order_lines_are_those_of_the_scope(world: World, who: str) -> None:
    seen = selectors.order_lines(actor=getattr(world, who), now=NOW)

    assert set(seen.values_list("order_code", flat=True)) == set(SCOPES[who]["order_code"])


@pytest.mark.parametrize("who", SCOPES)
def test_order_line_outside_the_scope_is_as_good_as_missing(world: World, who: str) -> None:
    actor = getattr(world, who)
    mine = set(selectors.order_lines(actor=actor, now=NOW).values_list("pk", flat=True))

    for person in ("P4", "P5", "P6"):
        line = selectors.order_lines(actor=world.director, now=NOW).filter(person__code=person)[0]
        if line.pk in mine:
            assert selectors.order_line(actor=actor, order_line_id=line.pk, now=NOW) == line
        else:
            with pytest.raises(NotFound):
                selectors.order_line(actor=actor, order_line_id=line.pk, now=NOW)
    with pytest.raises(NotFound):
        selectors.order_line(actor=actor, order_line_id=0, now=NOW)


@pytest.mark.parametrize("who", SCOPES)
def test_month_sums_are_those_of_the_lines_in_scope(world: World, who: str) -> None:
    reach = org.reach(actor=getattr(world, who), now=NOW)

    sums = selectors.month_sums(reach=reach, from_month=date(2026, 1, 1), before_month=date(2026, 4, 1))

    lines = SCOPES[who].filter(pl.col("on").is_between(date(2026, 1, 1), date(2026, 3, 31)))
    assert (sum(s.amount_minor for s in sums), sum(s.lines for s in sums)) == (lines["amount_minor"].sum(), lines.height)
    by_month = dict(lines.group_by(pl.col("on").dt.truncate("1mo")).agg(pl.col("amount_minor").sum()).rows())
    assert {s.month: sum(o.amount_minor for o in sums if o.month == s.month) for s in sums} == by_month


def test_rows_between_counts_and_sums_whole_months(world: World) -> None:
    lines = LINES.filter(pl.col("on") < date(2026, 1, 1))

    found = selectors.rows_between(company=world.company, from_month=date(2023, 1, 1), before_month=date(2026, 1, 1))

    assert (found.lines, found.sum_minor) == (lines.height, lines["amount_minor"].sum())


def test_sales_history_sums_the_lines_before_a_day(world: World) -> None:
    history = selectors.sales_history(company=world.company, before=date(2026, 1, 1))

    names = {"A1": "云服务器", "A2": "协同软件", "A3": "智能质检"}
    expected = (
        LINES.filter(pl.col("on") < date(2026, 1, 1))
        .group_by(
            pl.col("on").dt.truncate("1mo").alias("date"),
            pl.col("product_code").replace_strict(names).alias("product"),
            "region",
            pl.col("account_code").alias("customer"),
            pl.col("person_code").alias("person"),
        )
        .agg(pl.col("amount_minor").sum(), pl.col("cost_minor").sum(), pl.len().cast(pl.Int64).alias("lines"))
        .sort("date", "product", "region", "customer", "person")
    )
    assert history.rows() == expected.rows()


def test_sales_history_without_sales_is_an_empty_table(world: World) -> None:
    assert selectors.sales_history(company=world.company, before=date(2020, 1, 1)).shape == (0, 8)


def test_main_region_by_unit_leaves_out_units_at_home_nowhere(world: World) -> None:
    found = selectors.main_region_by_unit(
        company=world.company, from_month=date(2025, 1, 1), before_month=date(2026, 1, 1), at_least_ppm=800_000
    )

    assert found == {world.unit("R1").pk: "北区", world.unit("T1").pk: "北区", world.unit("R2").pk: "南区"}


def test_sales_by_person_sums_by_person(world: World) -> None:
    found = selectors.sales_by_person(company=world.company, from_month=date(2025, 1, 1), before_month=date(2026, 1, 1))

    year = LINES.filter(pl.col("on").dt.year() == 2025).group_by("person_code").agg(pl.col("amount_minor").sum())
    assert found == {world.person(code).pk: amount for code, amount in year.rows()}
