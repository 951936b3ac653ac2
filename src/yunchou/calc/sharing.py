"""What is shared out: accounts over people, at a cost, within limits on what is added up for each person. Arrays only."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray

# what rounding of sums may lie beyond a limit, in shares of a full amount
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Meter:
    """What is added up for each person, measured in shares of a full amount.

    ``weights``: shape ``(accounts,)``, >= 0. ``full``: shape ``(people,)``, the amount that counts as 1, infinite where nothing
    limits the person. ``least``, ``most``: in shares. ``price``: what one full amount beyond the limits costs; None: forbidden.
    """

    name: str
    weights: FloatArray
    full: FloatArray
    least: float
    most: float
    price: float | None

    def shares(self, given: IntArray) -> FloatArray:
        """Return each person's share, ``given`` the person of each account."""
        added: FloatArray = np.bincount(given, weights=self.weights, minlength=len(self.full)) / self.full
        return added

    def shares_held(self, owners: IntArray) -> FloatArray:
        """Return each person's share, ``owners`` the person of each account or -1 for nobody."""
        is_owned = owners >= 0
        added: FloatArray = np.bincount(owners[is_owned], weights=self.weights[is_owned], minlength=len(self.full)) / self.full
        return added

    def beyond(self, shares: FloatArray) -> FloatArray:
        """Return by how much shares lie outside the limits."""
        outside: FloatArray = np.maximum(shares - self.most, 0) + np.maximum(self.least - shares, 0)
        return outside


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """A problem: ``cost`` of shape ``(accounts, people)``, >= 0, infinite where a person may not serve an account; the meters."""

    cost: FloatArray
    meters: tuple[Meter, ...]

    @cached_property
    def hard_price(self) -> float:
        """Return a price of breaking a hard limit beside which all other costs are small."""
        dearest = np.where(np.isfinite(self.cost), self.cost, 0).max(axis=1)
        return 100 * (float(dearest.sum()) / int(self.cost.shape[1]) + 1)

    def price_of(self, meter: Meter) -> float:
        """Return what a search pays for one full amount beyond a meter's limits."""
        return self.hard_price if meter.price is None else meter.price

    def total(self, given: IntArray) -> float:
        """Return costs and prices of an answer; the prices of hard limits are not among them."""
        paid = float(self.cost[np.arange(len(given)), given].sum())
        priced = [(meter, meter.price) for meter in self.meters if meter.price is not None]
        beyond = [price * float(meter.beyond(meter.shares(given)).sum()) for meter, price in priced]
        return paid + float(sum(beyond))

    def broken(self, given: IntArray) -> float:
        """Return by how much hard limits are broken in sum, in shares."""
        hard = [meter for meter in self.meters if meter.price is None]
        return float(sum(np.maximum(meter.beyond(meter.shares(given)) - TOLERANCE, 0).sum() for meter in hard))


@dataclass(frozen=True, kw_only=True)
class Shared:
    """An answer: the person of each account, what it costs, and what no answer can cost less than.

    ``is_met``: every hard limit is held. ``is_excluded``: it is proven that no answer holds them.
    """

    given: IntArray
    total: float
    bound: float
    is_met: bool
    is_excluded: bool

    @property
    def gap(self) -> float:
        """Return how much of the total a better answer could at most save, 0…1."""
        return max(self.total - self.bound, 0) / self.total if self.total > 0 else 0.0
