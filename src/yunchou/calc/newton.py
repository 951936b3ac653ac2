"""Newton steps on the dual of the cascade, where raking alone is slow."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from yunchou.calc.blocks import Block
from yunchou.calc.constraints import Problem
from yunchou.calc.families import FloatArray

# so many sums are solved for directly; more by conjugate gradients
_DIRECT = 2200
_GRADIENT_STEPS = 200
# no cell is scaled by more than e to this power in one step
_TRUST = 6.0
_RELEASES = 20
# added to the diagonal, relative: sums that follow from one another leave it singular
_RIDGE = 1e-13


class Dual:
    """The sums as a sparse matrix over the cells that may be positive: a row a group, in the order of the blocks."""

    def __init__(self, problem: Problem, blocks: Sequence[Block]) -> None:
        from scipy.sparse import csr_array, vstack  # noqa: PLC0415 - loaded only where used

        self.cells = np.nonzero(problem.prior.ravel() > 0)[0]
        layers = []
        for block in blocks:
            size = int(np.prod(problem.grid(block.axes), dtype=np.int64))
            row_of = np.full(size, -1, dtype=np.int64)
            row_of[block.codes] = np.arange(len(block.codes))
            rows = row_of[problem.codes(block.axes)[self.cells]]
            inside = np.nonzero(rows >= 0)[0]
            layers.append(csr_array((np.ones(len(inside)), (rows[inside], inside)), shape=(len(block.codes), len(self.cells))))
        self.matrix: Any = vstack(layers, format="csr")
        self.transposed: Any = self.matrix.T.tocsr()
        self.starts = np.cumsum([0, *(len(block.codes) for block in blocks)])


def newton_step(dual: Dual, values: FloatArray, blocks: Sequence[Block]) -> FloatArray:
    """Move the multipliers of all sums that are given or pressing by one damped Newton step; ``values`` changes in place.

    Returns:
        The direction, one entry a group in the order of the blocks. Where nothing meets all sums it tends to a
        certificate of that, so its large entries name the sums that contradict each other.

    Source:
        D. P. Bertsekas, "Projected Newton methods for optimization problems with simple constraints", *SIAM
        Journal on Control and Optimization* 20 (1982), on the dual of the divergence.
    """
    flat = values.ravel()
    cells = flat[dual.cells]
    sums = dual.matrix @ cells
    least = np.concatenate([block.least for block in blocks])
    most = np.concatenate([block.most for block in blocks])
    log = np.concatenate([block.log for block in blocks])
    given = least == most
    low, high = ~given & ((log > 0) | (sums < least)), ~given & ((log < 0) | (sums > most))
    active = (given | low | high) & (sums > 0)
    goal = np.where(low, least, np.where(np.isfinite(most), most, 0.0))
    direction = np.zeros(len(sums))
    right = goal - sums
    for _ in range(_RELEASES):
        direction[active] = _solve(dual, cells, active, right[active])
        # a bound whose multiplier would change sign presses no longer: its multiplier goes to 0, and the others
        # move so as to make up for that
        crossed = active & ((low & (log + direction < 0)) | (high & (log + direction > 0)))
        if not crossed.any():
            break
        active &= ~crossed
        direction[crossed] = -log[crossed]
        released = np.where(crossed, direction, 0.0)
        right = right - dual.matrix @ (cells * (dual.transposed @ released))
    exponent = dual.transposed @ direction
    reach = float(np.abs(exponent).max(initial=0.0))
    step = min(1.0, _TRUST / reach) if reach > 0 else 1.0
    slope = float((goal - sums) @ direction)
    moved, change = cells, np.zeros(len(sums))
    for _ in range(40):
        change = step * direction
        # a bound presses from one side only: its multiplier never changes sign
        change[low] = np.maximum(change[low], -np.maximum(log[low], 0))
        change[high] = np.minimum(change[high], -np.minimum(log[high], 0))
        exponent = dual.transposed @ change
        moved = cells * np.exp(exponent)
        gain = float(goal @ change - cells @ np.expm1(exponent))
        if gain >= 1e-4 * step * min(slope, 0.0) and gain >= 0:
            break
        step /= 2
    else:
        return direction
    flat[dual.cells] = moved
    log = np.where(given, 0.0, log + change)
    for block, first, last in zip(blocks, dual.starts[:-1], dual.starts[1:], strict=True):
        block.log[:] = log[first:last]
    return direction


def _solve(dual: Dual, cells: FloatArray, active: Any, right: FloatArray) -> FloatArray:
    from scipy.sparse import diags_array  # noqa: PLC0415
    from scipy.sparse.linalg import LinearOperator, cg  # noqa: PLC0415

    matrix, transposed = (dual.matrix, dual.transposed) if active.all() else (dual.matrix[active], dual.transposed[:, active])
    diagonal = matrix @ cells
    # scaled to a unit diagonal: sums differ by orders of magnitude
    root = 1 / np.sqrt(diagonal)
    if len(right) <= _DIRECT:
        hessian = (matrix @ (diags_array(cells) @ transposed)).toarray() * root[:, None] * root
        direct: FloatArray = root * _solve_directly(hessian, root * right)
        return direct
    product = LinearOperator(
        (len(right), len(right)),
        matvec=lambda vector: root * (matrix @ (cells * (transposed @ (root * vector)))) + _RIDGE * vector,
        dtype=np.float64,
    )
    found: FloatArray = cg(product, root * right, rtol=1e-8, maxiter=_GRADIENT_STEPS)[0]
    solved: FloatArray = root * found
    return solved


def _solve_directly(hessian: FloatArray, right: FloatArray) -> FloatArray:
    from scipy.linalg import LinAlgError, cho_factor, cho_solve  # noqa: PLC0415

    ridge = _RIDGE
    while True:
        try:
            factor = cho_factor(hessian + ridge * np.eye(len(right)), lower=True, overwrite_a=True, check_finite=False)
        except LinAlgError:
            ridge *= 100  # rounding has made a singular matrix indefinite
            continue
        solution: FloatArray = cho_solve(factor, right, check_finite=False)
        return solution
