"""The parts that pages are made of: facts, tables and charts, all already in words."""

from dataclasses import dataclass
from html import escape
from typing import Final

from django.utils.safestring import SafeString

from yunchou.common.figures import Shown

EVEN_PPM: Final = 500  # below a twentieth of a percent a part is neither ahead nor behind in words


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One of the few figures above the charts, with a word or two below it."""

    name: str
    shown: Shown
    suffix: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a table: its name and its figures from left to right."""

    kind: str
    name: str
    cells: tuple[Shown, ...]

    @property
    def figures(self) -> SafeString:
        """Return the cells as HTML; a page has hundreds, which a template's loop would spend most of the request on."""
        return SafeString("".join(_cell(shown) for shown in self.cells))


def _cell(shown: Shown) -> str:
    # Addresses are quoted and exact amounts are digits where they are made; only words could need escaping.
    if not shown.address:
        return f'<td class="n">{escape(shown.text)}</td>'
    title = f' title="{shown.exact}"' if shown.exact else ""
    tone = f' class="{shown.tone}"' if shown.tone else ""
    return f'<td class="n"><a href="{shown.address}"{title}{tone}>{escape(shown.text)}</a></td>'


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with the names of its columns; the whole, where there is one, stands in ``foot``."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A chart under the sentence that says what it shows, with the same figures as a table."""

    code: str
    title: str
    pictures: tuple[SafeString, ...]
    legend: tuple[tuple[str, str], ...]
    data: Table
    why: str
