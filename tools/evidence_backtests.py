"""Back-tests beside reference methods: tourism, superstore, adventureworks and online_retail."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import isnan
from multiprocessing import get_context

import polars as pl

import evidence_cases
from evidence_cases import Case
from evidence_tables import table
from yunchou.calc.backtest import OURS, backtest

_PLAIN = ("SeasonalNaive", "AutoETS", "AutoARIMA", "AutoTheta")
METHODS = (OURS, *_PLAIN, *(f"{name}+MinT" for name in _PLAIN))
REGIONS, PROVINCES = ("地区", "类别"), ("省/自治区",)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One back-test: a case as it stood after ``known`` periods, so many origins, so far ahead."""

    title: str
    case: Case
    known: int
    horizon: int
    origins: int


def asked() -> list[Asked]:
    """Return all back-tests of files that are here, the longest first."""
    out = []
    panel = evidence_cases.tourism()
    if panel is not None:
        out += [Asked(title=f"tourism h {ahead}", case=panel, known=36, horizon=ahead, origins=6) for ahead in (8, 4)]
    for keys, levels in ((REGIONS, ((), ("地区",), REGIONS)), (PROVINCES, (PROVINCES,))):
        case = evidence_cases.superstore(keys, levels)
        if case is not None:
            out += [Asked(title=f"superstore {year}", case=case, known=12 * (year - 2013), horizon=12, origins=1) for year in (2017, 2016)]
    quarters = evidence_cases.adventureworks()
    if quarters is not None:
        out.append(Asked(title="adventureworks", case=quarters, known=11, horizon=4, origins=2))
    countries = evidence_cases.online_retail()
    if countries is not None:
        out.append(Asked(title="online_retail", case=countries, known=4, horizon=1, origins=2))
    return out


def run(one: Asked) -> pl.DataFrame:
    """Return ``title, method, level, measure, value`` of the levels asked for."""
    case = one.case.until(one.known)
    done = backtest(case.history, keys=case.keys, horizon=one.horizon, origins=one.origins, methods=METHODS, freq=case.freq)
    wanted = ["|".join(level) or "total" for level in case.levels]
    return done.scores.filter(pl.col("level").is_in(wanted)).with_columns(pl.lit(one.title).alias("title"))


def run_all() -> pl.DataFrame:
    """Run every back-test, two at a time."""
    # a forked process would inherit locks of the table engine's threads
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return pl.concat(pool.map(run, asked()))


def value(scores: pl.DataFrame, title: str, method: str, level: str, measure: str) -> float:
    """Return one figure; not a number where it has no scale (MASE needs more than a year before an origin)."""
    where = {"title": title, "method": method, "level": level, "measure": measure}
    found = scores.filter(*(pl.col(name) == one for name, one in where.items()))["value"].item()
    return float("nan") if found is None else float(found)


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


def verdict(scores: pl.DataFrame, title: str, measure: str, levels: list[str]) -> str:
    """Say how far we are from the best single reference, on the mean of the levels and on the first and the last."""
    means = {method: mean_of_levels(scores, title, method, measure, levels) for method in METHODS}
    if isnan(means[OURS]):
        return f"{measure}: not to be had, for no origin has more than a year before it."
    name = min(METHODS[1:], key=means.__getitem__)
    told = [f"mean of levels {means[OURS] / means[name]:.3f} × the best single ({name})"]
    for level in (levels[0], levels[-1]):
        other, least = best(scores, title, level, measure)
        told.append(f"{level} {value(scores, title, OURS, level, measure) / least:.3f} × ({other})")
    return f"{measure}: " + ", ".join(told) + "."
