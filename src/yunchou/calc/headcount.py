"""What people can carry month by month against the target, with who leaves and who comes, and how many hires would carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from yunchou.calc.money import IntArray
from yunchou.calc.people import FULL_MONTH, Member
from yunchou.calc.people_settings import CapacitySettings, Hire
from yunchou.calc.periods import distance
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text

_DRAWS = 2000
_LOW, _HIGH = 0.1, 0.9
_MONTHS = 12
# A unit with less than half a full year of capacity last year says too little of what a full month brings.
_LEAST_MONTHS = 6.0
_HireRow = tuple[str | None, str, int | None, int | None]
_MOST_HIRES = 1_000_000
_MONTH_SCHEMA = {
    "unit": pl.String,
    "month": pl.String,
    "target_minor": pl.Int64,
    "capacity": pl.Float64,
    "carry_minor": pl.Int64,
    "low_minor": pl.Int64,
    "median_minor": pl.Int64,
    "high_minor": pl.Int64,
    "probability": pl.Float64,
}
_HIRE_SCHEMA = {"unit": pl.String, "month": pl.String, "even": pl.Int64, "sure": pl.Int64}
_UNIT_SCHEMA = {
    "unit": pl.String,
    "target_minor": pl.Int64,
    "yield_minor": pl.Int64,
    "own_yield": pl.Boolean,
    "capacity": pl.Float64,
    "carry_minor": pl.Int64,
    "load": pl.Float64,
    "median_minor": pl.Int64,
    "probability": pl.Float64,
    "short_from": pl.String,
}


@dataclass(frozen=True, kw_only=True)
class CapacityCheck:
    """Capacity beside the target; a null unit is the whole.

    ``months``: ``unit, month, target_minor, capacity`` (full months of the list as it stands)``, carry_minor`` (what it carries at
    the yield)``, low_minor, median_minor, high_minor`` (80 % interval, leavers and hires counted)``, probability`` (that it carries
    the month). ``units``: a row a unit for the year: ``yield_minor`` (a full month's), ``own_yield`` (else the whole's),
    ``carry_minor`` (what the list as it stands carries), ``load`` (target ÷ that, None where it is nothing), ``probability`` (that
    the year is carried), ``short_from`` (first month that the median does not carry). ``hires``: ``unit, month, even, sure``: how
    many full-time newcomers starting in that month carry the year with even odds and with ``certainty``; null: no number does; of
    the whole: what its units and the cells of nobody need together, for what one has to spare carries no other's cells.
    """

    months: pl.DataFrame
    units: pl.DataFrame
    hires: pl.DataFrame
    attrition: float
    attrition_basis: Text
    growth: float
    certainty: float


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Yearly attrition as a distribution: beta of two shapes, or a fixed share; and where it comes from."""

    shapes: tuple[float, float] | None
    mean: float
    basis: Text

    def draw(self, random: np.random.Generator, draws: int) -> FloatArray:
        """Return monthly chances of leaving, shape ``(draws,)``."""
        yearly = np.full(draws, self.mean) if self.shapes is None else random.beta(*self.shapes, size=draws)
        return 1 - (1 - np.minimum(yearly, 1 - 1e-9)) ** (1 / _MONTHS)


def draw_stays(leaving: Leaving, members: int, *, seed: int, draws: int = _DRAWS) -> IntArray:
    """Draw after how many months of the year each member is gone (12: stays), shape ``(draws, members)``.

    All members of a draw share its attrition; within it they leave independently, with the same chance every month.

    Source: own; geometric waiting times.
    """
    random = np.random.default_rng([seed, 20261])
    monthly = leaving.draw(random, draws)[:, None]
    luck = random.random((draws, members))
    with np.errstate(divide="ignore"):
        waits = np.log1p(-luck) / np.where(monthly > 0, np.log1p(-monthly), -np.inf)
    return np.where(monthly > 0, np.minimum(waits, _MONTHS), _MONTHS).astype(np.int64)


