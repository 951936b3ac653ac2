"""Calculating a version from the ledger."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from tests.world import NOW, SETTINGS, World
from yunchou.common import events
from yunchou.planning import services
from yunchou.planning.events import VersionCalculated
from yunchou.planning.models import CustomerStanding, PlanCell, PlanVersion, Target
from yunchou.revenue import services as revenue
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(hours=1)


def test_calculated_version_holds_what_the_core_said_and_sums_exactly(planned: World) -> None:
    version = PlanVersion.objects.get()
    evidence = version.evidence

    assert (version.number, version.state, version.settings) == (1, "published", SETTINGS)
    assert (evidence["target_minor"], evidence["last_year_minor"]) == (version.target_minor, version.last_year_minor)
    assert sum(step["amount_minor"] for step in evidence["waterfall"]) == version.target_minor
    lines = OrderLine.objects.filter(on__lt="2026-01-01")
    assert (version.source_lines, version.source_sum_minor) == (lines.count(), lines.aggregate(total=Sum("amount_minor"))["total"])
    assert version.last_year_minor == lines.filter(on__gte="2025-01-01").aggregate(total=Sum("amount_minor"))["total"]
    keys = ("region_id", "product_tier", "customer_tier", "month")
    cells = PlanCell.objects.values_list(*keys).annotate(Sum("target_minor")).order_by(*keys)
    targets = Target.objects.values_list(*keys).annotate(Sum("amount_minor")).order_by(*keys)
    assert list(cells) == list(targets)
    assert sum(row[-1] for row in cells) == version.target_minor
    assert {row[3].month for row in cells} == set(range(1, 13))
    assert set(Target.objects.values_list("person__code", flat=True)) == {"P4", "P5", "P6"}
    assert CustomerStanding.objects.count() == 4


def test_fingerprint_follows_the_inputs_alone(planned: World) -> None:
    first = PlanVersion.objects.get()
    same = services.calculate_version(plan=first.plan, now=LATER)

    assert (same.number, same.state, same.fingerprint) == (2, "draft", first.fingerprint)
    assert same.evidence == first.evidence

    line = OrderLine.objects.filter(on__year=2024).order_by("id")[0]
    revenue.correct_order_line(
        actor=planned.finance,
        order_line_id=line.pk,
        amount_minor=line.amount_minor + 100,
        cost_minor=line.cost_minor,
        quantity_milli=line.quantity_milli,
        reason="",
        now=LATER,
    )
    heard: list[VersionCalculated] = []
    events.subscribe(VersionCalculated, heard.append)
    try:
        other = services.calculate_version(plan=first.plan, now=LATER)
    finally:
        events.unsubscribe(VersionCalculated, heard.append)

    assert other.fingerprint != first.fingerprint
    assert other.source_lines == first.source_lines + 2
    assert other.source_sum_minor == first.source_sum_minor + 100
    assert heard == [VersionCalculated(plan_id=first.plan_id, version_id=other.pk, number=3, target_minor=other.target_minor, at=LATER)]
