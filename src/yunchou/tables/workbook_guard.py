"""Workbooks judged before they are parsed: sizes, ratio, entities, and cells that would fill the memory."""

import copy
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.dates import EXCEL_EPOCH, EXCEL_EPOCH_1904

MOST_ENTRIES = 5_000
MOST_BYTES = 3 << 29  # 1.5 GiB unpacked; a million rows of twenty columns need half of it
MOST_RATIO = 150  # of a whole workbook above 64 MiB; real ones stay below 40
MOST_CELLS = 60_000_000
MOST_TEXT = 1 << 30
_LONGEST_STRING = 8 << 20  # a cell holds 32,767 characters; this leaves room for their mark-up
_SHORTEST_CELL = len('<c t="s"><v>0</v></c>')
# What the zip and XML readers raise on damaged packages.
_FAULTS = (zipfile.BadZipFile, zlib.error, ET.ParseError, struct.error, EOFError, KeyError, NotImplementedError, OSError, ValueError)
_BIG_SHEET = 26 << 20
_FEW_CELLS = 5_000_000
_LONGEST_PIECE = 32 << 20
_CHUNK = 1 << 20
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# A cell beyond column Z or row 999,999, or one written in any way but the plain one.
_FAR = re.compile(rb'<c(?:[/>\t\r\n]| (?!r="[A-Z][0-9]{1,6}"))|:c[\s/>]')
_PLACE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_PLACE_FORM = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")
_ANY_CELL = re.compile(rb"[<:]c[\s/>]")
_ERROR = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
_UNCOMPUTED = re.compile(
    rb'<c (?![^>]*\bt="str")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*><f(?:[^>]*/>|[^>]*>([^<]*)</f>)(?:<v/>|<v></v>)?</c>'
)
_SHARED = re.compile(rb'<c [^>]*?\bt="s"[^>]*><v>([0-9]+)</v>')


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of a workbook: its name, its part of the package, and whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is known of a workbook before its cells are parsed."""

    sheets: tuple[Sheet, ...]
    epoch: date
    external_links: bool


def inspect_book(path: Path) -> Book:
    """Judge a workbook by its directory and its small parts.

    Raises:
        BadInput: It is no XLSX, is encrypted or damaged, unpacks to too much, or declares a document type.
    """
    _check_directory_size(path)
    try:
        with zipfile.ZipFile(path) as package:
            return _inspected(package, path)
    except _FAULTS as fault:
        raise BadInput(_damaged(path)) from fault


def _damaged(path: Path) -> Text:
    return Text(
        f"{path} 不是完整的 XLSX 文件（可能没有下载完）；请重新下载，或用 Excel 打开后另存为 XLSX",
        f"{path} is not a complete XLSX file; download it again, or open it in Excel and save it as XLSX",
    )


def _check_directory_size(path: Path) -> None:
    """Refuse a package whose directory alone would fill the memory; read from its end record only."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 20:
        raise BadInput(_damaged(path))
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    if entries > MOST_ENTRIES or directory > MOST_ENTRIES * 512:
        raise BadInput(_too_big(path, f"{entries} 个部件", f"{entries} parts"))


def _too_big(path: Path, zh: str, en: str) -> Text:
    return Text(
        f"{path} 展开后过大（{zh}），像是压缩炸弹，没有读取；请只留需要的表，另存为 CSV",
        f"{path} unpacks to too much ({en}), like a zip bomb, and was not read; keep only the sheet needed and save it as CSV",
    )


