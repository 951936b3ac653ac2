from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from tests.calc.test_people import table
from yunchou.calc.known_people import _last_year, by_pair, know_people
from yunchou.calc.people import read_people
from yunchou.calc.periods import add_months
from yunchou.calc.plan_cells import PlanYear
from yunchou.calc.plan_settings import parse_settings
from yunchou.calc.sales_months import sum_months


def ahead(year=2017, starts=1, *, whole):
    months = PlanYear(year=year, starts=starts).months
    amounts = np.arange(12.0)[None, None, :]
    return SimpleNamespace(cells=SimpleNamespace(months=months), whole_last_year=whole, last_year=amounts, last_twelve=10 * amounts)


def test_a_last_year_read_wholly_is_the_year_before():
    months, amounts = _last_year(ahead(whole=True), date(2016, 12, 1))
    assert months == PlanYear(year=2016, starts=1).months
    assert amounts.tolist() == [list(range(12))]


@pytest.mark.parametrize(
    ("last", "year", "starts"), [(date(2016, 9, 1), 2017, 1), (date(2015, 3, 1), 2017, 1), (date(2016, 9, 1), 2017, 4)]
)
def test_a_last_year_read_in_part_is_the_twelve_months_read_last(last, year, starts):
    months, amounts = _last_year(ahead(year, starts, whole=False), last)
    assert sorted(months) == [add_months(last, back) for back in range(-11, 1)]
    assert [month.month for month in months] == [month.month for month in PlanYear(year=year, starts=starts).months]
    assert amounts[0, 1] == 10  # tolerance 0: taken as it is


def test_values_of_members_are_summed_by_pair():
    assert by_pair(np.array([1.0, 2.0, 4.0]), np.array([1, 0, 1]), 3).tolist() == [2, 5, 0]


LINES = pl.DataFrame(
    {
        "date": [date(year, month, 3) for year in (2015, 2016) for month in range(1, 13)] * 2,
        "amount": [Decimal(100)] * 48,
        "person": ["甲"] * 24 + ["乙"] * 24,
    }
)


def known(lines, rows, settings=None):
    members = read_people(table(*rows), {})
    sales = sum_months(lines, before=date(2017, 1, 1))
    return know_people(members, lines, sales, before=date(2017, 1, 1), settings=parse_settings(settings or {}))


def test_attrition_is_that_of_the_settings_else_learnt_else_published():
    rows = [("甲", "一队"), ("乙", "一队")]
    given = known(LINES, rows, {"capacity": {"attrition": "10%"}})
    assert (given.leaving.mean, given.leaving.shapes) == (pytest.approx(0.1, abs=1e-12), None)
    learned = known(LINES, rows)
    assert learned.leaving.mean == pytest.approx(5 / 22, abs=1e-12)
    assert "2 人年" in learned.leaving.basis.zh
    published = known(LINES.drop("person"), rows)
    assert published.leaving.mean == pytest.approx(0.25, abs=1e-12)
    assert "13%–26%" in published.leaving.basis.zh


def test_sales_are_known_only_when_a_name_matches():
    assert known(LINES, [("甲", "一队"), ("丙", "一队")]).is_sold_known
    assert not known(LINES, [("丙", "一队")]).is_sold_known
    assert not known(LINES.drop("person"), [("甲", "一队")]).is_sold_known


def test_learned_ramps_are_filled_in():
    (member,) = known(LINES, [("丙", "一队", "2017-02-01", "", "", "", "", "自动")]).members
    assert [float(share) for share in member.ramp] == [0, 0.25, 0.5, 0.75, 1]
