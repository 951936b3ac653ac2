"""How many people reach their quota at a target: the year's paths, each person's part of them, and a person's own luck."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.plan_cells import Cells
from yunchou.calc.sales_months import FloatArray

_POINTS = 2000
_NO_SPREAD = 1e-6
_MOST_VALUES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """How people's results lie beside their quotas.

    ``logs``: shape ``(points,)``, equally likely over people and paths: the log of the year's target (minor units) at which
    a person's quota equals what is expected of them on that path; minus infinity where nothing is. ``spread``: the standard
    deviation of the log of a person's own luck, whose mean is 1. ``people``: how many, None where no list was given.
    """

    logs: FloatArray
    spread: float
    people: int | None


def attainment_of_company(totals_minor: FloatArray, spread: float) -> Attainment:
    """Return the attainment of people of whom nothing is known: each is the company on a small scale, with luck of their own.

    Source: own.
    """
    return Attainment(logs=_logs(totals_minor), spread=spread, people=None)


def attainment_of_people(
    paths_minor: FloatArray, targets: pl.DataFrame, people: pl.DataFrame, cells: Cells, *, target_minor: int, spread: float
) -> Attainment | None:
    """Return the attainment of a plan's people: each brings, on every path, their part of the cells they carry.

    Quotas are taken to move with the target. None where nobody has a quota.

    Args:
        paths_minor: Shape ``(paths, series, 12)``, with drivers.
        targets: The chosen plan's rows: ``product, region, month, person, amount_minor``.
        people: ``person, quota_minor``, a row a person and unit.
        cells: The axes.
        target_minor: The target that the quotas belong to.
        spread: Of a person's own luck.

    Source: own; see docs/methods/which-target.md.
    """
    quotas = people.group_by("person").agg(pl.col("quota_minor").sum()).filter(pl.col("quota_minor") > 0).sort("person")
    if quotas.is_empty():
        return None
    brought = bring(paths_minor, targets, quotas.select("person"), cells, most_values=_MOST_VALUES)
    return Attainment(
        logs=_logs(brought / quotas["quota_minor"].to_numpy() * target_minor),
        spread=spread,
        people=quotas.height,
    )


def bring(paths_minor: FloatArray, targets: pl.DataFrame, holders: pl.DataFrame, cells: Cells, *, most_values: int) -> FloatArray:
    """Return what each holder brings on each path: their part of every cell's target of what the cell brings.

    Args:
        paths_minor: Shape ``(paths, series, 12)``, with drivers.
        targets: The chosen plan's rows: ``product, region, month, amount_minor`` and the columns of ``holders``.
        holders: A row a holder (``person``, or ``unit`` and ``person``), without repeats.
        cells: The axes.
        most_values: Paths are thinned evenly to keep to so many values: of ten thousand people a few hundred paths say
            the same as all.

    Returns:
        Shape ``(paths used, holders)``.

    Source: own; see docs/methods/which-target.md.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - scipy loads only where used

    months = pl.DataFrame({"month": [f"{month:%Y-%m}" for month in cells.months]}).with_row_index("column")
    series = cells.series.select("product", "region").with_row_index("row")
    keys = ["product", "region", "month"]
    parts = (
        targets.group_by(*keys, *holders.columns)
        .agg(pl.col("amount_minor").sum())
        .join(targets.group_by(keys).agg(pl.col("amount_minor").sum().alias("whole")), on=keys)
        .filter(pl.col("whole") > 0)
        .join(holders.with_row_index("at"), on=holders.columns)
        .join(series, on=["product", "region"])
        .join(months, on="month")
        .select("at", (pl.col("row") * len(cells.months) + pl.col("column")).alias("cell"), pl.col("amount_minor") / pl.col("whole"))
        .sort("cell", "at")
    )
    places = (parts["cell"].to_numpy().astype(np.int64), parts["at"].to_numpy().astype(np.int64))
    shares = csr_array((parts["amount_minor"].to_numpy(), places), shape=(cells.series.height * len(cells.months), holders.height))
    used = paths_minor[:: max(-(-len(paths_minor) * holders.height // most_values), 1)]
    brought: FloatArray = used.reshape(len(used), -1) @ shares
    return brought


def _logs(values: FloatArray) -> FloatArray:
    flat = np.sort(values.ravel())
    if len(flat) > _POINTS:
        flat = flat[((np.arange(_POINTS) + 0.5) / _POINTS * len(flat)).astype(np.int64)]
    return np.log(flat, out=np.full(len(flat), -np.inf), where=flat > 0)


def share_reaching(attainment: Attainment, target_minor: int) -> float:
    """Return the share of people (0…1) expected to reach their quota when the year's target is this; never rising with it.

    Source: own; luck is log-normal with mean 1.
    """
    if target_minor <= 0:
        return 1.0
    from scipy.special import ndtr  # noqa: PLC0415 - scipy loads only where used

    ahead = attainment.logs - np.log(target_minor)
    if attainment.spread < _NO_SPREAD:
        return float((ahead >= 0).mean())
    return float(ndtr(ahead / attainment.spread - attainment.spread / 2).mean())


def target_reached_by(attainment: Attainment, share: float, unit_minor: int) -> int:
    """Return the largest multiple of the unit (minor units) at which at least this share of people reach their quota.

    0 where no target is low enough: too many people have nothing to expect.

    Source: own; by halving, for the share never rises with the target.
    """
    finite = attainment.logs[np.isfinite(attainment.logs)]
    if not len(finite) or share_reaching(attainment, unit_minor) < share:
        return 0
    low, high = 1, max(int(np.exp(finite.max() + 10 * attainment.spread) / unit_minor) + 2, 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if share_reaching(attainment, middle * unit_minor) >= share else (low, middle)
    return low * unit_minor
