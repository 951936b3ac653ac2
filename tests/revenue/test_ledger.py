"""What the database itself keeps of the ledger (migration 0002): nothing is changed, sums are right, also under races."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum

from tests.world import NOW, World, make_world
from yunchou.revenue import services
from yunchou.revenue.errors import AlreadyCorrected
from yunchou.revenue.models import MonthlySales, MonthlySalesByPerson, OrderLine

pytestmark = pytest.mark.database

MEASURES = ("amount_minor", "cost_minor", "lines")


def ledger_sums(*keys: str) -> list[dict[str, Any]]:
    """The monthly sums as they follow from the ledger itself."""
    return list(
        OrderLine.objects.extra(select={"month": "date_trunc('month', \"on\")::date"})
        .values("month", *keys)
        .annotate(amount_minor=Sum("amount_minor"), cost_minor=Sum("cost_minor"), lines=Count("id"))
        .order_by("month", *keys)
    )


def assert_sums_are_the_ledgers() -> None:
    keys = ("company_id", "product_id", "region_id")
    assert list(MonthlySales.objects.order_by("month", *keys).values("month", *keys, *MEASURES)) == ledger_sums(*keys)
    keys = (*keys, "person_id", "unit_id")
    assert list(MonthlySalesByPerson.objects.order_by("month", *keys).values("month", *keys, *MEASURES)) == ledger_sums(*keys)


def correct(world: World, line_id: int, amount_minor: int) -> OrderLine:
    return services.correct_order_line(
        actor=world.finance, order_line_id=line_id, amount_minor=amount_minor, cost_minor=1, quantity_milli=1000, reason="录错", now=NOW
    )


def copy_of(line: OrderLine, **changes: Any) -> OrderLine:
    fields = {field.attname: getattr(line, field.attname) for field in OrderLine._meta.fields if field.attname not in {"id", "recorded_at"}}
    return OrderLine(**(fields | changes))


def negated(line: OrderLine) -> dict[str, Any]:
    return {
        "reverses_id": line.pk,
        "quantity_milli": -line.quantity_milli,
        "amount_minor": -line.amount_minor,
        "cost_minor": -line.cost_minor,
    }


BAD_WRITES: dict[str, Callable[[OrderLine], Any]] = {
    "reverse it and write a new one": lambda line: OrderLine.objects.filter(pk=line.pk).update(amount_minor=0),
    "never changed or deleted": lambda line: OrderLine.objects.filter(pk=line.pk).delete(),
    "order_line_version_is_written_once": lambda line: copy_of(line).save(force_insert=True),
    "order_line_versions_count_from_one": lambda line: copy_of(line, version=0).save(force_insert=True),
    "order_line_currency_is_three_capitals": lambda line: copy_of(line, version=9, currency="rmb").save(force_insert=True),
    "written in the currency of its company": lambda line: copy_of(line, version=9, currency="USD").save(force_insert=True),
    "a reversal repeats its order line": lambda line: copy_of(line, **negated(line) | {"amount_minor": 1 - line.amount_minor}).save(
        force_insert=True
    ),
    "monthly sums follow the ledger": lambda _: MonthlySales.objects.update(amount_minor=0),
    "not written by hand": lambda _: MonthlySalesByPerson.objects.all()._raw_delete("default"),
}


@pytest.mark.parametrize("sentence", BAD_WRITES)
def test_database_refuses_the_bad_write(world: World, sentence: str) -> None:
    line = OrderLine.objects.order_by("id")[0]

    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        BAD_WRITES[sentence](line)

    assert_sums_are_the_ledgers()


@pytest.mark.parametrize("table", ["revenue_orderline", "revenue_monthlysales", "revenue_monthlysalesbyperson"])
def test_ledger_is_never_emptied(world: World, table: str) -> None:
    with pytest.raises(IntegrityError, match="never emptied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL yunchou.takes_the_demo_out = 'off'; TRUNCATE {table} CASCADE")
    assert_sums_are_the_ledgers()


def test_order_line_is_reversed_once(world: World) -> None:
    line = OrderLine.objects.order_by("id")[0]
    copy_of(line, **negated(line)).save(force_insert=True)

    with pytest.raises(IntegrityError, match="order_line_is_reversed_once"), transaction.atomic():
        copy_of(line, **negated(line)).save(force_insert=True)


def test_reversal_cannot_be_reversed(world: World) -> None:
    line = OrderLine.objects.order_by("id")[0]
    reversal = copy_of(line, **negated(line))
    reversal.save(force_insert=True)

    with pytest.raises(IntegrityError, match="a reversal repeats"), transaction.atomic():
        copy_of(reversal, **negated(reversal)).save(force_insert=True)


def test_monthly_sums_are_those_of_the_loaded_lines(world: World) -> None:
    assert MonthlySales.objects.count() > 100
    assert_sums_are_the_ledgers()


def test_recorded_at_is_later_for_later_rows_of_one_transaction(world: World) -> None:
    first, second = (correct(world, line.pk, 5) for line in OrderLine.objects.order_by("id")[:2])

    assert OrderLine.objects.get(pk=first.pk).recorded_at < OrderLine.objects.get(pk=second.pk).recorded_at


@pytest.mark.django_db(transaction=True)
def test_one_of_many_corrections_at_once_of_a_line_wins() -> None:
    world = make_world()
    line = OrderLine.objects.order_by("id")[0]
    outcomes = together([lambda: correct(world, line.pk, 7_00)] * 8)

    assert sorted(outcomes) == ["AlreadyCorrected"] * 7 + ["done"]
    assert OrderLine.objects.filter(order_code=line.order_code).count() == 3
    assert OrderLine.objects.filter(order_code=line.order_code).aggregate(total=Sum("amount_minor")) == {"total": 7_00}
    assert_sums_are_the_ledgers()


@pytest.mark.django_db(transaction=True)
def test_corrections_at_once_of_many_lines_keep_the_sums_right() -> None:
    world = make_world()
    # Lines of one month share the rows of the monthly sums; each round meets them in another order.
    lines = list(OrderLine.objects.filter(on__gte="2026-03-01", on__lt="2026-05-01").order_by("-id"))
    outcomes = together([lambda line=line: correct(world, line.pk, line.amount_minor + 11) for line in [*lines, *reversed(lines)]])

    assert (outcomes.count("done"), outcomes.count("AlreadyCorrected")) == (len(lines), len(lines))
    assert_sums_are_the_ledgers()


def together(calls: list[Callable[[], Any]]) -> list[str]:
    """Run each call in a thread of its own, all started at the same moment, and return how each ended."""
    start, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            call()
            outcomes.append("done")
        except AlreadyCorrected:
            outcomes.append("AlreadyCorrected")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
