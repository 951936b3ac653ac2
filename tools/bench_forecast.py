"""Files on which forecasts and levels are timed, and the library's own time on the same series."""

import time
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from yunchou.calc.periods import step

SERIES, MONTHS = 1000, 120
CUSTOMERS = 100_000
UNITS = 10_000
# the library takes minutes over a thousand series: it is timed on some of them
SAMPLE = 50


def panel() -> np.ndarray:
    """Return monthly series with trends, seasons and noise, shape ``(series, months)``."""
    random = np.random.default_rng(0)
    at = np.arange(MONTHS)
    level = random.lognormal(8, 1, (SERIES, 1)) * np.exp(random.normal(0, 0.005, (SERIES, 1)) * at)
    season = 1 + random.uniform(0, 0.4, (SERIES, 1)) * np.sin(2 * np.pi * (at + random.integers(12, size=(SERIES, 1))) / 12)
    return np.asarray(level * season * random.gamma(30, 1 / 30, (SERIES, MONTHS)))


def write_panel(path: Path) -> None:
    """Write the panel as lines: a product, a month, an amount."""
    months = [step(date(2015, 1, 1), place, "M") for place in range(MONTHS)]
    names = [f"P{number:04d}" for number in range(SERIES)]
    frame = pl.DataFrame({"product": np.repeat(names, MONTHS), "date": months * SERIES, "amount": np.round(panel().ravel(), 2)})
    frame.write_csv(path)


def library_seconds() -> float:
    """Return how long statsforecast needs for AutoETS and AutoTheta of the whole panel, from a sample of its series."""
    from statsforecast.models import AutoETS, AutoTheta  # noqa: PLC0415 - two seconds that are not part of the time

    models = (AutoETS(season_length=12), AutoTheta(season_length=12))
    values = panel()[: SAMPLE + 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for model in models:
            model.forecast(values[-1], h=12)  # compiled before the clock starts
        started = time.perf_counter()
        for row in values[:SAMPLE]:
            for model in models:
                model.forecast(row, h=12)
    return (time.perf_counter() - started) * SERIES / SAMPLE


def write_customers(path: Path) -> None:
    """Write four lines each of a hundred thousand customers in three years, in six regions."""
    random = np.random.default_rng(1)
    count = 4 * CUSTOMERS
    customer = random.permutation(np.repeat(np.arange(CUSTOMERS), 4))
    months = np.array([step(date(2023, 1, 1), place, "M") for place in range(36)], dtype="datetime64[D]")
    days = months[random.integers(36, size=count)]
    names = [f"C{number:06d}" for number in customer]
    regions = np.array(["华东", "华南", "华北", "华中", "西南", "西北"])[customer % 6]
    amounts = np.round(random.lognormal(7, 1, count), 2)
    pl.DataFrame({"customer": names, "region": regions, "date": days, "amount": amounts}).write_csv(path)


def write_rates(path: Path) -> None:
    """Write wins and cases of ten thousand units over three years of months."""
    random = np.random.default_rng(2)
    rate = random.beta(6, 24, (UNITS, 1))
    cases = random.poisson(random.gamma(2, 3, (UNITS, 1)), (UNITS, 36))
    months = [f"{2023 + place // 12}-{place % 12 + 1:02d}" for place in range(36)]
    pl.DataFrame(
        {
            "unit": np.repeat([f"U{number:05d}" for number in range(UNITS)], 36),
            "month": months * UNITS,
            "won": random.binomial(cases, rate).ravel(),
            "cases": cases.ravel(),
        }
    ).write_csv(path)
