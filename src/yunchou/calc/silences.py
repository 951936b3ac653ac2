"""Stock-outs and silences, and months in which returns exceed sales."""

from collections.abc import Sequence

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray
from yunchou.calc.event_kinds import Found, Scope, year_about
from yunchou.calc.usual_sales import usual, usual_level

# next to nothing: below this share of what is usual
_NOTHING = 0.05
# a season that sells below this share of the level everywhere is a dead season, no stock-out
_DEAD_SEASON = 0.2
_RECOVERED = 0.5
_AROUND = 3
_CHANCE = 0.01
_LEAST_LOSS = 0.01
_TINY = 1e-300


def silences(scopes: Sequence[Scope], top: FloatArray, *, season: int) -> list[Found]:
    """Return stretches of next to nothing in series that otherwise sell almost always, with sales before and after.

    A stretch counts when periods that fall silent by themselves, as often as this series does elsewhere, would hardly
    ever do so that often in a row (1 % for the whole history), and when it cost at least 1 % of a year.

    Source: own; see docs/methods/history-events.md.
    """
    year = year_about(top, season)
    found = []
    for scope in scopes:
        values = scope.values[scope.first :]
        sold = np.flatnonzero(values > 0)
        if sold.size < 2 * _AROUND:
            continue
        level, expected = usual_level(values, season), usual(values, season)
        # a gap of a year leaves its months without a season of their own
        expected = np.where(expected > 0, expected, level)
        quiet = (values <= _NOTHING * level) & (np.arange(len(values)) > sold[0]) & (np.arange(len(values)) < sold[-1])
        for start, end in _stretches(quiet):
            event = _judge(scope, quiet, start, end, year, season=season, expected=expected, values=values)
            if event is not None:
                found.append(event)
    return found


def _stretches(quiet: BoolArray) -> list[tuple[int, int]]:
    edges = np.diff(np.concatenate([[0], quiet.astype(int), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True))


def _judge(
    scope: Scope, quiet: BoolArray, start: int, end: int, year: FloatArray, *, season: int, expected: FloatArray, values: FloatArray
) -> Found | None:
    length, count = end - start + 1, len(values)
    elsewhere = count - length
    rate = (int(quiet.sum()) - length + 0.5) / (elsewhere + 1)
    if (count - length + 1) * rate**length > _CHANCE:
        return None
    level = usual_level(values, season)
    same = np.array([at for at in range(count) if not start <= at <= end and (at - start) % season < length], dtype=int)
    if same.size and float(np.median(values[same] / np.maximum(level[same], _TINY))) < _DEAD_SEASON:
        return None
    before, after = (values[max(0, start - _AROUND) : start], values[end + 1 : end + 1 + _AROUND])
    if min(float(before.mean()), float(after.mean())) < _RECOVERED * float(level[start : end + 1].min()):
        return None
    lost = float((expected - values)[start : end + 1].sum())
    whole = float(year[scope.first + start])
    if whole <= 0 or lost < _LEAST_LOSS * whole:
        return None
    evidence = {"lost": lost, "periods": float(length)}
    return Found(where=scope.where, start=scope.first + start, end=scope.first + end, amount=-lost, score=float(length), evidence=evidence)


def net_returns(scopes: Sequence[Scope], top: FloatArray, *, season: int) -> list[Found]:
    """Return the stretches in which a series' returns exceed its sales by at least 1 % of a year.

    Where the year itself is not positive every such stretch is named.

    Source: own.
    """
    year = year_about(top, season)
    found = []
    for scope in scopes:
        for start, end in _stretches(scope.values < 0):
            amount = float(scope.values[start : end + 1].sum())
            if -amount >= _LEAST_LOSS * float(year[start]):
                found.append(Found(where=scope.where, start=start, end=end, amount=amount, score=-amount, evidence={"amount": amount}))
    return found
