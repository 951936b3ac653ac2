import json
from pathlib import Path

import polars as pl
import pytest

from tests.calc.sample_sales import sample_sales
from yunchou.cli.main import main

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
FILES = ["evidence.json", "plan.xlsx", "report.pdf", "targets.parquet"]


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    path = tmp_path_factory.mktemp("history") / "sales.csv"
    names = {"date": "日期", "amount": "销售额", "product": "产品", "region": "区域", "customer": "客户", "cost": "成本"}
    sample_sales().rename(names).write_csv(path)
    return path


def written(folder):
    return sorted(path.name for path in folder.iterdir())


def evidence(folder):
    return json.loads((folder / "evidence.json").read_text(encoding="utf-8"))


def test_plan_writes_its_four_files_and_they_agree(sales, tmp_path, capsys):
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert written(tmp_path / "out") == FILES
    told, targets = evidence(tmp_path / "out"), pl.read_parquet(tmp_path / "out" / "targets.parquet")
    assert report["target_minor"] == told["target_minor"]
    assert told["year"] == 2025
    assert targets.columns == ["scenario", "product", "region", "customer_tier", "month", "unit", "person", "amount_minor"]
    assert targets.schema["amount_minor"] == pl.Int64
    assert targets["person"].null_count() == targets.height
    by_scenario = dict(targets.group_by("scenario").agg(pl.col("amount_minor").sum()).iter_rows())
    assert by_scenario == {scenario["name"]: scenario["target_minor"] for scenario in told["scenarios"]} | {"plan": told["target_minor"]}
    assert sum(step["amount_minor"] for step in told["waterfall"]) == told["target_minor"]
    assert list(told["quantiles_minor"]) == [f"q{at:02d}" for at in range(1, 100)]
    assert targets.equals(targets.sort(targets.columns[:7]))


def test_plan_of_the_same_input_is_the_same_bytes(sales, tmp_path):
    for name in ("a", "b"):
        assert main(["plan", str(sales), "--out", str(tmp_path / name), "--quiet"]) == 0
    for file in ("targets.parquet", "evidence.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_plan_reads_settings_with_exact_decimals_and_people(sales, tmp_path):
    (tmp_path / "plan.yaml").write_text(
        """
scenarios: [{name: 稳, probability: 0.7}, {name: 冲, probability: "25%"}]
drivers: [{name: 渗透, where: {region: [西北]}, from: "2025-04", low: 5%, likely: 0.1, high: "20%", probability: 0.5}]
over_assignment: {person: 0.15}
overrides: [{kind: product, key: 配件, value: 潜力, reason: 新款}]
ramps: {新人: [0, 0.5, 1]}
""",
        encoding="utf-8",
    )
    (tmp_path / "people.csv").write_text(
        "person,unit,manager,start_on,end_on,fte,region,product,ramp\n甲,一队,,,,1,,,\n乙,二队,甲,2025-03-01,,0.5,华东,明星,新人\n",
        encoding="gb18030",
    )
    words = ["--settings", str(tmp_path / "plan.yaml"), "--people", str(tmp_path / "people.csv"), "--lang", "en"]
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), *words]) == 0
    told, targets = evidence(tmp_path / "out"), pl.read_parquet(tmp_path / "out" / "targets.parquet")
    assert targets["scenario"].unique().sort().to_list() == ["plan", "冲", "稳"]
    assert targets.columns[-1] == "quota_minor"
    assert set(targets["person"].unique()) == {"甲", "乙"}
    assert told["drivers"][0]["likely"] == 0.1  # tolerance 0: the decimal as it was written
    assert [step["step"] for step in told["waterfall"]] == ["last_year", "base", "渗透", "beyond_expectation"]
    parts = next(product for product in told["products"] if product["name"] == "配件")
    assert (parts["tier"], parts["overridden"]) == ("potential", True)
    assert "set by hand: 新款" in parts["reason"]
    assert told["chosen"] == "稳", "no scenario is called base: the one nearest to 60 % is taken"
    judged = told["people_plan"]
    assert sorted(judged) == ["basis", "capacity", "fairness", "over_assignment", "ramps"]
    assert [line["over"] for line in judged["over_assignment"]["lines"]] == [0, 0.05, 0.1, 0.15, 0.2, 0.25]
    assert {row["unit"] for row in judged["capacity"]["units"]} == {"一队", "二队", None}
    assert {"capacity", "potential_minor", "last_year_minor", "probability"} <= set(told["people"][0])


def test_plan_target_is_in_the_files_own_unit(sales, tmp_path):
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--target", "50", "--scale", "10000", "--quiet"]) == 0
    assert evidence(tmp_path / "out")["target_minor"] == 50_000_000


@pytest.mark.parametrize(
    ("amount", "said", "warned"),
    [("99999999", "<0.1%", "达成所选目标的概率不到 0.1%"), ("1", ">99.9%", "所选目标几乎必然达成")],
)
def test_plan_of_a_target_far_outside_says_so_and_never_nought(sales, tmp_path, amount, said, warned):
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--target", amount, "--quiet"]) == 0
    told = evidence(tmp_path / "out")
    assert told["probability_told"] == said
    assert any(warning.startswith(warned) for warning in told["warnings"])
    words = json.dumps(told, ensure_ascii=False)
    assert "把握 0%" not in words
    assert "把握 100%" not in words


