"""Whole flows between two trees of groups, for rounding that meets both exactly."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yunchou.calc.families import FloatArray, IndexArray, Tree
from yunchou.calc.money import IntArray
from yunchou.calc.remainders import order_within, run_starts, split_whole

# Cells so many bins from their part's cut may change their mind at first, of these so many for each unit that is amiss
# (those with remainders nearest to one half), and more whenever that is not enough: the natural rounding is kept where it can be.
_WIDTHS, _FEW, _FOR_EACH, _AT_LEAST = (1, 4, 8, 16, 64), 4, 64, 4_000
# Afterwards floating point is to blame: cells may go this many units further, largest sums first.
_SLACK = (1, 2, 4, 8)


@dataclass(frozen=True)
class _Network:
    """Arcs with least and most flow, and nodes numbered from 0."""

    tails: IntArray
    heads: IntArray
    least: IntArray
    most: IntArray
    nodes: int


def round_two_trees(values: FloatArray, start: IntArray, distance: IndexArray, one: Tree, two: Tree) -> IntArray:
    """Round cells so that the sums of both trees are met, each cell to one of its two neighbours.

    ``start`` is a rounding that meets the sums of tree ``one``, and ``distance`` how near each cell was to the other
    answer (see ``next_in_line``); what is returned stays near it.

    Raises:
        ValueError: No whole answer lies within a few units of the values, so the values do not meet the sums.

    Source:
        As ``yunchou.calc.rounding.round_nested``.
    """
    amiss = _amiss(start, one) + _amiss(start, two)
    if not amiss:
        return start
    floors, remainders = split_whole(values)
    up = start - floors
    movable = (remainders > 0) & ((up == 0) | (up == 1))
    every = int(np.count_nonzero(movable))
    tried = 0
    for free in _widening(distance, remainders, movable, _FOR_EACH * amiss + _AT_LEAST):
        if len(free) == tried or len(free) < min(_FEW * amiss, every):
            continue
        tried = len(free)
        base = start.copy()
        base[free] = floors[free]
        answer = _fill(base, free, np.ones(len(free), dtype=np.int64), remainders[free], (one, two))
        if answer is not None:
            return answer
        if tried == every:
            break
    for slack in _SLACK:
        free = np.nonzero(values > 0)[0]
        below = np.minimum(slack, floors[free])
        base = floors.copy()
        base[free] -= below
        answer = _fill(base, free, below + slack + (remainders[free] > 0), remainders[free], (one, two))
        if answer is not None:
            return answer
    raise ValueError("the values do not meet the sums of both families")


def _amiss(cells: IntArray, tree: Tree) -> int:
    """How many units the tree's sums are off, all nodes together."""
    held = _held(cells, tree)
    return int((np.maximum(tree.least - held, 0) + np.maximum(held - tree.most, 0)).sum())


def _held(cells: IntArray, tree: Tree) -> IntArray:
    held = tree.own(cells)
    for level in range(int(tree.depth.max()), 0, -1):
        nodes = np.nonzero(tree.depth == level)[0]
        np.add.at(held, tree.parent[nodes], held[nodes])
    return held


def _widening(distance: IndexArray, remainders: FloatArray, movable: npt.NDArray[np.bool_], some: int) -> Iterator[IndexArray]:
    """Yield the cells that may change, more and more of them."""
    for width in _WIDTHS:
        free = np.nonzero(movable & (distance <= width))[0]
        if width == _WIDTHS[0] and len(free) > some:
            yield np.sort(free[np.argpartition(np.abs(remainders[free] - 0.5), some)[:some]])
        yield free
    yield np.nonzero(movable)[0]


