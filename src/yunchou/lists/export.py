"""Exactly what a list shows as a file: the same columns, order and rows, with amounts exact and in 元."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from yunchou.common.list_pages import Column
from yunchou.lists.state import State

# what a spreadsheet takes for a formula when it stands first in a cell
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # fmt: skip
_MINOR = 100
_ROWS_AT_ONCE = 1_000


def heads(state: State) -> list[str]:
    """Return the names of the shown columns; amounts say their unit."""
    return [f"{column.label}（元）" if column.kind == "money" else str(column.label) for column in state.shown]


def _plain(column: Column, value: Any) -> Any:
    if column.kind == "money" and value is not None:
        return Decimal(value) / _MINOR
    return value if value is None or column.words is None else str(column.worded(value))


def write_xlsx(path: Path, state: State, rows: Iterable[Sequence[Any]]) -> int:
    """Write a workbook without formulas and return the number of rows."""
    from yunchou.documents.table_workbook import write_table  # noqa: PLC0415 - wanted only where a workbook is made

    shown = state.shown
    plain = (tuple(_plain(column, value) for column, value in zip(shown, row, strict=True)) for row in rows)
    return write_table(path, heads(state), plain, sheet=str(state.page.title))


def csv_parts(state: State, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a CSV in UTF-8 with its mark; text that a spreadsheet would take for a formula begins with an apostrophe."""
    shown = state.shown
    part = io.StringIO()
    writer = csv.writer(part, lineterminator="\r\n")
    part.write("﻿")
    writer.writerow([_text(head) for head in heads(state)])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_text(_plain(column, value)) for column, value in zip(shown, row, strict=True)])
        if number % _ROWS_AT_ONCE == 0:
            yield part.getvalue().encode()
            part.seek(0)
            part.truncate()
    yield part.getvalue().encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if isinstance(value, str) and text.lstrip().startswith(_LIVE):
        return f"'{text}"
    return text
