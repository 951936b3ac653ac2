from datetime import date
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.calc.sample_histories import KEYS, panel
from yunchou.calc.backtest import METHODS, OURS, Backtest, backtest
from yunchou.calc.baseline import forecast
from yunchou.calc.errors import BadInput
from yunchou.calc.periods import Freq
from yunchou.calc.scores import MEASURES, STATED, Tally, seasonal_scale

NAIVE = ("SeasonalNaive", "SeasonalNaive+MinT")


def _values(seed: int = 0, series: int = 6, periods: int = 40) -> np.ndarray:
    random = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(periods) * np.pi / 6)
    return np.asarray(random.gamma(3, 30, (series, periods)) * season * random.gamma(2, 1, (series, 1)))


def _value(made: Backtest, method: str, level: str, measure: str) -> float | None:
    found = made.scores.filter(method=method, level=level, measure=measure)["value"].to_list()
    assert len(found) == 1
    return found[0]


def test_last_origins_lie_one_period_apart_and_leave_the_horizon() -> None:
    made = backtest(panel(_values()), keys=KEYS, horizon=4, origins=3, methods=NAIVE, paths=50)
    # 40 months from January 2020: the last foretells January to April 2023
    assert made.origins == (date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1))
    assert made.series == {"total": 1, "region": 2, "product": 3, "region|product": 6}
    assert made.scores.columns == ["method", "level", "n_series", "n_origins", "measure", "value"]
    expected = [(method, level, count, 3, name) for method in NAIVE for level, count in made.series.items() for name in MEASURES]
    assert made.scores.drop("value").rows() == expected
    expected = [(method, level, stated, 3 * count) for method in NAIVE for level, count in made.series.items() for stated in STATED]
    assert made.reliability.drop("happened").rows() == expected


def test_seasonal_naive_is_scored_as_by_hand() -> None:
    values = np.array([[10.0, 20, 30, 40, 12, 24, 27, 44, 13, 20]])
    made = backtest(panel(values, freq="Q"), keys=(), horizon=2, origins=1, methods=NAIVE[:1], freq="Q", paths=20_000)
    # last year 12 and 24, then came 13 and 20; changes before: 2, 4, −3, 4
    expected = {"wmape": 5 / 33, "bias": 3 / 33, "total_ape": 3 / 33, "mase": 2.5 / 3.25, "rmsse": np.sqrt(17 / 2) / np.sqrt(45 / 4)}
    for measure, value in expected.items():
        assert _value(made, "SeasonalNaive", "total", measure) == pytest.approx(value, abs=1e-9)
    # a normal's CRPS in closed form (Gneiting and Raftery 2007), within 1 % for 20,000 paths
    normal, deviation = NormalDist(), np.sqrt(45 / 4)
    crps = sum(deviation * (z * (2 * normal.cdf(z) - 1) + 2 * normal.pdf(z) - np.pi**-0.5) for z in (1 / deviation, -4 / deviation))
    assert _value(made, "SeasonalNaive", "total", "crps") == pytest.approx(crps / 33, rel=0.01)
    # ±1.28 deviations: 12 ± 4.3 holds 13, 24 ± 4.3 holds 20; their sum 36 ± 6.1 holds 33
    assert _value(made, "SeasonalNaive", "total", "cover80") == 1
    assert _value(made, "SeasonalNaive", "total", "total_cover80") == 1


def test_our_scores_are_those_of_the_forecast_itself() -> None:
    history = panel(_values())
    made = backtest(history, keys=KEYS, horizon=3, origins=1, methods=[OURS], paths=60, seed=4)
    known = history.filter(pl.col("period") < date(2023, 2, 1))
    paths = np.concatenate([block for _, block in forecast(known, keys=KEYS, horizon=3, paths=60, seed=4).level_paths(("region",))])
    sums = history.group_by("region", "period").agg(pl.col("value").sum()).sort("region", "period")["value"].to_numpy().reshape(2, 40)
    tally = Tally()
    tally.add(paths, sums[:, 37:], np.array([seasonal_scale(own, 12) for own in sums[:, :37]]))
    assert {name: _value(made, OURS, "region", name) for name in MEASURES} == pytest.approx(tally.values(), rel=1e-9)


def test_neither_order_of_rows_nor_of_keys_nor_other_methods_change_a_value() -> None:
    history = panel(_values(series=90))
    methods = [OURS, "AutoTheta", "AutoTheta+MinT"]
    made = backtest(history, keys=KEYS, horizon=3, origins=1, methods=methods, paths=50)
    mixed = backtest(history.sample(fraction=1.0, shuffle=True, seed=3), keys=KEYS, horizon=3, origins=1, methods=methods, paths=50)
    assert_frame_equal(mixed.scores, made.scores, check_exact=True)
    assert_frame_equal(mixed.reliability, made.reliability, check_exact=True)
    for method in methods:
        alone = backtest(history, keys=KEYS, horizon=3, origins=1, methods=[method], paths=50)
        assert_frame_equal(alone.scores, made.scores.filter(method=method), check_exact=True)
    turned = backtest(history, keys=KEYS[::-1], horizon=3, origins=1, methods=methods, paths=50)
    for level in ("total", "region", "product"):
        for method in methods[1:]:
            assert _value(turned, method, level, "wmape") == pytest.approx(_value(made, method, level, "wmape"), rel=1e-9)


