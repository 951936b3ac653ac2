from datetime import date
from typing import get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.sample_histories import KEYS, panel
from yunchou.calc.baseline import Forecast, forecast, levels_of
from yunchou.calc.errors import BadInput
from yunchou.calc.marks import parse_marks
from yunchou.calc.periods import Freq, step
from yunchou.calc.working_days import working_days, working_days_by_period


def _company(seed: int = 0, series: int = 6, months: int = 36) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(months) * np.pi / 6)
    return panel(random.gamma(3, 30, (series, months)) * season * random.gamma(2, 1, (series, 1)))


def _whole_level(made: Forecast, by: tuple[str, ...]) -> tuple[pl.DataFrame, np.ndarray]:
    parts = list(made.level_paths(by))
    return pl.concat([groups for groups, _ in parts]), np.concatenate([paths for _, paths in parts])


def test_levels_are_the_total_each_key_each_prefix_and_the_cross_once() -> None:
    assert levels_of([]) == [()]
    assert levels_of(["a"]) == [(), ("a",)]
    assert levels_of(["a", "b", "c"]) == [(), ("a",), ("b",), ("c",), ("a", "b"), ("a", "b", "c")]


def test_every_level_sums_to_the_total_path_by_path() -> None:
    made = forecast(_company(), keys=KEYS, horizon=15, paths=100)
    bottom = made.bottom_paths()
    assert bottom.shape == (100, 6, 15)
    np.testing.assert_allclose(bottom.sum(axis=1), made.total_paths, rtol=1e-9)
    for by in levels_of(KEYS):
        _, paths = _whole_level(made, by)
        np.testing.assert_allclose(paths.sum(axis=0), made.total_paths, rtol=1e-9)


def test_level_of_a_key_is_the_sum_of_its_series() -> None:
    made = forecast(_company(), keys=KEYS, horizon=3, paths=50)
    groups, paths = _whole_level(made, ("product",))
    assert groups["product"].to_list() == ["p0", "p1", "p2"]
    mine = (made.series["product"] == "p1").to_numpy()
    np.testing.assert_allclose(paths[1], made.bottom_paths()[:, mine].sum(axis=1), rtol=1e-9)


def test_periods_follow_the_last_one_of_thepanel() -> None:
    made = forecast(_company(months=36), keys=KEYS, horizon=2, paths=10)
    assert made.periods == (date(2023, 1, 1), date(2023, 2, 1))


def test_order_of_rows_and_of_keys_changes_no_number() -> None:
    history = _company()
    made = forecast(history, keys=KEYS, horizon=4, paths=40)
    shuffled = forecast(history.sample(fraction=1, shuffle=True, seed=9), keys=KEYS[::-1], horizon=4, paths=40)
    np.testing.assert_array_equal(made.total_paths, shuffled.total_paths)
    assert shuffled.series.columns == ["product", "region"]
    assert shuffled.series.sort(KEYS).select(KEYS).equals(made.series)
    place = shuffled.series.with_row_index("at").sort(KEYS)["at"].to_list()
    np.testing.assert_array_equal(made.bottom_paths(), shuffled.bottom_paths()[:, place])


