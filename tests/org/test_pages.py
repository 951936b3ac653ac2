"""The pages of the organisation as people use them: lists that grow by form and file, moves, accounts, rights, what was done."""

import io
import re
from http import HTTPStatus

import pytest
from django.test import Client

from tests.planning.conftest import planned as planned  # noqa: PLC0414 - the same company
from tests.site.conftest import fresh_limits as fresh_limits  # noqa: PLC0414 - no test is refused for another's wrong passwords
from tests.site.conftest import signed_in
from tests.world import World
from yunchou.audit.models import Change, Operation
from yunchou.org.models import FieldRight, Membership, Person, Unit, UnitPlacement, User

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SEEN, REFUSED, FORBIDDEN = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FORBIDDEN


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_people_are_listed_with_unit_manager_and_service_within_reach(planned: World) -> None:
    page = text_of(signed_in(planned, "north"), "/org/people/")
    assert "3 人" in page
    assert "甲销售" in page
    assert "丙销售" not in page
    assert "<td>销售经理</td>" in page
    record = text_of(signed_in(planned, "director"), f"/org/people/{planned.person('P4').pk}/")
    assert "<dt>上级</dt>" in record
    assert f"/org/people/{planned.person('P4').pk}/move/" in record


def test_who_looks_after_accounts_knows_everybody_by_name_and_no_business(planned: World) -> None:
    for role in ("system", "security"):
        client = signed_in(planned, role)
        assert "丙销售" in text_of(client, "/org/people/")
        assert "北方电子" not in text_of(client, "/customers/accounts/")
        assert "0 行" in text_of(client, "/revenue/lines/")
        assert client.get("/").status_code == HTTPStatus.OK
    assert "丙销售" not in text_of(signed_in(planned, "audit"), "/org/people/")


def test_units_show_their_people_and_a_unit_is_placed_elsewhere(planned: World) -> None:
    client, unit = signed_in(planned, "director"), planned.unit("T1")
    assert "4 个部门" in text_of(client, "/org/units/")
    assert "甲销售" in text_of(client, f"/org/units/{unit.pk}/")
    at = f"/org/units/{unit.pk}/place/"
    assert "北区一组 移到哪里" in text_of(client, at)
    assert client.post(at, {"parent": "南区销售部", "on": "2026-08-31"}).status_code == SEEN
    newest = UnitPlacement.objects.filter(unit=unit).latest("starts_on")
    assert newest.parent == planned.unit("R2")
    assert Change.objects.filter(table="org_unitplacement", operation__action="org.units.place").count() == 2
    for wrong, sentence in (
        ({"parent": "没有", "on": "2026-08-31"}, "没有“没有”这个部门"),
        ({"parent": "北区一组", "on": "2026-08-31"}, "不晚于"),
        ({"parent": "南区销售部", "on": "2027-01-01"}, "将来的调整"),
        ({"parent": "南区销售部", "on": "明天"}, "不是日期"),
    ):
        answer = client.post(at, wrong)
        assert (answer.status_code, sentence in answer.content.decode()) == (REFUSED, True), sentence
    assert UnitPlacement.objects.filter(unit=unit).count() == 3
    assert signed_in(planned, "north").get(f"/org/units/{planned.unit('R1').pk}/place/").status_code == FORBIDDEN


def test_unit_below_itself_is_refused(planned: World) -> None:
    client = signed_in(planned, "director")
    answer = client.post(f"/org/units/{planned.unit('R1').pk}/place/", {"parent": "T1", "on": "2026-08-31"})
    assert (answer.status_code, "它自己或它的下级" in answer.content.decode()) == (REFUSED, True)


def test_units_and_people_grow_by_form_and_file_and_both_are_taken_back(planned: World) -> None:
    client = signed_in(planned, "system")
    answer = client.post("/org/units/new/", {"name": "西区销售部", "code": "R3", "kind": "region", "parent": "样例公司"})
    assert answer.status_code == SEEN
    west = Unit.objects.get(code="R3")
    assert west.placements.get().parent == planned.unit("C0")
    top = Unit.objects.get(code="C0")
    assert top.tree_low < west.tree_low < top.tree_high
    rows = "姓名,工号,岗位,部门,上级,入职日期\r\n丁销售,P7,销售,西区销售部,何总,2026-08-03\r\n戊销售,P8,销售,没有这里,,2026-08-03\r\n"
    tried = client.post("/org/people/import/", {"file": io.BytesIO(rows.encode())} | {}, format="multipart")
    at = tried.headers["Location"]
    told = text_of(client, at)
    assert "没有“没有这里”这个部门" in told
    assert client.post(at).status_code == SEEN
    made = Person.objects.get(code="P7")
    assert (made.position, made.memberships.get().unit, made.memberships.get().manager) == ("salesperson", west, planned.person("P1"))
    assert "丁销售" in text_of(client, "/search/?q=dxs")
    assert client.post(f"/lists/operations/{Operation.objects.latest('id').pk}/undo/").status_code == SEEN
    assert not Person.objects.filter(code="P7").exists()
    assert not Membership.objects.filter(unit=west).exists()


