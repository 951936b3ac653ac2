"""The total of all series: a mixture of five models, its spread checked on the file's own past."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from yunchou.calc.baseline_grid import FloatArray
from yunchou.calc.baseline_models import MODELS, USUAL, mixture
from yunchou.calc.periods import SEASON, Freq
from yunchou.calc.text import Text

# Standard deviation of a year's relative error: 43 % of companies miss by 10 % or more (reference E5), models by ±8–15 % (E2).
PUBLISHED_ERROR = 0.13
# Nobody knows a year better than this before it can be tested: the best published are within ±5 % for 80 % of outcomes.
LEAST_ERROR = 0.04
TESTABLE = 20
_CHECK_PATHS = 300
_MODEL_STREAM, _CHECK_STREAM, _SHOCK_STREAM = 1, 2, 3
# rolling origins are thinned above this number: more would cost time and tell nothing new
_MOST_ORIGINS = 60


@dataclass(frozen=True, kw_only=True)
class Top:
    """The total's paths, shape ``(paths, horizon)``, and how they were made."""

    paths: FloatArray
    method: Mapping[str, object]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    """What the same forecast would have said at earlier origins about the sum of as many periods.

    ``square`` is the mean squared error in predicted standard deviations; ``outcomes`` counts the ones that do not
    overlap (not whole: half a season counts half). ``reach``, shape ``(origins,)``: how far each outcome lay from the
    mean, in distances from it to the end of the 80 % interval on that side; 1 is the end itself.
    """

    origins: int
    outcomes: float
    square: float
    reach: FloatArray
    crps: float
    naive_cover80: float
    naive_crps: float


def seasonal_naive(history: FloatArray, *, season: int, horizon: int, paths: int, random: np.random.Generator) -> FloatArray:
    """Return last year's season with its past errors drawn in whole seasons: the reference beside the forecast.

    Source: seasonal naive with block-resampled errors, so that a year's months err together.
    """
    if len(history) < season:
        return np.asarray(history[random.integers(len(history), size=(paths, horizon))])
    ahead = np.arange(horizon)
    origins = range(season, len(history) - season + 1)
    blocks = np.array([history[at : at + season] - history[at - season : at] for at in origins] or [np.zeros(season)])
    return np.asarray(history[-season:][ahead % season] + blocks[random.integers(len(blocks), size=paths)][:, ahead % season])


def crps(sample: FloatArray, actual: float) -> float:
    """Return the continuous ranked probability score of a sample: lower is better, in the unit of the values.

    Source: T. Gneiting and A. E. Raftery, J. American Statistical Association 102 (2007), eq. 20.
    """
    ordered = np.sort(sample)
    count = len(ordered)
    spread = float(((2 * np.arange(1, count + 1) - count - 1) * ordered).sum()) / count**2
    return float(np.abs(ordered - actual).mean()) - spread


