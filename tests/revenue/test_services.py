"""Writes to the ledger."""

import polars as pl
import pytest

from tests.world import NOW, World, order_lines
from yunchou.common import events
from yunchou.common.errors import NotFound
from yunchou.org.models import User
from yunchou.revenue import services
from yunchou.revenue.errors import AlreadyCorrected, MayNotCorrect, UnknownCode
from yunchou.revenue.events import OrderLineCorrected
from yunchou.revenue.models import OrderLine

pytestmark = pytest.mark.database


def correct(actor: User, line: OrderLine) -> OrderLine:
    return services.correct_order_line(
        actor=actor, order_line_id=line.pk, amount_minor=1_00, cost_minor=60, quantity_milli=500, reason="数量录错", now=NOW
    )


def test_append_order_lines_writes_each_line_as_it_was(world: World) -> None:
    written = OrderLine.objects.order_by("order_code", "line_no").values_list(
        "order_code",
        "line_no",
        "version",
        "on",
        "account__code",
        "product__code",
        "person__code",
        "unit__code",
        "region__name",
        "city__division_code",
        "currency",
        "quantity_milli",
        "amount_minor",
        "cost_minor",
        "reason",
    )
    given = (
        order_lines()
        .sort("order_code", "line_no")
        .select(
            "order_code",
            "line_no",
            pl.lit(1).alias("version"),
            "on",
            "account_code",
            "product_code",
            "person_code",
            "unit_code",
            "region",
            "division_code",
            pl.lit("CNY").alias("currency"),
            pl.col("quantity") * 1000,
            "amount_minor",
            "cost_minor",
            pl.lit("").alias("reason"),
        )
        .rows()
    )

    assert list(written) == given


def test_append_order_lines_refuses_an_unknown_code(world: World) -> None:
    lines = order_lines().head(1).with_columns(order_code=pl.lit("new"), product_code=pl.lit("A9"))

    with pytest.raises(UnknownCode, match="A9"):
        services.append_order_lines(company=world.company, lines=lines)


def test_correct_order_line_reverses_and_writes_anew(world: World) -> None:
    heard: list[OrderLineCorrected] = []
    line = OrderLine.objects.order_by("id")[0]
    events.subscribe(OrderLineCorrected, heard.append)
    try:
        new = correct(world.finance, line)
    finally:
        events.unsubscribe(OrderLineCorrected, heard.append)

    rows = (
        OrderLine.objects.filter(order_code=line.order_code)
        .order_by("id")
        .values_list("version", "reverses_id", "on", "quantity_milli", "amount_minor", "cost_minor", "reason", "recorded_by__username")
    )
    assert list(rows) == [
        (1, None, line.on, 3000, line.amount_minor, line.cost_minor, "", None),
        (1, line.pk, line.on, -3000, -line.amount_minor, -line.cost_minor, "数量录错", "w-finance"),
        (2, None, line.on, 500, 1_00, 60, "数量录错", "w-finance"),
    ]
    assert heard == [
        OrderLineCorrected(
            company_id=world.company.pk,
            order_line_id=line.pk,
            replacement_id=new.pk,
            on=line.on,
            difference_minor=1_00 - line.amount_minor,
            at=NOW,
        )
    ]


def test_correct_order_line_goes_on_from_the_newest_version_alone(world: World) -> None:
    line = OrderLine.objects.order_by("id")[0]
    second = correct(world.director, line)
    reversal = OrderLine.objects.get(reverses=line)

    assert correct(world.director, second).version == 3
    for old in (line, reversal, second):
        with pytest.raises(AlreadyCorrected):
            correct(world.director, old)


def test_correct_order_line_is_for_finance_and_the_director(world: World) -> None:
    own = OrderLine.objects.filter(person__code="P4").order_by("id")[0]
    strangers = OrderLine.objects.filter(person__code="P6").order_by("id")[0]

    with pytest.raises(MayNotCorrect) as refusal:
        correct(world.seller, own)
    assert (refusal.value.code, refusal.value.status) == ("may_not_correct", 403)
    with pytest.raises(NotFound):
        correct(world.seller, strangers)


def test_correct_order_line_is_undone_as_a_whole_when_a_listener_fails(world: World) -> None:
    def fails(_: OrderLineCorrected) -> None:
        raise RuntimeError

    line, before = OrderLine.objects.order_by("id")[0], OrderLine.objects.count()
    events.subscribe(OrderLineCorrected, fails)
    try:
        with pytest.raises(RuntimeError):
            correct(world.finance, line)
    finally:
        events.unsubscribe(OrderLineCorrected, fails)

    assert OrderLine.objects.count() == before
