"""Paths of a fitted exponential smoothing model of any kind from given shocks, many at once."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from yunchou.calc.baseline_grid import FloatArray


def smoothing_response(model: Mapping[str, Any]) -> Callable[[FloatArray], FloatArray]:
    """Return what turns standard normal shocks into paths, both of shape ``(paths, horizon)``.

    Args:
        model: As ``statsforecast`` fits it: ``components`` (error, trend, season; N none, A added, M multiplied; and D
            for damped), ``par`` (gains of level, trend and season, damping), the last of ``states``, ``sigma2``, ``m``.

    Source: R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder, Forecasting with Exponential Smoothing, 2008, table 2.1.
    """
    error, trend, season, _ = model["components"]
    gain, trend_gain, season_gain, damping = (0.0 if np.isnan(part) else float(part) for part in model["par"][:4])
    # an undamped trend goes on whole; the library's own simulation takes its missing damping for 0
    damping = damping or 1.0
    state = np.asarray(model["states"][-1], dtype=np.float64)
    with_trend, length = trend != "N", int(model["m"]) if season != "N" else 0
    deviation = float(np.sqrt(model["sigma2"]))

    def paths(shocks: FloatArray) -> FloatArray:
        count = len(shocks)
        level = np.full(count, state[0])
        slope = np.full(count, state[1] if with_trend else 0.0)
        # the last place holds the season that comes next
        seasons = [np.full(count, part) for part in state[1 + with_trend : 1 + with_trend + length]]
        out = np.empty_like(shocks)
        with np.errstate(all="ignore"):
            for ahead in range(shocks.shape[1]):
                carried = slope**damping if trend == "M" else slope * damping
                base = level if not with_trend else level * carried if trend == "M" else level + carried
                factor = seasons.pop() if length else np.zeros(count)
                expected = base * factor if season == "M" else base + factor
                surprise = deviation * shocks[:, ahead]
                out[:, ahead] = value = expected * (1 + surprise) if error == "M" else expected + surprise
                bare = value / factor if season == "M" else value - factor
                before, level = level, base + gain * (bare - base)
                if with_trend:
                    grown = level / before if trend == "M" else level - before
                    slope = carried + trend_gain / gain * (grown - carried)
                if length:
                    told = value / base if season == "M" else value - base
                    seasons.insert(0, factor + season_gain * (told - factor))
        return out

    return paths
