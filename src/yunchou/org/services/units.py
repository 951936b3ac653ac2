"""Companies, units and their tree, and what is imported into it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from yunchou.audit import services as audit
from yunchou.common import events
from yunchou.common.copying import write_search_keys
from yunchou.common.list_pages import Batch, Written
from yunchou.org import selectors
from yunchou.org.errors import BadMove, MayNotMove, UnitCycle
from yunchou.org.events import UnitMoved
from yunchou.org.models import Company, Membership, Person, Unit, UnitPlacement, User

if TYPE_CHECKING:
    import polars as pl


def create_company(*, name: str, currency: str, today_on: date | None = None, origin: str = "") -> Company:
    """Make a company whose fiscal year starts in January; see ``Company`` for ``today_on`` and ``origin``."""
    return Company.objects.create(name=name, currency=currency, today_on=today_on, origin=origin)


@transaction.atomic
def import_units(*, company: Company, units: "pl.DataFrame") -> int:
    """Write units and their places through time, then number the tree.

    ``units``: ``unit_code, name, parent_code`` (null: the top), ``kind, starts_on, ends_before`` (null: still);
    a unit that moved has one row a place, and its newest row names it.
    """
    newest: dict[str, dict[str, object]] = {}
    for row in units.sort("unit_code", "starts_on").iter_rows(named=True):
        newest[row["unit_code"]] = row
    Unit.objects.bulk_create(
        [Unit(company=company, code=code, name=str(row["name"]), kind=str(row["kind"])) for code, row in newest.items()]
    )
    ids = dict(Unit.objects.filter(company=company).order_by("id").values_list("code", "id"))
    UnitPlacement.objects.bulk_create(
        [
            UnitPlacement(
                unit_id=ids[row["unit_code"]],
                parent_id=None if row["parent_code"] is None else ids[row["parent_code"]],
                starts_on=row["starts_on"],
                ends_before=row["ends_before"],
            )
            for row in units.iter_rows(named=True)
        ]
    )
    renumber_tree(company=company)
    return len(ids)


@transaction.atomic
def import_people(*, company: Company, people: "pl.DataFrame", memberships: "pl.DataFrame") -> int:
    """Write people, and who belonged to which unit under whom and when.

    ``people``: ``person_code, name, position, hired_on, left_on``; ``memberships``: ``person_code, unit_code,
    starts_on, ends_before, manager_code``; the units must be there.
    """
    Person.objects.bulk_create(
        [
            Person(
                company=company,
                code=row["person_code"],
                name=row["name"],
                position=row["position"],
                hired_on=row["hired_on"],
                left_on=row["left_on"],
            )
            for row in people.iter_rows(named=True)
        ],
        batch_size=5_000,
    )
    persons = dict(Person.objects.filter(company=company).order_by("id").values_list("code", "id"))
    units = dict(Unit.objects.filter(company=company).order_by("id").values_list("code", "id"))
    Membership.objects.bulk_create(
        [
            Membership(
                person_id=persons[row["person_code"]],
                unit_id=units[row["unit_code"]],
                manager_id=None if row["manager_code"] is None else persons[row["manager_code"]],
                starts_on=row["starts_on"],
                ends_before=row["ends_before"],
            )
            for row in memberships.iter_rows(named=True)
        ],
        batch_size=5_000,
    )
    make_search_keys()
    return len(persons)


def make_search_keys() -> int:
    """Make the search keys of people who have none: new ones, and those renamed; return how many."""
    waiting = Person.objects.filter(search_keys__isnull=True).order_by("id").values_list("id", "name", "code")
    with audit.unwatched(table=Person._meta.db_table):  # noqa: SLF001 - Django's public name for it
        return write_search_keys(model=Person, names=waiting)


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, on: date, now: datetime) -> UnitPlacement:
    """Place a unit below another (None: at the top) from ``on``; what was before stays as it was.

    Raises:
        UnitCycle: The new parent is the unit itself or lies below it.
    """
    # Every move of a company waits for the one before: two moves at once could close a ring.
    list(Unit.objects.select_for_update().filter(company_id=unit.company_id).order_by("id"))
    unit = Unit.objects.get(pk=unit.pk)
    if parent is not None:
        parent = Unit.objects.get(pk=parent.pk)
        if unit.tree_low <= parent.tree_low < unit.tree_high:
            raise UnitCycle(_("不能把部门移到它自己或它的下级之下"))
    UnitPlacement.objects.filter(unit=unit, ends_before__isnull=True).update(ends_before=on)
    placement = UnitPlacement.objects.create(unit=unit, parent=parent, starts_on=on)
    renumber_tree(company=unit.company)
    events.publish(UnitMoved(unit_id=unit.pk, parent_id=None if parent is None else parent.pk, on=on, at=now))
    return placement


def must_place(actor: User) -> None:
    """Refuse who does not arrange the units.

    Raises:
        MayNotMove: Somebody else does.
    """
    if not selectors.may_change(actor):
        raise MayNotMove(_("调整组织由销售总监或系统管理员来做"))


@transaction.atomic
def place_unit(*, actor: User, unit_id: int, parent_id: int | None, on: date, now: datetime) -> UnitPlacement:
    """Place a unit that the actor may see below another from a day that has come; what was before stays as it was.

    Raises:
        NotFound: The unit or its new parent is missing or outside the actor's reach.
        MayNotMove: Somebody else arranges the units.
        BadMove: The day is still to come or before the last move.
        UnitCycle: The new parent is the unit itself or lies below it.
    """
    must_place(actor)
    unit = selectors.unit(actor=actor, unit_id=unit_id, now=now)
    parent = None if parent_id is None else selectors.unit(actor=actor, unit_id=parent_id, now=now)
    last = UnitPlacement.objects.filter(unit=unit).order_by("-starts_on").values_list("starts_on", flat=True).first()
    if on > selectors.company_today(company=unit.company, now=now):
        raise BadMove(_("调整从今天或之前的某天起；将来的调整请到那天再办"))
    if last is not None and on <= last:
        raise BadMove(_("这天不晚于它上次变动的 %(day)s") % {"day": last})
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.units.place",
        at=now,
        details={"unit": unit.code, "parent": "" if parent is None else parent.code},
    ):
        return move_unit(unit=unit, parent=parent, on=on, now=now)


@transaction.atomic
def change_units(*, actor: User, batch: Batch, action: str, undoes: int | None, now: datetime) -> Written:
    """Rename, add and take away units within the actor's reach, as one operation; a new unit stands from today."""
    company = selectors.company_of(actor=actor)
    # the whole tree waits: numbers of every unit follow from all places
    list(Unit.objects.select_for_update().filter(company=company).order_by("id").values_list("id"))
    checked = selectors.check_units(actor=actor, batch=batch, now=now)
    if not checked.rows:
        return Written(checked=checked, operation_id=None)
    today = selectors.company_today(company=company, now=now)
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action=f"org.units.{action}",
        at=now,
        details={"page": "org.units", "changed": checked.rows, "refused": checked.refusals},
        undoes=undoes,
    ) as operation:
        UnitPlacement.objects.filter(unit_id__in=checked.removed).delete()
        Unit.objects.filter(pk__in=checked.removed).delete()
        for row_id, wanted in checked.changed.items():
            Unit.objects.filter(pk=row_id).update(**wanted)
        added = []
        for wanted in checked.added.values():
            made = Unit.objects.create(company=company, **{name: value for name, value in wanted.items() if name != "parent_id"})
            UnitPlacement.objects.create(unit=made, parent_id=wanted.get("parent_id"), starts_on=today)
            added.append(made.pk)
        if checked.added or checked.removed:
            renumber_tree(company=company)
    return Written(checked=checked, operation_id=operation.pk, added=tuple(added))


