"""An assignment in whole accounts by HiGHS, for small problems and for those that a search leaves broken."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.assignment_bound import limits, pair_matrix
from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.sharing import Sharing
from yunchou.calc.solver import quiet_solver

_SMALL = 3_000
# a count of steps, not of seconds, so that equal problems have equal answers
_NODES = 300
_CLOSE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What HiGHS says: an answer (None: it found none) and what no answer can cost less than, infinite where none holds the limits.

    The bound is minus infinity where not all pairs took part.
    """

    given: IntArray | None
    bound: float


def is_small(sharing: Sharing) -> bool:
    """Tell whether HiGHS alone is quick."""
    return sharing.cost.size <= _SMALL


def candidates(regret: FloatArray, count: int) -> IntArray:
    """Return the pairs of each account with the least regret, ``count`` of them or fewer where fewer are allowed, sorted.

    Source:
        Own.
    """
    accounts, people = regret.shape
    if count < people:
        chosen = np.argpartition(regret, count - 1, axis=1)[:, :count]
        pairs = np.sort((np.arange(accounts)[:, None] * people + chosen).ravel())
    else:
        pairs = np.arange(regret.size)
    kept: IntArray = pairs[np.isfinite(regret.ravel()[pairs])]
    return kept


def whole_answer(sharing: Sharing, pairs: IntArray | None, start: IntArray) -> Whole:
    """Solve over some pairs (None: all that are allowed) from an answer on.

    Source:
        Own use of HiGHS.
    """
    import highspy  # noqa: PLC0415 - loaded only where used

    people = sharing.cost.shape[1]
    chosen = np.flatnonzero(np.isfinite(sharing.cost)) if pairs is None else np.union1d(pairs, np.arange(len(start)) * people + start)
    matrix = pair_matrix(sharing, chosen, slack=True)
    prices = np.repeat([meter.price or 0.0 for meter in sharing.meters], people)
    room = np.repeat([0.0 if meter.price is None else np.inf for meter in sharing.meters], people)
    model, highs = quiet_solver(
        matrix,
        costs=np.concatenate([sharing.cost.ravel()[chosen], prices, prices]),
        room=np.concatenate([np.ones(len(chosen)), room, room]),
        rows=limits(sharing),
    )
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * len(chosen) + [kinds.kContinuous] * (2 * len(prices))
    highs.setOptionValue("mip_max_nodes", _NODES)
    highs.setOptionValue("mip_rel_gap", _CLOSE)
    highs.passModel(model)
    if not sharing.broken(start):
        highs.setSolution(_start_of(sharing, chosen, start))
    highs.run()
    told = highs.getInfo()
    bound = float(told.mip_dual_bound) if pairs is None else -np.inf
    if pairs is None and highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        bound = np.inf
    values = np.array(highs.getSolution().col_value)[: len(chosen)]
    row, person = np.divmod(chosen, people)
    taken = values > 0.5 if len(values) == len(chosen) else np.zeros(len(chosen), dtype=bool)
    if not np.isfinite(told.objective_function_value) or not np.array_equal(row[taken], np.arange(len(start))):
        return Whole(given=None, bound=bound)
    return Whole(given=person[taken].astype(np.int64), bound=bound)


def _start_of(sharing: Sharing, chosen: IntArray, start: IntArray) -> object:
    """Return an answer in the columns of the programme."""
    import highspy  # noqa: PLC0415

    people = sharing.cost.shape[1]
    taken = np.isin(chosen, np.arange(len(start)) * people + start)
    shares = [meter.shares(start) for meter in sharing.meters]
    above = [np.maximum(share - meter.most, 0) for meter, share in zip(sharing.meters, shares, strict=True)]
    below = [np.maximum(meter.least - share, 0) for meter, share in zip(sharing.meters, shares, strict=True)]
    solution = highspy.HighsSolution()
    solution.col_value = np.concatenate([taken.astype(float), *above, *below]).tolist()
    return solution
