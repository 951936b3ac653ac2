"""The search over everything that the reader may see: records by name, pinyin, initials and number; pages; what may be added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunchou.common.list_pages import ListPage, SearchEntry
from yunchou.common.search_keys import keys_of_query, normal
from yunchou.lists.selectors.changes import may_add
from yunchou.lists.selectors.rows import page_for, pages_for

if TYPE_CHECKING:
    from yunchou.org.models import User

SHOWN = 8
_LOOKED_AT = 200
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing found: on which page, what it is called and what stands beside; ``what`` is record, page or add."""

    page: ListPage
    what: str
    title: str
    beside: str = ""
    row_id: int | None = None


def search(*, actor: "User", asked: str, now: datetime) -> list[Hit]:
    """Return what is meant by a few characters, at most eight of a kind; records whose name begins with them come first."""
    wanted = normal(asked)[:_LONGEST]
    if not wanted:
        return []
    hits: list[Hit] = []
    for declared in pages_for(actor=actor):
        page = page_for(actor=actor, code=declared.code)
        entry = page.search_entry
        if entry is not None and all(page.column(name) is not None for name in entry.governs):
            rows = page.rows(actor, now).order_by()
            found = _by_keys(rows, entry, wanted) if entry.keys else _by_prefix(rows, entry, asked.strip()[:_LONGEST])
            hits += [Hit(page=page, what="record", title=str(title), beside=str(beside or ""), row_id=key) for key, title, beside in found]
    return hits + list(_pages(actor, wanted))


def _by_keys(rows: QuerySet[Any], entry: SearchEntry, wanted: str) -> list[tuple[int, Any, Any]]:
    shown = ("pk", entry.title, entry.beside)
    found: dict[int, tuple[int, Any, Any]] = {}
    # by the name's own beginning first: among thousands of names that hold 科技 the one that begins with it is meant
    first = rows.filter(**{f"{entry.title}__startswith": wanted}).order_by(entry.title, "pk").values_list(*shown)[:SHOWN]
    found |= {row[0]: row for row in first}
    if len(found) < SHOWN:
        held = rows.filter(**{f"{entry.keys}__contains": keys_of_query(wanted), f"{entry.text}__contains": wanted})
        found |= {row[0]: row for row in _best(held.values_list(*shown)[:_LOOKED_AT], SHOWN) if row[0] not in found}
    if len(found) < SHOWN:
        either = Q()
        for path in entry.plain:
            either |= Q(**{f"{path}__icontains": wanted})
        waiting = rows.filter(either, **{f"{entry.keys}__isnull": True})
        found |= {row[0]: row for row in _best(waiting.values_list(*shown)[:_LOOKED_AT], SHOWN) if row[0] not in found}
    return list(found.values())[:SHOWN]


def _best(rows: Iterable[tuple[int, Any, Any]], most: int) -> list[tuple[int, Any, Any]]:
    return sorted(rows, key=lambda row: (len(str(row[1])), str(row[1]), row[0]))[:most]


def _by_prefix(rows: QuerySet[Any], entry: SearchEntry, asked: str) -> list[tuple[int, Any, Any]]:
    upper = asked.upper()
    if not (upper.isascii() and any(character.isdigit() for character in upper)):
        return []
    found = rows.filter(**{f"{entry.prefix}__startswith": upper}).order_by(entry.prefix, "pk")
    once: dict[Any, tuple[int, Any, Any]] = {}
    for row in found.values_list("pk", entry.title, entry.beside)[: SHOWN * 4]:
        once.setdefault(row[1], row)
    return list(once.values())[:SHOWN]


def _pages(actor: "User", wanted: str) -> Iterable[Hit]:
    for page in pages_for(actor=actor):
        if wanted in normal(str(page.title)):
            yield Hit(page=page, what="page", title=str(page.title))
        new = _("新建%(name)s") % {"name": page.title}
        if may_add(actor=actor, page=page) and (wanted in normal(new) or wanted in normal(_("新建"))):
            yield Hit(page=page, what="add", title=new)
