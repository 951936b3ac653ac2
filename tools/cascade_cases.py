"""Cascades with a known answer, or with a known contradiction, for the benchmark and the evidence page."""

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.calc.cascade import Bound, Lock, Margin

Amounts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
NAMES = "abcd"
# the conflicts: 4,700 margin groups and 5,300 locks and bounds over 60,000 cells
CONFLICT_SHAPE, CONSTRAINTS = (30, 40, 50), 10_000


@dataclass(frozen=True)
class Case:
    """What ``cascade`` is asked, and the table it was read off."""

    dimensions: dict[str, list[str]]
    weights: Weights
    known: Amounts
    margins: list[Margin]
    locks: list[Lock] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)

    @property
    def asked(self) -> dict[str, Any]:
        """Return the keyword arguments of ``cascade``."""
        return {"margins": self.margins, "locks": self.locks, "bounds": self.bounds}


def dimensions_of(shape: tuple[int, ...]) -> dict[str, list[str]]:
    """Return dimensions named a, b, c, d with members such as a0."""
    return {name: [f"{name}{number}" for number in range(size)] for name, size in zip(NAMES, shape, strict=False)}


def margin_of(known: Amounts, by: tuple[str, ...]) -> Margin:
    """Return what a table sums to by some of its dimensions."""
    return Margin(by, known.sum(axis=tuple(axis for axis in range(known.ndim) if NAMES[axis] not in by)))


def plain(shape: tuple[int, ...], bys: list[tuple[str, ...]], zeros: float = 0.0, seed: int = 1) -> Case:
    """Return a table whose weights are near its amounts."""
    rng = np.random.default_rng(seed)
    known = rng.integers(0, 2000, shape)
    weights = np.round(known * rng.uniform(0.5, 1.5, shape) + 1, 3)
    gone = rng.random(shape) < zeros
    known[gone], weights[gone] = 0, 0
    return Case(dimensions_of(shape), weights, known, [margin_of(known, by) for by in bys])


def forced(shape: tuple[int, int], count: int, seed: int) -> Case:
    """Return amounts in blocks along the diagonal, with weights above the blocks that every answer leaves at 0."""
    rng = np.random.default_rng(seed)
    row, column = (np.sort(rng.integers(0, count, size)) for size in shape)
    known = np.where(row[:, None] == column, rng.integers(0, 1000, shape), 0)
    weights = np.where(row[:, None] > column, 0, rng.uniform(0.1, 2, shape))
    return Case(dimensions_of(shape), weights, known, [margin_of(known, ("a",)), margin_of(known, ("b",))])


def _some_group(rng: np.random.Generator, known: Amounts, most: int) -> tuple[dict[str, str], int]:
    axes = sorted(rng.choice(known.ndim, int(rng.integers(1, most + 1)), replace=False))
    place = {int(axis): int(rng.integers(known.shape[axis])) for axis in axes}
    cells = known[tuple(place.get(axis, slice(None)) for axis in range(known.ndim))]
    return {NAMES[axis]: f"{NAMES[axis]}{member}" for axis, member in place.items()}, int(cells.sum())


def locked(*, two_way: bool, seed: int) -> Case:
    """Return 5 × 7 × 3 × 12 with 20 locks on subtotals: one-way margins, or all two-way ones over 80 % zeros."""
    rng = np.random.default_rng(seed)
    shape = (5, 7, 3, 12)
    known = rng.integers(0, 1000, shape)
    weights = rng.uniform(0.1, 2, shape)
    if two_way:
        known[rng.random(shape) < 0.8] = 0
        weights[known == 0] = 0
    locks = [Lock(*_some_group(rng, known, 3)) for _ in range(20)]
    bys = list(itertools.combinations(NAMES, 2 if two_way else 1))
    return Case(dimensions_of(shape), weights, known, [margin_of(known, by) for by in bys], locks)


def edited(side: int, zeros: float, seed: int = 3) -> tuple[Case, int]:
    """Return a square table as it was, with one cell locked 1,500 units higher, and that edit."""
    rng = np.random.default_rng(seed)
    known = np.rint(rng.lognormal(8, 1.2, (side, side))).astype(np.int64)
    known[rng.random(known.shape) < zeros] = 0
    known[3, 4] = 5000
    locks = [Lock({"a": "a3", "b": "b4"}, 6500)]
    margins = [margin_of(known, ("a",)), margin_of(known, ("b",))]
    return Case(dimensions_of(known.shape), known.astype(np.float64), known, margins, locks), 1500


