"""People, units and users as lists show them."""

from dataclasses import replace
from datetime import date, datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DurationField,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least, TruncDate
from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.common.list_pages import BadValue
from yunchou.org.models import Administrator, Membership, Person, ReportingLine, Scope, Unit, UnitPlacement, User
from yunchou.org.selectors.reaches import Reach, company_of, people_within, reach

_LOOKING_AFTER = frozenset({Administrator.SYSTEM, Administrator.SECURITY})


def _reach(actor: User, now: datetime) -> Reach:
    """Return whose people and units the actor may see: who looks after the system or its security knows everybody by name."""
    within = reach(actor=actor, now=now, app="org")
    if actor.administers in _LOOKING_AFTER and within.scope != Scope.ALL:
        return replace(within, scope=Scope.ALL, unit_ids=(), person_ids=(), person_id=None)
    return within


def _months(starts: str, today: date) -> Cast:
    """Return whole months from a day to today, or to the day somebody left."""
    until = Least(Coalesce(F("left_on"), Value(today)), Value(today), output_field=DateField())
    age = Func(until, F(starts), function="age", output_field=DurationField())
    years, months = (Func(Value(part), age, function="date_part", output_field=FloatField()) for part in ("year", "month"))
    return Cast(years * Value(12.0) + months, IntegerField())


def people(*, actor: User, now: datetime) -> QuerySet[Person]:
    """Return the people within the actor's reach with their unit, manager and months of service on the company's day, by code."""
    within = _reach(actor, now)
    newest = Membership.objects.filter(person=OuterRef("pk"), starts_on__lte=within.today).order_by("-starts_on", "-id")
    return people_within(within=within).annotate(
        unit_name=Subquery(newest.values("unit__name")[:1], output_field=CharField()),
        unit_code=Subquery(newest.values("unit__code")[:1], output_field=CharField()),
        unit_key=Subquery(newest.values("unit_id")[:1]),
        manager_name=Subquery(newest.values("manager__name")[:1], output_field=CharField()),
        manager_code=Subquery(newest.values("manager__code")[:1], output_field=CharField()),
        manager_key=Subquery(newest.values("manager_id")[:1]),
        months_of_service=_months("hired_on", within.today),
        state=Case(When(left_on__lt=within.today, then=Value("left")), default=Value("here"), output_field=CharField()),
    )


def units(*, actor: User, now: datetime) -> QuerySet[Unit]:
    """Return the units within the actor's reach that stand today, what they lie below and how many people they have, in tree order."""
    within = _reach(actor, now)
    still = Q(ends_before__isnull=True) | Q(ends_before__gt=within.today)
    newest = UnitPlacement.objects.filter(still, unit=OuterRef("pk"), starts_on__lte=within.today).order_by("-starts_on", "-id")
    rows = _units_within(within).annotate(
        parent_name=Subquery(newest.values("parent__name")[:1], output_field=CharField()),
        parent_key=Subquery(newest.values("parent_id")[:1]),
        placed=Subquery(newest.values("id")[:1]),
        people_now=_heads(still, within.today, Q(unit=OuterRef("pk"))),
        people_below=_heads(still, within.today, Q(unit__tree_low__gte=OuterRef("tree_low"), unit__tree_low__lt=OuterRef("tree_high"))),
    )
    return rows.filter(placed__isnull=False).order_by("tree_low", "id")


def _units_within(within: Reach) -> QuerySet[Unit]:
    found = Unit.objects.filter(company=within.company)
    if within.scope == Scope.ALL:
        return found
    if within.person_ids:
        return found.filter(memberships__in=Membership.objects.filter(_at(within.today), person_id__in=within.person_ids)).distinct()
    return found.filter(pk__in=within.unit_ids)


def _at(on: date) -> Q:
    return (Q(ends_before__isnull=True) | Q(ends_before__gt=on)) & Q(starts_on__lte=on)


def _heads(still: Q, on: date, where: Q) -> Coalesce:
    found = (
        Membership.objects.filter(still, where, starts_on__lte=on)
        .order_by()
        .values(one=Value(1))
        .annotate(heads=Count("person_id", distinct=True))
    )
    return Coalesce(Subquery(found.values("heads")[:1], output_field=IntegerField()), Value(0))


