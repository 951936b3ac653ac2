from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc import baseline_division, baseline_reconcile
from yunchou.calc.baseline import levels_of
from yunchou.calc.baseline_division import Division, level_of
from yunchou.calc.baseline_grid import Grid, group_sums
from yunchou.calc.baseline_models import MODELS, USUAL
from yunchou.calc.periods import step

YEAR = 12
KEYS = ("product", "region")


def _division(values: np.ndarray, *, keys: Sequence[str] = KEYS, horizon: int = YEAR, first: np.ndarray | None = None) -> Division:
    """Return the division of products sold in two regions each."""
    count, length = values.shape
    series = pl.DataFrame({"product": [f"p{row // 2}" for row in range(count)], "region": ["NS"[row % 2] for row in range(count)]})
    grid = Grid(
        series=series.select(keys),
        values=values,
        first=np.zeros(count, dtype=np.int64) if first is None else first,
        periods=tuple(step(date(2020, 1, 1), at, "M") for at in range(length)),
    )
    return Division(grid=grid, values=values, keys=keys, levels=levels_of(keys), season=YEAR, horizon=horizon)


def _company(months: int = 48, *, seed: int = 0, series: int = 6) -> np.ndarray:
    random = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(months) * np.pi / 6)
    return np.asarray(random.gamma(2, 100, (series, 1)) * season * random.gamma(20, 1 / 20, (series, months)))


def test_level_holds_sums_and_first_periods_of_its_groups() -> None:
    values = np.arange(12.0).reshape(4, 3)
    level = level_of(_division(values, first=np.array([0, 1, 2, 0])).grid, values, ("region",))
    np.testing.assert_array_equal(level.index, [0, 1, 0, 1])
    np.testing.assert_array_equal(level.values, [[6.0, 8.0, 10.0], [12.0, 14.0, 16.0]])
    np.testing.assert_array_equal(level.first, [0, 0])


def test_series_sum_to_the_total_from_any_moment() -> None:
    division = _division(_company())
    for known, total in ((48, np.full(YEAR, 1000.0)), (30, np.linspace(500, 900, 6)), (13, np.full(3, 10.0))):
        found = division.expect(known, total)
        assert (found.mean >= 0).all()
        np.testing.assert_allclose(found.mean.sum(axis=0), total, rtol=1e-9)


def test_what_came_later_changes_nothing_but_how_the_past_is_weighed() -> None:
    values = _company()
    division, other = _division(values), _division(np.concatenate([values[:, :47], 5 * values[:, 47:]], axis=1))
    for one in (division, other):
        vars(one)["weights"], vars(one)["own_parts"] = USUAL, (0.5, 0.5, 0.5)
        vars(one)["_variances"] = tuple(np.ones(size) for size in (1, 3, 2, 6))
    total = np.full(YEAR, 1000.0)
    np.testing.assert_array_equal(division.expect(36, total).mean, other.expect(36, total).mean)


def test_shares_rule_a_single_year_and_own_models_have_the_more_the_longer_a_file_is() -> None:
    assert _division(_company(12)).own_parts == (0.0, 0.0, 0.0)
    short, long = (np.mean(_division(_company(months)).own_parts) for months in (24, 96))
    assert 0 <= short < long <= 1


def test_own_models_are_preferred_where_each_series_has_a_season_that_shares_do_not_know() -> None:
    # seasons that move between series: last year's share of a month is no guide to the next one's
    shapes = 1 + 0.8 * np.sin((np.arange(96) + 2 * np.arange(6)[:, None]) * np.pi / 6)
    noise = np.random.default_rng(2).gamma(400, 1 / 400, shapes.shape)
    assert min(_division(100 * shapes * noise).own_parts) > 0.5


def test_models_are_weighed_by_this_file() -> None:
    random = np.random.default_rng(1)
    # months that each wander from what they were a year ago, and months that wander from the one before
    yearly = _division(1000 * np.exp(np.cumsum(0.2 * random.standard_normal((6, 8, YEAR)), axis=1)).reshape(6, -1))
    monthly = _division(1000 * np.exp(np.cumsum(0.08 * random.standard_normal((6, 96)), axis=1)))
    of_yearly, of_monthly = (float(one.weights[3] + one.weights[4]) for one in (yearly, monthly))
    assert yearly.weights.sum() == pytest.approx(1.0, abs=1e-9)
    assert of_yearly > 0.5
    assert of_monthly < 0.25
    np.testing.assert_array_equal(_division(_company(12)).weights, USUAL)


