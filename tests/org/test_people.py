"""People moved, led along several lines, and leaving; what was before stays as it was."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from tests.world import NOW, TODAY, World, make_world
from yunchou.audit.models import Change
from yunchou.common.errors import NotFound
from yunchou.customers.models import Account
from yunchou.org import selectors, services
from yunchou.org.errors import BadMove, MayNotMove, UnitCycle
from yunchou.org.models import LineKind, Membership, Person, Role, Scope, User

pytestmark = pytest.mark.database
ON = date(2026, 8, 1)


def transfer(world: World, person: str, unit: str, manager: str | None, *, on: date = ON, actor: User | None = None) -> Membership:
    return services.transfer(
        actor=actor or world.director,
        person_id=world.person(person).pk,
        unit_id=world.unit(unit).pk,
        manager_id=None if manager is None else world.person(manager).pk,
        on=on,
        now=NOW,
    )


def report(world: World, person: str, manager: str | None, on: date = ON) -> None:
    services.report_to(
        actor=world.director,
        person_id=world.person(person).pk,
        manager_id=None if manager is None else world.person(manager).pk,
        kind=LineKind.MATRIX,
        on=on,
        now=NOW,
    )


def test_transfer_opens_a_place_keeps_the_one_before_and_takes_the_accounts_along(world: World) -> None:
    transfer(world, "P4", "R2", "P3")
    person = world.person("P4")
    places = Membership.objects.filter(person=person).order_by("starts_on").values_list("unit__code", "manager__code", "ends_before")
    assert list(places) == [("T1", "P2", ON), ("R2", "P3", None)]
    assert selectors.manager_of(person_id=person.pk, on=ON - timedelta(days=1)) == world.person("P2")
    assert selectors.manager_of(person_id=person.pk, on=ON) == world.person("P3")
    assert Account.objects.get(code="K1").unit == world.unit("R2")
    assert set(selectors.people(actor=world.south, now=NOW).values_list("code", flat=True)) == {"P3", "P4", "P6"}
    assert set(selectors.people(actor=world.north, now=NOW).values_list("code", flat=True)) == {"P2", "P5"}
    assert Change.objects.filter(table="org_membership", operation__action="org.people.transfer").count() == 2


@pytest.mark.parametrize(
    ("person", "manager", "on", "refusal"),
    [
        ("P4", "P3", TODAY + timedelta(days=1), BadMove),
        ("P4", "P3", date(2018, 3, 1), BadMove),
        ("P2", "P4", ON, UnitCycle),
        ("P2", "P2", ON, UnitCycle),
        ("P1", None, ON, MayNotMove),
    ],
)
def test_transfer_that_cannot_be_is_refused_and_changes_nothing(
    world: World, person: str, manager: str | None, on: date, refusal: type[Exception]
) -> None:
    before = list(Membership.objects.order_by("id").values())
    with pytest.raises(refusal):
        transfer(world, person, "R2", manager, on=on)
    assert list(Membership.objects.order_by("id").values()) == before


def test_who_moves_whom_is_held_to_reach_and_role(world: World) -> None:
    with pytest.raises(NotFound):
        transfer(world, "P4", "R2", "P3", actor=world.south)
    with pytest.raises(MayNotMove):
        transfer(world, "P6", "R1", None, actor=world.finance)
    with pytest.raises(NotFound):
        # into a unit that is not the manager's
        transfer(world, "P4", "R2", None, actor=world.north)
    transfer(world, "P6", "R1", "P2", actor=world.system)


def test_person_reports_along_several_lines_each_with_its_days(world: World) -> None:
    report(world, "P4", "P3", date(2026, 1, 1))
    report(world, "P4", "P1", ON)
    person = world.person("P4").pk
    assert selectors.manager_of(person_id=person, on=ON - timedelta(days=1), kind=LineKind.MATRIX) == world.person("P3")
    assert selectors.manager_of(person_id=person, on=ON, kind=LineKind.MATRIX) == world.person("P1")
    assert selectors.manager_of(person_id=person, on=ON, kind=LineKind.PROJECT) is None
    assert selectors.manager_of(person_id=person, on=ON) == world.person("P2")
    report(world, "P4", None, date(2026, 8, 15))
    assert selectors.manager_of(person_id=person, on=TODAY, kind=LineKind.MATRIX) is None
    assert [line.ends_before for line in selectors.lines_of(person_id=person)] == [date(2026, 8, 15), ON]


def test_lines_of_report_never_close_a_ring(world: World) -> None:
    report(world, "P4", "P5")
    report(world, "P5", "P6")
    with pytest.raises(UnitCycle, match="矩阵汇报"):
        report(world, "P6", "P4")
    with pytest.raises(UnitCycle):
        report(world, "P6", "P6")


def test_own_and_below_follows_the_solid_line_of_the_day(world: World) -> None:
    User.objects.filter(pk=world.north.pk).update(scope=Scope.OWN_AND_BELOW)
    north = User.objects.get(pk=world.north.pk)
    assert set(selectors.people(actor=north, now=NOW).values_list("code", flat=True)) == {"P2", "P4", "P5"}
    transfer(world, "P5", "R1", "P4")
    assert len(selectors.people_below(person_id=world.person("P2").pk, on=TODAY)) == 2
    transfer(world, "P4", "R2", "P3")
    assert set(selectors.people(actor=north, now=NOW).values_list("code", flat=True)) == {"P2"}
    assert set(selectors.people_below(person_id=world.person("P2").pk, on=ON - timedelta(days=1))) == {
        world.person(code).pk for code in ("P4", "P5")
    }


def test_leaving_ends_everything_hands_over_and_closes_the_account(world: World) -> None:
    report(world, "P5", "P4")
    services.end_employment(actor=world.north, person_id=world.person("P4").pk, last_day=ON, successor_id=world.person("P5").pk, now=NOW)
    left = world.person("P4")
    assert left.left_on == ON
    assert Membership.objects.get(person=left).ends_before == ON + timedelta(days=1)
    assert selectors.manager_of(person_id=world.person("P5").pk, on=TODAY, kind=LineKind.MATRIX) is None
    assert not User.objects.get(pk=world.seller.pk).is_active
    assert Account.objects.get(code="K1").owner == world.person("P5")
    assert Account.objects.get(code="K1").unit == world.unit("R1")
    assert Change.objects.filter(table="customers_account", operation__action="org.people.leave").exists()
    with pytest.raises(BadMove):
        transfer(world, "P4", "R2", "P3")


def test_leaving_without_a_successor_leaves_accounts_without_an_owner(world: World) -> None:
    services.end_employment(actor=world.director, person_id=world.person("P6").pk, last_day=TODAY, successor_id=None, now=NOW)
    assert set(Account.objects.filter(unit=world.unit("R2")).values_list("owner", flat=True)) == {None}


@pytest.mark.parametrize(
    ("person", "day", "successor", "refusal"),
    [
        ("P4", TODAY + timedelta(days=1), None, BadMove),
        ("P4", date(2018, 2, 28), None, BadMove),
        ("P4", ON, "P4", BadMove),
        ("P1", ON, None, MayNotMove),
    ],
)
def test_leaving_that_cannot_be_is_refused_and_changes_nothing(
    world: World, person: str, day: date, successor: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services.end_employment(
            actor=world.director,
            person_id=world.person(person).pk,
            last_day=day,
            successor_id=None if successor is None else world.person(successor).pk,
            now=NOW,
        )
    assert not Person.objects.exclude(left_on=None).exists()
    assert Account.objects.get(code="K1").owner == world.person("P4")


@pytest.mark.django_db(transaction=True)
def test_two_transfers_at_once_never_close_a_ring() -> None:
    world = make_world()
    start, refused = threading.Barrier(2), []

    def move(person: str, manager: str) -> None:
        try:
            start.wait(timeout=10)
            transfer(world, person, "R1", manager)
        except UnitCycle:
            refused.append(person)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in (("P4", "P5"), ("P5", "P4"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refused) == 1


def test_person_who_left_is_still_told_in_the_list(world: World) -> None:
    services.end_employment(actor=world.director, person_id=world.person("P6").pk, last_day=ON, successor_id=None, now=NOW)
    rows = dict(selectors.people(actor=world.director, now=NOW).values_list("code", "state"))
    assert rows["P6"] == "left"
    assert rows["P4"] == "here"
    months = dict(selectors.people(actor=world.director, now=NOW).values_list("code", "months_of_service"))
    assert (months["P6"], months["P4"]) == (77, 101)


def test_only_those_who_keep_the_lists_change_people(world: World) -> None:
    assert [selectors.may_change(getattr(world, name)) for name in ("director", "system", "north", "finance", "seller", "security")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert selectors.may_move(User(role=Role.MANAGER))
