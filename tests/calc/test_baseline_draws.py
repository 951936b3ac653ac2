from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc import baseline_draws
from yunchou.calc.baseline_draws import Draws
from yunchou.calc.baseline_grid import make_grid
from yunchou.calc.baseline_spread import SeriesModel
from yunchou.calc.periods import step


def _draws(series: int, *, paths: int = 400, noise: float = 5.0) -> Draws:
    names = [f"s{number:03d}" for number in range(series)]
    rows = [(name, step(date(2024, 1, 1), place, "M"), 10.0) for name in names for place in range(3)]
    history = pl.DataFrame(rows, schema={"name": pl.String, "period": pl.Date, "value": pl.Float64}, orient="row")
    mean = np.linspace(1, 20, series)[:, None] * np.ones(12)
    model = SeriesModel(
        mean=mean,
        alive=np.ones(series),
        noise=np.full(series, noise),
        drift=np.full(series, 0.2),
        column_drift=(np.array([0.1]),),
        columns=np.zeros((1, series), dtype=np.int64),
        signed=np.zeros(series, dtype=np.bool_),
        spread=np.zeros(series),
    )
    total = mean.sum() / 12 * np.random.default_rng(0).gamma(50, 1 / 50, (paths, 12))
    return Draws(model=model, grid=make_grid(history, keys=["name"], freq="M"), total=total, season=12, seed=0, levels=[("name",)])


def _cube(draws: Draws) -> np.ndarray:
    return np.concatenate([block for _, block in draws.blocks()])


def test_drawing_again_instead_of_keeping_changes_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _cube(_draws(300, paths=50))
    monkeypatch.setattr(baseline_draws, "_KEPT", 0)
    np.testing.assert_array_equal(_cube(_draws(300, paths=50)), kept)


def test_mean_of_each_series_is_its_share_of_the_total() -> None:
    draws = _draws(40)
    means = _cube(draws).sum(axis=2).mean(axis=1)
    np.testing.assert_allclose(means, draws.model.mean.sum(axis=1), rtol=0.12)
    assert means.sum() == pytest.approx(draws.total.sum(axis=1).mean(), rel=1e-9)


def test_noise_makes_small_series_less_certain_than_large_ones() -> None:
    years = _cube(_draws(40)).sum(axis=2)
    relative = years.std(axis=1) / years.mean(axis=1)
    # by hand: drift 0.2 and 5 / (12 × mean) of noise, beside the total's own 2 %
    assert relative[0] == pytest.approx(np.sqrt(0.2**2 + 5 / 12), rel=0.2)
    assert relative[-1] == pytest.approx(np.sqrt(0.2**2 + 5 / 240), rel=0.2)


def test_a_key_column_s_shock_is_shared_by_its_series() -> None:
    draws = _draws(40)
    # all series are of one value here, so its shock cancels against the total
    np.testing.assert_allclose(_cube(draws).sum(axis=0), draws.total, rtol=1e-9)
