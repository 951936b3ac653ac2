"""Metrics that a company defines by itself: made, changed, retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunchou.audit import services as audit
from yunchou.metrics import selectors
from yunchou.metrics.errors import BadMetric, MayNotDefine
from yunchou.metrics.models import OwnMetric
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.org.models import User


def must_define(*, actor: "User") -> None:
    """Refuse who defines no metrics.

    Raises:
        MayNotDefine: Somebody else does.
    """
    if not selectors.may_define(actor=actor):
        raise MayNotDefine(_("公司的指标由销售总监或财务来定义"))


def define_metric(*, actor: "User", metric_id: int | None, fields: Mapping[str, Any], is_higher_better: bool, now: datetime) -> OwnMetric:
    """Define a metric, or define one anew; ``fields`` as ``selectors.read_definition`` returns them.

    Raises:
        MayNotDefine: The actor defines none.
        NotFound: There is no metric of that id to define anew.
        BadMetric: Another one has the name.
    """
    must_define(actor=actor)
    company = org.company_of(actor=actor)
    kept = None if metric_id is None else selectors.own_metric(actor=actor, metric_id=metric_id)
    with _operation(actor, "define", str(fields["name"]), now):
        try:
            with transaction.atomic():
                if kept is None:
                    return OwnMetric.objects.create(company=company, made_by=actor, is_higher_better=is_higher_better, **fields)
                OwnMetric.objects.filter(pk=kept.pk).update(is_higher_better=is_higher_better, **fields)
        except IntegrityError:
            raise BadMetric(_("已经有叫“%(name)s”的指标，请换个名称") % {"name": fields["name"]}) from None
    return selectors.own_metric(actor=actor, metric_id=kept.pk)


def retire_metric(*, actor: "User", metric_id: int, now: datetime) -> None:
    """Ask a metric no more; what used it says so.

    Raises:
        MayNotDefine: The actor defines none.
        NotFound: There is none of that id, or it was retired before.
    """
    must_define(actor=actor)
    kept = selectors.own_metric(actor=actor, metric_id=metric_id)
    with _operation(actor, "retire", kept.name, now):
        OwnMetric.objects.filter(pk=kept.pk).update(retired_at=now)


def _operation(actor: "User", what: str, name: str, now: datetime) -> Any:
    return audit.operation(
        actor_id=actor.pk, actor_name=org.name_of(actor=actor), action=f"metrics.metrics.{what}", at=now, details={"unit": name}
    )
