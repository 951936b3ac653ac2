from datetime import date
from pathlib import Path

import pytest

from tests.tables.written_files import write_csv
from yunchou.calc.errors import BadInput
from yunchou.cli.histories import check_names, history_of, lines_of, usual_freq
from yunchou.tables import Lines, read_lines

HEADER = ["日期", "金额", "地区", "customer", "订单号", "数量"]
ROWS = [["2024-01-05", 5, "东", "C1", "O1", 2], ["2024-01-09", 7, "", "C1", "", ""], ["2024-03-01", 1, "东", "C2", "O2", 1]]


def _read(tmp_path: Path, *, by: tuple[str, ...] = ("地区",)) -> Lines:
    return read_lines(write_csv(tmp_path / "a.csv", [HEADER, *ROWS]), by=by, also=("quantity", "order"))


def test_lines_are_told_singly_with_null_for_what_is_blank(tmp_path: Path) -> None:
    told = lines_of(_read(tmp_path), "M")
    assert told is not None
    assert told.rows(named=True)[1] == {
        "地区": "(blank)",
        "period": date(2024, 1, 1),
        "value": 7.0,
        "order": None,
        "customer": "C1",
        "quantity": None,
    }
    assert told["period"].to_list() == [date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 1)]


def test_key_column_called_like_a_role_keeps_its_own_content(tmp_path: Path) -> None:
    told = lines_of(_read(tmp_path, by=("customer",)), "Q")
    assert told is not None
    assert told.columns == ["customer", "period", "value", "order", "quantity"]
    assert told["customer"].to_list() == ["C1", "C1", "C2"]


def test_lines_without_orders_and_quantities_are_not_told_singly(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *ROWS])
    assert lines_of(read_lines(path, by=("地区",)), "M") is None


def test_history_sums_lines_by_key_and_period_with_their_number_and_squares(tmp_path: Path) -> None:
    rows = [["2024-01-05", 5, "东"], ["2024-01-09", 7, "东"], ["2024-02-01", 1, "西"]]
    lines = read_lines(write_csv(tmp_path / "a.csv", [HEADER[:3], *rows]), by=("地区",))
    assert history_of(lines, "M").sort("period").rows() == [
        ("东", date(2024, 1, 1), 12.0, 2.0, 74.0),
        ("西", date(2024, 2, 1), 1.0, 1.0, 1.0),
    ]


@pytest.mark.parametrize(("months", "freq"), [((1, 3, 5, 7), "M"), ((1, 4, 7, 10), "Q")])
def test_quarters_are_usual_where_more_than_half_the_months_are_empty(tmp_path: Path, months: tuple[int, ...], freq: str) -> None:
    path = write_csv(tmp_path / "a.csv", [["日期", "金额"], *([f"2024-{month:02d}-01", 1] for month in months)])
    assert usual_freq(read_lines(path)) == freq


@pytest.mark.parametrize("names", [("q05",), ("a|b",), ("total",), ("a", "a")])
def test_names_that_the_output_needs_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="--by"):
        check_names(names)
