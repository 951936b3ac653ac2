"""The linear programme of an assignment: accounts may be cut, pairs are added while their prices say that they help."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.sharing import Sharing
from yunchou.calc.solver import quiet_solver

# up to so many pairs all take part from the start
_ALL_PAIRS = 30_000
# else each account's best, and some ever farther off, so that limits can be held and their prices are sensible from the start
_FIRST_RANKS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
_MORE = 4
_ROUNDS = 40
_CLOSE = 1e-4
# with more new pairs than so many an account, starting anew is faster than going on from the answer before
_ANEW = 0.1
_PRIMAL = 4  # HiGHS's number of its primal simplex, which goes on when pairs are added


@dataclass(frozen=True, kw_only=True)
class Linear:
    """An answer with cut accounts: the person with the largest part of each, and the bound.

    ``regret``: shape ``(accounts, people)``: by how much a pair is dearer than the account's best at the prices of the limits.
    """

    rounded: IntArray
    bound: float
    regret: FloatArray


def linear_answer(sharing: Sharing) -> Linear:
    """Solve the linear programme to the end, or nearly; the bound holds in any case.

    For any prices y of the meters' limits, no answer costs less than what accounts cost at their best person with these
    prices added, plus what the limits are worth. The prices are those of a programme over some of the pairs, so every
    round gives a bound over all of them, and names the pairs that are missing.

    Raises:
        RuntimeError: HiGHS gave no answer.

    Source:
        Column generation: M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", *Operations Research* 53 (2005).
    """
    accounts, people = sharing.cost.shape
    pairs = np.flatnonzero(np.isfinite(sharing.cost)) if sharing.cost.size <= _ALL_PAIRS else _first_pairs(sharing.cost)
    programme = _Programme(sharing, pairs)
    bound, regret = -np.inf, sharing.cost
    for _ in range(_ROUNDS):
        duals, total = programme.solve()
        prices = _within(sharing, duals[accounts:].reshape(len(sharing.meters), people))
        dear = _priced(sharing, prices)
        cheapest = dear.min(axis=1)
        here = float(cheapest.sum()) + _worth(sharing, prices)
        if here >= bound:
            bound, regret = here, dear - cheapest[:, None]
        if total - bound <= _CLOSE * total or not programme.add(_missing(dear - duals[:accounts, None])):
            break
    return Linear(rounded=programme.rounded(), bound=bound, regret=regret)


def least_broken(sharing: Sharing) -> float:
    """Return what every answer breaks of the hard limits in sum, even with accounts cut; 0 when cut accounts break none.

    Source:
        Own: the same programme with no other cost.
    """
    free = np.where(np.isfinite(sharing.cost), 0.0, np.inf)
    meters = tuple(replace(meter, price=1.0) for meter in sharing.meters if meter.price is None)
    return linear_answer(Sharing(cost=free, meters=meters)).bound if meters else 0.0


def _first_pairs(cost: FloatArray) -> IntArray:
    """Return the first pairs of each account; equal costs are taken in turn, so that every person has some."""
    accounts, people = cost.shape
    step = 1e-6 * (float(cost[np.isfinite(cost)].max()) + 1) / people
    turn = (np.arange(people)[None, :] + 7 * np.arange(accounts)[:, None]) % people
    ranks = [rank for rank in _FIRST_RANKS if rank < people]
    chosen = np.argsort(cost + step * turn, axis=1, kind="stable")[:, ranks]
    pairs = (np.arange(accounts)[:, None] * people + chosen).ravel()
    return np.sort(pairs[np.isfinite(cost.ravel()[pairs])])


def _missing(reduced: FloatArray) -> IntArray:
    """Return up to a few pairs of each account whose reduced cost is below zero."""
    people = reduced.shape[1]
    rows = np.flatnonzero(reduced.min(axis=1) < -1e-9)
    some = reduced[rows]
    chosen = np.argpartition(some, min(_MORE, people) - 1, axis=1)[:, :_MORE]
    pairs = (rows[:, None] * people + chosen).ravel()
    return np.sort(pairs[np.take_along_axis(some, chosen, axis=1).ravel() < -1e-9])


def _within(sharing: Sharing, duals: FloatArray) -> FloatArray:
    """Return the prices, each no more than what breaking the limit costs, and none for a limit that is not there."""
    prices = duals.copy()
    for row, meter in enumerate(sharing.meters):
        most = sharing.price_of(meter)
        prices[row] = np.clip(prices[row], -most, most)
        prices[row][np.isinf(meter.full)] = 0
    return prices


def _priced(sharing: Sharing, prices: FloatArray) -> FloatArray:
    dear = sharing.cost.copy()
    for meter, price in zip(sharing.meters, prices, strict=True):
        used = np.flatnonzero(price)
        dear[:, used] -= meter.weights[:, None] * (price / meter.full)[used]
    return dear


def _worth(sharing: Sharing, prices: FloatArray) -> float:
    return sum(
        float(np.maximum(price, 0).sum()) * meter.least - float(np.maximum(-price, 0).sum()) * meter.most
        for meter, price in zip(sharing.meters, prices, strict=True)
    )


def pair_matrix(sharing: Sharing, pairs: IntArray, *, slack: bool) -> Any:
    """Return the sparse matrix of a programme: a row an account, then a row a meter and person; a column a pair.

    With ``slack`` two more columns a meter and person follow: what lies above, then what lies below.

    Source:
        Own.
    """
    import scipy.sparse as sp  # noqa: PLC0415 - heavy, loaded only where used

    accounts, people = sharing.cost.shape
    row, person = np.divmod(pairs, people)
    columns = np.arange(len(pairs))
    rows, at, values = [row], [columns], [np.ones(len(pairs))]
    for number, meter in enumerate(sharing.meters):
        rows.append(accounts + number * people + person)
        at.append(columns)
        values.append(meter.weights[row] / meter.full[person])
    count = len(sharing.meters) * people if slack else 0
    extra = np.arange(count)
    rows += [accounts + extra, accounts + extra]
    at += [len(pairs) + extra, len(pairs) + count + extra]
    values += [-np.ones(count), np.ones(count)]
    shape = (accounts + len(sharing.meters) * people, len(pairs) + 2 * count)
    matrix = sp.csc_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(at))), shape=shape)
    matrix.eliminate_zeros()
    return matrix


def limits(sharing: Sharing) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most of each row of ``pair_matrix``.

    Source:
        Own.
    """
    accounts, people = sharing.cost.shape
    one = np.ones(accounts)
    least = np.concatenate([one, *(np.full(people, meter.least) for meter in sharing.meters)])
    most = np.concatenate([one, *(np.full(people, meter.most) for meter in sharing.meters)])
    return least, most


