"""Who may serve an account, and how far apart an account and a person are."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from yunchou.calc.money import IntArray
from yunchou.calc.territory_nouns import Account, Place, Seller

BoolArray = npt.NDArray[np.bool_]
_ELSEWHERE = 4


def steps_apart(accounts: Sequence[Place], people: Sequence[Place]) -> IntArray:
    """Return how far apart each account and person are: 0 the same city, 1 prefecture, 2 province, 3 region, 4 elsewhere or unknown.

    Cities of one name in two provinces are two cities. What is not known counts as elsewhere.

    Returns:
        Shape ``(accounts, people)``.

    Source:
        Own.
    """
    steps = np.full((len(accounts), len(people)), _ELSEWHERE, dtype=np.int64)
    # a region says nothing of what lies inside it, but a city lies in one province
    for step, inside in ((3, 0), (2, 1), (1, 1), (0, 1)):
        level = _ELSEWHERE - 1 - step
        codes: dict[tuple[str, ...], int] = {}
        here, there = (
            np.array([codes.setdefault(place[min(inside, level) : level + 1], len(codes)) if place[level] else -1 for place in places])
            for places in (accounts, people)
        )
        same = (here[:, None] == there[None, :]) & (here[:, None] >= 0)
        steps[same] = step
    return steps


def may_serve(accounts: Sequence[Account], people: Sequence[Seller]) -> BoolArray:
    """Return who may serve which account by region, language and product; a lock stands above these rules.

    Returns:
        Shape ``(accounts, people)``.

    Source:
        Own.
    """
    allowed = np.ones((len(accounts), len(people)), dtype=bool)
    for at, person in enumerate(people):
        if person.regions:
            inside = set(person.regions)
            allowed[:, at] &= [not inside.isdisjoint(one.place) for one in accounts]
        if person.products:
            sold = set(person.products)
            allowed[:, at] &= [sold.issuperset(one.products) for one in accounts]
    for row, account in enumerate(accounts):
        if account.languages:
            allowed[row] &= [set(account.languages).issubset(person.languages) for person in people]
        if account.person is not None:
            allowed[row] = [person.name == account.person for person in people]
    return allowed


def lacks(account: Account, person: Seller) -> tuple[str, ...]:
    """Return what keeps a person from an account: ``region``, ``language``, ``product``.

    Source:
        Own.
    """
    found = []
    if person.regions and set(person.regions).isdisjoint(account.place):
        found.append("region")
    if not set(account.languages).issubset(person.languages):
        found.append("language")
    if person.products and not set(person.products).issuperset(account.products):
        found.append("product")
    return tuple(found)
