"""The recycle bin: rows taken away within its days that did not come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yunchou.audit import selectors as audit
from yunchou.common.list_pages import ListPage
from yunchou.lists import values
from yunchou.lists.errors import MayNotChange
from yunchou.lists.selectors.changes import may_remove
from yunchou.org.models import Scope

if TYPE_CHECKING:
    from yunchou.org.models import User

KEPT_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Gone:
    """One row in the bin: who took it away and when, its title, its key, until when it stays, and the row itself."""

    change_id: int
    at: datetime
    who: str
    title: str
    key: str
    until: datetime
    row: Mapping[str, Any]


def bin_of(*, actor: "User", page: ListPage, now: datetime) -> list[Gone]:
    """Return what the actor may put back: what they took away, and for who sees all, what anybody did.

    Raises:
        MayNotChange: The actor may take nothing away here.
    """
    if page.editing is None or not may_remove(actor=actor, page=page):
        raise MayNotChange(_("您不能删除“%(page)s”，需要的话请联系上级或管理员") % {"page": page.title})
    key, kept = page.editing.key, timedelta(days=KEPT_DAYS)
    found = audit.deletions(table=values.table_of(page), since=now - kept, actor_id=None if actor.scope == Scope.ALL else actor.pk)
    return [
        Gone(
            change_id=number,
            at=at,
            who=who or _("系统"),
            title=str(row.get(page.title_path, "")),
            key=str(row.get(key, "")),
            until=at + kept,
            row=row,
        )
        for number, at, who, row in found
    ]
