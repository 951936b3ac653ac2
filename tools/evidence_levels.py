"""How levels of small counts turn out: simulated tables, ours beside raw rates and a beta-binomial without trend.

``python tools/evidence_levels.py`` prints the section; ``section`` returns it. Seeds 1,000 … 1,199 are evidence; constants of the
method were chosen on seeds 10,000 … 10,079, which are used for nothing else. Seeds 0 … 199 were looked at once before the last
constant was chosen, and are no evidence.
"""

import os
import sys
import time
from dataclasses import dataclass
from itertools import pairwise

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from yunchou.calc.levels import levels_of

FloatArray = npt.NDArray[np.float64]
TABLES, FIRST = 200, 1_000
HORIZON = 6
_RESAMPLES = 2000
_DRAWS = 1000
_OURS, _RAW, _PLAIN = "yunchou", "raw rates", "beta-binomial without trend"


@dataclass(frozen=True)
class Table:
    """A simulated table: the months known, and the half year after them."""

    numerators: FloatArray
    denominators: FloatArray
    later_numerators: FloatArray
    later_denominators: FloatArray


def simulate(seed: int) -> Table:
    """Return a table of small counts whose making shares nothing with the method but that rates lie between 0 and 1.

    Case by case: each unit has a probability that moves by a common course (bent, with a step in some tables), a season,
    its own uneven steps, good and bad months (beta distributed), and cases in clumps; some units are new, some have one
    to five cases a half year, sizes follow a Pareto distribution.
    """
    random = np.random.default_rng(seed)
    units, known = int(random.integers(5, 61)), int(random.integers(12, 49))
    months = known + HORIZON
    base = random.beta(2, 4) * 0.8 + 0.05
    time_ = np.arange(months) / 12
    course = random.normal(0, 0.03) * time_ + random.normal(0, 0.02) * np.sin(time_ * random.uniform(1, 3))
    if random.random() < 0.2:
        course = course + np.where(np.arange(months) >= random.integers(3, known), random.normal(0, 0.04), 0)
    season = random.choice([0.0, 0.1, 0.25]) * np.sin(2 * np.pi * (np.arange(months) + random.integers(12)) / 12)
    talent = random.gamma(1 / (spread := random.uniform(0.05, 0.4) ** 2), spread, units)
    steps = random.standard_t(5, (units, months)) * random.choice([0.0, 0.01, 0.03]) + random.normal(0, 0.08, (units, 1)) / 12
    own = talent[:, None] * np.exp(np.cumsum(steps, axis=1))
    chance = np.clip((base + course)[None, :] * (1 + season)[None, :] * own, 0.005, 0.97)
    strength = random.choice([8.0, 30.0, 1e6])
    monthly = random.beta(chance * strength, (1 - chance) * strength)
    sizes = np.minimum((random.pareto(1.2, units) + 1) * random.uniform(0.5, 6), 400)
    tiny = random.random(units) < 0.15
    sizes = np.where(tiny, random.uniform(1, 5, units) / 6, sizes)
    busy = sizes[:, None] * np.exp(random.normal(0, 0.15, (units, months)) + random.normal(0, 0.1, (units, 1)) * time_)
    cases = random.poisson(busy).astype(np.float64)
    born = np.where(random.random(units) < 0.2, random.integers(0, known, units), 0)
    cases[np.arange(months)[None, :] < born[:, None]] = 0
    won = random.binomial(cases.astype(np.int64), monthly).astype(np.float64)
    if cases[:, :known].sum() == 0:
        return simulate(seed + 1_000_000)
    return Table(won[:, :known], cases[:, :known], won[:, known:].sum(axis=1), cases[:, known:].sum(axis=1))


def _interval_score(low: FloatArray, high: FloatArray, came: FloatArray) -> FloatArray:
    return np.asarray((high - low) + 10 * np.maximum(low - came, 0) + 10 * np.maximum(came - high, 0))


