"""How the expected total divides among the bottom series: their own models beside their shares, weighed by the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray, Grid, IntArray, group_sums
from yunchou.calc.baseline_models import MODELS, USUAL, expect_many
from yunchou.calc.baseline_newcomers import believed_part, ramp_ahead
from yunchou.calc.baseline_reconcile import DENSE, LevelForecast, error_variance, reconcile
from yunchou.calc.baseline_shares import expect, find_momentum, still_alive, year_origins
from yunchou.calc.baseline_weights import best_weights, error_products, past_origins, windows

# how much the usual weights count against the errors of one window
_WORTH = 0.5


@dataclass(frozen=True, kw_only=True)
class Level:
    """The groups of one level: which one each series belongs to, their sums ``(groups, periods)``, their first periods."""

    index: IntArray
    values: FloatArray
    first: IntArray


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Expected amounts ``(series, horizon)`` that sum to the total, the probability that a series goes on, its noise."""

    mean: FloatArray
    alive: FloatArray
    noise: FloatArray


def level_of(grid: Grid, values: FloatArray, by: Sequence[str]) -> Level:
    """Return the groups of a level.

    Source: own.
    """
    groups, index = grid.groups(by)
    count = max(1, groups.height)
    first = np.full(count, values.shape[1], dtype=np.int64)
    np.minimum.at(first, index, grid.first)
    return Level(index=index, values=group_sums(values, index, count), first=first)