def test_same_seed_gives_the_same_paths_and_another_seed_others() -> None:
    first, again, other = (forecast(_company(), keys=KEYS, horizon=4, paths=20, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.bottom_paths(), again.bottom_paths())
    assert not np.array_equal(first.bottom_paths(), other.bottom_paths())


def test_unit_of_the_values_only_scales_the_paths() -> None:
    history = _company()
    made = forecast(history, keys=KEYS, horizon=4, paths=300)
    scaled = forecast(history.with_columns(pl.col("value") * 1024), keys=KEYS, horizon=4, paths=300)
    np.testing.assert_allclose(scaled.bottom_paths() / 1024, made.bottom_paths(), rtol=1e-4, atol=1e-6)


def test_without_keys_there_is_one_series_the_total() -> None:
    made = forecast(_company(), keys=(), horizon=4, paths=20)
    assert made.bottom_paths().shape == (20, 1, 4)
    np.testing.assert_allclose(made.bottom_paths()[:, 0], made.total_paths, rtol=1e-9)


def test_parts_of_a_steady_company_are_forecast_in_their_proportions() -> None:
    top = 1000 + 10 * np.arange(48.0)
    made = forecast(panel(np.array([0.5, 0.3, 0.15, 0.05])[:, None] * top), keys=KEYS, horizon=12, paths=400)
    means = made.bottom_paths().sum(axis=2).mean(axis=0)
    found = dict(zip(made.series.rows(), means / means.sum(), strict=True))
    for key, share in {("N", "p0"): 0.5, ("S", "p0"): 0.3, ("N", "p1"): 0.15, ("S", "p1"): 0.05}.items():
        assert found[key] == pytest.approx(share, rel=0.05)


@st.composite
def _anypanel(draw: st.DrawFn) -> tuple[np.ndarray, Freq]:
    """Return intermittent, new, dying, silent and returned series, and their frequency."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = random.gamma(0.7, 100, (draw(st.integers(1, 7)), draw(st.integers(2, 40))))
    values *= random.random(values.shape) < draw(st.sampled_from([0.1, 0.6, 1.0]))
    values *= np.where(random.random(values.shape) < draw(st.sampled_from([0.0, 0.1, 0.9])), -1, 1)
    if draw(st.booleans()):
        values[0, values.shape[1] // 2 :] = 0
    values[random.random(values.shape) < draw(st.sampled_from([0.0, 0.4]))] = np.nan
    values[0, [0, -1]] = 1.0
    return values, draw(st.sampled_from(get_args(Freq)))


@settings(max_examples=40, deadline=None)
@given(_anypanel(), st.sampled_from([1, 5, 14]))
def test_any_history_gives_coherent_paths_that_are_negative_only_where_it_is(made_of: tuple[np.ndarray, Freq], horizon: int) -> None:
    values, freq = made_of
    history = panel(values, freq=freq)
    made = forecast(history, keys=KEYS, horizon=horizon, freq=freq, paths=30)
    size = np.abs(made.total_paths).max() + np.nanmax(np.abs(values))
    assert np.isfinite(made.bottom_paths()).all()
    np.testing.assert_allclose(made.bottom_paths().sum(axis=1), made.total_paths, atol=1e-9 * size)
    for by in levels_of(KEYS):
        _, paths = _whole_level(made, by)
        sums = history.group_by([*by, "period"]).agg(pl.col("value").sum())
        lowest = [sums["value"].to_numpy().min()] if not by else sums.group_by(by).agg(pl.col("value").min()).sort(by)["value"].to_list()
        for low, group in zip(lowest, paths, strict=True):
            assert low < 0 or group.min() >= -1e-9 * size


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ((0, 10), "at least 1 period must be forecast"),
        ((1, 1), "at least 2 paths are needed"),
    ],
)
def test_impossible_wish_is_refused_in_one_sentence(wish: tuple[int, int], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        forecast(_company(), keys=KEYS, horizon=wish[0], paths=wish[1])


def test_one_period_of_history_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInput, match=r"holds one period only \(2020-01\): at least two are needed"):
        forecast(_company(months=1), keys=KEYS, horizon=1)


def _with_giant(months: int = 48, times: float = 1.0) -> pl.DataFrame:
    """Return a steady company whose series N/p0 sold ``times`` a year of the whole in one month, a year and a half ago."""
    history = _company(seed=3, months=months)
    month = sorted(history["period"].unique())[-18]
    giant = history["value"].sum() / (months / 12) * times
    there = (pl.col("region") == "N") & (pl.col("product") == "p0") & (pl.col("period") == month)
    return history.with_columns(pl.when(there).then(pl.col("value") + giant).otherwise("value").alias("value"))


def test_giant_order_is_named_kept_out_of_the_level_and_may_come_again() -> None:
    plain = forecast(_company(seed=3, months=48), keys=KEYS, horizon=12, paths=600)
    made = forecast(_with_giant(), keys=KEYS, horizon=12, paths=600)
    assert [(event.kind, dict(event.where)) for event in made.events] == [("giant_order", {"product": ("p0",), "region": ("N",)})]
    assert made.warnings[-1].zh == made.events[0].sentence.zh
    usual, again = (np.quantile(one.total_paths.sum(axis=1), [0.1, 0.25, 0.5]) for one in (plain, made))
    np.testing.assert_allclose(again, usual, rtol=0.12)
    # by hand: one order in four years comes (1 + ½) ÷ (4 + 1) = 0.3 times a year, each worth a year
    came = (made.total_paths.sum(axis=1) > 1.6 * usual[2]).mean()
    assert came == pytest.approx(1 - np.exp(-0.3), abs=0.06)


def test_levels_sum_to_the_total_also_where_a_giant_order_comes_again() -> None:
    made = forecast(_with_giant(), keys=KEYS, horizon=12, paths=60)
    np.testing.assert_allclose(made.bottom_paths().sum(axis=1), made.total_paths, rtol=1e-9)
    for by in levels_of(KEYS):
        np.testing.assert_allclose(_whole_level(made, by)[1].sum(axis=0), made.total_paths, rtol=1e-9)


def test_order_marked_once_does_not_come_again() -> None:
    mark = parse_marks([{"kind": "giant_order", "from": "2022-07", "where": {"region": "N"}, "treat": "once", "reason": "一次性项目"}])
    made = forecast(_with_giant(), keys=KEYS, horizon=12, paths=400, marks=mark)
    assert made.extra is None
    assert made.events[0].reason == "一次性项目"
    assert made.total_paths.sum(axis=1).max() < 1.9 * np.median(made.total_paths.sum(axis=1))


def test_working_days_and_festivals_move_months_and_keep_the_year() -> None:
    # sales go with working days exactly, with little noise: the calendar of the coming year is known
    start = date(2020, 1, 1)
    months = [step(start, place, "M") for place in range(72)]
    days = working_days_by_period(working_days(start, date(2026, 1, 1)), freq="M")["working_days"].to_numpy()
    noise = np.random.default_rng(5).normal(1, 0.01, 72)
    history = pl.DataFrame({"period": months[:60], "value": (days * noise)[:60] * 10.0})
    made = forecast(history, keys=(), horizon=12, paths=800)
    assert made.method["calendar"]["used"] is True  # type: ignore[index]
    mean = made.total_paths.mean(axis=0)
    np.testing.assert_allclose(mean / mean.sum(), days[60:] / days[60:].sum(), atol=0.006)


def test_history_without_anything_special_names_nothing() -> None:
    made = forecast(_company(months=48), keys=KEYS, horizon=3, paths=40)
    assert made.events == ()
    assert made.extra is None


def test_lines_behind_the_amounts_free_series_from_the_luck_of_single_ones() -> None:
    # both regions sell twenty lines a month of the same kind; one had the larger ones by chance in the last year
    random = np.random.default_rng(1)
    rows = []
    for place in range(36):
        for region in "NS":
            sizes = random.pareto(1.6, 20) * 50
            if region == "N" and place == 30:
                sizes[0] = 8000.0
            rows.append((region, step(date(2021, 1, 1), place, "M"), sizes.sum(), 20.0, (sizes**2).sum()))
    history = pl.DataFrame(rows, schema=["region", "period", "value", "lines", "squares"], orient="row")
    known = forecast(history, keys=["region"], horizon=12, paths=400)
    blind = forecast(history.select("region", "period", "value"), keys=["region"], horizon=12, paths=400)
    share = [float(made.bottom_paths()[:, 0].sum() / made.total_paths.sum()) for made in (known, blind)]
    assert abs(share[0] - 0.5) < abs(share[1] - 0.5)
    assert share[0] == pytest.approx(0.5, abs=0.05)
