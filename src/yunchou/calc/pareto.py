"""How revenue concentrates in few customers, and the thresholds that this suggests."""

import math
from dataclasses import dataclass

import numpy as np

from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text

# The customers that together make the first half of revenue, and those up to four fifths.
UP_TO = {"A": 0.5, "B": 0.8}
CANDIDATES = {"A": (0.4, 0.5, 0.6), "B": (0.7, 0.8, 0.9)}
# Two digits jump by up to a tenth, and with them a few per cent of the customers; three can still be said.
_DIGITS = 3
_MINOR = 100
# Strategic accounts: the line lies where the largest customers break away, not deeper than these.
_STRATEGIC_SHARES = (0.1, 0.2, 0.3)
_STRATEGIC_REVENUE = 0.3
_STRATEGIC_PART = 0.05
_FEWEST = 3
# The next customer is at least this much smaller where one speaks of a break.
_BREAK = 1.15


@dataclass(frozen=True, kw_only=True)
class ParetoLine:
    """What a threshold of yearly revenue means: who stands at or above it, and what they bring (shares 0…1).

    ``part`` is the share of revenue that it was drawn for, None where it lies in a gap; ``gap``: how many times
    larger its smallest customer is than the next one, None where there is none.
    """

    tier: str
    part: float | None
    threshold_minor: int
    customers: int
    customer_share: float
    revenue_share: float
    gap: float | None
    recommended: bool = False

    @property
    def said(self) -> Text:
        """Return the line in words."""
        amount = self.threshold_minor / _MINOR
        return Text(
            f"年营收 ≥ {amount:,.0f}：{self.customers} 家客户（占客户数 {self.customer_share:.1%}）带来 {self.revenue_share:.0%} 的营收",
            f"revenue ≥ {amount:,.0f} a year: {self.customers} customers ({self.customer_share:.1%} of all) bring {self.revenue_share:.0%}",
        )


@dataclass(frozen=True, kw_only=True)
class StrategicLine:
    """The recommended threshold of strategic accounts, the lines it was chosen from, and why; None without any revenue."""

    threshold_minor: int | None
    lines: tuple[ParetoLine, ...]
    reason: Text


def recommend_thresholds(revenue: FloatArray) -> dict[str, float]:
    """Return the yearly revenue from which a customer is A, and B; C starts at 0.

    Largest first, A are the customers up to the one with whom half of all revenue is reached, B those up to four
    fifths; each threshold is the revenue of that last customer, cut to three digits so that it can be said.

    Args:
        revenue: Shape ``(customers,)``, one year's revenue each; those at or below 0 do not count.

    Source: own, after V. Pareto's concentration (ABC analysis: H. F. Dickie, Factory Management 109, 1951).
    """
    sizes = _sizes(revenue)
    return {tier: 0.0 if not len(sizes) else _cut(_reaching(sizes, part)) / _MINOR for tier, part in UP_TO.items()}


def pareto_lines(revenue: FloatArray) -> tuple[ParetoLine, ...]:
    """Return the candidates for the thresholds of A and B with what each means, the recommended ones marked.

    Args:
        revenue: Shape ``(customers,)``, one year's revenue each; those at or below 0 do not count.

    Source: as ``recommend_thresholds``.
    """
    sizes = _sizes(revenue)
    if not len(sizes):
        return ()
    return tuple(
        _line(sizes, tier, _cut(_reaching(sizes, part)), part=part, recommended=part == UP_TO[tier])
        for tier, parts in CANDIDATES.items()
        for part in parts
    )