def test_plan_target_and_probability_lead_to_each_other(sales, tmp_path):
    assert main(["plan", str(sales), "--out", str(tmp_path / "one"), "--probability", "45%", "--quiet"]) == 0
    one = evidence(tmp_path / "one")
    amount = f"{one['target_minor'] / 100:.2f}"
    assert main(["plan", str(sales), "--out", str(tmp_path / "two"), "--target", amount, "--quiet"]) == 0
    assert evidence(tmp_path / "two")["probability"] == pytest.approx(one["probability"], abs=1e-3)
    assert one["probability"] == pytest.approx(0.45, abs=1e-3)


def test_plan_schema_needs_no_file(capsys):
    assert main(["plan", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["additionalProperties"] is False


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("scenaros: []", "scenarios"),
        ("drivers: [{name: a, likely: 15}]", '"15%"'),
        ("drivers: [{name: a, where: {region: [西京]}, likely: 0.1}]", "西北"),
        ("unit: 100\nunit: 1", "line 2"),
        ("drivers: [", "line 1"),
        ("floors: [{where: {product: 明星, region: 南极}, growth: 0.1}]", "南极"),
        ("overrides: [{kind: customer, key: 无名, value: A, reason: x}]", "无名"),
    ],
)
def test_plan_with_bad_settings_exits_2_with_one_line_and_writes_nothing(sales, tmp_path, capsys, settings, told):
    (tmp_path / "plan.yaml").write_text(settings, encoding="utf-8")
    words = ["plan", str(sales), "--out", str(tmp_path / "out"), "--settings", str(tmp_path / "plan.yaml"), "--lang", "en", "--quiet"]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--year", "2019"], "no sales line is dated before 2019-01-01"),
        (["--year", "20205"], "no year"),
        (["--probability", "60"], '"60%"'),
        (["--probability", "1"], "between 0 and 1"),
        (["--target", "lots"], "not a number"),
        (["--target", "1.234"], "minor units"),
        (["--target", "100.50"], "multiple"),
        (["--target", "-5"], "above 0"),
        (["--people", "nowhere.csv"], "nowhere.csv"),
        (["--settings", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_plan_with_bad_options_exits_2_with_one_line_and_writes_nothing(sales, tmp_path, capsys, words, told):
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--lang", "en", "--quiet", *words]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_plan_takes_an_amount_or_a_probability_but_not_both(sales, tmp_path):
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--target", "5", "--probability", "0.5"]) == 2


def test_plan_without_history_or_folder_is_told(capsys):
    assert main(["plan"]) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("甲,一队,2025-05-01,2025-04-01,1", "row 2"),
        ("甲,一队,,,0", "row 2"),
        ("甲,,,,1", "no unit"),
        ("甲,一队,,,1\n甲,二队,,,1", "overlap"),
        ("甲,一队,,,1\n甲,一队,,,1", "twice"),
        ("", "names nobody"),
    ],
)
def test_plan_with_bad_people_exits_2_with_one_line(sales, tmp_path, capsys, rows, told):
    (tmp_path / "people.csv").write_text(f"person,unit,start_on,end_on,fte\n{rows}\n", encoding="utf-8")
    words = ["--people", str(tmp_path / "people.csv"), "--lang", "en", "--quiet"]
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), *words]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_plan_with_floors_above_a_fixed_target_exits_3_and_writes_nothing(sales, tmp_path, capsys):
    (tmp_path / "plan.yaml").write_text("floors: [{growth: 400%}]", encoding="utf-8")
    words = ["plan", str(sales), "--out", str(tmp_path / "out"), "--settings", str(tmp_path / "plan.yaml"), "--quiet"]
    assert main([*words, "--target", "600000"]) == 3
    error = capsys.readouterr().err
    assert "提高目标" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_plan_with_floors_above_a_free_target_raises_it_and_says_so(sales, tmp_path):
    (tmp_path / "plan.yaml").write_text("floors: [{growth: 400%}]", encoding="utf-8")
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--settings", str(tmp_path / "plan.yaml"), "--quiet"]) == 0
    told = evidence(tmp_path / "out")
    assert told["target_minor"] >= told["base"]["last_year_minor"] * 5 - 100
    assert 0 < told["raised_minor"] < told["target_minor"]
    assert (told["probability"] < 0.001, told["probability_told"]) == (True, "<0.1%")
    assert any("增长下限把目标从" in warning for warning in told["warnings"])


