"""Every read of customers."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from yunchou.customers.models import Account, City, Region
from yunchou.org import selectors as org
from yunchou.org.models import Company, Person, Scope

if TYPE_CHECKING:
    from yunchou.org.models import User


def accounts(*, actor: "User", now: datetime) -> QuerySet[Account]:
    """Return the accounts that the actor may see: all, those of the units within reach, or their own; by code."""
    reach = org.reach(actor=actor, now=now)
    match reach.scope:
        case Scope.ALL:
            within = Q()
        case Scope.OWN:
            within = Q(owner_id=reach.person_id)
        case _:
            within = Q(unit_id__in=reach.unit_ids)
    return Account.objects.filter(within).order_by("code", "id")


def industries() -> list[str]:
    """Return the industries that accounts have, sorted."""
    return sorted(Account.objects.order_by("industry").values_list("industry", flat=True).distinct())


def region_ids() -> dict[str, int]:
    """Return each region's id by its name, in the usual order."""
    return dict(Region.objects.order_by("position", "id").values_list("name", "id"))


def city_ids() -> dict[str, int]:
    """Return each city's id by its division code."""
    return dict(City.objects.order_by("id").values_list("division_code", "id"))


def person_ids(*, company: Company) -> dict[str, int]:
    """Return each person's id by code."""
    return dict(Person.objects.filter(company=company).order_by("id").values_list("code", "id"))
