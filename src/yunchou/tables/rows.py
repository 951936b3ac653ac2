"""Which rows are sales lines, which only belong to the layout, and which are refused, with the reason."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from yunchou.tables.amounts import Amounts
from yunchou.tables.dates import Dates
from yunchou.tables.grid import Grid, column_name
from yunchou.tables.header import Header
from yunchou.tables.words import FOOTER, SUM_WORDS


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The data rows of a table (``cells``, named as in ``Grid``), and what its dates and amounts say.

    ``date_at`` and ``amount_at`` are the positions of the two columns.
    """

    grid: Grid
    header: Header
    cells: pl.DataFrame
    date_at: int
    amount_at: int
    dates: Dates
    amounts: Amounts


def filled_down(grid: Grid, header: Header, *, keep: Collection[int]) -> tuple[pl.DataFrame, int]:
    """Return the data rows with a merged cell's text in every row it spans, and how many cells were filled.

    Columns in ``keep`` (amounts) stay as they are: one amount over three rows is one amount, not three.
    """
    cells = grid.cells.slice(header.first)
    filled = 0
    columns: dict[str, list[str | None]] = {}
    for top, left, bottom, _ in grid.merged:
        first, last = top - header.first, min(bottom - header.first, cells.height - 1)
        if first < 0 or last <= first or not 0 <= left < len(header.names) or left in keep:
            continue
        name = column_name(left)
        column = columns.setdefault(name, cells[name].to_list())
        column[first + 1 : last + 1] = [column[first]] * (last - first)
        filled += last - first
    return cells.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in columns.items()), filled


def _filled(columns: list[str]) -> pl.Expr:
    """Return whether each cell holds more than blanks."""
    return pl.col(columns).str.strip_chars().str.len_bytes().fill_null(0) > 0


def overflowing(reading: Reading) -> pl.Series | None:
    """Mark the rows with more cells than the header, where that means a row cut in the wrong places.

    A delimiter at the end of most rows is only a habit of the program that wrote them.
    """
    names, widths = len(reading.header.names), reading.grid.widths
    if not reading.grid.ragged:
        return None
    if widths is not None:
        widths = widths.slice(reading.header.first)
        usual = widths.mode().max()
        return widths > max(names, usual if isinstance(usual, int) else 0)
    beyond = reading.cells.columns[names:]
    return reading.cells.select(pl.any_horizontal(_filled(beyond)).alias("more")).to_series() if beyond else None


def faults_in(reading: Reading, at: int) -> pl.DataFrame:
    """Return ``reason`` and ``text`` of the cells of one column that hold no value of their own; null elsewhere."""
    found = {
        row - reading.header.first: fault
        for (row, column), fault in reading.grid.faults.items()
        if column == at and 0 <= row - reading.header.first < reading.cells.height
    }
    reasons: list[str | None] = [None] * reading.cells.height
    texts: list[str | None] = [None] * reading.cells.height
    for row, (reason, text) in found.items():
        reasons[row], texts[row] = reason, text
    return pl.DataFrame({"reason": reasons, "text": texts}, schema={"reason": pl.String, "text": pl.String})


def skipped_rows(reading: Reading) -> pl.Series:
    """Mark the rows that are no sales lines: blank ones, footers and subtotals, repeated headers, notes below the table."""
    cells, written = reading.cells, reading.header.written
    date, amount = column_name(reading.date_at), column_name(reading.amount_at)
    names = [column_name(index) for index in range(len(reading.header.names))]
    others = [name for name in names if name not in (date, amount)]
    sums = pl.Series([False]).new_from_index(0, cells.height)
    if others:
        sums = cells.select(pl.any_horizontal(pl.col(others).is_in(SUM_WORDS)).fill_null(value=False).alias("sums")).to_series()
    undated = reading.dates.reasons.is_not_null()
    if not undated.any():
        return sums
    accepted = (~undated & reading.amounts.reasons.is_null()).arg_true()
    last_accepted = int(accepted[-1]) if accepted.len() else -1
    few = cells.with_columns(
        ((reading.amounts.reasons == "amount_empty") & faults_in(reading, reading.amount_at)["reason"].is_null()).alias("no amount"),
        pl.int_range(cells.height).alias("index"),
    ).filter(undated)
    layout = (
        pl.any_horizontal(pl.col(names).str.contains(FOOTER))
        | (pl.col("no amount") & (pl.sum_horizontal(_filled(names)) <= 1))
        | (pl.col("no amount") & (pl.col("index") > last_accepted))
        | (pl.col(date) == pl.lit(written[reading.date_at], dtype=pl.String))
    )
    return sums.scatter(few.filter(layout.fill_null(value=False))["index"], True)  # noqa: FBT003 - a value, no switch


def refusals(reading: Reading) -> pl.DataFrame:
    """Return ``reason``, ``at`` (position of the column) and ``value`` for each row; all null where nothing is wrong."""
    height = reading.cells.height
    more = overflowing(reading)
    date_fault, amount_fault = faults_in(reading, reading.date_at), faults_in(reading, reading.amount_at)
    beyond = min(len(reading.header.names), reading.cells.width - 1)
    frame = pl.DataFrame(
        {
            "more": pl.Series([False]).new_from_index(0, height) if more is None else more,
            "beyond": reading.cells[column_name(beyond)]
            if more is not None
            else pl.Series([None], dtype=pl.String).new_from_index(0, height),
            "date": reading.cells[column_name(reading.date_at)],
            "date_reason": reading.dates.reasons,
            "date_fault": date_fault["reason"],
            "date_text": date_fault["text"],
            "amount": reading.cells[column_name(reading.amount_at)],
            "amount_reason": reading.amounts.reasons,
            "amount_fault": amount_fault["reason"],
            "amount_text": amount_fault["text"],
        }
    )
    date_wrong, amount_wrong = pl.col("date_reason").is_not_null(), pl.col("amount_reason").is_not_null()

    def told(beyond: pl.Expr, date: pl.Expr, amount: pl.Expr) -> pl.Expr:
        return pl.when("more").then(beyond).when(date_wrong).then(date).when(amount_wrong).then(amount)

    return frame.select(
        told(pl.lit("too_many_cells"), pl.coalesce("date_fault", "date_reason"), pl.coalesce("amount_fault", "amount_reason")).alias(
            "reason"
        ),
        told(pl.lit(len(reading.header.names)), pl.lit(reading.date_at), pl.lit(reading.amount_at)).alias("at"),
        told(pl.col("beyond"), pl.coalesce("date_text", "date"), pl.coalesce("amount_text", "amount")).alias("value"),
    )
