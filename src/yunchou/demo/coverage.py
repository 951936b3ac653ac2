"""Who looks after which account: teams, newcomers, handovers, the re-organisation."""

import numpy as np

from yunchou.demo.accounts import Accounts
from yunchou.demo.geography import REGIONS
from yunchou.demo.organisation import NEVER, Organisation
from yunchou.demo.products import LINES
from yunchou.demo.streams import FloatArray, IntArray, Streams
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import DATA_FROM, TODAY, Days, number_of

_MONTH_DAYS = 30.44
_NEWCOMERS_SHARE = 0.8
_WEEK_OFF = 0.055  # share of weeks in which a person is away


class Coverage:
    """The salespeople of each pool on a day, and what each can do."""

    def __init__(self, organisation: Organisation, truth: Truth, days: Days, streams: Streams) -> None:
        self._organisation, self._streams, self._days = organisation, streams, days
        self.reorganised = organisation.reorganised
        staff = organisation.staff
        seats = [organisation.seats[seat] for seat in staff.seat.tolist()]
        pools = [team for teams in organisation.teams for team in teams]
        self._index = {name: index for index, name in enumerate((*pools, "key", *LINES))}
        self._first_pool = np.cumsum([0, *(len(teams) for teams in organisation.teams)])[: len(REGIONS)]
        self._pools = np.array([len(teams) for teams in organisation.teams], dtype=np.int64)
        self._before = np.array([self._index.get(seat.pool, -1) for seat in seats], dtype=np.int64)
        self._after = np.array([self._index.get(seat.later_pool, -1) for seat in seats], dtype=np.int64)
        self.hired, self.left = staff.hired, staff.left
        self._selling = np.array([seat.selling for seat in seats])
        self._skill = organisation.skill
        self._ramp = np.array([*truth.people.ramp, 1.0])
        # Who steps in where a whole region has nobody: its head, else the director, who never leaves.
        self._heads = [[number for number, seat in enumerate(seats) if f"R{region + 1}" in seat.heads] for region in range(len(REGIONS))]
        self._director = next(number for number, seat in enumerate(seats) if "C0" in seat.heads)
        hires, leaves = self.hired, self.left + 1
        self.changes = {*hires[hires >= 0].tolist(), *leaves[leaves < NEVER].tolist(), self.reorganised}
        self.refresh(0)

    def refresh(self, day: int) -> None:
        """Learn who is in which pool on a day."""
        pool = self._before if day < self.reorganised else self._after
        here = np.flatnonzero((self.hired <= day) & (self.left >= day) & (pool >= 0))
        here = here[np.argsort(pool[here], kind="stable")]
        self.members = here
        self._counts = np.bincount(pool[here], minlength=len(self._index))
        # Half-time sellers and newcomers are given less: each pool is a stretch of this cumulative sum.
        self._edges = np.cumsum(self._selling[here] * (0.25 + 0.75 * self.ramp(day)[here]))
        last = np.cumsum(self._counts)
        ends = np.concatenate([[0.0], self._edges])
        self._from, self._to = ends[last - self._counts], ends[last]

    def pool_of(self, accounts: Accounts, numbers: IntArray, day: int) -> IntArray:
        """Return the pool that serves each account."""
        region = accounts.region[numbers]
        teams = self._pools[region]
        team = self._first_pool[region] + np.minimum((accounts.place[numbers] * teams).astype(np.int64), teams - 1)
        return np.where(
            accounts.key[numbers] & (day >= self.reorganised) & (self._counts[self._index["key"]] > 0), self._index["key"], team
        )

    def owners(self, accounts: Accounts, numbers: IntArray, day: int) -> IntArray:
        """Choose an owner for each account among those who serve it on that day."""
        pool = self.pool_of(accounts, numbers, day)
        chosen = self.pick(pool, self._streams.uniform("coverage.owner", numbers, day))
        for place in np.flatnonzero(chosen < 0).tolist():
            chosen[place] = self._stand_in(int(accounts.region[numbers[place]]), day)
        return chosen

    def _stand_in(self, region: int, day: int) -> int:
        for number in self._heads[region]:
            if self.hired[number] <= day <= self.left[number]:
                return number
        return self._director

    def specialists(self, line: IntArray, deals: IntArray) -> IntArray:
        """Choose a specialist of each deal's product line; -1 where there is none."""
        pool = self._index[LINES[0]] + line
        return self.pick(pool, self._streams.uniform("coverage.specialist", deals))

    def pick(self, pool: IntArray, u: FloatArray) -> IntArray:
        """Choose a member of each pool; -1 where it has none."""
        wanted = self._from[pool] + u * (self._to[pool] - self._from[pool])
        place = np.searchsorted(self._edges, wanted, side="right").clip(max=len(self.members) - 1)
        return np.where(self._counts[pool] > 0, self.members[place], -1)

    def joined(self, day: int) -> IntArray:
        """Return who starts on a day in a pool of accounts."""
        return np.flatnonzero((self.hired == day) & (self._pool_now(day) >= 0) & (self._pool_now(day) <= self._index["key"]))

    def gone(self, day: int) -> IntArray:
        """Return whose last day was the day before."""
        return np.flatnonzero(self.left + 1 == day)

    def _pool_now(self, day: int) -> IntArray:
        return self._before if day < self.reorganised else self._after

    def share_with(self, newcomer: int, accounts: Accounts, day: int) -> IntArray:
        """Return the accounts that a newcomer takes over: an good half of an equal share."""
        filled = np.arange(accounts.count)
        mine = filled[self.pool_of(accounts, filled, day) == self._pool_now(day)[newcomer]]
        size = max(1, int(self._counts[self._pool_now(day)[newcomer]]))
        taken = mine[self._streams.uniform("coverage.newcomer", mine, newcomer) < _NEWCOMERS_SHARE / size]
        return np.asarray(taken[accounts.lost[taken] < 0], dtype=np.int64)

    def misplaced(self, accounts: Accounts, day: int) -> IntArray:
        """Return the accounts whose owner does not belong to the pool that serves them."""
        filled = np.arange(accounts.count)
        return np.flatnonzero(self.pool_of(accounts, filled, day) != self._pool_now(day)[accounts.owner[filled]])

    def ramp(self, day: int) -> FloatArray:
        """Return the share of full pace that each person has reached."""
        months = ((day - self.hired) / _MONTH_DAYS).astype(np.int64)
        return np.asarray(self._ramp[np.clip(months, 0, len(self._ramp) - 1)])

    def capacity(self, day: int) -> FloatArray:
        """Return what each person can do on a day, 1 being a full day of an average seller."""
        here = (self.hired <= day) & (self.left >= day)
        week = (day + 3) // 7  # weeks begin on Mondays
        away = self._streams.uniform("people.week_off", np.arange(len(self.hired)), week) < _WEEK_OFF
        return np.where(here & ~away, self._selling * self._skill * self.ramp(day), 0.0)

    def seller_days(self) -> float:
        """Return all sellers' capacity up to the usual today: what the work is scaled to."""
        until = np.arange(number_of(TODAY) + 1)
        working = np.concatenate([[0], np.cumsum(self._days.working[until] & (until >= number_of(DATA_FROM)))])
        start, stop = np.clip(self.hired, 0, len(until)), np.clip(self.left + 1, 0, len(until))
        return float(np.sum((working[stop] - working[start]) * self._selling)) * (1.0 - _WEEK_OFF)
