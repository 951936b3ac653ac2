"""Writes to plans: open, calculate, publish."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.planning.test_frozen import a_draft
from tests.world import NOW, SETTINGS, World, make_world
from yunchou.calc.errors import BadInput
from yunchou.common import events
from yunchou.org import services as org
from yunchou.planning import services
from yunchou.planning.errors import NoHistory, VersionNotDraft
from yunchou.planning.events import VersionPublished
from yunchou.planning.models import Plan, PlanVersion

pytestmark = pytest.mark.database

LATER = NOW + timedelta(hours=1)


def test_open_plan_keeps_one_plan_a_year_with_the_newest_settings(world: World) -> None:
    first = services.open_plan(company=world.company, year=2026, settings={})
    again = services.open_plan(company=world.company, year=2026, settings=SETTINGS)

    assert (first.pk, again.settings, Plan.objects.count()) == (again.pk, SETTINGS, 1)


def test_open_plan_refuses_settings_that_the_core_cannot_read(world: World) -> None:
    with pytest.raises(BadInput, match="drivers"):
        services.open_plan(company=world.company, year=2026, settings={"driver": []})

    assert Plan.objects.count() == 0


def test_calculate_version_without_history_is_refused(db: None) -> None:
    company = org.create_company(name="新公司", currency="CNY")
    plan = services.open_plan(company=company, year=2026, settings={})

    with pytest.raises(NoHistory) as refusal:
        services.calculate_version(plan=plan, now=NOW)

    assert (refusal.value.code, refusal.value.status) == ("no_history", 409)


def test_publish_version_supersedes_the_one_before(world: World) -> None:
    first, second = a_draft(world), a_draft(world)
    heard: list[VersionPublished] = []
    events.subscribe(VersionPublished, heard.append)
    try:
        services.publish_version(version=first, now=NOW)
        services.publish_version(version=second, now=LATER)
    finally:
        events.unsubscribe(VersionPublished, heard.append)

    states = PlanVersion.objects.order_by("number").values_list("state", "published_at", "superseded_at")
    assert list(states) == [("superseded", NOW, LATER), ("published", LATER, None)]
    assert [(event.version_id, event.superseded_id) for event in heard] == [(first.pk, None), (second.pk, first.pk)]


def test_publish_version_twice_is_refused(world: World) -> None:
    draft = a_draft(world)
    services.publish_version(version=draft, now=NOW)

    with pytest.raises(VersionNotDraft) as refusal:
        services.publish_version(version=draft, now=LATER)

    assert (refusal.value.code, refusal.value.status) == ("version_not_draft", 409)


@pytest.mark.django_db(transaction=True)
def test_two_publications_at_once_leave_one_in_force() -> None:
    world = make_world()
    drafts = [a_draft(world) for _ in range(4)]
    start, faults = threading.Barrier(len(drafts)), []

    def publish(draft: PlanVersion) -> None:
        try:
            start.wait(timeout=10)
            services.publish_version(version=draft, now=NOW)
        except Exception as fault:  # noqa: BLE001 - any fault fails the test
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert faults == []
    states = sorted(PlanVersion.objects.values_list("state", flat=True))
    assert states == ["published", "superseded", "superseded", "superseded"]
