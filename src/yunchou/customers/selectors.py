"""Every read of customers."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunchou.common.batches import compared
from yunchou.common.list_pages import BadValue, Batch, Checked
from yunchou.customers.models import Account, City, Region
from yunchou.org import selectors as org
from yunchou.org.models import Company, Person

if TYPE_CHECKING:
    from yunchou.org.models import User


def accounts(*, actor: "User", now: datetime) -> QuerySet[Account]:
    """Return the accounts that the actor may see: all, those of the units within reach, or their own; by code."""
    reach = org.reach(actor=actor, now=now, app="customers")
    within = reach.rows(person="owner_id", unit="unit_id")
    return Account.objects.filter(within).order_by("code", "id")


# what each role may change of an account: a salesperson hands none over
CHANGING = {
    "director": frozenset({"name", "code", "industry", "region", "city", "owner", "created", "lost"}),
    "manager": frozenset({"name", "code", "industry", "region", "city", "owner", "created", "lost"}),
    "salesperson": frozenset({"name", "industry", "lost"}),
    "finance": frozenset[str](),
}


def city_named(*, text: str) -> int:
    """Return the id of the city of a name or a division code.

    Raises:
        BadValue: There is none, or more than one of that name.
    """
    found = list(City.objects.filter(Q(name=text) | Q(division_code=text)).order_by("id")[:2])
    if len(found) != 1:
        raise BadValue((_("有几个“%(name)s”，请写行政区划代码") if found else _("没有“%(name)s”这个城市")) % {"name": text[:40]})
    return found[0].pk


def city_names() -> list[str]:
    """Return the names of the cities, sorted."""
    return list(City.objects.order_by("name", "id").values_list("name", flat=True))


def check_accounts(*, actor: "User", batch: Batch, now: datetime) -> Checked:
    """Return what would become of a batch of accounts; an owner's unit and a city's region come along. Writes nothing."""
    changes = batch.changes
    fields = sorted({name for wanted in changes.values() for name in wanted} | {"created_on", "lost_on"})
    mine = accounts(actor=actor, now=now)
    kept = {row.pop("pk"): row for row in mine.filter(pk__in=list(changes)).order_by("pk").values("pk", *fields)}
    owners = {wanted["owner_id"] for wanted in (*changes.values(), *batch.added) if wanted.get("owner_id") is not None}
    at_work = set(org.people_at_work(actor=actor, now=now).filter(pk__in=owners).values_list("pk", flat=True))
    units = org.unit_of_people(people=owners, on=org.company_today(company=org.company_of(actor=actor), now=now))
    changed, refused, same, moved = compared(batch, kept, lambda row, wanted: _wrong(wanted, row["created_on"], at_work))
    for wanted in changed.values():
        if "owner_id" in wanted:
            wanted["unit_id"] = units.get(wanted["owner_id"])
    removed = _removable(mine, batch.removed, refused)
    added, refused_new = _checked_new(batch, at_work, units)
    return Checked(changed=changed, refused=refused, same=same, moved=moved, added=added, refused_new=refused_new, removed=removed)


def _wrong(wanted: Mapping[str, Any], created_on: date, at_work: Collection[int]) -> str:
    if wanted.get("owner_id") is not None and wanted["owner_id"] not in at_work:
        return _("新的负责人已离职，或不在您的范围内")
    if wanted.get("lost_on") is not None and wanted["lost_on"] < created_on:
        return _("流失日期早于建档日期 %(day)s") % {"day": created_on}
    return ""


def _removable(mine: QuerySet[Account], wanted: Collection[int], refused: dict[int, str]) -> tuple[int, ...]:
    """Return those that have sold nothing, and tell the others."""
    if not wanted:
        return ()
    seen = set(mine.filter(pk__in=wanted).values_list("pk", flat=True))
    sold = set(mine.filter(pk__in=wanted, order_lines__isnull=False).values_list("pk", flat=True))
    for row_id in wanted:
        if row_id not in seen:
            refused[row_id] = _("不在您的范围内，或已经没有了")
        elif row_id in sold:
            refused[row_id] = _("有销售明细的客户不能删除，可以填流失日期")
    return tuple(row_id for row_id in wanted if row_id in seen - sold)


def _checked_new(batch: Batch, at_work: Collection[int], units: Mapping[int, int]) -> tuple[dict[int, Mapping[str, Any]], dict[int, str]]:
    added: dict[int, Mapping[str, Any]] = {}
    refused: dict[int, str] = {}
    used = set(Account.objects.filter(code__in=[wanted["code"] for wanted in batch.added]).values_list("code", flat=True))
    regions = dict(City.objects.filter(pk__in={wanted["city_id"] for wanted in batch.added}).order_by("pk").values_list("pk", "region_id"))
    for place, wanted in enumerate(batch.added):
        wrong = _wrong(wanted, wanted["created_on"], at_work)
        if wrong:
            refused[place] = wrong
        elif wanted["code"] in used:
            # also where somebody else's account has it: two of one code cannot be told apart
            refused[place] = _("客户编码 %(code)s 已经有了，请换一个") % {"code": wanted["code"]}
        else:
            used.add(wanted["code"])
            region = wanted.get("region_id") or regions[wanted["city_id"]]
            added[place] = {**wanted, "region_id": region, "unit_id": units.get(wanted.get("owner_id") or 0)}
    return added, refused


def industries() -> list[str]:
    """Return the industries that accounts have, sorted: one step of the index each, however many accounts there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE met AS (
                (SELECT industry FROM customers_account ORDER BY industry LIMIT 1)
                UNION ALL
                SELECT (SELECT industry FROM customers_account WHERE industry > met.industry ORDER BY industry LIMIT 1)
                FROM met WHERE met.industry IS NOT NULL
            )
            SELECT industry FROM met WHERE industry IS NOT NULL
            """
        )
        return sorted(row[0] for row in cursor.fetchall())


def region_ids() -> dict[str, int]:
    """Return each region's id by its name, in the usual order."""
    return dict(Region.objects.order_by("position", "id").values_list("name", "id"))


def city_ids() -> dict[str, int]:
    """Return each city's id by its division code."""
    return dict(City.objects.order_by("id").values_list("division_code", "id"))


def person_ids(*, company: Company) -> dict[str, int]:
    """Return each person's id by code."""
    return dict(Person.objects.filter(company=company).order_by("id").values_list("code", "id"))
