"""A number has one definition: the same by month, by member, as a whole, on its rows, and in plain SQL."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.world import NOW, TODAY, World
from yunchou.common.errors import NotFound
from yunchou.common.measures import metrics
from yunchou.lists import selectors as lists
from yunchou.lists import state
from yunchou.metrics.errors import BadQuestion
from yunchou.metrics.selectors import Answer, Period, evaluate
from yunchou.revenue import services as revenue
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]
YEAR = Period(starts_on=date(2026, 1, 1), ends_before=date(2026, 9, 1))
MIDDLE = Period(starts_on=date(2025, 2, 10), ends_before=date(2026, 5, 12))
FLOWS = [metric.code for metric in metrics() if metric.fact == "revenue.lines"]
DIMENSIONS = ("month", "quarter", "year", "region", "product", "line", "industry", "unit", "person")


def asked(
    world: World,
    metric: str,
    *by: str,
    period: Period = YEAR,
    user: str = "director",
    where: Mapping[str, Sequence[Any]] | None = None,
) -> Answer:
    return evaluate(actor=getattr(world, user), metric=metric, period=period, by=by, where=where, now=NOW)


def sql(statement: str, period: Period = YEAR) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"starts": period.starts_on, "ends": period.ends_before})
        return cursor.fetchone()[0]


BETWEEN = 'FROM revenue_orderline WHERE "on" >= %(starts)s AND "on" < %(ends)s'
PLAIN = {
    "revenue": f"SELECT sum(amount_minor) {BETWEEN}",
    "gross_profit": f"SELECT sum(amount_minor - cost_minor) {BETWEEN}",
    "gross_margin": f"SELECT round(1000000.0 * sum(amount_minor - cost_minor) / sum(amount_minor)) {BETWEEN}",
    "orders": f"SELECT count(DISTINCT order_code) {BETWEEN}",
    "average_deal": f"SELECT round(sum(amount_minor)::numeric / count(DISTINCT order_code)) {BETWEEN}",
    "customers": f"SELECT count(DISTINCT account_id) {BETWEEN}",
    "new_customers": 'SELECT count(*) FROM (SELECT min("on") AS first FROM revenue_orderline GROUP BY account_id) AS a'
    " WHERE first >= %(starts)s AND first < %(ends)s",
    "return_rate": "SELECT 0",
}


@pytest.mark.parametrize("period", [YEAR, MIDDLE, Period(starts_on=date(2023, 1, 1), ends_before=date(2026, 9, 1))])
@pytest.mark.parametrize("metric", FLOWS)
def test_metric_is_what_plain_sql_says(planned: World, metric: str, period: Period) -> None:
    assert asked(planned, metric, period=period).total.value == sql(PLAIN[metric], period)


@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("metric", ["revenue", "gross_profit"])
def test_what_adds_up_adds_up_to_the_whole_by_every_dimension(planned: World, metric: str, by: str) -> None:
    for period in (YEAR, MIDDLE):
        answer = asked(planned, metric, by, period=period)
        assert sum(group.value or 0 for group in answer.groups) == answer.total.value
        assert sum(group.rows for group in answer.groups) == answer.total.rows
        assert len({group.keys for group in answer.groups}) == len(answer.groups)


def test_ratio_of_totals_is_no_average_of_ratios(planned: World) -> None:
    account = OrderLine.objects.filter(account__code="K1", product__code="A1").latest("id")
    revenue.correct_order_line(
        actor=planned.director,
        order_line_id=account.pk,
        amount_minor=account.amount_minor,
        cost_minor=0,
        quantity_milli=1,
        reason="x",
        now=NOW,
    )
    answer = asked(planned, "gross_margin", "product")
    assert answer.total.value == round(1_000_000 * answer.total.numerator / (answer.total.denominator or 1))
    shares = [group.value or 0 for group in answer.groups]
    assert answer.total.value != round(sum(shares) / len(shares))
    assert sum(group.numerator for group in answer.groups) == answer.total.numerator


@pytest.mark.parametrize(
    "by", [(), ("region",), ("month",), ("region", "month"), ("person", "quarter"), ("line",), ("industry",), ("unit",)]
)
@pytest.mark.parametrize("user", ["director", "north", "seller"])
def test_rows_that_a_number_opens_are_as_many_and_sum_to_it(planned: World, user: str, by: tuple[str, ...]) -> None:
    actor = getattr(planned, user)
    for period in (YEAR, MIDDLE):
        answer = asked(planned, "revenue", *by, period=period, user=user)
        for group in (*answer.groups, answer.total):
            page = lists.page_for(actor=actor, code="revenue.lines")
            from django.http import QueryDict

            count, sums = lists.totals(actor=actor, state=state.read(page, QueryDict(group.query)), now=NOW)
            assert (count, sums["amount"]) == (group.rows, group.value)


def test_where_leaves_the_others_out_and_opens_their_rows_alone(planned: World) -> None:
    north = asked(planned, "revenue", "region").groups[0]
    key, name = north.keys[0]
    assert name == "北区"
    answer = asked(planned, "revenue", "month", where={"region": [key]})
    assert answer.total.value == north.value
    assert sum(group.value or 0 for group in answer.groups) == north.value
    assert f"region={key}" in answer.groups[0].query
    assert asked(planned, "revenue", "region", where={"region": [key]}).groups[0].query.count("region=") == 1


def test_everybody_sees_their_own_part(planned: World) -> None:
    whole = asked(planned, "revenue").total.value or 0
    north, south, seller = (asked(planned, "revenue", user=user).total.value or 0 for user in ("north", "south", "seller"))
    assert north + south == whole
    assert 0 < seller < north
    assert [group.keys[0][1] for group in asked(planned, "revenue", "region", user="seller").groups] == ["北区"]


def test_nothing_to_divide_by_is_empty_and_nothing_to_add_is_zero(planned: World) -> None:
    future = Period(starts_on=date(2030, 1, 1), ends_before=date(2031, 1, 1))
    for metric, value in (("gross_margin", None), ("average_deal", None), ("return_rate", None), ("revenue", 0), ("orders", 0)):
        answer = asked(planned, metric, "region", period=future)
        assert (answer.total.value, answer.groups) == (value, ())


def test_corrected_order_is_counted_once_and_a_return_is_no_correction(planned: World) -> None:
    before = asked(planned, "orders").total.value
    line = OrderLine.objects.filter(on__year=2026).latest("id")
    revenue.correct_order_line(
        actor=planned.director, order_line_id=line.pk, amount_minor=-500_00, cost_minor=0, quantity_milli=-1, reason="退货", now=NOW
    )
    assert asked(planned, "orders").total.value == (before or 0) - 1
    rate = asked(planned, "return_rate").total
    assert rate.numerator == 500_00
    assert rate.denominator == (asked(planned, "revenue").total.value or 0) + 500_00


@pytest.mark.parametrize(
    ("metric", "by", "period", "sentence"),
    [
        ("revenue", ("weather",), YEAR, "“销售明细”没有“weather”这个维度"),
        ("head_count", ("region",), YEAR, "“在职人员”没有“region”这个维度"),
        ("revenue", ("region", "region"), YEAR, "只能分一次"),
        ("revenue", ("month", "year"), YEAR, "只能分一次"),
        ("revenue", (), Period(starts_on=TODAY, ends_before=TODAY), "至少有一天"),
    ],
)
def test_question_that_the_fact_cannot_answer_is_refused_by_name(
    planned: World, metric: str, by: tuple[str, ...], period: Period, sentence: str
) -> None:
    with pytest.raises(BadQuestion, match=sentence):
        asked(planned, metric, *by, period=period)


def test_unknown_metric_and_filter_are_refused(planned: World) -> None:
    with pytest.raises(NotFound):
        asked(planned, "happiness")
    with pytest.raises(BadQuestion, match="month"):
        asked(planned, "revenue", where={"month": ["2026-01"]})


def test_people_are_counted_on_the_last_day_and_once(planned: World) -> None:
    assert asked(planned, "head_count").total.value == 6
    assert asked(planned, "head_count", user="north").total.value == 3
    old = Period(starts_on=date(2018, 1, 1), ends_before=date(2019, 1, 1))
    assert asked(planned, "head_count", period=old).total.value == 4
    months = asked(planned, "head_count", "month", period=YEAR)
    assert [group.value for group in months.groups] == [6] * 8
    by_unit = asked(planned, "head_count", "unit")
    assert [(group.keys[0][1], group.value) for group in by_unit.groups] == [
        ("样例公司", 1),
        ("北区销售部", 2),
        ("北区一组", 1),
        ("南区销售部", 2),
    ]


def test_months_of_service_are_the_days_since_hiring_over_the_people(planned: World) -> None:
    total = asked(planned, "months_of_service", user="seller").total
    assert (total.numerator, total.denominator) == ((TODAY - date(2018, 3, 1)).days, 1)
    assert total.value == round((TODAY - date(2018, 3, 1)).days / 30.436875 * 10)


def test_order_of_dimensions_orders_the_groups_and_changes_no_number(planned: World) -> None:
    one = {group.keys: group.value for group in asked(planned, "revenue", "region", "product").groups}
    two = {group.keys[::-1]: group.value for group in asked(planned, "revenue", "product", "region").groups}
    assert one == two
    assert [group.keys[0][1] for group in asked(planned, "revenue", "region").groups] == ["北区", "南区"]


def test_roll_up_and_rows_say_the_same(planned: World) -> None:
    for by in ((), ("region",), ("product", "month"), ("person",), ("unit", "quarter")):
        rolled = asked(planned, "gross_margin", *by)
        row_by_row = evaluate(actor=planned.director, metric="gross_margin", period=YEAR, by=by, as_of=NOW.replace(year=2099), now=NOW)
        told = [(group.keys, group.value, group.rows) for group in rolled.groups]
        assert told == [(group.keys, group.value, group.rows) for group in row_by_row.groups]
        assert rolled.total.value == row_by_row.total.value
