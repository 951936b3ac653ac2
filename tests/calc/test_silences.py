import numpy as np
import pytest

from tests.calc.sample_histories import calm, history
from yunchou.calc.event_kinds import scopes_of
from yunchou.calc.silences import net_returns, silences


def _found(values: np.ndarray) -> list[tuple[tuple[tuple[str, tuple[str, ...]], ...], int, int]]:
    grid = history(values)
    return [(one.where, one.start, one.end) for one in silences(scopes_of(grid), grid.top, season=12)]


def test_stock_out_is_found_with_the_loss() -> None:
    values = calm()
    lost = values[2, 20:23].sum()
    values[2, 20:23] = 0
    grid = history(values)
    found = silences(scopes_of(grid), grid.top, season=12)
    assert [(one.where, one.start, one.end) for one in found] == [((("region", ("C",)),), 20, 22)]
    assert found[0].evidence["lost"] == pytest.approx(lost, rel=0.1)


def test_a_silence_at_the_end_or_before_the_first_sale_is_no_stock_out() -> None:
    ended, born = calm(), calm()
    ended[2, 44:] = 0
    born[2, :20] = 0
    assert (_found(ended), _found(born)) == ([], [])


def test_a_season_without_sales_is_no_stock_out() -> None:
    values = calm()
    values[2].reshape(-1, 12)[:, 5:8] = 0
    assert _found(values) == []


def test_a_series_that_often_falls_silent_has_no_stock_out() -> None:
    values = calm()
    values[2, np.random.default_rng(0).random(48) < 0.4] = 0
    assert _found(values) == []


def test_a_gap_of_a_year_is_one_stretch() -> None:
    values = calm(60)
    values[:, 20:32] = 0
    assert [one for one in _found(values) if not one[0]] == [((), 20, 31)]


def test_months_of_returns_only_are_named_with_their_amount() -> None:
    values = calm()
    values[3, 30:32] = [-3000.0, -2000.0]
    grid = history(values)
    found = net_returns(scopes_of(grid), grid.top, season=12)
    assert [(one.where, one.start, one.end, one.amount) for one in found] == [((("region", ("D",)),), 30, 31, -5000.0)]
