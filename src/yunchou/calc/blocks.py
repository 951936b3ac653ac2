"""Sums over one set of dimensions at a time, and scaling cells to them."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.constraints import Problem
from yunchou.calc.families import UNLIMITED, FloatArray, IndexArray


@dataclass
class Block:
    """All sums over one set of dimensions: ``least`` and ``most`` a group, ``log`` the multiplier of those that are bounded."""

    axes: tuple[int, ...]
    codes: IndexArray
    least: FloatArray
    most: FloatArray
    log: FloatArray


def merge_rows(problem: Problem) -> list[Block]:
    """Merge what is asked of the same groups, cells locked one by one taken out, coarse sums first.

    Source:
        Own.
    """
    cells, locked = problem.locked_cells
    blocks = []
    for axes in sorted({rows.axes for rows in problem.rows}, key=lambda some: (len(some), some)):
        same = [rows for rows in problem.rows if rows.axes == axes]
        codes, place = np.unique(np.concatenate([rows.codes for rows in same]), return_inverse=True)
        least, most = np.zeros(len(codes), dtype=np.int64), np.full(len(codes), UNLIMITED)
        np.maximum.at(least, place, np.concatenate([rows.least for rows in same]))
        np.minimum.at(most, place, np.concatenate([rows.most for rows in same]))
        if len(axes) == len(problem.shape):
            free = ~np.isin(codes, cells)
            codes, least, most = codes[free], least[free], most[free]
        elif len(cells):
            size = int(np.prod(problem.grid(axes), dtype=np.int64))
            # float64 sums of whole numbers are exact up to 2**53, above any amount that is accepted
            taken = np.bincount(problem.codes(axes)[cells], weights=locked, minlength=size)[codes].astype(np.int64)
            least, most = np.maximum(least - taken, 0), np.where(most == UNLIMITED, most, most - taken)
        if len(codes):
            upper = np.where(most >= UNLIMITED, np.inf, most.astype(np.float64))
            blocks.append(Block(axes, codes, least.astype(np.float64), upper, np.zeros(len(codes))))
    return blocks


def sums_of(values: FloatArray, block: Block) -> FloatArray:
    """Return the sums of the block's groups.

    Source:
        Own.
    """
    if len(block.axes) == values.ndim:
        return values.ravel()[block.codes]
    others = tuple(axis for axis in range(values.ndim) if axis not in block.axes)
    return np.atleast_1d(values.sum(axis=others)).ravel()[block.codes]


def scale(values: FloatArray, block: Block, factors: FloatArray) -> None:
    """Multiply the cells of each of the block's groups by its factor, in place.

    Source:
        Own.
    """
    if len(block.axes) == values.ndim:
        values.ravel()[block.codes] *= factors
        return
    shape = [size if axis in block.axes else 1 for axis, size in enumerate(values.shape)]
    grid = np.ones(int(np.prod(shape, dtype=np.int64)))
    grid[block.codes] = factors
    values *= grid.reshape(shape)
