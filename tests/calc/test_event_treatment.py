from typing import Any

import numpy as np
import pytest

from tests.calc.sample_histories import calm, history
from yunchou.calc.event_treatment import Rare, draw_rare, treat
from yunchou.calc.history_events import find_events
from yunchou.calc.marks import Mark, parse_marks


def _mark(**given: Any) -> tuple[Mark, ...]:
    return parse_marks([{"reason": "known", **given}])


def test_history_without_events_is_the_very_same_array() -> None:
    grid = history(calm())
    treated = treat(grid, events=find_events(grid))
    assert treated.values is grid.values
    assert (treated.rare, treated.events) == (None, ())


def test_giant_order_is_taken_out_and_may_happen_again() -> None:
    clean = calm()
    values = clean.copy()
    values[1, 26] += 40_000
    grid = history(values)
    treated = treat(grid, events=find_events(grid))
    np.testing.assert_allclose(treated.values[1, 26], clean[1, 26], rtol=0.2)
    untouched = np.ones_like(values, dtype=bool)
    untouched[1, 26] = False
    np.testing.assert_array_equal(treated.values[untouched], values[untouched])
    assert treated.rare is not None
    # by hand: one order in four years is (1 + 1/2) / (4 + 1) a year
    assert treated.rare.per_year == pytest.approx(0.3, rel=1e-12)
    # what was taken out is what may come back
    np.testing.assert_allclose(treated.rare.amounts, [(values - treated.values).sum(axis=1)], rtol=1e-12)
    assert values[1, 26] == clean[1, 26] + 40_000


def test_giant_order_marked_once_does_not_come_back_and_kept_is_learnt() -> None:
    values = calm()
    values[1, 26] += 40_000
    grid = history(values)
    found = find_events(grid)
    where: dict[str, Any] = {"kind": "giant_order", "where": {"region": ["B"]}, "from": "2016-03"}
    once, kept = (treat(grid, events=found, marks=_mark(**where, treat=how)) for how in ("once", "keep"))
    assert (once.rare, kept.rare) == (None, None)
    assert once.values[1, 26] < 0.1 * values[1, 26]
    assert kept.values is grid.values


def test_level_after_a_break_is_what_is_learnt() -> None:
    clean = calm()
    values = clean.copy()
    values[3, 26:] *= 0.7
    grid = history(values)
    treated = treat(grid, events=find_events(grid))
    np.testing.assert_array_equal(treated.values[:, 26:], values[:, 26:])
    np.testing.assert_array_equal(treated.values[:3], values[:3])
    np.testing.assert_allclose(treated.values[3, :26], 0.7 * clean[3, :26], rtol=0.1)


def test_stock_out_is_kept_unless_it_is_marked_to_be_filled() -> None:
    clean = calm()
    values = clean.copy()
    values[2, 20:23] = 0
    grid = history(values)
    found = find_events(grid)
    assert treat(grid, events=found).values is grid.values
    marks = _mark(kind="stock_out", where={"region": "C"}, treat="replace", **{"from": "2015-09", "to": "2015-11"})
    filled = treat(grid, events=found, marks=marks)
    np.testing.assert_allclose(filled.values[2, 20:23], clean[2, 20:23], rtol=0.15)
    np.testing.assert_array_equal(np.delete(filled.values, range(20, 23), axis=1), np.delete(values, range(20, 23), axis=1))


def test_filling_the_silence_of_the_whole_gives_each_series_its_share() -> None:
    clean = calm(noise=0.01)
    values = clean.copy()
    values[:, 20:23] = 0
    grid = history(values)
    marks = _mark(kind="stock_out", treat="replace", **{"from": "2015-09", "to": "2015-11"})
    np.testing.assert_allclose(treat(grid, events=find_events(grid), marks=marks).values, clean, rtol=0.1)


def test_rare_orders_come_as_often_as_stated_and_leave_two_humps() -> None:
    rare = Rare(per_year=0.3, amounts=np.array([[0.0, 600.0, 0.0], [0.0, 100.0, 300.0]]))
    times = draw_rare(rare, paths=20_000, horizon=24, season=12, seed=4)
    total = rare.total(times)
    year = total[:, :12].sum(axis=1)
    # per year 0.3 × (600 + 400) / 2 = 150; standard error of the mean 2
    assert year.mean() == pytest.approx(150, abs=8)
    assert total[:, 12:].sum(axis=1).mean() == pytest.approx(150, abs=8)
    # none with probability e^-0.3, and nothing between none and the smaller order
    assert (year == 0).mean() == pytest.approx(np.exp(-0.3), abs=0.012)
    assert not ((year > 0) & (year < 400)).any()


def test_rare_orders_of_the_parts_sum_to_those_of_the_whole() -> None:
    rare = Rare(per_year=3.0, amounts=np.array([[0.0, 600.0, 0.0], [0.0, 100.0, 300.0]]))
    times = draw_rare(rare, paths=40, horizon=12, season=12, seed=4)
    parts = np.concatenate([rare.parts(times, slice(0, 2)), rare.parts(times, np.array([2]))])
    np.testing.assert_allclose(parts.sum(axis=0), rare.total(times), rtol=1e-12)
    assert not parts[0].any()


def test_rare_orders_are_the_same_for_the_same_seed_only() -> None:
    rare = Rare(per_year=2.0, amounts=np.array([[5.0]]))
    first, again, other = (draw_rare(rare, paths=50, horizon=12, season=12, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_giant_order_over_two_marked_months_is_taken_out_of_both() -> None:
    clean = calm()
    values = clean.copy()
    values[1, 26:28] += 20_000
    grid = history(values)
    marks = _mark(kind="giant_order", where={"region": "B"}, **{"from": "2016-03", "to": "2016-04"})
    treated = treat(grid, events=(), marks=marks)
    np.testing.assert_allclose(treated.values[1, 26:28], clean[1, 26:28], rtol=0.35)
    assert treated.rare is not None
    np.testing.assert_allclose(treated.rare.amounts, [[0.0, 40_000, 0.0, 0.0]], rtol=0.05)