def test_person_with_business_is_not_taken_away_by_undo(planned: World) -> None:
    client = signed_in(planned, "system")
    client.post(
        "/org/people/new/", {"name": "丁销售", "code": "P7", "position": "salesperson", "unit": "R1", "manager": "", "hired": "2026-08-03"}
    )
    operation = Operation.objects.latest("id")
    person = Person.objects.get(code="P7")
    User.objects.create(username="w-new", password="x", person=person)
    client.post(f"/lists/operations/{operation.pk}/undo/")
    assert Person.objects.filter(code="P7").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "P4"}, "工号 P4 已经有了"),
        ({"name": ""}, "“姓名”不能为空"),
        ({"unit": "没有"}, "没有“没有”这个部门"),
        ({"manager": "没有"}, "没有在职的“没有”"),
        ({"hired": "x"}, "不是日期"),
        ({"position": "王"}, "没有“王”这一项"),
    ],
)
def test_bad_person_is_told_and_nothing_is_written(planned: World, typed: dict[str, str], sentence: str) -> None:
    good = {"name": "丁销售", "code": "P7", "position": "salesperson", "unit": "R1", "manager": "", "hired": "2026-08-03"}
    before = (Person.objects.count(), Operation.objects.count())
    answer = signed_in(planned, "director").post("/org/people/new/", good | typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (REFUSED, True)
    assert (Person.objects.count(), Operation.objects.count()) == before


def test_person_is_renamed_found_by_the_new_name_and_told_in_the_history(planned: World) -> None:
    client, person = signed_in(planned, "director"), planned.person("P4")
    form = {"seen_name": "甲销售", "seen_position": "salesperson", "seen_hired": "2018-03-01"}
    answer = client.post(f"/org/people/{person.pk}/edit/", {**form, "name": "重新", "position": "salesperson", "hired": "2018-03-01"})
    assert answer.status_code == SEEN
    assert "重新" in text_of(client, "/search/?q=cx")
    assert "重新" in text_of(client, "/search/?q=zhongx")
    page = text_of(client, f"/org/people/{person.pk}/")
    assert "<td>甲销售</td><td>重新</td>" in page
    client.post(f"/lists/operations/{Operation.objects.latest('id').pk}/undo/")
    assert planned.person("P4").name == "甲销售"


def test_person_is_moved_led_and_leaves_on_one_page(planned: World) -> None:
    client, person = signed_in(planned, "north"), planned.person("P4")
    at = f"/org/people/{person.pk}/move/"
    assert "北区一组" in text_of(client, at)
    moved = {"do": "transfer", "unit": "北区销售部", "manager": "乙销售 (P5)", "on": "2026-08-30"}
    assert client.post(at, moved).status_code == SEEN
    assert Membership.objects.get(person=person, ends_before=None).manager == planned.person("P5")
    assert client.post(at, {"do": "report", "kind": "1", "manager": "P2", "on": "2026-08-30"}).status_code == SEEN
    assert "矩阵汇报" in text_of(client, at)
    for wrong, sentence in (
        ({"do": "report", "kind": "9", "manager": "P2", "on": "2026-08-30"}, "没有这种汇报关系"),
        ({"do": "leave", "on": "2027-01-01"}, "将来的离职"),
        ({"do": "leave", "on": "2026-08-31", "successor": "丙销售"}, "没有在职的“丙销售”"),
        ({"do": "transfer", "unit": "南区销售部", "on": "2026-08-31"}, "您的范围内没有"),
    ):
        answer = client.post(at, wrong)
        assert (answer.status_code, sentence in answer.content.decode()) == (REFUSED, True), sentence
    assert client.post(at, {"do": "leave", "on": "2026-08-31", "successor": "P5"}).status_code == SEEN
    assert planned.person("P4").left_on is not None
    assert signed_in(planned, "seller").get("/", follow=False).status_code == HTTPStatus.FOUND


def test_open_pages_of_a_closed_account_end_at_once_and_of_an_opened_one_do_not(planned: World) -> None:
    seller, system = signed_in(planned, "seller"), signed_in(planned, "system")
    at = f"/org/users/{planned.seller.pk}/account/"
    assert seller.get("/").status_code == HTTPStatus.OK
    assert system.post(at, {"do": "close"}).status_code == SEEN
    assert seller.get("/").status_code == HTTPStatus.FOUND
    assert seller.get("/customers/accounts/export/").status_code == HTTPStatus.FOUND
    assert system.post(at, {"do": "open"}).status_code == SEEN
    assert signed_in(planned, "seller").get("/").status_code == HTTPStatus.OK


def test_new_password_ends_other_sessions(planned: World) -> None:
    seller, system = signed_in(planned, "seller"), signed_in(planned, "system")
    at = f"/org/users/{planned.seller.pk}/account/"
    assert system.post(at, {"do": "password", "password": "short"}).status_code == REFUSED
    assert seller.get("/").status_code == HTTPStatus.OK
    assert system.post(at, {"do": "password", "password": "long-enough-for-anybody"}).status_code == SEEN
    assert seller.get("/").status_code == HTTPStatus.FOUND


def test_account_is_made_by_one_and_given_rights_by_another(planned: World) -> None:
    system, security = signed_in(planned, "system"), signed_in(planned, "security")
    assert "新建账号" in text_of(system, "/org/users/new/")
    assert 'href="/org/users/new/"' in text_of(system, "/org/users/")
    assert 'href="/org/users/new/"' not in text_of(security, "/org/users/")
    wrong = system.post("/org/users/new/", {"username": "w-new", "password": "short", "person_code": "P6"})
    assert (wrong.status_code, "密码至少要有 12 位" in wrong.content.decode()) == (REFUSED, True)
    made = system.post("/org/users/new/", {"username": "w-new", "password": "long-enough-for-anybody", "person_code": "P6"})
    assert made.status_code == SEEN
    at = made.headers["Location"].partition("?")[0]
    assert "角色与数据范围" not in text_of(system, at)
    page = text_of(security, at)
    assert "重设密码" not in page
    assert "角色与数据范围" in page
    assert security.post(at, {"do": "close"}).status_code == FORBIDDEN
    assert system.post(at, {"do": "scope", "role": "director", "scope": "all"}).status_code == FORBIDDEN
    assert security.post(at, {"do": "scope", "role": "salesperson", "scope": "own", "scope_revenue": "unit"}).status_code == SEEN
    assert security.post(at, {"do": "scope", "role": "king", "scope": "own"}).status_code == REFUSED
    assert security.post(at, {"do": "duty", "administers": "audit"}).status_code == SEEN
    user = User.objects.get(username="w-new")
    assert (user.scope, user.administers, user.app_scopes.get().scope) == ("own", "audit", "unit")


def test_rights_to_fields_are_set_on_one_page(planned: World) -> None:
    client = signed_in(planned, "security")
    page = text_of(client, "/org/rights/")
    names = re.findall(r'<select name="([^"]*)"', page)
    assert "salesperson/revenue.orderline/cost" in names
    assert "salesperson/customers.account/name" not in names
    assert "字段权限" in text_of(client, "/")
    assert 'href="/org/rights/"' not in text_of(signed_in(planned, "system"), "/")
    values = {**dict.fromkeys(names, "write"), "salesperson/revenue.orderline/cost": "none"}
    answer = client.post("/org/rights/", values)
    assert (answer.status_code, answer.headers["Location"]) == (SEEN, "/org/rights/?done=1")
    assert "已保存，改了 1 项" in text_of(client, answer.headers["Location"])
    assert FieldRight.objects.get().right == "none"
    assert client.post("/org/rights/", {"salesperson/revenue.orderline/cost": "own"}).status_code == REFUSED
    assert FieldRight.objects.get().right == "none"


def test_audit_tells_who_did_what_and_no_values(planned: World) -> None:
    director = signed_in(planned, "director")
    director.post("/customers/accounts/edit/", {"query": "", "set_industry": "on", "industry": "机密行业", "apply": "1"})
    client = signed_in(planned, "audit")
    page = text_of(client, "/audit/operations/")
    assert "何总" in page
    assert "<td>客户</td><td>修改</td>" in page
    operation = Operation.objects.latest("id")
    record = text_of(client, f"/audit/operations/{operation.pk}/")
    assert "customers_account" in record
    assert "industry" in record
    assert "机密行业" not in record
    assert "机密行业" not in text_of(client, "/audit/changes/")
    exported = client.get("/audit/operations/export/?as=csv").getvalue().decode()  # type: ignore[attr-defined]  # a stream
    assert "客户,修改,4" in exported
    assert client.get("/audit/operations/?about=customers.accounts&verb=edit").status_code == HTTPStatus.OK
    assert "1 次操作" in text_of(client, f"/audit/operations/?who_has=何总&on_from={operation.at.date()}")
