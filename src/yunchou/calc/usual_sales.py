"""What a period usually sells, told from other periods only and undisturbed by a few wild ones."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from yunchou.calc.baseline_grid import FloatArray

_TINY = 1e-300
_LEAST_SEASON = 0.05


def usual_level(values: FloatArray, season: int) -> FloatArray:
    """Return the running median of the selling periods within half a season on either side, shape ``(periods,)``.

    Periods whose neighbourhood never sells take the level of the nearest that does; all zero where nothing ever sells.

    Source: running medians: J. W. Tukey, Exploratory Data Analysis, 1977.
    """
    half = max(1, season // 2)
    sold = np.where(values > 0, values, np.nan)
    seen = np.flatnonzero(values > 0)
    if not seen.size:
        return np.zeros(len(values))
    windows = sliding_window_view(np.pad(sold, half, constant_values=np.nan), 2 * half + 1)
    known = ~np.isnan(windows).all(axis=1)
    at = np.arange(len(values))
    level = np.empty(len(values))
    level[known] = np.nanmedian(windows[known], axis=1)
    return np.asarray(np.interp(at, at[known], level[known]))


def usual(values: FloatArray, season: int) -> FloatArray:
    """Return what each period would usually sell: the level about it × its season in other years, shape ``(periods,)``.

    A period's own value has no part in its season, and next to none in its level. Without another year there is no season.
    The level is found twice, the second time without the season, as a window's median jumps with its months.

    Source: own; classical decomposition (X-11's two rounds) with medians in place of means.
    """
    shape = _season_elsewhere(values / np.maximum(usual_level(values, season), _TINY), season)
    level = usual_level(values / np.maximum(shape, _LEAST_SEASON), season)
    return np.asarray(level * _season_elsewhere(values / np.maximum(level, _TINY), season))


def _season_elsewhere(ratio: FloatArray, season: int) -> FloatArray:
    """Return, for each period, the median ratio of the same place in other years; 1 without any."""
    shape = np.ones(len(ratio))
    for at in range(len(ratio)):
        others = np.delete(ratio[at % season :: season], at // season)
        if others.size:
            shape[at] = max(float(np.median(others)), 0.0)
    return shape
