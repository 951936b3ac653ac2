"""Cells that two families of groups leave at 0, told from cuts of their network that are already full."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from yunchou.calc.families import FloatArray, Groups, IndexArray, Tree, grow_tree
from yunchou.calc.money import IntArray

# a cell below the first of these shares of the largest is tried as one on its way to 0, then below the next
_SHARES = tuple(10.0 ** (-power / 2) for power in range(1, 17))
_AT_LIMIT = 1e-6


def full_cuts(families: Sequence[Sequence[Groups]], open_cells: IndexArray, cells: int) -> Callable[[FloatArray], IndexArray]:
    """Return a function from raked values to the places of cells that are 0 in every table that meets the sums.

    Units flow from the total down one tree of groups, through the cells, and up the other. Where what must leave a
    part of this network is all that may enter it, every cell that leads out of the part is 0. Such parts are
    guessed from the values (strong components of what could still be shifted) and then proven in whole numbers,
    so a guess that is wrong only finds less.

    Args:
        families: One or two families, as ``round_nested`` takes them.
        open_cells: Places of the cells that may be positive.
        cells: How many cells there are.

    Source:
        A. J. Hoffman, "Some recent applications of the theory of linear inequalities to extremal combinatorial
        analysis", 1960 (circulations); R. Tarjan, *SIAM Journal on Computing* 1 (1972), for the components.
    """
    everything = Groups(np.zeros(cells, dtype=np.int64), np.zeros(1, dtype=np.int64), np.full(1, 2**62))
    one, two = (grow_tree(cells, family) for family in (families if len(families) == 2 else (families[0], [everything])))

    peeled: list[IndexArray] = []

    def find(values: FloatArray) -> IndexArray:
        if not peeled:
            peeled.append(_peel(one, two, open_cells))
            if len(peeled[0]):
                return peeled[0]
        return _crossing(one, two, values.ravel(), open_cells)

    return find


def _peel(one: Tree, two: Tree, cells: IndexArray) -> IndexArray:
    """Return cells that are 0 because all of a group's sum is due to other cells: those alone in a group, one after the other."""
    trees = one, two
    innermost = [np.bincount(tree.parent[1:], minlength=len(tree.parent)) == 0 for tree in trees]
    given = [(tree.least == tree.most) & inner for tree, inner in zip(trees, innermost, strict=True)]
    left = [np.where(sure, tree.least, 0) for sure, tree in zip(given, trees, strict=True)]
    ends = [tree.leaf[cells] for tree in trees]
    closed = [np.zeros(0, dtype=np.int64)]
    while len(cells):
        alone = [(sure & (np.bincount(end, minlength=len(sure)) == 1))[end] for sure, end in zip(given, ends, strict=True)]
        due = np.where(alone[0], left[0][ends[0]], left[1][ends[1]])
        fixed = np.nonzero(alone[0] | alone[1])[0]
        for some, end in zip(left, ends, strict=True):
            np.subtract.at(some, end[fixed], due[fixed])
        if any((some[sure] < 0).any() for some, sure in zip(left, given, strict=True)):
            break  # a contradiction, told elsewhere
        empty = [(sure & (some == 0))[end] for sure, some, end in zip(given, left, ends, strict=True)]
        gone = empty[0] | empty[1]
        zero = gone.copy()
        zero[fixed] = due[fixed] == 0
        closed.append(cells[zero])
        gone[fixed] = True
        if not gone.any():
            break
        cells, ends = cells[~gone], [end[~gone] for end in ends]
    return np.concatenate(closed)


def _crossing(one: Tree, two: Tree, flat: FloatArray, cells: IndexArray) -> IndexArray:
    split, nodes = len(one.parent), len(one.parent) + len(two.parent)
    tails, heads = one.leaf[cells], split + two.leaf[cells]
    own = flat[cells]
    largest = float(own.max(initial=0.0))
    inner, outer = np.arange(1, split), np.arange(1, len(two.parent))
    arcs = (
        np.concatenate([one.parent[inner], split + outer, [split]]),
        np.concatenate([inner, split + two.parent[outer], [0]]),
        np.concatenate([one.least[inner], two.least[outer], [max(one.least[0], two.least[0])]]),
        np.concatenate([one.most[inner], two.most[outer], [min(one.most[0], two.most[0])]]),
    )
    flow = np.concatenate([one.sums(flat)[1:], two.sums(flat)[1:], [flat.sum()]])
    found = np.zeros(len(cells), dtype=bool)
    for share in _SHARES:
        part = _parts(arcs, flow, (tails, heads, own > share * largest), nodes)
        if part is not None:
            found |= part[tails] != part[heads]
    return cells[found]


def _parts(
    arcs: tuple[IntArray, IntArray, IntArray, IntArray],
    flow: FloatArray,
    cells: tuple[IndexArray, IndexArray, npt.NDArray[np.bool_]],
    nodes: int,
) -> IntArray | None:
    """Number the parts of the network between full cuts; None when nothing can be told."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - loaded only where used
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    tails, heads, positive = cells
    tail, head, least, most = arcs
    slack = _AT_LIMIT * np.maximum(flow, 1)
    more, less = flow < most - slack, flow > least + slack
    given = least == most
    more, less = more & ~given, less & ~given
    ends = (
        np.concatenate([tails, heads[positive], tail[more], head[less]]),
        np.concatenate([heads, tails[positive], head[more], tail[less]]),
    )
    graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(nodes, nodes)).tocsr()
    order = connected_components(graph, directed=True, connection="strong")[1].astype(np.int64)
    step = order[ends[1]] - order[ends[0]]
    if (step < 0).any():
        if (step > 0).any():
            return None
        order = int(order.max()) - order
    # what must leave the first parts, less what may enter them: 0 where the cut behind a part is full
    count = int(order.max()) + 1
    change = np.zeros(count + 1, dtype=np.int64)
    first, last = order[tail], order[head]
    out, into = first < last, first > last
    np.add.at(change, first[out], least[out])
    np.subtract.at(change, last[out], least[out])
    np.subtract.at(change, last[into], most[into])
    np.add.at(change, first[into], most[into])
    full = np.cumsum(change)[:count] == 0
    part: IntArray = np.concatenate([[0], np.cumsum(full)[:-1]])[order]
    return part