def users(*, actor: User, now: datetime) -> QuerySet[User]:
    """Return the users of the actor's company for those who look after the system or its security, nobody for others; by username."""
    del now
    if actor.administers not in _LOOKING_AFTER:
        return User.objects.none()
    company = company_of(actor=actor)
    found = User.objects.filter(Q(person__company=company) | Q(person__isnull=True))
    return found.annotate(
        state=Case(When(is_active=True, then=Value("open")), default=Value("closed"), output_field=CharField()),
        made_on=TruncDate("date_joined"),
        seen_on=TruncDate("last_login"),
    ).order_by("username", "id")


def user(*, actor: User, user_id: int, now: datetime) -> User:
    """Return an account that the actor looks after.

    Raises:
        NotFound: It is missing, or the actor looks after none.
    """
    found = users(actor=actor, now=now).select_related("person").filter(pk=user_id).first()
    if found is None:
        raise NotFound(_("没有这个账号"))
    return found


def person(*, actor: User, person_id: int, now: datetime) -> Person:
    """Return a person within the actor's reach, as the list shows them.

    Raises:
        NotFound: The person is missing or outside the reach.
    """
    found = people(actor=actor, now=now).filter(pk=person_id).first()
    if found is None:
        raise NotFound(_("没有找到这个人"))
    return found


def unit(*, actor: User, unit_id: int, now: datetime) -> Unit:
    """Return a unit within the actor's reach, as the list shows it.

    Raises:
        NotFound: The unit is missing or outside the reach.
    """
    found = units(actor=actor, now=now).filter(pk=unit_id).first()
    if found is None:
        raise NotFound(_("没有找到这个部门"))
    return found


def places_of(*, person_id: int) -> list[Membership]:
    """Return where a person belonged and belongs, newest first."""
    return list(Membership.objects.filter(person_id=person_id).select_related("unit", "manager").order_by("-starts_on", "-id"))


def lines_of(*, person_id: int) -> list[ReportingLine]:
    """Return a person's other lines of report, newest first."""
    return list(ReportingLine.objects.filter(person_id=person_id).select_related("manager").order_by("-starts_on", "-id"))


def places_of_unit(*, unit_id: int) -> list[UnitPlacement]:
    """Return where a unit stood and stands, newest first."""
    return list(UnitPlacement.objects.filter(unit_id=unit_id).select_related("parent").order_by("-starts_on", "-id"))


def person_named(*, actor: User, text: str, now: datetime) -> int:
    """Return the id of the person at work within the actor's reach whom a code, a name or ``name (code)`` means.

    Raises:
        BadValue: There is none, or more than one of that name.
    """
    name, _mark, code = text.removesuffix(")").removesuffix("）").replace("（", "(").rpartition("(")
    meant = Q(code=code.strip()) | Q(code=text) | Q(name=text) if name else Q(code=text) | Q(name=text)
    found = list(people_at_work(actor=actor, now=now).filter(meant)[:2])
    if not found:
        raise BadValue(_("您的范围内没有在职的“%(name)s”，请写姓名或工号") % {"name": text[:40]})
    if len(found) > 1:
        raise BadValue(_("有几位“%(name)s”，请写工号") % {"name": text[:40]})
    return found[0].pk


def person_names(*, actor: User, now: datetime) -> list[str]:
    """Return those who can be chosen, as ``name (code)``; at most a thousand are offered."""
    return [f"{name} ({code})" for name, code in people_at_work(actor=actor, now=now).values_list("name", "code")[:1000]]


def people_at_work(*, actor: User, now: datetime) -> QuerySet[Person]:
    """Return the people within the actor's reach who have not left on the company's day, by code."""
    within = _reach(actor, now)
    return people_within(within=within).filter(Q(left_on__isnull=True) | Q(left_on__gte=within.today)).order_by("code", "id")


def unit_named(*, actor: User, text: str, now: datetime) -> int:
    """Return the id of the unit within the actor's reach that a code or a name means.

    Raises:
        BadValue: There is none, or more than one of that name.
    """
    found = list(units(actor=actor, now=now).filter(Q(code=text) | Q(name=text)).values_list("pk", flat=True)[:2])
    if len(found) != 1:
        told = _("有几个部门叫“%(name)s”，请写部门编码") if found else _("您的范围内没有“%(name)s”这个部门，请写名称或编码")
        raise BadValue(told % {"name": text[:40]})
    return found[0]


def unit_names(*, actor: User, now: datetime) -> list[str]:
    """Return the names of units that can be chosen; a name used twice is told by its code."""
    pairs = list(units(actor=actor, now=now).values_list("name", "code")[:1000])
    names = [name for name, _code in pairs]
    return [name if names.count(name) == 1 else code for name, code in pairs]
