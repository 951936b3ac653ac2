"""What a reader of a table should be told, though nothing had to be refused."""

from collections.abc import Iterator

import polars as pl

from yunchou.calc.text import Text
from yunchou.tables.grid import column_name
from yunchou.tables.header import stated_unit
from yunchou.tables.roles import ROLE_NAMES, Guess
from yunchou.tables.rows import Reading
from yunchou.tables.words import Role

_DIMENSIONS: tuple[Role, ...] = ("product", "region", "customer", "person")


def remarks(reading: Reading, guess: Guess, frame: pl.DataFrame, *, duplicates: int, filled: int, unread_costs: int) -> tuple[Text, ...]:
    """Return the warnings of a reading, in the order people meet them: the file, its columns, its rows."""
    return (
        *reading.grid.warnings,
        *_unit(reading, guess),
        *_repeated(reading),
        *guess.warnings,
        *_half_converted(reading),
        *_rows(duplicates=duplicates, filled=filled, unread_costs=unread_costs),
        *_keys(guess, frame),
    )


def _unit(reading: Reading, guess: Guess) -> Iterator[Text]:
    found = stated_unit(reading.header, guess.taken["amount"])
    if found:
        unit, scale = found
        yield Text(
            f"表里写明单位是{unit}：金额按文件原样读取；做计划时请加 --scale {scale}",
            f"the table states its unit, {unit}: amounts are read as written; for a plan add --scale {scale}",
        )


def _repeated(reading: Reading) -> Iterator[Text]:
    for name, given in reading.header.repeated.items():
        yield Text(
            f"有 {len(given)} 列都叫“{name}”，分别记作{'、'.join(f'“{each}”' for each in given)}",
            f"{len(given)} columns are named {name!r}; they are called {', '.join(map(repr, given))}",
        )


def _half_converted(reading: Reading) -> Iterator[Text]:
    """Warn of a column of a workbook that is half dates, half texts such as 13/5/24.

    A spreadsheet that opens such texts in another country's order turns 5/3/24 into a wrong date without a word
    and leaves 13/5/24 as it is.
    """
    texts = reading.cells[column_name(reading.date_at)]
    written = texts.filter(texts.str.contains(r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}"))
    if reading.grid.sheet and written.len() and texts.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}").any():
        yield Text(
            f"日期列一半是日期、一半是文字（如 {written[0]}），可能被 Excel 按错误的日月次序转换过；请用原始文件核对",
            f"the date column is half dates, half texts such as {written[0]}: Excel may have turned day and month around;"
            " check the original file",
        )


def _rows(*, duplicates: int, filled: int, unread_costs: int) -> Iterator[Text]:
    if filled:
        yield Text(
            f"有合并单元格：{filled} 格按合并的内容补齐（金额不补）",
            f"there are merged cells: {filled} cells were filled with what they span (amounts are not)",
        )
    if duplicates:
        yield Text(
            f"有 {duplicates} 行与别的行完全相同，都保留了；如是重复导出，请先删去",
            f"{duplicates} rows equal another row in every cell and were kept; if they were exported twice, remove them first",
        )
    if unread_costs:
        yield Text(
            f"有 {unread_costs} 行的成本读不出，当作没有成本", f"the cost of {unread_costs} rows is not readable and counts as missing"
        )


def _keys(guess: Guess, frame: pl.DataFrame) -> Iterator[Text]:
    for role in _DIMENSIONS:
        if role not in frame.columns:
            continue
        name, told = guess.taken[role], ROLE_NAMES[role]
        values = frame[role].unique()
        blank = int((frame[role] == "(blank)").sum())
        if blank:
            yield Text(
                f"{told.zh}列“{name}”有 {blank} 行是空的，记作 (blank)",
                f"the {told.en} column {name!r} is empty in {blank} rows, called (blank)",
            )
        alike = values.len() - values.str.strip_chars().n_unique()
        if alike:
            yield Text(
                f"{told.zh}列“{name}”有 {alike} 个值与别的值只差首尾空格，按不同的值处理；请统一写法",
                f"{alike} values of the {told.en} column {name!r} differ from others by blanks only and count as different;"
                " write them alike",
            )
