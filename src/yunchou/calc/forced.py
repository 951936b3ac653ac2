"""Cells of positive weight that every answer leaves at 0."""

import numpy as np

from yunchou.calc.blocks import merge_rows
from yunchou.calc.constraints import Problem
from yunchou.calc.families import IndexArray
from yunchou.calc.newton import Dual
from yunchou.calc.solver import quiet_solver


def forced_to_zero(problem: Problem, seconds: float) -> IndexArray:
    """Return the places of cells that are 0 in every table that meets the sums; raking would only creep towards it.

    One linear programme over a multiple of the request asks for as many cells as possible to hold a unit: since
    the multiple may grow, every cell that can be positive at all then holds one.

    Raises:
        TimeoutError: Not settled within ``seconds``.

    Source:
        R. M. Freund, R. Roundy and M. J. Todd, "Identifying the set of always-active constraints in a system of
        linear inequalities by a single linear program", MIT Sloan working paper 1674-85, 1985.
    """
    import highspy  # noqa: PLC0415 - loaded only where used
    from scipy.sparse import csc_array, hstack, vstack  # noqa: PLC0415

    blocks = merge_rows(problem)
    dual = Dual(problem, blocks)
    least = np.concatenate([block.least for block in blocks])
    most = np.concatenate([block.most for block in blocks])
    given = least == most
    low, high = ~given & (least > 0), ~given & np.isfinite(most)
    sums = vstack([dual.matrix[given], dual.matrix[low], dual.matrix[high]], format="csc")
    goals = np.concatenate([least[given], least[low], most[high]])
    # a cell is (at most one unit that counts) + (the rest); the last column is the multiple beyond one
    matrix = csc_array(hstack([sums, sums, csc_array(-goals[:, None])], format="csc"))
    cells = len(dual.cells)
    lower, upper = goals.copy(), goals.copy()
    upper[int(given.sum()) : int((given | low).sum())] = np.inf
    lower[int((given | low).sum()) :] = -np.inf
    model, highs = quiet_solver(
        matrix,
        costs=np.concatenate([np.full(cells, -1.0), np.zeros(cells + 1)]),
        room=np.concatenate([np.ones(cells), np.full(cells + 1, np.inf)]),
        rows=(lower, upper),
    )
    if np.isfinite(seconds):
        highs.setOptionValue("time_limit", max(seconds, 0.1))
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise TimeoutError
    counted = np.array(highs.getSolution().col_value)[:cells]
    return dual.cells[counted < 0.5]
