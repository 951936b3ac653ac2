"""What the database itself keeps of published plans (migration 0002)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from tests.planning.test_models import cell, publish, target, version
from tests.world import NOW, World, make_world
from yunchou.planning.models import CustomerStanding, Plan, PlanCell, PlanVersion, Target

pytestmark = pytest.mark.database

LATER = NOW + timedelta(days=1)


def a_draft(world: World) -> PlanVersion:
    plan, _ = Plan.objects.get_or_create(company=world.company, year=2026)
    draft = version(plan, number=plan.versions.count() + 1, target_minor=500)
    cell(draft, target_minor=300)
    cell(draft, target_minor=200, product_tier="base")
    target(draft, amount_minor=100, person=world.person("P4"))
    target(draft, amount_minor=200, person=world.person("P5"))
    target(draft, amount_minor=200, product_tier="base")
    return draft


@pytest.fixture
def published(world: World) -> PlanVersion:
    draft = a_draft(world)
    publish(draft)
    return draft


BAD_WRITES: dict[str, Callable[[PlanVersion], Any]] = {
    "figure": lambda v: PlanVersion.objects.filter(pk=v.pk).update(target_minor=1),
    "evidence": lambda v: PlanVersion.objects.filter(pk=v.pk).update(evidence={"x": 1}),
    "back to draft": lambda v: PlanVersion.objects.filter(pk=v.pk).update(state="draft", published_at=None),
    "superseded with a change": lambda v: PlanVersion.objects.filter(pk=v.pk).update(
        state="superseded", superseded_at=LATER, target_minor=1
    ),
    "deletion": lambda v: PlanVersion.objects.filter(pk=v.pk)._raw_delete("default"),
    "new cell": lambda v: cell(v, customer_tier="B"),
    "changed cell": lambda v: PlanCell.objects.filter(version=v).update(target_minor=0),
    "deleted cell": lambda v: PlanCell.objects.filter(version=v)._raw_delete("default"),
    "new target": lambda v: target(v, customer_tier="B"),
    "changed target": lambda v: Target.objects.filter(version=v).update(amount_minor=0),
    "deleted target": lambda v: Target.objects.filter(version=v)._raw_delete("default"),
    "moved target": lambda v: Target.objects.filter(version=v).update(version=version(v.plan)),
    "new standing": lambda v: CustomerStanding.objects.create(version=v, account_id=1, tier="A", revenue_minor=1),
}


@pytest.mark.parametrize("what", BAD_WRITES)
def test_published_version_refuses(published: PlanVersion, what: str) -> None:
    with pytest.raises(IntegrityError, match="published"), transaction.atomic():
        BAD_WRITES[what](published)


@pytest.mark.parametrize("table", [PlanVersion, PlanCell, Target, CustomerStanding])
def test_published_plans_are_never_emptied(published: PlanVersion, table: type[Model]) -> None:
    name = table._meta.db_table
    with pytest.raises(IntegrityError, match="never emptied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL yunchou.takes_the_demo_out = 'off'; TRUNCATE {name} CASCADE")


def test_version_begins_as_a_draft(world: World) -> None:
    draft = a_draft(world)
    with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
        version(draft.plan, number=9, state="published", published_at=NOW)


def test_published_version_can_be_superseded_and_then_rests(published: PlanVersion) -> None:
    PlanVersion.objects.filter(pk=published.pk).update(state="superseded", superseded_at=LATER)

    with pytest.raises(IntegrityError, match="superseded by a new one"), transaction.atomic():
        PlanVersion.objects.filter(pk=published.pk).update(state="published", superseded_at=None)


@pytest.mark.parametrize("part", [PlanCell, Target])
def test_version_whose_parts_miss_the_whole_is_not_published(world: World, part: type[PlanCell | Target]) -> None:
    draft, field = a_draft(world), "target_minor" if part is PlanCell else "amount_minor"
    row = part.objects.filter(version=draft).order_by("id")[0]
    part.objects.filter(pk=row.pk).update(**{field: getattr(row, field) + 1})

    with pytest.raises(IntegrityError, match="do not sum to the whole"), transaction.atomic():
        publish(draft)


def test_version_whose_whole_is_right_but_not_each_cell_is_not_published(world: World) -> None:
    draft = a_draft(world)
    Target.objects.filter(version=draft, product_tier="base").update(amount_minor=150)
    Target.objects.filter(version=draft, person__code="P4").update(amount_minor=150)

    with pytest.raises(IntegrityError, match="do not sum to the whole"), transaction.atomic():
        publish(draft)


@pytest.mark.django_db(transaction=True)
def test_row_written_while_the_version_is_published_waits_and_is_refused() -> None:
    draft = a_draft(make_world())
    inserting, refused = threading.Event(), []

    def insert() -> None:
        try:
            connection.ensure_connection()
            inserting.set()
            target(draft, customer_tier="B", amount_minor=1)
        except IntegrityError as fault:
            refused.append(str(fault))
        finally:
            connection.close()

    thread = threading.Thread(target=insert)
    with transaction.atomic():
        publish(draft)
        thread.start()
        assert inserting.wait(timeout=10)
        thread.join(timeout=0.5)
        assert thread.is_alive(), "the row did not wait for the publication"
    thread.join(timeout=10)

    assert len(refused) == 1
    assert "not changed" in refused[0]
    assert not Target.objects.filter(version=draft, customer_tier="B").exists()
