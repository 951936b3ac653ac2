"""Tables of the evidence pages, and the intervals beside their figures."""

import numpy as np
import numpy.typing as npt
import polars as pl

from evidence_score import METHODS, MULTIPLES, OURS, PATHS

FloatArray = npt.NDArray[np.float64]
STATED = tuple(place / 10 for place in range(1, 10))
_RESAMPLES = 2000
_Z95 = 1.96


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson)."""
    share, square = hits / count, _Z95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z95 * np.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown; a bar within a cell is escaped, for it would end the cell."""
    header, *rows = ([cell.replace("|", "\\|") for cell in row] for row in (header, *rows))
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def paired(ours: FloatArray, other: FloatArray, groups: npt.NDArray[np.int64]) -> tuple[float, float, float]:
    """Return the ratio of two sums with its 95 % interval (bootstrap).

    Whole groups (companies, origins) are drawn again, for their outcomes go together.
    """
    count = int(groups.max()) + 1
    mine, its = np.bincount(groups, ours, count), np.bincount(groups, other, count)
    chosen = np.random.default_rng(0).integers(count, size=(_RESAMPLES, count))
    low, high = np.quantile(mine[chosen].sum(axis=1) / its[chosen].sum(axis=1), [0.025, 0.975])
    return float(mine.sum() / its.sum()), float(low), float(high)


def ratio(rows: pl.DataFrame, reference: str) -> tuple[float, float, float]:
    """Return our CRPS divided by a reference's on the same outcomes."""
    names = ["number", "origin", "level", "series"]
    wide = rows.filter(pl.col("method").is_in([OURS, reference])).pivot("method", index=names, values="crps", aggregate_function="first")
    groups = wide.select(pl.struct("number", "origin").rank("dense") - 1).to_series().to_numpy().astype(np.int64)
    return paired(wide[OURS].to_numpy(), wide[reference].to_numpy(), groups)


def covered(rows: pl.DataFrame) -> str:
    """Return the share of outcomes in the 80 % interval with its own 95 % interval."""
    hits, count = int(rows["covered"].to_numpy().sum()), rows.height
    low, high = wilson(hits, count)
    return f"{hits / count:.1%} ({low:.0%}–{high:.0%}, n = {count})"


def probabilities(rows: pl.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return how likely passing each multiple of last year was said to be, and whether it happened."""
    said = np.concatenate([rows[f"said {multiple}"].drop_nulls().to_numpy() for multiple in MULTIPLES])
    came = np.concatenate([rows[f"came {multiple}"].drop_nulls().to_numpy() for multiple in MULTIPLES])
    return said, came


def ece(said: FloatArray, came: FloatArray) -> float:
    """Return the expected calibration error over ten bins."""
    bins = np.minimum((said * 10).astype(int), 9)
    return float(sum(abs(said[bins == at].mean() - came[bins == at].mean()) * (bins == at).mean() for at in np.unique(bins)))


def perfect(rows: pl.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return the ECE and the coverage of an 80 % interval that a perfect forecaster of our chances would show, ``(runs,)`` each.

    In each run the outcomes of a company are those of one of our own paths, so that our chances are true by making, and
    outcomes go together within a company as the paths say; companies are drawn apart.
    """
    mine = rows.filter(pl.col("method") == OURS)
    place = np.array(mine["drawn"].to_list(), dtype=np.float64)
    known = [mine[f"said {multiple}"].is_not_null().to_numpy() for multiple in MULTIPLES]
    said, _ = probabilities(mine)
    # a path passes what is passed with probability p where its place is above 1 - p; half a path guards against rounding
    least = 1 - said + 0.5 / PATHS
    came = np.concatenate([place[one] for one in known]) > least[:, None]
    errors = np.array([ece(said, run) for run in came.T.astype(np.float64)])
    return errors, np.asarray(((place > 0.1) & (place <= 0.9)).mean(axis=0))


def chances(rows: pl.DataFrame) -> str:
    """Return Brier score, ECE, CRPS and coverage of each method, levels pooled, and what chance alone makes of ours."""
    out = []
    for method in METHODS:
        mine = rows.filter(pl.col("method") == method)
        said, came = probabilities(mine)
        sums = float(mine["crps"].to_numpy().sum() / np.abs(mine["actual"].to_numpy()).sum())
        brier = float(((said - came) ** 2).mean())
        out.append([method, str(len(said)), f"{brier:.4f}", f"{ece(said, came):.3f}", f"{sums:.4f}", covered(mine)])
    errors, covers = perfect(rows)
    low, high = np.quantile(covers, [0.025, 0.975])
    columns = ["method", "n", "Brier", "ECE", "CRPS ÷ actual", "80 % interval covers (95 %)"]
    return f"""{table(columns, out)}

A perfect forecaster of the same chances as ours would show an ECE of {errors.mean():.3f} (95 % of {len(errors)} runs: at
most {np.quantile(errors, 0.95):.3f}) and cover {low:.1%}–{high:.1%} (95 %): outcomes drawn from our own paths, one path a company,
so that its levels go together."""


def bins(rows: pl.DataFrame) -> str:
    """Return what was said in each tenth, and how often it happened."""
    said, came = probabilities(rows.filter(pl.col("method") == OURS))
    at = np.minimum((said * 10).astype(int), 9)
    out = [[f"{said[at == one].mean():.0%}", f"{came[at == one].mean():.0%}", str(int((at == one).sum()))] for one in np.unique(at)]
    return table(["said", "happened", "n"], out)


def stated(rows: pl.DataFrame) -> FloatArray:
    """Return the share of outcomes at or below each stated quantile, 0.1 … 0.9."""
    place = rows.filter(pl.col("method") == OURS)["place"].to_numpy()
    return np.array([float((place <= one).mean()) for one in STATED])
