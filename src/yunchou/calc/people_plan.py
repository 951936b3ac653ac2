"""What a plan says of its people beyond their targets: what they can carry, the risk of their quotas, and whether these are fair."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunchou.calc.attainment import bring
from yunchou.calc.capacity import share_out, staff_cells
from yunchou.calc.fairness import Fairness, explain_moves, judge_fairness
from yunchou.calc.headcount import CapacityCheck, check_capacity, draw_stays
from yunchou.calc.known_people import KnownPeople, by_pair, last_year_of
from yunchou.calc.money import IntArray
from yunchou.calc.people import FULL_MONTH, capacity
from yunchou.calc.plan_cascade import PLAN
from yunchou.calc.plan_people import PeopleSpread
from yunchou.calc.plan_settings import PlanSettings
from yunchou.calc.quota_risk import OVERS, QuotaRisk, Reached, count_reached, joint_results, weigh_over_assignments
from yunchou.calc.ramp_curve import RampCurve
from yunchou.calc.reading import nearest
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text
from yunchou.calc.wording import odds, percent
from yunchou.calc.year_ahead import YearAhead

_MOST_RESULTS = 20_000_000
_MOST_STAYS = 6_000_000
_FEWEST_DRAWS, _MOST_DRAWS = 200, 2000
_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class PeoplePlan:
    """What people can carry, the risk of quotas, their fairness, the ramps used, and on what last year's parts rest.

    ``risk`` is None where nobody has a target. ``is_sold_known``: potential rests on what people sold, else on their regions alone.
    """

    capacity: CapacityCheck
    risk: QuotaRisk | None
    fairness: Fairness
    ramps: tuple[RampCurve, ...]
    basis: Text
    is_sold_known: bool
    warnings: tuple[Text, ...]


def judge_people(
    given: PeopleSpread,
    known: KnownPeople,
    ahead: YearAhead,
    paths_minor: FloatArray,
    *,
    mean_minor: FloatArray,
    target_minor: int,
    product_tiers: dict[str, str],
    factors: Mapping[str, float] | None,
    settings: PlanSettings,
    seed: int,
) -> tuple[pl.DataFrame, pl.DataFrame, PeoplePlan] | None:
    """Judge what a plan asks of its people; None without people.

    Args:
        given: The plan's rows and the sums of people and units.
        known: The people.
        ahead: The year before decisions.
        paths_minor: Shape ``(paths, series, 12)``, with drivers.
        mean_minor: Shape ``(series, 12)``, expected with drivers.
        target_minor: The target.
        product_tiers: Tier of each product.
        factors: What people bring beside what capacity says, of ``factors_of``.
        settings: What a person decided.
        seed: Of everything random.

    Returns:
        ``people`` and ``units`` with their added columns, and the judgement.

    Source: own; docs/methods/capacity.md, quotas.md, fairness.md.
    """
    if given.people is None or given.units is None or given.staffing is None:
        return None
    chosen = given.targets.filter(pl.col("scenario") == PLAN)
    people = given.people.sort("unit", "person")
    pairs = {pair: at for at, pair in enumerate(people.select("unit", "person").iter_rows())}
    pair_of = np.array([pairs[member.unit, member.person] for member in known.members])
    active = capacity(known.members, ahead.cells.months)
    stays = draw_stays(
        known.leaving,
        len(known.members),
        seed=seed,
        draws=min(max(_MOST_STAYS // max(len(known.members), 1), _FEWEST_DRAWS), _MOST_DRAWS),
    )
    base = last_year_of(known, ahead, product_tiers, pairs, pair_of)
    able = staff_cells(known.members, ahead.cells, product_tiers, factors)
    potential = by_pair(share_out(mean_minor, able).sum(axis=1), pair_of, len(pairs))
    moves = explain_moves(
        before=base.before,
        even=base.even,
        staffed=base.staffed,
        targets=people["target_minor"].to_numpy().astype(np.float64),
        quotas=people["quota_minor"].to_numpy().astype(np.float64),
        growth=target_minor / base.whole_minor - 1 if base.whole_minor > 0 else 0.0,
    )
    people = people.with_columns(
        pl.Series("capacity", by_pair(active.sum(axis=1) / FULL_MONTH, pair_of, len(pairs))),
        pl.Series("potential_minor", np.rint(potential).astype(np.int64)),
        pl.Series("last_year_minor", np.rint(base.before).astype(np.int64)),
        *(pl.Series(name, values, dtype=pl.Int64) for name, values in moves.items()),
    )
    units, risk = given.units, None
    if (people["target_minor"] > 0).any():
        results = joint_results(
            bring(paths_minor, chosen, people.select("unit", "person"), ahead.cells, most_values=_MOST_RESULTS), known.luck[0], seed=seed
        )
        totals = paths_minor.sum(axis=(1, 2))
        people, units, reached = _reached(people, units, results, settings)
        risk = weigh_over_assignments(
            reached,
            totals,
            target_minor,
            _in_seat(people, active, stays, pair_of),
            people_at_target=float(settings.stakes.people_at_target),
            certainty=float(settings.capacity.certainty),
            luck=known.luck,
        )
    else:
        people = people.with_columns(pl.lit(None, dtype=pl.Float64).alias("probability"))
        units = units.with_columns(pl.lit(None, dtype=pl.Float64).alias("probability"))
    by_month = chosen.group_by("unit", "month").agg(pl.col("amount_minor").sum())
    months = {f"{month:%Y-%m}": at for at, month in enumerate(ahead.cells.months)}
    targets: dict[str | None, IntArray] = {}
    for unit, month, amount in by_month.iter_rows():
        targets.setdefault(unit, np.zeros(len(months), dtype=np.int64))[months[month]] = amount
    unassigned = targets.pop(None, np.zeros(len(months), dtype=np.int64))
    check = check_capacity(
        known.members,
        active,
        stays,
        targets_minor={unit: amounts for unit, amounts in targets.items() if unit is not None},
        unassigned_minor=unassigned,
        last_year=base.by_unit,
        settings=settings.capacity,
        leaving=known.leaving,
        ramps={position: curve.shares for position, curve in known.ramps.items()},
        months=ahead.cells.months,
        luck=known.luck[0],
        seed=seed,
    )
    used = tuple(known.ramps.values()) if any(member.is_ramp_learned for member in known.members) else (known.ramps[None],)
    judged = PeoplePlan(
        capacity=check,
        risk=risk,
        fairness=judge_fairness(people),
        ramps=used,
        basis=base.basis,
        is_sold_known=known.is_sold_known,
        warnings=(
            *_unknown_people(known),
            *_basis_warnings(known, settings),
            *_hire_warnings(known, settings),
            *_capacity_warnings(check),
        ),
    )
    return people, units, judged


def _in_seat(people: pl.DataFrame, active: IntArray, stays: IntArray, pair_of: IntArray) -> FloatArray:
    """Return for each draw the share of all targets that stays with people still here, shape ``(draws,)``."""
    whole = active.sum(axis=1)
    by_pair = np.bincount(pair_of, weights=whole, minlength=people.height)[pair_of]
    part = np.divide(whole, by_pair, out=np.zeros(len(whole)), where=by_pair > 0) * people["target_minor"].to_numpy()[pair_of]
    reached = np.hstack([np.zeros((len(active), 1)), active.cumsum(axis=1)])
    kept = np.divide(reached, whole[:, None], out=np.ones(reached.shape), where=whole[:, None] > 0)
    held = kept[np.arange(len(active))[None, :], stays] @ part
    shares: FloatArray = held / max(float(part.sum()), 1.0)
    return shares


def _reached(
    people: pl.DataFrame, units: pl.DataFrame, results: FloatArray, settings: PlanSettings
) -> tuple[pl.DataFrame, pl.DataFrame, Reached]:
    """Return people and units with the probability of reaching what is asked of them, and how the over-assignments fare."""
    starts = np.nonzero((people["unit"] != people["unit"].shift(1)).fill_null(value=True).to_numpy())[0]
    targets, quotas = (people[name].to_numpy().astype(np.float64) for name in ("target_minor", "quota_minor"))
    reached = count_reached(results, targets, starts, (*OVERS, float(settings.over_assignment.unit)))
    own = count_reached(results, quotas, starts)
    named = pl.DataFrame({"unit": people["unit"].gather(starts), "probability": reached.units[-1]})
    asked = people.with_columns(pl.Series("probability", own.people[0])).with_columns(
        pl.when(pl.col("quota_minor") > 0).then("probability").alias("probability")
    )
    asked_of = np.add.reduceat(targets, starts) > 0  # a unit without a target has none to reach
    weighed = Reached(people=reached.people[:-1], units=reached.units[:-1, asked_of], shares=reached.shares[:-1])
    return asked, units.join(named, on="unit", how="left").sort("unit"), weighed


def _unknown_people(known: KnownPeople) -> tuple[Text, ...]:
    if known.sales is None or known.is_sold_known:
        return ()
    return (
        Text(
            "people.csv 的人名与明细的人员列没有一个对得上：请检查写法（工号还是姓名）",
            "no person of people.csv stands in the lines' person column: check how they are written (number or name)",
        ),
    )


def _basis_warnings(known: KnownPeople, settings: PlanSettings) -> tuple[Text, ...]:
    if settings.quota_basis == "capacity" or known.sales is not None:
        return ()
    return (
        Text(
            "quotas.by: sales 需要明细里有人员列（--person），没有就按产能分",
            "quotas.by: sales needs a person column in the lines (--person); without one quotas follow capacity",
        ),
    )


def _hire_warnings(known: KnownPeople, settings: PlanSettings) -> tuple[Text, ...]:
    listed = {member.unit for member in known.members}
    new = sorted({hire.unit for hire in settings.capacity.hires} - listed)
    return tuple(
        Text(
            f"capacity.hires：部门“{unit}”不在人员表里，当作新部门（最接近的是 {nearest(unit, listed)}）",
            f"capacity.hires: unit “{unit}” is not among the people and counts as a new one; the nearest is {nearest(unit, listed)}",
        )
        for unit in new
    )


def _capacity_warnings(check: CapacityCheck) -> tuple[Text, ...]:
    units = check.units.filter(pl.col("unit").is_not_null() & (pl.col("target_minor") > 0))
    short = units.filter(pl.col("load").is_null() | (pl.col("load") > 1)).sort("load", descending=True, nulls_last=False)
    whole = check.units.filter(pl.col("unit").is_null()).row(0, named=True)
    if not short.height and whole["probability"] >= check.certainty:
        return ()
    zh, en = [], []
    if short.height:
        named = short["unit"].to_list()[:_SHOWN]
        worst = short["load"][0]
        more = "" if worst is None else percent(worst * (1 + check.growth) - 1, 0)
        zh.append(f"{short.height} 个部门（{'、'.join(named)}{'…' if short.height > _SHOWN else ''}）按去年的人均产出扛不住全年目标")
        en.append(
            f"{short.height} units ({', '.join(named)}{' …' if short.height > _SHOWN else ''}) cannot carry the year at last year's yield"
        )
        if more:
            zh.append(f"人均最多要比去年多卖 {more}")
            en.append(f"a full person has to sell up to {more} more than last year")
    said = odds(whole["probability"])
    leaving = (f"算上每年 {percent(check.attrition, 0)} 的流失，", f"with {percent(check.attrition, 0)} leaving a year ")
    zh.append(f"{leaving[0] if check.attrition else ''}全公司扛得住的把握是{' ' if said.zh[0].isdigit() else ''}{said.zh}")
    en.append(f"{leaving[1] if check.attrition else ''}the company carries it with a probability of {said.en}")
    first = check.hires.filter(pl.col("unit").is_null()).row(0, named=True)
    if first["even"]:
        zh.append(f"{first['month']} 起全公司共补 {first['even']} 人，各部门各有五成把握")
        en.append(f"{first['even']} newcomers in all from {first['month']} on give each unit even odds")
    return (Text("；".join(zh), "; ".join(en)),)
