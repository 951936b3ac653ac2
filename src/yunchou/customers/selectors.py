"""Every read of customers."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunchou.common.list_pages import BadValue, Changes, Checked
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


# what each role may change of an account: a salesperson hands none over
CHANGING = {
    "director": frozenset({"name", "industry", "region", "owner", "lost"}),
    "manager": frozenset({"name", "industry", "region", "owner", "lost"}),
    "salesperson": frozenset({"name", "industry", "lost"}),
    "finance": frozenset[str](),
}


def owner_named(*, actor: "User", text: str, now: datetime) -> int:
    """Return the id of the person at work within the actor's reach whom a code, a name or ``name (code)`` means.

    Raises:
        BadValue: There is none, or more than one of that name.
    """
    name, _mark, code = text.removesuffix(")").removesuffix("）").replace("（", "(").rpartition("(")
    people = org.people_at_work(actor=actor, now=now)
    found = list(people.filter(Q(code=code.strip()) | Q(code=text) | Q(name=text) if name else Q(code=text) | Q(name=text))[:2])
    if not found:
        raise BadValue(_("您的范围内没有在职的“%(name)s”，请写姓名或工号") % {"name": text[:40]})
    if len(found) > 1:
        raise BadValue(_("有几位“%(name)s”，请写工号") % {"name": text[:40]})
    return found[0].pk


def owner_names(*, actor: "User", now: datetime) -> list[str]:
    """Return those who may own accounts, as ``name (code)``; at most a thousand are offered."""
    return [f"{name} ({code})" for name, code in org.people_at_work(actor=actor, now=now).values_list("name", "code")[:1000]]


def check_accounts(*, actor: "User", changes: Changes, expected: Changes | None, now: datetime) -> Checked:
    """Return what would become of changes of accounts, by attribute; an owner's unit comes along. Writes nothing."""
    fields = sorted({field for wanted in changes.values() for field in wanted} | {"created_on", "lost_on"})
    kept = {row.pop("pk"): row for row in accounts(actor=actor, now=now).filter(pk__in=list(changes)).order_by("pk").values("pk", *fields)}
    owners = {wanted["owner_id"] for wanted in changes.values() if wanted.get("owner_id") is not None}
    at_work = set(org.people_at_work(actor=actor, now=now).filter(pk__in=owners).values_list("pk", flat=True))
    units = org.unit_of_people(people=owners, on=org.company_today(company=org.company_of(actor=actor), now=now))
    changed: dict[int, dict[str, Any]] = {}
    refused: dict[int, str] = {}
    moved = set()
    same = 0
    for row_id, wanted in changes.items():
        row = kept.get(row_id)
        if row is None:
            refused[row_id] = _("不在您的范围内，或已经没有了")
            continue
        different = {field: value for field, value in wanted.items() if row[field] != value}
        if not different:
            same += 1
        elif expected is not None and any(row[field] != value for field, value in expected[row_id].items() if field in different):
            refused[row_id] = _("后来又被改过")
            moved.add(row_id)
        elif different.get("owner_id") is not None and different["owner_id"] not in at_work:
            refused[row_id] = _("新的负责人已离职，或不在您的范围内")
        elif different.get("lost_on") is not None and different["lost_on"] < row["created_on"]:
            refused[row_id] = _("流失日期早于建档日期 %(day)s") % {"day": row["created_on"]}
        else:
            if "owner_id" in different:
                different["unit_id"] = units.get(different["owner_id"])
            changed[row_id] = different
    return Checked(changed=changed, refused=refused, same=same, moved=frozenset(moved))


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
