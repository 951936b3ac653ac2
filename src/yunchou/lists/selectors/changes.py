"""Reads around changes of rows: what may be changed, what would come of it, what came of it, and each field's past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yunchou.audit import selectors as audit
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import BadValue, Batch, Checked, Column, Editor, ListPage
from yunchou.lists import values
from yunchou.lists.errors import MayNotChange
from yunchou.lists.selectors.rows import matching, page_for
from yunchou.lists.state import State

if TYPE_CHECKING:
    from yunchou.audit.models import Operation
    from yunchou.org.models import User

MOST_ROWS = 200_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was typed into the columns to change: the values by attribute, and a sentence for each column that cannot hold its own."""

    values: Mapping[str, Any]
    wrong: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Past:
    """One change of one field, in words; ``kind`` I: the row was added, D: taken away. ``can_return``: the reader may bring it back."""

    change_id: int
    at: datetime
    who: str
    column: Column | None
    was: str
    became: str
    can_return: bool
    kind: str = "U"


def editable(*, actor: "User", page: ListPage) -> tuple[tuple[Column, Editor], ...]:
    """Return the columns of a page that the actor may change."""
    return tuple((column, editor) for column, editor in askable(actor=actor, page=page) if not editor.is_for_new)


def askable(*, actor: "User", page: ListPage) -> tuple[tuple[Column, Editor], ...]:
    """Return the columns of a page that the actor may change or fill in of a new row."""
    if page.editing is None:
        return ()
    allowed = page.editing.may(actor)
    editors = ((column, column.editor) for column in page.columns if column.editor is not None)
    return tuple((column, editor) for column, editor in editors if allowed is None or column.name in allowed)


def may_add(*, actor: "User", page: ListPage) -> bool:
    """Tell whether the actor may add rows to a page."""
    return page.editing is not None and page.editing.may_add(actor)


def may_remove(*, actor: "User", page: ListPage) -> bool:
    """Tell whether the actor may take rows of a page away."""
    return page.editing is not None and page.editing.may_remove(actor)


def must_edit(*, actor: "User", page: ListPage) -> tuple[tuple[Column, Editor], ...]:
    """Return the columns that the actor may change.

    Raises:
        MayNotChange: There are none.
    """
    found = editable(actor=actor, page=page)
    if not found:
        raise MayNotChange(_("您不能修改“%(page)s”，需要的话请联系上级或管理员") % {"page": page.title})
    return found


def must_add(*, actor: "User", page: ListPage) -> tuple[tuple[Column, Editor], ...]:
    """Return the columns that a new row is asked for.

    Raises:
        MayNotChange: The actor may add none.
    """
    if not may_add(actor=actor, page=page):
        raise MayNotChange(_("您不能新建“%(page)s”，需要的话请联系上级或管理员") % {"page": page.title})
    return askable(actor=actor, page=page)


def read_values(*, actor: "User", page: ListPage, typed: Mapping[str, str], now: datetime, is_new: bool = False) -> Asked:
    """Return what was typed by column name as values, of a row that stands or of a new one.

    Raises:
        MayNotChange: The actor may change nothing here, or not this column.
    """
    found, wrong = {}, {}
    columns = askable(actor=actor, page=page) if is_new else must_edit(actor=actor, page=page)
    allowed = {column.name: (column, editor) for column, editor in columns}
    for name, text in typed.items():
        if name not in allowed:
            raise MayNotChange(_("您不能修改“%(name)s”") % {"name": name[:40]})
        column, editor = allowed[name]
        try:
            found[editor.field] = values.read(page, column, editor, text, actor=actor, now=now)
        except BadValue as refusal:
            wrong[name] = str(refusal)
    return Asked(values=found, wrong=wrong)


