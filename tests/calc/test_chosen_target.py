from decimal import Decimal

import numpy as np
import pytest

from yunchou.calc.chosen_target import Chosen, choose_target, scenario_at, stated
from yunchou.calc.errors import BadInput
from yunchou.calc.plan import Scenario
from yunchou.calc.plan_settings import Aim, PlanSettings

TOTALS = np.arange(1, 101) * 1000.0


def at_least_50_000(asked):
    return max(asked, 50_000)


def chosen(scenarios=(), *, target=None, probability=None, settings=None):
    return choose_target(
        scenarios,
        TOTALS,
        target_minor=target,
        probability=probability,
        raised=at_least_50_000,
        settings=settings or PlanSettings(),
    )


def test_scenario_states_the_probability_asked_for_or_of_a_raised_target_its_own():
    low, high = (
        scenario_at(Aim(name="a", probability=Decimal(asked)), TOTALS, raised=at_least_50_000, unit_minor=100) for asked in ("0.8", "0.4")
    )
    assert low == Scenario(name="a", probability=pytest.approx(0.51, abs=1e-12), target_minor=50_000, raised_minor=29_000)
    assert high == Scenario(name="a", probability=pytest.approx(0.4, abs=1e-12), target_minor=61_000)


def test_floors_raise_every_target_but_a_fixed_one():
    assert chosen(target=10_000) == Chosen(target_minor=10_000)
    assert chosen(probability=Decimal("0.8")) == Chosen(target_minor=50_000, raised_minor=29_000)
    base = Scenario(name="base", probability=0.51, target_minor=50_000, raised_minor=9_000)
    assert chosen([base]) == Chosen(scenario="base", target_minor=50_000, raised_minor=9_000)


@pytest.mark.parametrize(("target", "told"), [(0, "above 0"), (-100, "above 0"), (150, "multiple"), (9 * 10**15, "too large")])
def test_fixed_target_that_cannot_be_is_refused(target, told):
    with pytest.raises(BadInput, match=told):
        chosen(target=target)


def test_probability_is_stated_as_asked_only_where_the_paths_agree():
    assert stated(Decimal("0.6"), 0.6004, 2000) == pytest.approx(0.6, abs=1e-12)
    assert stated(Decimal("0.6"), 0.61, 2000) == pytest.approx(0.61, abs=1e-12)
    assert stated(None, 0.61, 2000) == pytest.approx(0.61, abs=1e-12)
