"""Sales lines read from a file: accepted rows, refused rows, and what was made of the columns."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from pathlib import Path

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.amounts import read_amounts
from yunchou.tables.dates import DateOrder, read_dates
from yunchou.tables.grid import column_name, letters
from yunchou.tables.header import find_header, stated_unit
from yunchou.tables.opening import open_grid
from yunchou.tables.reasons import REASONS
from yunchou.tables.remarks import remarks
from yunchou.tables.roles import ROLE_NAMES, Guess, find_column
from yunchou.tables.rows import Reading, filled_down, refusals, skipped_rows
from yunchou.tables.words import ASKED_ROLES, ROLES, Role

BLANK = "(blank)"
REJECT_COLUMNS = ("sheet", "row", "column", "value", "reason")
_LAST_DAY = date(2100, 12, 31)
_QUANTITY = re.compile(r"数量|quantity|qty", re.IGNORECASE)
_MONTH = re.compile(r"(?:[0-9]{4}年)?[0-9]{1,2}月份?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
_FEW_MONTHS = 3
_PRICE = re.compile(r"单价|price", re.IGNORECASE)


@dataclass(frozen=True)
class Lines:
    """The accepted lines of a file, row-aligned with their keys, and an account of every other row.

    ``frame`` holds ``date``, ``amount`` (Decimal of one scale, exact) and, of ``product``, ``region``, ``customer``,
    ``person`` (String, ``(blank)`` where empty) and ``cost`` (null where empty), those that were found, and where asked for
    ``order``, ``province``, ``city`` (String) and ``quantity`` (null where empty); ``keys`` the columns asked for under
    their own headers. ``rows`` = ``used`` + ``rejected`` + ``skipped``; lines after ``until``
    are in none of them. ``sums_by_year`` are exact, in the file's own unit. ``reasons`` counts the codes of
    ``tables.reasons``; ``rejects`` holds the refused rows: the original columns, then ``REJECT_COLUMNS``.
    """

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


def read_lines(
    path: Path,
    *,
    roles: Mapping[str, str] = {},
    by: Sequence[str] = (),
    sheet: str | None = None,
    date_order: DateOrder | None = None,
    until: date | None = None,
    need: Collection[str] = ("date", "amount"),
    also: Collection[Role] = (),
    today: date | None = None,
) -> Lines:
    """Read sales lines from an XLSX, CSV (also packed with gzip) or Parquet file.

    Args:
        path: The file; its kind is told by its first bytes.
        roles: Headers of the columns for date, amount, product, region, customer, person and cost; those left
            out are guessed from names and content.
        by: Headers of further columns to give back as ``keys``.
        sheet: The sheet of a workbook; the first that people see when None.
        date_order: How dates such as 5/3/24 are meant; learnt from the whole column when None.
        until: Lines after that day are not read.
        need: Roles without which the table is of no use; date and amount always are.
        also: Which of quantity, order, province and city to look for as well.
        today: Lines of later days are refused, unless ``until`` is later still. Without it no day is too late.

    Raises:
        BadInput: The file cannot be read, a column is not found or not unique, the order of its dates is open, or
            no line is left.
    """
    grid = open_grid(path, sheet)
    header = find_header(grid, wanted=[*roles.values(), *by])
    position = {name: index for index, name in enumerate(header.names)}
    cells = grid.cells.slice(header.first)
    if cells.select(pl.all_horizontal(pl.all().is_null()).all()).item():
        raise BadInput(Text(f"{path} 只有表头，没有数据行", f"{path} has a header but no rows"))
    guess = Guess(columns=_under_headers(cells, header.names), header=header, path=path, epoch=grid.epoch)
    guess.tell(roles)
    keys = [find_column(name, header, path) for name in by]
    if len(set(keys)) < len(keys):
        raise BadInput(Text(f"--by 里有一列写了两次：{'、'.join(by)}", f"--by names a column twice: {', '.join(by)}"))
    guess.guess_measures()
    guess.guess_asked([role for role in also if role == "quantity"])
    _check_found(guess, {"date", "amount"}, path)
    amounts_at = [position[guess.taken[role]] for role in ("amount", "cost", "quantity") if role in guess.taken]
    cells, filled = filled_down(grid, header, keep=amounts_at)
    date_at, amount_at = position[guess.taken["date"]], position[guess.taken["amount"]]
    _, unit = stated_unit(header, guess.taken["amount"]) or ("", 1)
    last = max(filter(None, (today + timedelta(days=1) if today else None, until)), default=_LAST_DAY)
    reading = Reading(
        grid=grid,
        header=header,
        cells=cells,
        date_at=date_at,
        amount_at=amount_at,
        dates=read_dates(cells[column_name(date_at)], order=date_order, last=last, epoch=grid.epoch),
        amounts=read_amounts(cells[column_name(amount_at)], unit),
    )
    guess.columns = _under_headers(cells, header.names)
    guess.guess_dimensions(reading.dates.values.dt.year())
    guess.guess_asked(also)
    _check_found(guess, set(need), path)
    return _sorted_out(reading, guess, keys, until=until, filled=filled)


def _under_headers(cells: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    return cells.select(pl.col(column_name(index)).alias(name) for index, name in enumerate(names))


def _check_found(guess: Guess, need: set[str], path: Path) -> None:
    missing = [role for role in ROLES if role in need and role not in guess.taken]
    if not missing:
        return
    names = guess.header.names
    zh, en = "", ""
    if "amount" in missing and any(map(_QUANTITY.search, names)) and any(map(_PRICE.search, names)):
        zh, en = (
            "；有数量和单价，请先加一列 金额 = 数量 × 单价",
            "; there are a quantity and a price: add a column amount = quantity × price first",
        )
    if "date" in missing and sum(map(bool, map(_MONTH.fullmatch, names))) >= _FEW_MONTHS:
        zh, en = (
            "；表是按月横排的，请先转成一行一笔（日期、金额）",
            "; the table has a column per month: turn it into one row a sale (date, amount) first",
        )
    options = " ".join(f"--{role}" for role in missing)
    raise BadInput(
        Text(
            f"{path} 里找不到{'、'.join(ROLE_NAMES[role].zh for role in missing)}列；请用 {options} 指定；现有的列：{'、'.join(names)}{zh}",
            f"{path} has no column for {', '.join(ROLE_NAMES[role].en for role in missing)}; name it with {options};"
            f" its columns are: {', '.join(names)}{en}",
        )
    )


def _sorted_out(reading: Reading, guess: Guess, keys: Sequence[str], *, until: date | None, filled: int) -> Lines:
    """Part the rows into accepted, refused, skipped and too late, and account for each."""
    cells, header = reading.cells, reading.header
    told = refusals(reading)
    skipped = skipped_rows(reading)
    late = (reading.dates.values > until).fill_null(value=False) if until else pl.Series([False]).new_from_index(0, cells.height)
    late &= ~skipped
    refused = told["reason"].is_not_null() & ~skipped & ~late
    used = ~(skipped | late | refused)
    if not used.any():
        raise BadInput(_no_line_left(reading, guess.path, told.filter(refused), int(late.sum()), until))
    accepted = cells.filter(used)
    frame, unread_costs = _frame(reading, guess, accepted, used)
    at = header.names.index
    titles = header.first - header.rows
    rejects = _rejects(reading, told, refused)
    return Lines(
        frame=frame,
        keys=accepted.select(pl.col(column_name(at(name))).fill_null(BLANK).alias(name) for name in keys),
        mapping={role: guess.taken[role] for role in (*ROLES, *ASKED_ROLES) if role in guess.taken},
        rows=cells.height + titles - int(late.sum()),
        used=accepted.height,
        rejected=int(refused.sum()),
        skipped=int(skipped.sum()) + titles,
        duplicates=(duplicates := accepted.height - accepted.hash_rows().n_unique()),
        sums_by_year=_sums_by_year(frame),
        reasons={str(reason): int(n) for reason, n in told.filter(refused)["reason"].value_counts().sort("reason").iter_rows()},
        rejects=rejects,
        warnings=remarks(reading, guess, frame, duplicates=duplicates, filled=filled, unread_costs=unread_costs),
    )


def _frame(reading: Reading, guess: Guess, accepted: pl.DataFrame, used: pl.Series) -> tuple[pl.DataFrame, int]:
    """Return the accepted lines by role, and how many of their costs could not be read."""
    columns = [reading.dates.values.filter(used).alias("date"), reading.amounts.values.filter(used).alias("amount")]
    unread = 0
    for role in (*ROLES[2:], *ASKED_ROLES):
        if role not in guess.taken:
            continue
        texts = accepted[column_name(reading.header.names.index(guess.taken[role]))]
        if role == "cost":
            _, unit = stated_unit(reading.header, guess.taken[role]) or ("", 1)
            costs = read_amounts(texts, unit)
            unread = int((costs.reasons != "amount_empty").sum())
            columns.append(costs.values.alias(role))
        elif role == "quantity":
            columns.append(read_amounts(texts, 1).values.alias(role))
        else:
            columns.append(texts.fill_null(BLANK).alias(role))
    return pl.DataFrame(columns), unread


def _sums_by_year(frame: pl.DataFrame) -> dict[str, str]:
    rows = frame.select(pl.col("date").dt.year().alias("year"), "amount")
    try:
        sums = dict(rows.group_by("year").agg(pl.col("amount").sum()).iter_rows())
    except pl.exceptions.ComputeError:  # more than 38 digits: slower, and as exact
        sums = {}
        with localcontext(prec=80):
            for year, amount in rows.iter_rows():
                sums[year] = sums.get(year, Decimal(0)) + amount
    return {str(year): format(sums[year], "f") for year in sorted(sums)}


def _rejects(reading: Reading, told: pl.DataFrame, refused: pl.Series) -> pl.DataFrame:
    """Return the refused rows as written, with where they stand and why they are refused."""
    grid, header = reading.grid, reading.header
    places = [letters(grid.first_column + index) for index in range(len(header.names) + 1)]
    titles = [f"{name} ({place})" if name in REJECT_COLUMNS else name for name, place in zip(header.names, places, strict=False)]
    originals = grid.cells.slice(header.first).filter(refused)
    why = told.filter(refused)
    return _under_headers(originals, titles).with_columns(
        pl.lit(grid.sheet).alias("sheet"),
        grid.numbers.slice(header.first).filter(refused).alias("row"),
        why["at"].replace_strict(list(range(len(places))), [*header.names, places[-1]], return_dtype=pl.String).alias("column"),
        why["value"].alias("value"),
        why["reason"].alias("reason"),
    )


def _no_line_left(reading: Reading, path: Path, why: pl.DataFrame, late: int, until: date | None) -> Text:
    if why.is_empty():
        zh, en = (f"，{late} 行都在 {until} 之后", f": all {late} rows are after {until}") if late else ("", "")
        return Text(f"{path} 里没有一行销售数据{zh}", f"{path} has no sales line{en}")
    reason, at, value = why.row(0)
    name = reading.header.names[at] if at < len(reading.header.names) else letters(reading.grid.first_column + at)
    return Text(
        f"{path} 里没有一行能用：{why.height} 行都被拒绝，如“{name}”= {value or '空'}：{REASONS[reason].zh}",
        f"{path} has no usable row: all {why.height} were refused, such as {name!r} = {value or 'empty'}: {REASONS[reason].en}",
    )
