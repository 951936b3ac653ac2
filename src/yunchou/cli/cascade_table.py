"""Read the tables a cascade names: margins and weights, one row a combination."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.families import FloatArray
from yunchou.calc.money import LARGEST_MINOR, IntArray
from yunchou.calc.text import Text
from yunchou.tables.grid import column_name
from yunchou.tables.header import find_header
from yunchou.tables.opening import open_grid
from yunchou.tables.roles import find_column


@dataclass(frozen=True)
class Place:
    """Where in a file something stands, for the sentence that refuses it."""

    path: Path
    where: str
    where_zh: str = ""

    def of(self, key: str) -> "Place":
        """Return the place of ``key`` inside this one."""
        return Place(self.path, f"{self.where}.{key}" if self.where else key)

    def wrong(self, zh: str, en: str) -> BadInput:
        """Return the refusal of what stands here."""
        where_zh, where_en = (f" 的 {self.where_zh or self.where}", f", {self.where}") if self.where else ("", "")
        return BadInput(Text(f"{self.path}{where_zh}：{zh}", f"{self.path}{where_en}: {en}"))

    def multiple(self, amount: int, unit: int) -> int:
        """Return an amount that is a multiple of the unit; refuse any other."""
        below = amount // unit * unit
        if below != amount:
            raise self.wrong(
                f"{amount} 不是 unit {unit} 的整数倍，最接近的是 {below} 和 {below + unit}",
                f"{amount} is no multiple of the unit {unit}; the nearest are {below} and {below + unit}",
            )
        return amount


def read_amount_column(path: Path, chosen: Mapping[str, tuple[str, ...]], unit: int) -> IntArray:
    """Return the column ``value`` by the dimensions ``chosen``; -1 where a group is not listed.

    Raises:
        BadInput: With the file and the row.
    """
    table = _Table(path, chosen, "value")
    text = table.numbers.str.replace(r"\.0*$", "")
    bad = ~text.str.contains(r"^[+-]?[0-9]{1,18}$").fill_null(value=False)
    if bad.any():
        raise table.row(bad).wrong(f"“{table.numbers.filter(bad)[0]}”不是整数", f"{table.numbers.filter(bad)[0]!r} is no whole number")
    amounts = text.cast(pl.Int64)
    for wrong, zh, en in (
        (amounts < 0, "不能是负数", "must not be negative"),
        (amounts > LARGEST_MINOR, f"超过 {LARGEST_MINOR}", f"is beyond {LARGEST_MINOR}"),
    ):
        if wrong.any():
            raise table.row(wrong).wrong(f"{amounts.filter(wrong)[0]} {zh}", f"{amounts.filter(wrong)[0]} {en}")
    uneven = amounts % unit != 0
    if uneven.any():
        table.row(uneven).multiple(int(amounts.filter(uneven)[0]), unit)
    values = np.full(table.size, -1, dtype=np.int64)
    values[table.codes] = amounts.to_numpy()
    return values.reshape(table.shape)


def read_weight_column(path: Path, dimensions: Mapping[str, tuple[str, ...]]) -> FloatArray:
    """Return the column ``weight`` by the dimensions; 0 where a combination is not listed.

    Raises:
        BadInput: With the file and the row.
    """
    table = _Table(path, dimensions, "weight")
    weights = table.numbers.cast(pl.Float64, strict=False)
    bad = weights.is_null() | ~weights.is_finite().fill_null(value=False)
    if bad.any():
        raise table.row(bad).wrong(
            f"权重“{table.numbers.filter(bad)[0]}”不是数", f"the weight {table.numbers.filter(bad)[0]!r} is no number"
        )
    negative = weights < 0
    if negative.any():
        raise table.row(negative).wrong(
            f"权重 {weights.filter(negative)[0]} 不能是负数", f"the weight {weights.filter(negative)[0]} must not be negative"
        )
    values = np.zeros(table.size)
    values[table.codes] = weights.to_numpy()
    return values.reshape(table.shape)


class _Table:
    """One row a combination of the dimensions: ``codes`` their places, ``numbers`` the text of the other column."""

    def __init__(self, path: Path, dimensions: Mapping[str, tuple[str, ...]], measure: str) -> None:
        self.path = path
        columns, self._numbers_of_rows = _typed(path, dimensions, measure) or _texts(path, dimensions, measure)
        self.shape = tuple(len(members) for members in dimensions.values())
        self.size = int(np.prod(self.shape, dtype=np.int64))
        self.numbers = columns[measure]
        self.codes = np.zeros(len(self.numbers), dtype=np.int64)
        for name, members in dimensions.items():
            found = columns[name]
            places = found.cast(pl.Enum(list(members)), strict=False).to_physical()
            strange = places.is_null()
            if strange.any():
                word = str(found.filter(strange)[0])
                near = get_close_matches(word, list(members), n=1, cutoff=0.0)[:1] or list(members[:1])
                raise self.row(strange).wrong(
                    f"{name} 没有成员“{word}”，最接近的是“{near[0]}”", f"{name} has no member {word!r}; the nearest known is {near[0]!r}"
                )
            self.codes *= len(members)
            self.codes += places.to_numpy()
        self._refuse_repeats(dimensions)

    def _refuse_repeats(self, dimensions: Mapping[str, tuple[str, ...]]) -> None:
        seen = np.zeros(self.size, dtype=bool)
        seen[self.codes] = True
        if int(seen.sum()) == len(self.codes):
            return
        repeated = pl.Series(~pl.Series(self.codes).is_first_distinct())
        places = np.unravel_index(int(self.codes[repeated.to_numpy()][0]), self.shape)
        group = "/".join(members[int(place)] for members, place in zip(dimensions.values(), places, strict=True))
        raise self.row(repeated).wrong(f"“{group}”出现两次", f"{group} stands twice")

    def row(self, wrong: pl.Series) -> Place:
        """Return the place of the first row that is wrong."""
        number = self._numbers_of_rows.filter(wrong)[0]
        return Place(self.path, f"row {number}", f"第 {number} 行")


def _typed(path: Path, dimensions: Mapping[str, tuple[str, ...]], measure: str) -> tuple[dict[str, pl.Series], pl.Series] | None:
    """Return the columns of a Parquet file as they are stored, when they are clean words and weights; None of any other file."""
    with path.open("rb") as file:
        if measure != "weight" or file.read(4) != b"PAR1":
            return None
    try:
        schema = pl.read_parquet_schema(path)
        if not all(schema.get(name) == pl.String for name in dimensions) or not isinstance(schema.get(measure), (pl.Float32, pl.Float64)):
            return None
        frame = pl.read_parquet(path, columns=[*dimensions, measure], glob=False)
    except (pl.exceptions.PolarsError, OSError):
        return None  # refused in words where every file is opened
    unknown = [frame[name].cast(pl.Enum(list(members)), strict=False).null_count() for name, members in dimensions.items()]
    if any(unknown) or not frame.height:
        return None
    return dict(zip(frame.columns, frame, strict=True)), pl.int_range(1, frame.height + 1, eager=True, dtype=pl.Int64)


def _texts(path: Path, dimensions: Mapping[str, tuple[str, ...]], measure: str) -> tuple[dict[str, pl.Series], pl.Series]:
    """Return the columns as trimmed words, empty rows left out, and the row numbers a person sees."""
    grid = open_grid(path, None)
    header = find_header(grid, wanted=[*dimensions, measure])
    body = grid.cells.slice(header.first)
    numbers = grid.numbers.slice(header.first)
    names = (*dimensions, measure)
    columns = {
        name: body[column_name(header.names.index(find_column(name, header, path)))].fill_null("").str.strip_chars() for name in names
    }
    empty = body.select(pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))).to_series()
    if empty.any():
        columns = {name: column.filter(~empty) for name, column in columns.items()}
        numbers = numbers.filter(~empty)
    # "1,234" is a number that a spreadsheet has written
    columns[measure] = columns[measure].str.replace_all(r",([0-9]{3})", "$1")
    return columns, numbers
