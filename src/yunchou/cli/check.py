"""``yunchou check``: read a table, say what was made of it, and name every row that cannot be used."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, read_from_args
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    from yunchou.tables import Lines

_ROWS_A_SHEET = 1_000_000  # a worksheet ends at 1,048,576 rows
_LONGEST_CELL = 32_000  # Excel cuts a cell at 32,767 characters
_WIDTHS = {"sheet": 10, "row": 8, "column": 14, "value": 20, "reason": 24, "explanation": 60}
_SHOWN_REASONS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("table", metavar="TABLE", help="XLSX, CSV (also .gz) or Parquet")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for report.json and rejects.xlsx")
    parser.add_argument("--force", action="store_true", help="write into a folder that is not empty")
    add_column_arguments(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run the command; rejected rows are its answer, never a failure."""
    args.allow_rejects = True
    started = time.monotonic()
    check_out(args.out, force=args.force)
    lines = read_from_args(args)
    report = _written(lines, args.out, force=args.force, lang=args.lang, started=started)
    if not args.quiet:
        print(_summary(lines).told(args.lang), file=sys.stderr)
    return report


def check(
    table: Path,
    *,
    out: Path,
    force: bool = False,
    lang: Lang = "zh",
    **reading: Any,
) -> dict[str, Any]:
    """Read a table and write ``report.json`` and ``rejects.xlsx``; ``reading`` is handed to ``tables.read_lines``.

    Raises:
        BadInput: Nothing can be read, or ``out`` is filled and ``force`` is not given.
    """
    from yunchou.tables import read_lines

    started = time.monotonic()
    check_out(out, force=force)
    return _written(read_lines(table, **reading), out, force=force, lang=lang, started=started)


def _written(lines: "Lines", out: Path, *, force: bool, lang: Lang, started: float) -> dict[str, Any]:
    with output_folder(out, force=force) as folder:
        _write_rejects(lines, folder / "rejects.xlsx", lang)
        report = {
            "mapping": lines.mapping,
            "rows": lines.rows,
            "used": lines.used,
            "rejected": lines.rejected,
            "skipped": lines.skipped,
            "duplicates": lines.duplicates,
            "sums_by_year": lines.sums_by_year,
            "reasons": lines.reasons,
            "warnings": [warning.told(lang) for warning in lines.warnings],
            "seconds": round(time.monotonic() - started, 3),
        }
        text = json.dumps(report, ensure_ascii=False, indent=2)
        (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    return report


def _write_rejects(lines: "Lines", path: Path, lang: Lang) -> None:
    """Write the refused rows; what a cell says is text, so that no value becomes a formula or a link."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    # Its temporary files stand where a killed run is swept up.
    options = {
        "tmpdir": str(path.parent),
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    header = [*lines.rejects.columns, "explanation"]
    book = xlsxwriter.Workbook(path, options)
    bold = book.add_format({"bold": True, "bottom": 1})
    for number, rows in enumerate(_sheets(lines, lang)):
        sheet = book.add_worksheet(_sheet_name(number, lang))
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.set_column(column, column, _WIDTHS.get(name, 12))
            sheet.write_string(0, column, name[:_LONGEST_CELL], bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(last, column, value)
                elif value:
                    sheet.write_string(last, column, value[:_LONGEST_CELL])
        if last:
            sheet.autofilter(0, 0, last, len(header) - 1)
    try:
        book.close()
    except FileCreateError as fault:  # it hides what the system said, such as a full disk
        raise fault.args[0] from fault


def _sheet_name(number: int, lang: Lang) -> str:
    name = Text("拒绝的行", "rejects").told(lang)
    return name if number == 0 else f"{name} {number + 1}"


def _sheets(lines: "Lines", lang: Lang) -> Iterator[Iterator[Sequence[Any]]]:
    """Give the rows of each worksheet; there is always one, be it empty."""
    from yunchou.tables.reasons import REASONS

    words = {code: text.told(lang) for code, text in REASONS.items()}
    for start in range(0, max(lines.rejects.height, 1), _ROWS_A_SHEET):
        yield ((*row, words[row[-1]]) for row in lines.rejects.slice(start, _ROWS_A_SHEET).iter_rows())


def _summary(lines: "Lines") -> Text:
    from yunchou.tables.reasons import REASONS

    often = sorted(lines.reasons, key=lambda code: (-lines.reasons[code], code))[:_SHOWN_REASONS]
    zh = [
        f"共 {lines.rows} 行：可用 {lines.used}，拒绝 {lines.rejected}，跳过 {lines.skipped}（标题、空行、合计等）",
        *(f"  拒绝 {lines.reasons[code]} 行：{REASONS[code].zh}" for code in often),
        *(f"  {year} 年合计 {total}" for year, total in lines.sums_by_year.items()),
    ]
    en = [
        f"{lines.rows} rows: {lines.used} used, {lines.rejected} rejected, {lines.skipped} skipped (titles, blank rows, totals)",
        *(f"  {lines.reasons[code]} rejected: {REASONS[code].en}" for code in often),
        *(f"  {year} sums to {total}" for year, total in lines.sums_by_year.items()),
    ]
    return Text("\n".join(zh), "\n".join(en))
