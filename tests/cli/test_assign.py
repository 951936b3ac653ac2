import json
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from yunchou.cli.main import main

ACCOUNTS = """客户,潜力,工作量,大区,省,城市,负责人,产品,锁定
甲,100,1,华南,广东,广州,李,,
乙,100.50,1,华南,广东,深圳,李,云；硬件,
丙,200,2,华北,北京,北京,王,,
丁,100,1,华北,北京,北京,,,李
"""
PEOPLE = """person,unit,fte,home_region,home_province,home_city,product,most_accounts,start_on
王,北区,1,华北,北京,北京,,3,2020-01-01
李,南区,100%,华南,广东,广州,云、硬件,,2021-01-01
"""


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    accounts, people = tmp_path / "accounts.csv", tmp_path / "people.csv"
    accounts.write_text(ACCOUNTS, encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    return accounts, people


def run(tables, out, *words):
    return main(["assign", str(tables[0]), "--people", str(tables[1]), "--out", str(out), *map(str, words)])


def test_assign_writes_who_serves_whom_with_reasons(tables, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(tables, out, "--json", "--quiet", "--band", "50%") == 0
    report = json.loads(capsys.readouterr().out)
    made = pl.read_parquet(out / "assignment.parquet")
    assert made.select("account", "person", "kept", "potential_minor", "steps").rows() == [
        ("丁", "李", False, 10_000, 4),
        ("丙", "王", True, 20_000, 0),
        ("乙", "李", True, 10_050, 2),
        ("甲", "李", True, 10_000, 0),
    ]
    assert made["reason"].to_list() == ["锁定给 李", "原由 王 负责，同城", "原由 李 负责，同省", "原由 李 负责，同城"]
    people = pl.read_parquet(out / "people.parquet")
    assert people["person"].to_list() == ["李", "王"]
    assert people["potential_minor"].to_list() == [30_050, 20_000]
    assert people.select("accounts", "kept", "gained", "lost").rows() == [(3, 2, 1, 0), (1, 1, 0, 0)]
    assert people["potential_share_today"].to_list() == pytest.approx([20_050 / 25_025, 20_000 / 25_025])
    kept = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert {name: kept[name] for name in ("accounts", "people", "kept", "within_band", "gap")} == {
        "accounts": 4, "people": 2, "kept": 3, "within_band": True, "gap": 0.0,
    }  # fmt: skip
    assert kept == report
    assert kept["columns"]["account"] == "客户"
    assert sorted(path.name for path in out.iterdir()) == ["assignment.parquet", "assignment.xlsx", "people.parquet", "report.json"]
    book = CalamineWorkbook.from_path(out / "assignment.xlsx").get_sheet_by_index(0).to_python()
    assert [row[4] for row in book] == ["潜力（元）", 100, 200, 100.5, 100]
    assert [row[3] for row in book] == ["是否不变", "否", "是", "是", "是"]


def test_a_move_is_said_at_once(tables, tmp_path, capsys):
    assert run(tables, tmp_path / "out", "--band", "50%", "--try", "甲=王") == 0
    assert "“甲”由 李 转给 王" in capsys.readouterr().err


def test_potential_and_owners_come_from_the_history_where_the_table_names_none(tmp_path, capsys):
    accounts, people, lines = tmp_path / "a.csv", tmp_path / "p.csv", tmp_path / "lines.csv"
    accounts.write_text("account,wallet\n甲,\n乙,\n丙,5000\n", encoding="utf-8")
    people.write_text("person\n王\n李\n", encoding="utf-8")
    rows = [
        f"2025-{month:02d}-15,{name},{who},{amount}"
        for month in range(1, 13)
        for name, who, amount in (("甲", "王", 100), ("乙", "李", 50))
    ]
    rows += [
        f"2024-{month:02d}-15,{name},{who},{amount}"
        for month in range(1, 13)
        for name, who, amount in (("甲", "李", 100), ("乙", "李", 50))
    ]
    lines.write_text("日期,客户,销售员,金额\n" + "\n".join(rows) + "\n", encoding="utf-8")
    words = ["--history", lines, "--person", "销售员", "--json"]
    assert main(["assign", str(accounts), "--people", str(people), "--out", str(tmp_path / "out"), *map(str, words)]) == 0
    made = pl.read_parquet(tmp_path / "out" / "assignment.parquet")
    owners = dict(made.select("account", "owner").iter_rows())
    assert owners == {"甲": "王", "乙": "李", "丙": None}
    potential = dict(made.select("account", "potential_minor").iter_rows())
    assert potential["甲"] == pytest.approx(120_000, rel=0.05)
    assert json.loads(capsys.readouterr().out)["warnings"][0].startswith("各客户自己的历史计")


@pytest.mark.parametrize(
    ("tables_given", "words", "said"),
    [
        (("客户,潜力\n甲,abc\n", "person\n王\n"), [], "第 2 行：potential“abc”不是数"),
        (("客户,潜力\n甲,1.234\n", "person\n王\n"), [], "第 2 行：potential 1.234 不是整分"),
        (("客户,潜力\n甲,-5\n", "person\n王\n"), [], "第 2 行：“甲”的 potential 是 -500"),
        (("客户,潜力\n甲,1\n甲,2\n", "person\n王\n"), [], "客户“甲”出现了不止一次"),
        (("潜力\n1\n", "person\n王\n"), [], "缺少列 account（客户）"),
        (("客户,潜力\n甲,1\n", "person,hme_city\n王,广州\n"), [], "不认识列“hme_city”，最接近的是 home_city"),
        (("客户,潜力\n甲,1\n", "person,人员\n王,王\n"), [], "是同一个意思"),
        (("客户,潜力\n甲,1\n", "person,fte\n王,0\n"), [], "第 2 行：“王”的 capacity 是 0"),
        (("客户,潜力\n甲,1\n", "person,most_accounts\n王,1.5\n"), [], "most_accounts“1.5”不是整数"),
        (("客户,潜力\n,1\n", "person\n王\n"), [], "第 2 行：account 是空的"),
        (("客户\n甲\n", "person\n王\n"), [], "没有潜力；请填写 potential 列"),
        (("客户,潜力,语言\n甲,1,日语\n", "person\n王\n"), [], "没有人可以服务客户“甲”"),
        (("客户,潜力\n甲,1\n乙,9\n", "person\n王\n李\n"), ["--hard"], "客户“乙”一家的潜力就是"),
        (("客户,潜力\n甲,1\n", "person\n王\n"), ["--band", "20"], "--band"),
        (("客户,潜力\n甲,1\n", "person\n王\n"), ["--distance", "1,2"], "--distance 1,2 应是五个数"),
        (("客户,潜力\n甲,1\n", "person\n王\n"), ["--try", "甲王"], "--try 甲王 应写成"),
        (("客户,潜力\n甲,1\n", "person\n王\n"), ["--try", "乙=王"], "没有客户“乙”"),
        (("客户,潜力\n甲,1\n", "person\n王\n"), ["--until", "2026-01-01"], "--until 要和 --history 一起用"),
    ],
)
def test_input_that_cannot_be_used_is_refused_in_one_sentence_and_nothing_is_written(tmp_path, capsys, tables_given, words, said):
    for name, text in zip(("a.csv", "p.csv"), tables_given, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run((tmp_path / "a.csv", tmp_path / "p.csv"), tmp_path / "out", *words) == (3 if "--hard" in words else 2)
    assert said in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_the_people_of_a_plan_may_have_the_columns_of_an_assignment(tables):
    from yunchou.calc.people import read_people

    table = pl.read_csv(tables[1], infer_schema=False)
    assert [member.person for member in read_people(table, {})] == ["李", "王"]