def _raw(table: Table) -> FloatArray:
    """The rate as it was, with the binomial noise of the cases to come; a unit without a case takes the whole's."""
    cases, won = table.denominators.sum(axis=1), table.numerators.sum(axis=1)
    whole = won.sum() / cases.sum()
    rate = np.where(cases > 0, won / np.maximum(cases, 1), whole)
    return np.tile(rate[:, None], _DRAWS)


def _plain(table: Table, random: np.random.Generator) -> FloatArray:
    """Beta-binomial shrinkage of all history, strength by moments; no time in it."""
    cases, won = table.denominators.sum(axis=1), table.numerators.sum(axis=1)
    whole = min(max(won.sum() / cases.sum(), 1e-3), 1 - 1e-3)
    seen = cases > 0
    apart = (won - whole * cases)[seen] ** 2 - cases[seen] * whole * (1 - whole)
    between = max(apart.sum() / max((cases[seen] * (cases[seen] - 1)).sum(), 1) / (whole * (1 - whole)), 1e-3)
    strength = 1 / between - 1
    alpha, beta = whole * strength + won, (1 - whole) * strength + cases - won
    return np.sort(random.beta(alpha[:, None], beta[:, None], (len(cases), _DRAWS)), axis=1)


def measure(seeds: range) -> dict[str, FloatArray]:
    """Return one row an outcome (a unit with a case in the half year, and the whole as unit −1 left out), as columns."""
    rows: dict[str, list[FloatArray]] = {}
    for seed in seeds:
        table = simulate(seed)
        random = np.random.default_rng([seed, 7])
        levels = levels_of(table.numerators, table.denominators, horizon=HORIZON, season=12, seed=seed)
        happened = table.later_denominators > 0
        came = (table.later_numerators / np.maximum(table.later_denominators, 1))[happened]
        found = {
            "table": np.full(len(came), float(seed)),
            "size": table.denominators.sum(axis=1)[happened],
            "came": came,
            f"low {_OURS}": levels.low[1:][happened],
            f"high {_OURS}": levels.high[1:][happened],
            f"mean {_OURS}": levels.expected[1:][happened],
            "said": levels.probability[1:][happened],
            "reached": (came >= levels.recommended[1:][happened]).astype(np.float64),
        }
        coming = np.maximum(table.denominators[:, -12:].mean(axis=1) * HORIZON, 0.1)
        for name, rates in ((_RAW, _raw(table)), (_PLAIN, _plain(table, random))):
            cases = np.maximum(random.poisson(np.tile(coming[:, None], _DRAWS)), 1)
            outcomes = random.binomial(cases, rates) / cases
            low, high = np.quantile(outcomes, [0.1, 0.9], axis=1)
            found |= {f"low {name}": low[happened], f"high {name}": high[happened], f"mean {name}": rates.mean(axis=1)[happened]}
        found |= {"whole came": np.full(len(came), table.later_numerators.sum() / max(table.later_denominators.sum(), 1))}
        found |= {"whole low": np.full(len(came), levels.low[0]), "whole high": np.full(len(came), levels.high[0])}
        for name, values in found.items():
            rows.setdefault(name, []).append(values)
    return {name: np.concatenate(parts) for name, parts in rows.items()}


def _by_table(values: FloatArray, tables: FloatArray) -> tuple[FloatArray, FloatArray]:
    _, place = np.unique(tables, return_inverse=True)
    return np.asarray(np.bincount(place, weights=values), dtype=np.float64), np.bincount(place).astype(np.float64)


def _bootstrap(values: FloatArray, tables: FloatArray) -> tuple[float, float, float]:
    """Return the mean and its 95 % interval; tables are drawn again, for outcomes of one table go together."""
    sums, counts = _by_table(values, tables)
    chosen = np.random.default_rng(0).integers(len(sums), size=(_RESAMPLES, len(sums)))
    low, high = np.quantile(sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1), [0.025, 0.975])
    return float(sums.sum() / counts.sum()), float(low), float(high)


