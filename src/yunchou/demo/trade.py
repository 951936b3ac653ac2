"""The daily run of the company: needs arise, people work through their queues, customers decide, accounts come and go."""

from dataclasses import dataclass

import numpy as np

from yunchou.demo.accounts import CUSTOMER, PROSPECT, Accounts
from yunchou.demo.coverage import Coverage
from yunchou.demo.deals import DECIDING, EXPIRED, LOST, WAITING, WON, Columns, new_deals, new_lines
from yunchou.demo.demand import LINES_PER_DEAL, NET_PRICE, Market, industry_months
from yunchou.demo.geography import REGIONS, Cities
from yunchou.demo.products import CATALOGUE, LINES
from yunchou.demo.sizes import Size
from yunchou.demo.streams import BoolArray, FloatArray, IntArray, Streams
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import DATA_FROM, TODAY, Days, number_of

_SPREAD = np.array([item.spread for item in CATALOGUE])
WIN_AGAIN, WIN_NEW = 0.80, 0.60  # usual probability of a deal with a customer, with a prospect
_LEADERS_FIRST_DAYS, _LEADERS_AHEAD = 540, 0.9
_SPECIALIST_SHARE = 0.13
_PATIENCE_DAYS = 45  # calendar days a need waits for a salesperson before it is met elsewhere
_LEAD_AHEAD_DAYS = 270  # prospects are sought where there will be demand
_HELP_DAYS = 18  # what has waited so long goes to a colleague on Monday
_NEVER_SERVED = 1.03  # needs arise a little more often than they are met
_MOST_PER_WEIGHT = 3.5  # no account is asked to spend more than this many times the company's average by weight
_FADED, _FADES_DAYS = 0.35, 110
_MONDAY = 4  # the remainder of the numbers of Mondays by 7
_QUARTER_HEAD_DAYS, _RUSH_DAYS = 30, 12
_LONG_AGO = -10_000
_RESTART_DAYS = 180  # how long a handover is felt


@dataclass(frozen=True)
class Run:
    """What happened: deals with their lines, accounts as they stand, returns as (deal, day, person)."""

    accounts: Accounts
    deals: Columns
    lines: Columns
    returns: IntArray
    owned: IntArray  # (day, account, owner from that day on)


