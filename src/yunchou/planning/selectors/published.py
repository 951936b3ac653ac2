"""What is read of a published version: it never changes, so it is read once and kept in the process."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Sum

from yunchou.catalog.models import Product
from yunchou.planning.models import PlanCell, PlanVersion
from yunchou.planning.selectors.keys import MONTHS

# (region, product tier) with 0 and "" for all of them → twelve months of the fiscal year
Place = tuple[int, str]
Months = Mapping[Place, list[int]]
KEPT = 8


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published version's evidence, its sums by place and month (minor units), and the tier of each product it knows."""

    evidence: Mapping[str, Any]
    tier_of_product: Mapping[int, str]
    target: Months
    last_year: Months


def published(version: PlanVersion, starts_on: date) -> Published:
    """Return what the version says; the second reading of a version asks the database nothing."""
    # The moments are part of the name: after a database was emptied, its numbers start again.
    return _read(version.pk, version.fingerprint, version.calculated_at, version.published_at, starts_on)


@lru_cache(maxsize=KEPT)
def _read(
    version_id: int,
    fingerprint: str,  # noqa: ARG001 - the rest of the version's name
    calculated_at: datetime,  # noqa: ARG001
    published_at: datetime | None,  # noqa: ARG001
    starts_on: date,
) -> Published:
    evidence: dict[str, Any] = PlanVersion.objects.values_list("evidence", flat=True).get(pk=version_id)
    tiers = {entry["name"]: entry["tier"] for entry in evidence["products"]}
    known = Product.objects.filter(name__in=tiers).order_by("id").values_list("id", "name")
    cells = list(
        PlanCell.objects.filter(version_id=version_id)
        .order_by("month", "region_id", "product_tier")
        .values_list("month", "region_id", "product_tier")
        .annotate(Sum("target_minor"), Sum("last_year_minor"))
    )
    return Published(
        evidence=evidence,
        tier_of_product={key: tiers[name] for key, name in known},
        target=sums_by_place(starts_on, (cell[:4] for cell in cells)),
        last_year=sums_by_place(starts_on, ((month, region, tier, before) for month, region, tier, _, before in cells)),
    )


def sums_by_place(starts_on: date, rows: Iterable[tuple[date, int, str, int]]) -> Months:
    """Add up rows by place and by every place that contains it, over the twelve months from ``starts_on``."""
    sums: dict[Place, list[int]] = defaultdict(lambda: [0] * MONTHS)
    first = starts_on.year * 12 + starts_on.month
    for month, region, tier, amount in rows:
        sums[region, tier][month.year * 12 + month.month - first] += amount
    for (region, tier), months in list(sums.items()):
        for whole in ((region, ""), (0, tier), (0, "")):
            into = sums[whole]
            for at, amount in enumerate(months):
                into[at] += amount
    return dict(sums)
