from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from yunchou.documents import table_workbook
from yunchou.documents.table_workbook import write_table


def read(path):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]


def test_write_table_gives_back_what_was_written(tmp_path):
    moment = datetime(2026, 8, 31, 9, 5, tzinfo=UTC)
    rows = [["杭州", 3, Decimal("1.25"), date(2026, 8, 31), moment, None], ["北京", -7, Decimal("-0.5"), date(2020, 2, 29), moment, None]]
    assert write_table(tmp_path / "t.xlsx", ["城市", "数量", "金额", "日期", "时间", "空"], rows, sheet="导出") == 2
    back = read(tmp_path / "t.xlsx")
    assert back[0] == ["城市", "数量", "金额", "日期", "时间", "空"]
    naive = datetime(2026, 8, 31, tzinfo=UTC).replace(tzinfo=None)
    assert back[1] == ["杭州", 3, 1.25, naive, moment.replace(tzinfo=None), None]
    assert back[2][:3] == ["北京", -7, -0.5]


def test_write_table_never_makes_a_live_formula_or_a_link(tmp_path):
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "https://example.org", "=HYPERLINK(1)"]
    write_table(tmp_path / "t.xlsx", ["=名"], [[value] for value in evil], sheet="s")
    page = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    cells = [cell for row in page.iter_rows() for cell in row]
    assert [cell.value for cell in cells] == ["=名", *evil]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_write_table_keeps_numbers_that_a_spreadsheet_would_round_as_text(tmp_path):
    write_table(tmp_path / "t.xlsx", ["n"], [[10**15 - 1], [12345678901234567890]], sheet="s")
    assert read(tmp_path / "t.xlsx")[1:] == [[10**15 - 1], ["12345678901234567890"]]


def test_write_table_of_no_rows_has_its_header(tmp_path):
    assert write_table(tmp_path / "t.xlsx", ["a", "b"], [], sheet="s") == 0
    assert read(tmp_path / "t.xlsx") == [["a", "b"]]


@pytest.mark.parametrize("rows", [199, 200, 201, 999])
def test_write_table_loses_no_row_beyond_those_that_decide_the_widths(tmp_path, rows):
    assert write_table(tmp_path / "t.xlsx", ["n"], ([number] for number in range(rows)), sheet="s") == rows
    assert read(tmp_path / "t.xlsx")[1:] == [[number] for number in range(rows)]


@pytest.mark.parametrize(
    ("rows", "sheets"), [(3, {"s": 3}), (4, {"s": 3, "s 2": 1}), (6, {"s": 3, "s 2": 3}), (7, {"s": 3, "s 2": 3, "s 3": 1})]
)
def test_write_table_goes_on_where_a_worksheet_ends(tmp_path, monkeypatch, rows, sheets):
    monkeypatch.setattr(table_workbook, "ROWS_A_SHEET", 3)
    assert write_table(tmp_path / "t.xlsx", ["n"], ([number] for number in range(rows)), sheet="s") == rows
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert {page.title: page.max_row - 1 for page in book} == sheets
    assert [page.cell(row, 1).value for page in book for row in range(2, page.max_row + 1)] == list(range(rows))
