"""People of a plan, judged: without and with a person column, and at their edges."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from yunchou.calc.plan_settings import parse_settings
from yunchou.calc.planning import make_plan

PARTS = ("growth_minor", "headcount_minor", "potential_change_minor", "over_minor")
STRENGTH = {"甲": 6.0, "乙": 3.0, "丙": 1.0, "丁": 2.0}


def lines():
    """Two years of monthly sales: 甲 and 乙 in the east, 丙 and 丁 in the north, 甲 always twice 乙."""
    random = np.random.default_rng(2)
    rows = [
        (date(year, month, 15), Decimal(round(1000 * strength * random.lognormal(0, 0.05))), "东" if person in "甲乙" else "北", person)
        for year in (2015, 2016)
        for month in range(1, 13)
        for person, strength in STRENGTH.items()
    ]
    return pl.DataFrame(rows, schema=["date", "amount", "region", "person"], orient="row")


LINES = lines()
ROWS = [("甲", "东队", "东"), ("乙", "东队", "东"), ("丙", "北队", "北"), ("丁", "北队", "北")]
COLUMNS = ("person", "unit", "region", "start_on", "end_on", "fte", "ramp", "last_quota")


def people(*rows):
    return pl.DataFrame([dict(zip(COLUMNS, row, strict=False)) for row in rows], schema=dict.fromkeys(COLUMNS, pl.String))


def planned(*rows, settings=None, frame=LINES, **more):
    return make_plan(frame, year=2017, settings=parse_settings(settings or {}), people=people(*(rows or ROWS)), **more)


@pytest.fixture(scope="module")
def known():
    return planned(settings={"over_assignment": {"person": "10%"}})


@pytest.fixture(scope="module")
def unknown():
    return planned(frame=LINES.drop("person"))


def column(plan, name):
    return dict(plan.people.select("person", name).iter_rows())


def test_potential_follows_what_people_sold_and_quotas_capacity(known):
    potential, target = column(known, "potential_minor"), column(known, "target_minor")
    assert potential["甲"] > 1.5 * potential["乙"]
    assert target["甲"] == pytest.approx(target["乙"], rel=1e-3)
    fair = known.people_plan.fairness
    # with the same quota, who has sold half as much is asked for too much
    assert set(fair.outliers) == {"甲", "乙", "丙", "丁"}
    assert known.people_plan.is_sold_known


def test_quotas_by_sales_follow_potential():
    made = planned(settings={"quotas": {"by": "sales"}})
    assert made.people_plan.fairness.outliers == ()
    assert made.people_plan.fairness.gini == pytest.approx(0, abs=1e-4)
    assert made.people["target_minor"].sum() == made.target_minor


def test_without_a_person_column_potential_is_that_of_regions(unknown):
    potential = column(unknown, "potential_minor")
    assert potential["甲"] == pytest.approx(potential["乙"], rel=1e-6)
    assert not unknown.people_plan.is_sold_known
    assert "没有人员列" in unknown.people_plan.basis.zh


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_moves_lead_from_last_year_to_the_quota_exactly(name, request):
    for row in request.getfixturevalue(name).people.iter_rows(named=True):
        assert row["last_year_minor"] + sum(row[part] for part in PARTS) == row["quota_minor"], row["person"]


def test_last_year_of_people_is_what_they_sold(known):
    sold = LINES.filter(pl.col("date") >= date(2016, 1, 1)).group_by("person").agg(pl.col("amount").sum())
    assert column(known, "last_year_minor") == {person: int(amount * 100) for person, amount in sold.iter_rows()}


def test_probabilities_fall_with_over_assignment(known):
    lines_ = known.people_plan.risk.lines
    for name in ("company", "unit", "person"):
        values = [getattr(line, name) for line in lines_]
        assert values == sorted(values, reverse=True), name
    assert lines_[0].company == pytest.approx(known.probability, abs=2e-3)
    assert 0 < known.people["probability"].min() < known.people["probability"].max() < 1


def test_order_of_people_and_lines_changes_nothing(known):
    again = make_plan(
        LINES.sample(fraction=1, shuffle=True, seed=4),
        year=2017,
        settings=parse_settings({"over_assignment": {"person": "10%"}}),
        people=people(*reversed(ROWS)),
    )
    assert again.people.equals(known.people)
    assert again.people_plan.capacity.units.equals(known.people_plan.capacity.units)
    assert again.people_plan.risk == known.people_plan.risk


def test_last_quota_stands_for_last_year():
    made = planned(("甲", "东队", "东", "", "", "", "", "50,000"), *ROWS[1:])
    assert column(made, "last_year_minor")["甲"] == 5_000_000
    assert "1 人的去年指标" in made.people_plan.basis.zh


def test_names_that_match_nobody_are_told():
    made = planned(*((f"{row[0]}01", *row[1:]) for row in ROWS))
    assert any("没有一个对得上" in warning.zh for warning in made.warnings)
    assert not made.people_plan.is_sold_known
    assert made.people["last_year_minor"].sum() > 0


def test_quotas_by_sales_without_a_person_column_are_told():
    made = planned(frame=LINES.drop("person"), settings={"quotas": {"by": "sales"}})
    assert any("quotas.by" in warning.zh for warning in made.warnings)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("戊", "东队", "东", "2018-03-01"), id="starts after the year"),
        pytest.param(("戊", "东队", "东", "2015-01-01", "2016-06-30"), id="ended before"),
        pytest.param(("戊", "南队", "南"), id="region without sales"),
        pytest.param(("戊", "东队", "东", "2017-12-15", "", "", "0/25/50/75/100"), id="hired in December"),
    ],
)
def test_who_carries_nothing_has_neither_quota_nor_probability(row):
    made = planned(*ROWS, row)
    found = made.people.filter(pl.col("person") == "戊").row(0, named=True)
    assert (found["target_minor"], found["quota_minor"], found["probability"]) == (0, 0, None)
    assert made.people["target_minor"].sum() == made.target_minor
    assert any("戊" in warning.zh for warning in made.warnings)


def test_when_nobody_works_in_the_year_there_is_no_risk_to_weigh():
    made = planned(("甲", "东队", "东", "2015-01-01", "2016-12-31"))
    assert made.people_plan.risk is None
    assert made.people_plan.fairness.people == 0
    assert made.people_plan.capacity.units["load"].to_list() == [None, None]
    assert made.people["probability"].to_list() == [None]


def test_a_person_without_region_sells_everywhere():
    made = planned(("甲", "东队", ""), ("丙", "北队", "北"))
    target = column(made, "target_minor")
    assert target["甲"] > target["丙"] > 0
    assert made.targets.filter(pl.col("person").is_null()).is_empty()


def test_a_learned_ramp_is_the_published_one_where_nobody_is_new():
    made = planned(*ROWS[:3], ("丁", "北队", "北", "2017-01-01", "", "", "learned"))
    (curve,) = made.people_plan.ramps
    assert curve.newcomers == 0
    assert made.people.filter(pl.col("person") == "丁")["capacity"][0] == pytest.approx(9.5, abs=1e-3)


def test_hires_of_the_settings_carry_no_quota_but_help_capacity():
    hires = {"capacity": {"hires": [{"unit": "新队", "from": "2017-01", "count": 3}]}}
    made = planned(settings=hires)
    assert "新队" not in made.units["unit"].to_list()
    found = made.people_plan.capacity.units.filter(pl.col("unit") == "新队").row(0, named=True)
    assert found["target_minor"] == 0
    assert found["median_minor"] > 0
    assert any("“新队”不在人员表里" in warning.zh for warning in made.warnings)


def test_capacity_that_does_not_suffice_is_told():
    made = planned(settings={"capacity": {"attrition": "40%"}}, target_minor=40_000_000)
    assert any("扛不住" in warning.zh for warning in made.warnings)
    assert made.people_plan.capacity.attrition_basis.zh == "设置给定"
