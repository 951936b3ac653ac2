"""What a sample plan says of its people, made by the same functions as a real one."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from yunchou.calc.fairness import explain_moves, judge_fairness
from yunchou.calc.headcount import Leaving, check_capacity, draw_stays
from yunchou.calc.people import FULL_MONTH, Member, capacity
from yunchou.calc.people_plan import PeoplePlan
from yunchou.calc.people_settings import CapacitySettings
from yunchou.calc.quota_risk import OVERS, count_reached, joint_results, weigh_over_assignments
from yunchou.calc.ramp_curve import published_curve
from yunchou.calc.text import Text

MONTHS = tuple(date(2024, month, 1) for month in range(1, 13))


def with_people(people: pl.DataFrame, targets: pl.DataFrame, target_minor: int) -> tuple[pl.DataFrame, pl.DataFrame, PeoplePlan]:
    """Return people and units with all their columns, and the judgement."""
    people = people.sort("unit", "person")
    members = [
        Member(
            person=person,
            unit=unit,
            manager=None,
            starts_on=date(2024, 4, 1) if at == 2 else None,
            ends_before=None,
            fte=Decimal(1),
            regions=(),
            products=(),
            ramp=published_curve().shares,
        )
        for at, (person, unit) in enumerate(people.select("person", "unit").iter_rows())
    ]
    active, leaving = capacity(members, MONTHS), Leaving(shapes=None, mean=0.1, basis=Text("设置给定", "given in the settings"))
    asked, quotas = (people[name].to_numpy().astype(float) for name in ("target_minor", "quota_minor"))
    before = asked * np.linspace(0.7, 1.1, len(asked))
    moves = explain_moves(before=before, even=before, staffed=before, targets=asked, quotas=quotas, growth=0.1)
    results = joint_results(np.full((200, len(asked)), 1.02) * asked, 0.15, seed=1)
    starts = np.arange(len(asked))
    frame = people.with_columns(
        pl.Series("capacity", active.sum(axis=1) / FULL_MONTH),
        pl.Series("potential_minor", (asked * np.linspace(0.8, 1.3, len(asked))).astype(np.int64)),
        pl.Series("last_year_minor", np.rint(before).astype(np.int64)),
        *(pl.Series(name, values) for name, values in moves.items()),
        pl.Series("probability", count_reached(results, quotas, starts).people[0]),
    )
    months = [f"{month:%Y-%m}" for month in MONTHS]
    by_unit = {
        unit: np.array([targets.filter((pl.col("unit") == unit) & (pl.col("month") == month))["amount_minor"].sum() for month in months])
        for unit in people["unit"]
    }
    check = check_capacity(
        members,
        active,
        draw_stays(leaving, len(members), seed=1, draws=200),
        targets_minor=by_unit,
        unassigned_minor=np.zeros(12, dtype=np.int64),
        last_year={unit: (float(part), 12.0) for unit, part in zip(people["unit"], before, strict=True)},
        settings=CapacitySettings(growth=Decimal("0.05")),
        leaving=leaving,
        ramps={None: published_curve().shares},
        months=MONTHS,
        luck=0.15,
        seed=1,
    )
    risk = weigh_over_assignments(
        count_reached(results, asked, starts, OVERS),
        results.sum(axis=1),
        target_minor,
        np.linspace(0.9, 1, 200),
        people_at_target=0.5,
        certainty=0.8,
        luck=(0.15, 0),
    )
    units = people.select("unit", "target_minor", "quota_minor").with_columns(probability=pl.lit(0.5))
    basis = Text("去年各人的业绩取自明细的人员列", "last year's sales of people are those of the lines' person column")
    judged = PeoplePlan(
        capacity=check,
        risk=risk,
        fairness=judge_fairness(frame),
        ramps=(published_curve(),),
        basis=basis,
        is_sold_known=True,
        warnings=(),
    )
    return frame, units, judged
