"""Rows changed through lists: written in one statement, taken back as one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from yunchou.audit import selectors as audit
from yunchou.common.copying import copy_frame
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import BadValue, Changes, ListPage, Written
from yunchou.lists import selectors, values
from yunchou.lists.errors import AlreadyUndone, MayNotChange

if TYPE_CHECKING:
    from django.db.models import Model

    from yunchou.org.models import User

# up to so many different sets of values go without a table of their own
_FEW = 20


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


def undo(*, actor: "User", operation_id: int, now: datetime) -> Written:
    """Take back what an operation of the actor's changed; rows that were changed again since stay as they are.

    Raises:
        NotFound: The actor did no such operation on a list.
        AlreadyUndone: It was taken back before, or is itself a taking back.
    """
    page = selectors.page_of_operation(actor=actor, operation_id=operation_id)
    found = audit.operation_of(actor_id=actor.pk, operation_id=operation_id)
    if found is None or page.editing is None:
        raise NotFound(_("没有找到您的这次操作"))
    if found.undoes_id is not None or hasattr(found, "undone_by"):
        raise AlreadyUndone(_("这次操作已经撤销过了"))
    fields = {editor.field for _column, editor in selectors.editable(actor=actor, page=page)}
    back: dict[int, dict[str, Any]] = defaultdict(dict)
    expected: dict[int, dict[str, Any]] = defaultdict(dict)
    table = values.model_of(page)._meta.db_table  # noqa: SLF001 - Django's public name for it
    for row_id, kind, old, new in audit.changes_of(operation_id=operation_id, table=table):
        for field in fields & set(old) if kind == "U" else ():
            back[row_id].setdefault(field, values.kept(page, field, old[field]))
            expected[row_id][field] = values.kept(page, field, new[field])
    return _written(page, actor=actor, changes=back, expected=expected, action="undo", undoes=operation_id, now=now)


def restore(*, actor: "User", page: ListPage, row_id: int, change_id: int, column: str, now: datetime) -> Written:
    """Let a field of a row hold again what it held before a change.

    Raises:
        NotFound: There is no such change of the row within the actor's scope.
        MayNotChange: The actor may not change the column, or the row is refused.
    """
    selectors.raw_values(actor=actor, page=page, row_id=row_id, now=now)
    editor = next((editor for one, editor in selectors.editable(actor=actor, page=page) if one.name == column), None)
    if editor is None:
        raise MayNotChange(_("您不能修改“%(name)s”") % {"name": column[:40]})
    entry = audit.change(table=values.model_of(page)._meta.db_table, row_id=row_id, change_id=change_id)  # noqa: SLF001 - as above
    if entry is None or editor.field not in entry.old:
        raise NotFound(_("没有找到这次变更"))
    try:
        wanted = values.kept(page, editor.field, entry.old[editor.field])
    except BadValue as refusal:
        raise MayNotChange(str(refusal)) from refusal
    written = _written(page, actor=actor, changes={row_id: {editor.field: wanted}}, expected=None, action="restore", undoes=None, now=now)
    if written.checked.refused:
        raise MayNotChange(written.checked.refused[row_id])
    return written


def _written(
    page: ListPage, *, actor: "User", changes: Changes, expected: Changes | None, action: str, undoes: int | None, now: datetime
) -> Written:
    if page.editing is None:
        raise MayNotChange(_("您不能修改“%(page)s”，需要的话请联系上级或管理员") % {"page": page.title})
    return page.editing.write(actor=actor, changes=changes, expected=expected, action=action, undoes=undoes, now=now)
