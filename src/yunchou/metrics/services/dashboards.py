"""Dashboards and their cards."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.metrics import selectors
from yunchou.metrics.errors import BadDashboard
from yunchou.metrics.models import ROLES, Card, CardKind, Dashboard
from yunchou.metrics.periods import SPANS

if TYPE_CHECKING:
    from yunchou.org.models import User

MOST_CARDS = 24


def _checked(actor: "User", name: str, role: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= 40:
        raise BadDashboard(_("看板要有名称，最多 40 个字"))
    if role and (role not in dict(ROLES) or actor.role != "director"):
        raise BadDashboard(_("只有销售总监能把看板定为某个角色的首选"))
    return name


@transaction.atomic
def make_dashboard(*, actor: "User", name: str, is_shared: bool = False, role: str = "") -> Dashboard:
    """Make an empty dashboard.

    Raises:
        BadDashboard: The name is empty, too long or used, or the actor gives roles none.
    """
    name = _checked(actor, name, role)
    if role:
        Dashboard.objects.filter(role=role).update(role="")
    try:
        with transaction.atomic():
            return Dashboard.objects.create(owner=actor, name=name, is_shared=is_shared or bool(role), role=role)
    except IntegrityError:
        raise BadDashboard(_("您已有一个叫“%(name)s”的看板，请换个名称") % {"name": name}) from None


def _own(actor: "User", dashboard_id: int) -> Dashboard:
    found = Dashboard.objects.select_for_update().filter(owner=actor, pk=dashboard_id).first()
    if found is None:
        raise NotFound(_("没有找到您的这个看板"))
    return found


@transaction.atomic
def change_dashboard(*, actor: "User", dashboard_id: int, name: str, is_shared: bool, role: str = "") -> Dashboard:
    """Rename a dashboard of the actor's, share it or not, and make it the first of a role.

    Raises:
        NotFound: It is not the actor's.
        BadDashboard: As ``make_dashboard``.
    """
    kept = _own(actor, dashboard_id)
    kept.name = _checked(actor, name, role)
    if role:
        Dashboard.objects.filter(role=role).exclude(pk=kept.pk).update(role="")
    kept.is_shared, kept.role = is_shared or bool(role), role
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise BadDashboard(_("您已有一个叫“%(name)s”的看板，请换个名称") % {"name": kept.name}) from None
    return kept


@transaction.atomic
def delete_dashboard(*, actor: "User", dashboard_id: int) -> None:
    """Take a dashboard of the actor's away.

    Raises:
        NotFound: It is not the actor's.
    """
    _own(actor, dashboard_id).delete()


@transaction.atomic
def add_card(*, actor: "User", dashboard_id: int, metric: str, kind: str, span: str, dimension: str = "") -> Card:
    """Add a card at the end of a dashboard of the actor's.

    Raises:
        NotFound: The dashboard is not the actor's, or there is no such metric.
        BadDashboard: The card shows nothing that the metric has, or there are too many.
    """
    kept = _own(actor, dashboard_id)
    found = selectors.metric_for(actor=actor, code=metric)
    if kind not in CardKind.values or span not in SPANS:
        raise BadDashboard(_("请选择卡片显示什么和哪段时间"))
    dimension = dimension if kind == CardKind.SPLIT else ""
    if kind == CardKind.SPLIT and dimension not in {one.code for one in selectors.dimensions_for(actor=actor, metric=found)}:
        raise BadDashboard(_("这个指标不能按它来分，请换一个维度"))
    if kept.cards.count() >= MOST_CARDS:
        raise BadDashboard(_("一个看板最多 24 张卡片"))
    last = kept.cards.aggregate(last=Max("position"))["last"] or 0
    return Card.objects.create(dashboard=kept, position=last + 1, metric=found.code, kind=kind, span=span, dimension=dimension)


@transaction.atomic
def remove_card(*, actor: "User", dashboard_id: int, card_id: int) -> None:
    """Take a card off a dashboard of the actor's.

    Raises:
        NotFound: The dashboard is not the actor's, or has no such card.
    """
    if not _own(actor, dashboard_id).cards.filter(pk=card_id).delete()[0]:
        raise NotFound(_("没有找到这张卡片"))


@transaction.atomic
def move_card(*, actor: "User", dashboard_id: int, card_id: int, is_up: bool) -> None:
    """Let a card change places with the one before it or behind it; at the end it stays.

    Raises:
        NotFound: The dashboard is not the actor's, or has no such card.
    """
    cards = list(_own(actor, dashboard_id).cards.order_by("position", "pk"))
    place = next((number for number, card in enumerate(cards) if card.pk == card_id), None)
    if place is None:
        raise NotFound(_("没有找到这张卡片"))
    other = place + (-1 if is_up else 1)
    if 0 <= other < len(cards):
        one, two = cards[place], cards[other]
        one.position, two.position = two.position, one.position
        one.save(update_fields=["position"])
        two.save(update_fields=["position"])
