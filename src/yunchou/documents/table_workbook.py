"""A table as a workbook of one sheet: what lists export and checks hand back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from yunchou.documents.workbook import TEXT_ONLY, close_workbook, printed_width

WIDEST = 48
ROWS_A_SHEET = 1_000_000  # a worksheet ends at 1,048,576 rows
LONGEST_CELL = 32_000  # Excel cuts a cell at 32,767 characters
LONGEST_NAME = 31  # of a worksheet
SAMPLED = 200  # rows whose lengths decide the widths of columns
LARGEST_EXACT = 10**15  # beyond, a spreadsheet's 15 digits would silently round


def write_table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str) -> int:
    """Write rows under a frozen header with a filter and return how many there were.

    Text stays text, whatever it begins with; whole numbers and decimals become numbers while a spreadsheet
    holds them exactly, and text beyond; days become days. Rows are streamed: memory does not grow with them.
    Where a worksheet ends, the next begins, named ``sheet 2`` and so on.

    Raises:
        OSError: The file cannot be written.
    """
    import xlsxwriter  # noqa: PLC0415 - wanted only where a workbook is made

    # Its temporary files stand where a killed run is swept up.
    workbook = xlsxwriter.Workbook(str(path), {**TEXT_ONLY, "constant_memory": True, "tmpdir": str(path.parent)})
    looks = {
        "head": workbook.add_format({"bold": True, "bg_color": "#F6F7F9", "bottom": 1, "bottom_color": "#C9CED8"}),
        "day": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    stream = iter(rows)
    total, number = 0, 1
    while True:
        name = sheet if number == 1 else f"{sheet} {number}"
        written = _write_page(workbook.add_worksheet(name[:LONGEST_NAME]), heads, islice(stream, ROWS_A_SHEET), looks)
        total, number = total + written, number + 1
        following = next(stream, None) if written == ROWS_A_SHEET else None
        if following is None:
            break
        stream = chain([following], stream)
    close_workbook(workbook)
    return total


def _write_page(page: Any, heads: Sequence[str], rows: Iterator[Sequence[Any]], looks: Mapping[str, Any]) -> int:
    page.freeze_panes(1, 0)
    first = list(islice(rows, SAMPLED))
    for column, head in enumerate(heads):
        longest = max([printed_width(head) + 2, *(printed_width(row[column]) for row in first)])
        page.set_column(column, column, min(WIDEST, longest + 1))
        page.write_string(0, column, head[:LONGEST_CELL], looks["head"])
    count = 0
    # Bound once: the loop runs a million times for a large export.
    string, number, datetime_ = page.write_string, page.write_number, page.write_datetime
    for part in (first, rows):
        for row in part:
            count += 1
            for column, value in enumerate(row):
                kind = type(value)
                if kind is str:
                    if value:
                        string(count, column, value[:LONGEST_CELL])
                elif value is None:
                    continue
                elif kind is int or kind is float or kind is Decimal:
                    if abs(value) < LARGEST_EXACT:
                        number(count, column, value)
                    else:
                        string(count, column, str(value))
                elif kind is date:
                    datetime_(count, column, value, looks["day"])
                elif kind is datetime:
                    datetime_(count, column, value.replace(tzinfo=None), looks["moment"])
                else:
                    string(count, column, str(value)[:LONGEST_CELL])
    if heads and count:
        page.autofilter(0, 0, count, len(heads) - 1)
    return count
