"""The target at a chosen probability, what named drivers add, and the steps from last year to it."""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.plan import WaterfallStep
from yunchou.calc.plan_cells import Cells, Mask
from yunchou.calc.plan_settings import Driver
from yunchou.calc.sales_months import FloatArray

_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, kw_only=True)
class Driven:
    """A year's paths once the drivers are applied, in currency major units.

    ``paths``: shape ``(paths, series, 12)``. ``mean``: expected amount of each cell ``(series, customer tiers, 12)``.
    ``gains``: what each driver adds to each path's total, ``(drivers, paths)``. ``twice``: the expected money that each driver
    would have added on top of what those before it had added already, had that counted as its base, ``(drivers,)``.
    """

    paths: FloatArray
    mean: FloatArray
    gains: FloatArray
    twice: FloatArray


def draw_uplift(driver: Driver, paths: int, seed: int) -> FloatArray:
    """Draw a driver's uplift for each path: 0 where it does not happen, else from its PERT distribution.

    The draws depend on the seed and the driver's name alone, so adding or moving a driver changes no other.

    Args:
        driver: Its ``low``, ``likely``, ``high`` as shares, and its probability of happening.
        paths: Number of draws.
        seed: Of everything random.

    Returns:
        Shape ``(paths,)``, shares.

    Source:
        PERT: D. G. Malcolm, J. H. Roseboom, C. E. Clark, W. Fazar, "Application of a technique for research and
        development program evaluation", Operations Research 7(5), 1959; as a beta distribution with weight 4.
    """
    random = np.random.default_rng([seed, zlib.crc32(driver.name.encode())])
    happens = random.random(paths) < float(driver.probability)
    low, likely, high = float(driver.low), float(driver.likely), float(driver.high)
    if high <= low:
        return np.where(happens, likely, 0.0)
    up, down = (likely - low) / (high - low), (high - likely) / (high - low)
    return np.where(happens, low + (high - low) * random.beta(1 + 4 * up, 1 + 4 * down, size=paths), 0.0)


def apply_drivers(paths: FloatArray, shares: FloatArray, drivers: Sequence[Driver], masks: Sequence[Mask], *, seed: int) -> Driven:
    """Apply the drivers in order to every path, each to what is left of the base in the cells of its ``where``.

    What one driver has added is no base for the next, so that no money counts twice; what a negative one has taken is
    gone for those after it, so that nothing falls below zero.

    Args:
        paths: Shape ``(paths, series, 12)``, without drivers.
        shares: Shape ``(series, customer tiers, 12)``; over customer tiers they sum to 1.
        drivers: In the order in which they apply.
        masks: For each driver, the cells it works on.
        seed: Of everything random.

    Source: own; see docs/methods/target-and-probability.md.
    """
    count = len(paths)
    if not drivers:
        return Driven(paths=paths, mean=paths.mean(axis=0)[:, None, :] * shares, gains=np.zeros((0, count)), twice=np.zeros(0))
    uplifts = [draw_uplift(driver, count, seed) for driver in drivers]
    # Cells reached by the same drivers are multiplied alike: few such patterns exist, whatever the number of cells.
    pattern = sum((mask.astype(np.int64) << at for at, mask in enumerate(masks)), start=np.zeros(shares.shape, dtype=np.int64))
    driven, mean = np.zeros_like(paths), np.zeros_like(shares)
    gains, twice = np.zeros((len(drivers), count)), np.zeros(len(drivers))
    for code in np.unique(pattern).tolist():
        alike = pattern == code
        weight = np.where(alike, shares, 0.0).sum(axis=1)
        part = paths * weight
        whole = part.sum(axis=(1, 2))
        left, added = np.ones(count), np.zeros(count)
        for at, uplift in enumerate(uplifts):
            if code >> at & 1:
                gains[at] += uplift * left * whole
                twice[at] += float((np.maximum(uplift, 0.0) * added * whole).mean())
                added += np.maximum(uplift, 0.0) * left
                left *= 1 + np.minimum(uplift, 0.0)
        part *= (left + added)[:, None, None]
        driven += part
        within = np.divide(np.where(alike, shares, 0.0), weight[:, None, :], out=np.zeros_like(shares), where=weight[:, None, :] > 0)
        mean += part.mean(axis=0)[:, None, :] * within
    return Driven(paths=driven, mean=mean, gains=gains, twice=twice)


def driver_masks(cells: Cells, drivers: Sequence[Driver]) -> list[Mask]:
    """Return the cells that each driver works on.

    Raises:
        BadInput: A driver names something that the plan does not have.

    Source: own.
    """
    return [cells.mask(driver.where, f"drivers[{at}]", driver.starts_on) for at, driver in enumerate(drivers)]


def target_at(totals_minor: FloatArray, probability: float, unit_minor: int) -> int:
    """Return the largest multiple of the unit that the year reaches with at least this probability (never below 0).

    Args:
        totals_minor: Shape ``(paths,)``, the year's total in minor units on each path.
        probability: Between 0 and 1.
        unit_minor: The step of targets.

    Source: own; the empirical quantile.
    """
    ordered = np.sort(totals_minor)[::-1]
    # As many paths must reach the target as the probability says: the last of them sets it.
    needed = min(max(math.ceil(probability * len(ordered) - 1e-9), 1), len(ordered))
    return max(int(ordered[needed - 1] // unit_minor) * unit_minor, 0)


def probability_of(totals_minor: FloatArray, target_minor: int) -> float:
    """Return the share of paths (0…1) whose total reaches the target; it never rises with the target.

    Source: own; the empirical distribution.
    """
    return float((totals_minor >= target_minor).mean())


def quantiles_minor(totals_minor: FloatArray) -> dict[str, int]:
    """Return ``q01`` … ``q99`` of the year's total.

    Source: own; linear interpolation between the paths.
    """
    values = np.quantile(totals_minor, np.arange(1, 100) / 100)
    return {f"q{at:02d}": round(value) for at, value in enumerate(values.tolist(), start=1)}


def waterfall(
    *, last_year_minor: int, base_minor: FloatArray, names: Sequence[str], gains_minor: FloatArray, target_minor: int
) -> tuple[WaterfallStep, ...]:
    """Return the steps from last year to the target; they sum to it exactly.

    Each step ends at a rounded running sum of expected values, so that rounding never accumulates. ``base`` is the
    change that the forecast expects without drivers; ``beyond_expectation`` is what the target asks beyond the
    expected total (negative for a cautious one).

    Args:
        last_year_minor: Last year's amount.
        base_minor: Shape ``(paths,)``, the total without drivers.
        names: The drivers, in order.
        gains_minor: Shape ``(drivers, paths)``.
        target_minor: The target.

    Source: own; see docs/methods/waterfall.md.
    """
    steps = [WaterfallStep(step="last_year", amount_minor=last_year_minor)]
    reached = last_year_minor
    mean = float(base_minor.mean())
    low, high = (round(float(value)) for value in np.quantile(base_minor, [_LOW, _HIGH]))
    steps.append(WaterfallStep(step="base", amount_minor=round(mean) - reached, low_minor=low - reached, high_minor=high - reached))
    reached = round(mean)
    for name, gain in zip(names, gains_minor, strict=True):
        mean += float(gain.mean())
        low, high = (round(float(value)) for value in np.quantile(gain, [_LOW, _HIGH]))
        steps.append(WaterfallStep(step=name, amount_minor=round(mean) - reached, low_minor=low, high_minor=high))
        reached = round(mean)
    return (*steps, WaterfallStep(step="beyond_expectation", amount_minor=target_minor - reached))
