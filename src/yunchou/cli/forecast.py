"""``yunchou forecast``: the coming periods of a table of lines as a joint distribution, at every level."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.errors import BadInput
from yunchou.calc.periods import Freq
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, read_from_args
from yunchou.cli.histories import (
    account_of,
    add_history_arguments,
    check_names,
    history_of,
    lines_of,
    partial_period,
    refuse_nothing,
    tell_warnings,
    usual_freq,
)
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    import polars as pl

    from yunchou.calc.baseline import Forecast
    from yunchou.calc.baseline_grid import FloatArray
    from yunchou.calc.marks import Mark
    from yunchou.tables import Lines

_QUANTILES = (5, 10, 25, 50, 75, 90, 95)
_TOTAL_QUANTILES = tuple(range(1, 100))
_LONGEST = 1_200  # a hundred years of months: further ahead nothing is known
_MOST_PATHS, _FEWEST_PATHS = 2000, 200
# numbers drawn at most by default: more series get fewer paths each, so that time and memory stay bounded
_DRAWN = 80_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options and those of reading a table."""
    add_history_arguments(parser, horizon="periods to forecast")
    parser.add_argument("--marks", metavar="FILE", type=Path, help="YAML: what you know of giant orders, breaks, stock-outs, prices")
    parser.add_argument("--paths", metavar="N", type=int, help="also write N equally likely futures")
    add_column_arguments(parser, also=("quantity", "order"))


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Check what can be checked, read the table, forecast it."""
    _check(args.by, args.horizon, args.paths)
    check_out(args.out, force=args.force)
    started = time.perf_counter()
    lines = read_from_args(args)
    report = forecast(
        lines,
        out=args.out,
        horizon=args.horizon,
        freq=args.freq,
        paths=args.paths,
        marks=read_marks(args.marks),
        seed=args.seed,
        force=args.force,
        lang=args.lang,
        started=started,
    )
    tell_warnings(report, lines, quiet=args.quiet)
    return report


def forecast(
    lines: "Lines",
    *,
    out: Path,
    horizon: int,
    freq: Freq | None = None,
    paths: int | None = None,
    marks: "Sequence[Mark]" = (),
    seed: int = 0,
    force: bool = False,
    lang: Lang = "zh",
    started: float | None = None,
) -> dict[str, Any]:
    """Write ``forecast.parquet``, ``totals.parquet``, ``report.json`` and, with ``paths``, ``paths.parquet``.

    Args:
        lines: What ``yunchou.tables.read_lines`` gives; its ``keys`` make the levels.
        out: A folder, absent or empty unless ``force``.
        horizon: Periods to forecast.
        freq: Months, quarters or weeks; chosen by how many months are empty when left out.
        paths: How many futures to write; none when left out.
        marks: What a person says of events of the history; see ``calc.marks``.
        seed: Of everything random.
        force: Replace files of a filled folder.
        lang: Language of the warnings.
        started: ``time.perf_counter()`` before the lines were read, so that ``seconds`` holds the reading.

    Returns:
        The report, as in ``report.json``.

    Raises:
        BadInput: No lines, one period only, a bad horizon, reserved or repeated names.
    """
    from yunchou.calc.baseline import forecast as draw
    from yunchou.calc.baseline import levels_of

    started = time.perf_counter() if started is None else started
    names = lines.keys.columns
    _check(names, horizon, paths)
    refuse_nothing(lines)
    chosen = freq or usual_freq(lines)
    history = history_of(lines, chosen)
    series = max(1, history.select(names).n_unique()) if names else 1
    drawn = max(_FEWEST_PATHS, min(_MOST_PATHS, _DRAWN // (series * horizon)))
    if paths is not None:
        # fewer written paths are the first of as many as without them, so that asking for them changes no other table
        drawn = max(paths, drawn)
    warnings = partial_period(lines, chosen)
    with output_folder(out, force=force, outdated=["paths.parquet"]) as folder:
        result = draw(history, keys=names, horizon=horizon, freq=chosen, paths=drawn, seed=seed, marks=marks, lines=lines_of(lines, chosen))
        counts = _write_levels(result, names, folder)
        if paths is not None:
            _write_paths(result, names, paths, folder / "paths.parquet")
        report: dict[str, Any] = {
            **account_of(lines),
            "freq": chosen,
            "first_period": result.periods[0].isoformat(),
            "horizon": horizon,
            "paths": drawn,
            "seed": seed,
            "series": counts,
            "method": {
                "|".join(level) or "total": "mixture of " + ", ".join(map(str, _models(result)))
                if not level
                else "own models and shares of the total, weighed by the past"
                for level in levels_of(names)
            },
            "details": dict(result.method),
            "events": [event.told(lang) for event in result.events],
            "warnings": [warning.told(lang) for warning in (*lines.warnings, *warnings, *result.warnings)],
            "seconds": round(time.perf_counter() - started, 3),
        }
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def read_marks(path: Path | None) -> "tuple[Mark, ...]":
    """Read what a person says of events of the history; nothing without a path.

    Raises:
        BadInput: The file is not there, is no YAML, or says what a mark cannot say.
    """
    if path is None:
        return ()
    from yunchou.calc.marks import parse_marks
    from yunchou.cli.plan import read_yaml

    return parse_marks(read_yaml(path), str(path))


def _models(result: "Forecast") -> Sequence[object]:
    models = result.method["models"]
    return models if isinstance(models, list) else [models]


def _check(by: Sequence[str], horizon: int, paths: int | None) -> None:
    """Refuse, before anything is read, what could not be written."""
    if horizon < 1:
        raise BadInput(Text(f"--horizon {horizon}：至少要预测 1 期", f"--horizon {horizon}: at least 1 period must be forecast"))
    if horizon > _LONGEST:
        raise BadInput(
            Text(
                f"--horizon {horizon} 太长：最多预测 {_LONGEST} 期",
                f"--horizon {horizon} is too far: at most {_LONGEST} periods can be forecast",
            )
        )
    if paths is not None and paths < 1:
        raise BadInput(Text(f"--paths {paths}：至少要 1 条路径", f"--paths {paths}: at least 1 path is needed"))
    check_names(by)


def _quantiles(paths: "FloatArray", percents: Sequence[int]) -> "FloatArray":
    """Return quantiles over the last axis, one row a percentage; they never cross."""
    import numpy as np

    ordered = np.sort(paths, axis=-1)
    place = np.array(percents) / 100 * (ordered.shape[-1] - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, ordered.shape[-1] - 1)
    between = ordered[..., low] + (ordered[..., high] - ordered[..., low]) * (place - low)
    # rounding in the last digit could make two neighbours cross
    return np.asarray(np.moveaxis(np.maximum.accumulate(between, axis=-1), -1, 0))


def _write_levels(result: "Forecast", names: Sequence[str], folder: Path) -> dict[str, int]:
    """Write both tables of quantiles; return the number of series of each level."""
    import polars as pl

    from yunchou.calc.baseline import levels_of

    by_period, by_total, counts = [], [], {}
    for level in levels_of(names):
        name = "|".join(level) or "total"
        counts[name] = 0
        periods_of_level, totals_of_level = [], []
        for groups, paths in result.level_blocks(level):
            count = len(paths)
            counts[name] += count
            keys = _keys(groups, names, name, count)
            totals_of_level.append(keys.with_columns(_measures(paths.sum(axis=2), _TOTAL_QUANTILES)))
            horizon = len(result.periods)
            when = pl.Series("period", list(result.periods) * count, dtype=pl.Date)
            rows = keys.select(pl.all().repeat_by(horizon).explode(empty_as_null=True)).with_columns(when)
            flat = paths.transpose(0, 2, 1).reshape(count * horizon, -1)
            periods_of_level.append(rows.with_columns(_measures(flat, _QUANTILES)))
        # a level's groups came as they were drawn
        by_total.append(pl.concat(totals_of_level).sort(*level, maintain_order=True) if level else totals_of_level[0])
        by_period.append(pl.concat(periods_of_level).sort(*level, maintain_order=True) if level else periods_of_level[0])
    pl.concat(by_period).write_parquet(folder / "forecast.parquet")
    pl.concat(by_total).write_parquet(folder / "totals.parquet")
    return counts


def _keys(groups: "pl.DataFrame", names: Sequence[str], level: str, count: int) -> "pl.DataFrame":
    import polars as pl

    absent = pl.Series([None] * count, dtype=pl.String)
    columns = [(groups[name] if name in groups.columns else absent).alias(name) for name in names]
    return pl.DataFrame([pl.Series("level", [level] * count, dtype=pl.String), *columns])


def _measures(paths: "FloatArray", percents: Sequence[int]) -> "list[pl.Series]":
    """Return the mean and the quantiles of rows of paths."""
    import polars as pl

    found = _quantiles(paths, percents)
    return [
        pl.Series("mean", paths.mean(axis=-1)),
        *(pl.Series(f"q{percent:02d}", values) for percent, values in zip(percents, found, strict=True)),
    ]


def _write_paths(result: "Forecast", names: Sequence[str], count: int, path: Path) -> None:
    """Write the first ``count`` paths of the full cross, some series at a time."""
    from pyarrow import parquet

    writer = None
    try:
        for frame in _path_frames(result, names, count):
            table = frame.to_arrow(compat_level=None)
            if writer is None:
                writer = parquet.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _path_frames(result: "Forecast", names: Sequence[str], count: int) -> "Iterator[pl.DataFrame]":
    import numpy as np
    import polars as pl

    horizon = len(result.periods)
    at_once = max(1, 2_000_000 // (count * horizon))
    for groups, paths in result.level_paths(names):
        for start in range(0, len(paths), at_once):
            block = paths[start : start + at_once, :count]
            rows = len(block)
            values = pl.DataFrame(
                [
                    pl.Series("path", np.tile(np.repeat(np.arange(count), horizon), rows)),
                    pl.Series("period", list(result.periods) * (count * rows), dtype=pl.Date),
                    pl.Series("value", block.reshape(-1)),
                ]
            )
            if not names:
                yield values
                continue
            keys = groups[start : start + at_once].select(pl.all().repeat_by(count * horizon).explode(empty_as_null=True))
            yield pl.concat([keys, values], how="horizontal")
