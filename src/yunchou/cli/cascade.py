"""``yunchou cascade``: split a total exactly over dimensions, as a YAML file says."""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.errors import BadInput, Contradiction
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_output_arguments
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    import polars as pl

    from yunchou.calc.money import IntArray
    from yunchou.cli.cascade_spec import Spec


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    parser.add_argument("spec", metavar="SPEC.yaml", type=Path, help="total, dimensions, weights, margins, locks, bounds")
    add_output_arguments(parser)
    parser.add_argument("--time-limit", metavar="SECONDS", type=float, default=60.0, help="for what is not certain to end (default 60)")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run the command."""
    return cascade(args.spec, out=args.out, time_limit=args.time_limit, force=args.force, lang=args.lang)


def cascade(spec: Path, *, out: Path, time_limit: float = 60.0, force: bool = False, lang: Lang = "zh") -> dict[str, Any]:
    """Split a total as the file ``spec`` says, write ``targets.parquet`` and ``report.json``, and return the report.

    Args:
        spec: A YAML file; the files it names are relative to it.
        out: Folder to write; absent or empty unless ``force``.
        time_limit: Seconds for what is not certain to end: groups beyond two nested families.
        force: Write into a filled folder.
        lang: Language of the sentences in ``conflict.json``.

    Raises:
        BadInput: The file, or one that it names, cannot be used.
        Contradiction: Not everything can be met; ``conflict.json`` alone is written.
        NoAnswer: No whole-unit answer was found.
    """
    if not time_limit > 0:
        raise BadInput(Text(f"--time-limit 应大于 0，给的是 {time_limit}", f"--time-limit must be above 0, not {time_limit}"))
    check_out(out, force=force)
    started = time.perf_counter()
    from yunchou.calc.cascade import cascade as split
    from yunchou.cli.cascade_spec import read_spec

    asked = read_spec(spec)
    try:
        answer = split(
            asked.dimensions,
            asked.weights,
            total_minor=asked.total_minor,
            margins=asked.margins,
            locks=asked.locks,
            bounds=asked.bounds,
            unit_minor=asked.unit_minor,
            seconds_left=lambda: time_limit - (time.perf_counter() - started),
        )
    except Contradiction as refusal:
        told = [dict(item) | {"detail": item["detail"].told(lang)} for item in refusal.conflict]
        with output_folder(out, force=force, outdated=["targets.parquet", "report.json"]) as folder:
            _write_json(folder / "conflict.json", {"conflict": told})
        raise
    report = {
        "status": "exact",
        "cells": int(answer.amounts_minor.size),
        "iterations": answer.iterations,
        "largest_rounding": answer.largest_rounding,
        "seconds": 0.0,
    }
    with output_folder(out, force=force, outdated=["conflict.json"]) as folder:
        _frame(asked, answer.amounts_minor).write_parquet(folder / "targets.parquet")
        report["seconds"] = round(time.perf_counter() - started, 3)
        _write_json(folder / "report.json", report)
    return report


def _frame(asked: "Spec", amounts_minor: "IntArray") -> "pl.DataFrame":
    """Every combination once, the first dimension changing slowest."""
    import numpy as np
    import polars as pl

    columns: list[pl.Series] = []
    before, size = 1, amounts_minor.size
    for name, members in asked.dimensions.items():
        before *= len(members)
        each = size // before
        places = np.tile(np.repeat(np.arange(len(members), dtype=np.uint32), each), before // len(members))
        columns.append(pl.Series(name, _as_strings(members)).gather(places))
    columns.append(pl.Series("amount_minor", amounts_minor.ravel()))
    return pl.DataFrame(columns)


def _as_strings(members: Sequence[str]) -> "pl.Series":
    import polars as pl

    return pl.Series(list(members), dtype=pl.String)


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
