"""From the real-valued cascade to whole units, whatever its groups look like."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yunchou.calc.blocks import merge_rows
from yunchou.calc.chain import round_chain
from yunchou.calc.constraints import Problem
from yunchou.calc.families import UNLIMITED, FloatArray, Groups
from yunchou.calc.lattice import NoWholeAnswer, nearest_whole
from yunchou.calc.money import IntArray
from yunchou.calc.nesting import levels, two_families
from yunchou.calc.remainders import split_whole
from yunchou.calc.rounding import round_nested
from yunchou.calc.solver import quiet_solver

# cells may go this many units further than the next whole one, if nothing nearer is found
_FURTHER = (1, 3, 15)
# the search within one unit ends soon or hardly ever
_FIRST_SECONDS = 2.0
# so many cells and sums are searched by whole moves
_MOST_CELLS, _MOST_SUMS = 4_000, 6_000


@dataclass(frozen=True)
class Excluded(Exception):  # noqa: N818 - an answer of the solver, not a fault
    """There is no whole answer at all (proven)."""


def round_cascade(problem: Problem, values: FloatArray, seconds_left: Callable[[], float]) -> IntArray:
    """Return whole units that meet every constraint of the problem exactly; shape as the problem.

    Two nested families are rounded by a flow, each cell within one unit of ``values``. Beyond, HiGHS looks within one
    unit; margins that form a chain are rounded by one flow after the other; then the moves that change no sum are
    searched for a near answer; then HiGHS looks again, further and further.

    Raises:
        ValueError: ``values`` do not meet the sums closely enough.
        Excluded: There is no whole answer, however far.
        TimeoutError: None was found in time.

    Source:
        As ``yunchou.calc.rounding.round_nested``; Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised
        simplex method", *Mathematical Programming Computation* 10 (2018), for HiGHS.
    """
    families = two_families(problem)
    if families is not None:
        return _round_nested(values.ravel(), [levels(problem, family) for family in families]).reshape(problem.shape)
    found = _round_crossing(problem, values, seconds_left)
    if found is None:
        raise Excluded
    return found.reshape(problem.shape)


def _round_nested(flat: FloatArray, families: list[list[Groups]]) -> IntArray:
    """Round nested families; where most cells are 0, and stay it, the others alone are looked at."""
    used = np.flatnonzero(flat > 0)
    if 2 * len(used) > flat.size:
        return round_nested(flat, *families)
    answer = np.zeros(flat.size, dtype=np.int64)
    answer[used] = round_nested(flat[used], *[[Groups(level.of[used], level.least, level.most) for level in family] for family in families])
    return answer


def _round_crossing(problem: Problem, values: FloatArray, seconds_left: Callable[[], float]) -> IntArray | None:
    """Look for whole units where the groups cross in more than two families; None when there are none."""
    flat = values.ravel()
    parts = split_whole(flat)
    looks: list[Callable[[], IntArray | None]] = [
        lambda: _search(problem, flat, parts, 0, min(seconds_left() / 6, _FIRST_SECONDS)),
        lambda: round_chain(problem, values, seconds_left),
    ]
    # a chain of flows may leave a cell a little further, and is sure to end: first where cells are too many to search
    for look in looks[::-1] if np.count_nonzero(flat) > _MOST_CELLS else looks:
        # what runs out of time leaves the others theirs
        with contextlib.suppress(TimeoutError):
            found = look()
            if found is not None:
                return found
    near: IntArray | None = None
    with contextlib.suppress(TimeoutError):
        near = _near(problem, flat, seconds_left)
    distance = np.inf if near is None else float(np.abs(near - flat).max(initial=0.0))
    for further in _FURTHER:
        if distance <= further + 2:
            return near
        with contextlib.suppress(TimeoutError):
            found = _search(problem, flat, parts, further, seconds_left() / 3)
            if found is not None:
                return found
    return near if near is not None else _search(problem, flat, parts, None, seconds_left())


def _near(problem: Problem, flat: FloatArray, seconds_left: Callable[[], float]) -> IntArray | None:
    """Look among the moves that change no sum; None when the problem is too large for that, or what is found leaves its limits."""
    cells = np.nonzero(flat > 0)[0]
    blocks = merge_rows(problem)
    if len(cells) > _MOST_CELLS or sum(len(block.codes) for block in blocks) > _MOST_SUMS:
        return None
    fixed, locked = problem.locked_cells
    cells = np.setdiff1d(cells, fixed)
    layers, goals, ranges = [], [], []
    for block in blocks:
        row_of = np.full(int(np.prod(problem.grid(block.axes), dtype=np.int64)), -1, dtype=np.int64)
        row_of[block.codes] = np.arange(len(block.codes))
        row = row_of[problem.codes(block.axes)[cells]]
        layer = np.zeros((len(block.codes), len(cells)), dtype=np.int64)
        layer[row[row >= 0], np.nonzero(row >= 0)[0]] = 1
        layers.append(layer)
        goals.append(np.where(block.least == block.most, block.least, 0).astype(np.int64))
        ranges.append((block.least, block.most))
    sums = np.concatenate(layers)
    least, most = (np.concatenate(side) for side in zip(*ranges, strict=True))
    # what is only bounded is a cell more: its own sum, taken away
    loose = np.nonzero(least < most)[0]
    spare = np.zeros((len(sums), len(loose)), dtype=np.int64)
    spare[loose, np.arange(len(loose))] = -1
    real = np.concatenate([flat[cells], sums[loose] @ flat[cells]])
    limits = np.concatenate([np.zeros(len(cells)), least[loose]]), np.concatenate([np.full(len(cells), np.inf), most[loose]])
    rows = np.unique(np.hstack([sums, spare, np.concatenate(goals)[:, None]]), axis=0)
    try:
        found = nearest_whole(rows[:, :-1], rows[:, -1], real, limits, seconds_left)
    except NoWholeAnswer:
        raise Excluded from None
    if found is None:
        return None
    answer = np.zeros(flat.size, dtype=np.int64)
    answer[fixed] = locked
    answer[cells] = found[: len(cells)]
    return answer


def _search(problem: Problem, flat: FloatArray, parts: tuple[IntArray, FloatArray], further: int | None, seconds: float) -> IntArray | None:
    """Let HiGHS choose the units to add to the lowest allowed ones; None when there are none."""
    import highspy  # noqa: PLC0415 - loaded only where used
    from scipy.sparse import csc_array, vstack  # noqa: PLC0415

    floors, remainders = parts
    movable = (remainders > 0) if further == 0 else flat > 0
    cells = np.nonzero(movable)[0]
    below = floors[cells] if further is None else np.minimum(further, floors[cells])
    base = floors.copy()
    base[cells] -= below
    room: npt.NDArray[np.float64] = np.full(len(cells), np.inf)
    if further is not None:
        room = below.astype(np.float64) + further + (remainders[cells] > 0)
    layers, lower, upper = [], [], []
    for rows in problem.rows:
        size = int(np.prod(problem.grid(rows.axes), dtype=np.int64))
        codes = problem.codes(rows.axes)
        held = np.zeros(size, dtype=np.int64)
        np.add.at(held, codes, base)
        layer = csc_array((np.ones(len(cells)), (codes[cells], np.arange(len(cells)))), shape=(size, len(cells))).tocsr()
        layers.append(layer[rows.codes])
        lower.append((rows.least - held[rows.codes]).astype(np.float64))
        upper.append(np.where(rows.most >= UNLIMITED, np.inf, (rows.most - held[rows.codes]).astype(np.float64)))
    limits = np.concatenate(lower), np.concatenate(upper)
    if not len(cells):
        return base if (limits[0] <= 0).all() and (limits[1] >= 0).all() else None
    # a unit more costs least where the remainder is largest
    costs = 1 - 2 * remainders[cells] if further == 0 else np.zeros(len(cells))
    model, highs = quiet_solver(vstack(layers, format="csc"), costs=costs, room=room, rows=limits)
    model.integrality_ = np.full(len(cells), highspy.HighsVarType.kInteger)
    highs.setOptionValue("mip_rel_gap", 0.01)
    if np.isfinite(seconds):
        highs.setOptionValue("time_limit", max(seconds, 0.1))
    highs.passModel(model)
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise TimeoutError
    answer = base.copy()
    answer[cells] += np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
    return answer
