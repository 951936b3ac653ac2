"""Who acts, and what they may see on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from yunchou.common import clock
from yunchou.org.errors import NoCompany
from yunchou.org.models import AppScope, Company, Membership, Person, ReportingLine, Scope, Unit, User


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What an actor may see today: the whole company, the units of a range of the tree, some people's rows, or nothing.

    ``name`` says it in words (the company's, the unit's or the person's name). ``unit_ids`` holds the unit (and all below it) for the
    scopes of units; ``person_ids`` the person (and who reports to them) for those of people; ``person_id`` the person for ``own``.
    """

    scope: str
    name: str
    company: Company
    today: date
    unit_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()
    person_id: int | None = None

    def rows(self, *, person: str, unit: str) -> Q:
        """Return the condition of the rows within the reach; ``person`` and ``unit`` are the ORM paths of their ids."""
        if self.scope == Scope.ALL:
            return Q()
        if self.scope in {Scope.OWN, Scope.OWN_AND_BELOW}:
            return Q(**{f"{person}__in": self.person_ids})
        return Q(**{f"{unit}__in": self.unit_ids})


def signed_in(*, user_id: int) -> User | None:
    """Return the user of a session together with the person and company that every page asks for."""
    return User.objects.select_related("person__company").filter(pk=user_id).first()


def company_of(*, actor: User) -> Company:
    """Return the actor's company; a user without a person sees the only company there is.

    Raises:
        NoCompany: The user has no person, and there is no company or more than one.
    """
    if actor.person_id is not None:
        return Company.objects.get(people=actor.person_id)
    found = list(Company.objects.order_by("id")[:2])
    if len(found) != 1:
        raise NoCompany(_("您的账号还没有关联到公司成员，请联系管理员"))
    return found[0]


def company_today(*, company: Company, now: datetime) -> date:
    """Return the company's day: the one its calendar is stopped on, or that of the clock."""
    return company.today_on or clock.local_date(now)


def reach(*, actor: User, now: datetime, app: str = "") -> Reach:
    """Return what the actor may see on the company's day, of one app where its scope differs."""
    company = company_of(actor=actor)
    today = company_today(company=company, now=now)
    scope = scope_of(actor=actor, app=app)
    if scope == Scope.ALL:
        # One query for the most visited page: the person behind a user of this scope is not needed.
        return Reach(scope=scope, name=company.name, company=company, today=today)
    if actor.person_id is None or scope == Scope.NONE:
        return Reach(scope=Scope.NONE, name=company.name, company=company, today=today)
    person = Person.objects.get(pk=actor.person_id)
    if scope in {Scope.OWN, Scope.OWN_AND_BELOW}:
        below = people_below(person_id=person.pk, on=today) if scope == Scope.OWN_AND_BELOW else ()
        own = person.pk if scope == Scope.OWN else None
        return Reach(scope=scope, name=person.name, company=company, today=today, person_ids=(person.pk, *below), person_id=own)
    return _reach_of_unit(person, scope, company, today)


def _reach_of_unit(person: Person, scope: str, company: Company, today: date) -> Reach:
    membership = (
        Membership.objects.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today), person=person, starts_on__lte=today)
        .select_related("unit")
        .order_by("-starts_on", "-id")
        .first()
    )
    if membership is None:
        return Reach(scope=scope, name=person.name, company=company, today=today)
    unit = membership.unit
    if scope == Scope.UNIT:
        return Reach(scope=scope, name=unit.name, company=company, today=today, unit_ids=(unit.pk,))
    within = Unit.objects.filter(company=company, tree_low__gte=unit.tree_low, tree_low__lt=unit.tree_high).order_by("tree_low", "id")
    return Reach(scope=scope, name=unit.name, company=company, today=today, unit_ids=tuple(within.values_list("pk", flat=True)))


def scope_of(*, actor: User, app: str) -> str:
    """Return the actor's scope of an app: its own where it has one, else the user's. Asked once a request."""
    if not app:
        return actor.scope
    if not hasattr(actor, "scopes_by_app"):
        actor.scopes_by_app = dict(AppScope.objects.filter(user=actor).order_by("app", "pk").values_list("app", "scope"))
    return actor.scopes_by_app.get(app, actor.scope)


