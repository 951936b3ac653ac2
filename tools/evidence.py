"""Write docs/evidence/planning.md: what the forecast said of years that are over, and how it turned out.

Reads public tables beside the repository (absent ones are left out, and named), simulates companies, and writes
figures only. Takes about five minutes on two cores.
"""

import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

# one thread for linear algebra: the matrices are tiny and threads only wait for each other
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import polars as pl

from evidence_cases import Case, demo_cases, real_cases
from evidence_score import MULTIPLES, OURS, REFERENCES, score, year_of_file

PAGE = Path(__file__).parents[1] / "docs" / "evidence" / "planning.md"
_STATED = tuple(place / 10 for place in range(1, 10))
_RESAMPLES = 2000
_Z95 = 1.96


def _wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson)."""
    share, square = hits / count, _Z95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z95 * np.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def _ratio(rows: pl.DataFrame, reference: str) -> tuple[float, float, float]:
    """Return our CRPS divided by a reference's on the same outcomes, with a paired bootstrap interval (95 %)."""
    wide = rows.filter(pl.col("method").is_in([OURS, reference])).pivot(
        "method", index=["case", "company", "origin", "level", "series"], values="crps", aggregate_function="first"
    )
    ours, other = wide[OURS].to_numpy(), wide[reference].to_numpy()
    random = np.random.default_rng(0)
    chosen = random.integers(len(ours), size=(_RESAMPLES, len(ours)))
    drawn = ours[chosen].sum(axis=1) / other[chosen].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(ours.sum() / other.sum()), float(low), float(high)


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _measures(rows: pl.DataFrame, methods: tuple[str, ...]) -> list[str]:
    """Return one row's cells: n, CRPS of each method, error, coverage."""
    size = float(rows.filter(pl.col("method") == OURS)["actual"].abs().sum())
    cells = [str(rows.filter(pl.col("method") == OURS).height)]
    values = {name: float(rows.filter(pl.col("method") == name)["crps"].sum()) / size for name in methods}
    best = min(values.values())
    cells += [f"**{value:.3f}**" if value == best else f"{value:.3f}" for value in values.values()]
    mine = rows.filter(pl.col("method") == OURS)
    error = float((mine["mean"] - mine["actual"]).abs().sum()) / size
    hits, count = int(mine["covered"].sum()), mine.height
    low, high = _wilson(hits, count)
    return [*cells, f"{error:.1%}", f"{hits / count:.0%} ({low:.0%}–{high:.0%})"]


def _levels_table(scores: pl.DataFrame, part: str) -> str:
    methods = (OURS, *REFERENCES)
    rows = []
    for (title, level), found in scores.filter(pl.col("part") == part).group_by(["case", "level"], maintain_order=True):
        rows.append([str(title), str(level), *_measures(found, methods)])
    return _table(["data", "level", "n", *methods, "our error", "our 80 % interval covers (95 % CI)"], rows)


def _worse(scores: pl.DataFrame) -> str:
    """Name each level and reference that did better than we did; those that chance cannot explain first."""
    sure: list[list[str]] = []
    perhaps: list[list[str]] = []
    for (title, level), found in scores.filter(pl.col("part") == "last").group_by(["case", "level"], maintain_order=True):
        for reference in REFERENCES:
            ratio, low, high = _ratio(found, reference)
            if ratio > 1 and found.height > 5:
                cells = [str(title), str(level), reference, f"{ratio:.2f} ({low:.2f}–{high:.2f})"]
                (sure if low > 1 else perhaps).append(cells)
    header = ["data", "level", "better than we are", "our CRPS ÷ its (95 %)"]
    told = _table(header, sure) if sure else "Nothing is better beyond chance in this run."
    return f"{told}\n\nBetter in this run, though chance can explain it:\n\n{_table(header, perhaps)}" if perhaps else told


def _pooled(scores: pl.DataFrame) -> str:
    rows = []
    for (data,), found in scores.filter(pl.col("part") == "last").group_by(["data"], maintain_order=True):
        for reference in REFERENCES:
            ratio, low, high = _ratio(found, reference)
            rows.append(
                [
                    str(data),
                    reference,
                    f"{ratio:.3f}",
                    f"{low:.3f}–{high:.3f}",
                    "better" if high < 1 else "worse" if low > 1 else "undecided",
                ]
            )
    return _table(["data, all levels", "against", "our CRPS ÷ its", "95 % interval (paired bootstrap)", "we are"], rows)


def _reliability(scores: pl.DataFrame) -> str:
    rows = []
    ours = scores.filter((pl.col("part") == "last") & (pl.col("method") == OURS))
    for (data,), found in ours.group_by(["data"], maintain_order=True):
        place = found["place"].to_numpy()
        happened = [float((place <= stated).mean()) for stated in _STATED]
        gap = float(np.mean(np.abs(np.array(happened) - _STATED)))
        rows.append([str(data), str(len(place)), *(f"{share:.0%}" for share in happened), f"{gap:.3f}"])
    return _table(["data", "n", *(f"said {stated:.0%}" for stated in _STATED), "mean gap"], rows)


