"""``yunchou backtest``: what the forecast would have said at earlier origins, beside reference methods."""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.periods import Freq
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, names_of, read_from_args
from yunchou.cli.histories import (
    account_of,
    add_history_arguments,
    check_names,
    history_of,
    partial_period,
    refuse_nothing,
    tell_warnings,
    usual_freq,
)
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    from yunchou.calc.backtest import Backtest
    from yunchou.tables import Lines

ORIGINS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options and those of reading a table."""
    add_history_arguments(parser, horizon="periods to foretell at each origin")
    parser.add_argument("--origins", metavar="K", type=int, default=ORIGINS, help="the last K origins, one period apart (default 3)")
    parser.add_argument("--methods", metavar="A,B,…", type=names_of, help="yunchou, SeasonalNaive, AutoETS+MinT … (default: all)")
    add_column_arguments(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Check what can be checked, read the table, compare the methods."""
    _check(args.by, args.horizon, args.origins, args.methods)
    check_out(args.out, force=args.force)
    started = time.perf_counter()
    lines = read_from_args(args)
    report = backtest(
        lines,
        out=args.out,
        horizon=args.horizon,
        origins=args.origins,
        methods=args.methods,
        freq=args.freq,
        seed=args.seed,
        force=args.force,
        lang=args.lang,
        started=started,
    )
    tell_warnings(report, lines, quiet=args.quiet)
    return report


def backtest(
    lines: "Lines",
    *,
    out: Path,
    horizon: int,
    origins: int = ORIGINS,
    methods: Sequence[str] | None = None,
    freq: Freq | None = None,
    seed: int = 0,
    force: bool = False,
    lang: Lang = "zh",
    started: float | None = None,
) -> dict[str, Any]:
    """Write ``scores.csv``, ``reliability.csv`` and ``report.json``.

    Args:
        lines: What ``yunchou.tables.read_lines`` gives; its ``keys`` make the levels.
        out: A folder, absent or empty unless ``force``.
        horizon: Periods to foretell at each origin.
        origins: How many origins, one period apart; the last leaves exactly ``horizon`` periods.
        methods: Some of ``yunchou.calc.backtest.METHODS``; all when left out.
        freq: Months, quarters or weeks; chosen by how many months are empty when left out.
        seed: Of everything random.
        force: Replace files of a filled folder.
        lang: Language of the warnings.
        started: ``time.perf_counter()`` before the lines were read, so that ``seconds`` holds the reading.

    Returns:
        The report, as in ``report.json``.

    Raises:
        BadInput: No lines, too short a history, a bad horizon or number of origins, an unknown or repeated method,
            reserved or repeated names.
    """
    from yunchou.calc.backtest import METHODS
    from yunchou.calc.backtest import backtest as compare

    started = time.perf_counter() if started is None else started
    names = lines.keys.columns
    _check(names, horizon, origins, methods)
    refuse_nothing(lines)
    chosen = freq or usual_freq(lines)
    wanted = METHODS if methods is None else methods
    with output_folder(out, force=force) as folder:
        found = compare(history_of(lines, chosen), keys=names, horizon=horizon, origins=origins, methods=wanted, freq=chosen, seed=seed)
        warnings = [*partial_period(lines, chosen), *_warnings(found)]
        found.scores.write_csv(folder / "scores.csv")
        found.reliability.write_csv(folder / "reliability.csv")
        report: dict[str, Any] = {
            **account_of(lines),
            "freq": chosen,
            "horizon": horizon,
            "origins": [origin.isoformat() for origin in found.origins],
            "methods": list(wanted),
            "paths": found.paths,
            "seed": seed,
            "series": dict(found.series),
            "replaced_by_seasonal_naive": dict(found.replaced),
            "without_scale": found.unscaled,
            "warnings": [warning.told(lang) for warning in (*lines.warnings, *warnings)],
            "seconds": round(time.perf_counter() - started, 3),
        }
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def _check(by: Sequence[str], horizon: int, origins: int, methods: Sequence[str] | None) -> None:
    """Refuse, before anything is read, what could not be compared."""
    from yunchou.calc.backtest import check_methods, check_wish

    check_wish(horizon=horizon, origins=origins)
    if methods is not None:
        check_methods(methods)
    check_names(by)


def _warnings(found: "Backtest") -> list[Text]:
    """Say where a reference stood in for another, and where there was nothing to scale by."""
    told = [
        Text(
            f"{method} 有 {count} 次拟合不成，改用 SeasonalNaive 代替（对它有利）",
            f"fits of {method} that failed, so that SeasonalNaive stands in, in its favour: {count}",
        )
        for method, count in found.replaced.items()
        if count
    ]
    if found.unscaled:
        told.append(
            Text(
                f"有 {found.unscaled} 个序列（各起点、各层级合计）的历史不足一个季节周期或从无变化，不计入 mase 和 rmsse",
                f"{found.unscaled} series (over all origins and levels) have no more than a season of history, or never changed:"
                " left out of mase and rmsse",
            )
        )
    return told
