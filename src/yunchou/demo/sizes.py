"""How large a demo company is."""

from dataclasses import dataclass
from typing import Literal

SizeName = Literal["xs", "s", "m", "l"]


@dataclass(frozen=True)
class Size:
    """People ever employed, accounts ever opened and order lines up to the demo's usual today.

    ``revenue_factor`` multiplies the truth's revenue, which is stated for size s; ``busy`` is the share
    of the sellers' capacity that demand asks for: in a handful of people the work never spreads evenly.
    """

    people: int
    accounts: int
    lines: int
    revenue_factor: float
    busy: float = 0.70


SIZES: dict[SizeName, Size] = {
    "xs": Size(25, 150, 1_750, 0.08, 0.40),  # for tests
    "s": Size(60, 2_000, 50_000, 1.0),
    "m": Size(300, 20_000, 500_000, 7.0, 0.78),
    "l": Size(3_000, 200_000, 5_000_000, 60.0, 0.78),
}
