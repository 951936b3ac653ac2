"""Accounts as actors: what each is like, drawn once from its own stream; how it stands, kept day by day."""

import numpy as np

from yunchou.demo.geography import REGIONS, Cities
from yunchou.demo.names import INDUSTRY_NAMES
from yunchou.demo.products import LINES
from yunchou.demo.streams import FloatArray, IntArray, Streams
from yunchou.demo.truth import Truth

# What an account is doing.
PROSPECT, CUSTOMER, FADING, LOST = 0, 1, 2, 3
TIERS = ("A", "B", "C")
# Standard normal quantiles of size above which an account is of tier A (the largest 5 %) and B (the next 20 %).
_TIER_EDGES = (1.6449, 0.6745)
# … and above which the department for key accounts takes it over, once there is one (the largest 2.5 %).
_KEY_EDGE = 1.96

# Weights of the industries by region, in the order of INDUSTRY_NAMES; and of each line's products by industry.
_INDUSTRY_WEIGHTS = {
    "华东": (30, 10, 14, 10, 8, 14, 9, 5), "华南": (32, 8, 12, 7, 8, 18, 11, 4), "华中": (26, 16, 7, 12, 13, 11, 9, 6),
    "华北": (16, 28, 14, 10, 12, 8, 6, 6), "西南": (20, 20, 8, 11, 13, 12, 8, 8), "西北": (26, 20, 5, 8, 9, 7, 6, 19),
}  # fmt: skip
_INDUSTRY_LINES = {
    "制造": (1.30, 0.95, 0.80), "政企": (0.85, 1.30, 0.80), "金融": (0.70, 1.25, 1.40), "医疗": (0.95, 1.05, 1.10),
    "教育": (0.80, 1.00, 1.35), "零售": (0.85, 0.90, 1.40), "物流": (1.05, 0.95, 0.80), "能源": (1.25, 0.85, 0.70),
}  # fmt: skip


