import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.tables.written_files import rewrite_part, write_xlsx
from yunchou.calc.errors import BadInput
from yunchou.tables.dates import EXCEL_EPOCH_1904
from yunchou.tables.workbook import number_text, read_workbook

MOMENT = dt.datetime.fromisoformat("2024-03-05T10:11:12")  # a cell knows no time zone
MIDNIGHT = dt.datetime.fromisoformat("2024-03-05T00:00:00")


def test_read_workbook_gives_what_a_person_sees(tmp_path):
    rows = [
        ["日期", "金额", "有效"],
        [MIDNIGHT, 0.1 + 0.2, True],
        [MOMENT, 1234.5, False],
        [45356, 3.0, None],
        ["None", 1e20, "NA"],
        [dt.time(3, 4), dt.timedelta(hours=30), "无"],
    ]
    grid = read_workbook(write_xlsx(tmp_path / "a.xlsx", rows), None)
    assert grid.cells.rows() == [
        ("日期", "金额", "有效"),
        ("2024-03-05", "0.3", "TRUE"),
        ("2024-03-05 10:11:12", "1234.5", "FALSE"),
        ("45356", "3", None),
        ("None", "100000000000000000000", "NA"),
        ("03:04:00", "1 day, 6:00:00", "无"),
    ]
    assert grid.numbers.to_list() == [1, 2, 3, 4, 5, 6]
    assert grid.sheet == "订单"


def test_read_workbook_knows_where_a_table_begins_that_does_not_begin_in_a1(tmp_path):
    book = openpyxl.Workbook()
    book.active["C4"], book.active["D4"], book.active["C5"], book.active["D5"] = "日期", "金额", "2024-01-01", 7
    book.save(tmp_path / "a.xlsx")
    grid = read_workbook(tmp_path / "a.xlsx", None)
    assert grid.first_column == 2
    assert [(number, row) for number, row in zip(grid.numbers, grid.cells.rows(), strict=True) if any(row)] == [
        (4, ("日期", "金额")),
        (5, ("2024-01-01", "7")),
    ]


def test_read_workbook_names_errors_and_formulas_without_a_value(tmp_path):
    book = openpyxl.Workbook()
    for row in [["日期", "金额"], ["2024-01-01", "=1+1"], ["2024-01-02", "=1/0"], ["2024-01-03", "#N/A"]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    grid = read_workbook(tmp_path / "a.xlsx", None)
    assert grid.faults == {
        (1, 1): ("formula_without_value", "=1+1"),
        (2, 1): ("formula_without_value", "=1/0"),
        (3, 1): ("error_cell", "#N/A"),
    }


def test_read_workbook_takes_a_formulas_stored_value(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["日期", "金额"])
        sheet.write_row(1, 0, ["2024-01-01"])
        sheet.write_formula(1, 1, "=40+2", None, 42)
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    grid = read_workbook(tmp_path / "a.xlsx", None)
    assert grid.cells.row(1) == ("2024-01-01", "42")
    assert grid.faults == {(2, 1): ("error_cell", "#DIV/0!")}


def test_read_workbook_reads_the_first_sheet_that_people_see_and_says_so(tmp_path):
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "旧", "hidden"
    for name in ("一月", "二月"):
        book.create_sheet(name).append([name])
    book.save(tmp_path / "a.xlsx")
    grid = read_workbook(tmp_path / "a.xlsx", None)
    assert (grid.sheet, grid.cells.rows()) == ("一月", [("一月",)])
    assert grid.warnings[0].zh == "有 2 个工作表（一月、二月），读的是“一月”；要读别的请用 --sheet"
    assert read_workbook(tmp_path / "a.xlsx", "二月").cells.rows() == [("二月",)]
    with pytest.raises(BadInput, match="has no sheet '三月'; it has: 旧、一月、二月"):
        read_workbook(tmp_path / "a.xlsx", "三月")


def test_read_workbook_knows_the_1904_calendar(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([MIDNIGHT])
    book.save(tmp_path / "a.xlsx")
    grid = read_workbook(tmp_path / "a.xlsx", None)
    assert grid.cells.item() == "2024-03-05"
    assert grid.epoch == EXCEL_EPOCH_1904


def test_read_workbook_follows_no_external_link_and_says_so(tmp_path):
    source = write_xlsx(tmp_path / "a.xlsx", [["日期", "金额"]])
    link = b'<externalLink><externalBook id="http://127.0.0.1:9/x.xlsx"/></externalLink>'
    path = rewrite_part(source, tmp_path / "linked.xlsx", "xl/externalLinks/externalLink1.xml", lambda _: link)
    assert [warning.en for warning in read_workbook(path, None).warnings] == [
        "the workbook refers to other files: their last saved values are used, no link was followed"
    ]


def test_read_workbook_gives_merged_ranges(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["a", "b"], ["x", 1], [None, 2]], merged=["A2:A3"])
    assert read_workbook(path, None).merged == ((1, 0, 2, 0),)


def test_read_workbook_names_a_damaged_sheet(tmp_path):
    source = write_xlsx(tmp_path / "a.xlsx", [["日期", "金额"]])
    path = rewrite_part(source, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", lambda data: data[: len(data) // 2])
    with pytest.raises(BadInput) as refused:
        read_workbook(path, None)
    assert "open it in Excel and save it as XLSX" in refused.value.text.en


@pytest.mark.parametrize(
    ("value", "text"),
    [(129.696, "129.696"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (-2.5e16, "-25000000000000000"), (125.43999999999998, "125.44")],
)
def test_number_text_is_what_excel_keeps(value, text):
    assert number_text(value) == text
    assert Decimal(text) == Decimal(format(value, ".15g"))
