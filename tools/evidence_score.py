"""What was said of a year's total at every level of a history, and how it turned out: ours, the plain mixture, last year."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from evidence_cases import Case
from yunchou.calc.baseline import forecast
from yunchou.calc.baseline_grid import group_sums, make_grid
from yunchou.calc.baseline_models import mixture
from yunchou.calc.baseline_top import crps, seasonal_naive

FloatArray = npt.NDArray[np.float64]
PATHS = 600
OURS, EACH, NAIVE = "yunchou", "mixture, each series alone", "SeasonalNaive, whole years drawn"
METHODS = (OURS, EACH, NAIVE)
# drawn outcomes kept for each company: how a perfect forecaster of the same chances would fare
DRAWN = 200
# the year's sum above so many times last year's: how likely was it said to be, and did it happen
MULTIPLES = (0.9, 1.0, 1.1, 1.2)


def score(case: Case, known: int, *, number: int = 0) -> pl.DataFrame:
    """Return a row per level, series and method for the year after the first ``known`` periods.

    Beside what came, our rows hold in ``drawn`` the places of ``DRAWN`` outcomes drawn from our own paths: the same paths
    in every row, so that they go together as the forecast says.
    """
    before, future = case.until(known), case.year_after(known)
    made = forecast(before.history, keys=case.keys, horizon=case.season, freq=case.freq, paths=PATHS)
    grid = make_grid(before.history, keys=sorted(case.keys), freq=case.freq)
    rows: list[dict[str, Any]] = []
    chosen = np.random.default_rng([number, known]).integers(PATHS, size=DRAWN)
    for by in case.levels:
        groups, index = grid.groups(by)
        count = max(1, groups.height)
        values = group_sums(grid.values, index, count)
        first = np.full(count, values.shape[1], dtype=np.int64)
        np.minimum.at(first, index, grid.first)
        born = first <= values.shape[1] - 2
        actual = _actual(groups, future, by)
        ours = np.concatenate([paths.sum(axis=2) for _, paths in made.level_paths(by)])
        told = {OURS: ours, **{method: _alone(values, first, case.season, method) for method in (EACH, NAIVE)}}
        asked = {"case": case.name, "number": number, "origin": known, "level": "|".join(by) or "total"}
        year = values[:, -case.season :].sum(axis=1)
        for method, sums in told.items():
            found = _rows(sums[born], actual[born], year[born], chosen if method == OURS else None)
            rows += [{**asked, "method": method, **one} for one in found]
    return pl.DataFrame(rows)


def _alone(values: FloatArray, first: npt.NDArray[np.int64], season: int, method: str) -> FloatArray:
    """Return the year's sums on the paths of each series by itself, ``(series, paths)``."""
    out = np.zeros((len(values), PATHS))
    for row, start in enumerate(first):
        known, random = values[row, start:], np.random.default_rng(1)
        if len(known) > 1:
            draw = mixture if method == EACH else seasonal_naive
            out[row] = draw(known, season=season, horizon=season, paths=PATHS, random=random).sum(axis=1)
    return out


def _rows(
    sums: FloatArray, actual: FloatArray, before: FloatArray, chosen: npt.NDArray[np.int64] | None = None
) -> Iterator[dict[str, Any]]:
    for series, (sample, truth, year) in enumerate(zip(sums, actual, before, strict=True)):
        low, high = np.quantile(sample, [0.1, 0.9])
        yield {
            "series": series,
            "actual": float(truth),
            "mean": float(sample.mean()),
            "crps": crps(sample, float(truth)),
            "covered": bool(low <= truth <= high),
            "place": float((sample <= truth).mean()),
            "drawn": None if chosen is None else (np.searchsorted(np.sort(sample), sample[chosen], side="right") / len(sample)).tolist(),
            **{f"said {multiple}": float((sample > multiple * year).mean()) if year > 0 else None for multiple in MULTIPLES},
            **{f"came {multiple}": float(truth > multiple * year) if year > 0 else None for multiple in MULTIPLES},
        }


def _actual(groups: pl.DataFrame, future: pl.DataFrame, by: tuple[str, ...]) -> FloatArray:
    if not by:
        return np.array([future["value"].sum()], dtype=np.float64)
    sums = future.group_by(by).agg(pl.col("value").sum())
    return groups.join(sums, on=list(by), how="left", maintain_order="left")["value"].fill_null(0.0).to_numpy()
