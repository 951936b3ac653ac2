"""The total of all series: a mixture of five models, its spread checked on the file's own past."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray
from yunchou.calc.baseline_models import MODELS, USUAL, mixture
from yunchou.calc.periods import SEASON, Freq
from yunchou.calc.text import Text

# Standard deviation of a year's relative error where the file is too short to test a model: 43 % of companies miss by 10 % or
# more (reference E5). Where a model has two years behind it, models' own: 80 % within ±8–15 % (E2).
PUBLISHED_ERROR, PUBLISHED_MODEL_ERROR = 0.13, 0.09
# Nobody knows a year better than this before it can be tested: the best published are within ±5 % for 80 % of outcomes.
LEAST_ERROR = 0.04
# The squared error to expect of a mixture's mean, in those of its paths, before a file has shown it: paths also hold by how
# much the models differ, of which the mean is free. Worth two outcomes.
_USUAL_SQUARE, _WORTH = 0.5, 2
TESTABLE = 20
_CHECK_PATHS = 300
_MODEL_STREAM, _CHECK_STREAM, _SHOCK_STREAM = 1, 2, 3
# rolling origins are thinned above this number: more would cost time and tell nothing new
_MOST_ORIGINS = 60
_MOST_SQUARE = 16.0


@dataclass(frozen=True, kw_only=True)
class Top:
    """The total's paths, shape ``(paths, horizon)``, and how they were made."""

    paths: FloatArray
    method: Mapping[str, object]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    """What the same forecast would have said at earlier origins about the sum of as many periods.

    ``square`` is the mean squared error in predicted variances, over sums of a quarter, a half and the whole of the span;
    ``outcomes`` counts the whole spans that do not overlap (not whole: half a season counts half). ``reach``, shape
    ``(origins,)``: how far each outcome lay from the mean, in distances from it to the end of the 80 % interval on that
    side; 1 is the end itself.
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
    start, length = max(season, len(history) // 2), len(history)
    if length < 2 * season or length - start < span:
        return None
    # a quarter, a half and the whole of the span
    parts = sorted({max(1, span // 4), max(1, span // 2), span})
    origins = list(range(start, length - parts[0] + 1))
    if len(origins) > _MOST_ORIGINS:
        origins = [origins[at] for at in np.linspace(0, len(origins) - 1, _MOST_ORIGINS).round().astype(int)]
    rows, squares = [], np.full((len(origins), len(parts)), np.nan)
    for at, origin in enumerate(origins):
        known, ahead = history[:origin], history[origin : origin + span]
        random = np.random.default_rng([seed, _CHECK_STREAM, origin])
        drawn = mixture(known, season=season, horizon=len(ahead), paths=_CHECK_PATHS, random=random, weights=weights)
        for place, part in enumerate(one for one in parts if one <= len(ahead)):
            squares[at, place] = _squared(drawn[:, :part].sum(axis=1), float(ahead[:part].sum()))
        if len(ahead) == span:
            naive = seasonal_naive(
                known, season=season, horizon=span, paths=_CHECK_PATHS, random=np.random.default_rng([seed, _CHECK_STREAM, origin])
            )
            rows.append(_fared(drawn.sum(axis=1), ahead) + _fared(naive.sum(axis=1), ahead))
    table = np.array(rows)
    size = max(float(table[:, 0].mean()), 1e-300)
    return Check(
        origins=len(rows),
        outcomes=(length - start) / span,
        square=float(np.nanmean(squares, axis=0).mean()),
        reach=table[:, 1],
        crps=float(table[:, 2].mean()) / size,
        naive_cover80=float((table[:, 4] <= 1).mean()),
        naive_crps=float(table[:, 5].mean()) / size,
    )


def _squared(sample: FloatArray, actual: float) -> float:
    """Return the squared error of the mean in variances of the sample; at most 16, for one outcome must not decide."""
    variance = max(float(sample.var()), 1e-12 * actual**2, 1e-300)
    return min((actual - float(sample.mean())) ** 2 / variance, _MOST_SQUARE)


def _fared(sample: FloatArray, ahead: FloatArray) -> list[float]:
    """Return the size of an outcome, how far it lay in distances to the end of the 80 % interval, and the CRPS."""
    actual, mean = float(ahead.sum()), float(sample.mean())
    low, high = np.quantile(sample, [0.1, 0.9])
    end = high - mean if actual >= mean else mean - low
    return [abs(actual), abs(actual - mean) / max(end, 1e-9 * abs(actual), 1e-300), crps(sample, actual)]


def _right_error(own: float, check: Check | None) -> tuple[float, float]:
    """Return the relative standard deviation the sum should have, and the weight of published errors in it.

    The models' own spread is corrected by how far it was off in the past (as if two outcomes had been as far off as usual), then
    averaged, as logarithms, with the published error, which weighs as much as one outcome and fades as outcomes grow.
    """
    if check is None:
        return max(own, PUBLISHED_ERROR), 1.0
    n = check.outcomes
    corrected = own * np.sqrt((_WORTH * _USUAL_SQUARE + n * check.square) / (_WORTH + n))
    published = max(own * np.sqrt(_USUAL_SQUARE), PUBLISHED_MODEL_ERROR)
    fading = max(0.0, 1 - n / TESTABLE)
    weight = fading / (fading + n)
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
