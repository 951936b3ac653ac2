"""The one write of the audit: to say in whose name the rows change from here on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yunchou.audit.models import Operation

_SETTING = "yunchou.operation"


@contextmanager
def operation(
    *, actor_id: int | None, actor_name: str, action: str, at: datetime, details: Mapping[str, Any] | None = None, undoes: int | None = None
) -> Iterator[Operation]:
    """Keep what is changed inside under one operation; all of it or nothing, also of what stands around.

    Triggers of the watched tables read the operation from a setting of the transaction, so that statements in SQL are kept as well.
    """
    with transaction.atomic():
        made = Operation.objects.create(
            actor_id=actor_id, actor_name=actor_name, action=action, at=at, details=dict(details or {}), undoes_id=undoes
        )
        before = _say(str(made.pk))
        yield made
        _say(before)


@contextmanager
def unwatched(*, table: str) -> Iterator[None]:
    """Write only columns of a table that its history leaves out (sums that follow from others): what changes inside is not compared.

    For the app that owns the table and names those columns in its triggers.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yunchou.writes_unwatched', %s, true)", [table])
        yield
        cursor.execute("SELECT set_config('yunchou.writes_unwatched', '', true)")


def _say(number: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true), set_config(%s, %s, true)", [_SETTING, _SETTING, number])
        before = cursor.fetchone()
    return "" if before is None or before[0] is None else str(before[0])
