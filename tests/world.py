"""A small company with three closed years and a running one: every test of data and pages starts from it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from django.test import override_settings

from yunchou.catalog import services as catalog
from yunchou.customers import services as customers
from yunchou.org import services as org
from yunchou.org.models import Company, Person, Unit, User
from yunchou.planning import services as planning
from yunchou.planning.models import PlanVersion
from yunchou.revenue import services as revenue

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
TODAY = date(2026, 8, 31)
BORN = date(2015, 1, 5)
SETTINGS = {"drivers": [{"name": "北区加人", "where": {"region": ["北区"]}, "likely": "5%"}], "over_assignment": {"person": "10%"}}

UNITS = pl.DataFrame(
    [
        ("C0", "样例公司", None, "company", BORN, None),
        ("R1", "北区销售部", "C0", "region", BORN, None),
        ("R2", "南区销售部", "C0", "region", BORN, None),
        ("T1", "北区一组", "R2", "team", BORN, date(2025, 1, 1)),
        ("T1", "北区一组", "R1", "team", date(2025, 1, 1), None),
    ],
    schema={
        "unit_code": pl.String,
        "name": pl.String,
        "parent_code": pl.String,
        "kind": pl.String,
        "starts_on": pl.Date,
        "ends_before": pl.Date,
    },
    orient="row",
)
PEOPLE = pl.DataFrame(
    [
        ("P1", "何总", "director", BORN, None),
        ("P2", "北经理", "manager", BORN, None),
        ("P3", "南经理", "manager", BORN, None),
        ("P4", "甲销售", "salesperson", date(2018, 3, 1), None),
        ("P5", "乙销售", "salesperson", date(2019, 3, 1), None),
        ("P6", "丙销售", "salesperson", date(2020, 3, 1), None),
    ],
    schema={"person_code": pl.String, "name": pl.String, "position": pl.String, "hired_on": pl.Date, "left_on": pl.Date},
    orient="row",
)
MEMBERSHIPS = pl.DataFrame(
    [
        ("P1", "C0", BORN, None, None),
        ("P2", "R1", BORN, None, "P1"),
        ("P3", "R2", BORN, None, "P1"),
        ("P4", "T1", date(2018, 3, 1), None, "P2"),
        ("P5", "R1", date(2019, 3, 1), None, "P2"),
        ("P6", "R2", date(2020, 3, 1), None, "P3"),
    ],
    schema={"person_code": pl.String, "unit_code": pl.String, "starts_on": pl.Date, "ends_before": pl.Date, "manager_code": pl.String},
    orient="row",
)
PRODUCTS = pl.DataFrame(
    [
        ("A1", "云服务器", "硬件", date(2019, 1, 1), None, 9_900_00, 5_000_00),
        ("A2", "协同软件", "软件", date(2018, 1, 1), None, 4_900_00, 1_000_00),
        ("A3", "智能质检", "AI 工具", date(2025, 2, 1), None, 7_900_00, 2_000_00),
    ],
    schema={
        "product_code": pl.String,
        "name": pl.String,
        "line": pl.String,
        "launched_on": pl.Date,
        "retired_on": pl.Date,
        "list_price_minor": pl.Int64,
        "unit_cost_minor": pl.Int64,
    },
    orient="row",
)
CITIES = pl.DataFrame(
    [("1101", "北京", "北京市", "北区"), ("4401", "广州", "广东省", "南区")],
    schema={"division_code": pl.String, "name": pl.String, "province": pl.String, "region": pl.String},
    orient="row",
)
ACCOUNTS = pl.DataFrame(
    [
        ("K1", "北方电子", "电子", "1101", "北区", "P4", date(2019, 1, 1), None),
        ("K2", "北方机械", "机械", "1101", "北区", "P5", date(2019, 1, 1), None),
        ("K3", "南方电子", "电子", "4401", "南区", "P6", date(2019, 1, 1), None),
        ("K4", "南方医药", "医药", "4401", "南区", "P6", date(2024, 1, 1), None),
    ],
    schema={
        "account_code": pl.String,
        "name": pl.String,
        "industry": pl.String,
        "division_code": pl.String,
        "region": pl.String,
        "owner_code": pl.String,
        "created_on": pl.Date,
        "lost_on": pl.Date,
    },
    orient="row",
)
# account, product, person, unit, region, city, yuan a month at first, growth a year
_TRADE = (
    ("K1", "A1", "P4", "T1", "北区", "1101", 90_000, 1.15),
    ("K2", "A2", "P5", "R1", "北区", "1101", 40_000, 0.97),
    ("K3", "A1", "P6", "R2", "南区", "4401", 60_000, 1.10),
    ("K4", "A2", "P6", "R2", "南区", "4401", 30_000, 1.02),
    ("K1", "A3", "P4", "T1", "北区", "1101", 15_000, 1.60),
)
_SEASON = (0.7, 0.6, 1.2, 0.9, 1.0, 1.2, 0.9, 0.95, 1.2, 0.9, 1.0, 1.45)
_LAUNCHES = {"A3": date(2025, 2, 1), "K4": date(2024, 1, 1)}


@dataclass(frozen=True)
class World:
    """The company and those who sign in: ``director`` and ``finance`` see all, ``north`` a unit and below, ``seller`` themselves.

    ``system``, ``security`` and ``audit`` look after these and see no business."""

    company: Company
    director: User
    finance: User
    north: User
    south: User
    seller: User
    system: User
    security: User
    audit: User

    def unit(self, code: str) -> Unit:
        return Unit.objects.get(code=code)

    def person(self, code: str) -> Person:
        return Person.objects.get(code=code)


def order_lines() -> pl.DataFrame:
    rows = []
    for year in range(2023, 2027):
        for month in range(1, 13 if year < TODAY.year else TODAY.month + 1):
            for number, (account, product, person, unit, region, city, yuan, growth) in enumerate(_TRADE):
                on = date(year, month, 5 + 4 * number)
                if on < _LAUNCHES.get(product, on) or on < _LAUNCHES.get(account, on):
                    continue
                # Uneven by a fixed rule, so that there is something to learn and nothing to seed.
                amount = round(
                    yuan * growth ** (year - 2023) * _SEASON[month - 1] * (1 + ((month * 7 + number * 3 + year) % 11 - 5) / 50) * 100
                )
                rows.append(
                    (f"SO{year}{month:02d}-{number}", 1, on, account, product, person, unit, region, city, 3, amount, amount * 6 // 10)
                )
    schema = {
        "order_code": pl.String,
        "line_no": pl.Int64,
        "on": pl.Date,
        "account_code": pl.String,
        "product_code": pl.String,
        "person_code": pl.String,
        "unit_code": pl.String,
        "region": pl.String,
        "division_code": pl.String,
        "quantity": pl.Int64,
        "amount_minor": pl.Int64,
        "cost_minor": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def make_world() -> World:
    company = org.create_company(name="样例公司", currency="CNY", today_on=TODAY, origin="test")
    org.import_units(company=company, units=UNITS)
    org.import_people(company=company, people=PEOPLE, memberships=MEMBERSHIPS)
    catalog.import_products(products=PRODUCTS, currency="CNY")
    customers.import_regions(cities=CITIES)
    customers.import_accounts(company=company, accounts=ACCOUNTS)
    revenue.append_order_lines(company=company, lines=order_lines())
    revenue.refresh_account_sales(company=company, today=TODAY)

    def user(username: str, role: str, scope: str, person: str | None, administers: str = "") -> User:
        held = None if person is None else Person.objects.get(code=person)
        return org.create_user(username=username, password="x", role=role, scope=scope, person=held, administers=administers)

    # Nobody signs in with these passwords: a slow hash would only slow the tests.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        users = {
            "director": user("w-director", "director", "all", "P1"),
            "finance": user("w-finance", "finance", "all", None),
            "north": user("w-north", "manager", "unit_and_below", "P2"),
            "south": user("w-south", "manager", "unit_and_below", "P3"),
            "seller": user("w-seller", "salesperson", "own", "P4"),
            **{duty: user(f"w-{duty}", "finance", "none", None, duty) for duty in ("system", "security", "audit")},
        }
    return World(company=company, **users)


def publish_plan(world: World, *, now: datetime = NOW) -> PlanVersion:
    plan = planning.open_plan(company=world.company, year=2026, settings=SETTINGS)
    return planning.publish_version(version=planning.calculate_version(plan=plan, now=now), now=now)
