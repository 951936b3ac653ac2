import polars as pl
import pytest

from yunchou.calc.errors import BadInput
from yunchou.tables.grid import Grid, column_name
from yunchou.tables.header import find_header


def header_of(*rows, wanted=(), ragged=False):
    width = max(map(len, rows))
    columns = zip(*[[*row, *[None] * (width - len(row))] for row in rows], strict=True)
    cells = pl.DataFrame({column_name(index): pl.Series(column, dtype=pl.String) for index, column in enumerate(columns)})
    return find_header(Grid(cells=cells, numbers=pl.int_range(1, cells.height + 1, eager=True), ragged=ragged), wanted=wanted)


DATA = ("2024-01-01", "华东", "1,200")


def test_find_header_in_the_first_row():
    header = header_of(["日期", "地区", "金额"], DATA)
    assert (header.names, header.first, header.rows) == (("日期", "地区", "金额"), 1, 1)


def test_find_header_below_titles_and_blank_rows():
    header = header_of(["2024 年销售明细"], ["制表人：张三", None, "单位：万元"], [], ["日期", "地区", "金额"], DATA, DATA)
    assert (header.names, header.first) == (("日期", "地区", "金额"), 4)
    assert header.unit == ("万元", 10_000)


def test_find_header_over_two_rows_with_merged_cells():
    header = header_of(["日期", "客户", None, "金额"], [None, "编号", "名称", None], ["2024-01-01", "7", "甲", "5"])
    assert (header.names, header.first, header.rows) == (("日期", "客户 编号", "客户 名称", "金额"), 2, 2)


def test_find_header_keeps_a_lower_name_that_says_enough_alone():
    header = header_of(["基本信息", None, "成交", None], [None, "地区", "日期", "金额"], [None, "华东", "2024-01-01", "5"])
    assert header.names == ("基本信息", "地区", "日期", "金额")


def test_find_header_does_not_join_a_title_to_the_header():
    header = header_of(["销售明细", None, "机密"], ["日期", "地区", "金额"], DATA)
    assert (header.names, header.rows) == (("日期", "地区", "金额"), 1)


def test_find_header_gives_repeated_and_empty_names_their_letters():
    header = header_of(["日期", "金额", "金额", None, "备注"], ["2024-01-01", "1", "2", "x", "y"])
    assert header.names == ("日期", "金额 (B)", "金额 (C)", "(D)", "备注")
    assert header.repeated == {"金额": ("金额 (B)", "金额 (C)")}


def test_find_header_takes_the_row_that_holds_all_names_asked_for():
    header = header_of(["Datos", "de", "ventas"], ["Fecha", "Zona", "Importe"], DATA, wanted=["fecha", "importe"])
    assert header.names == ("Fecha", "Zona", "Importe")


def test_find_header_takes_words_above_figures_in_any_language():
    assert header_of(["Fecha", "Zona", "Importe"], DATA).names == ("Fecha", "Zona", "Importe")


def test_find_header_tells_a_column_without_a_name_from_a_comma_in_the_wrong_place():
    rows = [["日期", "金额"], ["2024-01-01", "1", "x"], ["2024-01-02", "2", "y"]]
    assert header_of(*rows, ragged=True).names == ("日期", "金额", "(C)")
    assert header_of(*rows, *[["2024-01-03", "3"]] * 3, ragged=True).names == ("日期", "金额")


@pytest.mark.parametrize("rows", [[DATA, DATA], [["2024-01-01", "5"], ["2024-01-02", "6"]], [["只有一格"], ["另一格"]]])
def test_find_header_refuses_a_table_without_one(rows):
    with pytest.raises(BadInput, match="found no header"):
        header_of(*rows)