def check_capacity(
    members: Sequence[Member],
    active: IntArray,
    stays: IntArray,
    *,
    targets_minor: Mapping[str, IntArray],
    unassigned_minor: IntArray,
    last_year: Mapping[str, tuple[float, float]],
    settings: CapacitySettings,
    leaving: Leaving,
    ramps: Mapping[str | None, tuple[Decimal, ...]],
    months: Sequence[date],
    luck: float,
    seed: int,
) -> CapacityCheck:
    """Set what each unit's people can carry beside its targets.

    A full month of a unit carries what it brought last year (``yield``), times the month's part of the year's target, so that the
    season is in both. A unit without half a year of capacity last year takes the yield of the whole.

    Args:
        members: The people.
        active: Shape ``(members, 12)``, capacity in millionths of a full month.
        stays: Shape ``(draws, members)`` of ``draw_stays``.
        targets_minor: For each unit its target by month, shape ``(12,)``.
        unassigned_minor: The target of cells that nobody may take, by month.
        last_year: For each unit what its people sold last year (minor units) and their capacity (full months).
        settings: Growth, certainty and hires.
        leaving: Attrition.
        ramps: Ramp of newcomers by position; None: of everybody.
        months: The year's months.
        luck: Spread of the log of a person's own luck: a unit's yield varies by it over the root of its full-time people.
        seed: Of everything random.

    Source: own; capacity = people × yield × ramp: docs/methods/capacity.md.
    """
    growth = float(settings.growth or 0)
    draws = len(stays)
    names = [f"{month:%Y-%m}" for month in months]
    units = sorted({member.unit for member in members} | {hire.unit for hire in settings.hires} | set(targets_minor))
    whole_sold, whole_capacity = (sum(part[at] for part in last_year.values()) for at in (0, 1))
    whole_yield = whole_sold / whole_capacity if whole_capacity > 0 else 0.0
    all_targets = unassigned_minor + sum(targets_minor.values(), start=np.zeros(_MONTHS, dtype=np.int64))
    of_year = _season(all_targets, None)
    ramp = np.array([float(share) for share in ramps[None]])
    month_rows: list[tuple[object, ...]] = []
    unit_rows: list[tuple[object, ...]] = []
    hire_rows: list[_HireRow] = []
    random = np.random.default_rng([seed, 20263])
    drawn_whole, listed_whole, able_whole = np.zeros((draws, _MONTHS)), np.zeros(_MONTHS), np.zeros(_MONTHS)
    for unit in units:
        at = [place for place, member in enumerate(members) if member.unit == unit]
        target = targets_minor.get(unit, np.zeros(_MONTHS, dtype=np.int64))
        sold, had = last_year.get(unit, (0.0, 0.0))
        is_own = had >= _LEAST_MONTHS and sold > 0
        each = (sold / had if is_own else whole_yield) * (1 + growth)
        season = _season(target, of_year) * each
        able = active[at].sum(axis=0) / FULL_MONTH
        drawn = np.zeros((draws, _MONTHS))
        for month in range(_MONTHS):
            drawn[:, month] = (stays[:, at] > month) @ (active[at, month] / FULL_MONTH)
        drawn += _hired([hire for hire in settings.hires if hire.unit == unit], ramp, months, leaving, (draws, seed))
        people = max(float(able.sum()) / _MONTHS, 1.0)
        spread = luck / np.sqrt(people)
        fortune = np.exp(spread * random.standard_normal(draws) - spread**2 / 2)
        carried = drawn * season * fortune[:, None]
        year = _Year(unit=unit, target=target, able=able, listed=able * season, carried=carried)
        month_rows += year.months(names)
        unit_rows.append(year.row(names, each, is_own=is_own))
        hire_rows += year.hires(names, _newcomer(ramp, season, leaving), float(settings.certainty))
        drawn_whole += carried
        listed_whole += able * season
        able_whole += able
    whole = _Year(unit=None, target=all_targets, able=able_whole, listed=listed_whole, carried=drawn_whole)
    month_rows += whole.months(names)
    unit_rows.append(whole.row(names, whole_yield * (1 + growth), is_own=True))
    # What one unit has to spare does not carry another's cells: the whole needs what its units need, and the cells of nobody.
    nobody = np.zeros(_MONTHS)
    left = _Year(unit="", target=unassigned_minor, able=nobody, listed=nobody, carried=np.zeros((1, _MONTHS)))
    season = _season(unassigned_minor, of_year) * whole_yield * (1 + growth)
    hire_rows += left.hires(names, _newcomer(ramp, season, leaving), float(settings.certainty))
    for name in names:
        of_units = [row for row in hire_rows if row[1] == name]
        hire_rows.append((None, name, _sum([row[2] for row in of_units]), _sum([row[3] for row in of_units])))
    hire_rows = [row for row in hire_rows if row[0] != ""]
    return CapacityCheck(
        months=pl.DataFrame(month_rows, schema=_MONTH_SCHEMA, orient="row"),
        units=pl.DataFrame(unit_rows, schema=_UNIT_SCHEMA, orient="row"),
        hires=pl.DataFrame(hire_rows, schema=_HIRE_SCHEMA, orient="row"),
        attrition=leaving.mean,
        attrition_basis=leaving.basis,
        growth=growth,
        certainty=float(settings.certainty),
    )


