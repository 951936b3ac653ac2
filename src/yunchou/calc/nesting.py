"""Which constraints of a cascade form nested families, and these as levels of groups."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from yunchou.calc.constraints import Problem, Rows
from yunchou.calc.families import UNLIMITED, Groups


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
