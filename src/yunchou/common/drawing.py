"""Drawing charts as SVG on the server: they need no script, print well, and take their colours from the tokens by class.

Positions are floats of the drawing's own units, one of which is one pixel at the size it was made for. Every text
given is escaped here.
"""

from collections.abc import Callable
from html import escape

from django.utils.safestring import SafeString

Label = Callable[[int], str]


def place(value: float) -> str:
    """Return a position with at most one decimal, as short as it can be written."""
    return f"{value:.1f}".removesuffix(".0")


class Drawing:
    """One SVG picture, built part by part in the order of painting."""

    def __init__(self, width: int, height: int, kind: str, name: str) -> None:
        self.width, self.height = width, height
        self._parts = [f'<svg class="chart {kind}" viewBox="0 0 {width} {height}" role="group" aria-label="{escape(name)}">']

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a straight line."""
        self._parts.append(f'<line class="{kind}" x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}"/>')

    def rect(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """Draw a box; a negative or vanishing side is drawn one unit long, so that nothing disappears."""
        self._parts.append(
            f'<rect class="{kind}" x="{place(x)}" y="{place(y)}" width="{place(max(width, 1))}" height="{place(max(height, 1))}" rx="2"/>'
        )

    def circle(self, kind: str, x: float, y: float, radius: float) -> None:
        """Draw a dot."""
        self._parts.append(f'<circle class="{kind}" cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"/>')

    def path(self, kind: str, points: list[tuple[float, float]], closed_at: float | None = None) -> None:
        """Draw a line through points; with ``closed_at`` the area down to that height."""
        if not points:
            return
        steps = "L".join(f"{place(x)} {place(y)}" for x, y in points)
        end = "" if closed_at is None else f"L{place(points[-1][0])} {place(closed_at)}L{place(points[0][0])} {place(closed_at)}Z"
        self._parts.append(f'<path class="{kind}" d="M{steps}{end}"/>')

    def text(self, words: str, x: float, y: float, kind: str = "", anchor: str = "") -> None:
        """Write words at a baseline; ``anchor`` is ``middle`` or ``end``."""
        attributes = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
        self._parts.append(f'<text x="{place(x)}" y="{place(y)}"{attributes}>{escape(words)}</text>')

    def open_link(self, address: str, name: str) -> None:
        """Begin a part that leads to an address; ``name`` is what it is called on hover and aloud."""
        words = escape(name)
        self._parts.append(f'<a href="{escape(address)}" aria-label="{words}"><title>{words}</title>')

    def close_link(self) -> None:
        """End the part that leads somewhere."""
        self._parts.append("</a>")

    def done(self) -> SafeString:
        """Return the picture."""
        return SafeString("".join(self._parts) + "</svg>")


def ticks(low: int, high: int, wanted: int) -> list[int]:
    """Return about so many round numbers from ``low`` to ``high``, steps of 1, 2 or 5 times a power of ten."""
    if high <= low or wanted < 1:
        return [low]
    power = 10 ** max(len(str((high - low) // wanted)) - 2, 0)
    steps = [factor * power for factor in (1, 2, 5, 10, 20, 50, 100, 200)]
    step = min(steps, key=lambda size: abs((high - low) // size + 1 - wanted))
    first = -(-low // step) * step
    return list(range(first, high + 1, step))


def spread(positions: list[float], gap: float, low: float, high: float) -> list[float]:
    """Return label positions moved apart to at least ``gap``, in the same order, within ``low`` … ``high`` if they fit."""
    order = sorted(range(len(positions)), key=lambda at: positions[at])
    placed: dict[int, float] = {}
    floor = low
    for at in order:
        placed[at] = max(positions[at], floor)
        floor = placed[at] + gap
    ceiling = high
    for at in reversed(order):
        placed[at] = min(placed[at], ceiling)
        ceiling = placed[at] - gap
    return [placed[at] for at in range(len(positions))]


def ends_of(words: str, size: int = 12) -> float:
    """Return about how wide words are drawn: a Chinese character takes its size, a Latin one six tenths of it."""
    return sum(size if ord(letter) > 0x2E7F else 0.6 * size for letter in words)
