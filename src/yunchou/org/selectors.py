"""Every read of the organisation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunchou.common import clock
from yunchou.org.errors import NoCompany
from yunchou.org.models import Company, Membership, Person, Scope, Unit, User


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What an actor may see today: the whole company, the units of a range of the tree, or one person's rows.

    ``name`` says it in words (the company's, the unit's or the person's name). ``unit_ids`` holds the unit
    and all below it for the scope ``unit_and_below``; ``person_id`` the person for the scope ``own``.
    """

    scope: str
    name: str
    company: Company
    today: date
    unit_ids: tuple[int, ...] = ()
    person_id: int | None = None


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


def reach(*, actor: User, now: datetime) -> Reach:
    """Return what the actor may see on the company's day."""
    company = company_of(actor=actor)
    today = company_today(company=company, now=now)
    if actor.scope == Scope.ALL or actor.person_id is None:
        # One query for the most visited page: the person behind a user of this scope is not needed.
        return Reach(scope=Scope.ALL, name=company.name, company=company, today=today)
    person = Person.objects.get(pk=actor.person_id)
    if actor.scope == Scope.OWN:
        return Reach(scope=Scope.OWN, name=person.name, company=company, today=today, person_id=person.pk)
    membership = (
        Membership.objects.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today), person=person, starts_on__lte=today)
        .select_related("unit")
        .order_by("-starts_on", "-id")
        .first()
    )
    if membership is None:
        return Reach(scope=Scope.UNIT_AND_BELOW, name=person.name, company=company, today=today)
    unit = membership.unit
    below = Unit.objects.filter(company=company, tree_low__gte=unit.tree_low, tree_low__lt=unit.tree_high).order_by("tree_low", "id")
    return Reach(
        scope=Scope.UNIT_AND_BELOW, name=unit.name, company=company, today=today, unit_ids=tuple(below.values_list("pk", flat=True))
    )


def people_at_work(*, actor: User, now: datetime) -> QuerySet[Person]:
    """Return the people within the actor's reach who have not left on the company's day, by code."""
    within = reach(actor=actor, now=now)
    here = Q(left_on__isnull=True) | Q(left_on__gte=within.today)
    match within.scope:
        case Scope.ALL:
            mine = Q()
        case Scope.OWN:
            mine = Q(pk=within.person_id)
        case _:
            still = Q(ends_before__isnull=True) | Q(ends_before__gt=within.today)
            mine = Q(pk__in=Membership.objects.filter(still, unit_id__in=within.unit_ids, starts_on__lte=within.today).values("person_id"))
    return Person.objects.filter(here, mine, company=within.company).order_by("code", "id")


def unit_of_people(*, people: Collection[int], on: date) -> dict[int, int]:
    """Return the id of the unit that each person belongs to on a day."""
    still = Q(ends_before__isnull=True) | Q(ends_before__gt=on)
    found = Membership.objects.filter(still, person_id__in=people, starts_on__lte=on).order_by("person_id", "id")
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
