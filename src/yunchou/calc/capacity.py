"""Who gets which part of each cell: by capacity, exactly, and how much more is asked of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from yunchou.calc.allocation import allocate_largest_remainder
from yunchou.calc.errors import BadInput
from yunchou.calc.money import IntArray
from yunchou.calc.people import Member, capacity
from yunchou.calc.plan_cells import Cells, Mask
from yunchou.calc.plan_settings import PRODUCT_TIERS
from yunchou.calc.reading import nearest
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text
from yunchou.calc.tier_reasons import tier_name

_SHOWN = 5
_PPM = Decimal("0.000001")
_SPLIT = {"cell": pl.Int64, "member": pl.Int64, "amount": pl.Int64}


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Who may take which cells.

    ``eligible``: shape ``(series, members)``. ``active``: ``(members, 12)``, what each counts for in a month: capacity in
    millionths of a full month, where quotas follow sales times the person's factor in thousandths.
    """

    members: tuple[Member, ...]
    eligible: Mask
    active: IntArray
    warnings: tuple[Text, ...]

    @property
    def is_open(self) -> Mask:
        """Return which product × region somebody may take in which month, shape ``(series, 12)``."""
        found: Mask = (self.eligible.astype(np.int64) @ (self.active > 0)) > 0
        return found

    def of(self, row: int) -> tuple[IntArray, IntArray]:
        """Return who may take a product × region, and their weights by month, shape ``(12, able)``."""
        # Only those who may sell here: thousands of people times thousands of cells would not fit.
        able = np.nonzero(self.eligible[row] & (self.active > 0).any(axis=1))[0]
        return able, self.active[able].T


def staff_cells(
    members: Sequence[Member], cells: Cells, product_tiers: dict[str, str], factors: Mapping[str, float] | None = None
) -> Staffing:
    """Return on which product × region each member may sell, and what the member counts for in each month.

    A member's ``product`` may be a tier or a product; a product stands for the cells of its tier where the plan
    goes down to tiers only.

    Args:
        members: The people.
        cells: The cells of the plan.
        product_tiers: Tier of each product of the history.
        factors: By person, how many times as much as capacity alone says; None where quotas follow capacity.

    Raises:
        BadInput: A member's product is neither a tier nor a product of the history.

    Source: own; see docs/methods/people.md.
    """
    active = capacity(members, cells.months)
    if factors is not None:
        active = active * np.array([max(round(1000 * factors.get(member.person, 1.0)), 1) for member in members])[:, None]
    eligible = np.zeros((cells.series.height, len(members)), dtype=np.bool_)
    known_regions = set(cells.series["region"].to_list())
    names, tiers, regions = (cells.series[column].to_numpy() for column in ("product", "tier", "region"))
    elsewhere: dict[str, list[str]] = {}
    for at, member in enumerate(members):
        products = {_product(name, member, product_tiers, cells) for name in member.products}
        for region in member.regions:
            if region not in known_regions:
                elsewhere.setdefault(region, []).append(member.person)
        may = np.ones(len(names), dtype=np.bool_)
        if products:
            meant = {name.removeprefix("tier:") for name in products if name.startswith("tier:")}
            may &= np.isin(names, list(products)) | np.isin(tiers, list(meant))
        if member.regions:
            may &= np.isin(regions, list(member.regions))
        eligible[:, at] = may
    warnings = [
        Text(
            f"people.csv：{'、'.join(people[:3])} 等 {len(people)} 人负责的区域“{region}”在历史里没有业绩，分不到目标",
            f"people.csv: {len(people)} people ({', '.join(people[:3])}) stand in “{region}”, no history there, so no target",
        )
        for region, people in sorted(elsewhere.items())
    ]
    return Staffing(members=tuple(members), eligible=eligible, active=active, warnings=tuple(warnings))


def share_out(amounts: FloatArray, staffing: Staffing) -> FloatArray:
    """Return each member's part of amounts by product × region and month, in proportion to what members count for.

    Args:
        amounts: Shape ``(series, 12)``, in any unit. What nobody may take is nobody's part.
        staffing: Who may take what.

    Returns:
        Shape ``(members, 12)``.

    Source: own.
    """
    found = np.zeros((len(staffing.members), amounts.shape[1]))
    for row in range(len(amounts)):
        able, weights = staffing.of(row)
        whole = weights.sum(axis=1, keepdims=True)
        shares = np.divide(weights, whole, out=np.zeros(weights.shape), where=whole > 0)
        found[able] += (amounts[row][:, None] * shares).T
    return found


