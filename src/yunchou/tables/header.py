"""Finding the header: below titles, over one row or two, with names that are given once."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.amounts import parse_amount
from yunchou.tables.dates import parse_date
from yunchou.tables.grid import Grid, letters
from yunchou.tables.words import ROLES, plain_header, rank, unit_scale

_SEARCHED = 60
_FEWEST_NAMES = 2

_Row = Sequence[str | None]


@dataclass(frozen=True, kw_only=True)
class Header:
    """The names of the columns and where the data begin.

    ``names`` are unique: a name given to several columns is followed by the column's letters, ``金额 (C)``;
    an empty one is the letters in brackets. ``repeated`` maps a name given twice to what it became.
    ``written`` are the texts of the header's last row, to know it again where a printed list repeats it.
    """

    names: tuple[str, ...]
    written: tuple[str | None, ...]
    rows: int
    first: int
    repeated: dict[str, tuple[str, ...]]
    title: str
    unit: tuple[str, int] | None


def find_header(grid: Grid, *, wanted: Collection[str]) -> Header:
    """Find the header of a table.

    ``wanted`` are headers asked for by name: the row that holds them all is taken before any other.

    Raises:
        BadInput: No row looks like a header.
    """
    if grid.names is not None:
        return _named(grid.names, grid.names, grid=grid, rows=0, first=0, title=())
    rows = grid.cells.head(_SEARCHED).rows()
    found = _best_row(rows, {plain_header(name) for name in wanted})
    if found is None:
        raise BadInput(
            Text(
                "找不到表头：请让表格有一行列名（如 日期、金额），再试一次",
                "found no header: give the table one row of column names (such as date, amount) and try again",
            )
        )
    top = bottom = found
    if found + 1 < len(rows) and _completes(rows[found], rows[found + 1]):
        bottom = found + 1
    elif found > 0 and _completes(rows[found - 1], rows[found]):
        top = found - 1
    names = _two_rows(rows[top], rows[bottom]) if top < bottom else tuple(_tidy(cell) for cell in rows[found])
    used = max((index + 1 for index, name in enumerate(names) if name), default=0)
    if grid.ragged:
        extra = [row for row in rows[bottom + 1 :] if any((cell or "").strip() for cell in row[used:])]
        # A column without a name is one in most rows; in a few rows it is a comma in the wrong place.
        if len(extra) * 2 <= len(rows) - bottom - 1:
            names = names[:used]
    return _named(names, rows[bottom], grid=grid, rows=bottom - top + 1, first=bottom + 1, title=rows[:top])


def _tidy(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _named(names: Sequence[str], written: _Row, *, grid: Grid, rows: int, first: int, title: Sequence[_Row]) -> Header:
    width = len(names)
    while width > 0 and not names[width - 1] and grid.cells.to_series(width - 1).is_null().all():
        width -= 1
    names = names[:width]
    counts = Counter(names)
    unique: list[str] = []
    repeated: dict[str, list[str]] = {}
    for index, name in enumerate(names):
        place = f"({letters(grid.first_column + index)})"
        given = place if not name else f"{name} {place}" if counts[name] > 1 else name
        if name and counts[name] > 1:
            repeated.setdefault(name, []).append(given)
        unique.append(given)
    words = [cell for row in title for cell in row if cell]
    return Header(
        names=tuple(unique),
        written=tuple(written[:width]),
        rows=rows,
        first=first,
        repeated={name: tuple(given) for name, given in repeated.items()},
        title=" ".join(words),
        unit=next(filter(None, map(unit_scale, words)), None),
    )


def _is_value(cell: str) -> bool:
    return parse_date(cell) is not None or parse_amount(cell).value is not None


def _known_roles(row: _Row) -> int:
    return sum(any(cell and rank(cell, role) is not None for cell in row) for role in ROLES)


def _best_row(rows: Sequence[_Row], wanted: set[str]) -> int | None:
    filled = [[cell for cell in row if cell and cell.strip()] for row in rows]
    if wanted:
        for index, cells in enumerate(filled):
            if wanted <= {plain_header(cell) for cell in cells}:
                return index
    usual = sorted(len(cells) for cells in filled if cells)
    least = max(_FEWEST_NAMES, (usual[len(usual) // 2] + 1) // 2) if usual else _FEWEST_NAMES
    best, best_roles = None, -1
    for index, cells in enumerate(filled):
        values = sum(map(_is_value, cells))
        roles = _known_roles(cells)
        if len(cells) < least or (values and (roles < _FEWEST_NAMES or values * 3 > len(cells))):
            continue
        if roles > best_roles:
            best, best_roles = index, roles
    return best


def _completes(upper: _Row, lower: _Row) -> bool:
    """Tell whether two rows make one header: both hold words only, and each has names where the other has gaps."""
    words = [[cell for cell in row if cell and cell.strip()] for row in (upper, lower)]
    if min(map(len, words)) < _FEWEST_NAMES or any(_is_value(cell) for row in words for cell in row):
        return False
    gaps_above = sum(bool(low and not up) for up, low in zip(upper, lower, strict=True))
    gaps_below = sum(bool(up and not low) for up, low in zip(upper, lower, strict=True))
    return gaps_above > 0 and gaps_below > 0


def _two_rows(upper: _Row, lower: _Row) -> tuple[str, ...]:
    group, names = "", []
    for up, low in zip(map(_tidy, upper), map(_tidy, lower), strict=True):
        group = up or (group if low else "")
        names.append((group, low))
    alone = Counter(low for _, low in names if low)
    return tuple(
        low if low and alone[low] == 1 and (not group or _is_known(low)) else " ".join(filter(None, (group, low))) for group, low in names
    )


def _is_known(name: str) -> bool:
    return any(rank(name, role) is not None for role in ROLES)


def stated_unit(header: Header, amount: str) -> tuple[str, int] | None:
    """Return the unit in which a table states its amounts, in the column's own header or in a title."""
    return unit_scale(amount) or header.unit
