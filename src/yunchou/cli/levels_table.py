"""Read a table of a measure: a row a unit and period, summed into one cell each."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.levels_kinds import FloatArray
from yunchou.calc.text import Text
from yunchou.cli.columns import MOST_REJECTED
from yunchou.tables.amounts import read_amounts
from yunchou.tables.dates import DateOrder
from yunchou.tables.grid import column_name
from yunchou.tables.header import find_header
from yunchou.tables.opening import open_grid
from yunchou.tables.period_names import Length, PeriodNames, read_period_names
from yunchou.tables.roles import find_column
from yunchou.tables.words import FOOTER, SUM_WORDS

_BLANK = "(blank)"
_MOST_CELLS = 60_000_000
_PARTLY = 0.5
_COMPARED = 12


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure by unit and period: ``numerators`` and ``denominators`` of shape ``(units, periods)``, units sorted by name.

    Without ``--unit`` there is one row, and ``units`` is empty. Without a denominator each unit and period that has a row counts one.
    """

    units: tuple[str, ...]
    first: date
    length: Length
    numerators: FloatArray
    denominators: FloatArray
    rows: int
    used: int
    rejected: int
    skipped: int
    reasons: dict[str, int]
    warnings: tuple[Text, ...]


def read_measure(
    path: Path,
    *,
    time: str,
    numerator: str,
    denominator: str | None = None,
    unit: str | None = None,
    sheet: str | None = None,
    date_order: DateOrder | None = None,
    until: date | None = None,
    allow_rejects: bool = False,
) -> Measured:
    """Read and sum a table.

    Raises:
        BadInput: A column is missing (the nearest is named), no row can be used, or more than 5 % are refused.
    """
    grid = open_grid(path, sheet)
    names = [name for name in (time, numerator, denominator, unit) if name is not None]
    header = find_header(grid, wanted=names)
    body = grid.cells.slice(header.first)
    texts = {name: body[column_name(header.names.index(find_column(name, header, path)))].str.strip_chars() for name in names}
    everything = body.select(pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == "")).alias("blank")).to_series()
    labels = [texts[time], *([texts[unit]] if unit else [])]
    footer = pl.Series([False]).new_from_index(0, body.height)
    for label in labels:
        footer |= (label.str.contains(FOOTER) | label.is_in(list(SUM_WORDS))).fill_null(value=False)
    skip = everything | footer
    kept = {name: column.filter(~skip) for name, column in texts.items()}
    height = body.height - int(skip.sum())
    if not height:
        raise BadInput(Text(f"{path} 只有表头，没有数据行", f"{path} has a header but no rows"))
    periods = read_period_names(kept[time], order=date_order, until=until)
    over = read_amounts(kept[numerator])
    under = read_amounts(kept[denominator]) if denominator else None
    frame = pl.DataFrame(
        {
            "period": periods.first_days,
            "unit": kept[unit].fill_null("").replace("", _BLANK) if unit else pl.Series([""]).new_from_index(0, height),
            "over": over.values.cast(pl.Decimal(38, over.values.dtype.scale)),  # type: ignore[attr-defined]
            "under": under.values if under else pl.Series([1]).new_from_index(0, height).cast(pl.Decimal(38, 0)),
        }
    )
    if until:
        late = (frame["period"] > until).fill_null(value=False)
        frame = frame.filter(~late)
    reason = (
        pl.when(pl.col("period").is_null()).then(pl.lit("period_not_readable"))
        .when(pl.col("over").is_null()).then(pl.lit("numerator_not_a_number"))
        .when(pl.col("under").is_null()).then(pl.lit("denominator_not_a_number"))
        .when(pl.col("under") < 0).then(pl.lit("denominator_below_zero"))
    )  # fmt: skip
    told = frame.with_columns(reason.alias("reason"))
    good = told.filter(pl.col("reason").is_null())
    cells = good.group_by("unit", "period").agg(pl.col("over").sum(), pl.col("under").sum(), pl.len().alias("rows"))
    if denominator is None:
        cells = cells.with_columns(pl.lit(1).cast(pl.Decimal(38, 0)).alias("under"))
    orphans = cells.filter((pl.col("under") == 0) & (pl.col("over") != 0)).sort("unit", "period")
    cells = cells.filter((pl.col("under") > 0) | (pl.col("over") == 0)).sort("unit", "period")
    reasons = {str(name): int(n) for name, n in told.drop_nulls("reason")["reason"].value_counts().sort("reason").iter_rows()}
    if orphans.height:
        reasons["numerator_without_denominator"] = int(orphans["rows"].sum())
    rejected = sum(reasons.values())
    used = frame.height - rejected
    _refuse(path, used, rejected, reasons, orphans, allow_rejects=allow_rejects)
    return _summed(cells, periods, has_unit=unit is not None, has_denominator=denominator is not None).finished(
        rows=frame.height + int(skip.sum()), used=used, rejected=rejected, skipped=int(skip.sum()), reasons=dict(sorted(reasons.items()))
    )


def _refuse(path: Path, used: int, rejected: int, reasons: dict[str, int], orphans: pl.DataFrame, *, allow_rejects: bool) -> None:
    told = "、".join(f"{name} {count}" for name, count in reasons.items())
    where = ""
    if orphans.height:
        row = orphans.row(0, named=True)
        where = f" ({row['unit'] or '–'}, {row['period']})"
    if used <= 0:
        raise BadInput(Text(f"{path} 里没有一行能用：{told}{where}", f"{path} has no usable row: {told}{where}"))
    if not allow_rejects and rejected > MOST_REJECTED * (used + rejected):
        raise BadInput(
            Text(
                f"{path}：{used + rejected} 行里有 {rejected} 行不能用（超过 5%）：{told}{where}；请改正，或加 --allow-rejects",
                f"{path}: {rejected} of {used + rejected} rows cannot be used (more than 5 %): {told}{where};"
                " mend them, or add --allow-rejects",
            )
        )


