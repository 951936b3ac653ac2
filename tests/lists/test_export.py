"""Files of lists: what is on the screen, exact, and nothing that a spreadsheet would run."""

from datetime import date
from pathlib import Path

import pytest
from django.http import QueryDict
from python_calamine import CalamineWorkbook

from yunchou.common.list_pages import page_of
from yunchou.lists import export, state

pytestmark = pytest.mark.database
ROWS = [("=1+1", 1_234_567, date(2026, 8, 31)), ("@SUM(A1)", -5, None), ('普通, "引号"', None, date(2026, 1, 2)), (" +cmd", 10**17, None)]


@pytest.fixture
def asked() -> state.State:
    return state.read(page_of("customers.accounts"), QueryDict("columns=name,sales,last_sold"))


def test_workbook_holds_amounts_in_yuan_days_as_days_and_text_as_text(asked: state.State, tmp_path: Path) -> None:
    assert export.write_xlsx(tmp_path / "t.xlsx", asked, ROWS) == 4
    sheet = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()
    assert sheet == [
        ["客户", "近 12 个月销售（元）", "最近成交"],
        ["=1+1", 12_345.67, date(2026, 8, 31)],
        ["@SUM(A1)", -0.05, ""],
        ['普通, "引号"', "", date(2026, 1, 2)],
        [" +cmd", "1000000000000000", ""],
    ]


def test_csv_begins_with_its_mark_and_runs_nothing(asked: state.State) -> None:
    content = b"".join(export.csv_parts(asked, ROWS))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n") == [
        "客户,近 12 个月销售（元）,最近成交",
        "'=1+1,12345.67,2026-08-31",
        "'@SUM(A1),-0.05,",
        '"普通, ""引号""",,2026-01-02',
        "' +cmd,1000000000000000,",
        "",
    ]
