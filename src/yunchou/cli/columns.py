"""Which columns of a table play which role: options shared by every command that reads sales lines."""

import argparse
import dataclasses
import sys
from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text

if TYPE_CHECKING:
    from yunchou.tables import Lines
    from yunchou.tables.words import Role

_ROLES = ("date", "amount", "product", "region", "customer", "person", "cost")
MOST_REJECTED = Decimal("0.05")


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder to write, and whether a filled one may be."""
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder to write; absent or empty")
    parser.add_argument("--force", action="store_true", help="replace what a filled --out holds")


def add_column_arguments(parser: argparse.ArgumentParser, *, also: "Collection[Role]" = ()) -> None:
    """Add the options that say which columns to read and how; ``also`` as ``read_lines`` takes it."""
    columns = parser.add_argument_group("columns (guessed when left out)")
    parser.set_defaults(also=tuple(also))
    for role in (*_ROLES, *also):
        columns.add_argument(f"--{role}", metavar="COLUMN", help=f"header of the {role} column")
    columns.add_argument("--by", metavar="A,B,…", type=names_of, default=(), help="headers of the columns to break down by")
    add_reading_arguments(columns, until="lines after that day are not read")


def add_reading_arguments(parser: "argparse._ActionsContainer", *, until: str) -> None:
    """Add the options of every table of periods or days; ``until`` says what ``--until`` leaves out."""
    parser.add_argument("--sheet", metavar="NAME", help="sheet of a workbook (default: the first)")
    parser.add_argument("--date-order", choices=["ymd", "dmy", "mdy"], help="how dates such as 5/3/24 are meant (default: learnt)")
    parser.add_argument("--until", metavar="DATE", type=day, help=until)
    parser.add_argument("--allow-rejects", action="store_true", help="go on with more than 5 %% of the rows refused")


def add_scale_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--scale`` to a command whose answer is money; ``read_from_args`` then multiplies the amounts."""
    parser.add_argument("--scale", metavar="N", type=_scale, help="currency units in one unit of the file: 10000 for a file in 万元")


def names_of(text: str) -> tuple[str, ...]:
    """Return the names of a list such as ``A,B,C``."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def day(text: str) -> date:
    """Return a day written as 2026-08-31; anything else is wrong usage."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 不是日期，请写成 2026-08-31 · not a day; write 2026-08-31") from None


def _scale(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or value <= 0:
        raise argparse.ArgumentTypeError(f"{text} 不是正数 · not a number above 0")
    return value


def read_from_args(args: argparse.Namespace, *, need: Collection[str] = ("date", "amount"), path: Path | None = None) -> "Lines":
    """Read the table that the command's arguments name, and say on standard error which columns were taken.

    Reads ``args.table`` or ``args.history`` unless ``path`` is given. Where the command has ``--scale``, amounts
    and costs of ``frame`` are multiplied by it; ``sums_by_year`` stays in the file's own unit.

    Raises:
        BadInput: Nothing can be read, or more than 5 % of the rows are refused without ``--allow-rejects``.
    """
    from yunchou.tables import read_lines

    roles = {role: getattr(args, role) for role in (*_ROLES, *args.also) if getattr(args, role)}
    source = path or Path(getattr(args, "table", None) or args.history)
    lines = read_lines(
        source,
        roles=roles,
        by=args.by,
        sheet=args.sheet,
        date_order=args.date_order,
        until=args.until,
        need=need,
        also=args.also,
        today=today(),
    )
    if not args.quiet:
        print("columns: " + " ".join(f"{role}={name}" for role, name in lines.mapping.items()), file=sys.stderr)
        for warning in lines.warnings:
            print(warning.told(args.lang), file=sys.stderr)
    if not args.allow_rejects and lines.rejected > MOST_REJECTED * (lines.used + lines.rejected):
        raise BadInput(_too_many(lines, source))
    if getattr(args, "scale", None):
        return _scaled(lines, args.scale)
    return lines


def _too_many(lines: "Lines", source: Path) -> Text:
    rows = lines.used + lines.rejected
    return Text(
        f"{source}：{rows} 行里有 {lines.rejected} 行不能用（超过 5%）；请先运行 yunchou check 看原因，或加 --allow-rejects",
        f"{source}: {lines.rejected} of {rows} rows cannot be used (more than 5 %); run yunchou check to see why, or add --allow-rejects",
    )


def _scaled(lines: "Lines", scale: Decimal) -> "Lines":
    import polars as pl

    decimals = max(-int(scale.normalize().as_tuple().exponent), 0)
    money = [lines.frame[name] for name in ("amount", "cost") if name in lines.frame.columns]
    try:
        # Room for every decimal of the product comes first: polars would round to the scale it finds.
        wide = [
            column.cast(pl.Decimal(38, (column.dtype.scale or 0) + decimals)) for column in money if isinstance(column.dtype, pl.Decimal)
        ]
        scaled = pl.DataFrame(wide).with_columns(pl.all() * pl.lit(scale))
    except pl.exceptions.PolarsError as fault:
        raise BadInput(
            Text(
                f"--scale {scale} 使金额超出可精确保存的范围；请检查单位",
                f"--scale {scale} takes amounts beyond what is kept exactly; check the unit",
            )
        ) from fault
    return dataclasses.replace(lines, frame=lines.frame.with_columns(scaled))


def today() -> date:
    """Return the day this command runs on."""
    return datetime.now(UTC).astimezone().date()  # noqa: TID251 - a command may read the clock
