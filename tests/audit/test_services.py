"""What is kept of changes, whoever makes them."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.world import NOW, World
from yunchou.audit import selectors, services
from yunchou.audit.models import Change, Operation
from yunchou.customers.models import Account

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TABLE = "customers_account"


def test_change_of_a_row_is_kept_with_who_when_old_and_new(planned: World) -> None:
    account = Account.objects.get(code="K1")
    with services.operation(actor_id=planned.director.pk, actor_name="何总", action="customers.accounts.edit", at=NOW) as made:
        Account.objects.filter(pk=account.pk).update(industry="机械")
    entry = selectors.history(table=TABLE, row_id=account.pk)[0]
    assert (entry.who, entry.action, entry.operation_id, entry.kind) == ("何总", "customers.accounts.edit", made.pk, "U")
    assert (entry.old, entry.new) == ({"industry": "电子"}, {"industry": "机械"})
    assert selectors.changes_of(operation_id=made.pk, table=TABLE) == [(account.pk, "U", {"industry": "电子"}, {"industry": "机械"})]


def test_change_in_plain_sql_is_kept_without_an_operation(planned: World) -> None:
    account = Account.objects.get(code="K1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_account SET name = '别名' WHERE id = %s", [account.pk])
    entry = selectors.history(table=TABLE, row_id=account.pk)[0]
    assert (entry.who, entry.action, entry.operation_id) == ("", "", None)
    assert entry.new == {"name": "别名"}


def test_operation_ends_where_it_ends_and_one_inside_another_gives_way(planned: World) -> None:
    account = Account.objects.get(code="K1")

    def rename(name: str) -> None:
        Account.objects.filter(pk=account.pk).update(name=name)

    with services.operation(actor_id=1, actor_name="外", action="outer", at=NOW):
        rename("一")
        with services.operation(actor_id=2, actor_name="内", action="inner", at=NOW):
            rename("二")
        rename("三")
    rename("四")
    assert [entry.action for entry in selectors.history(table=TABLE, row_id=account.pk)][:4] == ["", "outer", "inner", "outer"]


def test_row_that_stays_the_same_and_sums_kept_for_lists_leave_nothing(planned: World) -> None:
    before = Change.objects.count()
    Account.objects.filter(code="K1").update(industry="电子", sold_year_minor=7, last_sold_on=None)
    assert Change.objects.count() == before


def test_added_and_deleted_rows_are_kept(planned: World) -> None:
    pattern = Account.objects.get(code="K1")
    made = Account.objects.create(
        code="K9", name="新", industry="电子", city_id=pattern.city_id, region_id=pattern.region_id, created_on=pattern.created_on
    )
    key = made.pk
    made.delete()
    deleted, added = selectors.history(table=TABLE, row_id=key)
    assert (added.kind, added.old, added.new) == ("I", {}, {})
    assert (deleted.kind, deleted.old["code"], deleted.old["name"]) == ("D", "K9", "新")


def test_failed_operation_leaves_neither_changes_nor_itself(planned: World) -> None:
    operations, changes = Operation.objects.count(), Change.objects.count()

    def fail() -> None:
        with services.operation(actor_id=1, actor_name="甲", action="x", at=NOW):
            Account.objects.filter(code="K1").update(name="坏")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (Operation.objects.count(), Change.objects.count()) == (operations, changes)
    Account.objects.filter(code="K1").update(name="后")
    assert selectors.history(table=TABLE, row_id=Account.objects.get(code="K1").pk)[0].action == ""


def test_what_was_kept_is_never_changed(planned: World) -> None:
    with services.operation(actor_id=1, actor_name="甲", action="x", at=NOW) as made:
        Account.objects.filter(code="K1").update(name="乙")
    for change in (
        lambda: Operation.objects.filter(pk=made.pk).update(actor_name="别人"),
        lambda: Operation.objects.filter(pk=made.pk).delete(),
        lambda: Change.objects.filter(operation=made).update(new={}),
        lambda: Change.objects.filter(operation=made).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_operation_must_say_what_was_done_and_is_undone_once(planned: World) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Operation.objects.create(actor_name="甲", action="", at=NOW)
    made = Operation.objects.create(actor_name="甲", action="x", at=NOW)
    Operation.objects.create(actor_name="甲", action="undo", at=NOW, undoes=made)
    with pytest.raises(DatabaseError), transaction.atomic():
        Operation.objects.create(actor_name="甲", action="undo", at=NOW, undoes=made)
    with pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.create(table="x", row_id=1, kind="Z")


def test_own_operations_alone_are_found(planned: World) -> None:
    made = Operation.objects.create(actor_id=5, actor_name="甲", action="x", at=NOW)
    assert selectors.operation_of(actor_id=5, operation_id=made.pk) == made
    assert selectors.operation_of(actor_id=6, operation_id=made.pk) is None


def test_what_a_service_says_it_leaves_unwatched_is_not_compared_there_alone(planned: World) -> None:
    account = Account.objects.get(code="K1")
    before = Change.objects.count()
    with services.unwatched(table=TABLE):
        Account.objects.filter(pk=account.pk).update(sold_year_minor=7)
        assert Change.objects.count() == before
        # another table is kept as ever, and so are new and deleted rows
        planned.person("P4").memberships.update(manager=planned.person("P1"))
        assert Change.objects.filter(table="org_membership", kind="U").exists()
    Account.objects.filter(pk=account.pk).update(industry="机械")
    assert selectors.history(table=TABLE, row_id=account.pk)[0].new == {"industry": "机械"}