def _scores(found: dict[str, FloatArray]) -> list[str]:
    rows = []
    mine = _interval_score(found[f"low {_OURS}"], found[f"high {_OURS}"], found["came"])
    for name in (_OURS, _PLAIN, _RAW):
        low, high, came = found[f"low {name}"], found[f"high {name}"], found["came"]
        covered, from_, to = _bootstrap(((low <= came) & (came <= high)).astype(np.float64), found["table"])
        score = _interval_score(low, high, came)
        error = float(np.abs(found[f"mean {name}"] - came).mean())
        gap, gap_low, gap_high = _bootstrap(mine - score, found["table"])
        against = "–" if name == _OURS else f"{gap:+.4f} ({gap_low:+.4f} … {gap_high:+.4f})"
        rows.append(f"| {name} | {covered:.1%} ({from_:.1%}–{to:.1%}) | {score.mean():.4f} | {against} | {error:.4f} |")
    return rows


def _bins(found: dict[str, FloatArray]) -> list[str]:
    rows = []
    edges = [0.0, 0.5, 0.55, 0.6, 0.65, 1.01]
    for low, high in pairwise(edges):
        chosen = (found["said"] >= low) & (found["said"] < high)
        if chosen.any():
            came, from_, to = _bootstrap(found["reached"][chosen], found["table"][chosen])
            rows.append(
                f"| {low:.0%}–{min(high, 1):.0%} | {int(chosen.sum())} | {found['said'][chosen].mean():.1%}"
                f" | {came:.1%} ({from_:.1%}–{to:.1%}) |"
            )
    return rows


def _sizes(found: dict[str, FloatArray]) -> list[str]:
    rows = []
    edges = [0.0, 6.0, 31.0, 101.0, 501.0, np.inf]
    for low, high in pairwise(edges):
        chosen = (found["size"] >= low) & (found["size"] < high)
        if chosen.any():
            inside = (found[f"low {_OURS}"] <= found["came"]) & (found["came"] <= found[f"high {_OURS}"])
            told = f"{low:.0f} and more" if np.isinf(high) else f"{low:.0f}–{high - 1:.0f}"
            said, came = found["said"][chosen].mean(), found["reached"][chosen].mean()
            rows.append(f"| {told} | {int(chosen.sum())} | {inside[chosen].mean():.1%} | {said:.1%} | {came:.1%} |")
    return rows


def section(tables: int = TABLES, first: int = FIRST) -> str:
    """Return the evidence as Markdown; ``first`` is the first seed."""
    found = measure(range(first, first + tables))
    said, from_, to = _bootstrap(found["reached"] - found["said"], found["table"])
    _, firsts = np.unique(found["table"], return_index=True)
    whole = (found["whole low"] <= found["whole came"]) & (found["whole came"] <= found["whole high"])
    about = (
        f"{tables} simulated tables (seeds {first} … {first + tables - 1}), {len(found['came'])} units with a case in the half year that"
        " was not shown; brackets are 95 % bootstrap intervals over tables. The simulator knows nothing of the method: bent courses,"
        " steps, seasons, uneven own steps, good and bad months, new units, units of one to five cases. The method's constants were"
        " chosen on seeds 10,000 … 10,079."
    )
    recommended = (
        f"The recommended level: said {found['said'].mean():.1%}, reached {found['reached'].mean():.1%};"
        f" difference {said:+.1%} ({from_:+.1%} … {to:+.1%})."
    )
    return "\n".join(
        [
            "## Levels of small counts",
            "",
            about,
            "",
            "| method | 80 % interval covers | interval score | ours − its (paired) | mean error |",
            "|---|---|---|---|---|",
            *_scores(found),
            "",
            f"The whole is covered in {whole[firsts].mean():.1%} of the tables.",
            "",
            recommended,
            "",
            "| said | n | mean said | reached |",
            "|---|---|---|---|",
            *_bins(found),
            "",
            "| cases in the history | n | 80 % interval covers | said | reached |",
            "|---|---|---|---|---|",
            *_sizes(found),
            "",
        ]
    )


if __name__ == "__main__":
    started = time.perf_counter()
    print(section(*map(int, sys.argv[1:3])))
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)
