"""``yunchou levels``: reasonable levels for any measure, each with the probability of reaching it."""

import argparse
import json
import sys
import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_output_arguments, add_reading_arguments
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from yunchou.calc.levels import Levels
    from yunchou.cli.levels_table import Measured

_LONGEST = 1_200
_USUAL_HORIZON = {"Q": 4}
_DEFAULT_HORIZON = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("table", metavar="TABLE", type=Path, help="a row a unit and period: CSV, XLSX or Parquet")
    add_output_arguments(parser)
    parser.add_argument("--time", metavar="COLUMN", required=True, help="header of the periods: months, quarters, half-years, weeks, years")
    parser.add_argument("--numerator", metavar="COLUMN", required=True, help="header of what is counted or summed")
    parser.add_argument("--denominator", metavar="COLUMN", help="header of what it is out of (default: one a unit and period)")
    parser.add_argument("--unit", metavar="COLUMN", help="header of the units (default: the whole only)")
    parser.add_argument("--horizon", metavar="N", type=int, help="periods ahead (default 12; 4 for quarters)")
    parser.add_argument("--better", choices=["high", "low"], help="which direction is good (default high)")
    published = parser.add_mutually_exclusive_group()
    published.add_argument("--benchmark", metavar="LOW,MID,HIGH", type=_three, help="a published range, in the measure's own unit")
    published.add_argument("--published", metavar="NAME", help="a published range by name, such as win_rate; its strength is said")
    add_reading_arguments(parser, until="periods that start after that day are not read")


def _three(text: str) -> tuple[float, float, float]:
    try:
        low, middle, high = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 应是三个数 LOW,MID,HIGH · three numbers LOW,MID,HIGH are expected") from None
    return low, middle, high


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run the command."""
    names = ("time", "numerator", "denominator", "unit", "sheet", "date_order", "until", "allow_rejects")
    reading = {name: getattr(args, name) for name in names}
    options = {name: getattr(args, name) for name in ("out", "horizon", "better", "benchmark", "published", "seed", "force", "lang")}
    report = levels(args.table, **reading, **options)
    if not args.quiet:
        for warning in report["warnings"]:
            print(warning, file=sys.stderr)
    return report


def levels(
    table: Path,
    *,
    out: Path,
    time: str,
    numerator: str,
    denominator: str | None = None,
    unit: str | None = None,
    horizon: int | None = None,
    better: Literal["high", "low"] | None = None,
    benchmark: tuple[float, float, float] | None = None,
    published: str | None = None,
    sheet: str | None = None,
    date_order: Literal["ymd", "dmy", "mdy"] | None = None,
    until: "date | None" = None,
    allow_rejects: bool = False,
    seed: int = 0,
    force: bool = False,
    lang: Lang = "zh",
) -> dict[str, Any]:
    """Write ``levels.parquet`` and ``report.json``, and return the report.

    Args:
        table: A row a unit and period; rows of the same unit and period are added together.
        out: A folder, absent or empty unless ``force``.
        time: Header of the periods.
        numerator: Header of what is counted or summed.
        denominator: Header of what it is out of; without it each unit and period counts one.
        unit: Header of the units.
        horizon: The table's own periods ahead; 12 when left out, 4 for quarters.
        better: Which direction is good; that of ``published``, else high.
        benchmark: Low, middle and high of a published range.
        published: Code of a published range of ``yunchou.calc.published_levels``.
        sheet: Of a workbook.
        date_order: How dates such as 5/3/24 are meant.
        until: Periods that start after that day are not read.
        allow_rejects: Go on with more than 5 % of the rows refused.
        seed: Of everything random.
        force: Replace files of a filled folder.
        lang: Language of the warnings.

    Raises:
        BadInput: The table, a column or an option cannot be used.
    """
    if horizon is not None and not 1 <= horizon <= _LONGEST:
        raise BadInput(Text(f"--horizon {horizon} 应在 1 到 {_LONGEST} 之间", f"--horizon {horizon} must be from 1 to {_LONGEST}"))
    check_out(out, force=force)
    started = clock.perf_counter()
    from yunchou.calc.levels import levels_of
    from yunchou.calc.published_levels import published_level
    from yunchou.cli.levels_table import read_measure
    from yunchou.tables.period_names import SEASON

    known = published_level(published) if published else None
    measured = read_measure(
        table, time=time, numerator=numerator, denominator=denominator, unit=unit,
        sheet=sheet, date_order=date_order, until=until, allow_rejects=allow_rejects,
    )  # fmt: skip
    ahead = horizon or _USUAL_HORIZON.get(measured.length, _DEFAULT_HORIZON)
    found = levels_of(
        measured.numerators,
        measured.denominators,
        horizon=ahead,
        season=SEASON[measured.length],
        has_denominator=denominator is not None,
        better=better or (known.better if known else "high"),
        published=known.range if known else benchmark,
        seed=seed,
    )
    told = [*measured.warnings, *_short(measured, ahead), *([known.told()] if known else []), *found.warnings]
    with output_folder(out, force=force) as folder:
        _frame(measured, found).write_parquet(folder / "levels.parquet")
        report: dict[str, Any] = {
            "rows": measured.rows,
            "used": measured.used,
            "rejected": measured.rejected,
            "skipped": measured.skipped,
            "reasons": measured.reasons,
            "freq": measured.length,
            "periods": measured.numerators.shape[1],
            "first_period": measured.first.isoformat(),
            "units": len(measured.units),
            "horizon": ahead,
            "kind": found.kind,
            "better": better or (known.better if known else "high"),
            "published": None if known is None else {"code": known.code, "strength": known.strength, "source": known.source},
            "published_weight": round(float(found.published_weight[0]), 4),
            "seed": seed,
            "warnings": [warning.told(lang) for warning in told],
            "seconds": round(clock.perf_counter() - started, 3),
        }
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def _short(measured: "Measured", horizon: int) -> list[Text]:
    periods = measured.numerators.shape[1]
    if periods >= horizon:
        return []
    return [
        Text(
            f"历史只有 {periods} 期，要看 {horizon} 期：趋势和季节说不准，区间主要来自假设",
            f"the history has {periods} periods and {horizon} are asked for: trend and seasons are hardly known, the interval is"
            " mostly assumed",
        )
    ]


def _frame(measured: "Measured", found: "Levels") -> "pl.DataFrame":
    """Return the whole first, then the units by name; without units the whole alone."""
    import polars as pl

    count = len(measured.units) + 1
    measures = ("current", "trend", "expected", "low", "high", "recommended", "probability", "top_quartile")
    columns = [pl.Series("unit", [None, *measured.units], dtype=pl.String)]
    columns += [pl.Series(name, getattr(found, name)[:count]).fill_nan(None) for name in measures]
    columns += [
        pl.Series("basis", found.basis[:count], dtype=pl.String),
        pl.Series("n", found.n[:count]),
        pl.Series("own_weight", found.own_weight[:count]),
        pl.Series("published_weight", found.published_weight[:count]),
    ]
    return pl.DataFrame(columns)
