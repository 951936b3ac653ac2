import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from yunchou.calc.periods import add_months
from yunchou.cli.main import main

SUPERSTORE = Path(__file__).parents[2].parent / "shared" / "data" / "superstore_cn" / "orders.csv.gz"
PERCENTS = (5, 10, 25, 50, 75, 90, 95)


def _write(path: Path, *, months: int = 30, last_day: int = 28, empty_region: bool = False) -> Path:
    random = np.random.default_rng(1)
    rows = ["日期,金额,地区,类别"]
    for month in range(months):
        for region in ("华东", "西南", "" if empty_region else "华北"):
            for kind in ("硬件", "软件"):
                first = add_months(date(2022, 1, 1), month)
                day = last_day if month == months - 1 else 28
                rows.append(f"{first.replace(day=min(5, day))},{random.gamma(3, 30):.2f},{region},{kind}")
                rows.append(f"{first.replace(day=day)},{random.gamma(3, 30):.2f},{region},{kind}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _run(*words: object) -> int:
    return main(["forecast", *map(str, words), "--quiet"])


def _tables(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return _write(tmp_path / "lines.csv")


def test_forecast_writes_every_level_in_the_promised_order_and_types(table: Path, tmp_path: Path) -> None:
    assert _run(table, "--by", "地区,类别", "--horizon", 3, "--out", tmp_path / "out") == 0
    made = _tables(tmp_path / "out")
    names = ["mean", *(f"q{percent:02d}" for percent in PERCENTS)]
    keys = {"level": pl.String, "地区": pl.String, "类别": pl.String}
    assert dict(made["forecast"].schema) == {**keys, "period": pl.Date, **dict.fromkeys(names, pl.Float64)}
    hundredths = ["mean", *(f"q{percent:02d}" for percent in range(1, 100))]
    assert dict(made["totals"].schema) == {**keys, **dict.fromkeys(hundredths, pl.Float64)}
    assert sorted(made) == ["forecast", "totals"]
    expected = [
        ("total", None, None),
        *(("地区", region, None) for region in ("华东", "华北", "西南")),
        *(("类别", None, kind) for kind in ("硬件", "软件")),
        *(("地区|类别", region, kind) for region in ("华东", "华北", "西南") for kind in ("硬件", "软件")),
    ]
    ordered = sorted(expected, key=lambda row: (["total", "地区", "类别", "地区|类别"].index(row[0]), row[1] or "", row[2] or ""))
    assert made["totals"].select(list(keys)).rows() == ordered
    coming = [date(2024, 7, 1), date(2024, 8, 1), date(2024, 9, 1)]
    assert made["forecast"].select([*keys, "period"]).rows() == [(*row, day) for row in ordered for day in coming]


def test_means_of_parts_sum_to_the_whole_and_quantiles_never_cross(table: Path, tmp_path: Path) -> None:
    assert _run(table, "--by", "地区,类别", "--horizon", 12, "--out", tmp_path / "out") == 0
    made = _tables(tmp_path / "out")
    sums = made["forecast"].group_by("level", "period").agg(pl.col("mean").sum()).sort("level", "period")
    total = sums.filter(pl.col("level") == "total")["mean"].to_numpy()
    for (_,), level in sums.group_by("level"):
        np.testing.assert_allclose(level["mean"].to_numpy(), total, rtol=1e-6)
    for name, percents in (("forecast", PERCENTS), ("totals", range(1, 100))):
        quantiles = made[name].select(f"q{percent:02d}" for percent in percents).to_numpy()
        assert (np.diff(quantiles, axis=1) >= 0).all()
        assert (quantiles >= 0).all()
    year = made["forecast"].group_by("level", "地区", "类别", maintain_order=True).agg(pl.col("mean").sum())
    np.testing.assert_allclose(year["mean"].to_numpy(), made["totals"]["mean"].to_numpy(), rtol=1e-9)


def test_paths_are_the_full_cross_and_levels_are_sums_of_them(table: Path, tmp_path: Path) -> None:
    assert _run(table, "--by", "地区,类别", "--horizon", 2, "--paths", 2500, "--out", tmp_path / "out") == 0
    made = _tables(tmp_path / "out")
    paths = made["paths"]
    assert dict(paths.schema) == {"地区": pl.String, "类别": pl.String, "path": pl.Int64, "period": pl.Date, "value": pl.Float64}
    assert paths.height == 6 * 2500 * 2
    assert paths.equals(paths.sort("地区", "类别", "path", "period"))
    assert paths["path"].unique().sort().to_list() == list(range(2500))
    totals = made["totals"].filter(pl.col("level") == "地区")
    regions = (
        paths.group_by("地区", "path")
        .agg(pl.col("value").sum())
        .group_by("地区")
        .agg(pl.col("value").mean().alias("mean"), pl.col("value").quantile(0.1, "linear").alias("q10"))
    )
    for column in ("mean", "q10"):
        np.testing.assert_allclose(regions.sort("地区")[column].to_numpy(), totals[column].to_numpy(), rtol=1e-9)


def test_asking_for_paths_changes_no_other_table(table: Path, tmp_path: Path) -> None:
    assert _run(table, "--by", "地区", "--horizon", 2, "--out", tmp_path / "without") == 0
    assert _run(table, "--by", "地区", "--horizon", 2, "--paths", 7, "--out", tmp_path / "with") == 0
    for name in ("forecast.parquet", "totals.parquet"):
        assert (tmp_path / "without" / name).read_bytes() == (tmp_path / "with" / name).read_bytes()
    assert _tables(tmp_path / "with")["paths"]["path"].n_unique() == 7


def test_equal_runs_give_equal_bytes_whatever_the_order_of_the_lines(table: Path, tmp_path: Path) -> None:
    header, *lines = table.read_text(encoding="utf-8").splitlines()
    other = tmp_path / "shuffled.csv"
    other.write_text("\n".join([header, *np.random.default_rng(0).permutation(lines)]) + "\n", encoding="utf-8")
    words = ("--by", "地区,类别", "--horizon", 3, "--paths", 20)
    assert _run(table, *words, "--out", tmp_path / "first") == 0
    assert _run(table, *words, "--out", tmp_path / "again") == 0
    assert _run(other, *words, "--out", tmp_path / "shuffled") == 0
    for name in ("forecast.parquet", "totals.parquet", "paths.parquet"):
        first, again, shuffled = ((tmp_path / folder / name).read_bytes() for folder in ("first", "again", "shuffled"))
        assert first == again == shuffled


def test_without_by_only_the_total_is_forecast(table: Path, tmp_path: Path) -> None:
    assert _run(table, "--horizon", 2, "--paths", 5, "--out", tmp_path / "out") == 0
    made = _tables(tmp_path / "out")
    assert made["totals"]["level"].to_list() == ["total"]
    assert made["paths"].columns == ["path", "period", "value"]


def test_empty_key_is_a_group_of_its_own(tmp_path: Path) -> None:
    table = _write(tmp_path / "lines.csv", empty_region=True)
    assert _run(table, "--by", "地区", "--horizon", 1, "--out", tmp_path / "out") == 0
    assert _tables(tmp_path / "out")["totals"]["地区"].to_list() == [None, "(blank)", "华东", "西南"]


def test_report_names_rows_series_methods_and_warnings(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(table, "--by", "地区,类别", "--horizon", 2, "--out", tmp_path / "out", "--json", "--lang", "en") == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == report
    assert (report["rows"], report["used"], report["rejected"]) == (360, 360, 0)
    assert report["series"] == {"total": 1, "地区": 3, "类别": 2, "地区|类别": 6}
    assert list(report["method"]) == ["total", "地区", "类别", "地区|类别"]
    assert report["details"]["calibration"] == "own back-test"
    assert [warning[:12] for warning in report["warnings"]] == ["not testable"]
    assert report["seconds"] > 0


def test_frequency_is_quarters_when_most_months_are_empty(tmp_path: Path) -> None:
    rows = [f"{date(2015 + number // 4, number % 4 * 3 + 1, 9)},100" for number in range(32)]
    table = tmp_path / "lines.csv"
    table.write_text("日期,金额\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert _run(table, "--horizon", 2, "--out", tmp_path / "out") == 0
    assert _tables(tmp_path / "out")["forecast"]["period"].to_list() == [date(2023, 1, 1), date(2023, 4, 1)]
    assert _run(table, "--horizon", 1, "--freq", "W", "--out", tmp_path / "weeks") == 0
    assert _tables(tmp_path / "weeks")["forecast"]["period"].to_list() == [date(2022, 10, 10)]


def test_partial_last_period_is_reported_with_the_day_to_use_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = _write(tmp_path / "lines.csv", last_day=9)
    assert main(["forecast", str(table), "--horizon", "1", "--out", str(tmp_path / "out"), "--lang", "en"]) == 0
    assert (
        "the last period (from 2024-06-01) looks partial: lines stop on 2024-06-09; if so, use --until 2024-05-31"
        in capsys.readouterr().err
    )
    assert _tables(tmp_path / "out")["forecast"]["period"].to_list() == [date(2024, 7, 1)]
    assert _run(table, "--horizon", 1, "--until", "2024-05-31", "--out", tmp_path / "until") == 0
    assert _tables(tmp_path / "until")["forecast"]["period"].to_list() == [date(2024, 6, 1)]


@pytest.mark.parametrize("name", ["total", "level", "period", "path", "value", "mean", "q05", "q50", "a|b"])
def test_reserved_key_name_is_refused_before_anything_is_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path / "absent.csv", "--by", name, "--horizon", 1, "--out", tmp_path / "out", "--lang", "en") == 2
    error = capsys.readouterr().err.splitlines()
    assert error == [f"yunchou forecast: --by {name}: the name is reserved for the output (or contains |); rename the column in the table"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--horizon", "0"], "--horizon 0: at least 1 period must be forecast"),
        (["--horizon", "1", "--paths", "0"], "--paths 0: at least 1 path is needed"),
        (["--horizon", "1", "--by", "地区,地区"], "--by names 地区 twice; leave one out"),
        (["--horizon", "1", "--until", "2022-01-31"], "the history holds one period only (2022-01): at least two are needed to forecast"),
    ],
)
def test_impossible_wish_is_refused_in_one_sentence_and_writes_nothing(
    words: list[str], sentence: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(table, *words, "--out", tmp_path / "out", "--lang", "en") == 2
    assert capsys.readouterr().err.splitlines() == [f"yunchou forecast: {sentence}"]
    assert not (tmp_path / "out").exists()


def test_filled_folder_is_refused_unless_forced(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert _run(table, "--horizon", 1, "--out", out) == 2
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert _run(table, "--horizon", 1, "--out", out, "--force") == 0
    assert sorted(path.name for path in out.iterdir()) == ["forecast.parquet", "mine.txt", "report.json", "totals.parquet"]


@pytest.mark.skipif(not SUPERSTORE.exists(), reason="shared/data is absent: superstore_cn")
def test_real_file_is_forecast_within_its_interval(tmp_path: Path) -> None:
    words = ("--by", "地区,类别", "--horizon", 12, "--until", "2016-12-31")
    assert _run(SUPERSTORE, *words, "--out", tmp_path / "out") == 0
    total = _tables(tmp_path / "out")["totals"].row(0, named=True)
    # what 2017 was, in the file's own unit
    assert total["q10"] < 5_488_466 < total["q95"]


@pytest.mark.parametrize("horizon", [1_201, 100_000, 10**12])
def test_a_horizon_beyond_all_knowledge_is_refused_before_reading(tmp_path: Path, horizon: int, capsys: pytest.CaptureFixture[str]) -> None:
    table = _write(tmp_path / "lines.csv")
    assert _run(table, "--horizon", horizon, "--out", tmp_path / "out", "--lang", "en") == 2
    assert f"--horizon {horizon} is too far: at most 1200 periods" in capsys.readouterr().err


def test_paths_of_an_earlier_run_do_not_stay_beside_a_new_forecast(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _run(table, "--horizon", 3, "--paths", 5, "--out", out) == 0
    (out / "note.txt").write_text("mine", encoding="utf-8")
    assert _run(table, "--horizon", 3, "--out", out, "--force") == 0
    assert sorted(path.name for path in out.iterdir()) == ["forecast.parquet", "note.txt", "report.json", "totals.parquet"]


def _with_giant(tmp_path: Path) -> Path:
    random = np.random.default_rng(4)
    lines = ["日期,地区,销售额"]
    for month in range(48):
        for region in ("北", "南"):
            day = f"{2020 + month // 12}-{month % 12 + 1:02d}-15"
            lines += [f"{day},{region},{random.gamma(9, 100):.2f}" for _ in range(5)]
    lines.append("2022-06-20,北,90000.00")
    table = tmp_path / "giant.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


def test_giant_order_is_told_and_a_mark_keeps_its_reason(tmp_path: Path) -> None:
    table, marks = _with_giant(tmp_path), tmp_path / "marks.yaml"
    assert _run(table, "--by", "地区", "--horizon", 12, "--out", tmp_path / "plain") == 0
    report = json.loads((tmp_path / "plain" / "report.json").read_text(encoding="utf-8"))
    (found,) = report["events"]
    assert (found["kind"], found["where"], found["from"], found["treat"]) == ("giant_order", {"地区": ["北"]}, "2022-06-01", "recurring")
    assert found["sentence"] in report["warnings"]
    marks.write_text('- {kind: giant_order, where: {地区: 北}, from: "2022-06", treat: once, reason: 一次性项目}\n', encoding="utf-8")
    assert _run(table, "--by", "地区", "--horizon", 12, "--marks", marks, "--out", tmp_path / "marked") == 0
    (told,) = json.loads((tmp_path / "marked" / "report.json").read_text(encoding="utf-8"))["events"]
    assert (told["treat"], told["reason"]) == ("once", "一次性项目")
    with_again, once = (
        pl.read_parquet(tmp_path / name / "totals.parquet").filter(pl.col("level") == "total") for name in ("plain", "marked")
    )
    assert once["mean"][0] < with_again["mean"][0]


@pytest.mark.parametrize(
    ("mark", "named"),
    [
        ('- {kind: giant_ordr, from: "2022-06", reason: a}', "giant_order"),
        ('- {kind: giant_order, wher: {地区: 北}, from: "2022-06", reason: a}', "where"),
        ('- {kind: giant_order, where: {地区: 背}, from: "2022-06", reason: a}', "北"),
        ('- {kind: giant_order, where: {地区: 北}, from: "2031-06", reason: a}', "2023-12"),
        ("kind: giant_order", "marks.yaml"),
    ],
)
def test_mark_that_fits_nothing_is_refused_and_writes_nothing(
    mark: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = tmp_path / "marks.yaml"
    marks.write_text(mark + "\n", encoding="utf-8")
    assert _run(_with_giant(tmp_path), "--by", "地区", "--horizon", 2, "--marks", marks, "--out", tmp_path / "out") == 2
    assert named in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_forecast_sees_giant_orders_and_price_changes_by_order_and_quantity(table: Path, tmp_path: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [f"{lines[0]},订单号,数量"]
    for at, line in enumerate(lines[1:]):
        day, amount, *keys = line.split(",")
        price = 10.0 if day < "2023-07" or keys[1] == "软件" else 13.0
        rows.append(f"{line},O{at},{float(amount) / price:.3f}")
    rows.append("2023-02-11,90000,华东,硬件,O-big,9000")
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    words = (table, "--by", "地区,类别", "--product", "类别", "--horizon", 2, "--paths", 20)
    assert _run(*words, "--out", tmp_path / "out") == 0
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert (told["mapping"]["order"], told["mapping"]["quantity"]) == ("订单号", "数量")
    assert [(event["kind"], event["label"], event["from"]) for event in told["events"]] == [
        ("giant_order", "order O-big", "2023-02-01"),
        ("price", "", "2023-07-01"),
    ]
    assert "订单 O-big" in told["events"][0]["sentence"]
    # a person's mark of the order is met and kept with its reason
    marks = tmp_path / "marks.yaml"
    marks.write_text("- {kind: giant_order, from: '2023-02', treat: once, reason: 政府采购}", encoding="utf-8")
    assert _run(*words, "--marks", marks, "--out", tmp_path / "marked") == 0
    marked = json.loads((tmp_path / "marked" / "report.json").read_text(encoding="utf-8"))["events"][0]
    assert (marked["treat"], marked["reason"]) == ("once", "政府采购")
