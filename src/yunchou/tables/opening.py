"""Opening a file of any known kind; the kind is told by its first bytes, never by its name."""

import gzip
import io
import stat
import zlib
from pathlib import Path

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.delimited import read_delimited
from yunchou.tables.grid import Grid, column_name
from yunchou.tables.workbook import read_workbook

MOST_TEXT_BYTES = 3 << 30
MOST_RATIO = 400  # of a gzip above 64 MiB unpacked; tables stay far below
_MOST_PARQUET_CELLS = 400_000_000
_CHUNK = 1 << 24
_GZIP, _ZIP, _OLE, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def open_grid(path: Path, sheet: str | None) -> Grid:
    """Read every cell of a table in a file.

    Raises:
        BadInput: The file is not there, empty, damaged, of no known kind, or unpacks to too much.
    """
    head = _head(path)
    if sheet is not None and not head.startswith(_ZIP):
        raise BadInput(Text(f"{path} 不是 XLSX，没有工作表可选；请去掉 --sheet", f"{path} is no XLSX and has no sheets; leave out --sheet"))
    if head.startswith(_ZIP):
        return read_workbook(path, sheet)
    if head.startswith(_OLE):
        raise BadInput(_old_or_encrypted(path))
    if head.startswith(_PARQUET):
        return _read_parquet(path)
    data = _unpacked(path) if head.startswith(_GZIP) else path.read_bytes()
    if data.startswith((_ZIP, _PARQUET, _GZIP)):
        raise BadInput(
            Text(
                f"{path} 是压缩过的表格文件；.gz 里只读 CSV，请先解压",
                f"{path} is a packed table; only CSV is read from .gz, unpack it first",
            )
        )
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadInput(_empty(path))
    return read_delimited(data, path)


def _head(path: Path) -> bytes:
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise BadInput(Text(f"{path} 是一个文件夹；请给一个文件", f"{path} is a folder; give a file"))
        if not stat.S_ISREG(kind.st_mode):
            raise BadInput(Text(f"{path} 不是普通文件；请先存成文件", f"{path} is no ordinary file; save it to a file first"))
        if kind.st_size > MOST_TEXT_BYTES:
            raise BadInput(_too_big(path, kind.st_size))
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as fault:
        raise BadInput(Text(f"没有文件 {path}", f"there is no file {path}")) from fault
    except PermissionError as fault:
        raise BadInput(Text(f"没有权限读取 {path}", f"no permission to read {path}")) from fault
    if not head:
        raise BadInput(_empty(path))
    return head


def _empty(path: Path) -> Text:
    return Text(f"{path} 是空的；请检查导出是否成功", f"{path} is empty; check whether the export went well")


def _too_big(path: Path, size: int) -> Text:
    return Text(
        f"{path} 展开后超过 {size >> 20} MB，没有读取；请按年份拆成几个文件",
        f"{path} unpacks to more than {size >> 20} MB and was not read; split it by years",
    )


def _old_or_encrypted(path: Path) -> Text:
    with path.open("rb") as file:
        beginning = file.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in beginning:
        return Text(f"{path} 有打开密码；请去掉密码后再试", f"{path} is protected by a password; remove it and try again")
    return Text(f"{path} 是旧式 .xls；请用 Excel 另存为 .xlsx", f"{path} is an old .xls; save it as .xlsx in Excel")


def _unpacked(path: Path) -> bytes:
    packed = path.stat().st_size
    unpacked = io.BytesIO()
    try:
        with gzip.open(path) as file:
            while chunk := file.read(_CHUNK):
                unpacked.write(chunk)
                size = unpacked.tell()
                if size > MOST_TEXT_BYTES or (size > 1 << 26 and size > MOST_RATIO * packed):
                    raise BadInput(_too_big(path, size))
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise BadInput(
            Text(f"{path} 不完整（多半没有传完）；请重新下载或重新压缩", f"{path} is cut short or damaged; download or pack it again"),
        ) from fault
    return unpacked.getvalue()


def _read_parquet(path: Path) -> Grid:
    try:
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
        if rows * len(schema) > _MOST_PARQUET_CELLS:
            raise BadInput(_too_big(path, rows * len(schema)))
        frame = lazy.collect()
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise BadInput(
            Text(f"{path} 不是完整的 Parquet 文件；请重新导出", f"{path} is not a complete Parquet file; export it again")
        ) from fault
    cells = {column_name(index): _parquet_texts(column, path) for index, column in enumerate(frame)}
    return Grid(
        cells=pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)),
        numbers=pl.int_range(1, frame.height + 1, eager=True, dtype=pl.Int64),
        names=tuple(schema.names()),
    )


def _parquet_texts(column: pl.Series, path: Path) -> pl.Series:
    if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
        raise BadInput(
            Text(
                f"{path} 的列“{column.name}”不是单个的值；请先展开",
                f"column {column.name!r} of {path} does not hold single values; flatten it first",
            ),
        )
    if column.dtype.is_float():
        whole = column.is_not_null() & (column.floor() == column) & (column.abs() < 2**53)
        if (whole | column.is_null()).all():
            return column.cast(pl.Int64).cast(pl.String)
        return column.cast(pl.Float64).map_elements(_shortest, return_dtype=pl.String)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String).replace("", None)


def _shortest(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
