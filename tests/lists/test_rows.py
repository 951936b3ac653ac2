"""Rows written in one statement, in the face of others who write."""

import threading

import pytest
from django.db import connection

from tests.world import NOW, make_world
from yunchou.audit import selectors as audit
from yunchou.audit.models import Operation
from yunchou.common.list_pages import Batch
from yunchou.customers import services as customers
from yunchou.customers.models import Account
from yunchou.lists import services

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_rows_of_many_values_are_written_in_one_statement_and_kept_in_the_history() -> None:
    make_world()
    pattern = Account.objects.get(code="K1")
    made = Account.objects.bulk_create(
        [
            Account(
                code=f"M{n}",
                name=f"多{n}",
                industry="x",
                city_id=pattern.city_id,
                region_id=pattern.region_id,
                created_on=pattern.created_on,
            )
            for n in range(60)
        ]
    )
    changes = {row.pk: {"name": f'名,"{row.code}"\n', "lost_on": pattern.created_on if row.pk % 2 else None} for row in made}
    assert services.write_rows(model=Account, changes=changes) == 60
    kept = {row.pk: {"name": row.name, "lost_on": row.lost_on} for row in Account.objects.filter(pk__in=changes)}
    assert kept == changes
    assert audit.history(table="customers_account", row_id=made[0].pk)[0].new["name"] == changes[made[0].pk]["name"]


@pytest.mark.django_db
def test_nothing_to_write_writes_nothing() -> None:
    make_world()
    assert services.write_rows(model=Account, changes={}) == 0
    assert services.write_rows(model=Account, changes={Account.objects.get(code="K1").pk: {}}) == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_change_one_field_at_once_are_one_change_and_one_conflict() -> None:
    world = make_world()
    key, start, outcomes = Account.objects.get(code="K1").pk, threading.Barrier(2), []

    def change(industry: str) -> None:
        try:
            start.wait()
            written = customers.change_accounts(
                actor=world.director,
                batch=Batch(changes={key: {"industry": industry}}, expected={key: {"industry": "电子"}}),
                action="edit",
                undoes=None,
                now=NOW,
            )
            outcomes.append((industry, written.operation_id is not None, key in written.checked.moved))
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(industry,)) for industry in ("甲业", "乙业")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told[1:] for told in outcomes) == [(False, True), (True, False)]
    winner = next(industry for industry, is_written, _moved in outcomes if is_written)
    assert Account.objects.get(pk=key).industry == winner
    assert Operation.objects.count() == 1
