"""Records added, taken away, and put back as they were."""

from http import HTTPStatus

import pytest

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.audit.models import Operation
from yunchou.customers.models import Account

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NEW = {
    "name": "西部能源",
    "code": "K77",
    "industry": "能源",
    "city": "广州",
    "created": "2026-08-01",
    "owner": "",
    "region": "",
    "lost": "",
}


def test_record_is_added_taken_away_and_put_back_as_it_was(planned: World) -> None:
    client = signed_in(planned, "director")
    answer = client.post("/customers/accounts/new/", NEW)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    made = Account.objects.get(code="K77")
    assert (made.region.name, made.owner) == ("南区", None)
    assert client.post(f"/customers/accounts/{made.pk}/remove/").status_code == HTTPStatus.SEE_OTHER
    assert not Account.objects.filter(code="K77").exists()
    assert "西部能源" in client.get("/customers/accounts/bin/").content.decode()
    change = Operation.objects.latest("id").changes.get()
    assert client.post("/customers/accounts/bin/", {"change": change.pk}).status_code == HTTPStatus.SEE_OTHER
    back = Account.objects.get(code="K77")
    assert (back.pk, back.name, back.created_on, back.city_id) == (made.pk, made.name, made.created_on, made.city_id)
    assert "西部能源" not in client.get("/customers/accounts/bin/").content.decode()
    assert client.post("/customers/accounts/bin/", {"change": change.pk}).status_code == HTTPStatus.NOT_FOUND
    page = client.get(f"/customers/accounts/{back.pk}/").content.decode()
    assert page.count("新建") >= 2


def test_taking_away_is_undone_at_once_unless_its_code_is_used_by_another(planned: World) -> None:
    client = signed_in(planned, "director")
    client.post("/customers/accounts/new/", NEW)
    gone = Account.objects.get(code="K77")
    client.post(f"/customers/accounts/{gone.pk}/remove/")
    removal = Operation.objects.latest("id")
    client.post("/customers/accounts/new/", {**NEW, "name": "另一家"})
    answer = client.post(f"/lists/operations/{removal.pk}/undo/")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "不能放回" in answer.content.decode()
    other = Account.objects.get(code="K77")
    assert other.name == "另一家"
    client.post(f"/customers/accounts/{other.pk}/remove/")
    assert client.post(f"/lists/operations/{removal.pk}/undo/").status_code == HTTPStatus.SEE_OTHER
    assert Account.objects.get(code="K77").name == "西部能源"


def test_new_record_that_was_changed_since_is_not_taken_away_by_undo(planned: World) -> None:
    client = signed_in(planned, "director")
    client.post("/customers/accounts/new/", NEW)
    operation = Operation.objects.get()
    Account.objects.filter(code="K77").update(industry="石油")
    client.post(f"/lists/operations/{operation.pk}/undo/")
    assert Account.objects.filter(code="K77").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "K1"}, "客户编码 K1 已经有了"),
        ({"city": "x"}, "没有“x”这个城市"),
        ({"name": ""}, "“客户”不能为空"),
        ({"lost": "2001-01-01"}, "流失日期"),
    ],
)
def test_bad_new_record_is_told_and_not_written(planned: World, typed: dict[str, str], sentence: str) -> None:
    answer = signed_in(planned, "director").post("/customers/accounts/new/", {**NEW, **typed})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in answer.content.decode()
    assert Account.objects.count() == 4


def test_account_with_sales_is_not_taken_away_nor_by_who_may_not(planned: World) -> None:
    kept = Account.objects.get(code="K1")
    answer = signed_in(planned, "director").post(f"/customers/accounts/{kept.pk}/remove/")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "有销售明细的客户不能删除" in answer.content.decode()
    for role in ("finance", "north", "seller"):
        assert signed_in(planned, role).post(f"/customers/accounts/{kept.pk}/remove/").status_code == HTTPStatus.FORBIDDEN
    assert Account.objects.count() == 4