@dataclass(frozen=True, kw_only=True)
class Division:
    """What bottom series can be expected to be, from any moment of their history.

    ``values``: the history to learn from, ``(series, periods)``; ``levels``: names of key columns, the total first and
    the bottom series last. Levels of more than 1,000 groups have no models of their own: they follow as shares.

    Source: own; see docs/methods/forecast.md.
    """

    grid: Grid
    values: FloatArray
    keys: Sequence[str]
    levels: Sequence[Sequence[str]]
    season: int
    horizon: int
    _known: dict[tuple[int, int], list[FloatArray]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Return the number of periods of history."""
        return int(self.values.shape[1])

    @cached_property
    def signed(self) -> BoolArray:
        """Return which series have had negative periods."""
        return np.asarray((self.grid.values < 0).any(axis=1))

    @cached_property
    def columns(self) -> IntArray:
        """Return the number of each series' value in each key column, ``(keys, series)``."""
        found = [self.grid.groups([key])[1] for key in self.keys]
        return np.array(found, dtype=np.int64).reshape(len(self.keys), len(self.values))

    @cached_property
    def _levels(self) -> tuple[Level, ...]:
        return tuple(level_of(self.grid, self.values, by) for by in self.levels)

    @cached_property
    def _modelled(self) -> tuple[Level, ...]:
        """Return the levels that have models of their own."""
        return tuple(level for level in self._levels if len(level.values) <= DENSE)

    def _found(self, known: int, span: int) -> list[FloatArray]:
        """Return what each model expects of each modelled level, ``(models, groups, span)``, from the first ``known`` periods."""
        if (known, span) not in self._known:
            found = []
            for level in self._modelled:
                history = level.values[:, :known]
                active = (np.arange(known) >= level.first[:, None]).astype(float)
                alive = np.where((history < 0).any(axis=1), 1.0, still_alive(history, active))
                each = expect_many(history, level.first, season=self.season, horizon=span)
                found.append(each * alive[:, None])
            self._known[known, span] = found
        return self._known[known, span]

    @cached_property
    def weights(self) -> FloatArray:
        """Return how much each model is believed in this file, by its errors at earlier origins of all levels."""
        products = []
        for place, level in enumerate(self._modelled):
            sums = np.zeros((len(MODELS), len(MODELS)))
            for origin in past_origins(self.length, season=self.season, horizon=self.horizon):
                born = level.first <= origin.known - 2
                actual = level.values[:, origin.known : origin.known + origin.span]
                found = self._found(origin.known, origin.span)[place]
                sums += error_products(found[:, born], actual[born], self._usual(level, origin.known)[born])
            products.append(sums)
        return best_weights(products, USUAL, worth=_WORTH / windows(self.length, season=self.season, horizon=self.horizon))

    def _usual(self, level: Level, known: int) -> FloatArray:
        return np.asarray(np.abs(level.values[:, max(0, known - self.season) : known]).mean(axis=1))

    def _own(self, known: int, span: int) -> list[FloatArray]:
        """Return the weighted models' expectation of each modelled level."""
        return [np.tensordot(self.weights, each, axes=1) for each in self._found(known, span)]

    @cached_property
    def _variances(self) -> tuple[FloatArray, ...]:
        """Return the error variance of each group of the modelled levels, from the origins that leave a whole span."""
        span = min(self.horizon, self.season)
        origins = [one.known for one in past_origins(self.length, season=self.season, horizon=self.horizon) if one.span == span]
        found = []
        for place, level in enumerate(self._modelled):
            errors = np.full((len(origins), len(level.values)), np.nan)
            for at, known in enumerate(origins):
                born = level.first <= known - 2
                error = self._own(known, span)[place].sum(axis=1) - level.values[:, known : known + span].sum(axis=1)
                errors[at, born] = error[born]
            found.append(error_variance(self._own(self.length, self.horizon)[place], errors))
        return tuple(found)

    def _shares(self, known: int, total: FloatArray) -> Expected:
        """Return the series as shares of the total; those that are not born, and signed ones, are nothing."""
        born = (self.grid.first < known) & ~self.signed
        count, horizon = len(self.values), len(total)
        mean, alive, noise = np.zeros((count, horizon)), np.ones(count), np.zeros(count)
        if born.any():
            history, first, columns = self.values[born, :known], self.grid.first[born], self.columns[:, born]
            profile = np.maximum(total, 0.0)
            if profile.sum() == 0:
                profile = np.ones(horizon)
            momentum = find_momentum(history, first, columns, season=self.season)
            found = expect(history, first, columns, season=self.season, profile=profile, momentum=momentum)
            mean[born], alive[born], noise[born] = found.mean * found.alive[:, None], found.alive, found.noise
            sums = mean.sum(axis=0)
            mean *= np.divide(np.maximum(total, 0.0), sums, out=np.zeros(horizon), where=sums > 0)
        return Expected(mean=mean, alive=alive, noise=noise)

    @cached_property
    def own_parts(self) -> tuple[float, ...]:
        """Return, for each modelled level below the total, the part its own models have in what is expected of it.

        The rest is that of the shares. They lean on all series together and are better while a file is short; in a long
        one each series' own models are. The errors of the level and those of all levels count alike.
        """
        usual = max(0.0, 1 - 2 / (self.length / self.season + 1))
        levels = self._modelled[1:]
        products = [np.zeros((2, 2)) for _ in levels]
        for origin in past_origins(self.length, season=self.season, horizon=self.horizon):
            own = self._own(origin.known, origin.span)
            shares = self._shares(origin.known, own[0][0]).mean
            for place, level in enumerate(levels):
                born = level.first <= origin.known - 2
                both = np.array([own[place + 1], group_sums(shares, level.index, len(level.values))])
                actual = level.values[:, origin.known : origin.known + origin.span]
                products[place] += error_products(both[:, born], actual[born], self._usual(level, origin.known)[born])
        together = np.asarray(sum(one / max(np.trace(one), 1e-300) for one in products))
        worth = _WORTH / windows(self.length, season=self.season, horizon=self.horizon)
        before = np.array([usual, 1 - usual])
        return tuple(float(best_weights([one, together], before, worth=worth)[0]) for one in products)

    @cached_property
    def ramp_part(self) -> float:
        """Return the part of the ramp that newcomers of this file are believed to take, by those of its earlier years."""
        expected: list[float] = []
        came: list[float] = []
        places = [place for place, by in enumerate(self.levels[: len(self._modelled)]) if len(by) == 1]
        for origin in year_origins(self.length, self.season):
            future = self.values[:, origin : origin + self.season]
            ramps = [self._ramp(self._levels[place], origin, self.season).mean(axis=1) for place in places]
            if all((ramp == 1).all() for ramp in ramps):
                continue
            found = self._expect(origin, future.sum(axis=0), 0.0).mean.sum(axis=1)
            for place, ramp in zip(places, ramps, strict=True):
                level = self._levels[place]
                due, actual = (group_sums(part, level.index, len(level.values)) for part in (found, future.sum(axis=1)))
                told = (ramp != 1) & (due > 0) & (actual > 0) & ~self._signed_groups(level)
                expected += np.log(ramp[told]).tolist()
                came += np.log(actual[told] / due[told]).tolist()
        return believed_part(expected, came)

    def _ramp(self, level: Level, known: int, horizon: int) -> FloatArray:
        first = np.minimum(level.first, known)
        return ramp_ahead(level.values[:, :known], first, season=self.season, horizon=horizon)

    def expect(self, known: int, total: FloatArray) -> Expected:
        """Return what the series can be expected to be after the first ``known`` periods, for a total of shape ``(horizon,)``."""
        return self._expect(known, total, self.ramp_part)

    def _expect(self, known: int, total: FloatArray, ramp_part: float) -> Expected:
        shares = self._ramped(self._shares(known, total), known, ramp_part)
        if len(self.levels) == 1:
            return Expected(mean=total[None], alive=np.ones(1), noise=shares.noise)
        levels = []
        for level, own, variance, part in zip(
            self._modelled[1:], self._own(known, len(total))[1:], self._variances[1:], self.own_parts, strict=True
        ):
            share = group_sums(shares.mean, level.index, len(level.values))
            ramped = own * self._ramp(level, known, len(total)) ** ramp_part
            mean = np.where(self._signed_groups(level)[:, None], own, part * ramped + (1 - part) * share)
            levels.append(LevelForecast(index=level.index, mean=mean, variance=variance))
        if self._levels[-1] is not self._modelled[-1]:
            # too many for models of their own: their shares stand for them
            loose = error_variance(shares.mean, np.zeros((0, len(shares.mean))))
            unit = self._variances[-1].sum() / max(float(loose.sum()), 1e-300)
            levels.append(LevelForecast(index=np.arange(len(shares.mean)), mean=shares.mean, variance=loose * unit))
        return Expected(mean=reconcile(total, levels, ~self.signed), alive=shares.alive, noise=shares.noise)

    def _ramped(self, shares: Expected, known: int, ramp_part: float) -> Expected:
        """Return the shares with what newcomers grow into; the others give it up, for the total stays."""
        bottom = Level(index=np.arange(len(self.values)), values=self.values, first=self.grid.first)
        mean = shares.mean * self._ramp(bottom, known, shares.mean.shape[1]) ** ramp_part
        sums, before = mean.sum(axis=0), shares.mean.sum(axis=0)
        scale = np.divide(before, sums, out=np.ones_like(sums), where=sums > 0)
        return Expected(mean=mean * scale, alive=shares.alive, noise=shares.noise)

    def _signed_groups(self, level: Level) -> BoolArray:
        """Return which groups hold a series that has had negative periods: shares know nothing of it."""
        return np.asarray(np.bincount(level.index, self.signed, len(level.values)) > 0)

    def told(self) -> Mapping[str, object]:
        """Return how the division was made, as plain values."""
        modelled = ["|".join(by) for by, level in zip(self.levels, self._levels, strict=True) if len(level.values) <= DENSE]
        return {
            "weights": dict(zip(MODELS, (round(float(weight), 4) for weight in self.weights), strict=True)),
            "newcomers_ramp": round(self.ramp_part, 4),
            "own_models_part": {name: round(part, 4) for name, part in zip(modelled[1:], self.own_parts, strict=True)},
        }
