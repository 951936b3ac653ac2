"""Metrics that a company defines: seen before they are kept, and then like every other."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db.models import Sum

from tests.site.conftest import signed_in
from tests.world import NOW, World
from yunchou.audit.models import Change
from yunchou.common.amounts import rounded
from yunchou.common.errors import NotFound
from yunchou.customers.models import Region
from yunchou.metrics import selectors, services
from yunchou.metrics.errors import BadMetric, BadQuestion, MayNotDefine
from yunchou.metrics.models import OwnMetric
from yunchou.org.models import FieldRight, User
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PERIOD = selectors.Period(starts_on=date(2026, 1, 1), ends_before=date(2026, 9, 1))
LINES = "revenue.lines/"
GOOD = {"name": "北区客单价", "means": "北区销售额除以订单数。", "numerator": f"{LINES}amount", "denominator": f"{LINES}orders"}


def north() -> str:
    return str(Region.objects.get(name="北区").pk)


def define(world: World, where: dict[str, list[str]] | None = None, metric_id: int | None = None, **given: str) -> str:
    fields = selectors.read_definition(**{**GOOD, **given}, where=where or {})
    made = services.define_metric(actor=world.director, metric_id=metric_id, fields=fields, is_higher_better=True, now=NOW)
    return f"own-{made.pk}"


def value(world: World, code: str, user: str = "director", **asked: Any) -> selectors.Answer:
    return selectors.evaluate(actor=User.objects.get(pk=getattr(world, user).pk), metric=code, period=PERIOD, now=NOW, **asked)


def test_own_metric_counts_its_members_alone(planned: World) -> None:
    code = define(planned, {"region": [north()]})
    rows = OrderLine.objects.filter(region__name="北区", on__gte="2026-01-01")
    amount = rows.aggregate(sum=Sum("amount_minor"))["sum"]
    orders = rows.values("order_code").distinct().count()
    answer = value(planned, code)
    assert (answer.total.numerator, answer.total.denominator, answer.total.rows) == (amount, orders, rows.count())
    assert answer.total.value == rounded(amount, orders)
    by = value(planned, code, by=["region"])
    assert [group.keys[0][1] for group in by.groups] == ["北区"]
    assert value(planned, code, by=["month"]).total == answer.total


def test_rows_that_an_own_metric_opens_are_its_own(planned: World) -> None:
    code = define(planned, {"region": [north()], "line": ["硬件"]})
    answer = value(planned, code)
    page = signed_in(planned, "director").get(f"/revenue/lines/totals/?{answer.total.query}").content.decode()
    assert f"{answer.total.rows:,} 行" in page


def test_question_for_members_outside_of_the_metric_is_refused(planned: World) -> None:
    code = define(planned, {"region": [north()]})
    south = Region.objects.get(name="南区").pk
    with pytest.raises(BadQuestion, match="北区客单价"):
        value(planned, code, where={"region": [south]})
    assert value(planned, code, where={"region": [int(north()), south]}).total == value(planned, code).total


@pytest.mark.parametrize(
    ("numerator", "denominator", "unit"),
    [
        ("amount", "", "money"),
        ("orders", "", "count"),
        ("gross", "amount", "share"),
        ("customers", "orders", "share"),
        ("amount", "customers", "money"),
    ],
)
def test_unit_follows_from_what_is_divided(planned: World, numerator: str, denominator: str, unit: str) -> None:
    code = define(planned, numerator=LINES + numerator, denominator=LINES + denominator if denominator else "")
    assert selectors.metric_for(actor=planned.director, code=code).unit == unit


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " "}, "要有名称"),
        ({"name": "x" * 41}, "要有名称"),
        ({"means": ""}, "一句话写清"),
        ({"numerator": ""}, "请选择要统计什么"),
        ({"numerator": "revenue.lines/nonsense"}, "请选择要统计什么"),
        ({"denominator": "revenue.lines/nonsense"}, "请选择要统计什么"),
        ({"denominator": "org.people/people"}, "同一种数据"),
        ({"denominator": f"{LINES}amount"}, "不能和分子相同"),
        ({"numerator": f"{LINES}orders", "denominator": f"{LINES}amount"}, "没有意义"),
        ({"where": {"nonsense": ["1"]}}, "没有“nonsense”这个维度"),
        ({"where": {"region": [str(number) for number in range(201)]}}, "最多选 200"),
    ],
)
def test_definition_that_cannot_be_is_refused_with_a_sentence(planned: World, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadMetric, match=sentence):
        selectors.read_definition(**{**GOOD, "where": {}, **given})


def test_name_is_used_once_and_again_when_retired(planned: World) -> None:
    code = define(planned)
    with pytest.raises(BadMetric, match="已经有叫"):
        define(planned)
    services.retire_metric(actor=planned.finance, metric_id=int(code.removeprefix("own-")), now=NOW)
    with pytest.raises(NotFound):
        value(planned, code)
    define(planned)
    assert Change.objects.filter(table="metrics_ownmetric", operation__actor_name="w-finance", kind="U").count() == 1


def test_only_director_and_finance_define(planned: World) -> None:
    fields = selectors.read_definition(**GOOD, where={})
    for who in ("north", "seller", "system", "security", "audit"):
        with pytest.raises(MayNotDefine):
            services.define_metric(actor=getattr(planned, who), metric_id=None, fields=fields, is_higher_better=True, now=NOW)
    assert not OwnMetric.objects.exists()


def test_own_metric_hides_with_what_it_rests_on(planned: World) -> None:
    code = define(planned, {"region": [north()]}, numerator=f"{LINES}gross", denominator=f"{LINES}amount")
    assert value(planned, code, "north").total.value is not None
    for field in ("cost", "region"):
        FieldRight.objects.create(role="manager", model="revenue.orderline", field=field, right="none")
        with pytest.raises(NotFound):
            value(planned, code, "north")
        FieldRight.objects.all().delete()


def test_everybody_sees_their_own_part_of_an_own_metric(planned: World) -> None:
    code = define(planned, numerator=f"{LINES}amount", denominator="")
    assert value(planned, code, "seller").total.value < value(planned, code, "north").total.value < value(planned, code).total.value  # type: ignore[operator]


def form(**typed: Any) -> dict[str, Any]:
    return {**GOOD, "direction": "higher", f"{LINES}region": north(), **typed}


def test_form_shows_what_it_would_be_then_keeps_it_and_every_page_has_it(planned: World) -> None:
    client = signed_in(planned, "director")
    assert "自定义指标" in client.get("/metrics/").content.decode()
    page = client.post("/metrics/new/", form(preview="1")).content.decode()
    assert 'role="status"' in page
    assert "订单数" in page
    assert not OwnMetric.objects.exists()
    assert 'value="北区客单价"' in page
    answer = client.post("/metrics/new/", form(save="1"))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    kept = OwnMetric.objects.get()
    assert kept.where == {"region": [north()]}
    at = answer.headers["Location"]
    shown = client.get(at).content.decode()
    assert "北区客单价" in shown
    assert f"{at}edit/" in shown
    assert f"{at}edit/" not in signed_in(planned, "north").get(at).content.decode()
    assert "北区客单价" in client.get("/metrics/").content.decode()
    edited = client.get(f"{at}edit/").content.decode()
    assert f'<option value="{north()}" selected>北区</option>' in edited
    client.post(f"{at}edit/", form(save="1", name="北区单价", direction="lower"))
    assert (OwnMetric.objects.get().name, OwnMetric.objects.get().is_higher_better) == ("北区单价", False)
    wrong = client.post(f"{at}edit/", form(save="1", name=""))
    assert (wrong.status_code, "指标要有名称" in wrong.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert client.post(f"{at}retire/").status_code == HTTPStatus.SEE_OTHER
    assert client.get(at).status_code == HTTPStatus.NOT_FOUND


def test_code_of_a_declared_metric_is_not_redefined(planned: World) -> None:
    client = signed_in(planned, "director")
    for at in ("/metrics/revenue/edit/", "/metrics/own-x/edit/", "/metrics/own-99999999999999999999/edit/"):
        assert client.get(at).status_code == HTTPStatus.NOT_FOUND
