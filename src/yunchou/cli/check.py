"""``yunchou check``: read a table, say what was made of it, and name every row that cannot be used."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, read_from_args
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    from yunchou.tables import Lines

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
    from yunchou.documents.table_workbook import write_table
    from yunchou.tables.reasons import REASONS

    words = {code: text.told(lang) for code, text in REASONS.items()}
    rows = ((*row, words[row[-1]]) for row in lines.rejects.iter_rows())
    write_table(path, [*lines.rejects.columns, "explanation"], rows, sheet=Text("拒绝的行", "rejects").told(lang))


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
