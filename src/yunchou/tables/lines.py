"""Sales lines read from a file: accepted rows, refused rows, and what was made of the columns."""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text

DateOrder = Literal["ymd", "dmy", "mdy"]

BLANK = "(blank)"
ROLES = ("date", "amount", "product", "region", "customer", "person", "cost")
_HEADERS = {
    "date": ("订单日期", "日期", "下单时间", "orderdate", "date", "invoicedate"),
    "amount": ("销售额", "金额", "含税金额", "salesamount", "amount", "revenue"),
    "product": ("子类别", "产品", "产品名称", "类别", "product", "productkey"),
    "region": ("地区", "区域", "大区", "region", "salesterritorykey"),
    "customer": ("客户 id", "客户", "客户名称", "customer", "customerid", "resellerkey"),
    "person": ("销售员", "业务员", "person", "employeekey"),
    "cost": ("成本", "cost", "totalproductcost"),
}


@dataclass(frozen=True)
class Lines:
    """The accepted lines of a file, row-aligned with their keys, and an account of every other row."""

    frame: pl.DataFrame
    keys: pl.DataFrame
    mapping: dict[str, str]
    rows: int
    used: int
    rejected: int
    skipped: int
    duplicates: int
    sums_by_year: dict[str, str]
    reasons: dict[str, int]
    rejects: pl.DataFrame
    warnings: tuple[Text, ...]


def _cells(path: Path, sheet: str | None) -> list[list[Any]]:
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if data.startswith(b"PK"):
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only where a workbook is read

        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = book.get_sheet_by_index(0) if sheet is None else book.get_sheet_by_name(sheet)
        return found.to_python(skip_empty_area=False)
    if data.startswith(b"PAR1"):
        frame = pl.read_parquet(io.BytesIO(data))
        return [list(frame.columns), *map(list, frame.iter_rows())]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float):
        return date(1899, 12, 30) + timedelta(days=int(value))
    try:
        return date.fromisoformat(str(value)[:10].replace("/", "-"))
    except ValueError:
        return None


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(format(value, ".15g") if isinstance(value, float) else str(value).replace(",", ""))
    except InvalidOperation:
        return None


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return format(value, ".15g") if isinstance(value, float) else str(value)


def _decimals(values: list[Decimal | None]) -> pl.Series:
    scale = max((-int(v.as_tuple().exponent) for v in values if v is not None), default=0)
    return pl.Series(values, dtype=pl.Decimal(38, max(scale, 0)))


def read_lines(
    path: Path,
    *,
    roles: Mapping[str, str] = {},
    by: Sequence[str] = (),
    sheet: str | None = None,
    date_order: DateOrder | None = None,  # noqa: ARG001
    until: date | None = None,
    need: Collection[str] = ("date", "amount"),
) -> Lines:
    """Read sales lines from a CSV, XLSX or Parquet file.

    Raises:
        BadInput: The file cannot be read, or a needed column is not there.
    """
    header, *body = _cells(path, sheet)
    names = [str(name).strip() for name in header]
    mapping = dict(roles)
    for role in ROLES:
        if role not in mapping:
            found = next((name for want in _HEADERS[role] for name in names if name.lower() == want), None)
            if found is not None:
                mapping[role] = found
    missing = [*(r for r in need if r not in mapping), *(n for n in (*mapping.values(), *by) if n not in names)]
    if missing:
        raise BadInput(Text(f"找不到列:{'、'.join(missing)}", f"no column for: {', '.join(missing)}"))
    at = {role: names.index(name) for role, name in mapping.items()}
    keys_at = [names.index(name) for name in by]
    accepted: list[dict[str, Any]] = []
    keys: list[list[str]] = []
    rejects: list[list[Any]] = []
    for number, row in enumerate(body, start=2):
        day, amount = _date(row[at["date"]]), _amount(row[at["amount"]])
        if day is None or amount is None:
            role, reason = ("date", "date_not_readable") if day is None else ("amount", "amount_not_a_number")
            cells = [_text(cell) for cell in row]
            rejects.append([*cells, sheet or "", number, mapping[role], cells[at[role]], reason])
        elif until is None or day <= until:
            line = {role: _text(row[index]) or BLANK for role, index in at.items()}
            accepted.append({**line, "date": day, "amount": amount, **({"cost": _amount(row[at["cost"]])} if "cost" in at else {})})
            keys.append([_text(row[index]) or BLANK for index in keys_at])
    columns: dict[str, Any] = {}
    for role in at:
        values = [line[role] for line in accepted]
        kinds = {"date": pl.Date, "amount": None, "cost": None}
        columns[role] = _decimals(values) if role in ("amount", "cost") else pl.Series(values, dtype=kinds.get(role, pl.String))
    frame = pl.DataFrame(columns)
    years = frame.group_by(pl.col("date").dt.year().alias("year")).agg(pl.col("amount").sum()).sort("year")
    reject_names = [*names, "sheet", "row", "column", "value", "reason"]
    return Lines(
        frame=frame,
        keys=pl.DataFrame(keys, schema=dict.fromkeys(by, pl.String), orient="row"),
        mapping=mapping,
        rows=len(accepted) + len(rejects),
        used=len(accepted),
        rejected=len(rejects),
        skipped=0,
        duplicates=0,
        sums_by_year={str(year): str(total) for year, total in years.iter_rows()},
        reasons=dict(Counter(str(row[-1]) for row in rejects)),
        rejects=pl.DataFrame(rejects, schema=dict.fromkeys(reject_names, pl.String) | {"row": pl.Int64}, orient="row", strict=False),
        warnings=(),
    )