class _Programme:
    """The programme over some pairs, kept by HiGHS from round to round; what lies beyond limits is let in at its price."""

    def __init__(self, sharing: Sharing, pairs: IntArray) -> None:
        people = sharing.cost.shape[1]
        matrix = pair_matrix(sharing, pairs, slack=True)
        prices = np.repeat([sharing.price_of(meter) for meter in sharing.meters], people)
        costs = np.concatenate([sharing.cost.ravel()[pairs], prices, prices])
        model, self.highs = quiet_solver(matrix, costs=costs, room=np.full(matrix.shape[1], np.inf), rows=limits(sharing))
        self.highs.passModel(model)
        self.highs.setOptionValue("solver", "ipm")
        self.sharing = sharing
        # the pair of each column; -1 for what lies beyond limits
        self.pairs = np.concatenate([pairs, np.full(matrix.shape[1] - len(pairs), -1)])

    def solve(self) -> tuple[FloatArray, float]:
        """Return the rows' duals and the total."""
        self.highs.run()
        duals = np.array(self.highs.getSolution().row_dual)
        if not len(duals):
            raise RuntimeError(f"HiGHS gave no answer: {self.highs.modelStatusToString(self.highs.getModelStatus())}")
        return duals, float(self.highs.getInfo().objective_function_value)

    def add(self, missing: IntArray) -> bool:
        """Let more pairs take part; tell whether any was new."""
        new = np.setdiff1d(missing, self.pairs, assume_unique=True)
        if not len(new):
            return False
        part = pair_matrix(self.sharing, new, slack=False)
        limitless = np.full(len(new), np.inf)
        self.highs.addCols(
            len(new), self.sharing.cost.ravel()[new], np.zeros(len(new)), limitless, part.nnz, part.indptr[:-1], part.indices, part.data
        )
        self.pairs = np.concatenate([self.pairs, new])
        if len(new) > _ANEW * self.sharing.cost.shape[0]:
            self.highs.clearSolver()
            self.highs.setOptionValue("solver", "ipm")
        else:
            self.highs.setOptionValue("solver", "simplex")
            self.highs.setOptionValue("simplex_strategy", _PRIMAL)
        return True

    def rounded(self) -> IntArray:
        """Return for each account the person with the largest part of it."""
        parts = np.array(self.highs.getSolution().col_value)[self.pairs >= 0]
        row, person = np.divmod(self.pairs[self.pairs >= 0], self.sharing.cost.shape[1])
        order = np.lexsort((person, -parts, row))
        first = np.r_[True, row[order][1:] != row[order][:-1]]
        return person[order][first].astype(np.int64)
