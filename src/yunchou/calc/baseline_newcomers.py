"""What a newly opened part grows into: a published ramp, taken as far as earlier newcomers of the same file went along with it."""

from collections.abc import Sequence

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray, IntArray

# pace of what is new, as parts of its full pace, in its first, second … sixth quarter of life; full from then on
_RAMP = (0.20, 0.30, 0.50, 0.65, 0.70, 0.95, 1.0)
# the part of it (a power) that is added to whoever has a year behind: growth seen already goes on in models and shares
_SEEN = 0.5
# how many newcomers that went along with the ramp it is worth before the file shows any
_WORTH = 4.0
# an outcome's distance from what was expected (a logarithm) beyond this tells nothing more; the most of the ramp believed
_MOST_LOG, _MOST_PART = 1.5, 1.5
# who was silent before its first line with less than this chance was not there yet; a strong row may still skip a period
_BORN, _MOST_ACTIVE = 0.05, 0.9


def newborn(values: FloatArray, first: IntArray, season: int) -> BoolArray:
    """Return which rows were born within the last two years: silent before their first line longer than rare sales explain.

    Args:
        values: Shape ``(rows, periods)``.
        first: Shape ``(rows,)``, index of the first period with a line.
        season: Number of periods a year.

    Source: own; the chance of a run of silence.
    """
    length = values.shape[1]
    bought = (values != 0).sum(axis=1) / np.maximum(length - first, 1)
    silent_by_chance = (1 - np.minimum(bought, _MOST_ACTIVE)) ** first
    return np.asarray((first > length - 2 * season) & (silent_by_chance < _BORN))


def ramp_ahead(values: FloatArray, first: IntArray, *, season: int, horizon: int) -> FloatArray:
    """Return the pace of each row in the coming periods, divided by its mean pace in its last year of life.

    Args:
        values: Shape ``(rows, periods)``.
        first: Shape ``(rows,)``, index of the first period with a line.
        season: Number of periods a year.
        horizon: Number of coming periods.

    Returns:
        Shape ``(rows, horizon)``; 1 for rows that were not born within two years, or without a silent year before.

    Source: ramp of complex sales by quarter, 20/30/50/65/70/95 %, orm-tech.com/what-is-your-sales-ramp-rate: published of people, taken
        for the parts they open.
    """
    length = values.shape[1]
    out = np.ones((len(values), horizon))
    # without a silent year before it, a birth cannot be told from a season or from rare sales
    born = newborn(values, first, season) & (first >= season)
    ages = np.where(born, length - first, 0)
    for age in np.unique(ages[born]).tolist():
        quarter = np.minimum(np.arange(age + horizon) * 4 // season, len(_RAMP) - 1)
        pace = np.array(_RAMP)[quarter]
        growth = pace[age:] / pace[max(0, age - season) : age].mean()
        out[ages == age] = growth if age <= season else growth**_SEEN
    return out


def believed_part(expected: Sequence[float], came: Sequence[float]) -> float:
    """Return the part of the ramp's growth, a power, that is believed of newcomers in this file.

    Args:
        expected: Logarithm of the ramp's growth over a year, of each earlier newcomer.
        came: Logarithm of what the year was, divided by what was expected of it without a ramp.

    Returns:
        1 before anything was seen; at least 0.

    Source: own; least squares through the origin, shrunk to 1.
    """
    growth = np.array(expected, dtype=np.float64)
    seen = np.clip(np.array(came, dtype=np.float64), -_MOST_LOG, _MOST_LOG)
    usual = _WORTH * float(np.mean(growth**2)) if growth.any() else 1.0
    return float(np.clip((usual + growth @ seen) / (usual + growth @ growth), 0.0, _MOST_PART))
