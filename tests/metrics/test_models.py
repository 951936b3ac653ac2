"""Every constraint of metrics, by inserting the bad row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.world import World
from yunchou.metrics.models import Card, Dashboard, OwnMetric

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def own(world: World, **fields: Any) -> OwnMetric:
    given = {"company": world.company, "name": "x", "means": "x", "fact": "revenue.lines", "numerator": "amount", "made_by": world.director}
    return OwnMetric.objects.create(**given | fields)


def board(world: World, **fields: Any) -> Dashboard:
    return Dashboard.objects.create(**{"owner": world.director, "name": "x"} | fields)


def card(world: World, **fields: Any) -> Card:
    kept = Dashboard.objects.filter(name="x").first() or board(world)
    return Card.objects.create(**{"dashboard": kept, "position": 1, "metric": "revenue"} | fields)


BAD_ROWS: dict[str, Callable[[World], Any]] = {
    "own_metric_name_is_used_once": lambda world: [own(world), own(world)],
    "own_metric_says_what_it_means": lambda world: own(world, means=""),
    "own_metric_is_not_divided_by_itself": lambda world: own(world, denominator="amount"),
    "dashboard_name_is_used_once_by_its_owner": lambda world: [board(world), board(world)],
    "role_has_one_dashboard": lambda world: [board(world, role="finance", is_shared=True, name=name) for name in "xy"],
    "dashboard_has_a_name": lambda world: board(world, name=""),
    "dashboard_is_of_a_known_role": lambda world: board(world, role="king", is_shared=True),
    "dashboard_of_a_role_is_shared": lambda world: board(world, role="finance"),
    "card_has_a_place_of_its_own": lambda world: [card(world), card(world)],
    "card_is_of_a_known_kind": lambda world: card(world, kind="pie"),
    "card_of_a_split_names_its_dimension": lambda world: card(world, kind="split"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_constraint_refuses_the_bad_row(planned: World, name: str) -> None:
    def insert() -> None:
        BAD_ROWS[name](planned)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        insert()


def test_constraints_are_all_tried() -> None:
    assert {constraint.name for model in (OwnMetric, Dashboard, Card) for constraint in model._meta.constraints} == set(BAD_ROWS)


def test_name_of_a_retired_metric_can_be_used_again(planned: World) -> None:
    own(planned, retired_at="2026-01-01T00:00:00Z")
    own(planned)
