"""Accounts and rights: three administrators, none of whom does another's work."""

from collections.abc import Callable

import pytest
from django.db import connection

from tests.world import NOW, World
from yunchou.audit.models import Change, Operation
from yunchou.common.errors import NotFound
from yunchou.org import selectors, services
from yunchou.org.errors import BadAccount, BadRight, NotAdministrator
from yunchou.org.models import AppScope, FieldRight, User

pytestmark = pytest.mark.database
PASSWORD = "long-enough-for-anybody"
Work = Callable[[World, User], object]

SYSTEMS: dict[str, Work] = {
    "make": lambda _, actor: services.make_account(actor=actor, username="new", password=PASSWORD, person_code="P6", now=NOW),
    "close": lambda world, actor: services.close_account(actor=actor, user_id=world.seller.pk, now=NOW),
    "open": lambda world, actor: services.open_account(actor=actor, user_id=world.seller.pk, now=NOW),
    "password": lambda world, actor: services.set_password(actor=actor, user_id=world.seller.pk, password=PASSWORD, now=NOW),
}
SECURITYS: dict[str, Work] = {
    "fields": lambda _, actor: services.set_field_rights(
        actor=actor, wanted={("salesperson", "revenue.orderline", "cost"): "none"}, now=NOW
    ),
    "scope": lambda world, actor: services.set_scope(
        actor=actor, user_id=world.seller.pk, role="manager", scope="unit", apps={"revenue": "own"}, now=NOW
    ),
    "administrator": lambda world, actor: services.set_administrator(actor=actor, user_id=world.finance.pk, administers="audit", now=NOW),
}


def checksum() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT md5(string_agg(u::text, '|' ORDER BY id)) FROM org_user u), (SELECT count(*) FROM org_fieldright)")
        return cursor.fetchone()


@pytest.mark.parametrize("who", ["system", "security", "audit", "director", "finance", "north", "seller"])
@pytest.mark.parametrize("work", [*SYSTEMS, *SECURITYS])
def test_each_work_is_done_by_its_administrator_and_by_nobody_else(world: World, who: str, work: str) -> None:
    actor, before = getattr(world, who), checksum()
    owner = "system" if work in SYSTEMS else "security"
    if who == owner:
        (SYSTEMS | SECURITYS)[work](world, actor)
        assert Operation.objects.filter(actor_id=actor.pk).count() == 1
        return
    with pytest.raises(NotAdministrator):
        (SYSTEMS | SECURITYS)[work](world, actor)
    assert checksum() == before
    assert not Operation.objects.exists()


def test_new_account_sees_nothing_and_its_password_stands_in_no_audit(world: World) -> None:
    made = services.make_account(actor=world.system, username=" new ", password=PASSWORD, person_code="P6", now=NOW)
    assert (made.username, made.scope, made.person.code) == ("new", "none", "P6")  # type: ignore[union-attr]
    assert list(selectors.people(actor=made, now=NOW)) == []
    services.set_password(actor=world.system, user_id=made.pk, password=PASSWORD + "!", now=NOW)
    told = " ".join(str(value) for value in Change.objects.values_list("old", "new"))
    assert "pbkdf2" not in told
    assert "md5" not in told
    assert Change.objects.filter(table="org_user", row_id=made.pk, kind="I").exists()


@pytest.mark.parametrize(
    ("username", "password", "person", "sentence"),
    [
        ("", PASSWORD, "", "用户名要有"),
        ("x" * 151, PASSWORD, "", "用户名要有"),
        ("w-seller", PASSWORD, "", "已经有账号"),
        ("new", PASSWORD, "P4", "已经有账号"),
        ("new", PASSWORD, "P99", "没有工号"),
        ("new", "short", "", "密码至少要有 12 位"),
        ("new", "password1234", "", "太常见"),
        ("new-salesperson", "new-salesperson1", "", "太像"),
    ],
)
def test_bad_account_is_refused_with_a_sentence(world: World, username: str, password: str, person: str, sentence: str) -> None:
    before = User.objects.count()
    with pytest.raises(BadAccount, match=sentence):
        services.make_account(actor=world.system, username=username, password=password, person_code=person, now=NOW)
    assert User.objects.count() == before
    assert not Operation.objects.exists()


def test_nobody_closes_or_promotes_themselves(world: World) -> None:
    with pytest.raises(BadAccount):
        services.close_account(actor=world.system, user_id=world.system.pk, now=NOW)
    with pytest.raises(BadRight):
        services.set_administrator(actor=world.security, user_id=world.security.pk, administers="", now=NOW)
    with pytest.raises(NotFound):
        services.close_account(actor=world.system, user_id=10**9, now=NOW)


def test_scope_of_one_app_differs_and_goes_again(world: World) -> None:
    def give(scope: str, **apps: str) -> User:
        services.set_scope(actor=world.security, user_id=world.seller.pk, role="salesperson", scope=scope, apps=apps, now=NOW)
        return User.objects.get(pk=world.seller.pk)

    seller = give("own", revenue="unit", org="own")
    assert selectors.reach(actor=seller, now=NOW, app="revenue").unit_ids == (world.unit("T1").pk,)
    assert selectors.reach(actor=seller, now=NOW, app="customers").person_ids == (world.person("P4").pk,)
    assert list(AppScope.objects.values_list("app", "scope")) == [("revenue", "unit")]
    seller = give("none", revenue="")
    assert selectors.reach(actor=seller, now=NOW, app="revenue").scope == "none"
    assert not AppScope.objects.exists()


@pytest.mark.parametrize(
    ("user", "role", "scope", "apps"),
    [
        ("seller", "king", "own", {}),
        ("seller", "manager", "some", {}),
        ("seller", "manager", "own", {"revenue": "some"}),
        ("finance", "finance", "unit", {}),
        ("finance", "finance", "all", {"revenue": "own"}),
    ],
)
def test_scope_that_cannot_be_is_refused(world: World, user: str, role: str, scope: str, apps: dict[str, str]) -> None:
    before = checksum()
    with pytest.raises(BadRight):
        services.set_scope(actor=world.security, user_id=getattr(world, user).pk, role=role, scope=scope, apps=apps, now=NOW)
    assert checksum() == before


def test_rights_to_fields_are_set_changed_and_taken_back(world: World) -> None:
    key = ("salesperson", "revenue.orderline", "cost")
    assert services.set_field_rights(actor=world.security, wanted={key: "none"}, now=NOW) == 1
    assert services.set_field_rights(actor=world.security, wanted={key: "none"}, now=NOW) == 0
    assert not selectors.field_access(actor=User.objects.get(pk=world.seller.pk)).can_read("revenue.orderline", "cost")
    assert selectors.field_access(actor=world.director).can_read("revenue.orderline", "cost")
    assert services.set_field_rights(actor=world.security, wanted={key: "read"}, now=NOW) == 1
    access = selectors.field_access(actor=User.objects.get(pk=world.seller.pk))
    assert access.can_read("revenue.orderline", "cost")
    assert not access.can_write("revenue.orderline", "cost")
    assert services.set_field_rights(actor=world.security, wanted={key: "write"}, now=NOW) == 1
    assert not FieldRight.objects.exists()
    with pytest.raises(BadRight):
        services.set_field_rights(actor=world.security, wanted={("king", "x", "x"): "none"}, now=NOW)
