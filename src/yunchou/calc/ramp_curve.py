"""How a newcomer's capacity grows month by month: learnt from what newcomers sold, else the published schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from yunchou.calc.periods import add_months, first_day
from yunchou.calc.person_sales import PersonSales
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text

# 0/25/50/75/100 % by month, with 5–6 months to full quota: Bridge Group 2024 and the Alexander Group's schedule, both told second-hand.
PUBLISHED_RAMP = (Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))
PUBLISHED_SOURCE = Text(
    "公开的 0/25/50/75/100% 上手节奏（Alexander Group，转述）",
    "the published schedule 0/25/50/75/100 % (Alexander Group, told second-hand)",
)

_SETTLED = 12
_LEAST_SETTLED_MONTHS = 3
_LEAST_BEFORE = 6
# What is already known of the curve counts as much as that many newcomers.
_WORTH = 4
_LEAST_OF_POSITION = 3


@dataclass(frozen=True, kw_only=True)
class RampCurve:
    """A ramp: ``shares`` of full capacity (0…1) by month of service, the last one lasts.

    ``position`` is None for everybody; ``newcomers`` is how many it was learnt from, 0 for the published schedule.
    """

    position: str | None
    shares: tuple[Decimal, ...]
    newcomers: int
    source: Text


def published_curve() -> RampCurve:
    """Return the published ramp.

    Source: docs/methods/capacity.md.
    """
    return RampCurve(position=None, shares=PUBLISHED_RAMP, newcomers=0, source=PUBLISHED_SOURCE)


def learn_ramps(sales: PersonSales | None, starts: Mapping[str, date], positions: Mapping[str, str]) -> dict[str | None, RampCurve]:
    """Learn the ramp of everybody (key None) and of each position with at least three newcomers.

    A newcomer's sales in each of the first twelve months of service are set against the newcomer's own level once settled,
    both freed of the season that settled people show. The shares of a month are pooled over newcomers, shrunk to the published
    schedule (a position's: to everybody's) as if four newcomers had shown it, and made rising. After twelve months the ramp is 1.

    Args:
        sales: What each person sold, or None.
        starts: The day on which people started, where known; the month that holds it counts by its days. Else whoever first sold
            after six silent months of the file started then.
        positions: The position of people, where known.

    Source: own; isotonic regression: M. Ayer, H. D. Brunk, G. M. Ewing, W. T. Reid, E. Silverman, Annals of Mathematical
        Statistics 26(4), 1955.
    """
    published = published_curve()
    if sales is None:
        return {None: published}
    ratios = _ratios(sales, starts)
    if not ratios:
        return {None: published}
    known = np.array([float(share) for share in PUBLISHED_RAMP] + [1.0] * (_SETTLED - len(PUBLISHED_RAMP)))
    everybody = _curve(None, list(ratios.values()), known)
    found: dict[str | None, RampCurve] = {None: everybody}
    for position in sorted(set(positions.values())):
        own = [ratio for person, ratio in ratios.items() if positions.get(person) == position]
        if len(own) >= _LEAST_OF_POSITION:
            found[position] = _curve(position, own, np.array([float(share) for share in everybody.shares[:_SETTLED]]))
    return found


def _ratios(sales: PersonSales, starts: Mapping[str, date]) -> dict[str, FloatArray]:
    """Return for each newcomer what was sold and what a settled person of that level would have: shape (2, 12)."""
    amounts, months = np.maximum(sales.amounts, 0), len(sales.months)
    column = {month: at for at, month in enumerate(sales.months)}
    began = np.full(len(sales.people), -_SETTLED)
    for row, person in enumerate(sales.people):
        sold = np.nonzero(amounts[row] > 0)[0]
        if person in starts:
            month = first_day(starts[person], "M")
            began[row] = column.get(month, months if month > sales.months[-1] else -_SETTLED)
        elif len(sold) and sold[0] >= _LEAST_BEFORE:
            began[row] = sold[0]
    service = np.arange(months)[None, :] - began[:, None]
    settled = service >= _SETTLED
    # whoever has sold nothing for the file's last quarter is gone: those months say nothing of a level
    last = np.array([np.nonzero(row > 0)[0][-1] if (row > 0).any() else -1 for row in amounts])
    gone = (last < months - 3)[:, None] & (np.arange(months)[None, :] > last[:, None])
    settled &= ~gone
    level = np.divide((amounts * settled).sum(axis=1), settled.sum(axis=1), out=np.zeros(len(amounts)), where=settled.any(axis=1))
    base = (settled * level[:, None]).sum(axis=0)
    season = np.divide((amounts * settled).sum(axis=0), base, out=np.ones(months), where=base > 0)
    found = {}
    for row, person in enumerate(sales.people):
        mature = settled[row]
        if not 0 <= began[row] < months or mature.sum() < _LEAST_SETTLED_MONTHS or level[row] <= 0:
            continue
        own = (amounts[row] * mature).sum() / max((season * mature).sum(), 1e-9)
        span = slice(began[row], began[row] + _SETTLED)
        expected = own * season[span]
        if person in starts:
            first = sales.months[began[row]]
            days = (add_months(first, 1) - first).days
            expected[0] *= (days - (starts[person] - first).days) / days
        found[person] = np.stack([amounts[row, span], expected])
    return found


def _curve(position: str | None, ratios: list[FloatArray], known: FloatArray) -> RampCurve:
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - scipy loads only where used

    sold, level = np.sum(ratios, axis=0)
    count = len(ratios)
    seen = np.divide(sold, level, out=known.copy(), where=level > 0)
    shrunk = (count * seen + _WORTH * known) / (count + _WORTH)
    rising = np.clip(isotonic_regression(shrunk).x, 0, 1)
    shares = (*(Decimal(f"{share:.2f}") for share in rising), Decimal(1))
    source = Text(
        f"由 {count} 位新人入职后的业绩学得，向{'公开节奏' if position is None else '全体的曲线'}收缩",
        f"learnt from {count} newcomers, shrunk to {'the published schedule' if position is None else 'everybody’s curve'}",
    )
    return RampCurve(position=position, shares=shares, newcomers=count, source=source)
