import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.reconcile import MOST_DENSE, JointErrors, joint_errors, mint

# errors of three series that are orthogonal: their shrunk covariance is diagonal
ORTHOGONAL = np.array([[1.0, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1]])
ONE_TOTAL = [np.array([0, 0])]


def _summing(groups: list[np.ndarray]) -> np.ndarray:
    """Return the summing matrix: a row a group, then a row a bottom series."""
    upper = [(index[None] == np.arange(index.max() + 1)[:, None]).astype(float) for index in groups]
    return np.concatenate([*upper, np.eye(len(groups[0]))])


def _random_errors(seed: int, series: int, periods: int = 12) -> JointErrors:
    random = np.random.default_rng(seed)
    return joint_errors(random.normal(size=(series, periods)) * random.gamma(2, 1, (series, 1)) + random.normal(size=periods))


def test_gap_is_shared_in_proportion_to_variances_as_by_hand() -> None:
    base = np.array([10.0, 4, 3]).reshape(3, 1, 1)
    # the total is 3 above its series; all err alike, so each of the three moves by 1
    np.testing.assert_allclose(mint(base, groups=ONE_TOTAL, errors=joint_errors(ORTHOGONAL)).ravel(), [9, 5, 4], rtol=1e-12)
    # variances 4, 1, 2 of 7: the total moves down by 12/7, the series up by 3/7 and 6/7
    errors = joint_errors(ORTHOGONAL * np.sqrt([[4.0], [1], [2]]))
    np.testing.assert_allclose(mint(base, groups=ONE_TOTAL, errors=errors).ravel(), [58 / 7, 31 / 7, 27 / 7], rtol=1e-12)


def test_shrinkage_is_as_by_hand() -> None:
    # correlation r = 6/8; its variance (1 − r²) · 8 / (8 · 7) = 1/16; 1/16 ÷ r² = 1/9
    errors = np.array([[1.0, 1, 1, 1, -1, -1, -1, -1], [1, 1, 1, 1, -1, -1, -1, 1]])
    made = joint_errors(2 * errors)
    assert made.shrinkage() == pytest.approx(1 / 9, abs=1e-12)
    np.testing.assert_allclose(made.covariance(), 4 * np.array([[1, 0.75 * 8 / 9], [0.75 * 8 / 9, 1]]), rtol=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_reconciled_is_the_textbook_projection_and_leaves_what_sums_alone(seed: int) -> None:
    random = np.random.default_rng(seed)
    groups = [np.zeros(6, dtype=np.int64), np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])]
    summing = _summing(groups)
    errors = _random_errors(seed, len(summing))
    inverse = np.linalg.inv(errors.covariance())
    bottom = np.linalg.inv(summing.T @ inverse @ summing) @ summing.T @ inverse
    base = random.normal(size=(len(summing), 3, 2))
    made = mint(base, groups=groups, errors=errors)
    np.testing.assert_allclose(made, np.einsum("ij,jph->iph", summing @ bottom, base), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(made, np.einsum("ij,jph->iph", summing, made[-6:]), rtol=1e-9, atol=1e-9)
    # S·P·S = S: forecasts that sum already stay as they are
    coherent = np.einsum("ij,jph->iph", summing, random.normal(size=(6, 3, 2)))
    np.testing.assert_allclose(mint(coherent, groups=groups, errors=errors), coherent, rtol=1e-9, atol=1e-9)


def test_many_series_are_reconciled_by_their_variances() -> None:
    series = MOST_DENSE
    random = np.random.default_rng(1)
    errors = _random_errors(1, series + 1, periods=8)
    base = random.gamma(2, 1, (series + 1, 2, 1))
    variance = errors.deviation[:, None, None] ** 2
    gap = base[0] - base[1:].sum(axis=0)
    expected = base + variance / variance.sum() * gap
    expected[0] = base[0] - variance[0] / variance.sum() * gap
    np.testing.assert_allclose(mint(base, groups=[np.zeros(series, dtype=np.int64)], errors=errors), expected, rtol=1e-9)


def test_a_single_level_has_nothing_to_reconcile() -> None:
    base = np.arange(6.0).reshape(1, 3, 2)
    np.testing.assert_array_equal(mint(base, groups=[], errors=_random_errors(1, 1)), base)


def test_shocks_go_together_as_errors_did_and_are_standard_normal() -> None:
    errors = np.array([[1.0, 1, 1, 1, -1, -1, -1, -1], [1, 1, 1, 1, -1, -1, -1, 1], [np.nan] * 4 + [1, -1, 1, -1]])
    drawn = np.concatenate([block for _, block in joint_errors(errors).shocks(paths=20_000, horizon=2, seed=1, at_once=2)])
    assert drawn.shape == (3, 20_000, 2)
    # 40,000 draws: deviations within 3 %, correlations within 0.03
    np.testing.assert_allclose(drawn.reshape(3, -1).std(axis=1), 1, rtol=0.03)
    np.testing.assert_allclose(np.corrcoef(drawn.reshape(3, -1))[0, 1], 0.75, atol=0.03)
    np.testing.assert_allclose(np.corrcoef(drawn[0, :, 0], drawn[0, :, 1])[0, 1], 0, atol=0.03)


def test_series_without_any_error_are_trusted_and_break_nothing() -> None:
    errors = joint_errors(np.vstack([ORTHOGONAL[:2], np.zeros(4)]))
    made = mint(np.array([10.0, 4, 3]).reshape(3, 1, 1), groups=ONE_TOTAL, errors=errors)
    np.testing.assert_allclose(made.ravel(), [8.5, 5.5, 3], atol=1e-6)
    assert joint_errors(np.full((2, 3), np.nan)).deviation.min() > 0
