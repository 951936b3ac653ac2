"""The home page's figures: exact, scoped, fresh, and cheap."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from tests.world import NOW, World, order_lines
from yunchou.org.models import Company, User
from yunchou.planning import selectors, services
from yunchou.planning.models import PlanVersion
from yunchou.planning.selectors import Home
from yunchou.revenue import services as revenue
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LINES = order_lines()
SCOPES = {
    "director": LINES,
    "finance": LINES,
    "north": LINES.filter(pl.col("unit_code").is_in(["R1", "T1"])),
    "south": LINES.filter(pl.col("unit_code") == "R2"),
    "seller": LINES.filter(pl.col("person_code") == "P4"),
}
NAMES = {"director": "样例公司", "finance": "样例公司", "north": "北区销售部", "south": "南区销售部", "seller": "甲销售"}
# A published version never changes: it is read by the first page of a process, and these are the queries of the next.
QUERIES = {"director": 5, "finance": 5, "north": 10, "south": 10, "seller": 8}


def page(actor: User) -> Home:
    found = selectors.home(actor=actor, now=NOW)
    assert found is not None
    return found


def correct(world: World, line: OrderLine, more_minor: int) -> None:
    revenue.correct_order_line(
        actor=world.finance,
        order_line_id=line.pk,
        amount_minor=line.amount_minor + more_minor,
        cost_minor=line.cost_minor,
        quantity_milli=line.quantity_milli,
        reason="",
        now=NOW,
    )


def year_sum(lines: pl.DataFrame, year: int) -> int:
    return int(lines.filter(pl.col("on").dt.year() == year)["amount_minor"].sum())


def test_home_adds_up(planned: World) -> None:
    home, version = page(planned.director), PlanVersion.objects.get()
    total, regions, tiers = (tuple(row for row in home.cascade if row.level == level) for level in range(3))

    assert total[0].target.value == home.headline.target.value == version.target_minor
    for name in ("target", "last_year", "attained"):
        parts = [sum(getattr(row, name).value for row in rows) for rows in (total, regions, tiers)]
        assert parts[0] == parts[1] == parts[2]
    for row in home.cascade:
        assert sum(period.value or 0 for period in row.periods) == row.target.value
    assert home.waterfall is not None
    assert [bar.starts_minor for bar in home.waterfall[1:-1]] == [bar.ends_minor for bar in home.waterfall[:-2]]
    assert home.waterfall[-2].ends_minor == home.waterfall[-1].ends_minor == version.target_minor
    assert [bar.kind for bar in home.waterfall] == ["last_year", "base", "driver", "beyond_expectation", "target"]
    assert home.months[-1].target_to_date.value == version.target_minor
    assert home.months[7].attained_to_date.value == home.headline.attained.value == year_sum(LINES, 2026)
    assert [row.attained.value is None for row in home.months] == [False] * 8 + [True] * 4
    assert home.headline.last_year.value == home.waterfall[0].amount.value == year_sum(LINES, 2025)


def test_home_states_shares_of_its_own_figures(planned: World) -> None:
    head = page(planned.director).headline
    target, before, attained, expected = (figure.value or 0 for figure in (head.target, head.last_year, head.attained, head.expected))

    assert head.growth.value == pytest.approx((target / before - 1) * 1e6, abs=1)
    assert head.attainment.value == pytest.approx(attained / target * 1e6, abs=1)
    assert head.ahead.value == attained - expected
    assert head.ahead_share.value == pytest.approx((attained / expected - 1) * 1e6, abs=1)
    assert head.probability.value == PlanVersion.objects.get().probability_ppm


def test_home_curve_falls_and_passes_near_the_target(planned: World) -> None:
    curve = page(planned.director).curve
    assert curve is not None

    amounts = [point.amount_minor for point in curve.points]
    chances = [point.probability_ppm for point in curve.points]
    assert amounts == sorted(amounts)
    assert chances == sorted(chances, reverse=True)
    assert len(curve.points) == 99
    above = [point.probability_ppm for point in curve.points if point.amount_minor >= (curve.target.value or 0)]
    # The curve's points stand one percent apart.
    assert above[0] == pytest.approx(curve.probability.value, abs=10_001)
    assert [name for name, _, _ in curve.scenarios] == ["conservative", "base", "stretch"]


@pytest.mark.parametrize("who", SCOPES)
def test_home_shows_the_sales_of_the_scope_alone(planned: World, who: str) -> None:
    home = page(getattr(planned, who))

    assert (home.scope_name, home.headline.attained.value) == (NAMES[who], year_sum(SCOPES[who], 2026))
    assert home.headline.last_year.value == year_sum(SCOPES[who], 2025)
    is_company = who in {"director", "finance"}
    assert (home.waterfall is not None, home.curve is not None) == (is_company, is_company)
    assert (home.headline.probability.value is not None) == is_company
    assert all((row.probability.value is not None) == is_company for row in home.cascade if row.level < 2)


def test_home_splits_the_companys_target_over_the_units(planned: World) -> None:
    whole, north, south, seller = (
        page(user).headline.target.value or 0 for user in (planned.director, planned.north, planned.south, planned.seller)
    )

    assert north + south == whole
    # A person is asked for the quota, a tenth more than the plan counts on, in whole units of 1 元 at each row.
    others = sum(target.amount_minor for target in PlanVersion.objects.get().targets.filter(person__code="P4"))
    assert seller == pytest.approx(others * 1.1, abs=100)


@pytest.mark.parametrize("who", QUERIES)
def test_home_costs_the_same_queries_for_any_amount_of_sales(planned: World, who: str, django_assert_num_queries: Any) -> None:
    page(planned.director)
    actor = User.objects.get(pk=getattr(planned, who).pk)
    with django_assert_num_queries(QUERIES[who]):
        before = page(actor)
    more = LINES.filter(pl.col("on").dt.year() == 2026).with_columns(order_code=pl.col("order_code") + "-more")
    revenue.append_order_lines(company=planned.company, lines=more)
    actor = User.objects.get(pk=actor.pk)
    with django_assert_num_queries(QUERIES[who]):
        after = page(actor)

    assert after.headline.attained.value == 2 * (before.headline.attained.value or 0)


def test_changed_line_of_this_year_moves_what_is_attained_at_once(planned: World) -> None:
    before = {who: page(getattr(planned, who)) for who in SCOPES}
    line = OrderLine.objects.filter(on__year=2026, person__code="P4", product__code="A1").order_by("on")[0]
    correct(planned, line, 1_000_00)

    for who, was in before.items():
        now, more = page(getattr(planned, who)), 0 if who == "south" else 1_000_00
        assert (now.headline.attained.value or 0) - (was.headline.attained.value or 0) == more
        assert (now.headline.ahead.value or 0) - (was.headline.ahead.value or 0) == more
        assert (now.months[0].attained.value or 0) - (was.months[0].attained.value or 0) == more
        assert (now.waterfall, now.curve) == (was.waterfall, was.curve)
        assert [row.target for row in now.cascade] == [row.target for row in was.cascade]
        moved = [row.name for row, old in zip(now.cascade, was.cascade, strict=True) if row.attained != old.attained]
        assert len(moved) == (0 if who == "south" else 3), "the whole, the region and the product tier"
        assert now.version.rows_changed.value == 0, "the plan's own sources did not change"


def test_changed_line_of_last_year_moves_the_plan_with_its_next_version(planned: World) -> None:
    was = page(planned.director)
    line = OrderLine.objects.filter(on__year=2025, person__code="P4", product__code="A1").order_by("on")[5]
    correct(planned, line, 60_000_00)

    stale = page(planned.director)
    assert stale.version.rows_changed.value == 2
    assert (stale.headline, stale.waterfall, stale.curve, stale.cascade) == (was.headline, was.waterfall, was.curve, was.cascade)

    version = services.calculate_version(plan=PlanVersion.objects.get().plan, now=NOW)
    assert page(planned.director).version.number == 1, "a draft is not in force"
    services.publish_version(version=version, now=NOW)

    fresh = page(planned.director)
    assert (fresh.version.number, fresh.version.rows_changed.value) == (2, 0)
    assert (fresh.headline.last_year.value or 0) - (was.headline.last_year.value or 0) == 60_000_00
    assert fresh.headline.attained == was.headline.attained
    for name in ("target", "ahead", "expected", "growth"):
        assert getattr(fresh.headline, name) != getattr(was.headline, name), name
    assert fresh.waterfall is not None
    assert was.waterfall is not None
    assert [bar.amount for bar in fresh.waterfall if bar.kind in {"last_year", "base", "target"}] != [
        bar.amount for bar in was.waterfall if bar.kind in {"last_year", "base", "target"}
    ]
    assert fresh.curve != was.curve
    assert all(new.target != old.target for new, old in zip(fresh.cascade, was.cascade, strict=True) if new.level < 2)


def test_home_months_swap_for_quarters(planned: World) -> None:
    months = selectors.home(actor=planned.director, now=NOW, period="month")
    assert months is not None

    for by_month, by_quarter in zip(months.cascade, page(planned.director).cascade, strict=True):
        values = [figure.value or 0 for figure in by_month.periods]
        assert [sum(values[first : first + 3]) for first in range(0, 12, 3)] == [figure.value for figure in by_quarter.periods]


@pytest.mark.parametrize(
    ("today", "whole_months", "days", "of_days"),
    [(date(2026, 1, 1), 0, 1, 31), (date(2026, 2, 28), 1, 28, 28), (date(2026, 8, 10), 7, 10, 31), (date(2026, 12, 31), 11, 31, 31)],
)
def test_home_expects_whole_months_and_the_days_of_the_running_one(
    planned: World, today: date, whole_months: int, days: int, of_days: int
) -> None:
    Company.objects.update(today_on=today)
    home = page(planned.director)
    targets = [row.target.value or 0 for row in home.months]

    assert home.headline.expected.value == pytest.approx(sum(targets[:whole_months]) + targets[whole_months] * days / of_days, abs=0.5)


def test_home_without_a_plan_of_the_running_year_is_none(planned: World) -> None:
    Company.objects.update(today_on=None)

    assert selectors.home(actor=planned.director, now=datetime(2027, 2, 1, tzinfo=UTC)) is None


def test_product_that_the_plan_does_not_know_still_counts(planned: World) -> None:
    services_before = page(planned.director).headline.attained.value or 0
    version = PlanVersion.objects.get()
    products = [entry for entry in version.evidence["products"] if entry["name"] != "智能质检"]
    draft = services.calculate_version(plan=version.plan, now=NOW)
    PlanVersion.objects.filter(pk=draft.pk).update(evidence=draft.evidence | {"products": products})
    services.publish_version(version=draft, now=NOW)

    home = page(planned.director)

    assert home.headline.attained.value == services_before
    assert [row.name for row in home.cascade if row.product_tier == "unplanned"] == ["计划外产品"]
