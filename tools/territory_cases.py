"""Made-up accounts and people, and how a planner would assign them in a spreadsheet."""

import numpy as np

from yunchou.calc.money import IntArray
from yunchou.calc.sharing import Sharing
from yunchou.calc.territory_nouns import Account, Seller

REGIONS = 7
_NO_OWNER, _REGION_RULE = 0.15, 0.1


def accounts_and_people(accounts: int, people: int, seed: int, *, most: float | None = None) -> tuple[list[Account], list[Seller]]:
    """Return made-up ones: potential and workload skewed, in 7 regions × 5 provinces × 3 prefectures × 3 cities.

    Most accounts have an owner, mostly a near one; one in ten may be served only by those who sell its product. ``most``: everybody's
    cap on accounts, in shares of the mean.
    """
    random = np.random.default_rng(seed)

    def places(count: int) -> IntArray:
        region = random.choice(REGIONS, count, p=np.arange(REGIONS, 0, -1) / np.arange(1, REGIONS + 1).sum())
        province = region * 5 + random.integers(0, 5, count)
        prefecture = province * 3 + random.integers(0, 3, count)
        return np.stack([region, province, prefecture, prefecture * 3 + random.integers(0, 3, count)], axis=1)

    where = places(accounts)
    home = where[random.choice(accounts, people, replace=accounts < people)]
    potential = np.exp(random.normal(0, 1, accounts))
    workload = np.sqrt(potential) * np.exp(random.normal(0, 0.3, accounts))
    steps = 4 - (where[:, None, :] == home[None, :, :]).sum(axis=2)
    owner = np.argmax(-steps + random.gumbel(0, 1, steps.shape), axis=1)
    owner[random.random(accounts) < _NO_OWNER] = -1
    special = random.random(accounts) < _REGION_RULE
    sells = random.random(people) < 0.7
    sells[0] = True
    capacity = random.choice([0.5, 1.0, 1.0, 1.0], people)
    levels = "RPFC"

    def named(row: IntArray) -> tuple[str, str, str, str]:
        one, two, three, four = (f"{level}{code}" for level, code in zip(levels, row.tolist(), strict=True))
        return one, two, three, four

    cap = None if most is None else int(most * accounts / people)
    return [
        Account(
            name=f"A{at:06}",
            potential_minor=int(potential[at] * 10_000_000),
            workload=float(workload[at]),
            place=named(where[at]),
            owner=None if owner[at] < 0 else f"P{owner[at]:04}",
            products=("X",) if special[at] else (),
        )
        for at in range(accounts)
    ], [
        Seller(
            name=f"P{at:04}",
            capacity=float(capacity[at]),
            place=named(home[at]),
            products=() if sells[at] else ("Y",),
            most_accounts=cap,
        )
        for at in range(people)
    ]


def spreadsheet(sharing: Sharing, owners: IntArray) -> IntArray:
    """Return what a planner would do by hand: the largest first, each to its owner or the nearest who has room in every limit.

    Where nobody has room, the one with the most room left in potential takes it.
    """
    accounts, people = sharing.cost.shape
    given = np.zeros(accounts, dtype=np.int64)
    held = [np.zeros(people) for _ in sharing.meters]
    for at in np.argsort(-sharing.meters[0].weights, kind="stable"):
        fits = np.isfinite(sharing.cost[at])
        room = fits.copy()
        for meter, shares in zip(sharing.meters, held, strict=True):
            room &= shares + meter.weights[at] / meter.full <= meter.most
        if owners[at] >= 0 and room[owners[at]]:
            person = int(owners[at])
        elif room.any():
            person = int(np.argmin(np.where(room, sharing.cost[at], np.inf) + 1e-9 * held[0]))
        else:
            person = int(np.argmin(np.where(fits, held[0], np.inf)))
        given[at] = person
        for meter, shares in zip(sharing.meters, held, strict=True):
            shares[person] += meter.weights[at] / meter.full[person]
    return given
