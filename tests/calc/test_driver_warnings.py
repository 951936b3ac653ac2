from datetime import date
from decimal import Decimal

import numpy as np

from yunchou.calc.driver_warnings import driver_warnings
from yunchou.calc.plan_cells import PlanYear
from yunchou.calc.plan_settings import Driver
from yunchou.calc.target import Driven

YEAR = PlanYear(year=2025, starts=4)
ALL, NONE = np.ones((1, 1, 12), dtype=bool), np.zeros((1, 1, 12), dtype=bool)


def driver(name, *, likely="0.1", probability="1", starts_on=None):
    rate = Decimal(likely)
    return Driver(name=name, where={}, starts_on=starts_on, low=rate, likely=rate, high=rate, probability=Decimal(probability))


def told(drivers, masks, twice, gains=0.0):
    driven = Driven(
        paths=np.zeros((1, 1, 12)), mean=np.zeros((1, 1, 12)), gains=np.full((len(drivers), 1), gains), twice=np.array(twice, dtype=float)
    )
    return [warning.zh for warning in driver_warnings(drivers, masks, driven, mean_minor=100_00.0, year=YEAR, currency="CNY")]


def test_overlap_is_told_with_the_money_that_would_have_counted_twice():
    drivers = [driver(name) for name in ("甲", "乙", "丙", "丁", "戊")]
    assert told(drivers, [ALL, NONE, ALL, ALL, ALL], [0, 0, 1234.5, 0, 50_000])[0] == (
        "增长动因“丙”与“甲”范围重叠：它只按基数计算，不在已加的增长上再加，否则会重复计入 1,235 元；若指的是同一批生意，请只留一个"
    )
    assert "“戊”与“甲”、“丙”、“丁”范围重叠" in told(drivers, [ALL, NONE, ALL, ALL, ALL], [0, 0, 0, 0, 50_000])[0]
    assert "5.0 万元" in told(drivers, [ALL] * 5, [0, 0, 0, 0, 50_000])[0]


def test_drivers_without_doubt_are_not_told():
    assert told([driver("甲", likely="1"), driver("乙")], [ALL, NONE], [0, 0]) == []
    assert told([], [], []) == []


def test_very_large_impossible_and_early_drivers_are_told():
    assert told([driver("甲", likely="1.2")], [ALL], [0]) == ["增长动因“甲”的最可能增幅是 120%，超过一倍：请核对是不是写错了"]
    assert told([driver("甲", probability="0")], [ALL], [0]) == ["增长动因“甲”的概率是 0，不起作用"]
    (early,) = told([driver("甲", starts_on=date(2025, 3, 1))], [ALL], [0])
    assert early.startswith("增长动因“甲”从 2025-03 起，早于规划年度")
    assert told([driver("甲", starts_on=date(2025, 4, 1))], [ALL], [0]) == []


def test_drivers_that_together_more_than_double_the_year_are_told():
    assert told([driver("甲"), driver("乙")], [ALL, ALL], [0, 0], gains=75.0) == [
        "各增长动因合计使全年增加 150%，超过一倍：目标主要靠假设，不靠历史"
    ]
