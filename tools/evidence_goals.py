"""What was asked of the forecast, row by row, and whether it is reached."""

import numpy as np
import polars as pl

import evidence_backtests as back
from evidence_score import EACH, OURS
from evidence_tables import covered, ece, probabilities, table

TOURISM = ["total", "purpose", "purpose|state", "purpose|state|place"]
SUPERSTORE = {"total": 0.12, "地区": 0.15, "省/自治区": 0.26, "地区|类别": 0.17}
_WITHIN = 1.03
Row = tuple[str, str, str, str, bool | None]


def year_error(scores: pl.DataFrame, years: pl.DataFrame, year: int, method: str, level: str) -> float:
    """Return Σ|error| ÷ Σ actual of a year of superstore_cn."""
    if method != EACH:
        return back.value(scores, f"superstore {year}", method, level, "total_ape")
    mine = years.filter(pl.col("method") == EACH, pl.col("level") == level, pl.col("origin") == 12 * (year - 2014))
    actual = mine["actual"].to_numpy()
    return float(np.abs(mine["mean"].to_numpy() - actual).sum() / np.abs(actual).sum())


def share_covered(rows: pl.DataFrame) -> float:
    """Return the share of outcomes in our 80 % interval."""
    return float(rows.filter(pl.col("method") == OURS)["covered"].to_numpy().mean())


def goals(scores: pl.DataFrame, years: pl.DataFrame, demo: pl.DataFrame) -> list[Row]:
    """Return data, measure, what ours must be, what it is, and whether that is reached (None: cannot be told)."""
    titles = set(scores["title"])
    rows: list[Row] = []
    for title in ("tourism h 4", "tourism h 8"):
        if title in titles:
            rows += _tourism(scores, title)
    for level, most in SUPERSTORE.items():
        found = [year_error(scores, years, year, OURS, level) for year in (2016, 2017)]
        mean = sum(found) / 2
        told = f"{mean:.1%} ({found[0]:.1%}, {found[1]:.1%})"
        rows.append(("superstore_cn 2016, 2017", f"error of the year, {level}", f"≤ {most:.0%}", told, mean <= most))
    share = share_covered(years)
    rows.append(("superstore_cn, rolling", "80 % interval covers", "74–86 %", _covers(years), 0.74 <= share <= 0.86))
    for title, level in (("adventureworks", "SalesTerritoryKey"), ("online_retail", "Country")):
        if title in titles:
            rows += [_mean(scores, title, measure, ["total", level], "≤ 1") for measure in ("mase", "crps")]
    return [*rows, *_demo(demo)]


def goals_table(rows: list[Row]) -> str:
    """Return the goals as a table."""
    words = {True: "yes", False: "**no**", None: "cannot be told"}
    shown = [[*row[:4], words[row[4]]] for row in rows]
    return table(["data", "measure", "ours must be", "ours", "reached"], shown)


def _tourism(scores: pl.DataFrame, title: str) -> list[Row]:
    rows = [_mean(scores, title, measure, TOURISM, "< 1") for measure in ("mase", "crps")]
    asked = [(level, measure) for level in (TOURISM[0], TOURISM[-1]) for measure in ("mase", "crps")]
    for level, measure in [*asked, ("total", "total_ape")]:
        _, found, told = back.against(scores, title, measure, [level])
        rows.append((title, f"{_NAMES[measure]}, {level} ÷ best single", f"≤ {_WITHIN}", told, found <= _WITHIN))
    return rows


_NAMES = {"mase": "MASE", "crps": "CRPS", "total_ape": "APE of the sum"}


def _mean(scores: pl.DataFrame, title: str, measure: str, levels: list[str], goal: str) -> Row:
    _, found, told = back.against(scores, title, measure, levels)
    if np.isnan(found):
        return (title, f"{_NAMES[measure]}, mean of levels ÷ best single", goal, "no history of a year and a period to scale by", None)
    reached = found < 1 if goal == "< 1" else found <= 1
    return (title, f"{_NAMES[measure]}, mean of levels ÷ best single", goal, told, reached)


def _covers(rows: pl.DataFrame) -> str:
    return covered(rows.filter(pl.col("method") == OURS))


def _demo(demo: pl.DataFrame) -> list[Row]:
    mine, plain = (probabilities(demo.filter(pl.col("method") == method)) for method in (OURS, EACH))
    off = ece(*mine)
    brier = [float(((said - came) ** 2).mean()) for said, came in (mine, plain)]
    share = share_covered(demo)
    return [
        ("demo companies", "ECE", "≤ .02", f"{off:.3f}", off <= 0.02),
        ("demo companies", "Brier ÷ the mixture's", "≤ .98", f"{brier[0] / brier[1]:.3f}", brier[0] <= 0.98 * brier[1]),
        ("demo companies", "80 % interval covers", "77–83 %", _covers(demo), 0.77 <= share <= 0.83),
    ]
