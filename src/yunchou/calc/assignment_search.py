"""Better an assignment by giving single accounts to others and by swapping two."""

from collections.abc import Iterator

import numpy as np

from yunchou.calc.assignment_exact import candidates
from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.sharing import Sharing

# up to so many pairs every person is tried for every account; above it, each account's best by regret
_ALL_PAIRS = 400_000
_CANDIDATES = 16
# up to so many accounts swaps are tried with everybody, above it only where limits are broken or paid for
_ALL_SWAPS = 3_000
_PASSES = 30
_GAIN = 1e-9


def improve(sharing: Sharing, given: IntArray, regret: FloatArray) -> IntArray:
    """Return an assignment that no single shift betters, nor a swap that was tried; hard limits count at a high price.

    Args:
        sharing: The problem.
        given: The person of each account.
        regret: Shape ``(accounts, people)``: which persons are worth trying first.

    Source:
        Own; the neighbourhoods of S. Martello and P. Toth, *Knapsack Problems*, Wiley, 1990, ch. 7.
    """
    search = _Search(sharing, given.copy(), regret)
    for _ in range(_PASSES):
        search.shift()
        if not search.swap():
            break
    return search.given


class _Search:
    def __init__(self, sharing: Sharing, given: IntArray, regret: FloatArray) -> None:
        accounts, people = sharing.cost.shape
        self.cost, self.given, self.meters = sharing.cost, given, sharing.meters
        self.prices = [sharing.price_of(meter) for meter in sharing.meters]
        all_pairs = candidates(regret, people if sharing.cost.size <= _ALL_PAIRS else _CANDIDATES)
        self.row, self.person = np.divmod(all_pairs, people)
        self.pair_cost = sharing.cost.ravel()[all_pairs]
        self.pair_shares = [meter.weights[self.row] / meter.full[self.person] for meter in self.meters]
        self.rows = np.arange(accounts)
        self.recount()

    def recount(self) -> None:
        self.shares = [meter.shares(self.given) for meter in self.meters]

    def shift(self) -> None:
        """Give one account to another person, the best first, while that betters anything."""
        for _ in range(20 * len(self.rows)):
            now = self.given
            leaving = -self.cost[self.rows, now]
            for meter, price, shares in zip(self.meters, self.prices, self.shares, strict=True):
                own = meter.weights / meter.full[now]
                leaving = leaving + price * (meter.beyond(shares[now] - own) - meter.beyond(shares[now]))
            change = self.pair_cost + leaving[self.row]
            for meter, price, shares, part in zip(self.meters, self.prices, self.shares, self.pair_shares, strict=True):
                change = change + price * (meter.beyond(shares[self.person] + part) - meter.beyond(shares)[self.person])
            change[self.person == now[self.row]] = 0
            best = int(change.argmin())
            if change[best] >= -_GAIN * (1 + abs(self.pair_cost[best])):
                return
            account, person = self.row[best], self.person[best]
            for meter, shares in zip(self.meters, self.shares, strict=True):
                shares[now[account]] -= meter.weights[account] / meter.full[now[account]]
                shares[person] += meter.weights[account] / meter.full[person]
            self.given[account] = person
        self.recount()

    def swap(self) -> bool:
        """Swap an account of each person with one of another where that betters anything; tell whether any was."""
        is_any = False
        for person in self._who_swaps():
            mine, others = np.flatnonzero(self.given == person), np.flatnonzero(self.given != person)
            others = others[np.isfinite(self.cost[others, person])]
            if not len(mine) or not len(others):
                continue
            change = self._swaps(person, mine, others)
            best = int(change.argmin())
            if change.flat[best] < -_GAIN * (1 + float(self.cost[mine, person].max())):
                one, other = mine[best // len(others)], others[best % len(others)]
                self.given[one], self.given[other] = self.given[other], person
                self.recount()
                is_any = True
        return is_any

    def _who_swaps(self) -> Iterator[int]:
        for person in range(self.cost.shape[1]):
            broken = any(meter.beyond(shares)[person] > 0 for meter, shares in zip(self.meters, self.shares, strict=True))
            if broken or len(self.rows) <= _ALL_SWAPS:
                yield person

    def _swaps(self, person: int, mine: IntArray, others: IntArray) -> FloatArray:
        """Return what each swap changes, shape ``(mine, others)``."""
        owners = self.given[others]
        change: FloatArray = self.cost[mine][:, owners] - self.cost[mine, person][:, None]
        change = change + (self.cost[others, person] - self.cost[others, owners])[None, :]
        for meter, price, shares in zip(self.meters, self.prices, self.shares, strict=True):
            step = meter.weights[others][None, :] - meter.weights[mine][:, None]
            change += price * meter.beyond(shares[person] + step / meter.full[person])
            change += price * meter.beyond(shares[owners][None, :] - step / meter.full[owners][None, :])
            beyond = meter.beyond(shares)
            change -= price * (beyond[person] + beyond[owners][None, :])
        return change
