"""Who serves which account: balanced in potential and workload, near, with relations kept; and what moving one account would do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.assignment import share_accounts
from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.sharing import TOLERANCE, Meter, Shared, Sharing
from yunchou.calc.territory_nouns import Account, Seller, Wishes
from yunchou.calc.territory_refusals import check_names, refuse_broken, refuse_too_large, refuse_unserved
from yunchou.calc.territory_rules import may_serve, steps_apart
from yunchou.calc.text import Text

_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Who serves which account; accounts and people sorted by name.

    ``given``: the person's place of each account; ``owners``: today's, -1 for none; ``steps``: shape ``(accounts, people)``, 0 the
    same city … 4 another region; ``costs``: of the same shape, what each
    pair costs, allowed or not; ``sharing`` is the problem that was solved, ``shared`` its answer with the proven gap.
    """

    accounts: tuple[Account, ...]
    people: tuple[Seller, ...]
    given: IntArray
    owners: IntArray
    steps: IntArray
    costs: FloatArray
    sharing: Sharing
    shared: Shared
    warnings: tuple[Text, ...]

    @property
    def kept(self) -> int:
        """Return how many accounts stay with the person who has them today."""
        return int((self.given == self.owners).sum())

    @property
    def is_balanced(self) -> bool:
        """Return whether everybody lies within the band."""
        return all(float(meter.beyond(meter.shares(self.given)).max()) <= TOLERANCE for meter in self.sharing.meters)


def assign_accounts(accounts: Sequence[Account], people: Sequence[Seller], wishes: Wishes | None = None) -> Assignment:
    """Give every account to one person.

    Least in sum: an account's workload × (how far its person is + what a change of person costs), and, where the band is no hard
    limit, what lies beyond the band. Full shares are in proportion to people's capacity. Locks and caps are always held.

    Raises:
        BadInput: A name stands twice, an owner or lock names nobody, or an account may be served by nobody.
        Contradiction: Caps, locks and a hard band cannot be met together.
        NoAnswer: Nothing excludes an answer, but none was found.

    Source:
        Own; docs/methods/territories.md. Balancing territories: A. A. Zoltners and P. Sinha, "Sales territory alignment: thirty
        years of modeling and implementation", *Marketing Science* 24 (2005).
    """
    wishes = wishes or Wishes()
    accounts = tuple(sorted(accounts, key=lambda one: one.name))
    people = tuple(sorted(people, key=lambda one: one.name))
    place_of = {person.name: place for place, person in enumerate(people)}
    check_names(accounts, people)
    owners = np.array([-1 if one.owner is None else place_of.get(one.owner, -1) for one in accounts], dtype=np.int64)
    steps = steps_apart([one.place for one in accounts], [one.place for one in people])
    allowed = may_serve(accounts, people)
    refuse_unserved(accounts, people, allowed)
    bands = _bands(accounts, people, wishes)
    if wishes.is_band_hard:
        for meter in bands:
            fits = meter.weights[:, None] <= meter.most * meter.full[None, :] * (1 + TOLERANCE)
            refuse_too_large(accounts, people, meter, allowed & fits)
            allowed = allowed & fits
    costs = _costs(accounts, owners, steps, wishes)
    sharing = Sharing(cost=np.where(allowed, costs, np.inf), meters=(*bands, *_caps(accounts, people)))
    shared = share_accounts(sharing)
    found = Assignment(
        accounts=accounts,
        people=people,
        given=shared.given,
        owners=owners,
        steps=steps,
        costs=costs,
        sharing=sharing,
        shared=shared,
        warnings=_warnings(accounts, people, place_of),
    )
    if not shared.is_met:
        refuse_broken(people, sharing, shared)
    return found


def _costs(accounts: Sequence[Account], owners: IntArray, steps: IntArray, wishes: Wishes) -> FloatArray:
    workloads = np.array([one.workload for one in accounts])
    ties = np.array([one.tie for one in accounts])
    is_change = (owners[:, None] >= 0) & (owners[:, None] != np.arange(steps.shape[1])[None, :])
    far = np.array(wishes.distance, dtype=np.float64)[steps]
    costs: FloatArray = workloads[:, None] * (far + wishes.continuity * ties[:, None] * is_change)
    return costs


def _bands(accounts: Sequence[Account], people: Sequence[Seller], wishes: Wishes) -> list[Meter]:
    capacity = np.array([one.capacity for one in people])
    workloads = np.array([one.workload for one in accounts])
    potential = np.array([float(one.potential_minor) for one in accounts])
    price = None if wishes.is_band_hard else wishes.balance * float(workloads.sum()) / len(people)
    return [
        Meter(
            name=name,
            weights=weights,
            full=weights.sum() * capacity / capacity.sum(),
            least=1 - wishes.band,
            most=1 + wishes.band,
            price=price,
        )
        for name, weights in (("potential", potential), ("workload", workloads))
        if weights.sum() > 0
    ]


def _caps(accounts: Sequence[Account], people: Sequence[Seller]) -> list[Meter]:
    workloads = np.array([one.workload for one in accounts])
    meters = []
    caps: tuple[tuple[str, FloatArray, list[float | None]], ...] = (
        ("accounts", np.ones(len(accounts)), [one.most_accounts for one in people]),
        ("most_workload", workloads, [one.most_workload for one in people]),
    )
    for name, weights, most in caps:
        if any(one is not None for one in most):
            full = np.array([np.inf if one is None else float(one) for one in most])
            meters.append(Meter(name=name, weights=weights, full=full, least=0.0, most=1.0, price=None))
    return meters


def _warnings(accounts: Sequence[Account], people: Sequence[Seller], place_of: dict[str, int]) -> tuple[Text, ...]:
    told = []
    nowhere = [one.name for one in people if not any(one.place)]
    if nowhere and any(any(one.place) for one in accounts):
        names = _some(nowhere)
        told.append(
            Text(
                f"{len(nowhere)} 人没有所在地（{names.zh}）：一律按最远计，请补上",
                f"{len(nowhere)} people have no place ({names.en}): counted as farthest from everything; fill it in",
            )
        )
    gone = sorted({one.owner for one in accounts if one.owner is not None and one.owner not in place_of})
    if gone:
        names = _some(gone)
        told.append(
            Text(
                f"有客户现由名单之外的 {len(gone)} 人负责（{names.zh}），按无人负责计",
                f"{len(gone)} people who have accounts today are not on the list ({names.en}): their accounts count as nobody's",
            )
        )
    idle = len(people) - len(accounts)
    if idle > 0:
        told.append(
            Text(
                f"人（{len(people)}）比客户（{len(accounts)}）多，至少 {idle} 人没有客户",
                f"there are more people ({len(people)}) than accounts ({len(accounts)}): at least {idle} have none",
            )
        )
    return tuple(told)


def _some(names: Sequence[str]) -> Text:
    shown, more = "、".join(names[:_NAMED]), len(names) > _NAMED
    return Text(f"{shown} 等" if more else shown, f"{shown} …" if more else shown)
