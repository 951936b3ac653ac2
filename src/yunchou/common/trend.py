"""The trend of a number over months: bars for each, a grey line for the same month a year before, a dashed one for the target."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from yunchou.common.drawing import Drawing, ticks

_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 8, 12, 24


@dataclass(frozen=True, kw_only=True)
class TrendMonth:
    """One month: its value, that of a year before and the target (None: nothing), what is said of it, and what it opens."""

    name: str
    value: int | None
    before: int | None
    told: str
    address: str
    goal: int | None = None


def trend(months: list[TrendMonth], *, name: str, label: Callable[[int], str], kind: str, width: int, height: int) -> SafeString:
    """Draw months from left to right; every other name is left out where they would touch."""
    drawing = Drawing(width, height, kind, name)
    values = [value for month in months for value in (month.value, month.before, month.goal) if value is not None]
    low, high = min([0, *values]), max([0, *values]) or 1
    right, bottom = width - _RIGHT, height - _BOTTOM

    def y(value: int) -> float:
        return bottom - (value - low) / (high - low) * (bottom - _TOP)

    for tick in ticks(low, high, 4):
        drawing.line("grid", _LEFT, y(tick), right, y(tick))
        drawing.text(label(tick), _LEFT - 6, y(tick) + 4, "axis", "end")
    step = (right - _LEFT) / max(len(months), 1)
    every = 1 if step >= 34 else 2
    before, goals = [], []
    for place, month in enumerate(months):
        middle = _LEFT + (place + 0.5) * step
        if month.value is not None:
            if month.address:
                drawing.open_link(month.address, month.told)
            top, foot = sorted((y(month.value), y(0)))
            drawing.rect("bar", middle - step * 0.3, top, step * 0.6, foot - top)
            if month.address:
                drawing.close_link()
        if month.before is not None:
            before.append((middle, y(month.before)))
        if month.goal is not None:
            goals.append((middle, y(month.goal)))
        if place % every == 0:
            drawing.text(month.name, middle, height - 6, "axis", "middle")
    drawing.path("past", before)
    drawing.path("plan", goals)
    for x, height_of in before:
        drawing.circle("past", x, height_of, 2)
    return drawing.done()
