"""Invented histories of months, in which events are planted."""

from datetime import date

import numpy as np
import polars as pl

from yunchou.calc.baseline_grid import Grid
from yunchou.calc.periods import Freq, step

KEYS = ("region", "product")  # of a panel
START = date(2014, 1, 1)
SHAPE = np.array([0.6, 0.7, 1.1, 0.9, 1.0, 1.3, 0.8, 0.9, 1.2, 1.0, 1.1, 1.4])


def month(at: int) -> date:
    """Return the first day of a month counted from the start."""
    return step(START, at, "M")


def calm(months: int = 48, *, seed: int = 1, noise: float = 0.05, regions: int = 4) -> np.ndarray:
    """Return regions that grow by a tenth a year with one season and a little noise, shape ``(regions, months)``."""
    random = np.random.default_rng(seed)
    size = 1000.0 * np.arange(1, regions + 1)[:, None]
    return np.asarray(size * 1.1 ** (np.arange(months) / 12) * np.resize(SHAPE, months) * random.normal(1, noise, (regions, months)))


def history(values: np.ndarray, *, key: str = "region", first: int = 0) -> Grid:
    """Return regions A, B, C … as a grid; no key where there is one series and no name for it."""
    names = [chr(ord("A") + row) for row in range(len(values))]
    return Grid(
        series=pl.DataFrame({key: names}) if key else pl.DataFrame(),
        values=np.asarray(values, dtype=np.float64),
        first=np.full(len(values), first, dtype=np.int64),
        periods=tuple(month(at) for at in range(values.shape[1])),
    )


def panel(values: np.ndarray, *, freq: Freq = "M") -> pl.DataFrame:
    """Return the history of series in two regions and as many products as needed; rows of nan are left out."""
    series, at = np.nonzero(~np.isnan(values))
    start = date(2020, 1, 6) if freq == "W" else date(2020, 1, 1)
    return pl.DataFrame(
        {
            "region": ["NS"[number % 2] for number in series],
            "product": [f"p{number // 2}" for number in series],
            "period": [step(start, int(place), freq) for place in at],
            "value": values[series, at],
        },
    )
