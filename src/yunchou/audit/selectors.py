"""Reads of the audit. Who may see a row's history is for the asking app to know: those reads take no actor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, Left, TruncDate, TruncTime

from yunchou.audit.models import Change, Operation

if TYPE_CHECKING:
    from yunchou.org.models import User

AUDITING = "audit"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One change of one row: who did it by which action (both empty: from outside), when, and the columns before and after."""

    change_id: int
    operation_id: int | None
    who: str
    action: str
    at: datetime
    kind: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def history(*, table: str, row_id: int, most: int = 200) -> list[Entry]:
    """Return the newest changes of a row, newest first."""
    found = Change.objects.filter(table=table, row_id=row_id).select_related("operation").order_by("-id")[:most]
    return [_entry(change) for change in found]


def change(*, table: str, row_id: int, change_id: int) -> Entry | None:
    """Return one change of a row."""
    found = Change.objects.filter(pk=change_id, table=table, row_id=row_id).select_related("operation").first()
    return None if found is None else _entry(found)


def deletions(*, table: str, since: datetime, actor_id: int | None) -> list[tuple[int, datetime, str, Mapping[str, Any]]]:
    """Return (change id, when, who, the row) of rows deleted since a moment and not back yet, newest first; of one actor or of all."""
    later = Change.objects.filter(table=table, row_id=OuterRef("row_id"), pk__gt=OuterRef("pk"))
    found = Change.objects.filter(~Exists(later), table=table, kind="D", at__gte=since)
    if actor_id is not None:
        found = found.filter(operation__actor_id=actor_id)
    return [
        (change.pk, change.at, "" if change.operation is None else change.operation.actor_name, change.old or {})
        for change in found.select_related("operation").order_by("-id")[:1000]
    ]


def touched_since(*, operation_id: int, table: str, row_ids: Collection[int]) -> set[int]:
    """Return those of the rows that something else happened to after an operation."""
    found = Change.objects.filter(Q(operation_id__gt=operation_id) | Q(operation__isnull=True), table=table, row_id__in=row_ids)
    last = Change.objects.filter(operation_id=operation_id).order_by("-id").values_list("id", flat=True).first() or 0
    return set(found.filter(pk__gt=last).values_list("row_id", flat=True))


def operation_of(*, actor_id: int, operation_id: int) -> Operation | None:
    """Return an operation that the actor did."""
    return Operation.objects.filter(pk=operation_id, actor_id=actor_id).first()


def changes_of(*, operation_id: int, table: str) -> list[tuple[int, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Return (row id, kind, old, new) of every change that an operation made in a table, in the order they were made."""
    rows = Change.objects.filter(operation_id=operation_id, table=table).order_by("id")
    return [(row_id, kind, old or {}, new or {}) for row_id, kind, old, new in rows.values_list("row_id", "kind", "old", "new")]


def operations(*, actor: "User") -> QuerySet[Operation]:
    """Return what everybody did, for who looks after the audit; nothing for others."""
    found = Operation.objects.all() if actor.administers == AUDITING else Operation.objects.none()
    return found.annotate(
        on=TruncDate("at"),
        time=Left(Cast(TruncTime("at"), CharField()), 8),
        about=_part("action", 1, 2),
        verb=_part("action", 3, 3),
        rows=Cast(KeyTextTransform("changed", "details"), IntegerField()),
        whom=Coalesce(*(KeyTextTransform(name, "details") for name in ("user", "person", "unit")), Value(""), output_field=CharField()),
        number=Cast("id", CharField()),
    ).order_by("-id")


def changes(*, actor: "User") -> QuerySet[Change]:
    """Return which fields of which rows were changed, for who looks after the audit; what they held is not told."""
    found = Change.objects.all() if actor.administers == AUDITING else Change.objects.none()
    return found.annotate(
        on=TruncDate("at"),
        time=Left(Cast(TruncTime("at"), CharField()), 8),
        fields=Func(
            "new",
            template="(SELECT string_agg(name, ', ' ORDER BY name) FROM jsonb_object_keys(%(expressions)s) AS name)",
            output_field=CharField(),
        ),
    ).order_by("-id")


def _part(path: str, first: int, last: int) -> Any:
    """Return parts of a dotted name."""
    parts = [Func(F(path), Value("."), Value(place), function="split_part", output_field=CharField()) for place in range(first, last + 1)]
    return parts[0] if len(parts) == 1 else Concat(parts[0], Value("."), *parts[1:], output_field=CharField())


def _entry(change: Change) -> Entry:
    return Entry(
        change_id=change.pk,
        operation_id=change.operation_id,
        who="" if change.operation is None else change.operation.actor_name,
        action="" if change.operation is None else change.operation.action,
        at=change.at,
        kind=change.kind,
        old=change.old or {},
        new=change.new or {},
    )
