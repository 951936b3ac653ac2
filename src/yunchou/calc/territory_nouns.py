"""The nouns of territories: accounts, people, and what is wished of an assignment."""

import math
from dataclasses import dataclass
from decimal import Decimal

from yunchou.calc.errors import BadInput
from yunchou.calc.money import LARGEST_MINOR
from yunchou.calc.text import Text

# region, province, prefecture-level city, county-level city or district; "" where not known
Place = tuple[str, str, str, str]
NOWHERE: Place = ("", "", "", "")


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account to be served.

    ``potential_minor``: what it can bring in a year, minor units. ``workload``: the work it makes, in any unit, the same for all.
    ``owner``: who serves it today; ``tie``: how much the relation hangs on that person, 0…1. ``languages``, ``products``: what
    who serves it must speak and may sell. ``person``: locked to that person.

    Raises:
        BadInput: A figure is negative or no number.
    """

    name: str
    potential_minor: int
    workload: float = 1.0
    place: Place = NOWHERE
    owner: str | None = None
    tie: float = 1.0
    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    person: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.potential_minor <= LARGEST_MINOR:
            raise _bad(self.name, "potential", self.potential_minor, "0 … 9×10¹⁵ 分", "0 … 9×10¹⁵ minor units")
        if not (math.isfinite(self.workload) and self.workload > 0):
            raise _bad(self.name, "workload", self.workload, "大于 0 的数", "a number above 0")
        if not 0 <= self.tie <= 1:
            raise _bad(self.name, "tie", self.tie, "0 到 1 之间的数", "a number from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Seller:
    """A person who serves accounts.

    ``capacity``: 1 for a full person. ``regions``: regions, provinces or cities the person may serve; empty: all. ``languages``:
    spoken besides the usual one. ``products``: what the person may sell; empty: all. Caps: None for none.

    Raises:
        BadInput: A figure is not above zero.
    """

    name: str
    capacity: float = 1.0
    place: Place = NOWHERE
    regions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    most_accounts: int | None = None
    most_workload: float | None = None

    def __post_init__(self) -> None:
        for name in ("capacity", "most_accounts", "most_workload"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise _bad(self.name, name, value, "大于 0 的数", "a number above 0")


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is wished of an assignment.

    ``band``: how far potential and workload of a person may lie from a full share, 0…1; ``is_band_hard``: nobody may lie beyond it.
    ``distance``: what a unit of workload costs in the same city, prefecture, province, region, and elsewhere. ``continuity``: what it
    costs to change the person, in the same unit. ``balance``: what one full share beyond the band costs, in workloads of a full person.

    Raises:
        BadInput: A figure is negative or no number, or distances fall.
    """

    band: float = 0.10
    is_band_hard: bool = False
    distance: tuple[float, float, float, float, float] = (0, 1, 2, 4, 8)
    continuity: float = 2.0
    balance: float = 20.0

    def __post_init__(self) -> None:
        for name, value in (("band", self.band), ("continuity", self.continuity), ("balance", self.balance)):
            if not (math.isfinite(value) and value >= 0):
                raise _bad("", name, value, "不小于 0 的数", "a number of at least 0")
        if self.band > 1:
            raise _bad("", "band", self.band, "0 到 1 之间的数", "a number from 0 to 1")
        rising = sorted(self.distance)
        if list(self.distance) != rising or not all(map(math.isfinite, rising)) or rising[0] < 0:
            raise _bad("", "distance", self.distance, "从近到远不减的五个数", "five numbers that do not fall from near to far")


def _bad(who: str, name: str, value: object, zh: str, en: str) -> BadInput:
    shown = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return BadInput(
        Text(
            f"{f'“{who}”的 ' if who else ''}{name} 是 {shown}，应是{zh}",
            f"{name}{f' of “{who}”' if who else ''} is {shown}; {en} is expected",
        )
    )
