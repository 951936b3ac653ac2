"""Every method's word on a year's total at every level of a history, and how it turned out."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from evidence_cases import Case
from yunchou.calc.baseline import forecast, levels_of
from yunchou.calc.baseline_grid import group_sums, make_grid
from yunchou.calc.baseline_models import mixture
from yunchou.calc.baseline_top import crps, forecast_top, seasonal_naive

FloatArray = npt.NDArray[np.float64]
PATHS = 1000
OURS = "yunchou"
NAIVE, SIMULATED, CENTRED, EACH = "SeasonalNaive", "AutoETS as simulated", "AutoETS on its means", "our mixture, each series alone"
REFERENCES = (NAIVE, SIMULATED, CENTRED, EACH)
# the year's sum above so many times last year's: how likely was it said to be, and did it happen
MULTIPLES = (0.9, 1.0, 1.1, 1.2)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One level of a history at one origin: what was known of each series, and the year's sums that came."""

    case: Case
    origin: int
    level: str
    values: FloatArray
    actual: FloatArray


def _naive(values: FloatArray, season: int) -> FloatArray:
    return seasonal_naive(values, season=season, horizon=season, paths=PATHS, random=np.random.default_rng(1))


def _each(values: FloatArray, season: int) -> FloatArray:
    return mixture(values, season=season, horizon=season, paths=PATHS, random=np.random.default_rng(1))


def _auto_ets(values: FloatArray, season: int) -> tuple[FloatArray, FloatArray]:
    """Return the library's paths as they are, and moved onto the means it states itself."""
    from statsforecast.models import AutoETS  # noqa: PLC0415 - two seconds that whoever only reads this need not wait

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = AutoETS(season_length=season).fit(values)
            paths = np.asarray(model.simulate(season, PATHS, seed=1), dtype=np.float64)
            means = np.asarray(model.predict(season)["mean"], dtype=np.float64)
        except (ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError):
            # it cannot fit a few sparse series; the naive stands in, in its favour
            paths = _naive(values, season)
            return paths, paths
    return paths, paths - paths.mean(axis=0) + means


def _rows(asked: Asked, totals: FloatArray, method: str) -> Iterator[dict[str, Any]]:
    case = asked.case
    before = asked.values[:, -case.season :].sum(axis=1)
    for number, (sample, truth) in enumerate(zip(totals, asked.actual, strict=True)):
        low, high = np.quantile(sample, [0.1, 0.9])
        yield {
            "case": case.title,
            "data": case.name,
            "company": case.company,
            "part": "last" if asked.origin in case.last else "earlier",
            "origin": asked.origin,
            "level": asked.level,
            "series": number,
            "method": method,
            "actual": float(truth),
            "mean": float(sample.mean()),
            "low": float(low),
            "high": float(high),
            "crps": crps(sample, float(truth)),
            "covered": bool(low <= truth <= high),
            "place": float((sample <= truth).mean()),
            **{f"said {multiple}": float((sample > multiple * before[number]).mean()) for multiple in MULTIPLES},
            **{f"came {multiple}": float(truth > multiple * before[number]) for multiple in MULTIPLES},
        }


def score(case: Case) -> pl.DataFrame:
    """Return a row per origin, level, series and method: what was said of the next year's total, and what came."""
    rows: list[dict[str, Any]] = []
    for origin in (*case.earlier, *case.last):
        known, future = case.split(origin)
        made = forecast(known, keys=case.keys, horizon=case.season, freq=case.freq, paths=PATHS)
        grid = make_grid(known, keys=list(case.keys), freq=case.freq)
        for by in levels_of(case.keys):
            groups, index = grid.groups(by)
            values = group_sums(grid.values, index, max(1, groups.height))
            asked = Asked(case=case, origin=origin, level=" × ".join(by) or "total", values=values, actual=_actual(groups, future, by))
            rows += _rows(asked, np.concatenate([paths for _, paths in made.level_paths(by)]).sum(axis=2), OURS)
            library = [_auto_ets(own, case.season) for own in values]
            told = {
                NAIVE: [_naive(own, case.season) for own in values],
                SIMULATED: [simulated for simulated, _ in library],
                CENTRED: [centred for _, centred in library],
                EACH: [_each(own, case.season) for own in values],
            }
            for method, paths in told.items():
                rows += _rows(asked, np.array(paths).sum(axis=2), method)
    return pl.DataFrame(rows)


def _actual(groups: pl.DataFrame, future: pl.DataFrame, by: tuple[str, ...]) -> FloatArray:
    if not by:
        return np.array([future["value"].sum()], dtype=np.float64)
    sums = future.group_by(by).agg(pl.col("value").sum())
    return groups.join(sums, on=list(by), how="left", maintain_order="left")["value"].fill_null(0.0).to_numpy()


def year_of_file(case: Case) -> dict[str, Any]:
    """Return what was said of a file's last year in total: the interval, and the targets at three probabilities."""
    origin = case.last[-1]
    known, future = case.split(origin)
    history = make_grid(known, keys=list(case.keys), freq=case.freq).top
    top = forecast_top(history, horizon=case.season, freq=case.freq, paths=2000, seed=0)
    year = top.paths.sum(axis=1)
    actual = float(future["value"].sum())
    low, high = np.quantile(year, [0.1, 0.9])
    targets = {probability: float(np.quantile(year, 1 - probability)) for probability in (0.8, 0.6, 0.35)}
    return {
        "data": case.name,
        "before": float(history[-case.season :].sum()),
        "mean": float(year.mean()),
        "low": float(low),
        "high": float(high),
        "actual": actual,
        "said": float((year >= actual).mean()),
        "reached": [f"{probability:.0%} {'reached' if actual >= target else 'missed'}" for probability, target in targets.items()],
    }
