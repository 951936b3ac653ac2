"""All cells of one table as text, before anything in it is understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from yunchou.calc.text import Text
from yunchou.tables.dates import EXCEL_EPOCH


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table as it lies in the file.

    ``cells`` has a String column per column of the file, named by ``column_name``; null is an empty cell.
    ``numbers`` is the row number a person sees: Excel's row, the line of a CSV, the record of a Parquet file.
    ``names`` are the headers where the format itself names columns. ``ragged``: a cell beyond the header
    means that the row was cut in the wrong places; ``widths`` counts the cells of each row where they differ.
    ``faults`` maps (row index, column index) to a reason and what stands there, for cells that hold no value of
    their own; ``merged`` are ranges (first row, first column, last row, last column) of indices into ``cells``.
    """

    cells: pl.DataFrame
    numbers: pl.Series
    sheet: str = ""
    names: tuple[str, ...] | None = None
    ragged: bool = False
    widths: pl.Series | None = None
    first_column: int = 0
    epoch: date = EXCEL_EPOCH
    faults: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    warnings: tuple[Text, ...] = ()


def column_name(index: int) -> str:
    """Return the name of the column at ``index`` in ``Grid.cells``."""
    return f"c{index}"


def letters(index: int) -> str:
    """Return the letters Excel shows above the column at ``index`` (0 is A)."""
    text = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        text = chr(ord("A") + rest) + text
        index -= 1
    return text
