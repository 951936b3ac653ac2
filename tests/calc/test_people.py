from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from yunchou.calc.errors import BadInput
from yunchou.calc.people import FULL_MONTH, capacity, read_people, with_learned_ramps
from yunchou.calc.plan_cells import PlanYear

MONTHS = PlanYear(year=2017, starts=1).months
RAMPS = {"新人": (Decimal(0), Decimal("0.5"), Decimal(1))}


def table(*rows):
    columns = ("person", "unit", "start_on", "end_on", "fte", "region", "product", "ramp")
    return pl.DataFrame([dict(zip(columns, row, strict=False)) for row in rows], schema=dict.fromkeys(columns, pl.String))


def test_people_are_read_with_empty_cells_open():
    (member,) = read_people(table(("张伟", "一队", "", None, "", "华东;华北", "", "")), {})
    assert (member.person, member.unit, member.starts_on, member.ends_before) == ("张伟", "一队", None, None)
    assert member.fte == 1
    assert member.regions == ("华东", "华北")
    assert member.products == ()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("张伟", "")], "row 2: “张伟” has no unit"),
        ([("", "一队")], "person is empty"),
        ([("张伟", "一队", "2017-05-01", "2017-04-01")], "end_on 2017-04-01 of “张伟” lies before start_on 2017-05-01"),
        ([("张伟", "一队", "", "", "0")], "must be above 0 and at most 1"),
        ([("张伟", "一队", "", "", "100")], "must be above 0 and at most 1"),
        ([("张伟", "一队", "", "", "全职")], "must be above 0 and at most 1"),
        ([("张伟", "一队", "", "", "1.2")], "must be above 0 and at most 1"),
        ([("张伟", "一队"), ("李娜", "一队"), ("张伟", "一队")], "row 2 and 4: “张伟” stands there twice"),
        ([("张伟", "一队", "2017-01-01", "2017-06-30"), ("张伟", "二队", "2017-06-30")], "row 2 and 3: the times of “张伟” overlap"),
        ([("张伟", "一队", "明天")], "start_on “明天” is no day"),
        ([("张伟", "一队", "", "", "", "", "", "新入")], "the nearest is 新人"),
    ],
)
def test_faults_of_people_are_named_in_one_sentence(rows, told):
    with pytest.raises(BadInput) as refusal:
        read_people(table(*rows), RAMPS)
    assert told in refusal.value.text.en
    assert "\n" not in refusal.value.text.zh


def test_unknown_column_is_named_with_the_nearest():
    with pytest.raises(BadInput, match="the nearest known is start_on"):
        read_people(pl.DataFrame({"person": ["a"], "unit": ["b"], "start": ["2017-01-01"]}), {})


def test_people_who_change_the_unit_stand_twice_without_overlap():
    members = read_people(table(("张伟", "二队", "2017-07-01"), ("张伟", "一队", "2017-01-01", "2017-06-30")), {})
    assert [member.unit for member in members] == ["一队", "二队"]


def test_capacity_counts_days_fte_and_ramp():
    members = read_people(
        table(
            ("甲", "一队", "2017-03-16", "", "0.5", "", "", ""),
            ("乙", "一队", "2017-02-01", "2017-04-15", "", "", "", "新人"),
            ("丙", "一队", "2016-12-01", "", "", "", "", "0/25/50/75/100"),
        ),
        RAMPS,
    )
    by_person = dict(zip([member.person for member in members], capacity(members, MONTHS).tolist(), strict=True))
    assert by_person["甲"][:4] == [0, 0, FULL_MONTH * 16 // 62, FULL_MONTH // 2]
    assert by_person["乙"][:5] == [0, 0, FULL_MONTH // 2, FULL_MONTH // 2, 0]
    assert by_person["丙"][:5] == [250_000, 500_000, 750_000, 1_000_000, 1_000_000]


def test_street_quota_of_the_worked_example():
    # five people × 10,000 × 50 % ramp = 25,000
    members = read_people(table(*((f"新人{at}", "一队", "2017-01-01", "", "", "", "", "50/50") for at in range(5))), {})
    assert capacity(members, [date(2017, 1, 1)]).sum() * 10_000 // FULL_MONTH == 25_000


def test_learned_ramps_are_those_of_the_position_else_of_everybody():
    rows = pl.DataFrame(
        {"person": ["甲", "乙", "丙"], "unit": "一队", "ramp": ["learned", "自动", None], "position": ["大客户", None, "大客户"]}
    )
    members = with_learned_ramps(read_people(rows, {}), {None: (Decimal("0.5"), Decimal(1)), "大客户": (Decimal("0.2"), Decimal(1))})
    ramps = {member.person: member.ramp for member in members}
    assert ramps == {"甲": (Decimal("0.2"), Decimal(1)), "乙": (Decimal("0.5"), Decimal(1)), "丙": (Decimal(1),)}


def test_a_ramp_of_the_settings_called_learned_stays_theirs():
    (member,) = read_people(pl.DataFrame({"person": ["甲"], "unit": ["一队"], "ramp": ["learned"]}), {"learned": (Decimal("0.7"),)})
    assert (member.ramp, member.is_ramp_learned) == ((Decimal("0.7"),), False)


def test_last_quota_is_an_amount():
    def read(value):
        return read_people(pl.DataFrame({"person": ["甲"], "unit": ["一队"], "last_quota": [value]}), {})[0].last_quota

    assert [read("1,200.50"), read(""), read("0")] == [Decimal("1200.50"), None, Decimal(0)]
    for wrong in ("-3", "多", "NaN"):
        with pytest.raises(BadInput, match="an amount of at least 0"):
            read(wrong)
