"""Reads of the audit. Who may see a row's history is for the asking app to know: these take no actor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from yunchou.audit.models import Change, Operation


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
