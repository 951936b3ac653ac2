"""People: their facts, where they belong and to whom they report through time, and their leaving."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yunchou.audit import services as audit
from yunchou.common import events
from yunchou.common.list_pages import Batch, Written
from yunchou.org import selectors
from yunchou.org.errors import BadMove, MayNotMove, UnitCycle
from yunchou.org.events import PersonLeft, PersonMoved
from yunchou.org.models import Company, LineKind, Membership, Person, ReportingLine, User
from yunchou.org.services.units import make_search_keys

_OF_PLACE = frozenset({"unit_id", "manager_id"})


@transaction.atomic
def change_people(*, actor: User, batch: Batch, action: str, undoes: int | None, now: datetime) -> Written:
    """Change, add and take away people within the actor's reach, as one operation; a new person's unit counts from the day of hiring."""
    list(Person.objects.select_for_update().filter(pk__in=[*batch.changes, *batch.removed]).order_by("id").values_list("id"))
    checked = selectors.check_people(actor=actor, batch=batch, now=now)
    if not checked.rows:
        return Written(checked=checked, operation_id=None)
    company = selectors.company_of(actor=actor)
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action=f"org.people.{action}",
        at=now,
        details={"page": "org.people", "changed": checked.rows, "refused": checked.refusals},
        undoes=undoes,
    ) as operation:
        Membership.objects.filter(person_id__in=checked.removed).delete()
        Person.objects.filter(pk__in=checked.removed).delete()
        for row_id, wanted in checked.changed.items():
            Person.objects.filter(pk=row_id).update(**wanted)
        rows = list(checked.added.values())
        made = Person.objects.bulk_create(
            [Person(company=company, **{name: value for name, value in row.items() if name not in _OF_PLACE}) for row in rows]
        )
        Membership.objects.bulk_create(
            [
                Membership(person=person, unit_id=row["unit_id"], manager_id=row.get("manager_id"), starts_on=person.hired_on)
                for person, row in zip(made, rows, strict=True)
            ]
        )
        make_search_keys()
    return Written(checked=checked, operation_id=operation.pk, added=tuple(person.pk for person in made))


def must_move(actor: User, person: Person) -> None:
    """Refuse who does not move a person.

    Raises:
        MayNotMove: The actor moves nobody, or it is themselves.
    """
    if not selectors.may_move(actor) or actor.person_id == person.pk:
        raise MayNotMove(_("调动和离职由上级或系统管理员来办"))


def _mine(actor: User, person_id: int, now: datetime) -> Person:
    """Return a person whom the actor may move, locked.

    Raises:
        NotFound: There is no such person within the actor's reach.
        MayNotMove: The actor moves nobody, or it is themselves.
        BadMove: The person left.
    """
    person = selectors.person(actor=actor, person_id=person_id, now=now)
    must_move(actor, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_on is not None:
        raise BadMove(_("这个人已经离职"))
    return person


def _wait_in_line(actor: User) -> None:
    """Let every change of who reports to whom wait for the one before: two at once could close a ring."""
    list(Company.objects.select_for_update().filter(pk=selectors.company_of(actor=actor).pk).order_by("id").values_list("id"))


@transaction.atomic
def transfer(*, actor: User, person_id: int, unit_id: int, manager_id: int | None, on: date, now: datetime) -> Membership:
    """Let a person belong to a unit under a manager from a day that has come; what was before stays as it was.

    Raises:
        NotFound: The person, the unit or the manager is missing or outside the actor's reach.
        MayNotMove: The actor moves nobody, or it is themselves.
        BadMove: The person left, or the day is still to come or before the last change.
        UnitCycle: The manager reports to the person.
    """
    _wait_in_line(actor)
    person = _mine(actor, person_id, now)
    unit = selectors.unit(actor=actor, unit_id=unit_id, now=now)
    manager = None if manager_id is None else selectors.person(actor=actor, person_id=manager_id, now=now)
    last = Membership.objects.filter(person=person).order_by("-starts_on").first()
    if on > selectors.company_today(company=person.company, now=now):
        raise BadMove(_("调动从今天或之前的某天起；将来的调动请到那天再办"))
    if on < person.hired_on or (last is not None and on <= last.starts_on):
        raise BadMove(_("这天不晚于上次变动的 %(day)s") % {"day": person.hired_on if last is None else last.starts_on})
    if manager is not None and (manager.pk == person.pk or manager.pk in selectors.people_below(person_id=person.pk, on=on)):
        raise UnitCycle(_("新的上级向这个人汇报，不能绕成一圈"))
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.people.transfer",
        at=now,
        details={"person": person.code, "unit": unit.code, "manager": "" if manager is None else manager.code},
    ):
        Membership.objects.filter(person=person).filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on)).update(ends_before=on)
        made = Membership.objects.create(person=person, unit_id=unit.pk, manager=manager, starts_on=on)
        events.publish(PersonMoved(person_id=person.pk, unit_id=unit.pk, on=on, at=now))
    return made


@transaction.atomic
def end_employment(*, actor: User, person_id: int, last_day: date, successor_id: int | None, now: datetime) -> None:
    """Let a person leave after a day: memberships and lines end, the account is closed at once, a successor takes over.

    ``PersonLeft`` is published; the apps that own what somebody looks after hand it over in the same transaction.

    Raises:
        NotFound: The person or the successor is missing or outside the actor's reach.
        MayNotMove: The actor moves nobody, or it is themselves.
        BadMove: The person left before, the day is still to come or before the hiring, or the successor cannot be one.
    """
    person = _mine(actor, person_id, now)
    if last_day > selectors.company_today(company=person.company, now=now):
        raise BadMove(_("离职从今天或之前的某天起；将来的离职请到最后一天再办"))
    if last_day < person.hired_on:
        raise BadMove(_("最后一天早于入职日期 %(day)s") % {"day": person.hired_on})
    successor = None if successor_id is None else selectors.person(actor=actor, person_id=successor_id, now=now)
    if successor is not None and (successor.left_on is not None or successor.pk == person.pk):
        raise BadMove(_("接手的人要在职，也不能是本人"))
    after = last_day + timedelta(days=1)
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.people.leave",
        at=now,
        details={"person": person.code, "successor": "" if successor is None else successor.code},
    ):
        Person.objects.filter(pk=person.pk).update(left_on=last_day)
        for held in (Membership.objects.filter(person=person), ReportingLine.objects.filter(Q(person=person) | Q(manager=person))):
            held.filter(starts_on__gte=after).delete()
            held.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=after)).update(ends_before=after)
        User.objects.filter(person=person).update(is_active=False)
        events.publish(PersonLeft(person_id=person.pk, successor_id=None if successor is None else successor.pk, last_day=last_day, at=now))


@transaction.atomic
def report_to(*, actor: User, person_id: int, manager_id: int | None, kind: int, on: date, now: datetime) -> ReportingLine | None:
    """Let a person report to another from a day along a line of a kind (None: to nobody); what was before stays as it was.

    Raises:
        NotFound: The person or the manager is missing or outside the actor's reach.
        MayNotMove: The actor moves nobody, or it is themselves.
        BadMove: The person left, or the kind is unknown.
        UnitCycle: The manager reports to the person along the same kind.
    """
    if kind not in LineKind.values:
        raise BadMove(_("没有这种汇报关系"))
    _wait_in_line(actor)
    person = _mine(actor, person_id, now)
    manager = None if manager_id is None else selectors.person(actor=actor, person_id=manager_id, now=now)
    above: Person | None = manager
    met = {person.pk}
    while above is not None:
        if above.pk in met:
            raise UnitCycle(_("%(kind)s不能绕成一圈") % {"kind": LineKind(kind).label})
        met.add(above.pk)
        above = selectors.manager_of(person_id=above.pk, on=on, kind=kind)
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.people.report",
        at=now,
        details={"person": person.code, "manager": "" if manager is None else manager.code, "kind": kind},
    ):
        mine = ReportingLine.objects.filter(person=person, kind=kind)
        mine.filter(starts_on__gte=on).delete()
        mine.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on)).update(ends_before=on)
        return None if manager is None else ReportingLine.objects.create(person=person, manager_id=manager.pk, kind=kind, starts_on=on)
