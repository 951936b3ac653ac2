"""Forecasts of all levels made to sum, by the least change that past errors justify (MinT)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, IntArray

# more series than this are reconciled by their variances alone: a full covariance would not fit
MOST_DENSE = 1_000
_COLUMNS_AT_ONCE = 4_000
# series without any error are trusted this much more than the usual one
_LEAST_DEVIATION = 1e-4
_SHARED_STREAM, _OWN_STREAM = 1, 2


@dataclass(frozen=True, kw_only=True)
class JointErrors:
    """How the one-step errors of many series went together.

    ``deviation``, shape ``(series,)``: root mean squared error. ``standard``, shape ``(series, periods)``: errors in
    units of it, 0 where there was none, divided by the root of the number of periods; so ``standard @ standard.T`` is
    their correlation.
    """

    deviation: FloatArray
    standard: FloatArray

    def shrinkage(self) -> float:
        """Return how far (0…1) the correlation is to be shrunk towards none, so that it can be trusted."""
        periods = self.standard.shape[1]
        correlation = self.standard @ self.standard.T
        noise = (self.standard**2) @ (self.standard**2).T - correlation**2 / periods
        off = ~np.eye(len(correlation), dtype=np.bool_)
        signal = float((correlation[off] ** 2).sum())
        return min(1.0, max(0.0, float(noise[off].sum()) * periods / (periods - 1) / signal)) if signal > 0 else 1.0

    def covariance(self) -> FloatArray:
        """Return the shrunk covariance, shape ``(series, series)``."""
        found = (1 - self.shrinkage()) * (self.standard @ self.standard.T)
        np.fill_diagonal(found, 1.0)
        return np.asarray(found * self.deviation * self.deviation[:, None])

    def shocks(self, *, paths: int, horizon: int, seed: int, at_once: int) -> Iterator[tuple[slice, FloatArray]]:
        """Yield standard normal shocks of some series at a time, shape ``(series, paths, horizon)``.

        Shocks of one period go together across series as errors did, unshrunk: independent parts of them would cancel
        in sums and make intervals of the whole too narrow. Periods are independent.
        """
        count, periods = self.standard.shape
        shared = np.random.default_rng([seed, _SHARED_STREAM]).standard_normal((periods, paths * horizon))
        # what periods without an error leave open is a series' own
        rest = np.sqrt(np.maximum(1.0 - (self.standard**2).sum(axis=1), 0.0))
        for start in range(0, count, at_once):
            rows = slice(start, min(start + at_once, count))
            own = np.random.default_rng([seed, _OWN_STREAM, start]).standard_normal((rows.stop - start, paths * horizon))
            yield rows, (self.standard[rows] @ shared + rest[rows, None] * own).reshape(-1, paths, horizon)


def joint_errors(errors: FloatArray) -> JointErrors:
    """Return how one-step errors, shape ``(series, periods)``, NaN where there is none, went together.

    Source: J. Schäfer and K. Strimmer, Statistical Applications in Genetics and Molecular Biology 4 (2005), target D of
        table 2, around zero as S. L. Wickramasuriya et al. (2019); shocks: A. Panagiotelis, P. Gamakumara, G.
        Athanasopoulos, R. J. Hyndman, European J. of Operational Research 306 (2023), section 4.
    """
    known = np.isfinite(errors)
    filled = np.where(known, errors, 0.0)
    deviation = np.sqrt((filled**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1))
    usual = float(deviation.mean()) or 1.0
    deviation = np.maximum(deviation, _LEAST_DEVIATION * usual)
    return JointErrors(deviation=deviation, standard=filled / deviation[:, None] / np.sqrt(errors.shape[1]))


def mint(paths: FloatArray, *, groups: Sequence[IntArray], errors: JointErrors) -> FloatArray:
    """Make forecasts sum, path by path; those of series that erred little change little.

    With a base forecast y and the covariance W of its errors, y − W U (Uᵀ W U)⁻¹ Uᵀ y, where Uᵀ y says by how much
    each group differs from the sum of its series. Above ``MOST_DENSE`` series W is its diagonal alone.

    Args:
        paths: Shape ``(series, paths, horizon)``: all groups of the first level, of the second …, then the bottom series.
        groups: For each level above the bottom series, the group of each bottom series.
        errors: Of the same series in the same order.

    Returns:
        The same shape; every group is the sum of its series.

    Source: S. L. Wickramasuriya, G. Athanasopoulos, R. J. Hyndman, J. American Statistical Association 114 (2019), eq. 11;
        by variances: "WLS" of R. J. Hyndman, A. J. Lee, E. Wang, Computational Statistics & Data Analysis 97 (2016).
    """
    from scipy import sparse  # noqa: PLC0415 - loaded only where forecasts are reconciled
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    if not groups:
        return paths
    sums = sparse.vstack([sparse.csr_array((np.ones(len(index)), (index, np.arange(len(index))))) for index in groups], format="csr")
    upper, bottom = sums.shape
    gaps = sparse.hstack([sparse.eye_array(upper), -sums], format="csr")
    flat = paths.reshape(upper + bottom, -1)
    if upper + bottom <= MOST_DENSE:
        reach = errors.covariance() @ gaps.T
        solve: Callable[[FloatArray], FloatArray] = partial(np.matmul, np.linalg.inv(gaps @ reach))
    else:
        reach = sparse.diags_array(errors.deviation**2) @ gaps.T
        solve = splu((gaps @ reach).tocsc()).solve
    out = np.empty_like(flat)
    for start in range(0, flat.shape[1], _COLUMNS_AT_ONCE):
        some = flat[:, start : start + _COLUMNS_AT_ONCE]
        out[:, start : start + _COLUMNS_AT_ONCE] = some - reach @ solve(gaps @ some)
    return out.reshape(paths.shape)
