"""The demo company in the database: simulated, loaded and planned in one transaction, and taken out again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.apps import apps
from django.db import connection, transaction

from yunchou.catalog import services as catalog
from yunchou.customers import services as customers
from yunchou.org import selectors as people
from yunchou.org import services as org
from yunchou.planning import services as planning
from yunchou.revenue import services as revenue
from yunchou.site.demo_accounts import PASSWORD, SIGN_INS

if TYPE_CHECKING:
    from yunchou.demo.simulate import Company as Simulated
    from yunchou.demo.sizes import SizeName
    from yunchou.demo.truth import Truth
    from yunchou.org.models import Company

APPS = ("planning", "revenue", "customers", "catalog", "metrics", "lists", "org", "audit")
PLAN_SETTINGS = Path(__file__).with_name("demo_plan.yaml")
# "demo" in ASCII; every Yunchou takes the same lock.
_LOCK = int.from_bytes(b"demo")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What stands in the database: a company's name, where it came from (empty: not a demo), and whether it is new.

    ``truth`` is the realised one of a new company.
    """

    name: str
    origin: str
    is_new: bool
    truth: Mapping[str, Any]


def load(*, size: "SizeName", seed: int, truth: "Truth", now: datetime) -> Loaded:
    """Load the demo company into an empty database, with its people's sign-ins and the published plan of its year.

    One transaction: a killed run leaves nothing, and the next starts anew. Where a company stands already,
    nothing is done; two runs at once wait for each other.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        standing = people.any_company()
        if standing is not None:
            return Loaded(name=standing.name, origin=standing.origin, is_new=False, truth={})
        from yunchou.demo.simulate import simulate  # noqa: PLC0415 - seconds of imports only where a company is made

        made = simulate(size, seed, truth)
        company = _write(made, origin=_origin(size, seed, truth))
        _publish_plan(company=company, now=now)
    # New tables have no statistics: without them the first pages would be planned blindly.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Loaded(name=company.name, origin=company.origin, is_new=True, truth=made.truth)


@transaction.atomic
def clear() -> bool:
    """Take the demo company out, with everything that was written beside it; say whether there was one.

    Raises:
        NotTheDemo: The company in the database is not the demo company.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        standing = people.any_company()
        if standing is None:
            return False
        if not standing.origin:
            raise NotTheDemo(f"{standing.name} 不是示例公司，不会被清除 · {standing.name} is not the demo company and is not cleared")
        tables = [model._meta.db_table for label in APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)]  # noqa: SLF001
        # The tables refuse to be emptied by anybody who does not say so.
        cursor.execute("SET LOCAL yunchou.takes_the_demo_out = 'on'")
        names = ", ".join(connection.ops.quote_name(table) for table in tables)
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    return True


class NotTheDemo(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The database holds a real company."""


def _origin(size: str, seed: int, truth: "Truth") -> str:
    planted = json.dumps(truth.document(), ensure_ascii=False, sort_keys=True, default=str)
    return f"demo {size} {seed} {hashlib.sha256(planted.encode()).hexdigest()[:12]}"


def _write(made: "Simulated", *, origin: str) -> "Company":
    company = org.create_company(name=_company_name(made), currency="CNY", today_on=made.today, origin=origin)
    org.import_units(company=company, units=made.units)
    org.import_people(company=company, people=made.people, memberships=made.memberships)
    catalog.import_products(products=made.products, currency="CNY")
    customers.import_regions(cities=made.cities)
    customers.import_accounts(company=company, accounts=made.accounts)
    revenue.append_order_lines(company=company, lines=made.order_lines)
    revenue.refresh_account_sales(company=company, today=made.today)
    for entry in SIGN_INS:
        org.create_user(
            username=entry.username,
            password=PASSWORD,
            role=entry.role,
            scope=entry.scope,
            administers=entry.administers,
            person=people.person_in(company=company, position=entry.position, unit_name=entry.region, on=made.today)
            if entry.position
            else None,
        )
    return company


def _company_name(made: "Simulated") -> str:
    top = made.units.filter(made.units["parent_code"].is_null())
    name: str = top["name"][0]
    return name


def _publish_plan(*, company: "Company", now: datetime) -> None:
    settings: dict[str, Any] = yaml.safe_load(PLAN_SETTINGS.read_text(encoding="utf-8"))
    today: date = people.company_today(company=company, now=now)
    plan = planning.open_plan(company=company, year=today.year, settings=settings)
    planning.publish_version(version=planning.calculate_version(plan=plan, now=now), now=now)
