"""A file read against a list: what it would change, row by row, and why a row cannot be taken. Nothing is written."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from yunchou.calc.errors import BadInput
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import BadValue, Batch, Checked, Column, Editor, ListPage
from yunchou.lists import values
from yunchou.lists.errors import BadFile
from yunchou.lists.models import ImportFile
from yunchou.lists.selectors.changes import askable, may_add, must_edit

if TYPE_CHECKING:
    from pathlib import Path

    from yunchou.org.models import User

_YUAN = "（元）"
_READERS = 100_000  # distinct values of a column that are remembered


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a row of a file is not taken: its number as a person sees it, the column and what stands there (both may be empty)."""

    row: int
    column: str
    value: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a file would do: the batch without its faulty rows, what comes of it, and its faults in the order of the rows.

    ``ignored`` are columns that the file has and nobody reads; ``heads`` and ``cells`` (by row number) are its header and its faulty rows.
    """

    batch: Batch
    checked: Checked
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]
    rows: int
    heads: tuple[str, ...]
    cells: Mapping[int, Sequence[str | None]]


@dataclass(kw_only=True)
class _Taking:
    """Rows of a file on their way into a batch."""

    columns: Mapping[str, Column]
    asked: Mapping[str, Editor]
    place_of: Mapping[str, int]
    key: str
    known: Mapping[str, int]
    read: Callable[[str, str], Any]
    can_add: bool
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    number_of: dict[int, int] = field(default_factory=dict)
    number_of_new: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)

    def take(self, number: int, row: Sequence[str | None]) -> None:
        """Take one row in, or tell its faults."""
        code = _text(row[self.place_of[self.key]])
        why = self._complaint(code)
        self.met.setdefault(code, number)
        if why:
            self.faults.append(Fault(row=number, column=str(self.columns[self.key].label), value=code, why=why))
            return
        is_new, is_wrong = code not in self.known, False
        found: dict[str, Any] = {}
        for name, editor in self.asked.items():
            if name not in self.place_of:
                continue
            text = _text(row[self.place_of[name]])
            if (editor.is_for_new and not is_new) or (editor.may_be_left_out and is_new and not text):
                continue
            try:
                found[editor.field] = self.read(name, text)
            except BadValue as refusal:
                is_wrong = True
                self.faults.append(Fault(row=number, column=str(self.columns[name].label), value=text[:80], why=str(refusal)))
        if is_wrong:
            return
        if is_new:
            self.added.append(found)
            self.number_of_new.append(number)
        else:
            self.changes[self.known[code]] = found
            self.number_of[self.known[code]] = number

    def _complaint(self, code: str) -> str:
        if not code:
            return _("没有写“%(name)s”") % {"name": self.columns[self.key].label}
        if code in self.met:
            return _("和第 %(row)s 行是同一条") % {"row": self.met[code]}
        if code in self.known:
            return ""
        if not self.can_add:
            return _("您的范围内没有这一条，您也不能新建")
        missing = [
            str(self.columns[name].label)
            for name, editor in self.asked.items()
            if editor.is_required and not editor.may_be_left_out and name not in self.place_of
        ]
        return _("新建还需要这些列：%(names)s") % {"names": _("、").join(missing)} if missing else ""


def import_file(*, actor: "User", import_id: int) -> ImportFile:
    """Return a file that the actor brought.

    Raises:
        NotFound: It is missing, or somebody else's.
    """
    found = ImportFile.objects.filter(pk=import_id, owner=actor).first()
    if found is None:
        raise NotFound(_("没有找到您上传的这个文件，它可能已过期，请再传一次"))
    return found


def try_file(*, actor: "User", page: ListPage, path: "Path", now: datetime) -> Trial:
    """Read a file against a page's rows.

    Rows are known by the page's key; a row of an unknown key is new. Empty cells empty their fields; columns that the file lacks stay.

    Raises:
        BadFile: The file cannot be read, has no header or not the key's column.
        MayNotChange: The actor may change nothing here.
    """
    from yunchou.tables.header import find_header  # noqa: PLC0415 - polars, wanted only where a file is read
    from yunchou.tables.opening import open_grid  # noqa: PLC0415 - as above

    must_edit(actor=actor, page=page)
    columns = {column.name: column for column in page.columns}
    asked = {column.name: editor for column, editor in askable(actor=actor, page=page)}
    try:
        grid = open_grid(path, None)
        header = find_header(grid, wanted=())
    except BadInput as refusal:
        raise BadFile(
            refusal.text.told("en" if translation.get_language() == "en" else "zh").replace(str(path), _("这个文件"))
        ) from refusal
    key = page.editing.key if page.editing is not None else ""
    place_of, ignored = _places(header.names, columns, {*asked, key})
    if key not in place_of:
        raise BadFile(_("文件里没有“%(name)s”这一列，认不出每行是哪一条；请从列表导出时勾选它") % {"name": columns[key].label})
    rows = grid.cells.slice(header.first).rows()
    numbers = grid.numbers.slice(header.first).to_list()
    kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if any((cell or "").strip() for cell in row)]
    known = dict(page.rows(actor, now).filter(**{f"{key}__in": [_text(row[place_of[key]]) for _n, row in kept]}).values_list(key, "pk"))
    taken = _Taking(
        columns=columns,
        asked=asked,
        place_of=place_of,
        key=key,
        known=known,
        read=_reader(actor, page, columns, asked, now),
        can_add=may_add(actor=actor, page=page),
    )
    for number, row in kept:
        taken.take(number, row)
    batch = Batch(changes=taken.changes, added=tuple(taken.added))
    checked = page.editing.check(actor=actor, batch=batch, now=now)  # type: ignore[union-attr]  # must_edit refuses a page without
    faults = taken.faults
    faults += [Fault(row=taken.number_of[row_id], column="", value="", why=why) for row_id, why in checked.refused.items()]
    faults += [Fault(row=taken.number_of_new[place], column="", value="", why=why) for place, why in checked.refused_new.items()]
    wrong = {fault.row for fault in faults}
    return Trial(
        batch=Batch(changes=checked.changed, added=tuple(taken.added[place] for place in checked.added)),
        checked=checked,
        faults=tuple(sorted(faults, key=lambda fault: fault.row)),
        ignored=ignored,
        rows=len(kept),
        heads=tuple(header.names),
        cells={number: row for number, row in kept if number in wrong},
    )


def _text(cell: str | None) -> str:
    return (cell or "").strip()


def _places(names: Sequence[str], columns: Mapping[str, Column], asked: Collection[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each column that is read stands in a file whose columns are named by label, in any language, or by name."""
    called: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            called |= {str(column.label): column.name for column in columns.values()}
    called |= {name: name for name in columns}
    found: dict[str, int] = {}
    ignored = []
    for place, name in enumerate(names):
        column = called.get(name.strip().removesuffix(_YUAN), "")
        if column in asked and column not in found:
            found[column] = place
        elif name.strip():
            ignored.append(name.strip())
    return found, tuple(ignored)


def _reader(
    actor: "User", page: ListPage, columns: Mapping[str, Column], asked: Mapping[str, Editor], now: datetime
) -> Callable[[str, str], Any]:
    """Return what reads a cell of a column; the same text is read once."""
    seen: dict[tuple[str, str], Any] = {}

    def read(name: str, text: str) -> Any:
        if (name, text) not in seen:
            try:
                value = values.read(page, columns[name], asked[name], text, actor=actor, now=now)
            except BadValue as refusal:
                value = refusal
            if len(seen) > _READERS:
                seen.clear()
            seen[name, text] = value
        found = seen[name, text]
        if isinstance(found, BadValue):
            raise found
        return found

    return read