def _margins_that_shift(case: Case, seed: int) -> Case:
    """One slice lets a few regions sell only a few products; these are then asked for more than those products bring."""
    rng = np.random.default_rng(seed)
    known, weights = case.known.copy(), case.weights.copy()
    b = int(rng.integers(known.shape[1]))
    few, products = rng.choice(known.shape[0], 4, replace=False), rng.choice(known.shape[2], 9, replace=False)
    inside, within = np.isin(np.arange(known.shape[0]), few), np.isin(np.arange(known.shape[2]), products)
    closed = inside[:, None] & ~within
    known[:, b][closed], weights[:, b][closed] = 0, 0
    known[:, b][~inside[:, None] & within] = 0
    pairs = [margin_of(known, by) for by in (("a", "b"), ("b", "c"), ("a", "c"))]
    other = int(np.nonzero(~inside)[0][0])
    pairs[0].values_minor[few[0], b] += 7
    pairs[0].values_minor[other, b] -= min(7, int(pairs[0].values_minor[other, b]))
    c = int(np.nonzero(~within)[0][0])
    pairs[2].values_minor[few[0], c] += 7
    pairs[2].values_minor[other, c] -= 7
    return Case(case.dimensions, weights, known, pairs)


def conflict(kind: str, seed: int) -> Case:
    """Return 10,000 constraints over 60,000 cells that contradict each other in one place."""
    rng = np.random.default_rng(seed)
    known = rng.integers(5, 100, CONFLICT_SHAPE)
    weights = rng.uniform(0.5, 2, CONFLICT_SHAPE)
    if "sparse" in kind:
        known[rng.random(CONFLICT_SHAPE) < 0.8] = 0
        weights[known == 0] = 0
    case = Case(dimensions_of(CONFLICT_SHAPE), weights, known, [margin_of(known, by) for by in (("a", "b"), ("b", "c"), ("a", "c"))])
    if kind == "reach":
        case = _margins_that_shift(case, seed)
        known = case.known
    margin_groups = sum(margin.values_minor.size for margin in case.margins)
    for number in range(CONSTRAINTS - margin_groups):
        at, value = _some_group(rng, known, 3)
        if kind == "reach":  # locks would meet the shifted sums' groups: only loose limits stand around it
            case.bounds.append(Bound(at, 0, 2 * value + 100))
        elif number % 2:
            case.locks.append(Lock(at, value))
        else:
            case.bounds.append(Bound(at, value // 2, value + int(rng.integers(1, 50))))
    if kind.startswith("lock"):
        at, value = next((dict(lock.at), lock.value_minor) for lock in case.locks if len(lock.at) == 2 and lock.value_minor > 0)
        case.locks[:] = [Lock(lock.at, value + 3) if dict(lock.at) == at else lock for lock in case.locks]
    if kind.startswith("minimums"):
        a, b = int(rng.integers(CONFLICT_SHAPE[0])), int(rng.integers(CONFLICT_SHAPE[1]))
        for c in range(CONFLICT_SHAPE[2]):
            case.bounds.append(Bound({"a": f"a{a}", "b": f"b{b}", "c": f"c{c}"}, int(known[a, b, c]) + (c == 7), None))
    if kind.startswith("crossing"):
        # a band of groups is asked for a little more than the other margins leave it
        a = int(rng.integers(CONFLICT_SHAPE[0]))
        for b in range(CONFLICT_SHAPE[1]):
            case.bounds.append(Bound({"a": f"a{a}", "b": f"b{b}"}, int(known[a, b].sum()), None))
        case.locks.append(Lock({"a": f"a{a}"}, int(known[a].sum()) - 2))
    return case


CONFLICTS = ("lock", "lock, sparse", "minimums", "minimums, sparse", "crossing", "crossing, sparse", "reach")


def write_case(case: Case, folder: Path, ending: str) -> Path:
    """Write a cascade as the command reads it; weights as CSV or Parquet."""
    folder.mkdir()
    weights = _frame(case.dimensions, case.weights, "weight").filter(pl.col("weight") > 0)
    if ending == "csv":
        weights.write_csv(folder / "weights.csv")
    else:
        weights.write_parquet(folder / "weights.parquet")
    lines = ["dimensions:", *(f"  {name}: [{', '.join(members)}]" for name, members in case.dimensions.items())]
    lines += [f"weights: weights.{ending}", "margins:"]
    for margin in case.margins:
        name = f"by-{'-'.join(margin.by)}.csv"
        _frame({one: case.dimensions[one] for one in margin.by}, margin.values_minor, "value").write_csv(folder / name)
        lines.append(f"  - {{by: [{', '.join(margin.by)}], file: {name}}}")
    path = folder / "spec.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _frame(dimensions: dict[str, list[str]], values: npt.NDArray[Any], column: str) -> pl.DataFrame:
    places = np.indices(values.shape).reshape(values.ndim, -1)
    keys = {name: pl.Series(members).gather(place) for (name, members), place in zip(dimensions.items(), places, strict=True)}
    return pl.DataFrame({**keys, column: values.ravel()})
