"""The methods a forecast is compared with, each series by itself: fitted by ``statsforecast``, drawn from what it fitted.

The library's own ``simulate`` is not used: for exponential smoothing it loses undamped trends, it sets NumPy's global
seed, and it cannot make two series err together. Here a fitted model turns standard normal shocks into paths.
"""

import dataclasses
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, IntArray, group_sums
from yunchou.calc.errors import Refusal
from yunchou.calc.exponential_smoothing import smoothing_response
from yunchou.calc.reconcile import JointErrors, joint_errors, mint

METHODS = ("SeasonalNaive", "AutoETS", "AutoARIMA", "AutoTheta")
BLOCK = 128
_TENTH = NormalDist().inv_cdf(0.9)
# what Theta's first errors are is decided by where it starts, so the library leaves them out of its spread
_THETA_START = 3
_LONGEST_EXACT_SEASON = 12
# shocks that no path exceeds for a whole horizon: a model that stays finite under them can be drawn from
_EXTREME = np.array([[-5.0], [5.0]])

Response = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A method fitted to one series.

    ``means`` are the library's, shape ``(horizon,)``; ``errors`` its one-step errors in the past, shape ``(periods,)``,
    NaN where there is none; ``response`` turns shocks into paths, both of shape ``(paths, horizon)``. ``replaced``:
    the method could not be fitted and SeasonalNaive stands in.
    """

    means: FloatArray
    errors: FloatArray
    response: Response
    replaced: bool = False

    def paths(self, shocks: FloatArray) -> FloatArray:
        """Return paths of these shocks, moved onto the means that the library states."""
        drawn = self.response(shocks)
        return np.asarray(drawn + (self.means - drawn.mean(axis=0)))


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A method fitted to many series that err together as they erred before."""

    fitted: tuple[Fitted, ...]
    errors: JointErrors

    @property
    def replaced(self) -> int:
        """Return how many series the method could not be fitted to."""
        return sum(one.replaced for one in self.fitted)

    def blocks(self, *, paths: int, seed: int) -> Iterator[tuple[slice, FloatArray]]:
        """Yield some series at a time with their paths, shape ``(series, paths, horizon)``."""
        horizon = len(self.fitted[0].means)
        for rows, shocks in self.errors.shocks(paths=paths, horizon=horizon, seed=seed, at_once=BLOCK):
            yield rows, np.array([one.paths(own) for one, own in zip(self.fitted[rows], shocks, strict=True)])


