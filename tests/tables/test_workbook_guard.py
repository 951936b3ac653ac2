import os
import struct
import zipfile

import pytest

from tests.tables.written_files import rewrite_part, write_xlsx
from yunchou.calc.errors import BadInput
from yunchou.tables.workbook_guard import column_index, inspect_book, inspect_sheet

ROWS = [["日期", "金额"], ["2024-01-01", 1], ["2024-01-02", 2]]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path):
    return write_xlsx(tmp_path / "orders.xlsx", ROWS)


def refusal(path):
    with pytest.raises(BadInput) as refused:
        inspect_sheet(path, inspect_book(path).sheets[0])
    return refused.value.text


def test_inspect_book_knows_the_sheets_of_an_honest_workbook(book):
    found = inspect_book(book)
    assert [(sheet.name, sheet.part, sheet.visible) for sheet in found.sheets] == [("订单", SHEET, True)]
    assert inspect_sheet(book, found.sheets[0]).faults == {}


def test_inspect_book_refuses_a_ratio_that_only_bombs_have(tmp_path, book):
    bomb = rewrite_part(
        book, tmp_path / "bomb.xlsx", "xl/sharedStrings.xml", lambda _: b"<sst><si><t>" + b"A" * (100 << 20) + b"</t></si></sst>"
    )
    assert bomb.stat().st_size < 1 << 20
    assert "like a zip bomb" in refusal(bomb).en
    assert "像是压缩炸弹" in refusal(bomb).zh


def test_inspect_book_refuses_too_many_parts(tmp_path):
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(5_001):
            package.writestr(f"xl/{number}.xml", "")
    assert "5001 parts" in refusal(path).en


def test_inspect_sheet_refuses_a_size_that_is_stated_untruly(tmp_path, book):
    honest = rewrite_part(
        book, tmp_path / "big.xlsx", SHEET, lambda data: data.replace(b"</sheetData>", b" " * (5 << 20) + b"</sheetData>")
    )
    data = bytearray(honest.read_bytes())
    with zipfile.ZipFile(honest) as package:
        entry = package.getinfo(SHEET)
    directory = data.rfind(SHEET.encode()) - 46
    assert struct.unpack_from("<I", data, directory + 24)[0] == entry.file_size
    struct.pack_into("<I", data, directory + 24, 1_000)
    liar = tmp_path / "liar.xlsx"
    liar.write_bytes(data)
    assert "stated inside is untrue" in refusal(liar).en


def test_inspect_sheet_refuses_a_cell_so_far_out_that_the_sheet_fills_the_memory(tmp_path, book):
    far = rewrite_part(
        book,
        tmp_path / "far.xlsx",
        SHEET,
        lambda data: data.replace(b'<row r="3"', b'<row r="1048576"').replace(b'r="B3"', b'r="XFD1048576"'),
    )
    assert "1048576 rows × 16384 columns" in refusal(far).en


def test_inspect_sheet_refuses_cells_without_a_place_that_spread_too_far(tmp_path, book):
    wide = b'<row r="1048576">' + b"<c><v>1</v></c>" * 100 + b"</row></sheetData>"
    path = rewrite_part(book, tmp_path / "wide.xlsx", SHEET, lambda data: data.replace(b"</sheetData>", wide))
    assert "1048576 rows" in refusal(path).en


def test_inspect_sheet_refuses_one_long_text_shown_in_very_many_cells(tmp_path, book):
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(4, 200_004))
    many = rewrite_part(book, tmp_path / "many.xlsx", SHEET, lambda data: data.replace(b"</sheetData>", cells + b"</sheetData>"))
    long = rewrite_part(
        many,
        tmp_path / "long.xlsx",
        "xl/sharedStrings.xml",
        lambda _: b"<sst><si><t>" + os.urandom(15_000).hex().encode() + b"</t></si></sst>",
    )
    assert "MB of text" in refusal(long).en


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("declaration", [b'<!DOCTYPE x [<!ENTITY a "b">]>', b"<!doctype html>"])
def test_inspect_book_refuses_a_document_type_in_any_part(tmp_path, book, part, declaration):
    path = rewrite_part(
        book,
        tmp_path / "dtd.xlsx",
        part,
        lambda data: data.replace(b"?>", b"?>" + declaration, 1) if b"?>" in data[:100] else declaration + data,
    )
    assert "declares a document type (DTD)" in refusal(path).en
    assert "DTD 声明" in refusal(path).zh


def test_inspect_book_refuses_parts_in_an_encoding_that_would_hide_a_document_type(tmp_path, book):
    path = rewrite_part(book, tmp_path / "utf16.xlsx", SHEET, lambda data: data.decode().encode("utf-16"))
    assert "DTD" in refusal(path).en


def test_inspect_book_names_a_workbook_with_a_password(tmp_path, book):
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as package:
        for entry in package.infolist():
            at = data.rfind(b"PK\x01\x02", 0, data.rfind(entry.filename.encode()))
            data[at + 8] |= 1
    path = tmp_path / "locked.xlsx"
    path.write_bytes(data)
    assert "protected by a password" in refusal(path).en


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_inspect_book_names_a_workbook_that_is_cut_short(tmp_path, book, kept):
    data = book.read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(data[: int(len(data) * kept)])
    assert "not a complete XLSX file" in refusal(path).en


def test_inspect_book_names_a_package_that_is_no_workbook(tmp_path):
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert "not an XLSX workbook" in refusal(path).en


def test_column_index_counts_like_excel():
    assert [column_index(name) for name in (b"A", b"Z", b"AA", b"XFD")] == [0, 25, 26, 16_383]


@pytest.mark.parametrize(
    "cell",
    [
        b'<c s="&gt;" r="XFD1048576"><v>1</v></c>',
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<c\tr="XFD1048576"><v>1</v></c>',
        b'<x:c r="XFD1048576"/>',
    ],
)
def test_inspect_sheet_sees_a_far_cell_however_it_is_written(tmp_path, book, cell):
    row = b'<row r="4">' + cell + b"</row></sheetData>"
    path = rewrite_part(book, tmp_path / "far.xlsx", SHEET, lambda data: data.replace(b"</sheetData>", row))
    assert "1048576 rows × 16384 columns" in refusal(path).en


@pytest.mark.parametrize("place", [b"D19999999999992", b"d5", b"5D", b"&#65;1", b"ABCD1"])
def test_inspect_sheet_refuses_a_place_that_is_none(tmp_path, book, place):
    path = rewrite_part(book, tmp_path / "odd.xlsx", SHEET, lambda data: data.replace(b'r="B3"', b'r="' + place + b'"'))
    assert "not a complete XLSX file" in refusal(path).en


def test_inspect_sheet_bears_a_wide_and_a_long_sheet_of_real_cells(tmp_path):
    for name, rows in (("wide.xlsx", [[f"c{column}" for column in range(300)]] * 20), ("long.xlsx", [["x"]] * 20_000)):
        path = write_xlsx(tmp_path / name, rows)
        assert inspect_sheet(path, inspect_book(path).sheets[0]).faults == {}
