"""A figure as a reader sees it: the words of its unit, the exact amount, and the address that explains it."""

import functools
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from yunchou.common import amounts
from yunchou.common.amounts import Unit

Measure = Literal["minor", "ppm", "chance", "rows"]


@functools.lru_cache(maxsize=4096)
def _quoted(key: str) -> str:
    """Return a key as a part of an address; the keys of a company's pages are few and come on every page."""
    return quote(key, safe=":")


@dataclass(frozen=True, slots=True)
class Shown:
    """``text`` is read, ``exact`` is meant to the cent, ``address`` explains it; ``tone`` is ahead, behind or none.

    A missing figure has nothing to explain: its ``exact`` and ``address`` are empty.
    """

    text: str
    exact: str
    address: str
    tone: str = ""


_NOTHING = Shown(amounts.MISSING, "", "")


def _tone(difference: int) -> str:
    return "" if not difference else "ahead" if difference > 0 else "behind"


@dataclass(frozen=True, slots=True)
class Figures:
    """How figures are shown on one page: the reader's unit, and the address below which each is explained."""

    unit: Unit
    why: str

    def address(self, key: str) -> str:
        """Return where the figure of a key is explained."""
        return f"{self.why}{_quoted(key)}/"

    def show(self, key: str, value: int | None, measure: Measure) -> Shown:
        """Return an amount, a share, a probability or a number of rows."""
        if value is None:
            return _NOTHING
        if measure == "minor":
            return Shown(amounts.amount(value, self.unit), amounts.exact(value), self.address(key))
        if measure == "ppm":
            return Shown(amounts.ppm_percent(value), amounts.fixed(value, 10_000, 4) + "%", self.address(key))
        if measure == "chance":
            # no more digits than a count of paths has
            return Shown(amounts.ppm_chance(value), "", self.address(key))
        return Shown(f"{value:,}", "", self.address(key))

    def headline(self, key: str, value: int | None) -> Shown:
        """Return an amount as a chart or a headline shows it."""
        return _NOTHING if value is None else Shown(amounts.brief(value, self.unit), amounts.exact(value), self.address(key))

    def headline_difference(self, key: str, value: int | None) -> Shown:
        """Return a difference of amounts as a chart or a headline shows it."""
        if value is None:
            return _NOTHING
        return Shown(amounts.signed_brief(value, self.unit), amounts.exact(value), self.address(key), _tone(value))

    def difference(self, key: str, value: int | None, measure: Measure) -> Shown:
        """Return a difference with its sign and tone: above zero is ahead, below is behind."""
        if value is None:
            return _NOTHING
        if measure == "minor":
            return Shown(amounts.signed_amount(value, self.unit), amounts.exact(value), self.address(key), _tone(value))
        if measure == "ppm":
            return Shown(amounts.signed_points(value) + "%", amounts.fixed(value, 10_000, 4) + "%", self.address(key), _tone(value))
        return Shown(f"{value:+,}", "", self.address(key), _tone(value))