def _fill(base: IntArray, free: IndexArray, room: IntArray, wish: FloatArray, trees: tuple[Tree, Tree]) -> IntArray | None:
    """Add up to ``room`` units to each ``free`` cell's ``base`` so that all sums are met; None when that cannot be."""
    one, two = trees
    split = len(one.parent)
    tails, heads = one.leaf[free], split + two.leaf[free]
    down, up = _tree_arcs(base, one, 0), _tree_arcs(base, two, split)
    if down is None or up is None:
        return None
    top = (max(down[1][0], up[1][0]), min(down[2][0], up[2][0]))
    if top[0] > top[1]:
        return None
    network = _Network(
        np.concatenate([tails, down[0][1:], np.arange(split + 1, split + len(two.parent)), [split]]),
        np.concatenate([heads, np.arange(1, split), up[0][1:], [0]]),
        np.concatenate([np.zeros(len(free), dtype=np.int64), down[1][1:], up[1][1:], [top[0]]]),
        np.concatenate([room, down[2][1:], up[2][1:], [top[1]]]),
        split + len(two.parent),
    )
    flow = _feasible_flow(network)
    if flow is None:
        return None
    flow = flow[:, (flow[0] < split) & (flow[1] >= split) & (flow[1] < network.nodes)]
    flow = np.stack([flow[0] * len(two.parent) + flow[1] - split, flow[2]])
    answer = base.copy()
    answer[free] += _share_out(tails * len(two.parent) + heads - split, flow, room, wish)
    return answer


def _tree_arcs(base: IntArray, tree: Tree, first: int) -> tuple[IntArray, IntArray, IntArray] | None:
    """Parents (numbered from ``first``) and least and most units to add, of every node; None when one is below zero."""
    held = _held(base, tree)
    most = tree.most - held
    if (most < 0).any():
        return None
    return first + tree.parent, np.maximum(tree.least - held, 0), most


def _feasible_flow(network: _Network) -> npt.NDArray[np.int64] | None:
    """Return rows (tail, head, units) of a circulation within all limits, least flows left out; None when there is none."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - loaded only where used
    from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415

    excess = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(excess, network.heads, network.least)
    np.subtract.at(excess, network.tails, network.least)
    needed = int(excess[excess > 0].sum())
    source, sink, size = network.nodes, network.nodes + 1, network.nodes + 2
    if needed >= 2**31:
        raise ValueError("more units are missing than there can be cells")
    into, out = np.nonzero(excess > 0)[0], np.nonzero(excess < 0)[0]
    # scipy's flow works in 32 bits and wraps silently, so capacities are cut to what can be used at all
    room = np.minimum(network.most - network.least, max(needed, 1))
    tails = np.concatenate([network.tails, np.full(len(into), source), out])
    heads = np.concatenate([network.heads, into, np.full(len(out), sink)])
    capacity = np.concatenate([room, excess[into], -excess[out]])
    some = capacity > 0
    index = (tails[some].astype(np.int32), heads[some].astype(np.int32))
    graph = coo_array((capacity[some], index), shape=(size, size)).tocsr()
    graph.data = np.minimum(graph.data, max(needed, 1)).astype(np.int32)
    graph.indices, graph.indptr = graph.indices.astype(np.int32), graph.indptr.astype(np.int32)
    result = maximum_flow(graph, source, sink)
    if int(result.flow_value) < needed:
        return None
    used = result.flow.tocoo()
    positive = used.data > 0
    return np.stack([used.row[positive], used.col[positive], used.data[positive]]).astype(np.int64)


def _share_out(keys: IntArray, flow: IntArray, room: IntArray, wish: FloatArray) -> IntArray:
    """Spread the flow between two leaves (rows: key, units) over the cells they share, those that wish it most first."""
    order = order_within(keys, wish)
    sorted_keys, sorted_room = keys[order], room[order]
    flow = flow[:, np.argsort(flow[0])]
    units = np.zeros(len(keys), dtype=np.int64)
    if flow.shape[1]:
        place = np.minimum(np.searchsorted(flow[0], sorted_keys), flow.shape[1] - 1)
        units = np.where(flow[0][place] == sorted_keys, flow[1][place], 0)
    before = np.cumsum(sorted_room) - sorted_room
    answer = np.empty(len(keys), dtype=np.int64)
    answer[order] = np.clip(units - (before - before[run_starts(sorted_keys)]), 0, sorted_room)
    return answer
