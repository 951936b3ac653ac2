"""The real-valued cascade: least Kullback–Leibler divergence from the weights, all sums met."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.blocks import Block, merge_rows, scale, sums_of
from yunchou.calc.constraints import Problem
from yunchou.calc.families import FloatArray, IndexArray
from yunchou.calc.money import IntArray
from yunchou.calc.newton import Dual, newton_step

# a sum is met when it is off by no more than this, in units and relative to its size
_ABSOLUTE, _RELATIVE = 1e-8, 1e-13
# good enough to be rounded, should the last digits not come: far less than a unit is moved
_ENOUGH_ABSOLUTE, _ENOUGH_RELATIVE = 1e-4, 1e-11
# raking goes on alone while it would be done in so many further sweeps
_PATIENCE, _FIRST_LOOK = 30, 6


@dataclass(frozen=True)
class Raked:
    """The real-valued answer and how it was reached.

    ``values``: shape of the problem, units. ``off``: the largest distance from a sum, over what is allowed.
    ``sweeps`` and ``steps``: raking sweeps and Newton steps. ``met``: every sum is met. ``drift``: for each
    block's groups how fast their multipliers still move, the trace of a contradiction.
    """

    values: FloatArray
    off: float
    sweeps: int
    steps: int
    met: bool
    blocks: tuple[Block, ...]
    drift: FloatArray


def rake(
    problem: Problem,
    seconds_left: Callable[[], float],
    most_steps: int,
    closed: IndexArray | None = None,
    cuts: Callable[[FloatArray], IndexArray] | None = None,
) -> Raked:
    """Return the cells of least Kullback–Leibler divergence from the weights that meet every sum.

    One sum after the other is met by scaling its cells, which is an exact step of coordinate ascent on the dual
    problem; a bound's step is undone as far as it is no longer needed. Where that converges slowly, Newton
    steps on the dual alternate with the sweeps. The end is proven by the residuals: every sum is within 1e-8
    units, or 1e-13 of its size; ``most_steps`` Newton steps are tried at most, counted anew when cells are
    found that must be 0.
    Cells at the places ``closed`` are known to be 0; ``cuts`` finds such cells from values on their way (see
    ``full_cuts``), where raking is slow.

    Source:
        I. Csiszár, "I-divergence geometry of probability distributions and minimization problems", *Annals of
        Probability* 3 (1975); L. M. Bregman, "The relaxation method of finding the common point of convex
        sets", *USSR Computational Mathematics* 7 (1967), for the bounds.
    """
    values = problem.prior.copy()
    if closed is not None:
        values.ravel()[closed] = 0
    cells, locked = problem.locked_cells
    blocks = merge_rows(problem)
    dual: Dual | None = None
    sweeps = steps = vain = 0
    history: list[float] = []
    next_cuts = _FIRST_LOOK
    stuck = np.zeros(0)
    while True:
        worst = 0.0
        for block in blocks:
            worst = max(worst, _meet(values, block))
        sweeps += 1
        history.append(worst)
        if worst <= 1 or not np.isfinite(worst):
            break
        if len(history) > _FIRST_LOOK and _sweeps_left(history) > _PATIENCE:
            if cuts is not None and sweeps >= next_cuts:
                zero = cuts(_with_locks(values, cells, locked))
                zero = zero[values.ravel()[zero] > 0]
                next_cuts = sweeps + max(_FIRST_LOOK, sweeps // 4)
                if len(zero):
                    values.ravel()[zero] = 0
                    history.clear()
                    vain = 0
                    continue
            if vain >= most_steps or seconds_left() <= 0:
                break
            dual = dual or Dual(problem, blocks)
            stuck = newton_step(dual, values, blocks)
            steps, vain = steps + 1, vain + 1
    enough = max((_off(values, block, _ENOUGH_ABSOLUTE, _ENOUGH_RELATIVE) for block in blocks), default=0.0)
    values.ravel()[cells] = locked
    return Raked(values, worst, sweeps, steps, bool(enough <= 1), tuple(blocks), stuck)


def _with_locks(values: FloatArray, cells: IndexArray, locked: IntArray) -> FloatArray:
    every = values.copy()
    every.ravel()[cells] = locked
    return every


def _sweeps_left(history: Sequence[float]) -> float:
    """How many sweeps are still needed at the rate of the last few."""
    before, now = history[-4], history[-1]
    if now >= before:
        return np.inf
    return float(np.log(now) / (np.log(before / now) / 3))


def _meet(values: FloatArray, block: Block) -> float:
    """Scale each group to its sum; return how far the worst was off, over what is allowed."""
    sums = sums_of(values, block)
    worst = _distance(sums, block, _ABSOLUTE, _RELATIVE)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        unforced = np.where(block.log != 0, sums * np.exp(-block.log), sums)
        wanted = np.clip(unforced, block.least, block.most)
        factors = np.where(sums > 0, wanted / sums, 1.0)
        bounded = (block.least < block.most) & (sums > 0)
        block.log[bounded] = np.log(wanted[bounded] / unforced[bounded])
    factors[~np.isfinite(factors)] = 1.0
    block.log[~np.isfinite(block.log)] = 0.0
    if (factors != 1).any():
        scale(values, block, factors)
    return worst


def _off(values: FloatArray, block: Block, absolute: float, relative: float) -> float:
    return _distance(sums_of(values, block), block, absolute, relative)


def _distance(sums: FloatArray, block: Block, absolute: float, relative: float) -> float:
    off = np.maximum(block.least - sums, sums - block.most)
    allowed = np.maximum(absolute, relative * np.where(np.isfinite(block.most), block.most, block.least))
    return float(np.max(off / allowed, initial=0.0))
