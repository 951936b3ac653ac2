"""The rows of a plan: every scenario's cells, split over people where there are any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.capacity import Staffing, nobody_eligible, quotas, split_over_people, staff_cells
from yunchou.calc.money import IntArray
from yunchou.calc.people import Member, capacity
from yunchou.calc.plan_cascade import PLAN
from yunchou.calc.plan_cells import Cells
from yunchou.calc.plan_settings import OverAssignment, PlanSettings
from yunchou.calc.text import Text


@dataclass(frozen=True, kw_only=True)
class PeopleSpread:
    """``targets``, ``people`` and ``units`` as ``Plan`` describes them."""

    targets: pl.DataFrame
    people: pl.DataFrame | None
    units: pl.DataFrame | None
    warnings: tuple[Text, ...]
    staffing: Staffing | None = None


def spread_people(
    spread: Mapping[str, IntArray],
    cells: Cells,
    members: Sequence[Member] | None,
    product_tiers: dict[str, str],
    settings: PlanSettings,
    *,
    factors: Mapping[str, float] | None = None,
) -> PeopleSpread:
    """Return the rows of all scenarios; with members, each cell is split over those who may take it.

    Args:
        spread: For each scenario, whole units of the cells.
        cells: The axes.
        members: The people, or None where the plan ends at the cells.
        product_tiers: Tier of each product of the history.
        settings: Unit and over-assignment.
        factors: By person, how many times as much as capacity alone says; None where quotas follow capacity.

    Raises:
        BadInput: A member's product is unknown.

    Source: own; see docs/methods/people.md.
    """
    over = settings.over_assignment
    if members is None:
        targets = _rows(spread, cells, [], settings).drop("quota_minor")
        told = Text("没有人员表，设置里的 over_assignment 不起作用", "without people, over_assignment of the settings has no effect")
        return PeopleSpread(targets=targets, people=None, units=None, warnings=(told,) if over != OverAssignment() else ())
    staffing = staff_cells(members, cells, product_tiers, factors)
    targets = _rows(spread, cells, members, settings, staffing)
    people, units = _people(targets, members, cells), _units(targets, over, settings.unit_minor)
    warnings = (*staffing.warnings, *nobody_eligible(cells, spread[PLAN], staffing), *_idle(people))
    return PeopleSpread(targets=targets, people=people, units=units, warnings=warnings, staffing=staffing)


def _rows(
    spread: Mapping[str, IntArray], cells: Cells, members: Sequence[Member], settings: PlanSettings, staffing: Staffing | None = None
) -> pl.DataFrame:
    """Return the rows of all scenarios, sorted by their keys, with ``quota_minor``.

    Rows are grouped and sorted by whole numbers that stand for the keys: sorting millions of rows by words takes minutes.
    """
    places = cells.frame().with_row_index("cell").sort("product", "region", "customer_tier", "month")
    place_of = np.empty(places.height, dtype=np.int64)
    place_of[places["cell"].to_numpy()] = np.arange(places.height)
    pairs = sorted({(member.unit, member.person) for member in members})
    at_pair = {pair: at for at, pair in enumerate(pairs)}
    at_person = {person: at for at, person in enumerate(sorted({person for _, person in pairs}))}
    # the last entry of each stands for nobody; a person with two rows in one unit stands there once
    pair_of = np.array([*(at_pair[member.unit, member.person] for member in members), -1], dtype=np.int64)
    person_of = np.array([*(at_person[person] for _, person in pairs), -1], dtype=np.int64)
    units, people = (
        pl.Series(list(column), dtype=pl.String) for column in ([u for u, _ in pairs] + [None], [p for _, p in pairs] + [None])
    )
    frames = []
    for name in sorted(spread):
        split = _whole(spread[name]) if staffing is None else split_over_people(spread[name], staffing)
        rows = pl.DataFrame(
            {
                "place": place_of[split["cell"].to_numpy()],
                "pair": pair_of[split["member"].fill_null(-1).to_numpy()],
                "amount_minor": split["amount"].to_numpy() * settings.unit_minor,
            }
        )
        rows = rows.group_by("place", "pair").agg(pl.col("amount_minor").sum()).sort("place", "pair")
        place, pair = rows["place"].to_numpy(), rows["pair"].to_numpy()
        frames.append(
            pl.DataFrame(
                {
                    "scenario": pl.repeat(name, rows.height, eager=True),
                    **{key: places[key][place] for key in ("product", "region", "customer_tier", "month")},
                    "unit": units[np.where(pair < 0, len(pairs), pair)],
                    "person": people[np.where(pair < 0, len(pairs), pair)],
                    "amount_minor": rows["amount_minor"],
                    "quota_minor": _quota(rows, person_of[pair], settings),
                }
            )
        )
    return pl.concat(frames)


def _whole(units: IntArray) -> pl.DataFrame:
    return pl.DataFrame({"cell": np.arange(units.size), "member": None, "amount": units.ravel()}, schema_overrides={"member": pl.Int64})


def _quota(rows: pl.DataFrame, person: IntArray, settings: PlanSettings) -> IntArray:
    running = rows.select(pl.col("amount_minor").cum_sum().over(pl.Series("person", person)))["amount_minor"].to_numpy()
    amounts, over = rows["amount_minor"].to_numpy(), settings.over_assignment
    of_people, of_nobody = (quotas(amounts, running, share, settings.unit_minor) for share in (over.person, over.company))
    asked: IntArray = np.where(person < 0, of_nobody, of_people)
    return asked


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
    amounts = sums["target_minor"].to_numpy()
    return sums.with_columns(pl.Series("quota_minor", quotas(amounts, amounts, over.unit, unit_minor), dtype=pl.Int64))


def _idle(people: pl.DataFrame) -> tuple[Text, ...]:
    idle = people.filter(pl.col("target_minor") == 0)["person"].to_list()
    if not idle:
        return ()
    shown = "、".join(idle[:5])
    return (Text(f"{len(idle)} 人没有分到目标：{shown}", f"{len(idle)} people have no target: {', '.join(idle[:5])}"),)
