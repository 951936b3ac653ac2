"""Back-tests beside reference methods: tourism, superstore, adventureworks and online_retail."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import polars as pl

import evidence_cases
from evidence_cases import Case
from evidence_tables import FloatArray, paired, table
from yunchou.calc.backtest import OURS, backtest

_PLAIN = ("SeasonalNaive", "AutoETS", "AutoARIMA", "AutoTheta")
METHODS = (OURS, *_PLAIN, *(f"{name}+MinT" for name in _PLAIN))
# two origins drawn again tell nothing
_FEWEST = 4
REGIONS, PROVINCES = ("地区", "类别"), ("省/自治区",)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One back-test: a case as it stood after ``known`` periods, from the last origin, so far ahead."""

    title: str
    case: Case
    known: int
    horizon: int


def asked() -> list[Asked]:
    """Return all back-tests of files that are here, the longest first."""
    out = []
    panel = evidence_cases.tourism()
    if panel is not None:
        out += [Asked(title=f"tourism h {ahead}", case=panel, known=known, horizon=ahead) for ahead in (8, 4) for known in range(31, 37)]
    for keys, levels in ((REGIONS, ((), ("地区",), REGIONS)), (PROVINCES, (PROVINCES,))):
        case = evidence_cases.superstore(keys, levels)
        if case is not None:
            out += [Asked(title=f"superstore {year}", case=case, known=12 * (year - 2013), horizon=12) for year in (2017, 2016)]
    quarters = evidence_cases.adventureworks()
    if quarters is not None:
        out += [Asked(title="adventureworks", case=quarters, known=known, horizon=4) for known in (10, 11)]
    countries = evidence_cases.online_retail()
    if countries is not None:
        out += [Asked(title="online_retail", case=countries, known=known, horizon=1) for known in (3, 4)]
    return out


def run(one: Asked) -> pl.DataFrame:
    """Return ``title, known, method, level, measure, value`` of the levels asked for."""
    case = one.case.until(one.known)
    done = backtest(case.history, keys=case.keys, horizon=one.horizon, origins=1, methods=METHODS, freq=case.freq)
    wanted = ["|".join(level) or "total" for level in case.levels]
    return done.scores.filter(pl.col("level").is_in(wanted)).with_columns(
        pl.lit(one.title).alias("title"), pl.lit(one.known).alias("known")
    )


def two_at_a_time() -> ProcessPoolExecutor:
    """Return two processes that start afresh: a copy of this one would wait forever for threads of polars that it lacks."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def run_all() -> pl.DataFrame:
    """Run every back-test, two at a time."""
    with two_at_a_time() as pool:
        return pl.concat(pool.map(run, asked()))


def value(scores: pl.DataFrame, title: str, method: str, level: str, measure: str) -> float:
    """Return one figure: the mean over origins."""
    return float(by_origin(scores, title, method, level, measure).mean())


def by_origin(scores: pl.DataFrame, title: str, method: str, level: str, measure: str) -> FloatArray:
    """Return one figure at each origin; NaN where it is divided by nothing."""
    where = {"title": title, "method": method, "level": level, "measure": measure}
    found = scores.filter(*(pl.col(name) == one for name, one in where.items())).sort("known")
    return found["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def best(scores: pl.DataFrame, title: str, level: str, measure: str) -> tuple[str, float]:
    """Return the best single reference of a level, and its figure."""
    return min(((name, value(scores, title, name, level, measure)) for name in METHODS[1:]), key=lambda pair: pair[1])


def by_method(scores: pl.DataFrame, title: str, measure: str, levels: list[str]) -> str:
    """Return a table of methods and levels, and their mean; the best of a column is bold."""
    grid = [[value(scores, title, method, level, measure) for level in levels] for method in METHODS]
    grid = [[*row, sum(row) / len(row)] for row in grid]
    least = [min(column) for column in zip(*grid, strict=True)]
    cells = [[f"**{one:.4f}**" if one == low else f"{one:.4f}" for one, low in zip(row, least, strict=True)] for row in grid]
    return table(["method", *levels, "mean of levels"], [[name, *row] for name, row in zip(METHODS, cells, strict=True)])


def mean_of_levels(scores: pl.DataFrame, title: str, method: str, measure: str, levels: list[str]) -> float:
    """Return a method's mean over levels."""
    return sum(value(scores, title, method, level, measure) for level in levels) / len(levels)


def against(scores: pl.DataFrame, title: str, measure: str, levels: list[str]) -> tuple[str, float, str]:
    """Return the best single reference on the mean of some levels, our ratio to it, and that ratio told with its interval.

    Origins are drawn again, so there is an interval only where there are several.
    """
    means = {method: mean_of_levels(scores, title, method, measure, levels) for method in METHODS}
    name = min(METHODS[1:], key=means.__getitem__)
    found = means[OURS] / means[name]
    mine, its = (sum(by_origin(scores, title, one, level, measure) for level in levels) for one in (OURS, name))
    if np.size(mine) < _FEWEST:
        return name, found, f"{found:.3f} ({name})"
    _, low, high = paired(np.asarray(mine), np.asarray(its), np.arange(np.size(mine)))
    return name, found, f"{found:.3f}, {low:.3f}–{high:.3f} ({name})"
