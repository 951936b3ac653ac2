"""Measure lists, search, metrics and bulk work over a big company, in a process of its own.

10⁶ accounts and 5 × 10⁶ sales lines are made on top of a loaded demo company; ``DATABASE_URL`` names it. CPU-milliseconds are those of this
process and of the database's own process for its connection. Prints one JSON object a row. Started by ``tools/bench.py``, once a stage
(``fill``, ``pages``, ``many``), so that none holds the memory of another.
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

ACCOUNTS, LINES, BATCH = 1_000_000, 5_000_000, 500_000
MANY = 100_000
ROUNDS, PAGES = 3, 12
SURNAMES = "华东海天金云恒信达瑞安泰和盛宏远卓越中科创新智联博力同方正大亚"
ENDINGS = ("科技有限公司", "电子有限公司", "机械制造厂", "医药股份公司", "信息技术公司", "贸易有限公司", "新材料公司", "物流集团")
BARE = """{% extends "site/shell.html" %}{% block content %}<table>{% for row in rows %}<tr>
<td>{{ row.on.isoformat }}</td><td>{{ row.order_code }}</td><td>{{ row.account.name }}</td><td>{{ row.product.name }}</td>
<td>{{ row.quantity_milli }}</td><td>{{ row.amount_minor }}</td></tr>{% endfor %}</table>{% endblock %}"""


def tell(what: str, measured: str, reference: str, to_reach: str, *, is_reached: bool) -> None:
    """Print a row."""
    row = {"what": what, "measured": measured, "reference": reference, "to_reach": to_reach, "is_reached": is_reached}
    print(json.dumps(row), flush=True)


def fill() -> None:
    """Make the company big: accounts first, then their lines, then what lists sort by."""
    from django.db import connection  # noqa: PLC0415 - Django must be ready

    from yunchou.catalog.models import Product  # noqa: PLC0415
    from yunchou.customers import services as customers  # noqa: PLC0415
    from yunchou.customers.models import City  # noqa: PLC0415
    from yunchou.org.models import Company, Membership  # noqa: PLC0415
    from yunchou.revenue import services as revenue  # noqa: PLC0415

    company = Company.objects.get()
    cities = list(City.objects.order_by("id").values_list("division_code", "region__name"))
    members = list(
        Membership.objects.filter(ends_before=None, person__left_on=None, person__position="salesperson")
        .order_by("id")
        .values_list("person__code", "unit__code")
    )
    products = list(Product.objects.order_by("id").values_list("code", flat=True))
    n = pl.int_range(ACCOUNTS, eager=True)
    words = pl.Series(list(SURNAMES))
    name = words.gather(n * 7 % len(words)) + words.gather(n // 31 % len(words)) + words.gather(n // 977 % len(words))
    accounts = pl.DataFrame(
        {
            "account_code": "Z" + n.cast(pl.String).str.zfill(7),
            "name": name + n.cast(pl.String) + pl.Series(list(ENDINGS)).gather(n * 3 % len(ENDINGS)),
            "industry": pl.Series(["电子", "机械", "医药", "贸易", "物流"]).gather(n % 5),
            "division_code": pl.Series([code for code, _region in cities]).gather(n * 13 % len(cities)),
            "region": pl.Series([region for _code, region in cities]).gather(n * 13 % len(cities)),
            "owner_code": pl.Series([person for person, _unit in members]).gather(n % len(members)),
            "created_on": pl.Series([company.today_on]).gather(n * 0),
        }
    ).with_columns(lost_on=pl.lit(None, dtype=pl.Date))
    for start in range(0, ACCOUNTS, BATCH // 2):
        customers.import_accounts(company=company, accounts=accounts.slice(start, BATCH // 2))
    with connection.cursor() as cursor:
        # the rows are sound: their references need not be looked up one by one; monthly sums are kept all the same
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'revenue_orderline'::regclass AND NOT tgisinternal")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE revenue_orderline ENABLE ALWAYS TRIGGER "{name}"')
        cursor.execute("SET session_replication_role = replica")
    for start in range(0, LINES, BATCH):
        m = pl.int_range(start, start + BATCH, eager=True)
        at = m * 17 % ACCOUNTS
        rows = pl.DataFrame({"order_code": "Z" + m.cast(pl.String), "line_no": m * 0 + 1}).with_columns(
            on=pl.lit(company.today_on) - pl.duration(days=pl.lit(m * 11 % 1_000)),
            account_code=accounts["account_code"].gather(at),
            product_code=pl.Series(products).gather(m % len(products)),
            person_code=accounts["owner_code"].gather(at),
            unit_code=pl.Series([unit for _person, unit in members]).gather(at % len(members)),
            region=accounts["region"].gather(at),
            division_code=accounts["division_code"].gather(at),
            quantity=m % 5 + 1,
            amount_minor=(m * 7919 % 900_000) + 10_000,
            cost_minor=(m * 7919 % 500_000) + 5_000,
        )
        revenue.append_order_lines(company=company, lines=rows)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
    if company.today_on is not None:
        revenue.refresh_account_sales(company=company, today=company.today_on)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Meter:
    """CPU of this process and of the database's process that serves its connection."""

    def __init__(self) -> None:
        from django.db import connection  # noqa: PLC0415 - Django must be ready

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._backend = Path(f"/proc/{cursor.fetchone()[0]}/stat")
        self._tick = os.sysconf("SC_CLK_TCK")

    def now(self) -> float:
        """Return the CPU-seconds spent so far."""
        fields = self._backend.read_text(encoding="utf-8").rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / self._tick

    def of(self, work: Callable[[], Any], times: int = PAGES) -> tuple[float, float]:
        """Return the CPU-milliseconds of one piece of work, and the 95th percentile of its wall milliseconds."""
        work()
        walls, spent = [], []
        for _ in range(ROUNDS):
            started = self.now()
            for _ in range(times):
                at = time.perf_counter()
                work()
                walls.append(1000 * (time.perf_counter() - at))
            spent.append(1000 * (self.now() - started) / times)
        return statistics.median(spent), statistics.quantiles(walls, n=20)[-1]