class Accounts:
    """All accounts in the order in which they were opened; the first ``count`` rows are filled."""

    def __init__(self, room: int, truth: Truth, cities: Cities, streams: Streams) -> None:
        self._streams, self._cities = streams, cities
        self._sigma = truth.customers.concentration
        self.count = 0
        self.room = room
        self.region = np.zeros(room, dtype=np.int64)
        self.city = np.zeros(room, dtype=np.int64)
        self.place = np.zeros(room)  # place in the region's market, 0…1: which team serves it
        self.industry = np.zeros(room, dtype=np.int64)
        self.tier = np.zeros(room, dtype=np.int64)
        self.key = np.zeros(room, dtype=np.bool_)
        self.root = np.zeros(room)  # square root of size: how often it orders, and how much at a time
        self.affinity = np.zeros((room, len(LINES)))
        self.pulse = np.zeros((room, len(LINES)))  # root × affinity while it orders, 0 otherwise
        self.regularity = np.zeros(room)
        self.owner = np.full(room, -1, dtype=np.int64)
        self.created = np.zeros(room, dtype=np.int64)
        self.lost = np.full(room, -1, dtype=np.int64)
        self.state = np.full(room, PROSPECT, dtype=np.int8)
        self.handed = np.full(room, -10_000, dtype=np.int64)  # day of the last handover
        self.needs = np.zeros(room, dtype=np.int64)  # how many needs have arisen
        self.progress = np.zeros(room)  # towards the next need …
        self.threshold = np.ones(room)  # … which arises here

    def open(self, region: IntArray, created: IntArray, day: int, opened: IntArray, *, head_start: FloatArray | float = 0.0) -> IntArray:
        """Open accounts in regions (by index) and return their numbers.

        ``opened`` is the day on which each city was opened; an account lies in a city that is open on ``day``.
        ``head_start`` moves the sizes up, in units of their spread.
        """
        numbers = np.arange(self.count, self.count + len(region), dtype=np.int64)
        if numbers.size == 0:
            return numbers
        if numbers[-1] >= self.room:
            raise OverflowError(f"more than {self.room} accounts were opened; the simulation is not set up for so many")
        self.count += len(numbers)
        draw = self._streams
        size = draw.normal("accounts.size", numbers) + head_start
        self.region[numbers], self.created[numbers] = region, created
        self.root[numbers] = np.exp((self._sigma * size - self._sigma**2 / 2.0) / 2.0)
        self.tier[numbers] = np.where(size > _TIER_EDGES[0], 0, np.where(size > _TIER_EDGES[1], 1, 2))
        self.key[numbers] = size > _KEY_EDGE
        self._settle(numbers, day, opened)
        weights = np.cumsum(np.array([_INDUSTRY_WEIGHTS[name] for name in REGIONS], dtype=np.float64), axis=1)
        wanted = draw.uniform("accounts.industry", numbers) * weights[region, -1]
        self.industry[numbers] = np.sum(wanted[:, None] > weights[region], axis=1)
        leaning = np.array([_INDUSTRY_LINES[name] for name in INDUSTRY_NAMES])
        taste = draw.lognormal("accounts.taste", 0.4, numbers[:, None], np.arange(len(LINES))[None, :])
        self.affinity[numbers] = leaning[self.industry[numbers]] * taste
        self.regularity[numbers] = 0.35 + 0.65 * draw.uniform("accounts.regularity", numbers)
        # A first need may be under way already.
        self.threshold[numbers] = self._next_threshold(numbers) * draw.uniform("accounts.start", numbers)
        return numbers

    def _settle(self, numbers: IntArray, day: int, opened: IntArray) -> None:
        """Choose each account's city among the open ones by their share of the market."""
        u = self._streams.uniform("accounts.city", numbers)
        within = self._streams.uniform("accounts.place", numbers)
        for region in np.unique(self.region[numbers]).tolist():
            mine = numbers[self.region[numbers] == region]
            cities = np.flatnonzero((self._cities.region == region) & (opened <= day))
            edges = np.cumsum(self._cities.share[cities])
            chosen = cities[np.searchsorted(edges, u[mine - numbers[0]] * edges[-1], side="left").clip(max=len(cities) - 1)]
            self.city[mine] = chosen
            self.place[mine] = self._cities.start[chosen] + self._cities.share[chosen] * within[mine - numbers[0]]

    def _next_threshold(self, numbers: IntArray) -> FloatArray:
        regular = self._streams.erlang("accounts.rhythm", 3, numbers, self.needs[numbers])
        return 1.0 + self.regularity[numbers] * (regular - 1.0)

    def begin(self, numbers: IntArray) -> None:
        """Make prospects customers: from now on they order in their own rhythm."""
        self.state[numbers] = CUSTOMER
        self.pulse[numbers] = self.root[numbers, None] * self.affinity[numbers]

    def fade(self, numbers: IntArray, rest: float) -> None:
        """Let customers order less than before: they are about to leave."""
        self.state[numbers] = FADING
        self.pulse[numbers] *= rest

    def lose(self, numbers: IntArray, day: int) -> None:
        """Lose accounts."""
        self.state[numbers] = LOST
        self.pulse[numbers] = 0.0
        self.lost[numbers] = day

    def weight(self) -> FloatArray:
        """Return the buying weight of all accounts now, by region and line: what the demand is shared by."""
        filled = slice(0, self.count)
        region, root = self.region[filled], self.root[filled]
        by_line = [np.bincount(region, weights=root * self.pulse[filled, line], minlength=len(REGIONS)) for line in range(len(LINES))]
        return np.stack(by_line, axis=1)

    def advance(self, pace: FloatArray, buying: FloatArray) -> IntArray:
        """Move all accounts a day on and return those in which a need arises.

        ``pace[region, line]`` is the number of orders of a unit of pulse that day, ``buying[industry]`` a factor.
        """
        filled = slice(0, self.count)
        self.progress[filled] += np.einsum("al,al->a", self.pulse[filled], pace[self.region[filled]]) * buying[self.industry[filled]]
        due = np.flatnonzero(self.progress[filled] >= self.threshold[filled])
        self.progress[due] = np.minimum(self.progress[due] - self.threshold[due], 0.5)
        self.needs[due] += 1
        self.threshold[due] = self._next_threshold(due)
        return due
