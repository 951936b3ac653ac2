"""CSV in the encodings and with the delimiters that people's programs write."""

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.grid import Grid, column_name

_SAMPLE_BYTES = 1 << 18
_SAMPLE_ROWS = 200
_MOST_COLUMNS = 2_000
_LONGEST_FIELD = 1 << 20
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MULTI_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
csv.field_size_limit(_LONGEST_FIELD)
_HIGH = re.compile(rb"[\x80-\xff]")


def read_delimited(data: bytes, path: Path) -> Grid:
    """Read CSV text in UTF-8, UTF-16 with a mark, or GB18030, parted by comma, semicolon or tab.

    Raises:
        BadInput: The text is in no known encoding, is no text at all, or a quotation mark is never closed.
    """
    for mark, encoding in _UTF_16.items():
        if data.startswith(mark):
            data = _decoded(data, encoding, path).encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data[:_SAMPLE_BYTES]:
        raise BadInput(
            Text(
                f"{path} 不是文本，也不是认得的表格；请另存为 XLSX 或 CSV",
                f"{path} is neither text nor a known table; save it as XLSX or CSV",
            )
        )
    if b"\n" not in data[:_SAMPLE_BYTES] and b"\r" in data[:_SAMPLE_BYTES]:
        data = data.replace(b"\r", b"\n")
    try:
        return _parsed(data, path)
    except UnicodeDecodeError:
        return _parsed(_gb18030(data, path), path)


def _parsed(data: bytes, path: Path) -> Grid:
    delimiter, width = _sniff(data)
    try:
        cells = pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            schema={column_name(index): pl.String for index in range(width + 1)},
            truncate_ragged_lines=True,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:  # bytes that are no UTF-8, or quotation marks in odd places
        cells = _patiently(data.decode(), path, delimiter, width + 1)
    breaks = data.count(b"\n")
    numbers = pl.int_range(1, cells.height + 1, eager=True, dtype=pl.Int64)
    if breaks > cells.height:
        within = cells.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))).to_series()
        numbers = numbers + within.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return Grid(cells=cells.with_columns(pl.all().replace("", None)), numbers=numbers, ragged=True, widths=_widths(data, cells, delimiter))


def _widths(data: bytes, cells: pl.DataFrame, delimiter: str) -> pl.Series | None:
    """Return the number of cells written in each row, or None where all have the same.

    A parser gives an empty last cell and a missing one alike; but ``2024-01-03,1,234.5,`` under three headers is
    an amount cut in two, and only the count of its cells tells.
    """
    quoted = b'"' in data
    within = 0
    if quoted:
        within = cells.select(pl.sum_horizontal(pl.all().str.count_matches(delimiter, literal=True).fill_null(0)).sum()).item()
    breaks = data.count(delimiter.encode()) - within
    usual, rest = divmod(breaks, cells.height)
    # As many delimiters as full rows have, and no row that could be short: then none can be long either.
    if rest == 0 and usual < cells.width and cells[column_name(usual)].null_count() == 0:
        return None
    if quoted:
        try:
            counts = [len(row) for row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter)]
        except csv.Error:  # a cell longer than any limit
            return None
        return pl.Series(counts, dtype=pl.Int64) if len(counts) == cells.height else None
    lines = pl.read_csv(data, has_header=False, separator="\x1f", quote_char=None, schema={"line": pl.String})["line"]
    return lines.str.count_matches(delimiter, literal=True).fill_null(0).cast(pl.Int64) + 1 if lines.len() == cells.height else None


def _sniff(data: bytes) -> tuple[str, int]:
    """Return the delimiter that cuts most rows of the beginning alike, and the widest row."""
    sample = data[:_SAMPLE_BYTES]
    if len(data) > _SAMPLE_BYTES:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    text = sample.decode("utf-8", errors="ignore")
    told = re.match(r'"?sep=(.)"?\r?\n', text)
    best: tuple[tuple[int, int], str, int] = ((-1, 1), ",", 1)
    for delimiter in told[1] if told else ",;\t":
        rows = _rows(text, delimiter)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        usual, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, -1))
        if (count, usual) > best[0]:
            best = ((count, usual), delimiter, max(widths))
    return best[1], min(best[2], _MOST_COLUMNS)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    try:
        for row in rows:
            found.append(row)
            if len(found) == _SAMPLE_ROWS:
                break
    except csv.Error:  # an open quotation mark swallowed the sample; what was read before it decides
        pass
    return found


def _patiently(text: str, path: Path, delimiter: str, width: int) -> pl.DataFrame:
    """Read what a strict parser refuses: stray quotation marks inside fields, as in ``24"屏``."""
    end = "\x1e"
    columns: list[list[str | None]] = [[] for _ in range(width)]
    rows = csv.reader(io.StringIO(f"{text}\n{end}\n", newline=""), delimiter=delimiter)
    begun, ended = 1, False
    try:
        for row in rows:
            ended = row == [end]
            if ended:
                break
            for index, column in enumerate(columns):
                column.append(row[index] if index < len(row) else None)
            open_to_the_end = any(cell.endswith(f"{end}\n") for cell in row)
            begun = begun if open_to_the_end else rows.line_num + 1
    except csv.Error:  # the field grew beyond every limit
        ended = False
    if not ended:
        raise BadInput(
            Text(
                f"{path} 第 {begun} 行有一个引号没有配对；请改正后再试",
                f"{path}, line {begun}: a quotation mark is never closed; mend it and try again",
            )
        )
    if columns[0] and text.endswith("\n"):  # the line break before the end mark is not a row of the file
        for column in columns:
            column.pop()
    return pl.DataFrame({column_name(index): column for index, column in enumerate(columns)}, schema_overrides=None).cast(pl.String)


def _decoded(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise BadInput(_wrong_encoding(path, line)) from fault


def _gb18030(data: bytes, path: Path) -> bytes:
    """Return GB18030 text as UTF-8; a damaged UTF-8 file is named as such, not read as wrong characters."""
    multi = sum(len(found) for found in _MULTI_BYTE.findall(data[: 1 << 22]))
    high = len(_HIGH.findall(data[: 1 << 22]))
    if high and multi / high > 0.9:  # GB18030 text hardly ever looks like UTF-8 for long
        try:
            data.decode()
        except UnicodeDecodeError as fault:
            raise BadInput(_wrong_encoding(path, data[: fault.start].count(b"\n") + 1)) from fault
    return _decoded(data, "gb18030", path).encode()


def _wrong_encoding(path: Path, line: int) -> Text:
    return Text(
        f"{path} 第 {line} 行的字符编码读不出（不是 UTF-8，也不是 GB18030）；请另存为 UTF-8 编码的 CSV",
        f"{path}, line {line}: the characters are neither UTF-8 nor GB18030; save the file as CSV in UTF-8",
    )