def _inspected(package: zipfile.ZipFile, path: Path) -> Book:
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if "EncryptedPackage" in names or any(entry.flag_bits & 1 for entry in entries):
        raise BadInput(_encrypted(path))
    if len(names) < len(entries):
        raise BadInput(_damaged(path))
    unpacked, packed = sum(entry.file_size for entry in entries), max(path.stat().st_size, 1)
    if unpacked > MOST_BYTES or (unpacked > 1 << 26 and unpacked > MOST_RATIO * packed):
        raise BadInput(_too_big(path, f"{unpacked >> 20} MB，{unpacked // packed} 倍", f"{unpacked >> 20} MB, {unpacked // packed} times"))
    if "xl/workbook.xml" not in names:
        raise BadInput(
            Text(f"{path} 不是 XLSX 工作簿；请用 Excel 另存为 .xlsx", f"{path} is not an XLSX workbook; save it as .xlsx in Excel"),
        )
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_part(package, entry, path)
    return _book(package, names)


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    """Refuse a part with a document type; small parts are unpacked wholly, sheets later, when they are chosen."""
    for number, chunk in enumerate(_chunks(package, entry, path)):
        if number == 0:
            _refuse_declarations(chunk[: 1 << 16], path)
        if entry.filename.startswith("xl/worksheets/"):
            break


def _chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> Iterator[bytes]:
    """Unpack a part piece by piece, to its true end: a directory may state less than what is there."""
    honest = copy.copy(entry)
    honest.file_size = MOST_BYTES + 1
    read = 0
    with package.open(honest) as part:
        while chunk := part.read(_CHUNK):
            read += len(chunk)
            if read > entry.file_size:
                raise BadInput(_too_big(path, "内部所写大小不实", "a size stated inside is untrue"))
            yield chunk


def _refuse_declarations(head: bytes, path: Path) -> None:
    # A declaration can only stand before the root element; UTF-16 would hide it from this search.
    if _DECLARATION.search(head) or b"\0" in head[:64]:
        raise BadInput(
            Text(
                f"{path} 的内部含有 DTD 声明，可能有害，没有读取；请用 Excel 打开后另存为 XLSX",
                f"{path} declares a document type (DTD) inside, which may be harmful, and was not read;"
                " open it in Excel and save it as XLSX",
            )
        )


def _encrypted(path: Path) -> Text:
    return Text(f"{path} 有打开密码；请去掉密码后再试", f"{path} is protected by a password; remove it and try again")


def _book(package: zipfile.ZipFile, names: set[str]) -> Book:
    with package.open("xl/workbook.xml") as part:
        book = ET.fromstring(part.read())  # noqa: S314 - document types are refused before
    with package.open("xl/_rels/workbook.xml.rels") as part:
        relations = ET.fromstring(part.read())  # noqa: S314 - as above
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = []
    properties: ET.Element | None = None
    for element in book.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "sheet":
            # The namespace differs between the two flavours of the standard.
            target = targets.get(next((value for key, value in element.items() if key.endswith("}id")), None), "")
            place = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if "worksheet" in place or place in names:
                sheets.append(Sheet(name=element.get("name", ""), part=place, visible=element.get("state", "visible") == "visible"))
        elif kind == "workbookPr":
            properties = element
    is_1904 = properties is not None and properties.get("date1904", "0") in {"1", "true"}
    external = any(name.startswith("xl/externalLinks/") for name in names)
    return Book(sheets=tuple(sheets), epoch=EXCEL_EPOCH_1904 if is_1904 else EXCEL_EPOCH, external_links=external)


@dataclass(frozen=True, kw_only=True)
class SheetFacts:
    """Cells of a sheet that hold no value of their own: (row, column) from 0 → (reason, what stands there)."""

    faults: dict[tuple[int, int], tuple[str, str]]
    merged: bool


