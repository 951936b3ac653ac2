"""Dashboards: made, filled, ordered, shared, and shown within what their reader may see."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.metrics.models import Card, Dashboard
from yunchou.org.models import FieldRight

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SEEN, REFUSED = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY


def board(client: Client, name: str = "周会", **more: str) -> str:
    return client.post("/metrics/dashboards/", {"name": name, **more}).headers["Location"]


def add(client: Client, at: str, **asked: str) -> int:
    usual = {"metric": "revenue", "kind": "value", "span": "year_to_date", "dimension": "region"}
    return client.post(f"{at}cards/", usual | asked).status_code


def test_dashboard_shows_values_trends_and_splits_that_open_their_rows(planned: World) -> None:
    client = signed_in(planned, "director")
    assert "新建看板" in client.get("/metrics/dashboards/").content.decode()
    at = board(client)
    for kind in ("value", "trend", "split"):
        assert add(client, at, kind=kind) == SEEN
    assert add(client, at, metric="head_count") == SEEN
    page = client.get(at).content.decode()
    assert page.count('<section class="card') == 4
    assert "/revenue/lines/?on_from=2026-01-01" in page
    assert "<svg" in page
    assert "南区" in page
    assert client.get("/metrics/dashboards/").headers["Location"] == at
    assert "周会" in client.get("/metrics/revenue/").content.decode()


def test_cards_are_moved_and_taken_off(planned: World) -> None:
    client = signed_in(planned, "director")
    at = board(client)
    for metric in ("revenue", "orders", "customers"):
        add(client, at, metric=metric)

    def order() -> list[str]:
        return list(Card.objects.order_by("position").values_list("metric", flat=True))

    ids = dict(Card.objects.values_list("metric", "pk"))
    client.post(f"{at}cards/{ids['customers']}/", {"do": "up"})
    assert order() == ["revenue", "customers", "orders"]
    client.post(f"{at}cards/{ids['revenue']}/", {"do": "up"})
    client.post(f"{at}cards/{ids['revenue']}/", {"do": "down"})
    assert order() == ["customers", "revenue", "orders"]
    client.post(f"{at}cards/{ids['customers']}/", {"do": "remove"})
    assert order() == ["revenue", "orders"]
    assert client.post(f"{at}cards/{ids['customers']}/", {"do": "remove"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{at}cards/{ids['orders']}/", {"do": "burn"}).status_code == REFUSED


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"metric": "nonsense"}, 404),
        ({"kind": "pie"}, 422),
        ({"span": "nonsense"}, 422),
        ({"kind": "split", "dimension": "position"}, 422),
    ],
)
def test_card_that_cannot_be_is_not_added(planned: World, asked: dict[str, str], status: int) -> None:
    client = signed_in(planned, "director")
    at = board(client)
    assert add(client, at, **asked) == status
    assert not Card.objects.exists()


def test_others_open_what_is_shared_change_nothing_and_see_their_own_part(planned: World) -> None:
    director, north, seller = (signed_in(planned, role) for role in ("director", "north", "seller"))
    at = board(director, shared="on")
    add(director, at)
    own = board(director, "自己的")
    assert north.get(own).status_code == HTTPStatus.NOT_FOUND
    page, whole = north.get(at).content.decode(), director.get(at).content.decode()
    assert "加卡片" not in page
    assert "何总" in page
    figure = page.partition('class="big"')[2].partition("</a>")[0].rpartition(">")[2]
    assert figure != whole.partition('class="big"')[2].partition("</a>")[0].rpartition(">")[2]
    for path in ("cards/", "change/", f"cards/{Card.objects.get().pk}/"):
        assert (
            north.post(f"{at}{path}", {"name": "x", "metric": "revenue", "kind": "value", "span": "month", "do": "remove"}).status_code
            == 404
        )
    assert seller.get("/metrics/dashboards/").headers["Location"] == at
    assert Card.objects.count() == 1


def test_card_of_what_is_hidden_or_retired_says_so(planned: World) -> None:
    director = signed_in(planned, "director")
    at = board(director, shared="on")
    add(director, at, metric="gross_margin")
    FieldRight.objects.create(role="manager", model="revenue.orderline", field="cost", right="none")
    page = signed_in(planned, "north").get(at).content.decode()
    assert "没有这个指标" in page
    assert "毛利率" not in page
    assert "毛利率" in director.get(at).content.decode()


def test_dashboard_is_renamed_shared_made_the_first_of_a_role_and_deleted(planned: World) -> None:
    director, north = signed_in(planned, "director"), signed_in(planned, "north")
    at = board(director)
    board(north, "北区")
    assert director.post(f"{at}change/", {"name": "经理看板", "role": "manager"}).status_code == SEEN
    kept = Dashboard.objects.get(name="经理看板")
    assert (kept.role, kept.is_shared) == ("manager", True)
    assert north.get("/metrics/dashboards/").headers["Location"] == at
    other = board(director, "另一个")
    director.post(f"{other}change/", {"name": "另一个", "role": "manager"})
    assert Dashboard.objects.get(role="manager").name == "另一个"
    assert director.post(f"{other}change/", {"name": "经理看板"}).status_code == REFUSED
    assert director.post(f"{other}change/", {"name": " "}).status_code == REFUSED
    mine = north.get("/metrics/dashboards/?new=1")
    assert mine.status_code == HTTPStatus.OK
    own = Dashboard.objects.get(name="北区")
    assert north.post(f"/metrics/dashboards/{own.pk}/change/", {"name": "北区", "role": "manager"}).status_code == REFUSED
    assert north.post(f"/metrics/dashboards/{own.pk}/change/", {"delete": "1"}).status_code == SEEN
    assert not Dashboard.objects.filter(name="北区").exists()


def test_dashboard_has_at_most_24_cards_and_costs_few_queries(planned: World, django_assert_max_num_queries: object) -> None:
    client = signed_in(planned, "director")
    at = board(client)
    for _number in range(24):
        assert add(client, at) == SEEN
    assert add(client, at) == REFUSED
    with django_assert_max_num_queries(24 * 10 + 20):  # type: ignore[operator]
        client.get(at)
