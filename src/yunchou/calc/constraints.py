"""What a cascade is asked to meet: total, margins, locks and bounds, as rows over groups of cells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from yunchou.calc.families import UNLIMITED, FloatArray, IndexArray
from yunchou.calc.money import IntArray

Kind = Literal["total", "margin", "lock", "bound"]


@dataclass(frozen=True)
class Margin:
    """The amounts of every combination of the dimensions ``by``; ``values_minor`` has their shape, in that order."""

    by: tuple[str, ...]
    values_minor: IntArray


@dataclass(frozen=True)
class Lock:
    """The amount of the cells ``at`` (dimension → member); with all dimensions named it is one cell."""

    at: Mapping[str, str]
    value_minor: int


@dataclass(frozen=True)
class Bound:
    """The least and the most that the cells ``at`` may sum to, both inclusive; None is no limit."""

    at: Mapping[str, str]
    least_minor: int = 0
    most_minor: int | None = None


@dataclass(frozen=True)
class Rows:
    """Constraints of one kind over one set of dimensions, in whole units.

    ``axes``: the dimensions' places, rising; ``codes``: each group's place in the grid of these dimensions;
    ``index``: each constraint's place in its list of the request (-1 for the total).
    """

    kind: Kind
    axes: tuple[int, ...]
    codes: IntArray
    least: IntArray
    most: IntArray
    index: IntArray


@dataclass(frozen=True)
class Problem:
    """A cascade in a fixed order of its own, so that the order in which it was asked changes nothing.

    ``names`` and ``members`` are sorted as people read them (2月 before 10月); ``weights`` has their shape.
    ``axes_given`` and ``places_given``: the axis, and the places along it, of each dimension as given.
    """

    names: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    weights: FloatArray
    rows: tuple[Rows, ...]
    axes_given: tuple[int, ...]
    places_given: tuple[IndexArray, ...]
    shape: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(len(some) for some in self.members))

    def as_given(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Bring an array from the problem's own order back to the order given."""
        return _taken(np.transpose(values, self.axes_given), self.places_given)

    def grid(self, axes: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of the grid of ``axes``."""
        return tuple(self.shape[axis] for axis in axes)

    def codes(self, axes: Sequence[int]) -> IndexArray:
        """Return each cell's place in the grid of ``axes``, shape ``(cells,)``."""
        code: IndexArray = np.zeros((1,) * len(self.shape), dtype=np.int64)
        for axis in axes:
            place = np.arange(self.shape[axis]).reshape([-1 if other == axis else 1 for other in range(len(self.shape))])
            code = code * self.shape[axis] + place
        return np.broadcast_to(code, self.shape).ravel()

    def group(self, axes: Sequence[int], code: int) -> dict[str, str]:
        """Return the dimension → member of one group."""
        places = np.unravel_index(code, self.grid(axes)) if axes else ()
        return {self.names[axis]: self.members[axis][int(place)] for axis, place in zip(axes, places, strict=True)}

    @cached_property
    def locked_cells(self) -> tuple[IntArray, IntArray]:
        """Places and values of cells locked one by one; of several locks on one cell the first."""
        every = tuple(range(len(self.shape)))
        found = [rows for rows in self.rows if rows.kind == "lock" and rows.axes == every]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        cells, first = np.unique(found[0].codes, return_index=True)
        return cells, found[0].least[first]

    @cached_property
    def openers(self) -> tuple[npt.NDArray[np.bool_], ...]:
        """For each of ``rows``, which of its constraints open their cells of weight 0.

        A lock or a minimum does when no cell of positive weight is left for it to stand on, cells locked one by
        one set aside.
        """
        if all(rows.kind not in {"lock", "bound"} for rows in self.rows):
            return tuple(np.zeros(len(rows.codes), dtype=bool) for rows in self.rows)
        flat = self.weights.ravel().copy()
        cells, values = self.locked_cells
        flat[cells] = 0
        fixed = np.zeros(flat.size)
        fixed[cells] = values
        found = []
        for rows in self.rows:
            if rows.kind not in {"lock", "bound"}:
                found.append(np.zeros(len(rows.codes), dtype=bool))
            elif len(rows.axes) == len(self.shape):
                found.append((rows.least > 0) & (self.weights.ravel()[rows.codes] == 0))
            else:
                codes = self.codes(rows.axes)
                size = int(np.prod(self.grid(rows.axes), dtype=np.int64))
                stands = np.bincount(codes[flat > 0], minlength=size) > 0
                locked = np.bincount(codes, weights=fixed, minlength=size)
                found.append((rows.least > locked[rows.codes]) & ~stands[rows.codes])
        return tuple(found)

    @cached_property
    def prior(self) -> FloatArray:
        """The weights as raking starts from them; shape as ``weights``.

        What a lock or a minimum opens is weighed evenly; what only a minimum opens gets a vanishing weight, so
        that it receives the minimum and no more. Cells locked one by one, and cells of groups that must be 0,
        are taken out.
        """
        weights = self.weights.copy()
        flat = weights.ravel()
        cells, _ = self.locked_cells
        if any(opens.any() for opens in self.openers):
            typical = float(flat[flat > 0].mean()) if (flat > 0).any() else 1.0
            opened = np.zeros(flat.size)
            for rows, opens in zip(self.rows, self.openers, strict=True):
                if opens.any():
                    inside = self.within(rows, opens) & (flat == 0)
                    opened[inside] = np.maximum(opened[inside], typical if rows.kind == "lock" else typical * 1e-9)
            flat += opened
        for rows in self.rows:
            if (rows.most == 0).any():
                flat[self.within(rows, rows.most == 0)] = 0
        flat[cells] = 0
        return weights

    def within(self, rows: Rows, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return which cells lie in a chosen group of ``rows``, shape ``(cells,)``."""
        grid = np.zeros(int(np.prod(self.grid(rows.axes), dtype=np.int64)), dtype=bool)
        grid[rows.codes[chosen]] = True
        return grid[self.codes(rows.axes)]


_NUMBERS = re.compile("([0-9]+)")


def reading_order(members: Sequence[str]) -> list[int]:
    """Return the places of ``members`` in the order people read them: 2月 before 10月.

    Source:
        Own.
    """

    def key(place: int) -> tuple[list[str | int], str]:
        # words and numbers by turns, so that like is compared with like
        parts: list[str | int] = [*_NUMBERS.split(members[place])]
        parts[1::2] = map(int, parts[1::2])
        return parts, members[place]

    return sorted(range(len(members)), key=key)


def _taken(values: npt.NDArray[Any], places: Sequence[IndexArray]) -> npt.NDArray[Any]:
    """Return a copy with the places taken along each axis; axes that stay as they are cost nothing."""
    for axis, place in enumerate(places):
        if not np.array_equal(place, np.arange(len(place))):
            values = np.take(values, place, axis=axis)
    return np.ascontiguousarray(values)


def state_problem(
    dimensions: Mapping[str, Sequence[str]],
    weights: npt.NDArray[np.float64 | np.int64],
    *,
    total_minor: int | None,
    margins: Sequence[Margin],
    locks: Sequence[Lock],
    bounds: Sequence[Bound],
    unit_minor: int,
) -> Problem:
    """Return the problem in its own order, in whole units.

    Raises:
        KeyError: A dimension or a member is unknown.
        ValueError: A shape does not fit.

    Source:
        Own.
    """
    given = list(dimensions)
    order = reading_order(given)
    names = tuple(given[place] for place in order)
    sorting = {name: np.array(reading_order(dimensions[name]), dtype=np.int64) for name in names}
    members = tuple(tuple(dimensions[name][place] for place in sorting[name]) for name in names)
    own = np.transpose(np.asarray(weights, dtype=np.float64), order)
    own = _taken(own, [sorting[name] for name in names])
    axis_of = {name: axis for axis, name in enumerate(names)}
    place_of = [{member: place for place, member in enumerate(some)} for some in members]
    rows = []
    if total_minor is not None:
        one = np.zeros(1, dtype=np.int64)
        rows.append(Rows("total", (), one, one + total_minor // unit_minor, one + total_minor // unit_minor, one - 1))
    for number, margin in enumerate(margins):
        by_order = sorted(range(len(margin.by)), key=lambda place: axis_of[margin.by[place]])
        values = np.transpose(np.asarray(margin.values_minor), by_order)
        values = _taken(values, [sorting[margin.by[place]] for place in by_order]).ravel() // unit_minor
        axes = tuple(axis_of[margin.by[place]] for place in by_order)
        rows.append(Rows("margin", axes, np.arange(values.size), values, values, np.full(values.size, number)))
    for kind, asked in (("lock", locks), ("bound", bounds)):
        rows.extend(_box_rows(kind, asked, axis_of, place_of, unit_minor))  # type: ignore[arg-type]
    rows.sort(key=lambda some: (len(some.axes), some.axes))
    places_given = tuple(np.argsort(sorting[name]) for name in given)
    return Problem(names, members, own, tuple(rows), tuple(axis_of[name] for name in given), places_given)


def _box_rows(
    kind: Kind, asked: Sequence[Lock | Bound], axis_of: Mapping[str, int], place_of: Sequence[Mapping[str, int]], unit_minor: int
) -> list[Rows]:
    """Gather locks or bounds by the dimensions they name."""
    gathered: dict[tuple[int, ...], list[tuple[int, int, int, int]]] = {}
    for number, one in enumerate(asked):
        axes = tuple(sorted(axis_of[name] for name in one.at))
        places = {axis_of[name]: place_of[axis_of[name]][member] for name, member in one.at.items()}
        code = 0
        for axis in axes:
            code = code * len(place_of[axis]) + places[axis]
        if isinstance(one, Lock):
            least = most = one.value_minor // unit_minor
        else:
            least = one.least_minor // unit_minor
            most = UNLIMITED if one.most_minor is None else one.most_minor // unit_minor
        gathered.setdefault(axes, []).append((code, number, least, most))
    made = []
    for axes, entries in gathered.items():
        table = np.array(sorted(entries, key=lambda entry: (entry[0], entry[2], entry[3], entry[1])), dtype=np.int64)
        made.append(Rows(kind, axes, table[:, 0], table[:, 2], table[:, 3], table[:, 1]))
    return made
