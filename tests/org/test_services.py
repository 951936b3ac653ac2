"""Writes to the organisation."""

import threading
from datetime import date

import pytest
from django.db import connection

from tests.world import NOW, World, make_world
from yunchou.common import events
from yunchou.org import services
from yunchou.org.errors import UnitCycle
from yunchou.org.events import UnitMoved
from yunchou.org.models import Unit, UnitPlacement

pytestmark = pytest.mark.database


def ranges() -> dict[str, tuple[int, int]]:
    return {unit.code: (unit.tree_low, unit.tree_high) for unit in Unit.objects.order_by("code")}


def test_import_units_numbers_the_tree_by_the_newest_places(world: World) -> None:
    assert ranges() == {"C0": (0, 4), "R1": (1, 3), "R2": (3, 4), "T1": (2, 3)}


def test_move_unit_opens_a_place_and_keeps_the_one_before(world: World) -> None:
    heard: list[UnitMoved] = []
    events.subscribe(UnitMoved, heard.append)
    try:
        services.move_unit(unit=world.unit("T1"), parent=world.unit("R2"), on=date(2026, 9, 1), now=NOW)
    finally:
        events.unsubscribe(UnitMoved, heard.append)

    places = UnitPlacement.objects.filter(unit__code="T1").order_by("starts_on").values_list("parent__code", "starts_on", "ends_before")
    assert list(places) == [
        ("R2", date(2015, 1, 5), date(2025, 1, 1)),
        ("R1", date(2025, 1, 1), date(2026, 9, 1)),
        ("R2", date(2026, 9, 1), None),
    ]
    assert ranges() == {"C0": (0, 4), "R1": (1, 2), "R2": (2, 4), "T1": (3, 4)}
    assert heard == [UnitMoved(unit_id=world.unit("T1").pk, parent_id=world.unit("R2").pk, on=date(2026, 9, 1), at=NOW)]


@pytest.mark.parametrize("below", ["R1", "T1"])
def test_move_unit_refuses_a_place_below_itself(world: World, below: str) -> None:
    with pytest.raises(UnitCycle) as refusal:
        services.move_unit(unit=world.unit("R1"), parent=world.unit(below), on=date(2026, 9, 1), now=NOW)

    assert (refusal.value.code, refusal.value.status) == ("unit_cycle", 409)
    assert ranges() == {"C0": (0, 4), "R1": (1, 3), "R2": (3, 4), "T1": (2, 3)}


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_never_close_a_ring() -> None:
    world = make_world()
    start, refused = threading.Barrier(2), []

    def move(unit: str, parent: str) -> None:
        try:
            start.wait(timeout=10)
            services.move_unit(unit=world.unit(unit), parent=world.unit(parent), on=date(2026, 9, 1), now=NOW)
        except UnitCycle:
            refused.append(unit)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in (("R1", "R2"), ("R2", "R1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(refused) == 1
    assert sorted(low for low, _ in ranges().values()) == [0, 1, 2, 3]