def _season(target: IntArray, otherwise: FloatArray | None) -> FloatArray:
    """Return each month's part of the year times twelve; a year with empty months takes another's."""
    if (target > 0).all():
        season: FloatArray = target / target.mean()
        return season
    return np.ones(_MONTHS) if otherwise is None else otherwise


def _hired(hires: Sequence[Hire], ramp: FloatArray, months: Sequence[date], leaving: Leaving, drawn: tuple[int, int]) -> FloatArray:
    """Draw the capacity of planned hires by month, shape ``(draws, 12)``: who comes, ramps and may leave again."""
    draws, seed = drawn
    found = np.zeros((draws, _MONTHS))
    for number, hire in enumerate(hires):
        random = np.random.default_rng([seed, 20262, number])
        monthly = leaving.draw(random, draws)
        come = random.binomial(hire.count, float(hire.probability), size=draws)
        first = distance(months[0], hire.starts_on, "M")
        for month in range(max(first, 0), _MONTHS):
            since = month - first
            found[:, month] += come * ramp[min(since, len(ramp) - 1)] * float(hire.fte)
            come = random.binomial(come, 1 - monthly)
    return found


@dataclass(frozen=True, kw_only=True)
class _Year:
    """A unit's year, or the whole's (None): target, capacity and what it carries as listed by month, and as drawn."""

    unit: str | None
    target: IntArray
    able: FloatArray
    listed: FloatArray
    carried: FloatArray

    def months(self, names: Sequence[str]) -> list[tuple[object, ...]]:
        """Return a row a month."""
        low, middle, high = np.quantile(self.carried, [_LOW, 0.5, _HIGH], axis=0)
        enough = (self.carried >= self.target - 0.5).mean(axis=0)
        rows: list[tuple[object, ...]] = []
        for at, name in enumerate(names):
            three = (round(float(part[at])) for part in (low, middle, high))
            rows.append(
                (self.unit, name, int(self.target[at]), float(self.able[at]), round(float(self.listed[at])), *three, float(enough[at]))
            )
        return rows

    def row(self, names: Sequence[str], each: float, *, is_own: bool) -> tuple[object, ...]:
        """Return the row of the year."""
        year, asked, plain = self.carried.sum(axis=1), int(self.target.sum()), float(self.listed.sum())
        middle = np.median(self.carried, axis=0)
        short = [name for at, name in enumerate(names) if self.target[at] > 0 and middle[at] < self.target[at] - 0.5]
        load = asked / plain if plain > 0 else None
        enough = float((year >= asked - 0.5).mean())
        first = short[0] if short else None
        return (
            self.unit,
            asked,
            round(each),
            is_own,
            float(self.able.sum()),
            round(plain),
            load,
            round(float(np.median(year))),
            enough,
            first,
        )

    def hires(self, names: Sequence[str], newcomer: FloatArray, certainty: float) -> list[_HireRow]:
        """Return for each month of start how many newcomers close the year's gap; ``newcomer``: what one of them brings then."""
        year, asked = self.carried.sum(axis=1), int(self.target.sum())
        gaps = [asked - float(np.quantile(year, 1 - sure, method="lower")) for sure in (0.5, certainty)]
        return [(self.unit, name, _count(gaps[0], one), _count(gaps[1], one)) for name, one in zip(names, newcomer.tolist(), strict=True)]


def _newcomer(ramp: FloatArray, season: FloatArray, leaving: Leaving) -> FloatArray:
    """Return what a full-time newcomer brings within the year by month of start; that some leave again is counted by its mean."""
    stays = (1 - leaving.mean) ** (1 / _MONTHS)
    since = np.arange(_MONTHS)
    brought = ramp[np.minimum(since, len(ramp) - 1)] * stays**since
    return np.array([float((brought[: _MONTHS - first] * season[first:]).sum()) for first in since])


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _count(gap: float, one: float) -> int | None:
    if gap <= 0.5:
        return 0
    if one <= 0 or gap / one > _MOST_HIRES:
        return None
    return int(np.ceil(gap / one - 1e-9))
