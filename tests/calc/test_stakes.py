from decimal import Decimal

import pytest

from yunchou.calc.errors import BadInput
from yunchou.calc.stakes import Market, Stakes, parse_market, parse_stakes


def test_stakes_of_nothing_are_the_defaults_and_lead_to_the_published_design_level():
    stakes = parse_stakes(None)
    assert stakes == Stakes()
    assert stakes.cost_of_missing / (stakes.cost_of_missing + stakes.cost_of_sandbagging) == stakes.people_at_target == Decimal("0.6")


def test_market_of_nothing_is_none_and_its_range_closes_on_the_growth():
    assert parse_market(None) is None
    rate = Decimal("-0.02")
    assert parse_market({"growth": "-2%"}) == Market(growth=rate, low=rate, high=rate, source="")


@pytest.mark.parametrize("cost", [0, -1, "0"])
def test_costs_of_nothing_are_refused(cost):
    with pytest.raises(BadInput, match="above 0"):
        parse_stakes({"cost_of_sandbagging": cost})
