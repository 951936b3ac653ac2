from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.attainment import attainment_of_company
from yunchou.calc.errors import BadInput
from yunchou.calc.recommendation import recommend
from yunchou.calc.stakes import Market, Stakes

TOTALS = np.random.default_rng(1).gamma(40, 2_500_000, size=2000)  # around 1,000,000.00, 16 % apart


def market(growth, low=None, high=None, source="协会"):
    rate = Decimal(growth)
    return Market(growth=rate, low=Decimal(low or growth), high=Decimal(high or growth), source=source)


def made(totals=TOTALS, *, chosen=100_000_000, last=90_000_000, stakes=None, grown=None, raised=lambda asked: asked, unit=100):
    stakes = stakes or Stakes()
    return recommend(
        totals,
        chosen_minor=chosen,
        last_year_minor=last,
        stakes=stakes,
        market=grown,
        attainment=attainment_of_company(totals, float(stakes.people_spread)),
        raised=raised,
        unit_minor=unit,
        currency="CNY",
    )


def test_cost_leads_to_the_newsvendors_quantile():
    # the worked example of the newsvendor: missing costs 3, sandbagging 1: reach it with 3 ÷ (3 + 1)
    (cost, _) = made(stakes=Stakes(cost_of_missing=Decimal(3), cost_of_sandbagging=Decimal(1))).considerations
    assert cost.figures["wanted_probability"] == pytest.approx(0.75, abs=1e-12)
    assert cost.target_minor == pytest.approx(np.quantile(TOTALS, 0.25), rel=1e-3)
    assert cost.probability == pytest.approx(0.75, abs=1e-3)


@settings(deadline=None)
@given(st.floats(min_value=0.05, max_value=20), st.floats(min_value=0.05, max_value=20))
def test_no_candidate_costs_less_than_the_target_the_costs_lead_to(missing, sandbagging):
    stakes = Stakes(cost_of_missing=Decimal(str(missing)), cost_of_sandbagging=Decimal(str(sandbagging)))
    found = made(stakes=stakes)
    best = made(stakes=stakes, chosen=found.considerations[0].target_minor).chosen
    room = 100 * (missing + sandbagging) + 1  # a target is cut to the unit
    assert all(candidate.cost_minor >= best.cost_minor - room for candidate in found.candidates)


def test_expected_cost_of_a_worked_example():
    found = made(np.array([100.0, 200.0, 300.0]), chosen=250, stakes=Stakes(), unit=1)
    # below 250 by 150, 50 and 0; above by 50 once: 200 ÷ 3 and 50 ÷ 3, weighed 1.5 to 1
    assert (found.chosen.missing_minor, found.chosen.sandbagging_minor, found.chosen.cost_minor) == (67, 17, 117)


def test_recommendation_is_the_middle_of_three_and_the_mean_of_two():
    two = made()
    cost, people = (one.target_minor for one in two.considerations)
    assert two.recommended.target_minor == (cost + people) // 2 // 100 * 100
    three = made(grown=market("0.3"))
    assert three.recommended.target_minor == max(cost, people), "the market asks for more than both: the larger of them is the middle"
    assert made(grown=market("-0.5")).recommended.target_minor == min(cost, people)


def test_more_people_at_target_or_more_luck_lower_what_the_people_lead_to():
    def people(**changes):
        return made(stakes=Stakes(**{name: Decimal(value) for name, value in changes.items()})).considerations[1].target_minor

    assert people(people_at_target="0.8") < people(people_at_target="0.6") < people(people_at_target="0.4")
    assert people(people_spread="0.3") < people(people_spread="0.1") < people(people_spread="0")


def test_people_without_luck_of_their_own_are_the_company():
    found = made(stakes=Stakes(people_spread=Decimal(0)))
    assert found.considerations[1].target_minor == pytest.approx(found.considerations[0].target_minor, rel=1e-3)
    assert found.recommended.people_share == pytest.approx(found.recommended.probability, abs=1e-3)


def test_market_leads_to_last_year_grown_with_its_range():
    (_, _, grown) = made(grown=market("0.1", "0.05", "0.2")).considerations
    assert (grown.target_minor, grown.figures["low_target_minor"], grown.figures["high_target_minor"]) == (
        99_000_000,
        94_500_000,
        108_000_000,
    )
    assert grown.figures["low_probability"] > grown.probability > grown.figures["high_probability"]
    assert len(made(grown=market("0.1"), last=0).considerations) == 2


def test_market_that_cannot_be_counted_is_refused():
    with pytest.raises(BadInput, match="too large"):
        made(grown=market("999999999"))


def test_floors_raise_the_recommendation_too_and_it_says_so():
    found = made(raised=lambda asked: asked + 500_000_000)
    assert found.raised_minor == 500_000_000
    assert found.recommended.probability == 0
    assert any(reason.zh == "推荐目标中有 500.0 万元是增长下限抬高的" for reason in found.reasons)


def test_reasons_say_where_the_chosen_target_differs_and_that_share_is_lost():
    same = made()
    same = made(chosen=same.recommended.target_minor)
    assert [reason.zh for reason in same.reasons][-1] == "所选目标就是推荐目标"
    low = made(chosen=80_000_000, grown=market("0.1"))
    assert "所选目标比推荐低" in low.reasons[1].zh
    assert low.reasons[-1].zh == "所选目标比跟上市场少 19.0 万元：即使完成，份额也会下降"


def test_reasons_never_say_a_chance_of_nought():
    found = made(chosen=10**11)
    assert "预计 <0.1% 的人完成" in found.reasons[1].zh
    assert not found.is_among_candidates(found.chosen)
    assert found.is_among_candidates(found.recommended)


def test_candidates_rise_and_their_odds_and_people_fall():
    candidates = made().candidates
    assert len(candidates) == 19
    for name in ("probability", "people_share", "sandbagging_minor"):
        values = [getattr(candidate, name) for candidate in candidates]
        assert values == sorted(values, reverse=True)


def test_year_that_is_certain_has_one_candidate():
    found = made(np.full(10, 5_000_000.0), chosen=5_000_000)
    assert [(one.target_minor, one.cost_minor) for one in found.candidates] == [(5_000_000, 0)]
