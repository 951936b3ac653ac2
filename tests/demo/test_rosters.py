from datetime import date, timedelta

import polars as pl

from yunchou.demo.simulate import simulate
from yunchou.demo.truth import default_truth

from .integrity import broken_rules


def test_the_head_of_a_region_answers_to_the_department_of_the_day(small):
    unit = "R4"
    heads = small.people.filter(pl.col("position") == "manager")["person_code"]
    rows = small.memberships.filter(pl.col("unit_code") == unit, pl.col("person_code").is_in(heads.implode())).sort("starts_on")
    directors = dict(
        small.memberships.join(small.people, on="person_code")
        .filter(pl.col("position") == "director")
        .select("unit_code", "person_code")
        .iter_rows()
    )
    there = rows.filter(
        (pl.col("starts_on") <= date(2025, 6, 30)) & (pl.col("ends_before").is_null() | (pl.col("ends_before") > date(2025, 6, 30)))
    )
    after = rows.filter(
        (pl.col("starts_on") <= date(2025, 7, 1)) & (pl.col("ends_before").is_null() | (pl.col("ends_before") > date(2025, 7, 1)))
    )
    assert there["manager_code"].to_list() == [directors["D2"]]
    assert after["manager_code"].to_list() == [directors["D5"]]


def test_three_departments_stand_at_any_time(small):
    departments = small.units.filter(pl.col("kind") == "department")
    for day in (date(2023, 1, 1), date(2025, 6, 30), date(2025, 7, 1), date(2026, 8, 31)):
        standing = departments.filter(pl.col("starts_on") <= day, pl.col("ends_before").is_null() | (pl.col("ends_before") > day))
        assert standing.height == 3


def test_every_team_of_size_m_has_its_own_manager(medium):
    teams = medium.units.filter(pl.col("kind") == "team", pl.col("unit_code").str.contains(r"^R\dT"))
    managers = medium.memberships.join(medium.people.filter(pl.col("position") == "manager"), on="person_code")
    assert teams.height >= 15
    assert set(teams["unit_code"]) <= set(managers["unit_code"])


def test_whose_last_day_is_today_is_known_to_be_gone_tomorrow(small):
    leaver, last = small.people.filter(pl.col("left_on") > date(2023, 6, 1)).select("person_code", "left_on").row(0)
    that_day = simulate("s", 0, default_truth(), last)
    gone = that_day.memberships.filter(pl.col("person_code") == leaver).sort("starts_on")["ends_before"][-1]
    assert gone == last + timedelta(days=1)
    assert broken_rules(that_day) == []
    day_before = simulate("s", 0, default_truth(), last - timedelta(days=1))
    assert day_before.people.filter(pl.col("person_code") == leaver)["left_on"][0] is None
    assert day_before.memberships.filter(pl.col("person_code") == leaver).sort("starts_on")["ends_before"][-1] is None
