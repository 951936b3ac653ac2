"""What was known at a moment stays what was known then."""

import threading
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from tests.world import NOW, World, make_world
from yunchou.metrics.errors import BadQuestion
from yunchou.metrics.selectors import Answer, Period, evaluate, recorded_for, settled
from yunchou.revenue import services as revenue
from yunchou.revenue.models import OrderLine

pytestmark = pytest.mark.database
YEAR = Period(starts_on=date(2026, 1, 1), ends_before=date(2026, 9, 1))


def clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def asked(world: World, as_of: datetime | None, metric: str = "revenue") -> Answer:
    return evaluate(actor=world.director, metric=metric, period=YEAR, by=("region",), as_of=as_of, now=NOW)


def correct(world: World, amount: int) -> OrderLine:
    line = OrderLine.objects.filter(on__gte=YEAR.starts_on).earliest("id")
    return revenue.correct_order_line(
        actor=world.director, order_line_id=line.pk, amount_minor=amount, cost_minor=0, quantity_milli=1, reason="更正", now=NOW
    )


@pytest.mark.django_db
def test_correction_changes_now_but_not_what_was_known_and_is_explained_row_by_row() -> None:
    world = make_world()
    then, before = clock(), asked(world, None)
    replaced = correct(world, 1_00)
    now, known = asked(world, None), asked(world, then)
    assert known.total.value == before.total.value != now.total.value
    assert [group.value for group in known.groups] == [group.value for group in before.groups]
    since = recorded_for(actor=world.director, metric="revenue", period=YEAR, moment=then, now=NOW)
    assert sum(row.amount_minor for row in since) == (now.total.value or 0) - (before.total.value or 0)
    assert {row.reason for row in since} == {"更正"}
    assert replaced.pk in {row.row_id for row in since}
    # an order corrected to nothing counted as one then
    assert asked(world, then, "orders").total.value == before_orders(world, then)


def before_orders(world: World, then: datetime) -> int:
    return OrderLine.objects.filter(recorded_at__lte=then, on__gte=YEAR.starts_on).values("order_code").distinct().count()


@pytest.mark.django_db
def test_nobody_else_sees_what_came_later_of_rows_out_of_scope() -> None:
    world = make_world()
    then = clock()
    correct(world, 1_00)
    assert recorded_for(actor=world.south, metric="revenue", period=YEAR, moment=then, now=NOW) == []


@pytest.mark.django_db
def test_facts_that_keep_no_past_refuse_the_question() -> None:
    world = make_world()
    with pytest.raises(BadQuestion, match="没有留存过去"):
        evaluate(actor=world.director, metric="head_count", period=YEAR, as_of=clock(), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_transaction_begun_before_and_ended_after_the_moment_does_not_change_its_number() -> None:
    world = make_world()
    line = OrderLine.objects.filter(on__gte=YEAR.starts_on).earliest("id")
    written, end = threading.Event(), threading.Event()
    parameters = connection.get_connection_params()
    parameters = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if parameters.get(key)}

    def write() -> None:
        with psycopg.connect(**parameters) as other, other.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO revenue_orderline (company_id, order_code, line_no, version, "on", currency, quantity_milli, amount_minor,
                                               cost_minor, account_id, city_id, person_id, product_id, region_id, unit_id)
                SELECT company_id, 'SLOW', 1, 1, "on", currency, 1, 12300, 0, account_id, city_id, person_id, product_id, region_id, unit_id
                FROM revenue_orderline WHERE id = %s
                """,
                [line.pk],
            )
            written.set()
            end.wait(20)

    thread = threading.Thread(target=write)
    thread.start()
    assert written.wait(20)
    moment = clock()
    first = asked(world, moment)
    assert first.as_of is not None
    assert first.as_of < moment
    end.set()
    thread.join()
    assert OrderLine.objects.filter(order_code="SLOW").exists()
    again = asked(world, first.as_of)
    assert (again.total.value, again.as_of) == (first.total.value, first.as_of)
    now = asked(world, None)
    assert now.total.value == (first.total.value or 0) + 12300


@pytest.mark.django_db
def test_moment_of_the_past_is_settled_and_one_of_the_future_is_now() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert settled(past) == past
    assert settled(clock() + timedelta(days=1)) <= clock()
