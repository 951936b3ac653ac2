import argparse
from datetime import date
from decimal import Decimal

import pytest

from tests.tables.written_files import write_csv
from yunchou.calc.errors import BadInput
from yunchou.cli.columns import add_column_arguments, add_scale_argument, read_from_args


def arguments(path, *words):
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    add_column_arguments(parser)
    add_scale_argument(parser)
    return argparse.Namespace(**vars(parser.parse_args([str(path), *words])), quiet=False, lang="en")


def table(tmp_path, rejected, used, rows=()):
    return write_csv(tmp_path / "a.csv", [["日期", "金额"], *[["2024-01-01", "x"]] * rejected, *[["2024-01-02", "1.25"]] * used, *rows])


def test_read_from_args_says_which_columns_were_taken(tmp_path, capsys):
    path = write_csv(tmp_path / "a.csv", [["日期", "下单时间", "金额"], ["2024-01-01", "2024-01-02", 5]])
    read_from_args(arguments(path))
    assert capsys.readouterr() == (
        "",
        "columns: date=下单时间 amount=金额\nthe date column is not unique: '下单时间' was taken, not '日期'; choose another with --date\n",
    )


def test_read_from_args_refuses_more_than_one_in_twenty_rejects_unless_allowed(tmp_path):
    assert read_from_args(arguments(table(tmp_path, 5, 95))).rejected == 5
    path = table(tmp_path, 6, 94)
    with pytest.raises(BadInput, match="6 of 100 rows cannot be used"):
        read_from_args(arguments(path))
    assert read_from_args(arguments(path, "--allow-rejects")).rejected == 6


def test_read_from_args_counts_no_skipped_row_as_a_good_one(tmp_path):
    path = table(tmp_path, 6, 94, rows=[["", ""]] * 100)
    with pytest.raises(BadInput, match="6 of 100 rows cannot be used"):
        read_from_args(arguments(path))


@pytest.mark.parametrize(("scale", "amount"), [("10000", Decimal(12500)), ("1.5", Decimal("1.875")), ("0.001", Decimal("0.00125"))])
def test_read_from_args_scales_amounts_exactly_and_leaves_the_sums(tmp_path, scale, amount):
    lines = read_from_args(arguments(table(tmp_path, 0, 1), "--scale", scale))
    assert lines.frame["amount"].to_list() == [amount]
    assert lines.sums_by_year == {"2024": "1.25"}


def test_read_from_args_refuses_a_scale_beyond_exactness(tmp_path):
    with pytest.raises(BadInput, match="check the unit"):
        read_from_args(arguments(table(tmp_path, 0, 1), "--scale", "1" + "0" * 37))


def test_read_from_args_reads_no_line_after_until(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", 1], ["2024-02-01", 2]])
    assert read_from_args(arguments(path, "--until", "2024-01-31")).frame["date"].to_list() == [date(2024, 1, 1)]


@pytest.mark.parametrize("words", [["--until", "31.1.2024"], ["--scale", "-1"], ["--scale", "万"], ["--date-order", "ydm"]])
def test_column_arguments_refuse_what_they_cannot_read(tmp_path, words, capsys):
    with pytest.raises(SystemExit):
        arguments(tmp_path / "a.csv", *words)
    assert words[0] in capsys.readouterr().err
