"""Dashboards that somebody may open."""

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.metrics.models import Card, Dashboard

if TYPE_CHECKING:
    from yunchou.org.models import User


def dashboards(*, actor: "User") -> QuerySet[Dashboard]:
    """Return the dashboards that the actor may open: that of the role, their own, then those that others share."""
    first = Case(When(role=actor.role, then=Value(0)), When(owner=actor, then=Value(1)), default=Value(2), output_field=IntegerField())
    return Dashboard.objects.filter(Q(owner=actor) | Q(is_shared=True)).annotate(first=first).order_by("first", "name", "pk")


def dashboard(*, actor: "User", dashboard_id: int) -> Dashboard:
    """Return a dashboard that the actor may open.

    Raises:
        NotFound: It is missing, or somebody else's and not shared.
    """
    found = dashboards(actor=actor).select_related("owner__person").filter(pk=dashboard_id).first()
    if found is None:
        raise NotFound(_("没有找到这个看板"))
    return found


def cards(*, of: Dashboard) -> list[Card]:
    """Return the cards of a dashboard in their order."""
    return list(of.cards.order_by("position", "pk"))


def dashboards_with(*, actor: "User", metric: str) -> list[Dashboard]:
    """Return the dashboards that show a metric, of those that the actor may open."""
    return list(dashboards(actor=actor).filter(cards__metric=metric).distinct())