class Trade:
    """The company at work, a day at a time."""

    def __init__(
        self, *, size: Size, truth: Truth, days: Days, market: Market, cities: Cities, coverage: Coverage, streams: Streams, until: int
    ) -> None:
        self._truth, self._days, self._market, self._until = truth, days, market, until
        self._coverage, self._draw = coverage, streams
        self._opened = np.array([self._opens(region) for region in cities.region.tolist()]) + cities.opens_after
        self._size = size
        self.accounts = Accounts(int(size.accounts * 1.4) + 200, truth, cities, streams)
        self.deals, self.lines = new_deals(), new_lines()
        self._waiting = np.zeros(0, dtype=np.int64)
        self._due: dict[int, list[IntArray]] = {}
        self._losses: dict[int, list[IntArray]] = {}
        self._returning: dict[int, list[IntArray]] = {}
        self._returns: list[IntArray] = []
        self._handovers: list[IntArray] = []
        self._next_working = _next_working(days)
        begins, horizon = number_of(DATA_FROM), number_of(TODAY) + 1
        self._leads_a_day = size.accounts * truth.customers.new_share / float(days.working[begins:horizon].sum())
        self._first_accounts = round(size.accounts * (1.0 - truth.customers.new_share) - self._leads_a_day * days.working[:begins].sum())
        deals = size.lines / 2.0 * (1.0 - 0.5 * truth.customers.online_share) / WIN_AGAIN + size.accounts * truth.customers.new_share
        self._buying = industry_months()
        self._pace = deals * 0.90 / (size.busy * coverage.seller_days())
        self._weak = np.ones((len(REGIONS), len(LINES)))
        self._asked = np.zeros((len(REGIONS), len(market.line)))

    def _opens(self, region: int) -> int:
        opens_on = self._truth.regions[REGIONS[region]].opens_on
        return 0 if opens_on is None else number_of(opens_on)

    def run(self) -> Run:
        """Work from the first day until today."""
        self._begin()
        for day in range(self._until + 1):
            self._change_staff(day)
            if day % 7 == _MONDAY or day == 0:
                self._weigh(day)
            if day and self._days.month[day] != self._days.month[day - 1]:
                self._let_customers_fade(day)
            for numbers in self._losses.pop(day, ()):
                self.accounts.lose(numbers, day)
            self._let_needs_arise(day)
            if self._days.working[day]:
                if day % 7 == _MONDAY:
                    self._even_out(day)
                self._meet_prospects(day)
                self._work(day)
                self._decide(day)
                self._take_back(day)
        empty = np.zeros((0, 3), dtype=np.int64)
        return Run(
            self.accounts, self.deals, self.lines, np.concatenate([empty, *self._returns]), np.concatenate([empty, *self._handovers])
        )

    def _begin(self) -> None:
        """Open the accounts that were there before the first day, all of them customers."""
        number = np.arange(self._first_accounts)
        share = np.array([self._truth.regions[name].share if self._opens(i) <= 0 else 0.0 for i, name in enumerate(REGIONS)])
        edges = np.cumsum(share) / share.sum()
        region = np.searchsorted(edges, (self._draw.uniform("accounts.region", number))).clip(max=len(REGIONS) - 1)
        created = -30 - (self._draw.uniform("accounts.created", number) ** 1.5 * 2_500).astype(np.int64)
        self._coverage.refresh(0)
        numbers = self.accounts.open(region, created, 0, self._opened)
        self.accounts.begin(numbers)
        self._hand_over(numbers, self._coverage.owners(self.accounts, numbers, 0), 0)
        self.accounts.handed[numbers] = _LONG_AGO

    # ── people ────────────────────────────────────────────────────────────────────────────────────────────

    def _change_staff(self, day: int) -> None:
        """Hand over what leavers leave, give newcomers their share, move key accounts at the re-organisation."""
        if day == 0 or day not in self._coverage.changes:
            return
        self._coverage.refresh(day)
        accounts = self.accounts
        gone = self._coverage.gone(day)
        if gone.size:
            held = np.flatnonzero(np.isin(accounts.owner[: accounts.count], gone))
            self._hand_over(held, self._coverage.owners(accounts, held, day), day)
            self._replace_sellers(gone)
        if day == self._coverage.reorganised:
            wanted = self._coverage.misplaced(accounts, day)
            self._hand_over(wanted, self._coverage.owners(accounts, wanted, day), day)
        for newcomer in self._coverage.joined(day).tolist():
            taken = self._coverage.share_with(newcomer, accounts, day)
            self._hand_over(taken, np.full(len(taken), newcomer, dtype=np.int64), day)

    def _hand_over(self, numbers: IntArray, owners: IntArray, day: int) -> None:
        accounts = self.accounts
        moved = accounts.owner[numbers] != owners
        numbers, owners = numbers[moved], owners[moved]
        accounts.owner[numbers] = owners
        accounts.handed[numbers] = day
        self._handovers.append(np.stack([np.full(len(numbers), day, dtype=np.int64), numbers, owners], axis=1))

    def _replace_sellers(self, gone: IntArray) -> None:
        """Give the open deals of people who are gone to the owners of their accounts."""
        for numbers in (self._waiting, *(part for parts in self._due.values() for part in parts)):
            theirs = numbers[np.isin(self.deals["person"][numbers], gone)]
            self.deals["person"][theirs] = self.accounts.owner[self.deals["account"][theirs]]

    # ── customers ─────────────────────────────────────────────────────────────────────────────────────────

    def _weigh(self, day: int) -> None:
        """Share the market among the accounts there are, and learn where deals are hard to win."""
        weight = self.accounts.weight()
        demand = self._market.by_line(int(self._next_working[day]))
        share = demand.sum(axis=1, keepdims=True) / demand.sum()
        self._weight = np.maximum(weight, weight.sum(axis=0, keepdims=True) * share / _MOST_PER_WEIGHT + 1e-9)
        for spot in self._truth.weak_spots:
            if number_of(spot.starts_on) <= day:
                self._weak[REGIONS.index(spot.region), LINES.index(spot.line)] = spot.win_factor

    def _let_customers_fade(self, day: int) -> None:
        """Once a month some customers begin to leave, likelier after a handover."""
        accounts, truth = self.accounts, self._truth.customers
        numbers = np.flatnonzero(accounts.state[: accounts.count] == CUSTOMER)
        yearly = np.array([truth.churn.A, truth.churn.B, truth.churn.C])[accounts.tier[numbers]]
        felt = np.where(day - accounts.handed[numbers] < _RESTART_DAYS, truth.handover_churn, 1.0)
        monthly = 1.0 - np.power(1.0 - yearly, felt / 12.0)
        fading = numbers[self._draw.uniform("accounts.fade", numbers, day) < monthly]
        accounts.fade(fading, _FADED)
        last = self._next_working[day + _FADES_DAYS // 2 + self._draw.choice("accounts.fades", _FADES_DAYS, fading)]
        for when in np.unique(last).tolist():
            self._losses.setdefault(when, []).append(fading[last == when])

    def _let_needs_arise(self, day: int) -> None:
        """Find the accounts in which a need arises today; place what can be ordered online, queue the rest."""
        market = self._market
        working = bool(self._days.working[day])
        asked = market.yuan[:, :, day] / market.usual_yuan[None, :]
        # Deals lost on the way are asked for on top.
        asked = asked / (1.0 - (1.0 - WIN_AGAIN) * np.where(market.online, 1.0 - 0.6 * self._truth.customers.online_share, 1.0))[None, :]
        asked *= _NEVER_SERVED
        per_weight = asked / self._weight[:, market.line]
        pace = np.stack([per_weight[:, market.line == line].sum(axis=1) for line in range(len(LINES))], axis=1) / LINES_PER_DEAL
        self._asked = per_weight
        due = self.accounts.advance(pace, self._buying[:, self._days.month[day] - 1])
        if due.size == 0:
            return
        online = self._draw.uniform("needs.online", due, day) < self._truth.customers.online_share
        numbers = self._ask(due, day, new=False, online=online | (not working))
        mine = self.deals["online"][numbers]
        self._close(numbers[mine], day, WON)
        self._waiting = np.concatenate([self._waiting, numbers[~mine]])

    def _ask(self, numbers: IntArray, day: int, *, new: bool, online: BoolArray) -> IntArray:
        """Turn needs into deals with the lines asked for; needs of less than one piece come to nothing."""
        accounts, market, draw = self.accounts, self._market, self._draw
        most = 8
        u = draw.uniform("deals.lines", numbers, day)
        count = np.clip(1 + np.floor(np.log(u) / np.log(1.0 - 1.0 / LINES_PER_DEAL)).astype(np.int64), 1, most)
        row = np.repeat(np.arange(len(numbers)), count)
        place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        who = numbers[row]
        weights = self._asked[accounts.region[who]] * accounts.affinity[who][:, market.line]
        edges = np.cumsum(weights, axis=1)
        wanted = draw.uniform("lines.product", who, day, place) * edges[:, -1]
        product = np.minimum(np.sum(wanted[:, None] >= edges, axis=1), len(market.line) - 1)
        worth = market.usual_yuan[product] * accounts.root[who] * draw.lognormal("lines.worth", _SPREAD[product], who, day, place)
        pieces = worth / (market.price_yuan[product] * NET_PRICE)
        quantity = np.floor(pieces + draw.uniform("lines.pieces", who, day, place)).astype(np.int64)
        if new:  # a first deal is about something
            quantity = np.where(place == 0, np.maximum(quantity, 1), quantity)
        kept = (quantity > 0) & (edges[:, -1] > 0)
        # An order names a product once.
        cell, cells = np.unique(row[kept] * len(market.line) + product[kept], return_inverse=True)
        row, product = np.divmod(cell, len(market.line))
        quantity = np.bincount(cells, weights=quantity[kept], minlength=len(cell)).astype(np.int64)
        asking, first, count = np.unique(row, return_index=True, return_counts=True)
        value = np.bincount(row, weights=quantity * market.price_yuan[product], minlength=len(numbers))[asking]
        all_online = np.bincount(row, weights=~market.online[product], minlength=len(numbers))[asking] == 0
        # The work of a deal grows with its value and slowly; winning a new customer takes longer.
        work = np.clip(0.45 + 0.35 * np.log10(np.maximum(value, 1_000.0) / 1_000.0), 0.3, 2.5) * (1.8 if new else 1.0)
        start = self.lines.count
        deals = self.deals.append(
            len(asking), account=numbers[asking], person=accounts.owner[numbers[asking]], product=product[first], opened=day,
            outcome=WAITING, online=all_online & online[asking], new=new, lines_from=start + first, lines=count, left=work, value=value,
            hardware=np.bincount(row, weights=market.line[product] == 0, minlength=len(numbers))[asking],
        )  # fmt: skip
        self.lines.append(len(row), deal=np.repeat(deals, count), product=product, quantity=quantity)
        shared = ~self.deals["online"][deals] & (draw.uniform("deals.specialist", numbers[asking], day) < _SPECIALIST_SHARE)
        specialist = self._coverage.specialists(market.line[product[first]], deals)
        person = self.deals["person"]
        person[deals] = np.where(shared & (specialist >= 0), specialist, person[deals])
        return deals

    def _meet_prospects(self, day: int) -> None:
        """Open accounts for the prospects that come in today, and their first deals."""
        ahead = min(day + _LEAD_AHEAD_DAYS, len(self._days) - 1)
        demand = self._market.by_line(int(self._next_working[ahead])).sum(axis=1)
        demand = np.where([self._opens(region) <= day for region in range(len(REGIONS))], demand, 0.0)
        regions = np.arange(len(REGIONS))
        mean = self._leads_a_day * demand / demand.sum() * self._draw.lognormal("prospects.day", 0.4, regions, day)
        count = np.floor(mean + self._draw.uniform("prospects.count", regions, day)).astype(np.int64)
        region = np.repeat(regions, count)
        if region.size == 0:
            return
        numbers = self.accounts.open(region, np.full(len(region), day), day, self._opened, head_start=self._head_start(region, day))
        self._hand_over(numbers, self._coverage.owners(self.accounts, numbers, day), day)
        self.accounts.handed[numbers] = _LONG_AGO
        if self._asked.any():
            deals = self._ask(numbers, day, new=True, online=np.zeros(len(numbers), dtype=np.bool_))
            self._waiting = np.concatenate([self._waiting, deals])

    def _head_start(self, region: IntArray, day: int) -> FloatArray:
        """Let a whitespace region be opened with its leading enterprises."""
        opens = np.array([self._opens(index) for index in range(len(REGIONS))])[region]
        return np.where((opens > 0) & (day - opens < _LEADERS_FIRST_DAYS), _LEADERS_AHEAD, 0.0)

    # ── deals ─────────────────────────────────────────────────────────────────────────────────────────────

    def _work(self, day: int) -> None:
        """Let everyone work through the queue, oldest first, as far as the day goes; what waited too long is gone."""
        waiting, deals = self._waiting, self.deals
        gone = (day - deals["opened"][waiting] > _PATIENCE_DAYS) | (self.accounts.lost[deals["account"][waiting]] >= 0)
        self._close(waiting[gone], day, EXPIRED)
        waiting = waiting[~gone]
        person = deals["person"][waiting]
        order = np.lexsort((waiting, person))
        waiting, person = waiting[order], person[order]
        if waiting.size == 0:
            self._waiting = waiting
            return
        left = deals["left"][waiting].astype(np.float64)
        before = np.cumsum(left) - left
        first = np.concatenate([[True], person[1:] != person[:-1]])
        before -= before[first][np.cumsum(first) - 1]
        capacity = self._coverage.capacity(day)[person] * self._pace
        left -= np.clip(capacity - before, 0.0, left)
        deals["left"][waiting] = left
        done = left <= 1e-6
        self._propose(waiting[done], day)
        self._waiting = waiting[~done]

    def _even_out(self, day: int) -> None:
        """Let the team's manager give what has waited long to colleagues."""
        deals, accounts = self.deals, self.accounts
        stuck = self._waiting[day - deals["opened"][self._waiting] > _HELP_DAYS]
        account = deals["account"][stuck]
        pool = self._coverage.pool_of(accounts, account, day)
        helper = self._coverage.pick(pool, self._draw.uniform("deals.helper", stuck, day))
        deals["person"][stuck] = np.where(helper >= 0, helper, deals["person"][stuck])

    def _propose(self, numbers: IntArray, day: int) -> None:
        """Leave worked-through deals to the customer, who decides in days or weeks; quarter ends hurry them."""
        deals, days = self.deals, self._days
        deals["outcome"][numbers], deals["served"][numbers] = DECIDING, day
        usual = np.where(deals["new"][numbers], 24.0, 3.0) + 3.0 * np.log10(np.maximum(deals["value"][numbers], 1e3) / 1e3)
        wait = 1.0 + np.minimum(usual * self._draw.lognormal("deals.decision", 0.7, numbers), 360.0)
        due = self._next_working[day + wait.astype(np.int64)]
        # A deal due early in a quarter is often pulled into the last days of the one before.
        quarter_start = days.quarter_starts[np.minimum(due, len(days) - 1)]
        last = days.quarter_ends[np.maximum(quarter_start - 1, 0)]
        early = (due - quarter_start < _QUARTER_HEAD_DAYS) & (last > day)
        rushed = early & (self._draw.uniform("deals.rush", numbers) < self._truth.seasonality.quarter_end_rush)
        pulled = self._next_working[np.maximum(last - self._draw.choice("deals.rush_day", _RUSH_DAYS, numbers), day + 1)]
        due = np.where(rushed, np.minimum(pulled, last), due)
        for when in np.unique(due).tolist():
            self._due.setdefault(when, []).append(numbers[due == when])

    def _decide(self, day: int) -> None:
        """Learn today's decisions."""
        parts = self._due.pop(day, None)
        if parts is None:
            return
        numbers = np.sort(np.concatenate(parts))
        deals, accounts = self.deals, self.accounts
        account = deals["account"][numbers]
        chance = np.where(deals["new"][numbers], WIN_NEW, WIN_AGAIN)
        chance = chance * self._weak[accounts.region[account], self._market.line[deals["product"][numbers]]]
        won = (self._draw.uniform("deals.outcome", numbers) < chance) & (accounts.lost[account] < 0)
        self._close(numbers[~won], day, LOST)
        self._close(numbers[won], day, WON)

    def _close(self, numbers: IntArray, day: int, outcome: int) -> None:
        """Close deals; those won make prospects customers, and some of their lines will come back."""
        deals, accounts = self.deals, self.accounts
        deals["outcome"][numbers], deals["closed"][numbers] = outcome, day
        if outcome != WON:
            return
        account = deals["account"][numbers]
        accounts.begin(np.unique(account[accounts.state[account] == PROSPECT]))
        back = numbers[self._draw.uniform("returns.which", numbers) < self._truth.customers.return_rate * deals["hardware"][numbers]]
        when = self._next_working[day + 5 + self._draw.choice("returns.days", 35, back)]
        for each in np.unique(when).tolist():
            self._returning.setdefault(each, []).append(back[when == each])

    def _take_back(self, day: int) -> None:
        """Book today's returns on whoever looks after the account now."""
        for numbers in self._returning.pop(day, ()):
            owner = self.accounts.owner[self.deals["account"][numbers]]
            self._returns.append(np.stack([numbers, np.full(len(numbers), day, dtype=np.int64), owner], axis=1))


def _next_working(days: Days) -> IntArray:
    """Return for each day the first working day from it on; beyond the calendar a day that never comes."""
    numbers = np.arange(len(days) + 500)
    working = np.concatenate([np.flatnonzero(days.working), numbers[len(days) :]])
    return np.asarray(working[np.searchsorted(working, numbers)], dtype=np.int64)
