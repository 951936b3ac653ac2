from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.errors import BadInput
from yunchou.calc.plan_cells import Cells, PlanYear, whole_cells

SERIES = pl.DataFrame({"product": ["base", "base", "star"], "tier": ["base", "base", "star"], "region": ["东", "西", "东"]})
CELLS = Cells(series=SERIES, customer_tiers=("A", "new"), months=PlanYear(year=2017, starts=1).months)


def test_plan_year_that_starts_in_april_ends_in_march():
    span = PlanYear(year=2017, starts=4)
    assert span.names[0] == "2017-04"
    assert span.names[-1] == "2018-03"
    assert span.before.first == date(2016, 4, 1)


def test_mask_takes_tiers_in_both_languages_and_months_from_the_start():
    mask = CELLS.mask({"product": ["明星"], "customer_tier": ["new"]}, "drivers[0]", date(2017, 11, 1))
    assert mask.sum() == 2
    assert mask[2, 1, 10:].all()


def test_mask_of_an_absent_tier_is_empty():
    assert not CELLS.mask({"product": ["potential"]}, "x").any()


@pytest.mark.parametrize(("where", "near"), [({"region": ["西区"]}, "西"), ({"customer_tier": ["D"]}, "A"), ({"product": ["sta"]}, "star")])
def test_mask_of_an_unknown_name_is_refused_with_the_nearest(where, near):
    with pytest.raises(BadInput) as refusal:
        CELLS.mask(where, "drivers[0]")
    assert near in refusal.value.text.en


def test_frame_has_a_row_a_cell_in_the_order_of_the_axes():
    values = np.arange(np.prod(CELLS.shape)).reshape(CELLS.shape)
    frame = CELLS.frame(amount_minor=values)
    assert frame.height == 3 * 2 * 12
    assert frame.row(12 + 1) == ("base", "东", "new", "2017-02", 13)
    assert frame.select("product", "region", "customer_tier", "month").is_unique().all()


@settings(deadline=None)
@given(st.lists(st.floats(min_value=-1e9, max_value=1e9), min_size=1, max_size=40))
def test_whole_cells_sum_to_the_total_and_stay_within_a_unit(values):
    exact = np.array(values)
    total = round(float(exact.sum()))
    whole = whole_cells(exact, total)
    assert int(whole.sum()) == total
    assert np.abs(whole - exact).max() <= 1 + 1e-3
