import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.floors import least_total, mend_floors, raise_to_floors, round_cells, share_with_floors

WEIGHTS = np.array([10.0, 20.0, 30.0, 40.0])
FIRST, LAST, EVEN = (np.array(mask, dtype=bool) for mask in ([1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0]))


def test_share_without_floors_is_proportional():
    assert share_with_floors(WEIGHTS, 200.0, [], []) == pytest.approx(WEIGHTS * 2, abs=1e-9)


def test_share_lifts_a_group_to_its_floor_and_the_rest_gives_in_proportion():
    # worked by hand: 60 over 10:20 is 20 and 40; the other 40 over 30:40
    assert share_with_floors(WEIGHTS, 100.0, [FIRST], [60.0]) == pytest.approx([20, 40, 40 * 3 / 7, 40 * 4 / 7], abs=1e-6)


def test_share_leaves_a_floor_that_is_met_anyway_alone():
    assert share_with_floors(WEIGHTS, 100.0, [FIRST], [20.0]) == pytest.approx(WEIGHTS, abs=1e-9)


def test_share_gives_everything_to_a_floor_that_asks_for_all():
    assert share_with_floors(WEIGHTS, 100.0, [FIRST], [100.0]) == pytest.approx([100 / 3, 200 / 3, 0, 0], abs=1e-9)


def test_raise_lifts_a_group_to_its_floor_and_leaves_the_rest_alone():
    # worked by hand: 10:20 raised to 60 is 20 and 40; the rest stays 30 and 40
    assert raise_to_floors(WEIGHTS, [FIRST], [60.0]) == pytest.approx([20, 40, 30, 40], abs=1e-9)
    assert raise_to_floors(WEIGHTS, [FIRST, LAST], [30.0, 40.0]) == pytest.approx(WEIGHTS, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(min_value=0, max_value=500), min_size=3, max_size=3))
def test_raise_meets_crossing_floors_and_lowers_nothing(least):
    raised = raise_to_floors(WEIGHTS, [FIRST, LAST, EVEN], least)
    assert (raised >= WEIGHTS - 1e-9).all()
    for mask, wanted in zip([FIRST, LAST, EVEN], least, strict=True):
        assert raised[mask].sum() >= wanted - 1e-4


def test_least_total_counts_an_overlap_once_and_an_empty_group_never():
    assert least_total(WEIGHTS, [FIRST, EVEN], [60.0, 50.0]) == 60
    assert least_total(WEIGHTS, [FIRST, LAST], [60.0, 50.0]) == 110
    assert least_total(np.array([0.0, 0.0, 1.0, 1.0]), [FIRST], [1.0]) == float("inf")
    assert least_total(WEIGHTS, [], []) == 0


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=60), st.floats(min_value=0, max_value=30), st.floats(min_value=0, max_value=60))
def test_share_meets_crossing_floors_and_sums_to_the_total(one, two, three):
    masks, least = [FIRST, LAST, EVEN], [one, two, three]
    if least_total(WEIGHTS, masks, least) > 99:
        return
    amounts = share_with_floors(WEIGHTS, 100.0, masks, least)
    assert amounts.sum() == pytest.approx(100, abs=1e-6)
    assert (amounts >= 0).all()
    for mask, wanted in zip(masks, least, strict=True):
        assert amounts[mask].sum() >= wanted - 1e-4


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1), st.integers(min_value=0, max_value=10**10))
def test_round_cells_is_exact_and_within_a_unit_at_every_level(seed, total):
    amounts = np.random.default_rng(seed).gamma(0.3, 1.0, size=3 * 2 * 12)
    index = np.arange(72)
    families = ([index // 24, index // 12], [index % 12 // 3, index % 12])
    units = round_cells(amounts, total, families)
    exact = amounts * (total / amounts.sum())
    near = 1 + 1e-6 * max(1, total / 1e9)
    assert int(units.sum()) == total
    assert np.abs(units - exact).max() <= near
    for level in (*families[0], *families[1]):
        assert np.abs(np.bincount(level, weights=units) - np.bincount(level, weights=exact)).max() <= near


def test_mend_floors_moves_single_units_into_the_group():
    units, exact = np.array([3, 2, 5, 4]), np.array([3.4, 2.4, 4.6, 3.6])
    mended = mend_floors(units, exact, [FIRST], [6])
    assert mended.tolist() == [4, 2, 4, 4]
