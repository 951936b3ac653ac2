from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.test_people import table
from yunchou.calc.capacity import nobody_eligible, quotas, share_out, split_over_people, staff_cells
from yunchou.calc.errors import BadInput
from yunchou.calc.people import read_people
from yunchou.calc.plan_cells import Cells, PlanYear

SERIES = pl.DataFrame({"product": ["base", "base", "star"], "tier": ["base", "base", "star"], "region": ["东", "西", "东"]})
CELLS = Cells(series=SERIES, customer_tiers=("A", "new"), months=PlanYear(year=2017, starts=1).months)


def staffing(*rows):
    return staff_cells(read_people(table(*rows), {}), CELLS, {"旗舰": "star"})


def test_cells_are_split_by_capacity_over_those_who_may_take_them():
    staff = staffing(
        ("甲", "一队", "", "", "1", "东"), ("乙", "一队", "", "", "0.5", "东", "明星"), ("丙", "二队", "2017-07-01", "", "", "", "旗舰")
    )
    names = pl.DataFrame({"member": range(3), "person": [member.person for member in staff.members]})
    split = split_over_people(np.full(CELLS.shape, 300), staff).join(names, on="member", how="left")
    star_east = split.filter(pl.col("cell") == 2 * 24)
    assert dict(star_east.select("person", "amount").iter_rows()) == {"甲": 200, "乙": 100}
    after_july = split.filter(pl.col("cell") == 2 * 24 + 7)
    assert dict(after_july.select("person", "amount").iter_rows()) == {"甲": 120, "乙": 60, "丙": 120}


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_split_sums_to_every_cell(seed):
    random = np.random.default_rng(seed)
    units = random.integers(0, 1000, size=CELLS.shape)
    split = split_over_people(
        units, staffing(("甲", "一队", "", "", "0.3"), ("乙", "一队", "2017-05-09"), ("丙", "二队", "", "2017-08-08", "", "西"))
    )
    sums = split.group_by("cell").agg(pl.col("amount").sum()).sort("cell")["amount"].to_numpy()
    assert (sums == units.ravel()).all()


def test_equal_people_share_odd_units_evenly():
    split = split_over_people(np.full(CELLS.shape, 1), staffing(("甲", "一队"), ("乙", "一队"), ("丙", "一队")))
    assert split.group_by("member").agg(pl.col("amount").sum())["amount"].to_list() == [24, 24, 24]


def test_cells_that_nobody_may_take_are_named():
    units = np.full(CELLS.shape, 5)
    staff = staffing(("甲", "一队", "2017-03-01", "", "", "东"))
    assert split_over_people(units, staff).filter(pl.col("member").is_null())["amount"].sum() == 5 * (24 + 2 * 2 * 2)
    (warning,) = nobody_eligible(CELLS, units, staff)
    assert "基础 × 东 2017-01…2017-02" in warning.zh
    assert "base × 西 2017-01…2017-12" in warning.en


def test_unknown_product_of_a_person_is_refused_and_an_unsold_region_is_told():
    with pytest.raises(BadInput, match="旗舰"):
        staffing(("甲", "一队", "", "", "", "", "旗舰机"))
    (warning,) = staffing(("甲", "一队", "", "", "", "南极")).warnings
    assert "南极" in warning.zh


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=10**12), max_size=30), st.integers(min_value=0, max_value=1_000_000))
def test_quotas_sum_to_the_raised_total_rounded_once(units, ppm):
    over = Decimal(ppm) / 1_000_000
    amounts = np.array(units, dtype=np.int64) * 100
    asked = quotas(amounts, amounts.cumsum(), over, 100)
    exact = sum(units) * (1 + over)
    assert abs(int(asked.sum()) // 100 - exact) <= Decimal("0.5")
    assert (asked % 100 == 0).all()
    assert (asked >= 0).all()


def test_quota_of_the_worked_example():
    # street 1.0 M over plan 0.8 M is 25 % over-assignment
    assert quotas(np.array([80_000_000]), np.array([80_000_000]), Decimal("0.25"), 100).tolist() == [100_000_000]


def test_amounts_are_shared_out_by_what_people_count_for():
    amounts = np.zeros((3, 12))
    amounts[2] = 300.0  # star in the east
    amounts[1, 0] = 50.0  # base in the west: nobody's
    rows = [
        ("甲", "一队", "", "", "1", "东"),
        ("乙", "一队", "", "", "0.5", "东", "明星"),
        ("丙", "二队", "2017-07-01", "", "", "东", "旗舰"),
    ]
    found = share_out(amounts, staffing(*rows))
    names = [member.person for member in read_people(table(*rows), {})]
    assert dict(zip(names, found[:, 0].tolist(), strict=True)) == {
        "甲": pytest.approx(200, abs=1e-9),
        "乙": pytest.approx(100, abs=1e-9),
        "丙": 0,
    }
    assert found.sum(axis=0) == pytest.approx([300] * 12, abs=1e-9)


def test_factors_weigh_people_beside_capacity():
    rows = [("甲", "一队", "", "", "", "东"), ("乙", "一队", "", "", "", "东")]
    staff = staff_cells(read_people(table(*rows), {}), CELLS, {"旗舰": "star"}, {"甲": 3.0})
    split = split_over_people(np.full(CELLS.shape, 400), staff)
    assert split.filter(pl.col("cell") == 0)["amount"].sort().to_list() == [100, 300]
    assert staff_cells(read_people(table(*rows), {}), CELLS, {}, {"甲": 0.0}).active.min() > 0
