"""Workbooks: one sheet's cells as the text a person sees."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.grid import Grid, column_name
from yunchou.tables.workbook_guard import Book, Sheet, inspect_book, inspect_sheet

_ROWS_OF_TITLES = 50  # apart, so that below them most columns hold values of one kind only
_ROWS_AT_ONCE = 20_000
_SHORT_NUMBER = r"^-?(?:[0-9]{1,15}|[0-9]{1,9}\.[0-9]{1,6})$"  # surely within the 15 digits that Excel keeps


def read_workbook(path: Path, sheet: str | None) -> Grid:
    """Read one sheet of an XLSX workbook: the one named, else the first that people see.

    Numbers are taken with the 15 significant digits Excel keeps; formulas with the value stored beside them;
    links to other files are never followed.

    Raises:
        BadInput: There is no such sheet, or the workbook is damaged, encrypted or unpacks to too much.
    """
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - only where a workbook is read

    book = inspect_book(path)
    chosen, warnings = _chosen(book, sheet, path)
    facts = inspect_sheet(path, chosen)
    try:
        with load_workbook(path) as opened:
            found = opened.get_sheet_by_name(chosen.name)
            start = found.start or (0, 0)
            cells = _columns(found.iter_rows(), found.width)
            merged = found.merged_cell_ranges if facts.merged else None
    except CalamineError as fault:
        raise BadInput(
            Text(
                f"{path} 读不出：{fault}；请用 Excel 打开后另存为 XLSX",
                f"{path} cannot be read: {fault}; open it in Excel and save it as XLSX",
            )
        ) from fault
    if cells.is_empty():
        raise BadInput(
            Text(
                f"{path} 的工作表“{chosen.name}”是空的；要读别的请用 --sheet",
                f"sheet {chosen.name!r} of {path} is empty; choose another with --sheet",
            )
        )
    if book.external_links:
        warnings.append(
            Text(
                "工作簿引用了别的文件：用的是上次保存的数值，没有访问链接",
                "the workbook refers to other files: their last saved values are used, no link was followed",
            )
        )
    return Grid(
        cells=cells,
        numbers=pl.int_range(1, cells.height + 1, eager=True, dtype=pl.Int64),
        sheet=chosen.name,
        first_column=start[1],
        epoch=book.epoch,
        faults={(row, column - start[1]): fault for (row, column), fault in facts.faults.items()},
        merged=tuple((top, left - start[1], bottom, right - start[1]) for (top, left), (bottom, right) in merged or ()),
        warnings=tuple(warnings),
    )


def _chosen(book: Book, name: str | None, path: Path) -> tuple[Sheet, list[Text]]:
    names = "、".join(sheet.name for sheet in book.sheets)
    if not book.sheets:
        raise BadInput(Text(f"{path} 里没有工作表", f"{path} has no worksheet"))
    if name is not None:
        for sheet in book.sheets:
            if sheet.name == name:
                return sheet, []
        raise BadInput(Text(f"{path} 里没有工作表“{name}”；有：{names}", f"{path} has no sheet {name!r}; it has: {names}"))
    shown = [sheet for sheet in book.sheets if sheet.visible] or list(book.sheets)
    names = "、".join(sheet.name for sheet in shown)
    if len(shown) == 1:
        return shown[0], []
    return shown[0], [
        Text(
            f"有 {len(shown)} 个工作表（{names}），读的是“{shown[0].name}”；要读别的请用 --sheet",
            f"there are {len(shown)} sheets ({names}); {shown[0].name!r} was read; choose another with --sheet",
        )
    ]


def _columns(rows: Iterator[Sequence[Any]], width: int) -> pl.DataFrame:
    """Turn rows of values into columns of text, a bounded number of rows at a time."""
    schema = {column_name(index): pl.String for index in range(width)}
    frames = [pl.DataFrame(schema=schema)]
    size = _ROWS_OF_TITLES
    while block := list(islice(rows, size)):
        size = _ROWS_AT_ONCE
        columns = zip(*block, strict=True)
        frames.append(pl.DataFrame({name: _texts(values) for name, values in zip(schema, columns, strict=True)}, schema=schema))
    return pl.concat(frames)


def _texts(values: Sequence[Any]) -> pl.Series:
    kinds = set(map(type, values))
    if kinds == {str}:
        return pl.Series(values, dtype=pl.String).replace("", None)
    if kinds == {date}:
        return pl.Series(values, dtype=pl.Date).cast(pl.String)
    if kinds == {float}:
        return _numbers(pl.Series(values, dtype=pl.Float64))
    return pl.Series([_WRITERS[type(value)](value) for value in values], dtype=pl.String)


def _numbers(values: pl.Series) -> pl.Series:
    """Write a column of numbers as ``number_text`` does, at once where the shortest text is already that."""
    texts = values.cast(pl.String).str.strip_suffix(".0")
    simple = texts.str.contains(_SHORT_NUMBER)
    if not simple.all():
        long = (~simple).arg_true()
        texts = texts.scatter(long, [number_text(value) for value in values.gather(long)])
    return texts


def number_text(value: float) -> str:
    """Return a number as Excel keeps it: 15 significant digits, no exponent, no needless zeros."""
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    str: lambda value: value or None,
    float: number_text,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    date: date.isoformat,
    datetime: lambda value: value.isoformat(sep=" "),
    time: time.isoformat,
    timedelta: str,
}
