"""Families of nested groups over cells: who contains whom, and what each group must sum to."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from yunchou.calc.money import IntArray

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.integer]

# "no upper limit" for a group's sum; far above any amount that is accepted
UNLIMITED = 2**62


@dataclass(frozen=True)
class Groups:
    """One level of a family: disjoint groups of cells, and the whole units each may sum to.

    ``of``: shape ``(cells,)``, the group (from 0) of each cell, -1 for none. ``least`` and ``most``: shape
    ``(groups,)``, whole units, both inclusive; equal where the sum is given.
    """

    of: IndexArray
    least: IntArray
    most: IntArray

    @classmethod
    def exactly(cls, of: npt.ArrayLike, totals: npt.ArrayLike) -> Self:
        """Return a level whose groups must sum to ``totals``."""
        whole = np.asarray(totals, dtype=np.int64)
        return cls(np.asarray(of), whole, whole)


def whole_sums(of: IndexArray, values: npt.NDArray[np.int64] | npt.NDArray[np.bool_], groups: int) -> IntArray:
    """Sum whole numbers over the cells of each group, exactly; shape ``(groups,)``."""
    if values.dtype == bool:
        return np.bincount(of[values], minlength=groups).astype(np.int64, copy=False)
    held = np.zeros(groups, dtype=np.int64)
    np.add.at(held, of, values)
    return held


@dataclass(frozen=True)
class Tree:
    """A family as a tree: node 0 is all cells, then the groups level by level.

    ``parent``, ``depth``, ``least``, ``most``: one entry a node; ``leaf``: the innermost node of each cell.
    """

    parent: IntArray
    depth: IntArray
    least: IntArray
    most: IntArray
    leaf: IntArray

    @cached_property
    def runs(self) -> IntArray | None:
        """Where each run of cells of one innermost node begins, if the cells stand sorted by node; None otherwise."""
        if not len(self.leaf) or (self.leaf[1:] < self.leaf[:-1]).any():
            return None
        return np.concatenate([[0], np.flatnonzero(self.leaf[1:] != self.leaf[:-1]) + 1])

    def own(self, values: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> IntArray:
        """Sum whole numbers over the cells of every innermost node, exactly; 0 for other nodes."""
        if self.runs is None:
            return whole_sums(self.leaf, values, len(self.parent))
        held = np.zeros(len(self.parent), dtype=np.int64)
        held[self.leaf[self.runs]] = np.add.reduceat(values, self.runs, dtype=np.int64)
        return held

    def sums(self, values: npt.NDArray[np.float64 | np.int64]) -> FloatArray:
        """Sum ``values`` of the cells over every node; exact for whole numbers while sums stay below 2**53."""
        totals: FloatArray = np.bincount(self.leaf, weights=values, minlength=len(self.parent)).astype(np.float64, copy=False)
        for level in range(int(self.depth.max()), 0, -1):
            nodes = np.nonzero(self.depth == level)[0]
            totals += np.bincount(self.parent[nodes], weights=totals[nodes], minlength=len(totals))
        return totals


def grow_tree(cells: int, family: Sequence[Groups]) -> Tree:
    """Return the tree of a family whose levels go from coarse to fine.

    Raises:
        ValueError: A shape does not fit, or a group is not wholly inside one group of the coarser levels.

    Source:
        Own.
    """
    leaf: IntArray = np.zeros(cells, dtype=np.int64)
    parents, depths = [np.zeros(1, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    least, most = [np.zeros(1, dtype=np.int64)], [np.full(1, UNLIMITED)]
    first = 1
    for number, level in enumerate(family):
        count = len(level.least)
        if level.of.shape != (cells,) or len(level.most) != count or (cells and int(level.of.max()) >= count):
            raise ValueError(f"level {number}: one group number a cell and one total a group are needed")
        parent = np.zeros(count, dtype=np.int64)
        everywhere = not cells or int(level.of.min()) >= 0
        inside = np.zeros(0, dtype=np.int64) if everywhere else np.nonzero(level.of >= 0)[0]
        groups = level.of if everywhere else level.of[inside]
        if first > 1:
            above = leaf if everywhere else leaf[inside]
            parent[groups] = above
            if (parent[groups] != above).any():
                raise ValueError(f"level {number}: a group is not wholly inside one group of the coarser levels")
        depth = np.concatenate(depths)[parent] + 1
        if everywhere:
            leaf = (groups + first).astype(np.int64, copy=False)
        else:
            leaf[inside] = groups + first
        parents.append(parent)
        depths.append(depth)
        least.append(level.least)
        most.append(level.most)
        first += count
    return Tree(np.concatenate(parents), np.concatenate(depths), np.concatenate(least), np.concatenate(most), leaf)
