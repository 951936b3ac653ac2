"""HiGHS, silent and on one core."""

import os
import sys
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt


def quiet_solver(
    matrix: Any,
    *,
    costs: npt.NDArray[np.float64],
    room: npt.NDArray[np.float64],
    rows: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
) -> tuple[Any, Any]:
    """Return a HiGHS model and its object, not yet passed: columns from 0 to ``room``, rows between the two limits.

    Args:
        matrix: Sparse, by columns.
        costs: One a column, to be least in sum.
        room: The most of each column.
        rows: The least and the most of each row.

    Source:
        Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", *Mathematical
        Programming Computation* 10 (2018).
    """
    import highspy  # noqa: PLC0415 - loaded only where used

    model: Any = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = costs, np.zeros(matrix.shape[1]), room
    model.row_lower_, model.row_upper_ = rows
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    _keep_banner_off_stdout()
    make: Any = highspy.Highs  # its stub gives the class no types
    highs = make()
    highs.silent()
    highs.setOptionValue("threads", 1)
    return model, highs


@cache
def _keep_banner_off_stdout() -> None:
    """Let HiGHS print its banner, once a process, into nothing: standard output belongs to the command's report."""
    import highspy  # noqa: PLC0415

    make: Any = highspy.Highs
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        make()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
