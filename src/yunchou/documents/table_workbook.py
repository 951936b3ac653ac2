"""A table as a workbook of one sheet: what lists export and checks hand back."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from yunchou.documents.workbook import TEXT_ONLY, close_workbook, printed_width

WIDEST = 48
SAMPLED = 200  # rows whose lengths decide the widths of columns
LARGEST_EXACT = 10**15  # beyond, a spreadsheet's 15 digits would silently round


def write_table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str) -> int:
    """Write rows under a frozen header with a filter and return how many there were.

    Text stays text, whatever it begins with; whole numbers and decimals become numbers while a spreadsheet
    holds them exactly, and text beyond; days become days. Rows are streamed: memory does not grow with them.

    Raises:
        OSError: The file cannot be written.
    """
    import xlsxwriter  # noqa: PLC0415 - wanted only where a workbook is made

    workbook = xlsxwriter.Workbook(str(path), {**TEXT_ONLY, "constant_memory": True})
    page = workbook.add_worksheet(sheet[:31])
    bold = workbook.add_format({"bold": True, "bg_color": "#F6F7F9", "bottom": 1, "bottom_color": "#C9CED8"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    page.freeze_panes(1, 0)
    stream = iter(rows)
    first = [row for row, _ in zip(stream, range(SAMPLED), strict=False)]
    for column, head in enumerate(heads):
        longest = max([printed_width(head) + 2, *(printed_width(row[column]) for row in first)])
        page.set_column(column, column, min(WIDEST, longest + 1))
        page.write_string(0, column, head, bold)
    count = 0
    # Bound once: the loop runs a million times for a large export.
    string, number, datetime_ = page.write_string, page.write_number, page.write_datetime
    for part in (first, stream):
        for row in part:
            count += 1
            for column, value in enumerate(row):
                kind = type(value)
                if kind is str:
                    string(count, column, value)
                elif value is None:
                    continue
                elif kind is int or kind is float or kind is Decimal:
                    if abs(value) < LARGEST_EXACT:
                        number(count, column, value)
                    else:
                        string(count, column, str(value))
                elif kind is date:
                    datetime_(count, column, value, day)
                elif kind is datetime:
                    datetime_(count, column, value.replace(tzinfo=None), moment)
                else:
                    string(count, column, str(value))
    if heads:
        page.autofilter(0, 0, max(count, 1), len(heads) - 1)
    close_workbook(workbook)
    return count
