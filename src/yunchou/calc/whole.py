"""From the real-valued cascade to whole units, whatever its groups look like."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yunchou.calc.blocks import merge_rows
from yunchou.calc.constraints import Problem, Rows
from yunchou.calc.families import UNLIMITED, FloatArray, Groups
from yunchou.calc.lattice import NoWholeAnswer, nearest_whole
from yunchou.calc.money import IntArray
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


def two_families(problem: Problem) -> list[list[tuple[Rows, npt.NDArray[np.bool_]]]] | None:
    """Return the constraints as two families of nested groups (rows, and which of them), or None when there are not two.

    Two groups cross when neither names all that the other names and nothing they both name differs. Groups
    that cross must go to different families, which is possible exactly when the graph of crossings has two colours.

    Source:
        Own.
    """
    nodes: list[tuple[int, int]] = []  # a node a margin or the total (place -1), or a single lock or bound
    first: list[int] = []
    for number, rows in enumerate(problem.rows):
        first.append(len(nodes))
        nodes.extend([(number, place) for place in range(len(rows.codes))] if rows.kind in {"lock", "bound"} else [(number, -1)])
    colours = _Colours(len(nodes))
    for one, rows in enumerate(problem.rows):
        for other in range(one + 1, len(problem.rows)):
            with_rows = problem.rows[other]
            if set(rows.axes) <= set(with_rows.axes) or set(with_rows.axes) <= set(rows.axes):
                continue
            if not _set_apart(problem, (rows, first[one]), (with_rows, first[other]), colours):
                return None
    families: list[list[tuple[Rows, npt.NDArray[np.bool_]]]] = [[], []]
    for number, rows in enumerate(problem.rows):
        if rows.kind in {"lock", "bound"}:
            side = np.array([colours.side(first[number] + place) for place in range(len(rows.codes))])
        else:
            side = np.full(len(rows.codes), colours.side(first[number]))
        for colour in (0, 1):
            if (side == colour).any():
                families[colour].append((rows, side == colour))
    return [family for family in families if family]


def _set_apart(problem: Problem, one: tuple[Rows, int], other: tuple[Rows, int], colours: "_Colours") -> bool:
    """Give crossing groups different colours; False when that cannot be."""
    if one[0].kind == other[0].kind == "margin":
        return colours.tie(one[1], other[1], 1)  # both list every group, so some meet
    shared = [axis for axis in one[0].axes if axis in other[0].axes]
    meeting: dict[int, tuple[set[int], set[int]]] = {}
    for side, (rows, start) in enumerate((one, other)):
        places = np.unravel_index(rows.codes, problem.grid(rows.axes))
        code = np.zeros(len(rows.codes), dtype=np.int64)
        for axis in shared:
            code = code * problem.shape[axis] + places[rows.axes.index(axis)]
        single = rows.kind in {"lock", "bound"}
        for place, value in enumerate(code.tolist()):
            meeting.setdefault(value, (set(), set()))[side].add(start + place if single else start)
    for left, right in meeting.values():
        if left and right:
            anchor, against = min(left), min(right)
            ties = [(anchor, node, 0) for node in left] + [(against, node, 0) for node in right] + [(anchor, against, 1)]
            if not all(colours.tie(*tie) for tie in ties):
                return False
    return True


class _Colours:
    """Two colours by union and find with parity."""

    def __init__(self, nodes: int) -> None:
        self.parent = list(range(nodes))
        self.parity = [0] * nodes

    def find(self, node: int) -> tuple[int, int]:
        parity = 0
        while self.parent[node] != node:
            parity ^= self.parity[node]
            node = self.parent[node]
        return node, parity

    def tie(self, one: int, other: int, differs: int) -> bool:
        (root, parity), (other_root, other_parity) = self.find(one), self.find(other)
        if root == other_root:
            return parity ^ other_parity == differs
        root, other_root = min(root, other_root), max(root, other_root)
        self.parent[other_root] = root
        self.parity[other_root] = parity ^ other_parity ^ differs
        return True

    def side(self, node: int) -> int:
        return self.find(node)[1]


def levels(problem: Problem, family: Sequence[tuple[Rows, npt.NDArray[np.bool_]]]) -> list[Groups]:
    """Return a family as levels of groups from coarse to fine, what is asked of the same cells merged.

    Source:
        Own.
    """
    made = []
    for axes in sorted({rows.axes for rows, _ in family}, key=lambda some: (len(some), some)):
        same = [(rows, chosen) for rows, chosen in family if rows.axes == axes]
        if len(same) == 1 and same[0][0].kind == "margin":
            rows = same[0][0]
            made.append(Groups(problem.codes(axes), rows.least, rows.most))
            continue
        codes, place = np.unique(np.concatenate([rows.codes[chosen] for rows, chosen in same]), return_inverse=True)
        least, most = np.zeros(len(codes), dtype=np.int64), np.full(len(codes), UNLIMITED)
        np.maximum.at(least, place, np.concatenate([rows.least[chosen] for rows, chosen in same]))
        np.minimum.at(most, place, np.concatenate([rows.most[chosen] for rows, chosen in same]))
        of = np.full(int(np.prod(problem.grid(axes), dtype=np.int64)), -1, dtype=np.int64)
        of[codes] = np.arange(len(codes))
        made.append(Groups(of[problem.codes(axes)], least, most))
    return made


def round_cascade(problem: Problem, values: FloatArray, seconds_left: Callable[[], float]) -> IntArray:
    """Return whole units that meet every constraint of the problem exactly; shape as the problem.

    Two nested families are rounded by a flow, each cell within one unit of ``values``. Beyond, HiGHS looks within one
    unit; then the moves that change no sum are searched for a near answer; then HiGHS again, further and further.

    Raises:
        ValueError: ``values`` do not meet the sums closely enough.
        Excluded: There is no whole answer, however far.
        TimeoutError: None was found in time.

    Source:
        As ``yunchou.calc.rounding.round_nested``; Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised
        simplex method", *Mathematical Programming Computation* 10 (2018), for HiGHS.
    """
    flat = values.ravel()
    families = two_families(problem)
    if families is not None:
        return round_nested(flat, *[levels(problem, family) for family in families]).reshape(problem.shape)
    parts = split_whole(flat)
    near: IntArray | None = None
    # a stage that runs out of time leaves the others theirs: further away may be easier to find
    with contextlib.suppress(TimeoutError):
        found = _search(problem, flat, parts, 0, min(seconds_left() / 6, _FIRST_SECONDS))
        if found is not None:
            return found.reshape(problem.shape)
    with contextlib.suppress(TimeoutError):
        near = _near(problem, flat, seconds_left)
    distance = np.inf if near is None else float(np.abs(near - flat).max(initial=0.0))
    for further in _FURTHER:
        if near is not None and distance <= further + 2:
            return near.reshape(problem.shape)
        with contextlib.suppress(TimeoutError):
            found = _search(problem, flat, parts, further, seconds_left() / 3)
            if found is not None:
                return found.reshape(problem.shape)
    found = near if near is not None else _search(problem, flat, parts, None, seconds_left())
    if found is None:
        raise Excluded
    return found.reshape(problem.shape)


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
