"""Every constraint of plans, by inserting the bad row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.world import NOW, World
from yunchou.customers.models import Account, Region
from yunchou.planning.models import CustomerStanding, Plan, PlanCell, PlanVersion, Target

pytestmark = pytest.mark.database

MONTH = date(2026, 3, 1)


@pytest.fixture
def draft(world: World) -> PlanVersion:
    plan = Plan.objects.create(company=world.company, year=2026)
    return version(plan, number=1)


def version(plan: Plan, **fields: Any) -> PlanVersion:
    return PlanVersion.objects.create(
        **{
            "plan": plan,
            "number": 9,
            "evidence": {},
            "fingerprint": "0" * 64,
            "source_from": date(2023, 1, 1),
            "source_before": date(2026, 1, 1),
            "source_lines": 1,
            "source_sum_minor": 1,
            "last_year_minor": 1,
            "mean_minor": 1,
            "target_minor": 0,
            "probability_ppm": 600_000,
            "calculated_at": NOW,
        }
        | fields
    )


def cell(draft: PlanVersion, **fields: Any) -> PlanCell:
    given = {"region": Region.objects.order_by("id")[0], "product_tier": "star", "customer_tier": "A", "month": MONTH}
    sums = {"last_year_minor": 0, "mean_minor": 0, "target_minor": 0}
    return PlanCell.objects.create(**{"version": draft} | given | sums | fields)


def target(draft: PlanVersion, **fields: Any) -> Target:
    given = {"region": Region.objects.order_by("id")[0], "product_tier": "star", "customer_tier": "A", "month": MONTH}
    return Target.objects.create(**{"version": draft} | given | {"amount_minor": 0, "quota_minor": 0} | fields)


def standing(draft: PlanVersion, tier: str) -> CustomerStanding:
    return CustomerStanding.objects.create(version=draft, account=Account.objects.order_by("id")[0], tier=tier, revenue_minor=1)


def publish(draft: PlanVersion) -> None:
    PlanVersion.objects.filter(pk=draft.pk).update(state="published", published_at=NOW)


def twice(write: Callable[[], Any]) -> None:
    write()
    write()


BAD_ROWS: dict[str, Callable[[PlanVersion], Any]] = {
    "company_has_one_plan_a_year": lambda draft: Plan.objects.create(company=draft.plan.company, year=2026),
    "plan_year_is_a_likely_one": lambda draft: Plan.objects.create(company=draft.plan.company, year=26),
    "plan_version_numbers_are_used_once": lambda draft: version(draft.plan, number=1),
    "plan_has_one_published_version": lambda draft: twice(lambda: publish(version(draft.plan, number=PlanVersion.objects.count() + 1))),
    "plan_probability_is_a_share": lambda draft: version(draft.plan, probability_ppm=1_000_001),
    "plan_source_ends_after_it_starts": lambda draft: version(draft.plan, source_before=date(2023, 1, 1)),
    "plan_version_moments_fit_its_state": lambda draft: version(draft.plan, published_at=NOW),
    "plan_cell_is_written_once": lambda draft: twice(lambda: cell(draft)),
    "plan_cell_month_is_its_first_day": lambda draft: cell(draft, month=date(2026, 3, 2)),
    "plan_cell_product_tier_is_a_known_one": lambda draft: cell(draft, product_tier="cow"),
    "plan_cell_customer_tier_is_a_known_one": lambda draft: cell(draft, customer_tier="D"),
    "target_is_written_once": lambda draft: twice(lambda: target(draft)),
    "target_month_is_its_first_day": lambda draft: target(draft, month=date(2026, 3, 2)),
    "account_stands_once_in_a_version": lambda draft: twice(lambda: standing(draft, "A")),
    "standing_tier_is_a_known_one": lambda draft: standing(draft, "D"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_constraint_refuses_the_bad_row(draft: PlanVersion, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BAD_ROWS[name](draft)


def test_constraints_are_all_tried() -> None:
    models = (Plan, PlanVersion, PlanCell, Target, CustomerStanding)

    assert {constraint.name for model in models for constraint in model._meta.constraints} == set(BAD_ROWS)
