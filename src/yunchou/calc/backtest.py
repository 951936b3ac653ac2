"""What the forecast would have said at earlier origins, beside reference methods on the same series and origins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
import polars as pl

from yunchou.calc.baseline import forecast, levels_of
from yunchou.calc.baseline_grid import BoolArray, FloatArray, Grid, IntArray, group_sums, make_grid
from yunchou.calc.errors import BadInput
from yunchou.calc.periods import SEASON, Freq
from yunchou.calc.reconcile import mint
from yunchou.calc.reference_methods import BLOCK, fit_reference
from yunchou.calc.reference_methods import METHODS as REFERENCES
from yunchou.calc.scores import STATED, Tally, seasonal_scale
from yunchou.calc.text import Text

OURS = "yunchou"
MINT = "+MinT"
METHODS = (OURS, *(name + added for name in REFERENCES for added in ("", MINT)))
_FEWEST_KNOWN = 2
# numbers of all series' paths held at once
_HELD = 20_000_000
_MOST_PATHS, _FEWEST_PATHS = 1_000, 200

Blocks = Iterator[tuple[slice, FloatArray]]


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """How every method did at every level.

    ``scores``: method, level, n_series, n_origins, measure, value (null where it is divided by nothing).
    ``reliability``: method, level, stated, happened, n. ``origins``: the first foretold period of each. ``replaced``: for each
    reference, how many fits failed, so that SeasonalNaive stood in. ``unscaled``: how many series and origins have no
    season to scale by; they are left out of mase and rmsse.
    """

    scores: pl.DataFrame
    reliability: pl.DataFrame
    origins: tuple[date, ...]
    series: Mapping[str, int]
    replaced: Mapping[str, int]
    unscaled: int
    paths: int


@dataclass(frozen=True, kw_only=True)
class _Level:
    """One level at one origin: its groups with a line before it, in the order of their keys."""

    name: str
    by: tuple[str, ...]
    known: FloatArray
    actual: FloatArray
    scale: FloatArray


def check_methods(methods: Sequence[str]) -> None:
    """Refuse a method that there is not, or that is named twice.

    Raises:
        BadInput: Names the nearest method.
    """
    if not methods:
        raise BadInput(Text("--methods 是空的，请至少写一种方法", "--methods is empty; name at least one method"))
    for place, name in enumerate(methods):
        if name not in METHODS:
            lower = {known.lower(): known for known in METHODS}
            near = lower[get_close_matches(name.lower(), list(lower), n=1, cutoff=0.0)[0]]
            raise BadInput(
                Text(
                    f"--methods 里没有 {name} 这种方法，最接近的是 {near}；可选：{'、'.join(METHODS)}",
                    f"--methods: there is no {name}; the nearest is {near} (of {', '.join(METHODS)})",
                )
            )
        if name in methods[:place]:
            raise BadInput(Text(f"--methods 里 {name} 出现了两次，请去掉一个", f"--methods names {name} twice; leave one out"))


def check_wish(*, horizon: int, origins: int) -> None:
    """Refuse a horizon or a number of origins below 1.

    Raises:
        BadInput: Names the option.
    """
    if horizon < 1:
        raise BadInput(Text(f"--horizon {horizon}：至少要预测 1 期", f"--horizon {horizon}: at least 1 period must be forecast"))
    if origins < 1:
        raise BadInput(Text(f"--origins {origins}：至少要 1 个起点", f"--origins {origins}: at least 1 origin is needed"))


def backtest(
    history: pl.DataFrame,
    *,
    keys: Sequence[str],
    horizon: int,
    origins: int = 3,
    methods: Sequence[str] = METHODS,
    freq: Freq = "M",
    paths: int | None = None,
    seed: int = 0,
) -> Backtest:
    """Forecast the last periods from what came before them, by every method, and compare with what they were.

    Origins lie one period apart; the last leaves exactly ``horizon`` periods. A series is scored at an origin when it
    has a line before it; sales of others count in the groups above them. Neither the order of the rows nor which
    methods are asked for changes a value.

    Args:
        history: Columns ``keys`` (String), ``period`` (Date, first day of the period), ``value`` (Float64), and what else
            ``baseline.forecast`` reads.
        keys: The columns that make a bottom series; may be empty.
        horizon: Periods ahead, at least 1.
        origins: How many, at least 1.
        methods: Some of ``METHODS``.
        freq: Months, quarters, or weeks that start on Monday.
        paths: Equally likely futures of each method; 200 to 1,000 by the number of series when left out.
        seed: Of everything random.

    Raises:
        BadInput: No row, an unknown or repeated method, fewer than one origin or period ahead, fewer than two periods
            before the first origin.

    Source: own; rolling origins as L. J. Tashman, Int. J. of Forecasting 16 (2000).
    """
    check_methods(methods)
    check_wish(horizon=horizon, origins=origins)
    # the order in which the caller names the keys must not matter
    grid = make_grid(history, keys=sorted(keys), freq=freq)
    _check_length(len(grid.periods), horizon=horizon, origins=origins)
    levels = levels_of(keys)
    count = sum(max(1, grid.groups(by)[0].height) for by in levels)
    paths = paths or max(_FEWEST_PATHS, min(_MOST_PATHS, _HELD // (count * horizon)))
    run = _Run(grid=grid, history=history, keys=tuple(keys), levels=levels, horizon=horizon, freq=freq, paths=paths, seed=seed)
    starts = range(len(grid.periods) - horizon - origins + 1, len(grid.periods) - horizon + 1)
    for origin in starts:
        run.score(origin, methods)
    return run.result(methods, [grid.periods[origin] for origin in starts])


def _check_length(periods: int, *, horizon: int, origins: int) -> None:
    left = periods - horizon - origins + 1
    if left < _FEWEST_KNOWN:
        raise BadInput(
            Text(
                f"历史只有 {periods} 期，不够检验：--horizon {horizon} 加 --origins {origins} 至少需要"
                f" {horizon + origins - 1 + _FEWEST_KNOWN} 期；请减小其中之一",
                f"the history has {periods} periods, too few: --horizon {horizon} with --origins {origins} needs at least"
                f" {horizon + origins - 1 + _FEWEST_KNOWN}; lower one of them",
            )
        )


class _Run:
    """One back-test under way."""

    def __init__(
        self,
        *,
        grid: Grid,
        history: pl.DataFrame,
        keys: tuple[str, ...],
        levels: Sequence[tuple[str, ...]],
        horizon: int,
        freq: Freq,
        paths: int,
        seed: int,
    ) -> None:
        self.grid, self.history, self.keys, self.levels = grid, history, keys, levels
        self.horizon, self.freq, self.paths, self.seed = horizon, freq, paths, seed
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.series: dict[str, int] = {}
        self.replaced: dict[str, int] = {}
        self.unscaled = 0

    def score(self, origin: int, methods: Sequence[str]) -> None:
        """Score every method at one origin."""
        at = [self._level(by, origin) for by in self.levels]
        # origins come in order, so the last one knows the most series
        self.series = {level.name: len(level.known) for level in at}
        self.unscaled += int(sum(np.isnan(level.scale[:, 0]).sum() for level in at))
        if OURS in methods:
            self._score_ours(origin, at)
        for name in REFERENCES:
            wanted = {added for added in ("", MINT) if name + added in methods}
            if not wanted:
                continue
            known = np.concatenate([level.known for level in at])
            model = fit_reference(known, season=SEASON[self.freq], horizon=self.horizon, method=name)
            self.replaced[name] = self.replaced.get(name, 0) + model.replaced
            blocks = model.blocks(paths=self.paths, seed=self.seed + origin)
            if MINT not in wanted:
                self._score_blocks(name, at, blocks)
                continue
            whole = np.concatenate([block for _, block in blocks])
            if "" in wanted:
                self._score_blocks(name, at, _cut(whole))
            whole = mint(whole, groups=self._groups(origin), errors=model.errors)
            self._score_blocks(name + MINT, at, _cut(whole))

    def _born(self, origin: int) -> BoolArray:
        """Return which bottom series have a line before the origin."""
        return np.asarray(self.grid.first < origin)

    def _level(self, by: tuple[str, ...], origin: int) -> _Level:
        groups, index = self.grid.groups(by)
        count = max(1, groups.height)
        values = group_sums(self.grid.values, index, count)
        born = np.zeros(count, dtype=np.bool_)
        born[index[self._born(origin)]] = True
        known = values[born, :origin]
        scale = np.array([seasonal_scale(own, SEASON[self.freq]) for own in known])
        actual = values[born, origin : origin + self.horizon]
        return _Level(name="|".join(by) or "total", by=by, known=known, actual=actual, scale=scale)

    def _groups(self, origin: int) -> list[IntArray]:
        """Return, for each level above the bottom one, the group of each bottom series, both as ``_level`` orders them."""
        # the grid orders its series by the sorted names of the keys, the bottom level by the keys as given
        order = np.argsort(self.grid.groups(self.levels[-1])[1])
        rows = order[self._born(origin)[order]]
        return [np.unique(self.grid.groups(by)[1][rows], return_inverse=True)[1] for by in self.levels[:-1]]

    def _known_history(self, origin: int) -> pl.DataFrame:
        """Return the lines before an origin; when its last period has none, a line of nothing makes it known."""
        last = self.grid.periods[origin - 1]
        measures = [name for name in ("value", "lines", "squares") if name in self.history.columns]
        lines = self.history.select(*self.keys, pl.col("period").cast(pl.Date), pl.col(measures).cast(pl.Float64))
        lines = lines.filter(pl.col("period") <= last)
        nothing = [pl.lit(0.0).alias(name) for name in measures]
        silent = lines.sort(*self.keys, "period")[:1].with_columns(pl.lit(last).alias("period"), *nothing)
        return pl.concat([lines, silent])

    def _score_ours(self, origin: int, at: Sequence[_Level]) -> None:
        known = self._known_history(origin)
        made = forecast(known, keys=self.keys, horizon=self.horizon, freq=self.freq, paths=self.paths, seed=self.seed)
        for level in at:
            start = 0
            for _, block in made.level_paths(level.by):
                self._add(OURS, level, slice(start, start + len(block)), block)
                start += len(block)

    def _score_blocks(self, method: str, at: Sequence[_Level], blocks: Blocks) -> None:
        """Score blocks of all levels' series, one level after the other."""
        starts = np.cumsum([0, *(len(level.known) for level in at)])
        for rows, block in blocks:
            for start, level in zip(starts[:-1], at, strict=True):
                low, high = max(rows.start, start), min(rows.stop, start + len(level.known))
                if low < high:
                    self._add(method, level, slice(low - start, high - start), block[low - rows.start : high - rows.start])

    def _add(self, method: str, level: _Level, rows: slice, block: FloatArray) -> None:
        tally = self.tallies.setdefault((method, level.name), Tally())
        tally.add(block, level.actual[rows], level.scale[rows])

    def result(self, methods: Sequence[str], origins: Sequence[date]) -> Backtest:
        """Return the tables, sorted by method as asked for, level, measure."""
        scores, reliability = [], []
        for method in methods:
            for level, count in self.series.items():
                tally = self.tallies[method, level]
                scores += [(method, level, count, len(origins), name, value) for name, value in tally.values().items()]
                reliability += [
                    (method, level, stated, float(share), tally.totals) for stated, share in zip(STATED, tally.happened(), strict=True)
                ]
        kinds = {"method": pl.String, "level": pl.String}
        more = {"n_series": pl.Int64, "n_origins": pl.Int64, "measure": pl.String, "value": pl.Float64}
        return Backtest(
            scores=pl.DataFrame(scores, schema={**kinds, **more}, orient="row"),
            reliability=pl.DataFrame(
                reliability, schema={**kinds, "stated": pl.Float64, "happened": pl.Float64, "n": pl.Int64}, orient="row"
            ),
            origins=tuple(origins),
            series=self.series,
            replaced=self.replaced,
            unscaled=self.unscaled,
            paths=self.paths,
        )


def _cut(whole: FloatArray) -> Blocks:
    """Yield paths in the blocks in which they were drawn, so that sums round alike however they come."""
    for start in range(0, len(whole), BLOCK):
        yield slice(start, min(start + BLOCK, len(whole))), whole[start : start + BLOCK]