def test_reconciled_total_error_is_that_of_the_reconciled_parts() -> None:
    made = backtest(panel(_values()), keys=KEYS, horizon=3, origins=1, methods=["SeasonalNaive", "SeasonalNaive+MinT"], paths=50)
    # last year's figures sum already, so nothing moves
    for level in made.series:
        for measure in ("wmape", "bias", "mase"):
            assert _value(made, NAIVE[1], level, measure) == pytest.approx(_value(made, NAIVE[0], level, measure), rel=1e-6)
    # forecasts that sum have the same bias at every level, relative to the same total
    theta = backtest(panel(_values()), keys=KEYS, horizon=3, origins=1, methods=["AutoTheta+MinT"], paths=50)
    found = [_value(theta, "AutoTheta+MinT", level, "bias") for level in theta.series]
    assert found == pytest.approx([found[0]] * 4, rel=1e-6)


def test_series_born_after_an_origin_is_scored_later_and_counts_in_its_groups_before() -> None:
    values = np.full((3, 30), 10.0)
    values[1, :28] = np.nan
    made = backtest(panel(values), keys=KEYS, horizon=1, origins=2, methods=NAIVE, paths=20)
    # at the first origin (28 months) only two series are known; the third sells 10 of the total's 30
    assert made.reliability.filter(level="region|product", stated=0.5)["n"].to_list() == [2 + 3] * 2
    assert made.series["region|product"] == 3
    # last year's 20 are foretold for the total twice, 30 came: 10 of 30
    assert _value(made, "SeasonalNaive", "total", "wmape") == pytest.approx(1 / 3, abs=1e-9)
    # known for a month only, at its mean: no error
    assert _value(made, "SeasonalNaive", "region|product", "wmape") == pytest.approx(0, abs=1e-9)


def test_silence_before_an_origin_counts_as_months_of_nothing() -> None:
    values = _values(series=2, periods=30)
    values[:, 20:27] = np.nan
    gap = backtest(panel(values), keys=KEYS, horizon=3, origins=1, methods=[OURS, NAIVE[0]], paths=50)
    filled = backtest(panel(np.nan_to_num(values)), keys=KEYS, horizon=3, origins=1, methods=[OURS, NAIVE[0]], paths=50)
    assert_frame_equal(gap.scores, filled.scores, check_exact=True)


@pytest.mark.parametrize("freq", ["M", "Q", "W"])
def test_every_frequency_and_negative_periods_are_scored(freq: Freq) -> None:
    values = _values(periods=120 if freq == "W" else 40)
    values[0, ::5] *= -3
    methods = ["yunchou", "SeasonalNaive+MinT", "AutoETS", "AutoTheta+MinT"]
    made = backtest(panel(values, freq=freq), keys=KEYS, horizon=2, origins=1, methods=methods, freq=freq, paths=20)
    assert made.scores["value"].is_finite().all()
    assert made.scores["value"].null_count() == 0


def test_total_alone_is_the_same_with_and_without_reconciling() -> None:
    history = panel(_values(series=1)).select("period", "value")
    made = backtest(history, keys=(), horizon=3, origins=1, paths=50)
    assert made.scores["method"].unique(maintain_order=True).to_list() == list(METHODS)
    for name in ("SeasonalNaive", "AutoETS", "AutoARIMA", "AutoTheta"):
        plain, reconciled = (made.scores.filter(method=method)["value"].to_list() for method in (name, f"{name}+MinT"))
        assert plain == reconciled


def test_history_of_one_season_has_no_scale_and_says_so() -> None:
    made = backtest(panel(_values(periods=14)), keys=KEYS, horizon=3, origins=1, methods=[OURS, *NAIVE], paths=20)
    assert made.unscaled == 12
    assert _value(made, OURS, "total", "mase") is None
    assert _value(made, OURS, "total", "rmsse") is None


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (
            {"horizon": 12, "origins": 30},
            "the history has 40 periods, too few: --horizon 12 with --origins 30 needs at least 43; lower one of them",
        ),
        ({"horizon": 40}, "the history has 40 periods, too few: --horizon 40 with --origins 3 needs at least 44; lower one of them"),
        ({"horizon": 0}, "--horizon 0: at least 1 period must be forecast"),
        ({"horizon": 3, "origins": 0}, "--origins 0: at least 1 origin is needed"),
        ({"horizon": 3, "methods": ["AutoETS", "yunchou", "AutoETS"]}, "--methods names AutoETS twice; leave one out"),
        ({"horizon": 3, "methods": []}, "--methods is empty; name at least one method"),
        (
            {"horizon": 3, "methods": ["autoets+mint"]},
            f"--methods: there is no autoets+mint; the nearest is AutoETS+MinT (of {', '.join(METHODS)})",
        ),
    ],
)
def test_impossible_wish_is_refused_in_one_sentence(wish: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        backtest(panel(_values()), keys=KEYS, **wish)  # type: ignore[arg-type]
    assert refused.value.told("en") == sentence


def test_shortest_history_that_is_enough_is_scored() -> None:
    made = backtest(panel(_values(periods=7)), keys=KEYS, horizon=3, origins=3, methods=[OURS, "AutoTheta"], paths=20)
    assert made.origins[0] == date(2020, 3, 1)
    assert made.replaced == {"AutoTheta": 24}
