"""A history as forecast and backtest read it: their shared options, its periods, its sums, and its lines one by one."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, get_args

from yunchou.calc.errors import BadInput
from yunchou.calc.periods import Freq, Period, distance, period_of
from yunchou.calc.text import Text
from yunchou.cli.columns import add_output_arguments

if TYPE_CHECKING:
    import polars as pl

    from yunchou.tables import Lines

_RESERVED = {"total", "level", "period", "path", "value", "mean"}
_BLANK = "(blank)"
# a last period is called partial when its last line lies further from its end than in this many periods before
_COMPARED_PERIODS = 12
_EVERY: Mapping[Freq, str] = {"M": "1mo", "Q": "1q", "W": "1w"}


def add_history_arguments(parser: argparse.ArgumentParser, *, horizon: str) -> None:
    """Add the table, the folder to write, the horizon (``horizon`` says of what) and the length of a period."""
    parser.add_argument("history", metavar="HISTORY", help="a table of lines: CSV, XLSX or Parquet")
    add_output_arguments(parser)
    parser.add_argument("--horizon", metavar="N", type=int, required=True, help=horizon)
    parser.add_argument("--freq", choices=get_args(Freq), help="M, Q or W (default M; Q when more than half the months are empty)")


def tell_warnings(report: Mapping[str, Any], lines: "Lines", *, quiet: bool) -> None:
    """Print a report's warnings on standard error, but those of reading, which were told when the file was read."""
    for warning in () if quiet else report["warnings"][len(lines.warnings) :]:
        print(warning, file=sys.stderr)


def account_of(lines: "Lines") -> dict[str, Any]:
    """Return what a report says of the rows read."""
    return {name: getattr(lines, name) for name in ("rows", "used", "rejected", "skipped", "mapping")}


def refuse_nothing(lines: "Lines") -> None:
    """Refuse a table without a usable line."""
    if not lines.used:
        raise BadInput(
            Text("没有可用的行，无法预测；请先运行 yunchou check 看原因", "no usable line to forecast from; run yunchou check to see why")
        )


def check_names(by: Sequence[str]) -> None:
    """Refuse names of key columns that the output needs itself, and repeated ones."""
    for place, name in enumerate(by):
        if name in _RESERVED or re.fullmatch(r"q\d+", name) or "|" in name:
            raise BadInput(
                Text(
                    f"--by {name}：这个列名留给输出文件使用（或含有 |），请在表里改名后再试",
                    f"--by {name}: the name is reserved for the output (or contains |); rename the column in the table",
                )
            )
        if name in by[:place]:
            raise BadInput(Text(f"--by 里 {name} 出现了两次，请去掉一个", f"--by names {name} twice; leave one out"))


def usual_freq(lines: "Lines") -> Freq:
    """Return months, or quarters when more than half the months between the first and the last line are empty."""
    months = lines.frame["date"].dt.truncate("1mo").unique().sort()
    whole = distance(months[0], months[-1], "M") + 1
    return "Q" if len(months) * 2 < whole else "M"


def history_of(lines: "Lines", freq: Freq) -> "pl.DataFrame":
    """Return one row per key and period, with the number of lines and the sum of their squares.

    Amounts are added as exact decimals before they become floats; squares are sorted, so that no order changes a digit.
    """
    import polars as pl

    keys = _keys(lines)
    frame = lines.frame.select(pl.col("date").dt.truncate(_EVERY[freq]).alias("period"), pl.col("amount").alias("value"))
    together = pl.concat([keys, frame], how="horizontal") if keys.width else frame
    squares = (pl.col("value").cast(pl.Float64) ** 2).sort().sum().alias("squares")
    measures = [pl.col("value").sum().cast(pl.Float64), pl.len().cast(pl.Float64).alias("lines"), squares]
    return together.group_by([*keys.columns, "period"]).agg(measures).sort([*keys.columns, "period"])


def lines_of(lines: "Lines", freq: Freq) -> "pl.DataFrame | None":
    """Return the lines one by one where they name an order or a quantity, as ``calc.history_events`` reads them; else None.

    A key column keeps its own content where it is called like a role.
    """
    import polars as pl

    frame = lines.frame
    if not {"order", "quantity"} & set(frame.columns):
        return None
    keys = _keys(lines)
    roles = [name for name in ("order", "customer", "product", "quantity") if name in frame.columns and name not in keys.columns]
    own = frame.select(
        pl.col("date").dt.truncate(_EVERY[freq]).alias("period"),
        pl.col("amount").cast(pl.Float64).alias("value"),
        *(pl.col(name).replace(_BLANK, None) if frame.schema[name] == pl.String else pl.col(name).cast(pl.Float64) for name in roles),
    )
    return pl.concat([keys, own], how="horizontal") if keys.width else own


def _keys(lines: "Lines") -> "pl.DataFrame":
    import polars as pl

    return lines.keys.select(pl.all().replace("", None).fill_null(_BLANK)) if lines.keys.width else lines.keys


def partial_period(lines: "Lines", freq: Freq) -> list[Text]:
    """Say when the last period's lines stop earlier than those of the periods before it did."""
    days: list[date] = lines.frame["date"].unique().sort().to_list()
    last_by_period: dict[Period, date] = {}
    for day in days:
        last_by_period[period_of(day, freq)] = day
    periods = sorted(last_by_period)
    newest = periods[-1]
    silent = {period: (period.ends_before - last_by_period[period]).days - 1 for period in periods[-_COMPARED_PERIODS - 1 :]}
    usual = max((days for period, days in silent.items() if period != newest), default=0)
    if silent[newest] <= max(usual, newest.days // 10):
        return []
    before = newest.starts_on - timedelta(days=1)
    last = last_by_period[newest]
    return [
        Text(
            f"最后一期（从 {newest.starts_on} 起）看来不完整：数据只到 {last}；如确实不完整，请加 --until {before}",
            f"the last period (from {newest.starts_on}) looks partial: lines stop on {last}; if so, use --until {before}",
        )
    ]