def sees_business(*, actor: User) -> bool:
    """Tell whether the actor sees any business data at all; administrators usually do not."""
    return actor.scope != Scope.NONE


def people_below(*, person_id: int, on: date) -> tuple[int, ...]:
    """Return who reports to a person on a day, directly or through others, along the solid line; each once, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below (person_id) AS (
                SELECT person_id FROM org_membership
                WHERE manager_id = %(top)s AND starts_on <= %(on)s AND (ends_before IS NULL OR ends_before > %(on)s)
                UNION
                SELECT line.person_id FROM org_membership AS line JOIN below ON line.manager_id = below.person_id
                WHERE line.starts_on <= %(on)s AND (line.ends_before IS NULL OR line.ends_before > %(on)s)
            )
            SELECT person_id FROM below WHERE person_id <> %(top)s ORDER BY person_id
            """,
            {"top": person_id, "on": on},
        )
        return tuple(row[0] for row in cursor.fetchall())


def manager_of(*, person_id: int, on: date, kind: int | None = None) -> Person | None:
    """Return whom a person reports to on a day: along the solid line, or along one of a ``LineKind``."""
    still = Q(ends_before__isnull=True) | Q(ends_before__gt=on)
    if kind is None:
        held = (
            Membership.objects.filter(still, person_id=person_id, starts_on__lte=on)
            .select_related("manager")
            .order_by("-starts_on", "-id")
            .first()
        )
    else:
        held = ReportingLine.objects.filter(still, person_id=person_id, kind=kind, starts_on__lte=on).select_related("manager").first()  # type: ignore[assignment]
    return None if held is None else held.manager


def people_within(*, within: Reach) -> QuerySet[Person]:
    """Return the people of a reach, also those who left: of their units today or at last, by code."""
    mine = Q()
    if within.scope in {Scope.OWN, Scope.OWN_AND_BELOW}:
        mine = Q(pk__in=within.person_ids)
    elif within.scope != Scope.ALL:
        newest = Membership.objects.filter(person=OuterRef("pk"), starts_on__lte=within.today).order_by("-starts_on", "-id")
        mine = Q(unit_now__in=within.unit_ids)
        return (
            Person.objects.annotate(unit_now=Subquery(newest.values("unit_id")[:1]))
            .filter(mine, company=within.company)
            .order_by("code", "id")
        )
    return Person.objects.filter(mine, company=within.company).order_by("code", "id")


def unit_of_people(*, people: Collection[int], on: date) -> dict[int, int]:
    """Return the id of the unit that each person belongs to on a day."""
    still = Q(ends_before__isnull=True) | Q(ends_before__gt=on)
    found = Membership.objects.filter(still, person_id__in=people, starts_on__lte=on).order_by("person_id", "id")
    return dict(found.values_list("person_id", "unit_id"))


def last_units(*, company: Company) -> dict[int, int]:
    """Return the id of the unit that each person belongs to, or belonged to last."""
    found = Membership.objects.filter(person__company=company).order_by("person_id", "starts_on", "id")
    return dict(found.values_list("person_id", "unit_id"))


def name_of(*, actor: User) -> str:
    """Return what to call whoever acts: the person's name, else the username."""
    return actor.username if actor.person is None else actor.person.name


def any_company() -> Company | None:
    """Return the first company, None in an empty installation; for commands, which act for the installation."""
    return Company.objects.order_by("id").first()


def person_in(*, company: Company, position: str, unit_name: str, on: date) -> Person | None:
    """Return who has held a position longest, of those there on a day; in the unit of that name or below, "" for anywhere."""
    members = Membership.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=on), person__company=company, person__position=position, starts_on__lte=on
    )
    if unit_name:
        unit = Unit.objects.filter(company=company, name=unit_name).order_by("tree_low", "id").first()
        if unit is None:
            return None
        members = members.filter(unit__tree_low__gte=unit.tree_low, unit__tree_low__lt=unit.tree_high)
    # Nearest to the top first: a region's manager before the managers of its teams.
    found = members.select_related("person").order_by("unit__tree_low", "person__hired_on", "person__code").first()
    return None if found is None else found.person