def inspect_sheet(path: Path, sheet: Sheet) -> SheetFacts:
    """Walk through a sheet's text in pieces, and refuse what would take too much memory to parse.

    Raises:
        BadInput: A cell stands so far out that the sheet would fill the memory, its texts would, or it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _walked(package, path, sheet)
    except _FAULTS as fault:
        raise BadInput(_damaged(path)) from fault


def _walked(package: zipfile.ZipFile, path: Path, sheet: Sheet) -> SheetFacts:
    _check_texts(package, path, sheet)
    far, merged = package.getinfo(sheet.part).file_size < _BIG_SHEET, False
    faults: dict[tuple[int, int], tuple[str, str]] = {}
    for piece in _pieces(package, sheet.part, b"</row>", path):
        far = far or _FAR.search(piece) is not None
        merged = merged or b"mergeCell " in piece
        faults.update(_faults(piece))
    if far:  # a big sheet of plain cells up to Z999999 cannot span too much for its size
        _check_extent(package, path, sheet)
    return SheetFacts(faults=faults, merged=merged)


def _check_extent(package: zipfile.ZipFile, path: Path, sheet: Sheet) -> None:
    """Refuse a sheet whose outermost cells span more than its size explains; the parser fills what lies between."""
    most = min(MOST_CELLS, max(_FEW_CELLS, package.getinfo(sheet.part).file_size))
    last_row, last_column, rows = 0, 0, 0
    for piece in _pieces(package, sheet.part, b"</row>", path):
        places = set(_PLACE.findall(piece))
        forms = [_PLACE_FORM.fullmatch(place) for place in places]
        if not all(forms):
            raise BadInput(_damaged(path))
        found = [(column_index(form[1]) + 1, int(form[2])) for form in forms if form]
        last_column = max(last_column, *(column for column, _ in found), 0) if found else last_column
        last_row = max(last_row, *(row for _, row in found), 0) if found else last_row
        cells = len(_ANY_CELL.findall(piece))
        rows += len(re.findall(rb"[<:]row[\s/>]", piece))
        if cells > sum(column > 0 for column, _ in found):  # some do not say where they stand: they follow one another
            last_row = max(last_row, rows)
            last_column = max(last_column, *(len(_ANY_CELL.findall(row)) for row in piece.split(b"row>")))
        if last_row * last_column > most:
            raise BadInput(_too_big(path, f"{last_row} 行 × {last_column} 列", f"{last_row} rows × {last_column} columns"))


def _faults(piece: bytes) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    if b't="e"' in piece:
        for column, row, value in _ERROR.findall(piece):
            yield (int(row) - 1, column_index(column)), ("error_cell", value.decode(errors="replace"))
    if b"<f" in piece:
        for column, row, formula in _UNCOMPUTED.findall(piece):
            yield (int(row) - 1, column_index(column)), ("formula_without_value", "=" + formula.decode(errors="replace"))


def _check_texts(package: zipfile.ZipFile, path: Path, sheet: Sheet) -> None:
    """Refuse a sheet whose shared texts, repeated in each cell that shows them, would fill the memory."""
    if "xl/sharedStrings.xml" not in package.namelist():
        return
    sizes = [len(text) for piece in _pieces(package, "xl/sharedStrings.xml", b"</si>", path) for text in piece.split(b"</si>")]
    longest = max(sizes, default=0)
    if longest > _LONGEST_STRING:
        raise BadInput(_too_big(path, f"一格文字 {longest >> 20} MB", f"{longest >> 20} MB of text in one cell"))
    if package.getinfo(sheet.part).file_size // _SHORTEST_CELL * longest > MOST_TEXT:
        shown = (int(index) for piece in _pieces(package, sheet.part, b"</row>", path) for index in _SHARED.findall(piece))
        total = sum(sizes[index] for index in shown if index < len(sizes))
        if total > MOST_TEXT:
            raise BadInput(_too_big(path, f"文字 {total >> 20} MB", f"{total >> 20} MB of text"))


def _pieces(package: zipfile.ZipFile, part: str, end: bytes, path: Path) -> Iterator[bytes]:
    """Unpack a part in pieces that each end with ``end``, so that no cell is cut in two."""
    rest = b""
    for chunk in _chunks(package, package.getinfo(part), path):
        rest += chunk
        cut = rest.rfind(end) + len(end)
        if cut >= len(end):
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LONGEST_PIECE:
            yield rest
            rest = b""
    yield rest


def column_index(name: bytes) -> int:
    """Return the index from 0 of a column named as in ``A1``."""
    index = 0
    for letter in name:
        index = index * 26 + letter - 64
    return index - 1
