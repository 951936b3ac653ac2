"""The rows of a plan: every scenario's cells, split over people where there are any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.capacity import nobody_eligible, quotas, split_over_people, staff_cells
from yunchou.calc.money import IntArray
from yunchou.calc.people import Member, capacity
from yunchou.calc.plan_cascade import PLAN
from yunchou.calc.plan_cells import Cells
from yunchou.calc.plan_settings import OverAssignment, PlanSettings
from yunchou.calc.text import Text

_KEYS = ("scenario", "product", "region", "customer_tier", "month", "unit", "person")


@dataclass(frozen=True, kw_only=True)
class PeopleSpread:
    """``targets``, ``people`` and ``units`` as ``Plan`` describes them."""

    targets: pl.DataFrame
    people: pl.DataFrame | None
    units: pl.DataFrame | None
    warnings: tuple[Text, ...]


def spread_people(
    spread: Mapping[str, IntArray],
    cells: Cells,
    members: Sequence[Member] | None,
    product_tiers: dict[str, str],
    settings: PlanSettings,
) -> PeopleSpread:
    """Return the rows of all scenarios; with members, each cell is split over those who may take it.

    Args:
        spread: For each scenario, whole units of the cells.
        cells: The axes.
        members: The people, or None where the plan ends at the cells.
        product_tiers: Tier of each product of the history.
        settings: Unit and over-assignment.

    Raises:
        BadInput: A member's product is unknown.

    Source: own; see docs/methods/people.md.
    """
    over = settings.over_assignment
    if members is None:
        frames = [_rows(cells, units, settings.unit_minor).with_columns(pl.lit(name).alias("scenario")) for name, units in spread.items()]
        empty = [pl.lit(None, dtype=pl.String).alias(name) for name in ("unit", "person")]
        targets = pl.concat(frames).with_columns(empty).select(*_KEYS, "amount_minor").sort(_KEYS)
        idle = over != OverAssignment()
        told = Text("没有人员表，设置里的 over_assignment 不起作用", "without people, over_assignment of the settings has no effect")
        return PeopleSpread(targets=targets, people=None, units=None, warnings=(told,) if idle else ())
    staffing = staff_cells(members, cells, product_tiers)
    names = pl.DataFrame(
        {"member": range(len(members)), "unit": [member.unit for member in members], "person": [member.person for member in members]},
        schema={"member": pl.Int64, "unit": pl.String, "person": pl.String},
    )
    frames = []
    for name, units in spread.items():
        places = (
            _rows(cells, units, settings.unit_minor).drop("amount_minor").with_row_index("cell").with_columns(pl.col("cell").cast(pl.Int64))
        )
        split = split_over_people(units, staffing).join(places, on="cell", how="left").join(names, on="member", how="left")
        frames.append(split.with_columns(pl.lit(name).alias("scenario"), (pl.col("amount") * settings.unit_minor).alias("amount_minor")))
    # A person who changes the unit in a month stands there twice: once a unit.
    targets = pl.concat(frames).group_by(_KEYS).agg(pl.col("amount_minor").sum()).sort(_KEYS)
    targets = _with_quota(targets, over, settings.unit_minor)
    people, units_frame = _people(targets, members, cells), _units(targets, over, settings.unit_minor)
    warnings = (*staffing.warnings, *nobody_eligible(cells, spread[PLAN], staffing), *_idle(people))
    return PeopleSpread(targets=targets, people=people, units=units_frame, warnings=warnings)


def _rows(cells: Cells, units: IntArray, unit_minor: int) -> pl.DataFrame:
    return cells.frame(amount_minor=units * unit_minor)


def _with_quota(targets: pl.DataFrame, over: OverAssignment, unit_minor: int) -> pl.DataFrame:
    """Add ``quota_minor``: per person and scenario the running sum is raised and rounded, so nothing is lost between rows."""
    quota = np.zeros(targets.height, dtype=np.int64)
    amounts = targets["amount_minor"].to_numpy()
    for (_, person), rows in targets.with_row_index("row").group_by("scenario", "person"):
        at = rows["row"].sort().to_numpy()
        quota[at] = quotas(amounts[at], over.company if person is None else over.person, unit_minor)
    return targets.with_columns(pl.Series("quota_minor", quota))


def _people(targets: pl.DataFrame, members: Sequence[Member], cells: Cells) -> pl.DataFrame:
    able = capacity(members, cells.months).sum(axis=1)
    shares = (
        pl.DataFrame(
            {"person": [member.person for member in members], "unit": [member.unit for member in members], "capacity": able},
            schema={"person": pl.String, "unit": pl.String, "capacity": pl.Int64},
        )
        .group_by("person", "unit")
        .agg(pl.col("capacity").sum())
    )
    chosen = targets.filter((pl.col("scenario") == PLAN) & pl.col("person").is_not_null())
    sums = chosen.group_by("person", "unit").agg(pl.col("amount_minor").sum().alias("target_minor"), pl.col("quota_minor").sum())
    total = max(int(able.sum()), 1)
    return (
        shares.join(sums, on=["person", "unit"], how="left")
        .with_columns((pl.col("capacity") / total).alias("capacity_share"), pl.col("target_minor", "quota_minor").fill_null(0))
        .select("person", "unit", "capacity_share", "target_minor", "quota_minor")
        .sort("unit", "person")
    )


def _units(targets: pl.DataFrame, over: OverAssignment, unit_minor: int) -> pl.DataFrame:
    chosen = targets.filter((pl.col("scenario") == PLAN) & pl.col("unit").is_not_null())
    sums = chosen.group_by("unit").agg(pl.col("amount_minor").sum().alias("target_minor")).sort("unit")
    asked = [int(quotas(np.array([amount]), over.unit, unit_minor)[0]) for amount in sums["target_minor"]]
    return sums.with_columns(pl.Series("quota_minor", asked, dtype=pl.Int64))


def _idle(people: pl.DataFrame) -> tuple[Text, ...]:
    idle = people.filter(pl.col("target_minor") == 0)["person"].to_list()
    if not idle:
        return ()
    shown = "、".join(idle[:5])
    return (Text(f"{len(idle)} 人没有分到目标：{shown}", f"{len(idle)} people have no target: {', '.join(idle[:5])}"),)