def fit_reference(values: FloatArray, *, season: int, horizon: int, method: str) -> Reference:
    """Fit one of ``METHODS`` to every row of ``values``, shape ``(series, periods)``.

    Zeros before a series' first sale are no part of it. A series that the method cannot be fitted to gets
    SeasonalNaive in its place.

    Raises:
        ValueError: The method is none of ``METHODS``.

    Source: Hyndman and Khandakar, J. of Statistical Software 27 (2008); Fiorucci et al., Int. J. of Forecasting 32
        (2016), both as in ``statsforecast``.
    """
    if method not in METHODS:
        raise ValueError(f"{method} is none of {METHODS}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = tuple(_fit(np.asarray(own, dtype=np.float64), season, horizon, method) for own in values)
    return Reference(fitted=fitted, errors=joint_errors(np.array([one.errors for one in fitted])))


def reference_paths(values: FloatArray, *, season: int, horizon: int, paths: int, seed: int, method: str) -> FloatArray:
    """Return equally likely futures of every series by one method, shape ``(series, paths, horizon)``.

    Args:
        values: Shape ``(series, periods)``.
        season: Periods a year.
        horizon: Periods ahead.
        paths: Number of futures.
        seed: Of everything random.
        method: One of ``METHODS``.

    Raises:
        ValueError: The method is none of ``METHODS``.

    Source: as ``fit_reference``.
    """
    model = fit_reference(values, season=season, horizon=horizon, method=method)
    return np.concatenate([block for _, block in model.blocks(paths=paths, seed=seed)])


def mint_paths(
    values: FloatArray, *, groups: Sequence[IntArray], season: int, horizon: int, paths: int, seed: int, method: str
) -> FloatArray:
    """Return futures of bottom series and of their groups that sum, path by path: each by one method, then reconciled.

    Args:
        values: Of the bottom series, shape ``(series, periods)``.
        groups: For each level above them, the group (0, 1, …) of each bottom series.
        season: Periods a year.
        horizon: Periods ahead.
        paths: Number of futures.
        seed: Of everything random.
        method: One of ``METHODS``.

    Returns:
        Shape ``(groups of the first level + … + series, paths, horizon)``.

    Raises:
        ValueError: The method is none of ``METHODS``.

    Source: as ``fit_reference`` and ``mint``.
    """
    upper = [group_sums(values, index, int(index.max()) + 1) for index in groups]
    model = fit_reference(np.concatenate([*upper, values]), season=season, horizon=horizon, method=method)
    whole = np.concatenate([block for _, block in model.blocks(paths=paths, seed=seed)])
    return mint(whole, groups=groups, errors=model.errors)


class _CannotFit(Exception):  # noqa: N818 - an answer of the library, not a fault
    """The library has no model for a series."""


def _fit(values: FloatArray, season: int, horizon: int, method: str) -> Fitted:
    sold = np.flatnonzero(values)
    if not sold.size:
        return Fitted(means=np.zeros(horizon), errors=np.full(len(values), np.nan), response=np.zeros_like)
    own = values[sold[0] :]
    fit = {"SeasonalNaive": _seasonal_naive, "AutoETS": _auto_ets, "AutoARIMA": _auto_arima, "AutoTheta": _auto_theta}[method]
    try:
        made = fit(own, season, horizon)
        sound = bool(np.isfinite(made.means).all() and np.isfinite(made.paths(_EXTREME * np.ones(horizon))).all())
    except _CannotFit:
        sound = False
    if not sound:
        made = dataclasses.replace(_seasonal_naive(own, season, horizon), replaced=True)
    return dataclasses.replace(made, errors=np.concatenate([np.full(sold[0], np.nan), made.errors]))


def _model(method: Any, values: FloatArray) -> Any:
    try:
        return method.fit(values)
    except Refusal:  # a time limit that ended within
        raise
    except Exception as fault:  # the library raises bare exceptions for series it has no model for
        raise _CannotFit from fault


def _linear(matrix: FloatArray) -> Response:
    """Return the response of a model whose errors add up: row i says how period i takes up the shocks."""
    return lambda shocks: shocks @ matrix.T


def _seasonal_naive(values: FloatArray, season: int, horizon: int) -> Fitted:
    """Fit last year's season, with independent errors as the library has them; the mean where there is no whole season."""
    from statsforecast.models import SeasonalNaive  # noqa: PLC0415 - seconds that only a comparison needs

    ahead = np.arange(horizon)
    if len(values) <= season:
        means = values[ahead % season] if len(values) == season else np.full(horizon, values.mean())
        return Fitted(means=means, errors=values - values.mean(), response=_linear(np.eye(horizon) * values.std()))
    model = SeasonalNaive(season_length=season).fit(values)
    earlier = (ahead[:, None] >= ahead) & ((ahead[:, None] - ahead) % season == 0)
    return Fitted(means=model.predict(horizon)["mean"], errors=model.model_["residuals"], response=_linear(earlier * model.model_["sigma"]))


def _auto_ets(values: FloatArray, season: int, horizon: int) -> Fitted:
    from statsforecast.models import AutoETS  # noqa: PLC0415

    model = _model(AutoETS(season_length=season), values)
    found = model.model_
    return Fitted(means=model.predict(horizon)["mean"], errors=found["actual_residuals"], response=smoothing_response(found))


def _auto_arima(values: FloatArray, season: int, horizon: int) -> Fitted:
    from statsforecast.models import AutoARIMA  # noqa: PLC0415

    # as R's auto.arima does: exact likelihood of every candidate takes minutes a series on weeks
    model = _model(AutoARIMA(season_length=season, approximation=season > _LONGEST_EXACT_SEASON), values)
    told = model.predict(horizon, level=[80])
    means = np.asarray(told["mean"], dtype=np.float64)
    deviation = (np.asarray(told["hi-80"], dtype=np.float64) - means) / _TENTH
    errors = np.array(model.model_["residuals"], dtype=np.float64)
    matrix = np.zeros((horizon, horizon))
    if deviation.any():
        state = model.model_["model"]
        # the noise of the state is that of one shock; its first row takes it up whole
        taken_up = np.asarray(state["V"])[:, 0]
        weights = []
        for _ in range(horizon):
            weights.append(float(state["Z"] @ taken_up))
            taken_up = state["T"] @ taken_up
        for at in range(horizon):
            matrix[at, : at + 1] = weights[at::-1]
        # the library's deviation also holds what is unknown of the last state
        matrix *= (deviation / np.sqrt((matrix**2).sum(axis=1)))[:, None]
    _, _, _, _, length, plain, seasonal = model.model_.get("arma", (0, 0, 0, 0, 1, 0, 0))
    errors[: plain + length * seasonal] = np.nan
    return Fitted(means=means, errors=errors, response=_linear(matrix))


def _auto_theta(values: FloatArray, season: int, horizon: int) -> Fitted:
    from statsforecast.models import AutoTheta  # noqa: PLC0415

    model = _model(AutoTheta(season_length=season), values)
    found = model.model_
    matrix = theta_response(found["par"]["alpha"], found["par"]["theta"], known=found["n"], horizon=horizon)
    errors = np.array(found["residuals"], dtype=np.float64)
    tail = errors[_THETA_START:] if len(errors) > _THETA_START + 1 else errors
    matrix = matrix * float(np.std(tail, ddof=1))
    if found.get("decompose") and found["decomposition_type"] == "multiplicative":
        matrix = matrix * np.resize(found["seas_forecast"]["mean"], horizon)[:, None]
    errors[:_THETA_START] = np.nan
    return Fitted(means=model.predict(horizon)["mean"], errors=errors, response=_linear(matrix))


def theta_response(gain: float, theta: float, *, known: int, horizon: int) -> FloatArray:
    """Return how Theta's coming periods take up shocks of size one, shape ``(horizon, horizon)``.

    ``gain`` is that of its smoothing, ``known`` the number of past periods: the straight line is fitted anew with each.

    Source: J. A. Fiorucci et al., Int. J. of Forecasting 32 (2016), section 3, as ``statsforecast`` computes it.
    """
    matrix = np.zeros((horizon, horizon))
    smoothed, mean, slope, level = (np.zeros(horizon) for _ in range(4))
    for ahead in range(horizon):
        at = known + ahead
        kept = 1 - gain
        matrix[ahead] = smoothed + (1 - 1 / theta) * (level * kept**at + slope * (1 - kept ** (at + 1)) / gain)
        matrix[ahead, ahead] += 1
        smoothed = gain * matrix[ahead] + kept * smoothed
        mean = (at * mean + matrix[ahead]) / (at + 1)
        slope = ((at - 1) * slope + 6 * (matrix[ahead] - mean) / (at + 1)) / (at + 2)
        level = mean - slope * (at + 2) / 2
    return matrix
