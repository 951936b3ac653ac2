import time
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.sample_histories import calm, history, month
from yunchou.calc.baseline_grid import Grid, make_grid
from yunchou.calc.event_treatment import treat
from yunchou.calc.history_events import find_events
from yunchou.calc.periods import Freq, step


def _short(grid: Grid) -> list[tuple[str, str, int]]:
    """Return kind, place and first month of each event."""
    return [
        (event.kind, "/".join(value for _, values in event.where for value in values), grid.periods.index(event.first))
        for event in find_events(grid)
    ]


def test_calm_history_has_no_events() -> None:
    for seed in range(20):
        assert find_events(history(calm(seed=seed))) == ()


def test_events_of_several_kinds_are_found_each_once_and_sorted() -> None:
    values = calm(60)
    values[0, 12] += 40_000
    values[2, 20:23] = 0
    values[3, 36:] *= 1.5
    assert _short(history(values)) == [("giant_order", "A", 12), ("stock_out", "C", 20), ("break", "D", 36)]


def test_break_is_found_beside_a_giant_order_that_would_hide_it() -> None:
    values = calm(60)
    values[3, 36:] *= 0.6
    values[3, 30] += 300_000
    assert _short(history(values)) == [("giant_order", "D", 30), ("break", "D", 36)]


def test_giant_order_without_keys_is_found_in_the_whole() -> None:
    values = calm(regions=1)
    values[0, 26] += 5_000
    assert _short(history(values, key="")) == [("giant_order", "", 26)]


def test_promotion_of_all_regions_is_named_once_for_the_whole() -> None:
    values = calm()
    values[:, 26] *= 6
    assert _short(history(values)) == [("giant_order", "", 26)]


@pytest.mark.parametrize(
    "values",
    [
        np.array([[5.0]]),
        np.array([[5.0, 7.0]]),
        np.zeros((3, 48)),
        np.array([[0.0] * 20 + [1e9] + [0.0] * 15]),
        np.array([[1e9] + [0.0] * 35]),
        np.array([[0.0] * 35 + [3.0]]),
    ],
    ids=["one month", "two months", "all zeros", "one giant order is all", "it comes first", "born last month"],
)
def test_history_with_nothing_to_compare_with_has_no_events_and_stays_itself(values: np.ndarray) -> None:
    grid = history(values)
    assert find_events(grid) == ()
    assert treat(grid, events=()).values is grid.values


def test_series_born_last_month_is_no_event() -> None:
    values = calm()
    values[0, :47] = 0
    grid = history(values)
    born = Grid(series=grid.series, values=values, first=np.array([47, 0, 0, 0]), periods=grid.periods)
    assert find_events(born) == ()


def test_months_of_returns_and_a_negative_total_are_named_and_kept() -> None:
    values = calm()
    values[3, 30] = -50_000
    grid = history(values)
    events = find_events(grid)
    assert [(event.kind, event.where, event.first, event.treat) for event in events] == [
        ("returns", (("region", ("D",)),), month(30), "keep")
    ]
    assert treat(grid, events=events).values is grid.values
    assert {event.kind for event in find_events(history(-calm()))} == {"returns"}


def test_price_changes_need_lines_with_quantities() -> None:
    values = calm()
    price = np.where(np.arange(48) < 24, 10.0, 11.5)
    lines = pl.DataFrame(
        [("A", month(at), float(values[0, at]), "P", float(values[0, at] / price[at])) for at in range(48)],
        schema=["region", "period", "value", "product", "quantity"],
        orient="row",
    )
    found = find_events(history(values), lines=lines)
    assert [(event.kind, event.where, event.first) for event in found] == [("price", (("product", ("P",)),), month(24))]
    assert find_events(history(values), lines=lines.drop("quantity")) == ()


@pytest.mark.parametrize(("freq", "season", "count"), [("Q", 4, 32), ("W", 52, 208)])
def test_quarters_and_weeks_have_events_as_months_do(freq: Freq, season: int, count: int) -> None:
    random = np.random.default_rng(2)
    shape = 1 + 0.3 * np.sin(2 * np.pi * np.arange(count) / season)
    values = 1000.0 * np.arange(1, 5)[:, None] * shape * random.normal(1, 0.05, (4, count))
    values[0, count // 3] += 2 * season * 1000
    values[3, 2 * count // 3 :] *= 0.6
    first = date(2014, 1, 6) if freq == "W" else date(2014, 1, 1)
    periods = tuple(step(first, at, freq) for at in range(count))
    grid = Grid(series=pl.DataFrame({"region": list("ABCD")}), values=values, first=np.zeros(4, dtype=np.int64), periods=periods)
    found = find_events(grid, freq=freq)
    assert [(event.kind, event.where, event.first) for event in found] == [
        ("giant_order", (("region", ("A",)),), periods[count // 3]),
        ("break", (("region", ("D",)),), periods[2 * count // 3]),
    ]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_order_of_rows_never_matters(seed: int) -> None:
    values = calm(seed=seed)
    values[1, 26] += 40_000
    values[3, 30:33] = 0
    rows = pl.DataFrame(
        [("ABCD"[row], month(at), float(values[row, at])) for row in range(4) for at in range(48)],
        schema=["region", "period", "value"],
        orient="row",
    )
    one, other = (make_grid(rows.sample(fraction=1.0, shuffle=True, seed=s), keys=["region"], freq="M") for s in (seed, seed + 1))
    assert find_events(one) == find_events(other)
    assert len(find_events(one)) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 40).flatmap(
        lambda months: st.lists(
            st.lists(st.one_of(st.just(0.0), st.floats(0, 1e9), st.floats(-1e6, 1e6)), min_size=months, max_size=months),
            min_size=1,
            max_size=4,
        )
    )
)
def test_any_history_is_judged_and_treated_in_finite_numbers(rows: list[list[float]]) -> None:
    grid = history(np.array(rows))
    events = find_events(grid)
    treated = treat(grid, events=events)
    assert np.isfinite(treated.values).all()
    assert np.isfinite([event.size for event in events]).all()
    assert treated.events == events
    # no order is taken out of more than there was
    assert not ((treated.values < -1e-6 * np.abs(grid.values).max()) & (grid.values >= 0)).any()


def test_hundred_thousand_series_take_a_few_seconds() -> None:
    random = np.random.default_rng(0)
    values = random.gamma(0.3, 100, (100_000, 36)) * (random.random((100_000, 36)) < 0.3)
    values[77, 20] = 0.1 * values.sum()
    series = pl.DataFrame({"region": [f"R{n % 30:02d}" for n in range(100_000)], "customer": [f"C{n:06d}" for n in range(100_000)]})
    grid = Grid(series=series, values=values, first=np.zeros(100_000, dtype=np.int64), periods=tuple(month(at) for at in range(36)))
    started = time.process_time()
    events = find_events(grid)
    assert time.process_time() - started < 10
    assert [(event.kind, event.where, event.first) for event in events] == [
        ("giant_order", (("customer", ("C000077",)), ("region", ("R17",))), month(20))
    ]
