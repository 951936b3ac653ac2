"""Structural breaks: a level that changes from one period to the next, and stays changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray, IntArray
from yunchou.calc.event_kinds import MATERIAL, Found, Scope, year_about
from yunchou.calc.usual_sales import usual_level

# variance of the level's own wandering in a period, as a share of the noise's: unknown, so each is tried
_WANDERINGS = (0.0, 0.01, 0.04, 0.15, 0.6, 2.5)
# twice the gain in log-likelihood that a step must bring, and more for each series looked at; chosen so that clean
# simulated companies show one in at most 5 % of cases (docs/methods/history-events.md)
_CLEAR = 15.0
_LEAST_STEP = 0.10
_MOST_STEPS = 2
_LONGEST = 160
_HARMONICS = 6
_WILD = 3.0
_TINY = 1e-300


@dataclass(frozen=True, kw_only=True)
class Step:
    """The most likely place of a step, its height (of the values), and twice the log-likelihood it gains."""

    at: int
    height: float
    gain: float


def season_waves(count: int, season: int) -> FloatArray:
    """Return sines and cosines of a season, shape ``(count, waves)``; none below two seasons.

    Source: trigonometric seasonality: A. C. Harvey, Forecasting, Structural Time Series Models, 1989, ch. 2.
    """
    if count < 2 * season:
        return np.zeros((count, 0))
    time = 2 * np.pi * np.arange(count) / season
    waves = []
    for harmonic in range(1, min(season // 2, _HARMONICS) + 1):
        waves.append(np.cos(harmonic * time))
        if 2 * harmonic < season:
            waves.append(np.sin(harmonic * time))
    return np.array(waves).T.reshape(count, -1)


def likeliest_step(values: FloatArray, known: BoolArray, design: FloatArray, places: Sequence[int]) -> Step | None:
    """Return the step that best explains a series beside its trend, season and a level that wanders.

    The noise is white plus a random walk whose share is unknown and chosen by likelihood, once with a step and once
    without: a company whose growth turns often needs a larger step to convince.

    Args:
        values: Shape ``(periods,)``, usually logarithms.
        known: Shape ``(periods,)``: which periods count.
        design: Shape ``(periods, columns)``: constant, trend, season, steps found before.
        places: First periods of the new level to try.

    Source:
        P. de Jong and J. Penzer, "Diagnosing shocks in time series", J. American Statistical Association 93 (1998).
    """
    at = np.flatnonzero(known)
    freedom = len(at) - design.shape[1] - 1
    if freedom < 3 or not places:
        return None
    steps = (at[:, None] >= np.array(places)[None, :]).astype(float)
    without, best = -np.inf, Step(at=-1, height=0.0, gain=-np.inf)
    floor = 1e-10 * max(float(values[at].var()), 1e-12)
    all_columns = np.column_stack([values[at], design[at], steps])
    for whiten, scale in _whiteners(at.tobytes()):
        white = whiten @ all_columns
        split = 1 + design.shape[1]
        basis, _ = np.linalg.qr(white[:, 1:split])
        own, moved = (part - basis @ (basis.T @ part) for part in (white[:, 0], white[:, split:]))
        size = np.maximum((moved**2).sum(axis=0), 1e-12)
        height = moved.T @ own / size
        left = float(own @ own)
        after = np.maximum(left - height**2 * size, 0.0)
        without = max(without, scale - freedom * np.log(left / freedom + floor))
        told = scale - freedom * np.log(after / freedom + floor)
        # a step that is all but told by the design explains nothing
        told[size < 1e-6 * len(at)] = -np.inf
        place = int(np.argmax(told))
        if told[place] > best.gain:
            best = Step(at=places[place], height=float(height[place]), gain=float(told[place]))
    return Step(at=best.at, height=best.height, gain=float(best.gain - without))


@lru_cache(maxsize=8)
def _whiteners(places: bytes) -> list[tuple[FloatArray, float]]:
    """Return, for each share of wandering, what turns the noise of these periods white, and its part in the likelihood.

    Series of one history share their periods, so it is kept for the next one.
    """
    at = np.frombuffer(places, dtype=np.intp)
    found = []
    for wandering in _WANDERINGS:
        root = np.linalg.cholesky(np.eye(len(at)) + wandering * np.minimum(at[:, None], at[None, :]))
        found.append((np.linalg.inv(root), -2 * float(np.log(np.diag(root)).sum())))
    return found


def steady_logs(scope: Scope, season: int) -> tuple[FloatArray, BoolArray] | None:
    """Return the logarithms of a series from its first line on, wild periods cut, and which of them count.

    None for a series that is too short, that is silent in a tenth of its periods, or that has negative ones: there a
    level means little.

    Source: own.
    """
    values = scope.values[scope.first - len(scope.values) :][-_LONGEST:]
    level = usual_level(values, season)
    known = values > 0.05 * level
    if len(values) < 2 * season or (values < 0).any() or known.sum() < max(0.9 * len(values) - 3, season):
        return None
    logs = np.log(np.where(known, values, np.maximum(level, _TINY)))
    near = np.array([np.median(logs[max(0, at - 3) : at + 4]) for at in range(len(logs))])
    apart = logs - near
    scale = 1.4826 * float(np.median(np.abs(apart[known])))
    return near + np.clip(apart, -_WILD * scale, _WILD * scale), known


def step_at(scope: Scope, place: int, *, season: int) -> float | None:
    """Return the factor by which a series' level changes at a place that a person named; None where it cannot be told.

    Source: own; as ``likeliest_step``, or the ratio of the means of a season on either side where the history is short.
    """
    made = steady_logs(scope, season)
    offset = len(scope.values) - len(made[0]) if made else 0
    if made and place - offset >= 2 and len(scope.values) - place >= 2:
        logs, known = made
        found = likeliest_step(logs, known, _design(len(logs), season, []), [place - offset])
        if found:
            return float(np.exp(found.height))
    before = scope.values[max(scope.first, place - season) : place]
    after = scope.values[place : place + season]
    if not before.size or not after.size or before.mean() <= 0 or after.mean() <= 0:
        return None
    return float(after.mean() / before.mean())


def _design(count: int, season: int, steps: Sequence[int]) -> FloatArray:
    time = np.arange(count)
    columns = [np.ones(count), time / count - 0.5, *season_waves(count, season).T, *((time >= at).astype(float) for at in steps)]
    return np.column_stack(columns)


def level_breaks(scopes: Sequence[Scope], top: FloatArray, *, season: int) -> list[Found]:
    """Return the steps of each series that chance cannot explain and that move the year by at least 3 %.

    At least half a season must lie on either side of a step, so that it lasts.

    Source: own; see docs/methods/history-events.md.
    """
    return [one for scope in scopes for one in _breaks(scope, top, season=season, tests=len(scopes))]


def _breaks(scope: Scope, top: FloatArray, *, season: int, tests: int) -> list[Found]:
    made = steady_logs(scope, season)
    if made is None:
        return []
    logs, known = made
    offset = len(scope.values) - len(logs)
    half = max(2, season // 2)
    steps: list[int] = []
    gains: list[float] = []
    for _ in range(_MOST_STEPS):
        places = [at for at in range(half, len(logs) - half + 1) if all(abs(at - other) >= half for other in steps)]
        found = likeliest_step(logs, known, _design(len(logs), season, steps), places)
        if found is None or found.gain < _CLEAR + 2 * np.log(tests):
            break
        steps.append(found.at)
        gains.append(found.gain)
    if not steps:
        return []
    heights = _heights(logs, known, steps, season)
    year = year_about(top, season)
    events = []
    for at, gain, height in zip(steps, gains, heights, strict=True):
        factor, place = float(np.exp(height)), offset + at
        after = scope.values[place : place + season]
        own = float(after.mean()) * season
        amount = own * (1 - 1 / factor)
        whole = float(year[min(place + season // 2, len(top) - 1)])
        if abs(factor - 1) >= _LEAST_STEP and whole > 0 and abs(amount) >= MATERIAL * whole:
            evidence = {"factor": factor, "gain": float(gain)}
            events.append(Found(where=scope.where, start=place, end=place, amount=amount, score=gain, evidence=evidence))
    return events


def _heights(logs: FloatArray, known: BoolArray, steps: Sequence[int], season: int) -> list[float]:
    """Return all steps' heights, each beside the others."""
    heights = []
    for at in steps:
        others = [other for other in steps if other != at]
        found = likeliest_step(logs, known, _design(len(logs), season, others), [at])
        heights.append(found.height if found else 0.0)
    return heights


def before_break(values: FloatArray, rows: IntArray, place: int, factor: float) -> None:
    """Bring what some bottom series sold before a break to the level after it, in place.

    Source: own.
    """
    values[rows, :place] *= factor
