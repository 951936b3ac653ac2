import json
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from yunchou.cli.main import main


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv"
    rows = [
        f"{year}-{month:02d}-10,{place},客户{place},{amount}"
        for year in (2024, 2025)
        for month in range(1, 13)
        for place, amount in (("广东", 100), ("江苏", 60), ("甘肃", 10))
    ]
    path.write_text("日期,省份,客户,金额\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def run(lines, out, *words):
    return main(["potential", str(lines), "--out", str(out), *map(str, words)])


def test_places_with_markets_have_whitespace_and_unsold_ones_are_whitespace_as_a_whole(lines, tmp_path, capsys):
    markets = tmp_path / "markets.csv"
    markets.write_text("省份,市场规模\n广东,12000\n江苏,7200\n甘肃,12000\n西藏,1000\n", encoding="utf-8")
    assert run(lines, tmp_path / "out", "--by", "省份", "--markets", markets, "--json") == 0
    told = capsys.readouterr()
    report = json.loads(told.out)
    frame = pl.read_parquet(tmp_path / "out" / "potential.parquet")
    # shares are .1, .1, .01 and 0: a quarter of places reach .1
    assert frame.select("name", "last_year_minor", "expected_minor", "potential_minor", "whitespace_minor").rows() == [
        ("甘肃", 12_000, 12_000, 120_000, 108_000),
        ("西藏", 0, 0, 10_000, 10_000),
        ("广东", 120_000, 120_000, 120_000, 0),
        ("江苏", 72_000, 72_000, 72_000, 0),
    ]
    assert (report["expected_minor"], report["potential_minor"], report["whitespace_minor"]) == (204_000, 322_000, 118_000)
    assert "有 1 个名称没有销售（如 西藏）" in told.err
    book = CalamineWorkbook.from_path(tmp_path / "out" / "potential.xlsx").get_sheet_by_index(0).to_python()
    assert book[1] == ["甘肃", "", 120, 120, 12_000, pytest.approx(0.01), pytest.approx(0.1), 1_200, 1_080]


def test_without_markets_an_accounts_potential_is_what_is_expected(lines, tmp_path):
    assert run(lines, tmp_path / "out", "--quiet") == 0
    frame = pl.read_parquet(tmp_path / "out" / "potential.parquet")
    assert frame["name"].to_list() == ["客户广东", "客户江苏", "客户甘肃"]
    assert frame["wallet_minor"].null_count() == frame["reachable"].null_count() == 3
    assert frame["whitespace_minor"].to_list() == [0, 0, 0]


@pytest.mark.parametrize(
    ("markets", "by", "says"),
    [
        ("省份,市场规模\n广东,1\n广东,2\n", "省份", "第 3 行：“广东”出现两次"),
        ("省份,市场规模\n广东,很大\n", "省份", "“很大”不是数"),
        ("省份,规摸\n广东,1\n", "省份", "不认识列“规摸”，最接近的是 规模"),
        ("省份,规模\n广东,1\n", "省份,客户", "--by 只能给一列"),
    ],
)
def test_a_table_that_cannot_be_used_changes_nothing(lines, capsys, markets, by, says):
    tmp_path = lines.parent
    table = tmp_path / "markets.csv"
    table.write_text(markets, encoding="utf-8")
    assert run(lines, tmp_path / "out", "--markets", table, "--by", by) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
