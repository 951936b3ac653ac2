"""Rows changed over HTTP: one with its conflicts, many with a preview, both taken back."""

from http import HTTPStatus

import pytest

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.audit.models import Change, Operation
from yunchou.customers.models import Account

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def account(code: str) -> Account:
    return Account.objects.select_related("owner", "unit").get(code=code)


def form(kept: Account, **typed: str) -> dict[str, str]:
    """What the form of a record sends: what was seen, and what stands in its fields."""
    seen = {
        "seen_name": kept.name,
        "seen_industry": kept.industry,
        "seen_region": str(kept.region_id),
        "seen_owner": str(kept.owner_id or ""),
        "seen_lost": "" if kept.lost_on is None else kept.lost_on.isoformat(),
    }
    shown = {"name": kept.name, "industry": kept.industry, "region": str(kept.region_id), "owner": str(kept.owner or ""), "lost": ""}
    return {**seen, **shown, **typed}


def test_record_is_changed_told_and_taken_back(planned: World) -> None:
    client, kept = signed_in(planned, "director"), account("K1")
    answer = client.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, industry="机械", owner="乙销售"))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    changed = account("K1")
    assert (changed.industry, changed.owner.code, changed.unit.code) == ("机械", "P5", "R1")  # type: ignore[union-attr]
    page = client.get(answer.headers["Location"]).content.decode()
    assert page.count("何总") >= 2
    assert "<td>电子</td><td>机械</td>" in page
    assert "<td>甲销售</td><td>乙销售</td>" in page
    assert client.post(f"/lists/operations/{Operation.objects.get().pk}/undo/").status_code == HTTPStatus.SEE_OTHER
    back = account("K1")
    assert (back.industry, back.owner.code, back.unit.code) == ("电子", "P4", "T1")  # type: ignore[union-attr]


def test_form_that_changes_nothing_writes_nothing(planned: World) -> None:
    kept = account("K1")
    assert signed_in(planned, "director").post(f"/customers/accounts/{kept.pk}/edit/", form(kept)).status_code == HTTPStatus.SEE_OTHER
    assert not Operation.objects.exists()


def test_same_field_changed_by_another_is_shown_beside_and_different_fields_are_both_kept(planned: World) -> None:
    kept = account("K1")
    first, second = signed_in(planned, "director"), signed_in(planned, "north")
    first.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, industry="医药"))
    answer = second.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, industry="机械"))
    assert answer.status_code == HTTPStatus.CONFLICT
    page = answer.content.decode()
    assert "对方改成了：医药" in page
    assert 'name="industry" value="机械"' in page
    assert 'name="seen_industry" value="医药"' in page
    assert account("K1").industry == "医药"
    assert second.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, name="北方电子集团")).status_code == HTTPStatus.SEE_OTHER
    assert (account("K1").name, account("K1").industry) == ("北方电子集团", "医药")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "  "}, "“客户”不能为空"),
        ({"name": "长" * 201}, "“客户”最多 200 个字"),
        ({"region": "999999"}, "“区域”没有“999999”这一项"),
        ({"owner": "没有这人"}, "没有在职的“没有这人”"),
        ({"lost": "明天"}, "不是日期"),
        ({"lost": "2001-01-01"}, "流失日期早于建档日期"),
    ],
)
def test_bad_value_is_told_beside_its_field_and_changes_nothing(planned: World, typed: dict[str, str], sentence: str) -> None:
    kept, before = account("K1"), Change.objects.count()
    answer = signed_in(planned, "director").post(f"/customers/accounts/{kept.pk}/edit/", form(kept, **typed))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in answer.content.decode()
    assert next(iter(typed.values())).strip() in answer.content.decode()
    assert Change.objects.count() == before


