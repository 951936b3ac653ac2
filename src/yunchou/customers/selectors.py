"""Every read of customers."""

from yunchou.customers.models import City, Region
from yunchou.org.models import Company, Person


def region_ids() -> dict[str, int]:
    """Return each region's id by its name, in the usual order."""
    return dict(Region.objects.order_by("position", "id").values_list("name", "id"))


def city_ids() -> dict[str, int]:
    """Return each city's id by its division code."""
    return dict(City.objects.order_by("id").values_list("division_code", "id"))


def person_ids(*, company: Company) -> dict[str, int]:
    """Return each person's id by code."""
    return dict(Person.objects.filter(company=company).order_by("id").values_list("code", "id"))
