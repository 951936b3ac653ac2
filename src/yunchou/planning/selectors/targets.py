"""What the published plans set for months, within the actor's reach."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Sum

from yunchou.org import selectors as org
from yunchou.org.models import Scope
from yunchou.planning.models import PlanCell, Target, VersionState

if TYPE_CHECKING:
    from yunchou.org.models import User


def monthly_targets(*, actor: "User", now: datetime, months: Sequence[date]) -> dict[date, int]:
    """Return the published targets of months by their first days, in minor units; of months without a plan nothing.

    Who sees people's rows sees their quotas, everybody else what the plan counts on.
    """
    reach = org.reach(actor=actor, now=now)
    published = {"version__plan__company": reach.company, "version__state": VersionState.PUBLISHED, "month__in": list(months)}
    if reach.scope == Scope.ALL:
        rows = PlanCell.objects.filter(**published).order_by("month").values_list("month")
        return dict(rows.annotate(Sum("target_minor")))
    within = reach.rows(person="person_id", unit="unit_id")
    mine = Target.objects.filter(within, **published).order_by("month").values_list("month")
    return dict(mine.annotate(Sum("quota_minor" if reach.person_ids else "amount_minor")))
