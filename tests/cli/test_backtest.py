import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.test_forecast import SUPERSTORE, _write
from yunchou.calc.backtest import METHODS
from yunchou.cli.main import main

QUICK = ("--methods", "yunchou,SeasonalNaive,SeasonalNaive+MinT")


def _run(*words: object) -> int:
    return main(["backtest", *map(str, words), "--quiet"])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return _write(tmp_path / "lines.csv")


def test_backtest_writes_the_promised_tables(table: Path, tmp_path: Path) -> None:
    assert _run(table, "--by", "地区,类别", "--horizon", 3, *QUICK, "--out", tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["reliability.csv", "report.json", "scores.csv"]
    scores, reliability = (pl.read_csv(tmp_path / "out" / f"{name}.csv") for name in ("scores", "reliability"))
    assert scores.columns == ["method", "level", "n_series", "n_origins", "measure", "value"]
    assert reliability.columns == ["method", "level", "stated", "happened", "n"]
    names = ["wmape", "mase", "rmsse", "bias", "crps", "cover80", "total_ape", "total_mean_ape", "total_crps", "total_cover80"]
    levels = {"total": 1, "地区": 3, "类别": 2, "地区|类别": 6}
    methods = QUICK[1].split(",")
    assert scores.drop("value").rows() == [
        (method, level, levels[level], 3, name) for method in methods for level in levels for name in names
    ]
    assert reliability["stated"].to_list() == [percent / 100 for percent in range(5, 100, 5)] * 12
    assert reliability["happened"].is_between(0, 1).all()
    assert reliability.filter(level="地区", method="yunchou")["n"].to_list() == [9] * 19


def test_all_methods_are_compared_unless_some_are_named(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(table, "--horizon", 2, "--origins", 1, "--json", "--out", tmp_path / "out") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert told["methods"] == list(METHODS)
    assert told["origins"] == ["2024-05-01"]
    assert (told["rows"], told["used"], told["freq"], told["series"]) == (360, 360, "M", {"total": 1})
    assert told["replaced_by_seasonal_naive"] == {"SeasonalNaive": 0, "AutoETS": 0, "AutoARIMA": 0, "AutoTheta": 0}
    found = pl.read_csv(tmp_path / "out" / "scores.csv")["method"].unique(maintain_order=True)
    assert found.to_list() == list(METHODS)


def test_equal_runs_give_equal_bytes_whatever_the_order_of_the_rows(table: Path, tmp_path: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    words = ("--by", "地区,类别", "--horizon", 3, "--origins", 2, "--methods", "yunchou,AutoTheta,AutoTheta+MinT")
    for name, source in (("one", table), ("two", mixed)):
        assert _run(source, *words, "--out", tmp_path / name) == 0
    for name in ("scores.csv", "reliability.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--horizon", "3", "--methods", "AutoEST"], f"--methods: there is no AutoEST; the nearest is AutoETS (of {', '.join(METHODS)})"),
        (["--horizon", "3", "--methods", "AutoETS,AutoETS"], "--methods names AutoETS twice; leave one out"),
        (["--horizon", "0"], "--horizon 0: at least 1 period must be forecast"),
        (["--horizon", "3", "--origins", "0"], "--origins 0: at least 1 origin is needed"),
        (["--horizon", "3", "--by", "地区,地区"], "--by names 地区 twice; leave one out"),
        (
            ["--horizon", "12", "--origins", "20"],
            "the history has 30 periods, too few: --horizon 12 with --origins 20 needs at least 33; lower one of them",
        ),
        (["--horizon", "99"], "the history has 30 periods, too few: --horizon 99 with --origins 3 needs at least 103; lower one of them"),
    ],
)
def test_impossible_wish_is_refused_in_one_sentence_and_writes_nothing(
    words: list[str], sentence: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(table, *words, "--out", tmp_path / "out", "--lang", "en") == 2
    assert capsys.readouterr().err.splitlines() == [f"yunchou backtest: {sentence}"]
    assert not (tmp_path / "out").exists()


def test_filled_folder_is_refused_unless_forced(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert _run(table, "--horizon", 1, *QUICK, "--out", out) == 2
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert _run(table, "--horizon", 1, *QUICK, "--out", out, "--force") == 0
    assert sorted(path.name for path in out.iterdir()) == ["mine.txt", "reliability.csv", "report.json", "scores.csv"]


def test_short_history_and_stand_ins_are_told_unless_quiet(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(table), "--horizon", "2", "--origins", "1", "--until", "2022-06-30", "--methods", "AutoETS", "--lang", "en"]
    assert main(["backtest", *words, "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    assert "fits of AutoETS that failed, so that SeasonalNaive stands in, in its favour: 1" in told
    assert "1 series (over all origins and levels) have no more than a season of history" in told
    assert main(["backtest", *words, "--out", str(tmp_path / "quiet"), "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_time_limit_ends_a_fit_and_writes_nothing(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # loaded before, so that the limit ends a fit: on weeks one of ARIMA lasts for seconds
    import statsforecast.models  # noqa: F401

    words = ("--by", "地区,类别", "--horizon", 2, "--freq", "W", "--methods", "AutoARIMA", "--time-limit", 2, "--lang", "en")
    assert _run(table, *words, "--out", tmp_path / "out") == 4
    assert capsys.readouterr().err.splitlines() == [
        "yunchou backtest: not done within 2 s and nothing was written; allow more by --time-limit"
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not SUPERSTORE.exists(), reason="shared/data is absent: superstore_cn")
def test_real_year_is_foretold_within_a_quarter(tmp_path: Path) -> None:
    words = ("--by", "地区", "--horizon", 12, "--origins", 1, *QUICK, "--out", tmp_path / "out")
    assert _run(SUPERSTORE, *words) == 0
    scores = pl.read_csv(tmp_path / "out" / "scores.csv").filter(level="total", measure="total_ape")
    # last year's 4.25 million for the 5.49 million that came
    assert dict(scores.select("method", "value").rows())["SeasonalNaive"] == pytest.approx(1 - 4_246_043 / 5_488_466, abs=0.001)
    assert (scores["value"] < 0.25).all()
