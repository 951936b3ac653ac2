"""What would become of changes of people and units; nothing here writes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from yunchou.common.batches import compared
from yunchou.common.list_pages import Batch, Checked
from yunchou.org.models import Administrator, Membership, Person, Role, Unit, UnitPlacement, User
from yunchou.org.selectors.people import people, units


def may_change(actor: User) -> bool:
    """Tell whether somebody keeps the lists of people and units: the director, or who looks after the system."""
    return actor.role == Role.DIRECTOR or actor.administers == Administrator.SYSTEM


def may_move(actor: User) -> bool:
    """Tell whether somebody moves people and ends their employment: those above them, or who looks after the system."""
    return may_change(actor) or actor.role == Role.MANAGER


def check_people(*, actor: User, batch: Batch, now: datetime) -> Checked:
    """Return what would become of a batch of people. Writes nothing."""
    fields = sorted({name for wanted in batch.changes.values() for name in wanted} | {"hired_on", "left_on"})
    mine = people(actor=actor, now=now).order_by()
    kept = {row.pop("pk"): row for row in mine.filter(pk__in=list(batch.changes)).values("pk", *fields)}

    def wrong(kept: Mapping[str, Any], different: Mapping[str, Any]) -> str:
        row = {**kept, **different}
        if row["left_on"] is not None and row["hired_on"] > row["left_on"]:
            return _("入职日期晚于离职日期 %(day)s") % {"day": row["left_on"]}
        return ""

    changed, refused, same, moved = compared(batch, kept, wrong)
    used = set(Person.objects.filter(code__in=[one["code"] for one in batch.added]).values_list("code", flat=True))
    added, refused_new = _checked_new(batch, used, _("工号 %(code)s 已经有了，请换一个"))
    removed = _removable(Person, batch.removed, set(mine.filter(pk__in=batch.removed).values_list("pk", flat=True)), refused, Membership)
    return Checked(changed=changed, refused=refused, same=same, moved=moved, added=added, refused_new=refused_new, removed=removed)


def check_units(*, actor: User, batch: Batch, now: datetime) -> Checked:
    """Return what would become of a batch of units. Writes nothing."""
    fields = sorted({name for wanted in batch.changes.values() for name in wanted} | {"name"})
    mine = units(actor=actor, now=now).order_by()
    kept = {row.pop("pk"): row for row in mine.filter(pk__in=list(batch.changes)).values("pk", *fields)}
    changed, refused, same, moved = compared(batch, kept, lambda _row, _different: "")
    used = set(Unit.objects.filter(code__in=[one["code"] for one in batch.added]).values_list("code", flat=True))
    added, refused_new = _checked_new(batch, used, _("部门编码 %(code)s 已经有了，请换一个"))
    removed = _removable(Unit, batch.removed, set(mine.filter(pk__in=batch.removed).values_list("pk", flat=True)), refused, UnitPlacement)
    return Checked(changed=changed, refused=refused, same=same, moved=moved, added=added, refused_new=refused_new, removed=removed)


def _checked_new(batch: Batch, used: set[str], sentence: str) -> tuple[dict[int, Mapping[str, Any]], dict[int, str]]:
    added: dict[int, Mapping[str, Any]] = {}
    refused: dict[int, str] = {}
    for place, wanted in enumerate(batch.added):
        if wanted["code"] in used:
            refused[place] = sentence % {"code": wanted["code"]}
        else:
            used.add(wanted["code"])
            added[place] = wanted
    return added, refused


def _removable(
    model: type[Model], wanted: Collection[int], seen: Collection[int], refused: dict[int, str], own: type[Model]
) -> tuple[int, ...]:
    """Return those that nothing hangs on but their own place, and tell the others."""
    if not wanted:
        return ()
    held: set[int] = set()
    for relation in model._meta.related_objects:  # noqa: SLF001 - Django's public name for it
        name = relation.field.name
        if relation.related_model is own and name in {"person", "unit"}:
            continue
        rows = relation.related_model._default_manager.filter(**{f"{name}__in": list(wanted)})  # noqa: SLF001 - as above
        held |= set(rows.values_list(f"{name}_id", flat=True))
    for row_id in wanted:
        if row_id not in seen:
            refused[row_id] = _("不在您的范围内，或已经没有了")
        elif row_id in held:
            refused[row_id] = _("已经有业务数据或下级挂在它名下，不能删除")
    return tuple(row_id for row_id in wanted if row_id in seen and row_id not in held)