def _product(name: str, member: Member, product_tiers: dict[str, str], cells: Cells) -> str:
    if name in PRODUCT_TIERS:
        return f"tier:{PRODUCT_TIERS[name]}"
    if name in set(cells.series["product"].to_list()):
        return name
    if name in product_tiers:
        return f"tier:{product_tiers[name]}"
    near = nearest(name, [*PRODUCT_TIERS, *product_tiers])
    raise BadInput(
        Text(
            f"people.csv：“{member.person}”的产品“{name}”不在历史里，最接近的是 {near}",
            f"people.csv: product “{name}” of “{member.person}” is not in the history; the nearest is {near}",
        )
    )


def split_over_people(units: IntArray, staffing: Staffing) -> pl.DataFrame:
    """Split each cell over those who may take it, in proportion to capacity, exactly.

    Who comes first where capacities tie moves on from cell to cell, so that no one collects all odd units.

    Args:
        units: Shape ``(series, customer tiers, 12)``, whole units.
        staffing: Who may take what.

    Returns:
        ``cell`` (index into the raveled cells), ``member`` (index, null where nobody may take the cell), ``amount``
        (whole units); sorted. Who gets nothing of a cell is left out; an empty cell stands with its ablest member.

    Source: ``allocation.allocate_largest_remainder``.
    """
    series, tiers, months = units.shape
    flat = units.reshape(series, -1)
    month = np.tile(np.arange(months), tiers)
    found = []
    for row in range(series):
        able, by_month = staffing.of(row)
        first = row * tiers * months
        weights = by_month[month]
        open_cells = weights.sum(axis=1) > 0
        nobody = np.nonzero(~open_cells)[0]
        found.append((first + nobody, np.full(len(nobody), -1), flat[row, nobody]))
        empty = np.nonzero(open_cells & (flat[row] == 0))[0]
        if len(empty):
            found.append((first + empty, able[weights[empty].argmax(axis=1)], flat[row, empty]))
        cells = np.nonzero(open_cells & (flat[row] > 0))[0]
        if len(cells):
            turned = (np.arange(len(able))[None, :] + (first + cells)[:, None]) % len(able)
            parts = allocate_largest_remainder(flat[row, cells], np.take_along_axis(weights[cells], turned, axis=1))
            at, place = np.nonzero(parts)
            found.append((first + cells[at], able[turned[at, place]], parts[at, place]))
    cell, member, amount = (np.concatenate(parts) for parts in zip(*found, strict=True))
    split = pl.DataFrame({"cell": cell, "member": member, "amount": amount}, schema=_SPLIT)
    return split.with_columns(pl.when(pl.col("member") >= 0).then("member")).sort("cell", "member")


def nobody_eligible(cells: Cells, units: IntArray, staffing: Staffing) -> tuple[Text, ...]:
    """Name the cells that hold a target but that nobody may take.

    Source: own.
    """
    open_cells = (units.sum(axis=1) > 0) & ~staffing.is_open
    if not open_cells.any():
        return ()
    zh, en = [], []
    for row in np.nonzero(open_cells.any(axis=1))[0].tolist():
        product, region = cells.series["product"][row], cells.series["region"][row]
        months = [f"{cells.months[at]:%Y-%m}" for at in np.nonzero(open_cells[row])[0].tolist()]
        span = months[0] if len(months) == 1 else f"{months[0]}…{months[-1]}"
        name = tier_name(product)
        zh.append(f"{name.zh} × {region} {span}")
        en.append(f"{name.en} × {region} {span}")
    more = " …" if len(zh) > _SHOWN else ""
    return (
        Text(
            f"这些格子没有可分配的人，person 为空：{'；'.join(zh[:_SHOWN])}{more}（共 {len(zh)} 处）",
            f"nobody is eligible for these cells, their person is null: {'; '.join(en[:_SHOWN])}{more} ({len(en)} in all)",
        ),
    )


def quotas(amounts: IntArray, running: IntArray, over: Decimal, unit_minor: int) -> IntArray:
    """Return what is asked for each amount, over-assignment included.

    The quota of all amounts of a person together is their sum × (1 + over), rounded half up to whole units; the parts
    are differences of such running sums, so nothing is lost between rows.

    Args:
        amounts: Shape ``(rows,)``, minor units, multiples of the unit, each >= 0.
        running: Shape ``(rows,)``, the person's sum up to and with each row.
        over: Share asked on top.
        unit_minor: The step.

    Source: own; over-assignment as in docs/methods/people.md.
    """
    whole, part = (1 + over.quantize(_PPM)).as_integer_ratio()
    reached = running // unit_minor, (running - amounts) // unit_minor
    # divided in steps, for the product could exceed 63 bits: part is at most a million
    after, before = (units // part * whole + (2 * (units % part) * whole + part) // (2 * part) for units in reached)
    asked: IntArray = (after - before) * unit_minor
    return asked