def recommend_strategic(revenue: FloatArray) -> StrategicLine:
    """Return the yearly revenue from which a customer counts as strategic, with the figures it was chosen from.

    Among the largest customers (at least three, up to 5 % of all, and no deeper than 30 % of revenue) the line lies in
    the widest gap: where one customer is most times larger than the next. Where no gap is 1.15 times wide, nobody stands
    out and the customers that make the first 20 % of revenue are taken. The threshold is the roundest amount in the gap.

    Args:
        revenue: Shape ``(customers,)``, one year's revenue each; those at or below 0 do not count.

    Source: own; the widest gap as in natural breaks (G. F. Jenks, Int. Yearbook of Cartography 7, 1967).
    """
    sizes = _sizes(revenue)
    if not len(sizes):
        return StrategicLine(threshold_minor=None, lines=(), reason=Text("没有有营收的客户，门槛无从谈起", "no customer with revenue"))
    lines = [_line(sizes, "strategic", _cut(_reaching(sizes, part)), part=part) for part in _STRATEGIC_SHARES]
    deepest = int(np.searchsorted(np.cumsum(sizes) / sizes.sum(), _STRATEGIC_REVENUE + 1e-12, side="right"))
    last = min(max(min(deepest, math.ceil(_STRATEGIC_PART * len(sizes))), _FEWEST), len(sizes) - 1)
    ratios = np.round(sizes[:last] / sizes[1 : last + 1], 9)
    at = int(ratios.argmax()) if len(ratios) else 0
    if len(ratios) and ratios[at] >= _BREAK:
        chosen = _line(sizes, "strategic", _roundest(float(sizes[at + 1]), float(sizes[at])), part=None, recommended=True)
        reason = Text(
            f"{chosen.said.zh}；到这里出现断层：门槛上最小的一家是下一家的 {ratios[at]:.2f} 倍",
            f"{chosen.said.en}; here the distribution breaks: the smallest above is {ratios[at]:.2f} times the next",
        )
    else:
        middle = _STRATEGIC_SHARES[1]
        chosen = _line(sizes, "strategic", _cut(_reaching(sizes, middle)), part=middle, recommended=True)
        lines = [line for line in lines if line.part != middle]
        reason = Text(
            f"{chosen.said.zh}；大客户之间没有明显断层，按营收的前 {middle:.0%} 取",
            f"{chosen.said.en}; no break among the largest, so the first {middle:.0%} of revenue are taken",
        )
    return StrategicLine(
        threshold_minor=chosen.threshold_minor, lines=tuple(sorted([*lines, chosen], key=lambda line: -line.threshold_minor)), reason=reason
    )


def _sizes(revenue: FloatArray) -> FloatArray:
    return np.sort(revenue[revenue > 0])[::-1]


def _reaching(sizes: FloatArray, part: float) -> float:
    """Return the revenue of the customer with whom a part of all revenue is reached."""
    reached = np.cumsum(sizes) / sizes.sum()
    return float(sizes[min(int(np.searchsorted(reached, part - 1e-12)), len(sizes) - 1)])


def _line(sizes: FloatArray, tier: str, minor: int, *, part: float | None, recommended: bool = False) -> ParetoLine:
    above = int((np.round(sizes * _MINOR) >= minor).sum())
    return ParetoLine(
        tier=tier,
        part=part,
        threshold_minor=minor,
        customers=above,
        customer_share=above / len(sizes),
        revenue_share=float(sizes[:above].sum() / sizes.sum()),
        gap=float(sizes[above - 1] / sizes[above]) if 0 < above < len(sizes) else None,
        recommended=recommended,
    )


def _cut(value: float) -> int:
    """Cut to three digits, downward, in whole minor units, so that the customer who set the threshold stands in it."""
    minor = math.floor(value * _MINOR + 1e-6)
    step: int = 10 ** max(len(str(minor)) - _DIGITS, 0)
    return minor // step * step


def _roundest(below: float, upto: float) -> int:
    """Return the amount (minor units) above ``below`` and up to ``upto`` that ends in the most noughts."""
    low, high = round(below * _MINOR), round(upto * _MINOR)
    for digits in range(len(str(high)), 0, -1):
        step: int = 10 ** (digits - 1)
        rounded = high // step * step
        if rounded > low:
            return rounded
    return high