def test_plan_tells_recommendation_quarters_and_condition(sales, tmp_path):
    (tmp_path / "plan.yaml").write_text(
        "drivers: [{name: 提价, kind: 价格, likely: 2%}]\nmarket: {growth: 5%, source: 协会}\nrecommendation: {cost_of_missing: 2}",
        encoding="utf-8",
    )
    words = ["--settings", str(tmp_path / "plan.yaml"), "--lang", "en", "--quiet"]
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), *words]) == 0
    told = evidence(tmp_path / "out")
    assert (told["condition"], told["drivers"][0]["kind"]) == ("if these assumptions hold", "price")
    found = told["recommendation"]
    assert [one["name"] for one in found["considerations"]] == ["cost", "people", "market"]
    assert found["considerations"][2]["source"] == "协会"
    assert found["difference_minor"] == told["target_minor"] - found["target_minor"]
    assert found["reasons"][0].startswith("recommended: CNY")
    assert [quarter["quarter"] for quarter in told["quarters"]] == [1, 2, 3, 4]
    assert sum(quarter["target_minor"] for quarter in told["quarters"]) == told["target_minor"]


def test_plan_of_a_negative_year_exits_2(tmp_path, capsys):
    path = tmp_path / "sales.csv"
    path.write_text("日期,金额\n" + "\n".join(f"2024-{month:02d}-05,-10.00" for month in range(1, 13)), encoding="utf-8")
    assert main(["plan", str(path), "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert "负数" in capsys.readouterr().err


def test_plan_into_a_filled_folder_is_refused_unless_forced(sales, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert main(["plan", str(sales), "--out", str(tmp_path / "out"), "--quiet", "--force"]) == 0
    assert written(tmp_path / "out") == sorted([*FILES, "mine.txt"])


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_plan_of_the_superstore_reads_only_the_years_before(tmp_path):
    path = SHARED / "superstore_cn" / "orders.csv.gz"
    orders = pl.read_csv(path, infer_schema=False)
    orders.filter(pl.col("订单日期") < "2017").write_csv(tmp_path / "early.csv")
    assert main(["plan", str(path), "--year", "2017", "--out", str(tmp_path / "whole"), "--quiet"]) == 0
    assert main(["plan", str(tmp_path / "early.csv"), "--year", "2017", "--out", str(tmp_path / "early"), "--quiet"]) == 0
    whole, early_only = evidence(tmp_path / "whole"), evidence(tmp_path / "early")
    assert whole["base"]["last_year_minor"] == 424_604_278
    assert whole["target_minor"] == early_only["target_minor"]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_plan_of_adventureworks_tells_that_last_year_is_not_whole(tmp_path):
    words = ["--region", "SalesTerritoryKey", "--product", "ProductKey", "--customer", "ResellerKey", "--lang", "en", "--quiet"]
    path = SHARED / "adventureworks" / "reseller_sales_lines.csv.gz"
    assert main(["plan", str(path), "--out", str(tmp_path / "out"), *words]) == 0
    told = evidence(tmp_path / "out")
    assert told["year"] == 2021
    assert told["base"]["last_year_months"] == 5
    assert any(warning.startswith("only 5 months of 2020 were read") for warning in told["warnings"])


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """Lines with cities, orders and quantities."""
    path = tmp_path_factory.mktemp("places") / "sales.csv"
    names = {"date": "日期", "amount": "销售额", "product": "产品", "region": "区域", "customer": "客户"}
    cities = {"华东": "杭州", "华北": "石家庄", "西北": "西安"}
    frame = sample_sales(years=(2023, 2024)).drop("cost").rename(names)
    more = [pl.col("区域").replace_strict(cities).alias("城市"), pl.int_range(pl.len()).alias("订单号"), pl.lit(2).alias("数量")]
    frame.with_columns(more).write_csv(path)
    return path


def test_plan_shows_which_cities_each_region_covers(placed, tmp_path, capsys):
    assert main(["plan", str(placed), "--out", str(tmp_path / "out")]) == 0
    assert "quantity=数量 order=订单号 city=城市" in capsys.readouterr().err
    told = {region["name"]: region for region in evidence(tmp_path / "out")["regions"]}
    assert told["华东"]["cities"]["sold"] == ["杭州市"]
    assert "宁波市" in told["华东"]["cities"]["whitespace"]
    assert (told["华东"]["evidence"]["cities"], told["华东"]["evidence"]["cities_sold"]) == (11, 1)
    assert "覆盖 11 个地级市中的 1 个" in told["华东"]["reason"]


def test_plan_keeps_the_tiers_of_the_plan_before_and_lists_every_change(placed, tmp_path):
    assert main(["plan", str(placed), "--out", str(tmp_path / "old"), "--quiet"]) == 0
    before = evidence(tmp_path / "old")
    assert before["tier_moves"] == []
    before["regions"][0]["tier"] = "whitespace"
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(before), encoding="utf-8")
    assert main(["plan", str(placed), "--out", str(tmp_path / "new"), "--previous", str(path), "--quiet"]) == 0
    moves = evidence(tmp_path / "new")["tier_moves"]
    assert [(move["kind"], move["name"], move["old"]) for move in moves] == [("region", before["regions"][0]["name"], "whitespace")]
    assert moves[0]["why"]


def test_plan_refuses_a_file_of_tiers_that_is_none(placed, tmp_path, capsys):
    (tmp_path / "a.json").write_text('{"products": []}', encoding="utf-8")
    assert main(["plan", str(placed), "--out", str(tmp_path / "out"), "--previous", str(tmp_path / "a.json"), "--lang", "en"]) == 2
    assert "is no evidence.json of a plan" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