def preview(
    *, actor: "User", state: State, rows: Sequence[int], wanted: Mapping[str, Any], now: datetime
) -> tuple[Checked, Mapping[int, str]]:
    """Return what would become of the chosen rows, or of all that match where none is chosen, and the titles of some of them.

    Raises:
        MayNotChange: There are more rows than one operation takes, or the actor may change none.
    """
    page = state.page
    must_edit(actor=actor, page=page)
    found = matching(actor=actor, state=state, now=now)
    if rows:
        found = found.filter(pk__in=rows)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1])
    if len(ids) > MOST_ROWS:
        raise MayNotChange(_("一次最多修改 %(most)s 行，请先缩小筛选") % {"most": f"{MOST_ROWS:,}"})
    if page.editing is None:
        return Checked(changed={}, refused={}), {}
    checked = page.editing.check(actor=actor, batch=Batch(changes=dict.fromkeys(ids, wanted)), now=now)
    shown = [*list(checked.changed)[:5], *list(checked.refused)[:50]]
    titles = dict(page.rows(actor, now).filter(pk__in=shown).values_list("pk", page.title_path))
    return checked, titles


def raw_values(*, actor: "User", page: ListPage, row_id: int, now: datetime) -> Mapping[str, Any]:
    """Return what the columns that the actor may change hold now, by attribute.

    Raises:
        NotFound: The row is missing or outside the actor's scope.
        MayNotChange: The actor may change nothing here.
    """
    fields = [editor.field for _column, editor in must_edit(actor=actor, page=page)]
    found = page.rows(actor, now).filter(pk=row_id).values(*fields).first()
    if found is None:
        raise NotFound(_("没有找到这条记录"))
    return dict(found)


def history(*, actor: "User", page: ListPage, row_id: int, now: datetime) -> list[Past]:
    """Return what happened to each field of a row that the actor may read, newest first.

    Raises:
        NotFound: The row is missing or outside the actor's scope.
    """
    if not page.rows(actor, now).filter(pk=row_id).exists():
        raise NotFound(_("没有找到这条记录"))
    shown: dict[str, Column] = {}
    for column in page.columns:
        attribute = values.attribute_of(page, column)
        if attribute is not None:
            # a city and its province stand behind one attribute: the column that names it wins
            shown.setdefault(attribute, column)
            if column.name == attribute.removesuffix("_id"):
                shown[attribute] = column
    returning = {editor.field for _column, editor in editable(actor=actor, page=page)}
    entries = audit.history(table=values.table_of(page), row_id=row_id)
    words = {
        attribute: values.labels(page, attribute, [side[attribute] for one in entries for side in (one.old, one.new) if attribute in side])
        for attribute in shown
    }
    past = []
    for one in entries:
        who = one.who or _("系统")
        if one.kind != "U":
            past.append(Past(change_id=one.change_id, at=one.at, who=who, column=None, was="", became="", can_return=False, kind=one.kind))
            continue
        for attribute, column in shown.items():
            if attribute in one.old:
                was, became = (_in_words(page, column, attribute, side[attribute], words[attribute]) for side in (one.old, one.new))
                can = attribute in returning
                past.append(Past(change_id=one.change_id, at=one.at, who=who, column=column, was=was, became=became, can_return=can))
    return past


def _in_words(page: ListPage, column: Column, attribute: str, value: Any, words: Mapping[Any, str]) -> str:
    if value in words:
        return words[value]
    return values.typed(column, values.kept(page, attribute, value))


def operation_done(*, actor: "User", page: ListPage, operation_id: int) -> "Operation | None":
    """Return an operation of the actor's on a page."""
    found = audit.operation_of(actor_id=actor.pk, operation_id=operation_id)
    return found if found is not None and found.details.get("page") == page.code else None


def page_of_operation(*, actor: "User", operation_id: int) -> ListPage:
    """Return the page on which the actor did an operation.

    Raises:
        NotFound: The actor did none of that number on a list.
    """
    found = audit.operation_of(actor_id=actor.pk, operation_id=operation_id)
    if found is None or "page" not in found.details:
        raise NotFound(_("没有找到您的这次操作"))
    return page_for(actor=actor, code=found.details["page"])
