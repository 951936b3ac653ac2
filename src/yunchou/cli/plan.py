"""``yunchou plan``: from sales lines to a year's target, its probability and its exact cascade."""

import argparse
import dataclasses
import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, add_scale_argument, read_from_args
from yunchou.cli.output import check_out, output_folder
from yunchou.cli.plan_evidence import evidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from yunchou.calc.plan_settings import PlanSettings, TiersInForce
    from yunchou.tables import Lines

_MINOR = 100
_YEARS = range(1990, 2200)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options and those of reading a table."""
    parser.add_argument("history", metavar="HISTORY", nargs="?", help="sales lines: CSV, XLSX or Parquet")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder to write; absent or empty")
    parser.add_argument("--force", action="store_true", help="replace what a filled --out holds")
    parser.add_argument("--year", metavar="Y", type=int, help="year to plan, from the lines before it (default: after the last line's)")
    parser.add_argument("--settings", metavar="plan.yaml", type=Path, help="scenarios, drivers, floors …; see --schema")
    parser.add_argument("--previous", metavar="evidence.json", type=Path, help="of the plan before: its tiers stay while evidence allows")
    parser.add_argument("--people", metavar="people.csv", type=Path, help="who carries the targets")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of plan.yaml and stop")
    aim = parser.add_mutually_exclusive_group()
    aim.add_argument("--target", metavar="AMOUNT", help="the year's target, in the file's own unit; its probability is stated")
    aim.add_argument("--probability", metavar="P", help="the target that is reached with this probability: 0.6 or 60%%")
    add_column_arguments(parser, also=("quantity", "order", "province", "city"))
    add_scale_argument(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | None:
    """Check what can be checked before reading, then read, plan and write."""
    if args.schema:
        from yunchou.calc.plan_schema import settings_schema

        json.dump(settings_schema(), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return None
    if args.history is None or args.out is None:
        raise BadInput(Text("请给出销售明细文件和 --out 文件夹", "give a file of sales lines and a folder by --out"))
    check_out(args.out, force=args.force)
    if args.year is not None and args.year not in _YEARS:
        raise BadInput(Text(f"--year {args.year} 不是年份", f"--year {args.year} is no year"))
    settings = read_settings(args.settings)
    if args.previous is not None:
        settings = dataclasses.replace(settings, previous=read_previous(args.previous, settings.previous))
    probability = None if args.probability is None else _probability(args.probability)
    target_minor = None if args.target is None else _target_minor(args.target, args.scale or Decimal(1))
    people = None if args.people is None else read_people_table(args.people)
    started = time.perf_counter()
    lines = read_from_args(args)
    report = plan(
        lines,
        out=args.out,
        year=args.year,
        settings=settings,
        people=people,
        target_minor=target_minor,
        probability=probability,
        seed=args.seed,
        force=args.force,
        lang=args.lang,
        started=started,
    )
    if not args.quiet:
        known = {warning.told(args.lang) for warning in lines.warnings}  # said when they were read
        for warning in report["warnings"]:
            if warning not in known:
                print(warning, file=sys.stderr)
    return report


def plan(
    lines: "Lines",
    *,
    out: Path,
    year: int | None = None,
    settings: "PlanSettings | None" = None,
    people: "pl.DataFrame | None" = None,
    target_minor: int | None = None,
    probability: Decimal | None = None,
    seed: int = 0,
    force: bool = False,
    lang: Lang = "zh",
    started: float | None = None,
) -> dict[str, Any]:
    """Plan a year from lines already read, write its files into ``out`` and return the run's report.

    Args:
        lines: What ``tables.read_lines`` returned, amounts in currency major units.
        out: Folder to write: ``plan.xlsx``, ``report.pdf``, ``evidence.json``, ``targets.parquet``.
        year: The year to plan; default: the one after that of the last line.
        settings: Defaults when left out.
        people: A table of people; see ``calc.people.read_people``.
        target_minor: The target, or
        probability: the probability with which it is to be reached.
        seed: Of everything random.
        force: Write into a filled folder.
        lang: Language of the workbook, the PDF and the sentences.
        started: When the run began (``time.perf_counter``).

    Raises:
        BadInput: The input cannot be planned on.
        Contradiction: The floors cannot be met within the target.
    """
    from yunchou.calc.plan_settings import PlanSettings
    from yunchou.calc.planning import default_year, make_plan
    from yunchou.demo.geography import read_divisions
    from yunchou.documents.plan_report import write_report
    from yunchou.documents.plan_workbook import write_workbook

    started = time.perf_counter() if started is None else started
    settings = settings or PlanSettings()
    planned = make_plan(
        lines.frame,
        divisions=read_divisions() if "city" in lines.frame.columns else None,
        year=default_year(lines.frame, settings) if year is None else year,
        settings=settings,
        people=people,
        target_minor=target_minor,
        probability=probability,
        seed=seed,
    )
    # How the columns were read belongs where the figures are checked, not on the pages that a meeting reads.
    with_reading = dataclasses.replace(planned, warnings=(*planned.warnings, *lines.warnings))
    told = evidence(with_reading, lang)
    with output_folder(out, force=force) as folder:
        planned.targets.write_parquet(folder / "targets.parquet")
        (folder / "evidence.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        write_workbook(planned, folder / "plan.xlsx", lang=lang, reading=lines.warnings)
        write_report(planned, folder / "report.pdf", lang=lang)
    return {
        "year": planned.year,
        "rows": lines.rows,
        "used": lines.used,
        "rejected": lines.rejected,
        "target_minor": planned.target_minor,
        "probability": planned.probability,
        "targets": planned.targets.height,
        "seconds": round(time.perf_counter() - started, 3),
        "warnings": told["warnings"],
    }


def _probability(text: str) -> Decimal:
    from yunchou.calc.reading import chance

    return chance(text, "--probability")


def _target_minor(text: str, scale: Decimal) -> int:
    from yunchou.calc.reading import decimal

    minor = decimal(text.replace(",", ""), "--target") * scale * _MINOR
    if minor != minor.to_integral_value():
        raise BadInput(Text(f"--target {text} 不是整分", f"--target {text} is no whole number of minor units"))
    return int(minor)


def read_settings(path: Path | None) -> "PlanSettings":
    """Read ``plan.yaml``; without a path, all defaults.

    Raises:
        BadInput: The file is not there, is no YAML, or does not fit ``yunchou plan --schema``.
    """
    from yunchou.calc.plan_settings import parse_settings

    return parse_settings({} if path is None else read_yaml(path))


def read_previous(path: Path, given: "TiersInForce") -> "TiersInForce":
    """Read the tiers in force from the ``evidence.json`` of the plan before; what ``given`` says of a name stands above it.

    Tiers set by hand hold by their overrides, which stay in ``plan.yaml``.

    Raises:
        BadInput: The file is not there or is no ``evidence.json``.
    """
    from yunchou.calc.plan_settings import parse_previous

    told = read_yaml(path)
    try:
        raw = {
            "product": {one["name"]: one["tier"] for one in told["products"]},
            "region": {one["name"]: one["tier"] for one in told["regions"]},
            "customer": told["customers"]["tiers"],
        }
    except (KeyError, TypeError) as fault:
        raise BadInput(
            Text(f"{path} 不是上一次规划的 evidence.json", f"{path} is no evidence.json of a plan: it has no products, regions, customers")
        ) from fault
    found = parse_previous(raw, str(path))
    kinds = [field.name for field in dataclasses.fields(given)]
    return dataclasses.replace(found, **{kind: {**getattr(found, kind), **getattr(given, kind)} for kind in kinds})


def read_yaml(path: Path) -> Any:
    """Read a YAML (or JSON) file with exact decimals; a key that stands twice is refused.

    Raises:
        BadInput: The file is not there or is no YAML; the line is named.
    """
    import yaml

    from yunchou.cli.exact_yaml import ExactLoader

    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as fault:
        raise BadInput(Text(f"没有文件 {path}", f"there is no file {path}")) from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(
            Text(f"{path}：读不了（应是 UTF-8 的 YAML 文件）", f"{path} cannot be read; a YAML file in UTF-8 is expected")
        ) from fault
    try:
        return yaml.load(text, Loader=ExactLoader)  # noqa: S506 - built on the safe loader
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else ""
        told = str(getattr(fault, "problem", "") or "not YAML").split("\n")[0]
        raise BadInput(Text(f"{path} {line}：{told}", f"{path}{f', line {mark.line + 1}' if mark else ''}: {told}")) from fault


def read_people_table(path: Path) -> "pl.DataFrame":
    """Read a table of people as words: CSV, XLSX or Parquet, the first row its headers.

    Raises:
        BadInput: The file cannot be read, has no rows, or two columns of one name.
    """
    import polars as pl

    from yunchou.tables.opening import open_grid

    grid = open_grid(path, None)
    rows = grid.cells.rows()
    names = grid.names or (tuple(str(cell or "").strip() for cell in rows[0]) if rows else ())
    body = rows if grid.names else rows[1:]
    used = [at for at, name in enumerate(names) if name]
    if len({names[at] for at in used}) < len(used):
        raise BadInput(Text(f"{path} 有两列同名", f"{path} has two columns of one name"))
    filled = [row for row in body if any(row[at] not in {None, ""} for at in used)]
    if not filled:
        raise BadInput(Text(f"{path} 里没有人", f"{path} names nobody"))
    columns: Mapping[str, list[str | None]] = {names[at]: [row[at] for row in filled] for at in used}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
