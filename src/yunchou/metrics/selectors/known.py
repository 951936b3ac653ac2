"""What was known at a moment of the past: rows recorded until then, and never what was still being written."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection
from django.db.models import Q, QuerySet

from yunchou.common.measures import Fact

if TYPE_CHECKING:
    from django.db.models import Model

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One row recorded after a moment: its number, its business day, when it was recorded, what it adds, and why."""

    row_id: int
    on: date
    recorded_at: datetime
    amount_minor: int
    reason: str


def settled(as_of: datetime) -> datetime:
    """Return the latest moment up to ``as_of`` of which everything is known: none later than the oldest transaction still open.

    A row carries the moment at which it was written, and comes to sight when its transaction ends. Of a moment before every open
    transaction began nothing can come to sight any more, so that the same question has the same answer for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(began) FROM (  -- of those without a transaction it is null, and does not count
                SELECT xact_start AS began FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                UNION ALL SELECT prepared FROM pg_prepared_xacts WHERE database = current_database()
                UNION ALL SELECT clock_timestamp()
            ) AS open
            """
        )
        oldest: datetime = cursor.fetchone()[0]
    return min(as_of, oldest)


def known_at(rows: QuerySet[Any], fact: Fact, moment: datetime | None) -> QuerySet[Any]:
    """Return the rows of a ledger that were recorded until a moment (None: all)."""
    return rows if moment is None else rows.filter(**{f"{fact.recorded}__lte": moment})


def standing(fact: Fact, moment: datetime | None) -> Q:
    """Return the condition of rows that no later row reversed, as far as was known at a moment."""
    if not fact.reverses:
        return Q()
    model: type[Model] = apps.get_model(fact.model)
    # few rows are ever corrected: their numbers are read once, not looked for beside every row
    reversals = model._default_manager.filter(**{f"{fact.reverses}__isnull": False})  # noqa: SLF001 - Django's public name for it
    return Q(**{f"{fact.reverses}__isnull": True}) & ~Q(pk__in=known_at(reversals, fact, moment).values(f"{fact.reverses}_id"))


def recorded_since(*, rows: QuerySet[Any], fact: Fact, moment: datetime, column: str) -> list[Recorded]:
    """Return the rows that were recorded after a moment, newest first: what a number changed by since, row by row."""
    found = rows.filter(**{f"{fact.recorded}__gt": moment}).order_by(f"-{fact.recorded}", "-pk")
    return [
        Recorded(row_id=key, on=on, recorded_at=at, amount_minor=amount, reason=reason or "")
        for key, on, at, amount, reason in found.values_list("pk", fact.on, fact.recorded, column, "reason")[:MOST]
    ]