@dataclass(frozen=True)
class _Cells:
    units: tuple[str, ...]
    first: date
    length: Length
    numerators: FloatArray
    denominators: FloatArray
    warnings: tuple[Text, ...]

    def finished(self, *, rows: int, used: int, rejected: int, skipped: int, reasons: dict[str, int]) -> Measured:
        return Measured(
            units=self.units, first=self.first, length=self.length, numerators=self.numerators, denominators=self.denominators,
            rows=rows, used=used, rejected=rejected, skipped=skipped, reasons=reasons, warnings=self.warnings,
        )  # fmt: skip


def _summed(cells: pl.DataFrame, periods: PeriodNames, *, has_unit: bool, has_denominator: bool) -> _Cells:
    first = cells["period"].min()
    assert isinstance(first, date)  # noqa: S101 - at least one row is used
    units = cells["unit"].unique().sort().to_list()
    column = PeriodNames(first_days=cells["period"], length=periods.length, last_day=None).number().to_numpy().astype(np.int64)
    count = int(column.max()) + 1
    if len(units) * count > _MOST_CELLS:
        raise BadInput(
            Text(
                f"{len(units)} 个单元 × {count} 期太多；请先汇总，或缩短历史",
                f"{len(units)} units × {count} periods are too many; sum them up, or shorten the history",
            )
        )
    places = {name: place for place, name in enumerate(units)}
    row = cells["unit"].replace_strict(list(places), list(places.values()), return_dtype=pl.Int64).to_numpy()
    numerators, denominators = np.zeros((len(units), count)), np.zeros((len(units), count))
    numerators[row, column] = cells["over"].cast(pl.Float64).to_numpy()
    denominators[row, column] = cells["under"].cast(pl.Float64).to_numpy()
    warnings = [
        *_repeats(cells, has_denominator=has_denominator),
        *_above(cells, has_denominator=has_denominator),
        *_partial(denominators, periods, first),
        *_ended(units, denominators, has_unit=has_unit),
    ]
    return _Cells(tuple(units) if has_unit else (), first, periods.length, numerators, denominators, tuple(warnings))


def _repeats(cells: pl.DataFrame, *, has_denominator: bool) -> list[Text]:
    more = cells.filter(pl.col("rows") > 1)
    if has_denominator or more.is_empty():
        return []
    return [
        Text(
            f"有 {more.height} 个单元和期间不止一行，已相加；如果每行是一次记录（如一张评分），请加一列个数作分母",
            f"{more.height} units and periods have several rows, which were added; if each is one record (such as a score),"
            " add a column of counts as the denominator",
        )
    ]


def _above(cells: pl.DataFrame, *, has_denominator: bool) -> list[Text]:
    above = cells.filter(pl.col("over") > pl.col("under"))
    if not has_denominator or above.is_empty() or above.height * 2 > cells.height:
        return []
    one = above.row(0, named=True)
    return [
        Text(
            f"有 {above.height} 处分子大于分母（如 {one['unit'] or '整体'} {one['period']}：{one['over']} ÷ {one['under']}），"
            "按可以大于 1 的比率处理；若本应是占比，请改正",
            f"the numerator exceeds the denominator in {above.height} cells (such as {one['unit'] or 'the whole'}, {one['period']}:"
            f" {one['over']} ÷ {one['under']}): taken as a rate that may pass 1; mend them if it should be a share",
        )
    ]


def _partial(denominators: FloatArray, periods: PeriodNames, first: date) -> list[Text]:
    sums = denominators.sum(axis=0)
    start = periods.step(first, len(sums) - 1)
    end = periods.step(start, 1)
    before = sums[-_COMPARED - 1 : -1]
    short = bool(periods.last_day and (end - periods.last_day).days - 1 > (end - start).days // 10)
    few = len(before) > 1 and sums[-1] < _PARTLY * np.median(before) and sums[-1] < before.min()
    if not (short or few):
        return []
    until = date.fromordinal(start.toordinal() - 1)
    return [
        Text(
            f"最后一期（从 {start} 起）看来不完整；如确实不完整，请加 --until {until}",
            f"the last period (from {start}) looks partial; if so, use --until {until}",
        )
    ]


def _ended(units: list[str], denominators: FloatArray, *, has_unit: bool) -> list[Text]:
    """Name the units that had cases once and none in the last quarter of the history, at least three periods."""
    silent = max(denominators.shape[1] // 4, 3)
    if not has_unit or denominators.shape[1] <= silent:
        return []
    ended = (denominators.sum(axis=1) > 0) & (denominators[:, -silent:].sum(axis=1) == 0)
    if not ended.any():
        return []
    names = [units[place] for place in np.flatnonzero(ended)]
    shown = "、".join(names[:5])
    return [
        Text(
            f"有 {len(names)} 个单元最近 {silent} 期没有个案（{shown}{' 等' if len(names) > 5 else ''}），"
            "可能已停；仍给出水平，但不参与比较",
            f"{len(names)} units had no case in the last {silent} periods ({shown}{' …' if len(names) > 5 else ''}) and may have ended;"
            " they still get a level",
        )
    ]
