"""Round real-valued cells to whole units so that every group's sum is met exactly."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from yunchou.calc.families import FloatArray, Groups, IndexArray, Tree, grow_tree, whole_sums
from yunchou.calc.flow import round_two_trees
from yunchou.calc.money import IntArray
from yunchou.calc.remainders import next_in_line, split_whole


def round_parts(values: FloatArray, part: IndexArray, totals: IntArray) -> IntArray:
    """Round ``values`` so that each part sums to its total, by largest remainder; cells of value 0 stay 0.

    Args:
        values: Shape ``(cells,)``, units, each >= 0; each part's values sum to its total but for floating point.
        part: Shape ``(cells,)``, the part (from 0) of each cell.
        totals: Shape ``(parts,)``, whole units.

    Returns:
        Shape ``(cells,)``, whole units; each within one unit of its value. Ties go to the cell that comes first.

    Raises:
        ValueError: A part's total cannot be met, since its cells are all 0 or its values do not sum to it.

    Source:
        Hamilton's method, as in ``allocate_largest_remainder``, on real shares.
    """
    return _round_parts(values, part, totals)[0]


def _round_parts(values: FloatArray, part: IndexArray, totals: IntArray, tree: Tree | None = None) -> tuple[IntArray, IndexArray]:
    """Do the same, and tell how near each cell was to the other answer (see ``next_in_line``).

    ``tree`` is given where the parts are its innermost nodes.
    """

    def own(whole: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> IntArray:
        return whole_sums(part, whole, len(totals)) if tree is None else tree.own(whole)

    floors, remainders = split_whole(values)
    missing = totals - own(floors)
    if not missing.any() and not remainders.any():
        return floors, np.zeros(len(floors), dtype=np.int32)
    gets, distance = next_in_line(part, remainders, missing)
    gets &= values > 0
    floors += gets
    left = missing - own(gets)
    for wrong in np.nonzero(left)[0]:
        _settle(floors, np.nonzero(part == wrong)[0], values, int(left[wrong]))
    return floors, distance


def _settle(floors: IntArray, cells: IndexArray, values: FloatArray, left: int) -> None:
    """Move what floating point lost in one part's sum onto its largest cells, a unit each."""
    room = cells[values[cells] > 0]
    if left < 0:
        room = room[floors[room] > 0]
    if abs(left) > 8 * len(room):
        raise ValueError("the values of a part do not sum to its total")
    largest = room[np.argsort(-values[room], kind="stable")]
    step = 1 if left > 0 else -1
    while left:
        some = largest[: abs(left)] if step > 0 else largest[floors[largest] > 0][: abs(left)]
        if not len(some):
            raise ValueError("the values of a part do not sum to its total")
        floors[some] += step
        left -= step * len(some)


def round_nested(values: FloatArray, first: Sequence[Groups], second: Sequence[Groups] = ()) -> IntArray:
    """Round cells to whole units so that every group of two nested families is met exactly.

    A family is a list of levels from coarse to fine, each a ``Groups`` (the group of every cell, and the whole
    total of every group); groups of one family are nested or apart, groups of different families may cross as
    they like. For product tier × region × customer tier × month with totals for product × region and for
    months: ``first = [product tiers, product × region]``, ``second = [months]``. One family alone is rounded
    by largest remainder from the top down; two by a flow of whole units.

    Args:
        values: Shape ``(cells,)``, units, each >= 0. They meet every group's sum but for floating point.
        first: Levels of one family; a group whose sum is only bounded has ``least`` < ``most``.
        second: Levels of the other.

    Returns:
        Shape ``(cells,)``, whole units. Every group's sum is met, each cell is within one unit of its value,
        cells of value 0 stay 0, and whole values stay as they are wherever the sums allow it.

    Raises:
        ValueError: A shape does not fit, groups of a family cross, a value is negative or not finite, or the
            values do not meet the sums.

    Source:
        L. H. Cox, "A constructive procedure for unbiased controlled rounding", *Journal of the American
        Statistical Association* 82 (1987); whole flows exist by L. R. Ford and D. R. Fulkerson, *Flows in
        Networks*, 1962, theorem I.1.1.
    """
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("values must be one finite number >= 0 a cell")
    one = grow_tree(len(values), first)
    if not second:
        answer = _round_chain(values, one)[0]
        sums = one.sums(answer)
        if (sums < one.least).any() or (sums > one.most).any():
            raise ValueError("the values do not meet the sums of the family")
        return answer
    two = grow_tree(len(values), second)
    finer, coarser = (one, two) if len(one.parent) >= len(two.parent) else (two, one)
    start, distance = _round_chain(values, finer)
    return round_two_trees(values, start, distance, finer, coarser)


def _round_chain(values: FloatArray, tree: Tree) -> tuple[IntArray, IndexArray]:
    """Round from the top down: a node's whole sum is split over its inner nodes and its own cells.

    Beside the cells stands how near each was to the other answer (see ``next_in_line``).
    """
    nodes = len(tree.parent)
    sums = tree.sums(values)
    given = tree.least == tree.most
    node_units = np.where(given, tree.least, np.rint(sums).astype(np.int64))
    deepest = int(tree.depth.max())
    if (tree.depth[np.bincount(tree.leaf, minlength=nodes) > 0] == deepest).all():
        cell_depth = None
        cells, distance = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    else:
        cell_depth = tree.depth[tree.leaf]
        cells, distance = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int32)
    for depth in range(deepest + 1):
        inner = np.nonzero((tree.depth == depth + 1) & ~given)[0]
        fixed = np.nonzero((tree.depth == depth + 1) & given)[0]
        rest = node_units.copy()
        np.subtract.at(rest, tree.parent[fixed], node_units[fixed])
        if cell_depth is None and depth == deepest:
            return _round_parts(values, tree.leaf, np.where(np.bincount(tree.leaf, minlength=nodes) > 0, rest, 0), tree)
        own = np.zeros(0, dtype=np.int64) if cell_depth is None else np.nonzero(cell_depth == depth)[0]
        part = np.concatenate([tree.parent[inner], tree.leaf[own]])
        if not len(part):
            continue
        totals = np.where(np.bincount(part, minlength=nodes) > 0, rest, 0)
        whole, near = _round_parts(np.concatenate([sums[inner], values[own]]), part, totals)
        node_units[inner] = whole[: len(inner)]
        cells[own], distance[own] = whole[len(inner) :], near[len(inner) :]
    return cells, distance
