"""The API: every operation × every role, the same scopes and rights as the pages, and what a token is worth."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from tests.site.conftest import ROLES
from tests.site.test_addresses import checksums
from tests.world import NOW, World
from yunchou.audit.models import Change
from yunchou.common import clock
from yunchou.customers.models import Account
from yunchou.org import services
from yunchou.org.models import ApiToken, FieldRight, User
from yunchou.revenue.models import OrderLine
from yunchou.site.api import api

pytestmark = [pytest.mark.database, pytest.mark.django_db]
V1 = "/api/v1"
HERE = [role for role in ROLES if role != "stranger"]
ALL = dict.fromkeys(HERE, 200)
NOWHERE = dict.fromkeys(HERE, 404)


def only(*roles: str, yes: int = 200, no: int = 403) -> dict[str, int]:
    return {**dict.fromkeys(HERE, no), **dict.fromkeys(roles, yes)}


@dataclass(frozen=True)
class Row:
    """An operation as it is tried: what is sent, and what each role gets; a stranger gets 401 everywhere."""

    method: str
    path: str
    answers: dict[str, int] = field(default_factory=lambda: ALL)
    sent: dict[str, Any] | None = None


PERSON = {"name": "丁销售", "code": "P7", "position": "salesperson", "unit": "R1", "hired": "2026-08-03"}
UNIT = {"name": "西区", "code": "R3", "kind": "region"}
ACCOUNT = {"name": "西方电子", "code": "K9", "industry": "电子", "city": "北京", "created": "2026-08-03"}
TABLE = {
    **{
        f"{name}{what}": Row("get", f"/{name.replace('-', '/')}{path}", answers)
        for name, all_of in (
            ("customers-accounts", ALL),
            ("revenue-lines", ALL),
            ("org-people", ALL),
            ("org-units", ALL),
            ("org-users", only("system", "security", no=404)),
            ("audit-operations", only("audit", no=404)),
            ("audit-changes", only("audit", no=404)),
        )
        for what, path, answers in (("", "", all_of), ("-totals", "/totals", all_of), ("-record", "/999999999", NOWHERE))
    },
    **{
        f"{name}-{what}": Row(method, f"/{name.replace('-', '/')}{path}", answers, sent)
        for name, new, adds, edits, removes in (
            ("customers-accounts", ACCOUNT, ("director", "north"), ("director", "north", "seller"), ("director",)),
            ("org-people", PERSON, ("director", "system"), ("director", "system"), ()),
            ("org-units", UNIT, ("director", "system"), ("director", "system"), ()),
        )
        for what, method, path, answers, sent in (
            ("add", "post", "", only(*adds, yes=201), new),
            ("edit", "patch", "/999999999", only(*edits, yes=404), {"name": "x"}),
            ("remove", "delete", "/999999999", only(*removes, yes=404), None),
        )
    },
    "undo": Row("post", "/operations/999999999/undo", NOWHERE),
    "metrics": Row("get", "/metrics"),
    "metric": Row("get", "/metrics/revenue?starts_on=2026-01-01&ends_before=2026-09-01"),
}  # fmt: skip


def token(world: World, role: str) -> str:
    return services.make_token(actor=getattr(world, role), name="try", days=30, now=clock.now())


def ask(text: str, method: str, path: str, sent: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    body = {} if sent is None else {"data": json.dumps(sent), "content_type": "application/json"}
    return getattr(Client(), method)(V1 + path, headers=headers, **body)


def operations() -> set[str]:
    return {one["operationId"] for path in api.get_openapi_schema()["paths"].values() for one in path.values()}


def test_document_is_valid_and_every_operation_has_a_row(planned: World) -> None:
    document = json.loads(Client().get(f"{V1}/openapi.json").content)
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert operations() == set(TABLE)
    for path in document["paths"].values():
        for one in path.values():
            assert {"401", "403", "404", "422"} <= set(one["responses"])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", TABLE)
def test_operation_answers_each_role_as_the_table_says(planned: World, name: str, role: str) -> None:
    row = TABLE[name]
    text = "" if role == "stranger" else token(planned, role)
    before = checksums()
    answer = ask(text, row.method, row.path, row.sent)
    assert answer.status_code == (401 if role == "stranger" else row.answers[role]), answer.content.decode()
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        told = answer.json()
        assert (told["status"], bool(told["detail"]), told["type"].startswith("urn:yunchou:")) == (answer.status_code, True, True)
        assert checksums() == before
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("case", ["none", "unknown", "empty", "basic", "ended", "expired", "closed", "cookie"])
def test_only_a_valid_token_of_an_open_account_is_let_in(planned: World, case: str) -> None:
    text = token(planned, "seller")
    assert ask(text, "get", "/customers/accounts").status_code == HTTPStatus.OK
    client, headers = Client(), {"Authorization": f"Bearer {text}"}
    if case == "ended":
        services.end_token(actor=planned.seller, token_id=ApiToken.objects.get().pk, now=NOW)
    elif case == "expired":
        ApiToken.objects.update(expires_on=clock.local_date(clock.now()) - timedelta(days=1))
    elif case == "closed":
        services.close_account(actor=planned.system, user_id=planned.seller.pk, now=NOW)
    elif case == "cookie":
        client.force_login(planned.seller)
        headers = {}
    else:
        headers = {
            "none": {},
            "unknown": {"Authorization": "Bearer yc_x"},
            "empty": {"Authorization": "Bearer "},
            "basic": {"Authorization": "Basic x"},
        }[case]
    answer = client.get(f"{V1}/customers/accounts", headers=headers)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_rows_are_those_of_the_page_within_scope(planned: World) -> None:
    def names(role: str, question: str = "") -> list[str]:
        return [row["name"] for row in ask(token(planned, role), "get", f"/customers/accounts{question}").json()["rows"]]

    assert sorted(names("director")) == ["北方机械", "北方电子", "南方医药", "南方电子"]
    assert sorted(names("north")) == ["北方机械", "北方电子"]
    assert names("seller") == ["北方电子"]
    assert names("director", "?industry=电子&sort=name") == ["北方电子", "南方电子"]
    assert ask(token(planned, "director"), "get", "/customers/accounts?nonsense=1").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    other = Account.objects.get(code="K3").pk
    for role in ("north", "seller"):
        assert ask(token(planned, role), "get", f"/customers/accounts/{other}").status_code == HTTPStatus.NOT_FOUND
        assert ask(token(planned, role), "patch", f"/customers/accounts/{other}", {"name": "x"}).status_code == HTTPStatus.NOT_FOUND
    assert ask(token(planned, "director"), "get", f"/customers/accounts/{other}").json()["code"] == "K3"


def test_pages_of_rows_follow_one_another_without_gap(planned: World) -> None:
    text, found, after = token(planned, "director"), [], ""
    while True:
        answer = ask(text, "get", f"/revenue/lines?columns=order,line,amount&sort=-on&after={after}").json()
        found += [row["id"] for row in answer["rows"]]
        after = answer["after"]
        if not after:
            break
    assert len(found) == len(set(found)) == OrderLine.objects.count()
    totals = ask(text, "get", "/revenue/lines/totals").json()
    assert totals["count"] == len(found)
    assert totals["amount"] == sum(OrderLine.objects.values_list("amount_minor", flat=True))


def test_record_is_added_changed_and_both_are_taken_back(planned: World) -> None:
    text = token(planned, "director")
    made = ask(text, "post", "/customers/accounts", ACCOUNT).json()
    assert ask(text, "get", f"/customers/accounts/{made['id']}").json()["name"] == "西方电子"
    edited = ask(text, "patch", f"/customers/accounts/{made['id']}", {"industry": "机械", "owner": "P4"}).json()
    kept = Account.objects.get(code="K9")
    assert (kept.industry, kept.owner, kept.unit) == ("机械", planned.person("P4"), planned.unit("T1"))
    assert Change.objects.filter(table="customers_account", row_id=kept.pk, operation__actor_name="何总").count() == 2
    assert ask(text, "post", f"/operations/{edited['operation']}/undo").status_code == HTTPStatus.OK
    assert Account.objects.get(code="K9").industry == "电子"
    again = ask(text, "post", f"/operations/{edited['operation']}/undo")
    assert (again.status_code, again.json()["title"]) == (HTTPStatus.CONFLICT, "already_undone")
    assert ask(text, "delete", f"/customers/accounts/{made['id']}").status_code == HTTPStatus.OK
    assert not Account.objects.filter(code="K9").exists()


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"name": ""}, 422, "“客户”不能为空"),
        ({"owner": "没有"}, 422, "没有在职的“没有”"),
        ({"lost": "2001-01-01"}, 409, "流失日期早于建档日期"),
        ({"sold_year_minor": "1"}, 422, "sold_year_minor"),
        ({"sales": "1"}, 422, "sales"),
        ({"code": "K2"}, 422, "code"),
        ({"name": 5}, 422, "name"),
        ({"name": "x" * 300}, 422, "最多 200 个字"),
        ([], 422, "sent"),
        ("x", 422, "sent"),
    ],
)
def test_bad_change_is_refused_by_field_and_changes_nothing(planned: World, sent: Any, status: int, told: str) -> None:
    text, kept = token(planned, "director"), Account.objects.get(code="K1")
    before = checksums()
    answer = ask(text, "patch", f"/customers/accounts/{kept.pk}", sent)
    assert (answer.status_code, told in answer.content.decode()) == (status, True), answer.content.decode()
    assert checksums() == before


def test_body_that_is_no_json_is_a_clear_refusal(planned: World) -> None:
    headers = {"Authorization": f"Bearer {token(planned, 'director')}"}
    answer = Client().patch(f"{V1}/customers/accounts/1", data="{x", content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (HTTPStatus.BAD_REQUEST, "bad_request")
    missing = Client().get(f"{V1}/nowhere", headers=headers)
    assert (missing.status_code, missing.json()["title"]) == (HTTPStatus.NOT_FOUND, "not_found")


def test_hidden_field_is_in_no_answer_and_no_question(planned: World) -> None:
    FieldRight.objects.create(role="manager", model="customers.account", field="industry", right="none")
    FieldRight.objects.create(role="manager", model="revenue.orderline", field="cost", right="none")
    FieldRight.objects.create(role="manager", model="customers.account", field="name", right="read")
    text = token(planned, "north")
    rows = ask(text, "get", "/customers/accounts").json()["rows"]
    assert all("industry" not in row and "name" in row for row in rows)
    assert "industry" not in ask(text, "get", f"/customers/accounts/{rows[0]['id']}").json()
    assert "cost" not in ask(text, "get", "/revenue/lines/totals").json()
    for question in ("industry=电子", "sort=industry", "columns=industry"):
        assert ask(text, "get", f"/customers/accounts?{question}").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for sent in ({"industry": "x"}, {"name": "x"}):
        assert ask(text, "patch", f"/customers/accounts/{rows[0]['id']}", sent).status_code == HTTPStatus.FORBIDDEN
    assert "gross_profit" not in {one["code"] for one in ask(text, "get", "/metrics").json()}
    assert "gross_profit" in {one["code"] for one in ask(token(planned, "director"), "get", "/metrics").json()}


def test_metric_is_that_of_its_page_within_scope_and_by_members(planned: World) -> None:
    def revenue(role: str, question: str = "") -> Any:
        return ask(token(planned, role), "get", f"/metrics/revenue?starts_on=2026-01-01&ends_before=2026-09-01{question}").json()

    whole = revenue("director", "&by=region&by=quarter")
    assert whole["total"]["value"] == sum(group["value"] for group in whole["groups"])
    assert {group["members"][0]["name"] for group in whole["groups"]} == {"北区", "南区"}
    assert whole["groups"][0]["members"][1]["key"] == "2026-01-01"
    assert revenue("north")["total"]["value"] < whole["total"]["value"]
    key = whole["groups"][0]["members"][0]["key"]
    north = revenue("director", f"&where=region:{key}")
    assert north["total"]["value"] == sum(group["value"] for group in whole["groups"] if group["members"][0]["key"] == key)
    for wrong in ("&by=nonsense", "&where=region", "&as_of=2026-08-31T00:00:00", "&as_of=2999-01-01T00:00:00Z"):
        answer = ask(token(planned, "director"), "get", f"/metrics/revenue?starts_on=2026-01-01&ends_before=2026-09-01{wrong}")
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, wrong
    assert ask(token(planned, "director"), "get", "/metrics/nonsense?starts_on=2026-01-01&ends_before=2026-09-01").status_code == 404


def test_tokens_are_made_shown_once_and_taken_back_on_ones_own_page(planned: World) -> None:
    client = Client()
    client.force_login(planned.seller)
    page = client.post("/org/tokens/", {"name": "报表", "days": "30"}).content.decode()
    text = page.partition("<code>yc_")[2].partition("</code>")[0]
    assert ask(f"yc_{text}", "get", "/customers/accounts").status_code == HTTPStatus.OK
    shown = client.get("/org/tokens/").content.decode()
    assert text not in shown
    assert "报表" in shown
    assert text not in " ".join(str(row) for row in Change.objects.values_list("old", "new"))
    made = ApiToken.objects.get()
    other = Client()
    other.force_login(planned.director)
    assert other.post(f"/org/tokens/{made.pk}/end/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"/org/tokens/{made.pk}/end/").status_code == HTTPStatus.SEE_OTHER
    assert ask(f"yc_{text}", "get", "/customers/accounts").status_code == HTTPStatus.UNAUTHORIZED
    assert client.post(f"/org/tokens/{made.pk}/end/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "days": "30"},
        {"name": "x" * 61, "days": "30"},
        {"name": "x", "days": "0"},
        {"name": "x", "days": "367"},
        {"name": "x", "days": "x"},
    ],
)
def test_bad_token_is_not_made(planned: World, typed: dict[str, str]) -> None:
    client = Client()
    client.force_login(planned.seller)
    assert client.post("/org/tokens/", typed).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not ApiToken.objects.exists()
    assert User.objects.get(pk=planned.seller.pk).is_active
