"""Rows of a table written, added, taken away and put back, each in one statement; for the services of the apps that own them."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from yunchou.common.copying import copy_frame
from yunchou.common.list_pages import Changes, Checked

if TYPE_CHECKING:
    import polars as pl
    from django.db.models import Model

# up to so many different sets of values go without a table of their own
_FEW = 20
# more new rows than that are copied
COPIED_FROM = 1_000
_AT_ONCE = 10_000


def write_batch(
    *,
    model: "type[Model]",
    checked: Checked,
    returned: Sequence[Mapping[str, Any]],
    also: "Callable[[Sequence[Mapping[str, Any]]], pl.DataFrame] | None" = None,
) -> tuple[int, ...]:
    """Let what was checked happen, put back whole rows as the audit kept them, and return the ids of new rows.

    The caller has locked and checked, and says in whose name. ``also`` makes further columns of very many new rows, some at a time.
    """
    kept = model._default_manager  # noqa: SLF001 - Django's public name for it
    if checked.removed:
        kept.filter(pk__in=checked.removed).delete()
    write_rows(model=model, changes=checked.changed)
    added = _add(model, list(checked.added.values()), also)
    if returned:
        table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 - Django's public name for it
        with connection.cursor() as cursor:
            statement = sql.SQL("INSERT INTO {} SELECT * FROM jsonb_populate_recordset(NULL::{}, %s::jsonb)").format(table, table)
            cursor.execute(statement, [json.dumps(list(returned))])
    return added


def _add(
    model: "type[Model]", rows: Sequence[Mapping[str, Any]], also: "Callable[[Sequence[Mapping[str, Any]]], pl.DataFrame] | None"
) -> tuple[int, ...]:
    """Add rows; of many, which are copied, the ids are not told."""
    if len(rows) <= COPIED_FROM:
        made = model._default_manager.bulk_create([model(**values) for values in rows])  # noqa: SLF001 - Django's public name for it
        return tuple(row.pk for row in made)
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    names = list(dict.fromkeys(name for values in rows for name in values))
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        frame = pl.DataFrame({name: [values.get(name) for values in some] for name in names}, strict=False)
        copy_frame(table=model._meta.db_table, frame=frame if also is None else frame.hstack(also(some)))  # noqa: SLF001 - as above
    return ()


def write_rows(*, model: "type[Model]", changes: Changes) -> int:
    """Let rows hold new values, rows of the same attributes in one statement each, and return how many were written.

    For services of the apps that own the model: they lock, check, and say in whose name.
    """
    alike: dict[tuple[str, ...], dict[int, Mapping[str, Any]]] = defaultdict(dict)
    for row_id, wanted in changes.items():
        alike[tuple(sorted(wanted))][row_id] = wanted
    return sum(_write(model, fields, rows) for fields, rows in alike.items() if fields)


def _write(model: "type[Model]", fields: tuple[str, ...], rows: Mapping[int, Mapping[str, Any]]) -> int:
    same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row_id, wanted in rows.items():
        same[tuple(wanted[field] for field in fields)].append(row_id)
    if len(same) <= _FEW:
        found = model._default_manager.all()  # noqa: SLF001 - Django's public name for it
        return sum(found.filter(pk__in=ids).update(**dict(zip(fields, held, strict=True))) for held, ids in same.items())
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 - Django's public name for it
    names = [sql.Identifier(field) for field in ("id", *fields)]
    columns = {"id": list(rows), **{field: [wanted[field] for wanted in rows.values()] for field in fields}}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE edited ON COMMIT DROP AS SELECT {} FROM {} WHERE false").format(_list(names), table))
        copy_frame(table="edited", frame=pl.DataFrame(columns, strict=False))
        cursor.execute(
            sql.SQL("UPDATE {} AS kept SET {} FROM edited WHERE edited.id = kept.id").format(
                table, _list(sql.SQL("{} = edited.{}").format(name, name) for name in names[1:])
            )
        )
        written = int(cursor.rowcount)
        cursor.execute("DROP TABLE edited")
    return written


def _list(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)
