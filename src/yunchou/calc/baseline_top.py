"""The total of all series: last year's season, half its growth, and errors as large as they were before."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, Grid
from yunchou.calc.periods import SEASON, Freq
from yunchou.calc.text import Text


@dataclass(frozen=True, kw_only=True)
class Top:
    """The total's paths, shape ``(paths, horizon)``, and how they were made."""

    paths: FloatArray
    method: Mapping[str, object]
    warnings: tuple[Text, ...]


def damped_seasonal(history: FloatArray, *, season: int, horizon: int) -> FloatArray:
    """Return last season times (1 + half the mean past growth), repeated over the horizon.

    Source: own; the damping follows E. S. Gardner and E. McKenzie, Management Science 31 (1985).
    """
    if len(history) < season:
        return np.full(horizon, history.mean())
    last = history[-season:]
    growth = 0.0
    if len(history) > season:
        earlier, later = history[:-season].sum(), history[season:].sum()
        if earlier > 0:
            growth = 0.5 * min(1.0, (len(history) - season) / season) * float(np.clip(later / earlier - 1, -0.9, 1.0))
    ahead = np.arange(horizon)
    return np.asarray(last[ahead % season] * (1 + growth) ** (ahead // season + 1))


def forecast_top(grid: Grid, *, horizon: int, freq: Freq, paths: int, seed: int) -> Top:
    """Return the distribution of the total over the horizon."""
    season = SEASON[freq]
    history = grid.top
    mean = damped_seasonal(history, season=season, horizon=horizon)
    random = np.random.default_rng([seed, 1])
    blocks = []
    for origin in range(season, len(history) - season + 1):
        known = damped_seasonal(history[:origin], season=season, horizon=season)
        scale = max(abs(known).mean(), 1e-300)
        blocks.append((history[origin : origin + season] - known) / scale)
    size = abs(mean).mean()
    year = 0.12 * random.standard_normal((paths, 1))
    if blocks:
        errors = np.array(blocks)
        errors -= errors.mean(axis=1, keepdims=True)
        chosen = random.integers(len(errors), size=paths)
        noise = errors[chosen][:, np.arange(horizon) % season]
    else:
        noise = 0.2 * random.standard_normal((paths, horizon))
    drawn = mean * np.exp(year - 0.5 * 0.12**2) + size * noise
    if (history >= 0).all():
        drawn = np.maximum(drawn, 0.0)
    outcomes = max(0, (len(history) - season) // season)
    method = {
        "models": ["DampedSeasonal"],
        "origins": len(blocks),
        "outcomes": outcomes,
        "cover80": None,
        "calibration": "published errors",
        "reference_cover80": None,
        "reference_crps": None,
        "own_crps": None,
    }
    warning = Text(
        f"全年结果只有 {outcomes} 个可检验(不足 20 个),区间宽度参考公开的预测误差",
        f"only {outcomes} yearly outcomes can be checked (fewer than 20): the spread leans on published forecast errors",
    )
    return Top(paths=drawn, method=method, warnings=(warning,))
