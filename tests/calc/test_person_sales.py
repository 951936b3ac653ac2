from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from yunchou.calc.periods import add_months
from yunchou.calc.person_sales import PersonSales, attrition_of, luck_of, person_sales

TWO_YEARS = tuple(add_months(date(2015, 1, 1), ahead) for ahead in range(24))


def sales(rows):
    return PersonSales(people=tuple(sorted(rows)), months=TWO_YEARS, amounts=np.array([rows[name] for name in sorted(rows)], dtype=float))


def test_lines_are_summed_by_person_and_month_before_the_year():
    lines = pl.DataFrame(
        {
            "date": [date(2015, 1, 3), date(2015, 1, 30), date(2015, 2, 1), date(2015, 3, 9), date(2015, 2, 5)],
            "amount": [Decimal("1.10"), Decimal("2.20"), Decimal("-0.30"), Decimal(9), Decimal(7)],
            "person": ["乙", " 乙", "乙", "乙", None],
        }
    )
    found = person_sales(lines, before=date(2015, 3, 1), months=TWO_YEARS[:2])
    assert found.people == ("乙",)
    assert found.amounts.tolist() == [[pytest.approx(3.3, abs=1e-12), pytest.approx(-0.3, abs=1e-12)]]
    assert found.of([TWO_YEARS[1], date(2014, 12, 1)])["乙"].tolist() == [pytest.approx(-0.3, abs=1e-12), 0]


def test_without_people_nothing_is_known():
    lines = pl.DataFrame({"date": [date(2015, 1, 3)], "amount": [Decimal(1)]})
    assert person_sales(lines, before=date(2016, 1, 1), months=TWO_YEARS) is None
    nobody = lines.with_columns(person=pl.lit(None, pl.String))
    assert person_sales(nobody, before=date(2016, 1, 1), months=TWO_YEARS) is None


def test_luck_is_the_spread_of_growth_shrunk_to_the_default():
    # growth 1, e^0.4, e^-0.4: variance 0.16 of three people; (3 · 0.16 + 8 · 0.0225) / 11 = 0.06
    rows = {"甲": [1] * 24, "乙": [1] * 12 + [np.exp(0.4)] * 12, "丙": [1] * 12 + [np.exp(-0.4)] * 12}
    assert luck_of(sales(rows), 0.15) == (pytest.approx(0.06**0.5, abs=1e-9), 3)


def test_growth_of_the_whole_is_no_luck():
    rows = {name: [1] * 12 + [2] * 12 for name in "甲乙丙丁"}
    spread, seen = luck_of(sales(rows), 0.15)
    assert (seen, spread) == (4, pytest.approx((8 * 0.0225 / 12) ** 0.5, abs=1e-9))


@pytest.mark.parametrize("known", [None, sales({"甲": [1] * 24, "乙": [0] * 18 + [1] * 6})])
def test_too_little_history_leaves_the_default(known):
    assert luck_of(known, 0.15) == (0.15, 0)


def test_attrition_counts_who_fell_silent():
    rows = {"甲": [1] * 24, "乙": [1] * 18 + [0] * 6, "丙": [0] * 15 + [1] * 9}
    assert attrition_of(sales(rows), 0.25) == (pytest.approx(6, abs=1e-12), pytest.approx(16, abs=1e-12), 2)
    assert attrition_of(None, 0.25) == (5, 15, 0)
