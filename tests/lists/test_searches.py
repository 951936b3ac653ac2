"""The search over everything that a reader may see."""

import pytest
from django.db import connection

from tests.site.conftest import signed_in
from tests.world import NOW, World
from yunchou.audit.models import Change
from yunchou.customers import services as customers
from yunchou.customers.models import Account
from yunchou.lists import selectors

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def titles(world: World, asked: str, user: str = "director") -> list[str]:
    return [hit.title for hit in selectors.search(actor=getattr(world, user), asked=asked, now=NOW) if hit.what == "record"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("北方电子", ["北方电子"]),
        ("电子", ["北方电子", "南方电子"]),
        ("北", ["北方机械", "北方电子", "北经理"]),
        ("bfdz", ["北方电子"]),
        ("nanfangyi", ["南方医药"]),
        ("k3", ["南方电子"]),
        ("不存在", []),
        ("", []),
        ("  ", []),
    ],
)
def test_records_are_found_by_name_pinyin_initials_and_code(planned: World, asked: str, found: list[str]) -> None:
    assert sorted(titles(planned, asked)) == sorted(found)


def test_orders_are_found_by_the_beginning_of_their_number(planned: World) -> None:
    assert titles(planned, "so202601-")[0] == "SO202601-0"
    assert len(titles(planned, "SO2026")) == 8


def test_names_out_of_scope_are_not_found(planned: World) -> None:
    assert titles(planned, "电子", "seller") == ["北方电子"]
    assert titles(planned, "南方", "north") == []
    assert titles(planned, "k3", "north") == []


def test_pages_and_what_may_be_added_are_found(planned: World) -> None:
    def kinds(user: str, asked: str) -> list[tuple[str, str]]:
        return [
            (hit.what, hit.title) for hit in selectors.search(actor=getattr(planned, user), asked=asked, now=NOW) if hit.what != "record"
        ]

    assert ("add", "新建客户") in kinds("director", "新建")
    assert kinds("finance", "新建") == []
    assert ("page", "销售明细") in kinds("seller", "销售")


def test_name_changed_by_anybody_is_found_by_its_new_name_alone(planned: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_account SET name = '重庆钢铁' WHERE code = 'K1'")
    assert titles(planned, "钢铁") == ["重庆钢铁"]
    assert titles(planned, "bfdz") == []
    assert customers.make_search_keys() == 1
    assert titles(planned, "cqgt") == titles(planned, "zqgt") == ["重庆钢铁"]
    client = signed_in(planned, "director")
    kept = Account.objects.get(code="K2")
    seen = {"seen_name": kept.name, "name": "成都机床"}
    client.post(f"/customers/accounts/{kept.pk}/edit/", seen)
    assert titles(planned, "cdjc") == ["成都机床"]
    # what is made for the search is nobody's change
    assert not any({"search_text", "search_keys"} & set(change.new or {}) for change in Change.objects.filter(kind="U"))


@pytest.mark.parametrize("asked", ["%", "_", "'", "\\", "a" * 500, "𠮷", "\u202e北", "null\x00"])
def test_strange_questions_are_answered(planned: World, asked: str) -> None:
    assert signed_in(planned, "director").get("/search/", {"q": asked}).status_code == 200
    assert titles(planned, asked.replace("\x00", "")) == []


def test_page_and_panel_show_the_same(planned: World) -> None:
    client = signed_in(planned, "director")
    page = client.get("/search/?q=bfdz").content.decode()
    panel = client.get("/search/?q=bfdz", headers={"HX-Request": "true"}).content.decode()
    address = f"/customers/accounts/{Account.objects.get(code='K1').pk}/"
    assert page.count(address) == panel.count(address) == 1
    assert "<html" not in panel
    assert "没有找到“没有这家”" in client.get("/search/?q=没有这家").content.decode()


@pytest.mark.parametrize("asked", ["电子", "bfdz"])
def test_search_costs_the_same_queries_for_any_number_found(
    planned: World, asked: str, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        selectors.search(actor=planned.director, asked=asked, now=NOW)