def check_past(history: FloatArray, *, season: int, horizon: int, seed: int, weights: FloatArray = USUAL) -> Check | None:
    """Return how the mixture did at every earlier origin that leaves a season before it; None when there is none.

    Source: own; rolling origins as L. J. Tashman, Int. J. of Forecasting 16 (2000).
    """
    span = min(horizon, season)
    origins = list(range(max(season, len(history) // 2), len(history) - span + 1))
    if len(history) < 2 * season or not origins:
        return None
    if len(origins) > _MOST_ORIGINS:
        origins = [origins[at] for at in np.linspace(0, len(origins) - 1, _MOST_ORIGINS).round().astype(int)]
    rows = []
    for origin in origins:
        actual = float(history[origin : origin + span].sum())
        row = [abs(actual)]
        known = history[:origin]
        for model in (partial(mixture, weights=weights), seasonal_naive):
            random = np.random.default_rng([seed, _CHECK_STREAM, origin])
            total = model(known, season=season, horizon=span, paths=_CHECK_PATHS, random=random).sum(axis=1)
            low, high = np.quantile(total, [0.1, 0.9])
            off = (actual - float(total.mean())) ** 2 / max(float(total.var()), 1e-12 * actual**2, 1e-300)
            mean = float(total.mean())
            end = high - mean if actual >= mean else mean - low
            row += [off, abs(actual - mean) / max(end, 1e-9 * abs(actual), 1e-300), crps(total, actual)]
        rows.append(row)
    table = np.array(rows)
    actual_mean = max(float(table[:, 0].mean()), 1e-300)
    return Check(
        origins=len(origins),
        outcomes=(len(history) - max(season, len(history) // 2)) / span,
        square=float(np.minimum(table[:, 1], 16.0).mean()),
        reach=table[:, 2],
        crps=float(table[:, 3].mean()) / actual_mean,
        naive_cover80=float((table[:, 5] <= 1).mean()),
        naive_crps=float(table[:, 6].mean()) / actual_mean,
    )


def _right_error(own: float, check: Check | None) -> tuple[float, float]:
    """Return the relative standard deviation the sum should have, and the weight of published errors in it.

    The model's own spread is corrected by how far it was off in the past (as if two outcomes had agreed with it), then
    averaged, as logarithms, with the published error, which weighs as much as one outcome and fades as outcomes grow.
    """
    published = max(own, PUBLISHED_ERROR)
    if check is None:
        return published, 1.0
    corrected = own * np.sqrt((2 + check.outcomes * check.square) / (2 + check.outcomes))
    fading = max(0.0, 1 - check.outcomes / TESTABLE)
    weight = fading / (fading + check.outcomes)
    wanted = np.exp(weight * np.log(published) + (1 - weight) * np.log(max(corrected, 1e-6)))
    return max(float(wanted), LEAST_ERROR * np.sqrt(fading)), weight


def _with_error(drawn: FloatArray, wanted: float, *, span: int, random: np.random.Generator) -> FloatArray:
    """Return the paths with the wanted relative standard deviation of the first ``span`` periods' sum, means kept."""
    total = drawn[:, :span].sum(axis=1)
    size = abs(float(total.mean()))
    if size == 0:
        return drawn
    own = float(total.std()) / size
    if wanted > own:
        shock = np.sqrt(np.log1p((wanted**2 - own**2) / (1 + own**2)))
        seasons = drawn.shape[1] // span + 1
        walk = random.standard_normal((len(drawn), seasons)).cumsum(axis=1) * shock
        walk -= walk.mean(axis=0)
        factor = np.exp(walk)
        return np.asarray(drawn * (factor / factor.mean(axis=0))[:, np.arange(drawn.shape[1]) // span])
    centre = drawn.mean(axis=0)
    return np.asarray(centre + (drawn - centre) * max(0.7, wanted / own))


def forecast_top(history: FloatArray, *, horizon: int, freq: Freq, paths: int, seed: int, weights: FloatArray = USUAL) -> Top:
    """Return the distribution of a total over the horizon, its spread corrected by the file's own past.

    Source: own; see docs/methods/forecast.md.
    """
    season = SEASON[freq]
    span = min(horizon, season)
    model_random, shock_random = (np.random.default_rng([seed, stream]) for stream in (_MODEL_STREAM, _SHOCK_STREAM))
    drawn = mixture(history, season=season, horizon=horizon, paths=paths, random=model_random, weights=weights)
    check = check_past(history, season=season, horizon=horizon, seed=seed, weights=weights)
    total = drawn[:, :span].sum(axis=1)
    own = float(total.std()) / abs(float(total.mean())) if total.mean() else 0.0
    wanted, weight = _right_error(own, check)
    drawn = _with_error(drawn, wanted, span=span, random=shock_random)
    if (history >= 0).all():
        drawn = np.maximum(drawn, 0.0)
    # mixed so that neighbouring paths come from all models
    drawn = drawn[np.random.default_rng([seed, _SHOCK_STREAM, 1]).permutation(paths)]
    method: dict[str, object] = {
        "models": list(MODELS),
        "periods": len(history),
        "span": span,
        "origins": check.origins if check else 0,
        "outcomes": int(check.outcomes) if check else 0,
        # as the interval is stated now, its width corrected; and as the models had it before
        "cover80": float((check.reach <= wanted / max(own, 1e-12)).mean()) if check else None,
        "models_cover80": float((check.reach <= 1).mean()) if check else None,
        "own_crps": check.crps if check else None,
        "reference": "SeasonalNaive",
        "reference_cover80": check.naive_cover80 if check else None,
        "reference_crps": check.naive_crps if check else None,
        "calibration": "own back-test" if check else "published errors",
        "published_weight": round(weight, 4),
        "relative_error": round(wanted, 4),
    }
    return Top(paths=drawn, method=method, warnings=_warnings(check, season=season, periods=len(history), freq=freq))


def _warnings(check: Check | None, *, season: int, periods: int, freq: Freq) -> tuple[Text, ...]:
    unit = {"M": ("个月", "months"), "Q": ("个季度", "quarters"), "W": ("周", "weeks")}[freq]
    if check is None:
        return (
            Text(
                f"历史只有 {periods} {unit[0]}，不足 {2 * season} {unit[0]}：区间宽度无法用自己的历史检验，取自公开的预测误差（年 ±13%）",
                f"only {periods} {unit[1]} of history, fewer than {2 * season}: the spread cannot be tested on it and comes from"
                " published forecast errors (±13 % a year)",
            ),
        )
    if check.outcomes < TESTABLE:
        return (
            Text(
                f"互不重叠的历史结果只有 {int(check.outcomes)} 个，不足 {TESTABLE} 个：概率的准确度无法检验，区间宽度兼顾公开的预测误差",
                f"not testable: only {int(check.outcomes)} past outcomes do not overlap, fewer than {TESTABLE}; the spread also leans"
                " on published forecast errors",
            ),
        )
    return ()