def test_who_may_not_change_is_refused_and_shown_no_door(planned: World) -> None:
    kept, before = account("K1"), Change.objects.count()
    finance, seller, south = (signed_in(planned, role) for role in ("finance", "seller", "south"))
    assert finance.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, name="x")).status_code == HTTPStatus.FORBIDDEN
    assert finance.post("/customers/accounts/edit/", {"set_name": "on", "name": "x", "apply": "1"}).status_code == HTTPStatus.FORBIDDEN
    assert "批量修改" not in finance.get("/customers/accounts/").content.decode()
    assert "/edit/" not in finance.get(f"/customers/accounts/{kept.pk}/").content.decode()
    # a salesperson changes the name, but hands nothing over
    page = seller.get(f"/customers/accounts/{kept.pk}/edit/").content.decode()
    assert 'name="name"' in page
    assert 'name="owner"' not in page
    seller.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, owner="P5"))
    assert account("K1").owner_id == kept.owner_id
    assert south.post(f"/customers/accounts/{kept.pk}/edit/", form(kept, name="x")).status_code == HTTPStatus.NOT_FOUND
    assert Change.objects.count() == before


def test_many_rows_are_previewed_changed_with_refusals_and_taken_back(planned: World) -> None:
    client = signed_in(planned, "director")
    asked = {"query": "sort=name", "set_lost": "on", "lost": "2020-06-30"}
    preview = client.post("/customers/accounts/edit/", asked)
    page = preview.content.decode()
    assert preview.status_code == HTTPStatus.OK
    assert "将修改 3 行" in page
    assert "1 行不能改" in page
    assert "流失日期早于建档日期 2024-01-01" in page
    assert not Account.objects.filter(lost_on__isnull=False).exists()
    done = client.post("/customers/accounts/edit/", {**asked, "apply": "1"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert Account.objects.filter(lost_on__isnull=False).count() == 3
    listed = client.get(done.headers["Location"]).content.decode()
    assert "3 行 · 1 行保持原样" in listed
    operation = Operation.objects.get()
    # what was changed again since stays as it is
    Account.objects.filter(code="K2").update(lost_on="2021-01-01")
    client.post(f"/lists/operations/{operation.pk}/undo/")
    assert list(Account.objects.filter(lost_on__isnull=False).values_list("code", flat=True)) == ["K2"]
    assert client.post(f"/lists/operations/{operation.pk}/undo/").status_code == HTTPStatus.CONFLICT


def test_chosen_rows_alone_are_changed_and_never_beyond_the_filter(planned: World) -> None:
    client, keys = signed_in(planned, "director"), [account("K1").pk, account("K3").pk]
    asked = {"query": "industry=电子", "row": [*keys, account("K4").pk], "set_industry": "on", "industry": "半导体", "apply": "1"}
    client.post("/customers/accounts/edit/", asked)
    assert sorted(Account.objects.filter(industry="半导体").values_list("pk", flat=True)) == sorted(keys)


def test_many_rows_need_a_column_and_a_good_value(planned: World) -> None:
    client = signed_in(planned, "director")
    for asked, sentence in (
        ({"apply": "1"}, "先勾选要修改的列"),
        ({"set_owner": "on", "owner": "没有这人", "apply": "1"}, "没有在职的“没有这人”"),
    ):
        answer = client.post("/customers/accounts/edit/", asked)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert sentence in answer.content.decode()
    assert not Operation.objects.exists()


def test_operation_of_another_is_neither_shown_nor_taken_back(planned: World) -> None:
    client = signed_in(planned, "director")
    client.post("/customers/accounts/edit/", {"set_industry": "on", "industry": "x", "apply": "1"})
    number = Operation.objects.get().pk
    assert "已修改" not in signed_in(planned, "finance").get(f"/customers/accounts/?done={number}").content.decode()
    assert signed_in(planned, "north").post(f"/lists/operations/{number}/undo/").status_code == HTTPStatus.NOT_FOUND


def test_field_is_brought_back_from_its_history(planned: World) -> None:
    client, kept = signed_in(planned, "director"), account("K1")
    Account.objects.filter(pk=kept.pk).update(name="改错了", sold_year_minor=1)
    page = client.get(f"/customers/accounts/{kept.pk}/").content.decode()
    assert "<td>系统</td>" in page
    change = Change.objects.filter(row_id=kept.pk, kind="U").latest("id").pk
    address = f"/customers/accounts/{kept.pk}/restore/"
    assert client.post(address, {"change": change, "column": "sales"}).status_code == HTTPStatus.FORBIDDEN
    assert client.post(address, {"change": change, "column": "industry"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(address, {"change": "x" * 30, "column": "name"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(address, {"change": change, "column": "name"}).status_code == HTTPStatus.SEE_OTHER
    assert account("K1").name == kept.name