def pages(meter: Meter) -> Iterator[None]:
    """Lists, records, searches and dashboards beside a bare list page."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django must be ready
    from django.db import connection  # noqa: PLC0415
    from django.http import HttpResponse  # noqa: PLC0415
    from django.template import engines  # noqa: PLC0415
    from django.test import Client, override_settings  # noqa: PLC0415
    from django.urls import path  # noqa: PLC0415

    from yunchou.common import clock  # noqa: PLC0415
    from yunchou.common.pages import PageRequest  # noqa: PLC0415
    from yunchou.customers.models import Account  # noqa: PLC0415
    from yunchou.metrics import services  # noqa: PLC0415
    from yunchou.revenue import selectors  # noqa: PLC0415
    from yunchou.site import urls  # noqa: PLC0415

    template = engines["django"].from_string(BARE)

    def bare(request: PageRequest) -> HttpResponse:
        rows = selectors.order_lines(actor=request.user, now=clock.now()).select_related("account", "product")[:50]
        return HttpResponse(template.render({"rows": rows}, request))

    addresses = ModuleType("bench_addresses")
    vars(addresses).update(vars(urls), urlpatterns=[path("bare/", bare), *urls.urlpatterns])
    users = {name: get_user_model().objects.get(username=name) for name in ("director", "east", "sales")}
    board = services.make_dashboard(actor=users["director"], name="bench")
    for metric, kind in (("revenue", "value"), ("gross_profit", "value"), ("gross_margin", "value"), ("revenue", "trend")) * 2:
        services.add_card(actor=users["director"], dashboard_id=board.pk, metric=metric, kind=kind, span="year_to_date")
    one = services.make_dashboard(actor=users["director"], name="one")
    services.add_card(actor=users["director"], dashboard_id=one.pk, metric="revenue", kind="value", span="year_to_date")
    empty = services.make_dashboard(actor=users["director"], name="empty")
    with override_settings(ROOT_URLCONF=addresses):
        clients = {}
        for name, user in users.items():
            clients[name] = Client()
            clients[name].force_login(user)

        def get(address: str, who: str = "director") -> Callable[[], Any]:
            def work() -> None:
                answer = clients[who].get(address)
                if answer.status_code != 200:
                    raise SystemExit(f"{address}: {answer.status_code}")

            return work

        plain, _ = meter.of(get("/bare/"))
        for who, scope in (("director", "whole company"), ("east", "unit and below"), ("sales", "own")):
            spent, wall = meter.of(get("/customers/accounts/", who))
            tell(
                f"list page over 10⁶ accounts, {scope}",
                f"{spent:.1f} CPU-ms, p95 {wall:.0f} ms",
                f"bare list page {plain:.1f} CPU-ms: {spent / plain:.1f} ×",
                "≤ 3.5 ×, p95 ≤ 100 ms",
                is_reached=spent <= 3.5 * plain and wall <= 100,
            )
            yield
        for name, address in (
            ("list page with two filters", "/customers/accounts/?industry=电子&sales_from=1000"),
            ("totals of the filtered rows", "/customers/accounts/totals/?industry=电子&sales_from=1000"),
            ("totals of rows filtered by what no index holds together", "/customers/accounts/totals/?region=1&lost_empty=1"),
        ):
            spent, wall = meter.of(get(address))
            tell(f"{name}, 10⁶ accounts", f"{spent:.1f} CPU-ms, p95 {wall:.0f} ms", "–", "p95 ≤ 150 ms", is_reached=wall <= 150)
            yield
        key = Account.objects.filter(code="Z0500000").values_list("pk", flat=True).get()
        seen: list[str] = []

        def count(execute: Any, statement: str, *rest: Any) -> Any:
            seen.append(statement)
            return execute(statement, *rest)

        with connection.execute_wrapper(count):
            get(f"/customers/accounts/{key}/")()
        spent, wall = meter.of(get(f"/customers/accounts/{key}/"))
        tell(
            "record page of an account",
            f"{spent:.1f} CPU-ms, {len(seen)} queries",
            f"bare list page {plain:.1f} CPU-ms: {spent / plain:.1f} ×",
            "≤ 2.5 ×, ≤ 20 queries",
            is_reached=spent <= 2.5 * plain and len(seen) <= 20,
        )
        yield
        for asked in ("华", "华东", "华东海", "科技有限", "医药股份公司", "hdh", "huadong"):
            spent, wall = meter.of(get(f"/search/?q={asked}"))
            tell(
                f"search “{asked}” among 10⁶ names",
                f"{spent:.1f} CPU-ms, p95 {wall:.0f} ms",
                f"bare list page {plain:.1f} CPU-ms: {spent / plain:.1f} ×",
                "≤ 3.5 ×, p95 ≤ 100 ms",
                is_reached=spent <= 3.5 * plain and wall <= 100,
            )
            yield
        frame, _ = meter.of(get(f"/metrics/dashboards/{empty.pk}/"))
        tile, _ = meter.of(get(f"/metrics/dashboards/{one.pk}/"))
        tell(
            "dashboard tile over 5 × 10⁶ lines (value and a year before)",
            f"{tile - frame:.1f} CPU-ms",
            "–",
            "≤ 80 CPU-ms",
            is_reached=tile - frame <= 80,
        )
        yield
        _, wall = meter.of(get(f"/metrics/dashboards/{board.pk}/"))
        tell("dashboard of 8 tiles, two of them trends", f"p95 {wall:.0f} ms", "–", "p95 ≤ 400 ms", is_reached=wall <= 400)
        yield


def metric(meter: Meter) -> None:
    """``evaluate`` as of a past day beside the same sum in one statement."""
    from datetime import date, timedelta  # noqa: PLC0415

    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django must be ready
    from django.db import connection  # noqa: PLC0415

    from yunchou.common import clock  # noqa: PLC0415
    from yunchou.metrics import selectors  # noqa: PLC0415

    actor, now = get_user_model().objects.get(username="director"), clock.now()
    moment = now - timedelta(seconds=1)
    period = selectors.Period(starts_on=date(2025, 9, 1), ends_before=date(2026, 9, 1))

    def ours() -> None:
        selectors.evaluate(actor=actor, metric="revenue", period=period, by=("month", "region"), as_of=moment, now=now)

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT date_trunc('month', line.on), region.name, sum(amount_minor), count(*) FROM revenue_orderline AS line"
                " JOIN customers_region AS region ON region.id = region_id WHERE line.on >= %s AND line.on < %s AND recorded_at < %s"
                " GROUP BY 1, 2 ORDER BY 1, 2",
                [period.starts_on, period.ends_before, moment],
            )
            cursor.fetchall()

    reference, _ = meter.of(plain, 1)
    spent, _ = meter.of(ours, 1)
    tell(
        "`evaluate`, 12 months × 6 regions as of a past moment, 5 × 10⁶ lines",
        f"{spent:.0f} CPU-ms",
        f"the same sums in one statement {reference:.0f} CPU-ms: {spent / reference:.2f} ×",
        "≤ 1.5 ×",
        is_reached=spent <= 1.5 * reference,
    )


def many(folder: Path) -> None:
    """10⁵ rows taken in from a file, and changed at once, beside COPY and UPDATE."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django must be ready
    from django.db import connection, transaction  # noqa: PLC0415

    from yunchou.common import clock  # noqa: PLC0415
    from yunchou.common.list_pages import Batch  # noqa: PLC0415
    from yunchou.customers.models import Account  # noqa: PLC0415
    from yunchou.lists import selectors, services  # noqa: PLC0415

    actor, now = get_user_model().objects.get(username="director"), clock.now()
    page = selectors.page_for(actor=actor, code="customers.accounts")
    path = folder / "new.csv"
    n = pl.int_range(MANY, eager=True)
    words = pl.Series(list(SURNAMES))
    pl.DataFrame(
        {
            "客户编码": "Y" + n.cast(pl.String).str.zfill(7),
            "客户": words.gather(n % len(words)) + words.gather(n // 7 % len(words)) + n.cast(pl.String) + "贸易有限公司",
            "行业": pl.Series(["电子", "机械", "医药"]).gather(n % 3),
            "城市": pl.Series(["3101"]).gather(n * 0),
            "建档日期": pl.Series(["2026-08-01"]).gather(n * 0),
        }
    ).write_csv(path)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept = services.keep_file(actor=actor, page=page, name="new.csv", content=path.read_bytes(), now=now)
    started = time.perf_counter()
    written = services.apply_file(actor=actor, page=page, import_id=kept.pk, path=path, now=now)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("CREATE TEMPORARY TABLE plain (code text, name text, industry text, city text, on_ text) ON COMMIT DROP")
        with cursor.copy("COPY plain FROM STDIN (FORMAT csv, HEADER true)") as copy:
            copy.write(path.read_bytes())
    reference = time.perf_counter() - started
    tell(
        "10⁵ accounts taken in from CSV with checks, history and search keys",
        f"{seconds:.1f} s, {memory:.0f} MB ({base:.0f} before)",
        f"plain COPY {reference:.1f} s",
        "≤ 15 s, ≤ 400 MB",
        is_reached=seconds <= 15 and memory <= 400 and written.checked.rows == MANY,
    )
    ids = list(Account.objects.filter(code__startswith="Y").order_by("pk").values_list("pk", flat=True))
    plain = []
    for word in ("机械", "电子", "医药"):
        started = time.perf_counter()
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("ALTER TABLE customers_account DISABLE TRIGGER USER")
            cursor.execute("UPDATE customers_account SET industry = %s WHERE id = ANY(%s)", [word + "x", ids])
            cursor.execute("ALTER TABLE customers_account ENABLE TRIGGER USER")
        plain.append(time.perf_counter() - started)
    ours = []
    for word in ("机械", "电子", "医药"):
        started = time.perf_counter()
        batch = Batch(changes={key: {"industry": word} for key in ids})
        done = services.write(actor=actor, page=page, batch=batch, action="edit", undoes=None, now=clock.now())
        ours.append(time.perf_counter() - started)
    started = time.perf_counter()
    services.undo(actor=actor, operation_id=done.operation_id or 0, now=clock.now())
    back = time.perf_counter() - started
    seconds, reference = statistics.median(ours), statistics.median(plain)
    tell(
        "bulk edit of 10⁵ accounts with checks and history",
        f"{seconds:.1f} s; taken back in {back:.1f} s",
        f"plain UPDATE {reference:.1f} s: {seconds / reference:.1f} ×",
        "≤ 4 ×",
        is_reached=seconds <= 4 * reference,
    )


def main() -> int:
    """Fill the database and measure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunchou.site.settings")
    os.environ.setdefault("YUNCHOU_LOG", "json")
    import django  # noqa: PLC0415 - settings are read at import

    django.setup()
    stage, folder = sys.argv[1:]
    if stage == "fill":
        fill()
    elif stage == "pages":
        meter = Meter()
        for _ in pages(meter):
            pass
        metric(meter)
    else:
        many(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
