"""What the published plan sets for months, and the line it draws beside what was sold."""

from datetime import date

import pytest

from tests.site.conftest import signed_in
from tests.world import NOW, World
from yunchou.planning import selectors
from yunchou.planning.models import PlanVersion, Target

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MONTHS = [date(2026, month, 1) for month in range(1, 13)]


def targets(world: World, who: str) -> dict[date, int]:
    return selectors.monthly_targets(actor=getattr(world, who), now=NOW, months=MONTHS)


def test_targets_of_the_company_sum_to_the_versions_target(planned: World) -> None:
    found = targets(planned, "director")
    assert set(found) == set(MONTHS)
    assert sum(found.values()) == PlanVersion.objects.get().target_minor
    assert targets(planned, "finance") == found


def test_everybody_is_set_their_own_part(planned: World) -> None:
    seller, north, south, whole = (sum(targets(planned, who).values()) for who in ("seller", "north", "south", "director"))
    assert north + south == whole
    assert seller == sum(Target.objects.filter(person__code="P4").values_list("quota_minor", flat=True))
    assert 0 < seller < north * 2
    assert targets(planned, "system") == {}


def test_months_without_a_published_plan_have_no_target(planned: World) -> None:
    assert selectors.monthly_targets(actor=planned.director, now=NOW, months=[date(2025, 12, 1), date(2026, 1, 1)]).keys() == {
        date(2026, 1, 1)
    }


def test_page_of_revenue_draws_the_target_and_others_do_not(planned: World) -> None:
    client = signed_in(planned, "north")
    page = client.get("/metrics/revenue/").content.decode()
    assert '<path class="plan"' in page
    assert '<th scope="col" class="n">目标</th>' in page
    assert '<path class="plan"' not in client.get("/metrics/orders/").content.decode()
