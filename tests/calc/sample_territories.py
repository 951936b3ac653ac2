"""Accounts and people for the tests of territories."""

import itertools

import numpy as np

from yunchou.calc.sharing import Meter, Sharing
from yunchou.calc.territory_nouns import Account, Seller


def sharing(accounts: int, people: int, seed: int, *, band: float = 0.2, price: float | None = 50.0, closed: float = 0.2) -> Sharing:
    """Return a random problem with a band on potential and on workload; every account may be served by somebody."""
    random = np.random.default_rng(seed)
    potential, workload = np.exp(random.normal(0, 0.7, accounts)), np.exp(random.normal(0, 0.3, accounts))
    cost = workload[:, None] * random.integers(0, 6, (accounts, people))
    shut = random.random((accounts, people)) < closed
    shut[np.arange(accounts), random.integers(0, people, accounts)] = False
    capacity = random.choice([0.5, 1.0], people)
    meters = tuple(
        Meter(name=name, weights=weights, full=weights.sum() * capacity / capacity.sum(), least=1 - band, most=1 + band, price=price)
        for name, weights in (("potential", potential), ("workload", workload))
    )
    return Sharing(cost=np.where(shut, np.inf, cost), meters=meters)


def best_total(problem: Sharing) -> float:
    """Return the least total of all answers that break no hard limit; infinity where there is none."""
    accounts, people = problem.cost.shape
    least = np.inf
    for given in itertools.product(range(people), repeat=accounts):
        places = np.array(given)
        if np.isfinite(problem.cost[np.arange(accounts), places]).all() and problem.broken(places) == 0:
            least = min(least, problem.total(places))
    return least


def account(name: str, potential: int = 100, **more) -> Account:
    """Return an account of so many currency units."""
    return Account(name=name, potential_minor=potential * 100, **more)


def seller(name: str, **more) -> Seller:
    """Return a person."""
    return Seller(name=name, **more)
