from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables.written_files import csv_text
from yunchou.calc.errors import BadInput
from yunchou.tables.delimited import read_delimited

PATH = Path("orders.csv")
# Any text a cell may hold; GB18030 can write all of Unicode but lone surrogates, and a line break counts as one.
cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\",;\t'"), min_size=1, max_size=12)


def rows_of(data):
    grid = read_delimited(data, PATH)
    return [list(row[:3]) for row in grid.cells.rows()], grid.numbers.to_list()


@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_read_delimited_gives_back_every_cell_in_any_encoding(rows, encoding):
    table = [["日期", "金额", "说明"], *rows]
    read, _ = rows_of(csv_text(table).encode(encoding))
    assert read == table


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_delimited_finds_delimiter_and_line_end(delimiter, end):
    table = [["日期", "金额", "说明"], ["2024-01-01", "1,5", "x"], ["2024-01-02", "2;5", "y"]]
    assert rows_of(csv_text(table, delimiter, end).encode()) == (table, [1, 2, 3])


def test_read_delimited_follows_the_delimiter_that_excel_states():
    assert rows_of(b"sep=;\r\na;b;c\r\n1,5;2;3\r\n") == ([["sep=", None, None], ["a", "b", "c"], ["1,5", "2", "3"]], [1, 2, 3])


def test_read_delimited_numbers_lines_as_an_editor_shows_them():
    assert rows_of(b'a,b,c\n"x\ny\nz",1,2\n\n3,4,5\n')[1] == [1, 2, 5, 6]


def test_read_delimited_keeps_missing_and_surplus_cells_apart():
    grid = read_delimited(b"a,b\n1\n1,2,3\n", PATH)
    assert grid.cells.rows() == [("a", "b", None, None), ("1", None, None, None), ("1", "2", "3", None)]


def test_read_delimited_takes_none_and_na_for_values_and_only_empty_for_null():
    read, _ = rows_of('a,b,c\nNone,NA,无\n"",,NULL\n'.encode())
    assert read[1:] == [["None", "NA", "无"], [None, None, "NULL"]]


def test_read_delimited_is_not_misled_by_what_a_cell_says():
    assert rows_of('a,b,c\n"utf-8"编码,1,2\n'.encode())[0][1] == ["utf-8编码", "1", "2"]


@pytest.mark.parametrize("data", [b'a,b,c\n24"screen,1,2\n3,4,5\n', b'a,b,c\nx,24"screen,2\nx,24" y,5\n'])
def test_read_delimited_bears_stray_quotation_marks(data):
    read, _ = rows_of(data)
    assert len(read) == 3
    assert '24"screen' in read[1]


def test_read_delimited_names_the_line_of_a_quotation_mark_never_closed():
    with pytest.raises(BadInput) as refused:
        read_delimited(b'a,b\n1,2\n"open,3\n4,5\n6,7\n', PATH)
    assert "orders.csv, line 3:" in refused.value.text.en
    assert "第 3 行" in refused.value.text.zh


@pytest.mark.parametrize(
    "data",
    [
        "日期,金额\n中文,2\n中文,3\n".encode() + b"\xe4\xb8,3\n",
        "日期,金额\n中文,2\n".encode("gb18030") + b"x,1\n\xff\xff,2\n",
    ],
)
def test_read_delimited_names_the_line_of_a_wrong_encoding(data):
    with pytest.raises(BadInput) as refused:
        read_delimited(data, PATH)
    assert "line 4: the characters are neither UTF-8 nor GB18030" in refused.value.text.en
    assert "第 4 行的字符编码读不出" in refused.value.text.zh


def test_read_delimited_refuses_what_is_no_text():
    with pytest.raises(BadInput, match="neither text nor a known table"):
        read_delimited(bytes(range(256)) * 4, PATH)
