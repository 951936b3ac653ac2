from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.demo.demand import industry_months, make_market, season
from yunchou.demo.geography import REGIONS
from yunchou.demo.names import INDUSTRY_NAMES
from yunchou.demo.products import CATALOGUE
from yunchou.demo.sizes import SIZES
from yunchou.demo.truth import default_truth, truth_from
from yunchou.demo.workdays import make_days, number_of

DAYS = make_days()
STEADY = {
    "regions": {name: {"growth": 0.0} for name in REGIONS},
    "products": {item.name: {"growth": 0.0} for item in CATALOGUE},
}


def market(truth):
    return make_market(SIZES["s"], truth_from(truth), DAYS)


def product(name):
    return next(place for place, item in enumerate(CATALOGUE) if item.name == name)


def test_demand_of_2023_is_the_planted_revenue():
    # Products lean to regions by a few per cent, which does not cancel out exactly.
    assert market({}).planned[:, :, 0].sum() == pytest.approx(152e6, rel=0.02)


def test_demand_without_growth_is_the_same_every_year():
    planned = market(STEADY).planned[0, product("协同平台企业版")]
    assert planned == pytest.approx(planned[0], rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.floats(min_value=-0.4, max_value=1.0), st.floats(min_value=-0.3, max_value=0.5))
def test_demand_grows_by_product_times_region(product_growth, region_growth):
    truth = {"regions": {"华南": {"growth": region_growth}}, "products": {"协同平台企业版": {"growth": product_growth}}}
    planned = market(truth).planned[REGIONS.index("华南"), product("协同平台企业版")]
    # The days' weights tilt a year's mean a little; a leap year is a day longer.
    assert planned[2] / planned[1] - 1 == pytest.approx((1 + product_growth) * (1 + region_growth) - 1, abs=0.025)


def test_a_new_product_rises_from_nothing_to_its_share():
    truth = STEADY | {
        "products": STEADY["products"] | {"质检助手 AI": {"launched_on": date(2024, 1, 2), "ramp_months": 12.0, "growth": 0.0}}
    }
    planned = market(truth).planned[:, product("质检助手 AI")].sum(axis=0)
    assert planned[0] == 0.0 < planned[1] < planned[2]
    # Full share of all regions' demand, the whitespace region's on top, once the ramp is over.
    assert planned[2] == pytest.approx(0.07 * 152e6, rel=0.08)


def test_nothing_is_asked_for_before_the_launch_or_after_the_last_orders():
    made = market({})
    late = made.yuan[:, product("智能排产 AI")].sum(axis=0)
    assert late[: number_of(date(2025, 3, 3))].sum() == 0.0 < late[number_of(date(2025, 6, 3))]
    old = made.yuan[:, product("边缘网关 G1")].sum(axis=0)
    assert old[number_of(date(2025, 5, 2)) :].sum() == 0.0 < old[number_of(date(2025, 4, 28))]
    assert not made.on_sale[product("边缘网关 G1"), number_of(date(2025, 7, 1))]


def test_days_off_ask_only_for_what_is_sold_online():
    made = market({})
    off = made.yuan[:, :, ~DAYS.working].sum(axis=(0, 2))
    assert (off[~made.online] == 0.0).all()
    assert (off[made.online] > 0.0).all()


def test_season_dips_around_spring_festival_and_rises_in_the_second_half():
    weight = season(default_truth().seasonality, DAYS)
    ordinary, festival = weight[number_of(date(2023, 4, 12))], weight[number_of(date(2024, 2, 10))]
    assert ordinary == 1.0
    assert festival == pytest.approx(0.45, abs=1e-12)
    assert weight[number_of(date(2023, 8, 1))] == pytest.approx(1.18, abs=1e-12)
    assert weight[number_of(date(2023, 12, 1))] == pytest.approx(1.18 * 1.12, abs=1e-12)
    assert (weight > 0).all()


def test_industries_buy_the_same_over_a_year_and_public_bodies_late():
    months = industry_months()
    assert months.mean(axis=1) == pytest.approx(1.0, abs=1e-12)
    public = months[INDUSTRY_NAMES.index("政企")]
    assert public[9:].sum() > 1.5 * public[:3].sum()


def test_line_values_shrink_when_more_lines_are_wanted():
    few, many = (make_market(SIZES[size], default_truth(), DAYS) for size in ("s", "m"))
    # Size m has ten times the lines of size s and seven times its revenue.
    assert 0.5 < (many.usual_yuan / few.usual_yuan)[0] < 0.8
    assert np.ptp(many.usual_yuan / few.usual_yuan) == pytest.approx(0.0, abs=1e-9)