@transaction.atomic
def renumber_tree(*, company: Company) -> None:
    """Give every unit its range in the tree of newest places: depth first, siblings by code.

    A unit's range holds its own number and those of all below it, so "below" is one comparison of integers.
    """
    units = {unit.pk: unit for unit in Unit.objects.select_for_update().filter(company=company).order_by("code", "id")}
    parents: dict[int, int | None] = {}
    for placement in UnitPlacement.objects.filter(unit__company=company).order_by("starts_on", "id"):
        parents[placement.unit_id] = placement.parent_id
    below: dict[int | None, list[int]] = defaultdict(list)
    for key in units:
        below[parents.get(key)].append(key)
    _number(below, units)
    Unit.objects.bulk_update(units.values(), ["tree_low", "tree_high"], batch_size=2_000)


def _number(below: Mapping[int | None, list[int]], units: Mapping[int, Unit]) -> None:
    position = 0
    open_units: list[tuple[int, bool]] = [(key, False) for key in reversed(below.get(None, []))]
    while open_units:
        key, is_done = open_units.pop()
        if is_done:
            units[key].tree_high = position
            continue
        units[key].tree_low = position
        position += 1
        open_units.append((key, True))
        open_units.extend((child, False) for child in reversed(below.get(key, [])))


def create_user(*, username: str, password: str, role: str, scope: str, person: Person | None, administers: str = "") -> User:
    """Let someone sign in: a username, a password, a role, whose rows they may see, and what they look after."""
    return User.objects.create(
        username=username, password=make_password(password), role=role, scope=scope, person=person, administers=administers
    )
