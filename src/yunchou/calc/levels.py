"""Reasonable levels for any measure: where it stands, where it goes, what to ask for and how likely that is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from yunchou.calc.errors import BadInput
from yunchou.calc.levels_draws import Outcomes, draw_outcomes
from yunchou.calc.levels_kinds import FloatArray, Kind, KindName, kind_of
from yunchou.calc.levels_units import Deviations, fit_units
from yunchou.calc.levels_whole import fit_whole
from yunchou.calc.text import Text

Better = Literal["high", "low"]
Basis = Literal["own history", "own history and peers", "published range"]

# The published design: six of ten reach what is asked (WorldatWork, 2012); it is never moved below an even chance.
# Cases of one unit are alike: so much that n of them tell of other units as n ÷ (1 + 0.03 n) strangers would.
_ALIKE = 0.03
# design and least chance of the recommended level
_DESIGN, _LEAST = 0.60, 0.50
_SHARE = 0.80
_FEWEST_PEERS = 4
_MOSTLY_OWN = 0.9
_MOST_DRAWS, _FEWEST_DRAWS, _DRAWN = 2000, 300, 4_000_000


@dataclass(frozen=True, kw_only=True)
class Levels:
    """A level for the whole (place 0) and each unit (in the order given): shape ``(units + 1,)`` throughout, in the measure's unit.

    ``current`` is where it stands (shrunk), ``trend`` the change a year, ``expected`` with ``low`` and ``high`` (80 %) the
    measure over the coming periods together, ``recommended`` with the ``probability`` (0…1) of reaching it, ``top_quartile``
    that of the units (NaN with fewer than four), ``n`` the cases seen, ``own_weight`` and ``published_weight`` (0…1) how much
    of the level rests on a unit's own cases and on the published range.
    """

    kind: KindName
    current: FloatArray
    trend: FloatArray
    expected: FloatArray
    low: FloatArray
    high: FloatArray
    recommended: FloatArray
    probability: FloatArray
    top_quartile: FloatArray
    basis: tuple[Basis, ...]
    n: FloatArray
    own_weight: FloatArray
    published_weight: FloatArray
    warnings: tuple[Text, ...]


def levels_of(
    numerators: FloatArray,
    denominators: FloatArray,
    *,
    horizon: int,
    season: int,
    has_denominator: bool = True,
    better: Better = "high",
    published: tuple[float, float, float] | None = None,
    seed: int = 0,
) -> Levels:
    """Return levels of a measure for the whole and for each unit.

    The recommended level starts where six of ten outcomes reach it (the published design of targets) and moves towards
    the units' top quartile as long as at least five of ten still do; the probability stated is that of exactly this
    figure, with the noise of the cases to come.

    Args:
        numerators: Shape ``(units, periods)``.
        denominators: Shape ``(units, periods)``, >= 0; without a denominator 1 where a unit has a row, else 0.
        horizon: Periods ahead, >= 1.
        season: Periods a year: 52, 12, 4, 2 or 1.
        has_denominator: Whether the table had one; it decides whether whole numbers can be shares.
        better: Which direction is good.
        published: Low, middle and high of a published range, rising.
        seed: Of everything random.

    Raises:
        BadInput: No case at all, or a published range that does not rise or leaves the measure's domain.

    Source:
        Own composition; the parts name theirs. Design level: WorldatWork/BSC, quota practices study, 2012.
    """
    cases = denominators.sum(axis=1)
    if not cases.sum() > 0:
        raise BadInput(
            Text("分母全部为 0，没有可以衡量的个案；请检查分母列", "all denominators are 0: there is nothing to measure; check that column")
        )
    kind = kind_of(numerators, denominators, has_denominator=has_denominator)
    _check_published(published, kind.name)
    sums = numerators.sum(axis=0), denominators.sum(axis=0)
    whole = fit_whole(*sums, kind, horizon=horizon, season=season, published=published)
    units, periods = numerators.shape
    apart, usual = _no_deviations(units), whole
    if units > 1:
        # one giant unit is most of the whole, and tells little of the others
        weights = 1 / (1 + _ALIKE * cases)[:, None]
        even = (numerators * weights).sum(axis=0), (denominators * weights).sum(axis=0)
        usual = fit_whole(*even, kind, horizon=horizon, season=season, published=published)
        scale = 1.0 if kind.name != "score" else _spread(numerators, denominators)
        apart = fit_units(numerators, denominators, usual.effects[:periods], kind, horizon=horizon, season=season, scale=scale)
    effect = np.append(_mean_effect(kind, whole.effects[periods:]), _mean_effect(kind, usual.effects[periods:]) + apart.ahead)
    variance = np.append(whole.ahead_variance, usual.ahead_variance + apart.variance)
    coming = _coming_cases(denominators, horizon, season, has_denominator=has_denominator)
    draws = max(_FEWEST_DRAWS, min(_MOST_DRAWS, _DRAWN // (units + 1)))
    random = np.random.default_rng(seed)
    rates, outcomes = draw_outcomes(kind, effect, variance, coming, draws=draws, whole_cases=has_denominator, random=random)
    outlook = Outcomes(outcomes)
    expected = rates.mean(axis=1)
    low, high = outlook.interval(_SHARE)
    # rare cases: nearly all outcomes are 0, and the mean lies above them
    low, high = np.minimum(low, expected), np.maximum(high, expected)
    window = slice(max(periods - season, 0), periods)
    now = np.append(_mean_effect(kind, whole.effects[window]), _mean_effect(kind, usual.effects[window]) + apart.now)
    slopes = np.append(whole.trend, usual.trend + apart.trend)
    current = kind.rate(now)
    peers = cases > 0
    recent = denominators[:, window].sum(axis=1) > 0
    top = _top_quartile(expected[1:][peers & recent], apart.own_weight[peers & recent], better)
    recommended = _recommended(outlook, top, better)
    probability = outlook.reached(recommended, is_better_high=better == "high")
    own = np.append(1 - whole.published_weight, apart.own_weight)
    published_weight = np.append(whole.published_weight, (1 - apart.own_weight) * usual.published_weight)
    if units == 1:
        own[1], published_weight[1] = own[0], published_weight[0]
    return Levels(
        kind=kind.name,
        current=current,
        trend=kind.rate(now + slopes) - current,
        expected=expected,
        low=low,
        high=high,
        recommended=recommended,
        probability=probability,
        top_quartile=np.full(units + 1, top),
        basis=_basis(own, published_weight, units),
        n=np.concatenate([[cases.sum()], cases]),
        own_weight=own,
        published_weight=published_weight,
        warnings=_contradiction(sums, kind.name, published, season),
    )


def _check_published(published: tuple[float, float, float] | None, kind: KindName) -> None:
    if published is None:
        return
    low, middle, high = published
    told = f"{low:g},{middle:g},{high:g}"
    if not low < middle < high:
        raise BadInput(Text(f"--benchmark {told}：应从低到高写三个数", f"--benchmark {told}: three rising numbers are expected"))
    if kind != "score" and (low <= 0 or (kind == "share" and high >= 1)):
        bounds = "0 < … < 1" if kind == "share" else "> 0"
        raise BadInput(
            Text(
                f"--benchmark {told}：这个指标的取值应满足 {bounds}；20% 请写成 0.2",
                f"--benchmark {told}: this measure needs numbers {bounds}; write 20 % as 0.2",
            )
        )


def _spread(numerators: FloatArray, denominators: FloatArray) -> float:
    seen = denominators > 0
    return float(max((numerators[seen] / denominators[seen]).std(), 1e-9))


def _mean_effect(kind: Kind, effects: FloatArray) -> float:
    """Return the effect of the mean rate of some periods."""
    return float(kind.link(np.array(kind.rate(effects).mean())))


def _no_deviations(units: int) -> Deviations:
    nothing = np.zeros(units)
    return Deviations(ahead=nothing, variance=nothing, trend=nothing, now=nothing, own_weight=np.ones(units))


def _coming_cases(denominators: FloatArray, horizon: int, season: int, *, has_denominator: bool) -> FloatArray:
    """Expect as many cases a period as in the last year, the newer half counting twice; a unit without any gets the median unit's."""
    if not has_denominator:
        return np.concatenate([[float(horizon * max((denominators[:, -1] > 0).sum(), 1))], np.full(len(denominators), float(horizon))])
    recent = denominators[:, -season:]
    count = recent.shape[1]
    weights = np.where(np.arange(count) >= count // 2, 2.0, 1.0)
    # what came before a unit's first case says nothing of it
    alive = np.cumsum(denominators, axis=1)[:, -season:] > 0
    mean = (recent * weights).sum(axis=1) / np.maximum((alive * weights).sum(axis=1), 1)
    usual = float(np.median(mean[mean > 0])) if (mean > 0).any() else 1.0
    each = np.where(denominators.sum(axis=1) > 0, mean, usual) * horizon
    return np.concatenate([[max(float(each[denominators.sum(axis=1) > 0].sum()), 1.0)], np.maximum(each, np.finfo(float).eps)])


def _top_quartile(expected: FloatArray, own_weight: FloatArray, better: Better) -> float:
    """Return the quartile of the units' shrunk levels; each counts by how far its level is its own, so that few cases move nothing."""
    if len(expected) < _FEWEST_PEERS or not own_weight.sum() > 0:
        return float("nan")
    order = np.lexsort((own_weight, expected))
    ranks = (np.cumsum(own_weight[order]) - own_weight[order] / 2) / own_weight.sum()
    return float(np.interp(0.75 if better == "high" else 0.25, ranks, expected[order]))


def _recommended(outlook: Outcomes, top: float, better: Better) -> FloatArray:
    """Move from the level that six of ten reach towards the top quartile, no farther than five of ten reach."""
    ones = np.ones(len(outlook.values))
    if better == "high":
        design, least = outlook.quantile(ones * (1 - _DESIGN)), outlook.quantile(ones * (1 - _LEAST))
    else:
        design, least = outlook.quantile(ones * _DESIGN), outlook.quantile(ones * _LEAST)
    if np.isnan(top):
        return design
    return np.asarray(np.clip(top, np.minimum(design, least), np.maximum(design, least)))


def _basis(own: FloatArray, published: FloatArray, units: int) -> tuple[Basis, ...]:
    told: list[Basis] = []
    for place, (mine, theirs) in enumerate(zip(own, published, strict=True)):
        alone = place == 0 or units == 1 or mine >= _MOSTLY_OWN
        told.append("published range" if theirs >= 0.5 else "own history" if alone else "own history and peers")
    return tuple(told)


def _contradiction(
    sums: tuple[FloatArray, FloatArray], kind: KindName, published: tuple[float, float, float] | None, season: int
) -> tuple[Text, ...]:
    """Say when the own last year, with the noise of its cases, lies outside the published range."""
    if published is None:
        return ()
    numerator, denominator = (float(part[-season:].sum()) for part in sums)
    if denominator <= 0:
        return ()
    own = numerator / denominator
    least = own * (1 - own) if kind == "share" else own if kind == "count" else 0.0
    noise = 2 * float(np.sqrt(max(least, 0) / denominator))
    low, _, high = published
    if low <= own + noise and own - noise <= high:
        return ()
    return (
        Text(
            f"自己的历史与公开区间不一致：最近一年是 {own:.4g}，公开区间是 {low:g}～{high:g}；随着自己的数据积累，以自己的为准",
            f"own history contradicts the published range: the last year was {own:.4g}, the range is {low:g} to {high:g};"
            " as own data accrue, they count",
        ),
    )