def test_signed_series_follow_their_own_models_and_not_shares() -> None:
    values = _company()
    values[5] = np.random.default_rng(1).normal(-50, 5, 48)
    division = _division(values)
    assert division.signed.tolist() == [False] * 5 + [True]
    total = values[:, -YEAR:].sum(axis=0)
    found = division.expect(48, total)
    assert found.mean[5].mean() == pytest.approx(-50, rel=0.25)
    np.testing.assert_allclose(found.mean.sum(axis=0), total, rtol=1e-9)


def test_levels_of_too_many_groups_follow_as_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    values, total = _company(series=10), np.full(YEAR, 1000.0)
    monkeypatch.setattr(baseline_division, "DENSE", 5)
    monkeypatch.setattr(baseline_reconcile, "DENSE", 5)
    division = _division(values)
    found = division.expect(48, total).mean
    np.testing.assert_allclose(found.sum(axis=0), total, rtol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1) / found.sum(), values[:, -YEAR:].sum(axis=1) / values[:, -YEAR:].sum(), rtol=0.2)
    told = division.told()["own_models_part"]
    assert isinstance(told, dict)
    assert list(told) == ["product", "region"]


def test_parts_told_are_those_of_the_levels_that_have_models(monkeypatch: pytest.MonkeyPatch) -> None:
    # five products are too many here, two regions are not
    monkeypatch.setattr(baseline_division, "DENSE", 4)
    told = _division(_company(series=10)).told()
    assert told["own_models_part"] == {"region": pytest.approx(_division(_company(series=10)).own_parts[0], abs=1e-4)}
    assert told["weights"] == pytest.approx(dict(zip(MODELS, _division(_company(series=10)).weights, strict=True)), abs=1e-4)


def test_a_single_series_is_the_total() -> None:
    values = _company(series=1)
    division = _division(values, keys=())
    np.testing.assert_array_equal(division.expect(48, np.arange(1.0, 4.0)).mean, [[1.0, 2.0, 3.0]])


def test_regions_meet_what_they_expect_better_than_series_put_together() -> None:
    # series are noisy, regions are not: reconciled series sum to nearly what regions expect of themselves
    random = np.random.default_rng(3)
    half = random.gamma(2, 1, (10, 48))
    values = np.empty((20, 48))
    for place, size in ((0, 600.0), (1, 400.0)):
        values[place::2] = half / half.sum(axis=0) * size
        half = half[:, ::-1]
    found = group_sums(_division(values).expect(48, np.full(YEAR, 1000.0)).mean, np.arange(20) % 2, 2)
    np.testing.assert_allclose(found, np.repeat([[600.0], [400.0]], YEAR, axis=1), rtol=0.05)


def _with_newcomers(born: dict[int, int], *, pace: float = 1.0) -> Division:
    """Return a company of six steady series, some of which began in a given month, at a pace of what they were in the end."""
    values, first = np.full((6, 48), 100.0), np.zeros(6, dtype=np.int64)
    for row, month in born.items():
        values[row, :month], first[row] = 0, month
        values[row, month : month + YEAR] *= pace
    return _division(values, first=first)


def test_a_newcomer_is_expected_to_grow_and_the_others_give_up_what_it_gains() -> None:
    division, total = _with_newcomers({1: 45}), np.full(YEAR, 600.0)
    found, without = (division.expect(48, total).mean, division._expect(48, total, 0.0).mean)
    assert found[1].sum() > 1.5 * without[1].sum()
    assert found[[0, 2, 3, 4, 5]].sum() < without[[0, 2, 3, 4, 5]].sum()
    np.testing.assert_allclose(found.sum(axis=0), total, rtol=1e-9)


def test_without_newcomers_the_ramp_changes_nothing() -> None:
    division, total = _division(_company()), np.full(YEAR, 600.0)
    assert division.ramp_part == 1.0
    np.testing.assert_allclose(division.expect(48, total).mean, division._expect(48, total, 0.0).mean, rtol=1e-12)


def test_newcomers_that_began_at_full_pace_make_the_ramp_less_believed() -> None:
    # rows 4 and 5 are the product p2, which opened in month 21: a year later it was what it had been
    assert _with_newcomers({4: 21, 5: 21}).ramp_part < 0.9
    assert _with_newcomers({4: 21, 5: 21}, pace=0.3).ramp_part > _with_newcomers({4: 21, 5: 21}).ramp_part
