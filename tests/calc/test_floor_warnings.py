from decimal import Decimal

import numpy as np
import pytest

from yunchou.calc.chosen_target import Chosen
from yunchou.calc.floor_warnings import floor_warnings, raised_warnings
from yunchou.calc.plan import Scenario
from yunchou.calc.plan_cascade import Floored
from yunchou.calc.plan_settings import Floor

TOTALS = np.arange(1, 1001) * 1_000_000.0


@pytest.mark.parametrize(("units", "told_of"), [(24, []), (25, ["floor 1 lies 25% above the expected amount"])])
def test_a_floor_far_above_what_is_expected_is_told(units, told_of):
    mask = np.array([True, True, False])
    floor = Floored(floor=Floor(where={"region": ("华东",)}, growth=Decimal("0.6"), source="总部"), mask=mask, before_minor=1, units=units)
    found = floor_warnings([floor], np.array([1500, 500, 9000]), unit_minor=100)
    assert [warning.en.split(":")[0] for warning in found] == told_of


def test_what_a_floor_does_to_others_depends_on_who_set_the_target():
    floor = Floored(floor=Floor(where={}, growth=Decimal(1), source=""), mask=np.array([True, False]), before_minor=1, units=50)
    (free,) = floor_warnings([floor], np.array([1500, 500]), unit_minor=100)
    (fixed,) = floor_warnings([floor], np.array([1500, 500]), unit_minor=100, is_fixed=True)
    assert free.zh.endswith("很难达成，总目标也因此被抬高")
    assert fixed.zh.endswith("很难达成，其余部分的目标也因此被压低")


def test_raised_targets_say_from_what_to_what_and_the_odds_before_and_after():
    scenarios = [
        Scenario(name="conservative", probability=0.4, target_minor=600_000_000, raised_minor=400_000_000),
        Scenario(name="base", probability=0.4, target_minor=600_000_000, raised_minor=200_000_000),
        Scenario(name="stretch", probability=0.35, target_minor=650_000_000),
    ]
    chosen = Chosen(scenario="base", target_minor=600_000_000, raised_minor=200_000_000)
    assert [warning.zh for warning in raised_warnings(chosen, scenarios, TOTALS, "CNY")] == [
        "增长下限把目标从 400.0 万元抬高到 600.0 万元（多 200.0 万元），达成把握由 60% 变为 40%：抬高的是目标，不是预测",
        "增长下限也抬高了其他方案的目标：“稳健”多 400.0 万元，把握 40%",
    ]
    assert raised_warnings(Chosen(target_minor=1), scenarios[2:], TOTALS, "CNY") == ()
