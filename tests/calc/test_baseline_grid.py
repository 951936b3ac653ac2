from datetime import date

import numpy as np
import polars as pl
import pytest

from yunchou.calc.baseline_grid import group_sums, make_grid
from yunchou.calc.errors import BadInput


def _history(rows: list[tuple[str, date, float]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"region": pl.String, "period": pl.Date, "value": pl.Float64}, orient="row")


def test_gaps_are_zero_and_a_series_remembers_where_it_starts() -> None:
    rows = [("N", date(2024, 1, 1), 5.0), ("S", date(2024, 2, 1), 7.0), ("N", date(2024, 3, 1), 1.0)]
    grid = make_grid(_history(rows), keys=["region"], freq="M")
    assert grid.series["region"].to_list() == ["N", "S"]
    assert grid.periods == (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
    np.testing.assert_array_equal(grid.values, [[5.0, 0.0, 1.0], [0.0, 7.0, 0.0]])
    np.testing.assert_array_equal(grid.first, [0, 1])
    np.testing.assert_array_equal(grid.top, [5.0, 7.0, 1.0])


def test_repeated_rows_are_added() -> None:
    rows = [("N", date(2024, 1, 1), 5.0), ("N", date(2024, 1, 1), -2.0)]
    np.testing.assert_array_equal(make_grid(_history(rows), keys=["region"], freq="M").values, [[3.0]])


def test_groups_of_a_level_are_sorted_and_sum_to_the_top() -> None:
    rows = [("S", date(2024, 1, 1), 5.0), ("N", date(2024, 1, 1), 7.0), ("N", date(2024, 2, 1), 1.0)]
    grid = make_grid(_history(rows), keys=["region"], freq="M")
    groups, index = grid.groups(["region"])
    assert groups["region"].to_list() == ["N", "S"]
    np.testing.assert_array_equal(group_sums(grid.values, index, 2).sum(axis=0), grid.top)


def test_no_row_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInput, match="not a single line"):
        make_grid(_history([]), keys=["region"], freq="M")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([("N", date(2024, 1, 15), 1.0), ("N", date(2024, 2, 1), 1.0)], "first days"),
        ([("N", date(2024, 1, 1), float("nan"))], "not finite"),
        ([(None, date(2024, 1, 1), 1.0)], "null"),
    ],
)
def test_history_that_a_caller_prepared_wrongly_is_a_fault(rows: list[tuple[str, date, float]], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        make_grid(_history(rows), keys=["region"], freq="M")
