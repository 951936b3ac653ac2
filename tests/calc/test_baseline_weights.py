import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.baseline_weights import Origin, best_weights, error_products, past_origins, windows

HALVES = np.array([0.5, 0.5])


def test_origins_lie_a_quarter_year_apart_in_the_later_half() -> None:
    found = past_origins(48, season=12, horizon=12)
    spans = {24: 12, 27: 12, 30: 12, 33: 12, 36: 12, 39: 9, 42: 6}
    assert found == tuple(Origin(known, span) for known, span in spans.items())


def test_origins_leave_a_year_before_them_and_are_none_in_a_single_year() -> None:
    assert past_origins(16, season=12, horizon=4) == (Origin(12, 4),)
    assert past_origins(12, season=12, horizon=12) == ()


def test_origins_of_a_long_history_are_thinned_to_twelve() -> None:
    found = past_origins(240, season=12, horizon=3)
    assert (len(found), found[0].known, found[-1].known) == (12, 120, 237)


def test_windows_count_spans_that_do_not_overlap() -> None:
    found = [windows(length, season=12, horizon=horizon) for length, horizon in ((48, 12), (48, 3), (12, 12))]
    assert found == pytest.approx([2.0, 8.0, 0.25], abs=1e-12)


def test_error_products_by_hand() -> None:
    # errors 0, −2 and −2, 0 of a series of size 10: both sums are off by 10 % a period, single periods by 20 %, never together
    forecasts = np.array([[[10.0, 10.0]], [[8.0, 12.0]]])
    found = error_products(forecasts, np.array([[10.0, 12.0]]), np.array([10.0]))
    sums, single = 0.1**2, 0.2**2 / 2
    both = 0.7 * sums
    np.testing.assert_allclose(found, [[both + 0.3 * single, both], [both, both + 0.3 * single]], rtol=1e-12)


def test_error_products_of_silent_series_are_nothing() -> None:
    assert not error_products(np.zeros((2, 3, 4)), np.ones((3, 4)), np.zeros(3)).any()


@pytest.mark.parametrize(
    ("products", "first"),
    [
        # independent errors weigh by the inverse of their variance
        ([[1.0, 0.0], [0.0, 3.0]], 3 / 4),
        # (σ₂² − σ₁₂) ÷ (σ₁² + σ₂² − 2σ₁₂)
        ([[2.0, 1.0], [1.0, 3.0]], 2 / 3),
        # the second is the first and more: no weight at all, not a negative one
        ([[1.0, 2.0], [2.0, 5.0]], 1.0),
    ],
)
def test_two_forecasts_are_weighed_as_granger_and_ramanathan_do(products: list[list[float]], first: float) -> None:
    np.testing.assert_allclose(best_weights([np.array(products)], HALVES, worth=0), [first, 1 - first], atol=1e-6)


def test_usual_weights_stand_without_evidence_and_against_little() -> None:
    usual = np.array([0.2, 0.8])
    np.testing.assert_array_equal(best_weights([], usual, worth=1.0), usual)
    np.testing.assert_array_equal(best_weights([np.zeros((2, 2))], usual, worth=1.0), usual)
    np.testing.assert_allclose(best_weights([np.diag([1.0, 9.0])], usual, worth=1e4), usual, atol=1e-3)


def test_levels_count_alike_whatever_the_size_of_their_errors() -> None:
    large, small = 1e6 * np.diag([1.0, 3.0]), np.diag([3.0, 1.0])
    np.testing.assert_allclose(best_weights([large, small], HALVES, worth=0), HALVES, atol=1e-9)


@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0, 5))
def test_weights_are_shares_and_follow_the_order_of_the_forecasts(seed: int, count: int, worth: float) -> None:
    random = np.random.default_rng(seed)
    errors = random.standard_normal((count, 8)) * random.gamma(1, 1, (count, 1))
    products, usual, order = errors @ errors.T, random.dirichlet(np.ones(count)), random.permutation(count)
    found = best_weights([products], usual, worth=worth)
    assert found.sum() == pytest.approx(1.0, abs=1e-9)
    assert (found >= 0).all()
    np.testing.assert_allclose(best_weights([products[np.ix_(order, order)]], usual[order], worth=worth), found[order], atol=1e-7)