def _multiples(scores: pl.DataFrame) -> str:
    """Return how good the stated probabilities of passing multiples of last year were, by method."""
    rows = []
    last = scores.filter((pl.col("part") == "last") & (pl.col("data") == "demo"))
    for method in (OURS, *REFERENCES):
        found = last.filter(pl.col("method") == method)
        said = np.concatenate([found[f"said {multiple}"].to_numpy() for multiple in MULTIPLES])
        came = np.concatenate([found[f"came {multiple}"].to_numpy() for multiple in MULTIPLES])
        bins = np.minimum((said * 10).astype(int), 9)
        gaps = [abs(float(said[bins == place].mean() - came[bins == place].mean())) * (bins == place).mean() for place in np.unique(bins)]
        rows.append([method, str(len(said)), f"{float(((said - came) ** 2).mean()):.3f}", f"{float(sum(gaps)):.3f}"])
    return _table(["method", "n", "Brier", "ECE"], rows)


def _years(cases: list[Case]) -> str:
    rows, seen = [], set()
    for case in cases:
        if case.name in seen:
            continue
        seen.add(case.name)
        year = year_of_file(case)
        amounts = [f"{year[name]:,.0f}" for name in ("before", "mean")]
        interval = f"{year['low']:,.0f} – {year['high']:,.0f}"
        rows.append([str(year["data"]), *amounts, interval, f"{year['actual']:,.0f}", f"{year['said']:.0%}", ", ".join(year["reached"])])
    header = ["data", "year before", "expected", "80 % interval", "what it was", "probability stated for that or more", "targets set at"]
    return _table(header, rows)


def _demo_total(scores: pl.DataFrame) -> str:
    """Return how often a year passed a multiple of the last, beside how likely it was said to be."""
    found = scores.filter((pl.col("data") == "demo") & (pl.col("method") == OURS) & (pl.col("level") == "total"))
    inside = int(found["covered"].sum())
    above = int((found["actual"] > found["high"]).sum())
    below = int((found["actual"] < found["low"]).sum())
    off = (found["mean"] / found["actual"]).to_numpy() - 1
    error, bias = float(np.abs(off).mean()), float(off.mean())
    return (
        f"Of {found.height} companies' totals {inside} lie in the 80 % interval, {above} above it, {below} below;"
        f" the mean error is {error:.1%},"
        f" of which {bias:+.1%} is bias."
    )


def _page(cases: list[Case], scores: pl.DataFrame, seconds: float, absent: list[str]) -> str:
    versions = f"python {sys.version.split()[0]}, numpy {np.__version__}, polars {pl.__version__}, statsforecast {version('statsforecast')}"
    left_out = f" Left out because absent: {', '.join(absent)}." if absent else ""
    return f"""# Does the forecast hold?

Written by `make evidence` ({seconds:.0f} s; {versions}).{left_out} Every figure is of
**the sum of a year** that is over, foretold only from what came before it. How the forecast works: [forecast](../methods/forecast.md).

## The last year of each file

{_years(cases)}

superstore_cn: 2017 from 2014–2016; adventureworks: June 2019 – May 2020 from the 23 months before (fewer than two years, so the
spread is the published one); hier_tourismsmall: 2006 from 1998–2005. One year a file is an anecdote, not a test: read on.

## Last years, all levels

CRPS of the year's sum, divided by the mean actual (lower is better; bold is best); error: absolute error of the mean ÷ actual.
No constant was chosen on these outcomes; but the 35 months of adventureworks make its last window overlap the earlier one, and
momentum of shares was built after runs on other simulated companies showed its lack. SeasonalNaive errs in whole years drawn
from the past, not month by month; these errors are not centred, so past growth goes on. `AutoETS.simulate` of statsforecast
drops undamped trends; it is shown as it is and moved onto the means the library states. Series of one file are not
independent: a good or bad year moves all of them, so intervals over series are too narrow by an unknown factor.

{_levels_table(scores, "last")}

{_pooled(scores)}

## Stated and happened

Share of outcomes at or below the quantile stated, all levels pooled; a perfect forecaster shows the heading. Outcomes of one
file share one year: superstore_cn and adventureworks say how that year was, hier_tourismsmall two, the demo companies twenty
(of one simulator, in which growth lasts).

{_reliability(scores)}

{_demo_total(scores)}

Demo companies, all levels: the probability that the year passes 0.9, 1.0, 1.1 and 1.2 × the year before. Read ECE only
together with Brier: who always says the average has an ECE of 0.

{_multiples(scores)}

## What is worse

{_worse(scores)}

Known without measuring:

- Where a company grows faster every year, as superstore_cn did, half the growth is too little, by design: over many series it is right.
- Festivals, working days, structural breaks and stock-outs are not modelled yet.

## Earlier years

The constants (priors of drift, damping, the weight of a key column's own sum) were chosen looking at these origins.

{_levels_table(scores, "earlier")}
"""


def main() -> int:
    """Measure, and write the page."""
    started = time.perf_counter()
    cases = real_cases()
    parts = []
    for case in cases:
        parts.append(score(case))
        print(f"{time.perf_counter() - started:6.0f} s  {case.title}", flush=True)
    parts.extend(score(case) for case in demo_cases())
    print(f"{time.perf_counter() - started:6.0f} s  demo companies", flush=True)
    expected = ["superstore_cn", "adventureworks", "hier_tourismsmall"]
    absent = [name for name in expected if name not in {case.name for case in cases}]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(_page(cases, pl.concat(parts), time.perf_counter() - started, absent), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
