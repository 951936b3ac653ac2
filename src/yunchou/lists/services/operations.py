"""What people did through lists, taken back: an operation, a field, a deleted row."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunchou.audit import selectors as audit
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import BadValue, Batch, ListPage, Written
from yunchou.lists import selectors, values
from yunchou.lists.errors import AlreadyUndone, MayNotChange

if TYPE_CHECKING:
    from yunchou.org.models import User


def undo(*, actor: "User", operation_id: int, now: datetime) -> Written:
    """Take back what an operation of the actor's did; rows that were changed again since stay as they are.

    Raises:
        NotFound: The actor did no such operation on a list.
        AlreadyUndone: It was taken back before, or is itself a taking back.
    """
    page = selectors.page_of_operation(actor=actor, operation_id=operation_id)
    found = audit.operation_of(actor_id=actor.pk, operation_id=operation_id)
    if found is None:
        raise NotFound(_("没有找到您的这次操作"))
    if found.undoes_id is not None or hasattr(found, "undone_by"):
        raise AlreadyUndone(_("这次操作已经撤销过了"))
    fields = {editor.field for _column, editor in selectors.editable(actor=actor, page=page)}
    back: dict[int, dict[str, Any]] = defaultdict(dict)
    expected: dict[int, dict[str, Any]] = defaultdict(dict)
    added, returned = [], []
    for row_id, kind, old, new in audit.changes_of(operation_id=operation_id, table=values.table_of(page)):
        if kind == "I":
            added.append(row_id)
        elif kind == "D":
            returned.append(old)
        for field in fields & set(old) if kind == "U" else ():
            back[row_id].setdefault(field, values.kept(page, field, old[field]))
            expected[row_id][field] = values.kept(page, field, new[field])
    since = audit.touched_since(operation_id=operation_id, table=values.table_of(page), row_ids=added)
    removed = tuple(row_id for row_id in added if row_id not in since)
    batch = Batch(changes=back, expected=expected, removed=removed, returned=tuple(returned))
    return write(actor=actor, page=page, batch=batch, action="undo", undoes=operation_id, now=now)


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
    entry = audit.change(table=values.table_of(page), row_id=row_id, change_id=change_id)
    if entry is None or editor.field not in entry.old:
        raise NotFound(_("没有找到这次变更"))
    try:
        wanted = values.kept(page, editor.field, entry.old[editor.field])
    except BadValue as refusal:
        raise MayNotChange(str(refusal)) from refusal
    written = write(actor=actor, page=page, batch=Batch(changes={row_id: {editor.field: wanted}}), action="restore", undoes=None, now=now)
    if written.checked.refused:
        raise MayNotChange(written.checked.refused[row_id])
    return written


def remove(*, actor: "User", page: ListPage, row_id: int, now: datetime) -> Written:
    """Take a row away; it stays in the recycle bin.

    Raises:
        NotFound: It is missing or outside the actor's scope.
        MayNotChange: The actor may not, or something hangs on the row.
    """
    if page.editing is None or not page.editing.may_remove(actor):
        raise MayNotChange(_("您不能删除“%(page)s”，需要的话请联系上级或管理员") % {"page": page.title})
    if not page.rows(actor, now).filter(pk=row_id).exists():
        raise NotFound(_("没有找到这条记录"))
    written = write(actor=actor, page=page, batch=Batch(removed=(row_id,)), action="remove", undoes=None, now=now)
    if written.checked.refused:
        raise MayNotChange(written.checked.refused[row_id])
    return written


def put_back(*, actor: "User", page: ListPage, change_id: int, now: datetime) -> Written:
    """Put a row back from the recycle bin, as it was.

    Raises:
        NotFound: The actor's bin does not hold it, or no longer.
        MayNotChange: The actor may not, or its code is used by another by now.
    """
    gone = next((one for one in selectors.bin_of(actor=actor, page=page, now=now) if one.change_id == change_id), None)
    if gone is None:
        raise NotFound(_("回收站里没有这一条，可能已经恢复了"))
    return write(actor=actor, page=page, batch=Batch(returned=(gone.row,)), action="put_back", undoes=None, now=now)


def write(*, actor: "User", page: ListPage, batch: Batch, action: str, undoes: int | None, now: datetime) -> Written:
    """Let the page's app do what a batch asks.

    Raises:
        MayNotChange: The page's rows are not changed through lists, or what is to be put back has no place any more.
    """
    if page.editing is None:
        raise MayNotChange(_("您不能修改“%(page)s”，需要的话请联系上级或管理员") % {"page": page.title})
    try:
        with transaction.atomic():
            return page.editing.write(actor=actor, batch=batch, action=action, undoes=undoes, now=now)
    except IntegrityError as wrong:
        if not batch.returned:
            raise
        raise MayNotChange(_("编码已被另一条记录使用，或它所属的记录已经没有了，不能放回")) from wrong
