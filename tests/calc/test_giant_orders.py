from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calc.sample_histories import calm, history, month
from yunchou.calc.event_kinds import scopes_of
from yunchou.calc.giant_orders import gap_chance, giant_orders, giant_periods, removed_from

COLUMNS = ["region", "period", "value", "order", "customer"]


def _lines(values: np.ndarray) -> pl.DataFrame:
    """Return ten lines a region and month, from a customer each."""
    rows = [
        (chr(ord("A") + row), month(at), float(values[row, at]) / 10 * (0.8 + 0.04 * line), f"O{row}-{at}-{line}", f"C{row}-{line}")
        for row in range(len(values))
        for at in range(values.shape[1])
        for line in range(10)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def test_gap_chance_is_the_f_tail_by_hand() -> None:
    # below the k-th largest a gap of 1/k: normalised all are 1; the largest lies e⁶ above the next, so f = 6
    logs = np.cumsum([0.0, *(1 / k for k in range(11, 1, -1))])
    count, chance = gap_chance(np.exp(np.append(logs, logs[-1] + 6)))
    # of 12 values, (12 - 1) // 2 = 5 gaps lie below it; three tries
    assert (count, chance) == (1, pytest.approx(3 * (1 + 6 / 5) ** -5, rel=1e-9))


def test_gap_chance_finds_two_orders_that_hide_each_other() -> None:
    values = np.append(np.linspace(90, 110, 40), [5000.0, 5001.0])
    count, chance = gap_chance(values)
    assert count == 2
    assert chance < 1e-6


def test_gap_chance_of_power_tails_is_an_honest_probability() -> None:
    # Pareto with exponent 2: chance alone says 5 % no more often than in 5 % of samples (three tries are bounded, so fewer)
    said = np.array([gap_chance(np.random.default_rng(seed).pareto(2, 60) + 1)[1] for seed in range(2000)])
    assert 0.01 < (said < 0.05).mean() < 0.06


def test_gap_chance_of_few_values_says_nothing() -> None:
    assert gap_chance(np.array([1.0, 1.0, 1.0, 1e9])) == (0, 1.0)
    assert gap_chance(np.zeros(50)) == (0, 1.0)


@given(st.lists(st.floats(0.01, 1e9), min_size=8, max_size=40), st.randoms(use_true_random=False))
def test_gap_chance_knows_no_order_and_no_unit(values: list[float], random: object) -> None:
    mixed = values.copy()
    random.shuffle(mixed)  # type: ignore[attr-defined]
    count, chance = gap_chance(np.array(values))
    assert gap_chance(np.array(mixed)) == (count, chance)
    assert gap_chance(1024 * np.array(values))[1] == pytest.approx(chance, rel=1e-6, abs=1e-9)


def test_giant_period_is_found_where_it_is_with_its_amount() -> None:
    values = calm()
    values[1, 26] += 50_000
    grid = history(values)
    found = giant_periods(grid, scopes_of(grid), season=12)
    narrow = [one for one in found if one.where]
    assert [(one.where, one.start) for one in narrow] == [((("region", ("B",)),), 26)]
    assert narrow[0].amount == pytest.approx(50_000, rel=0.02)


def test_giant_period_of_a_december_that_peaks_every_year_is_none() -> None:
    values = calm(noise=0.02)
    values[:, 11::12] *= 4
    grid = history(values)
    assert giant_periods(grid, scopes_of(grid), season=12) == []


def test_giant_period_of_a_series_that_seldom_sells_is_found_among_all() -> None:
    random = np.random.default_rng(3)
    values = random.gamma(1, 100, (300, 36)) * (random.random((300, 36)) < 0.1)
    values[7] = 0
    values[7, 20] = 60_000
    customers = pl.DataFrame({"customer": [f"C{n:03d}" for n in range(300)]})
    grid = replace(history(values), series=customers)
    found = [one for one in giant_periods(grid, scopes_of(grid), season=12) if one.where]
    assert [(one.where, one.start, one.amount) for one in found] == [((("customer", ("C007",)),), 20, 60_000.0)]


def test_giant_order_among_lines_is_named_with_its_exact_amount() -> None:
    values = calm()
    lines = pl.concat(
        [
            _lines(values),
            pl.DataFrame([("B", month(26), 50_000.0, "O-big", "C-big")], schema=COLUMNS, orient="row"),
        ]
    )
    values[1, 26] += 50_000
    found = giant_orders(lines, history(values), season=12)
    assert [(one.where, one.start, one.amount, one.label) for one in found] == [((("region", ("B",)),), 26, 50_000.0, "order O-big")]
    again = giant_orders(lines.sample(fraction=1.0, shuffle=True, seed=1), history(values), season=12)
    assert again == found


def test_giant_month_of_a_customer_in_many_small_orders_is_named_after_the_customer() -> None:
    values = calm()
    many = [("B", month(26), 500.0, f"O-many-{n}", "C1-3") for n in range(100)]
    lines = pl.concat([_lines(values), pl.DataFrame(many, schema=COLUMNS, orient="row")])
    values[1, 26] += 50_000
    found = giant_orders(lines, history(values), season=12)
    assert [(one.where, one.start, one.label) for one in found] == [((("region", ("B",)),), 26, "customer C1-3")]


def test_removed_amount_is_shared_by_what_each_series_has_above_its_own() -> None:
    values = np.array([[10.0, 10.0, 40.0, 10.0], [20.0, 20.0, 30.0, 20.0]])
    rows = np.array([0, 1])
    # by hand: 30 and 10 above their means, so 20 takes 15 and 5; 55 takes these 40 and 15 of the rest, 10 and 20;
    # 100 is more than there is
    np.testing.assert_allclose(removed_from(values, rows, 2, 20.0, 12), [15.0, 5.0], rtol=1e-12)
    np.testing.assert_allclose(removed_from(values, rows, 2, 55.0, 12), [35.0, 20.0], rtol=1e-12)
    np.testing.assert_allclose(removed_from(values, rows, 2, 100.0, 12), [40.0, 30.0], rtol=1e-12)


def test_giant_order_that_came_back_in_its_month_or_the_next_is_none() -> None:
    values = calm()
    big = ("B", month(26), 50_000.0, "O-big", "C-big")
    for back, expected in ((26, 0), (27, 0), (28, 1)):
        lines = pl.concat(
            [_lines(values), pl.DataFrame([big, ("B", month(back), -50_000.0, "C-back", "C-big")], schema=COLUMNS, orient="row")]
        )
        gross = values.copy()
        gross[1, 26] += 50_000
        gross[1, back] -= 50_000
        assert len(giant_orders(lines, history(gross), season=12)) == expected


def test_lines_without_an_order_are_not_one_order_together() -> None:
    values = calm()
    lines = _lines(values).with_columns(
        pl.when(pl.col("region") == "A").then(None).otherwise(pl.col("order")).alias("order"),
        pl.when(pl.col("region") == "A").then(None).otherwise(pl.col("customer")).alias("customer"),
    )
    assert giant_orders(lines, history(values), season=12) == []
