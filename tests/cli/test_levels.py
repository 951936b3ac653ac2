import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.cli.levels import levels
from yunchou.cli.main import main

MEASURES = ("current", "trend", "expected", "low", "high", "recommended", "probability", "top_quartile")


def rows(units=("华东", "华南", "华北", "西南", "东北"), months=24, seed=1):
    random = np.random.default_rng(seed)
    made = []
    for place, unit in enumerate(units):
        for month in range(months):
            cases = int(random.poisson(12)) + 1
            made.append((f"{2023 + month // 12}-{month % 12 + 1:02d}", unit, int(random.binomial(cases, 0.2 + 0.05 * place)), cases))
    return made


def write(path: Path, made, header="月份,单元,赢单,商机") -> Path:
    path.write_text(header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in made), encoding="utf-8")
    return path


def run(table, out, *words, unit="单元", denominator="商机"):
    options = [*(["--unit", unit] if unit else []), *(["--denominator", denominator] if denominator else [])]
    return main(["levels", str(table), "--time", "月份", "--numerator", "赢单", *options, "--out", str(out), *map(str, words)])


def frame(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "levels.parquet")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(tmp_path / "wins.csv", rows())


def test_levels_writes_the_whole_first_then_the_units_by_name(table, tmp_path):
    assert run(table, tmp_path / "out", "--quiet") == 0
    made = frame(tmp_path / "out")
    assert dict(made.schema) == {
        "unit": pl.String,
        **dict.fromkeys(MEASURES, pl.Float64),
        "basis": pl.String,
        "n": pl.Float64,
        "own_weight": pl.Float64,
        "published_weight": pl.Float64,
    }
    assert made["unit"].to_list() == [None, *sorted({row[1] for row in rows()})]
    assert made["n"][0] == sum(row[3] for row in rows())
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    told = ("rows", "used", "rejected", "skipped", "reasons", "freq", "periods", "first_period", "units", "horizon", "kind", "better")
    assert [report[name] for name in told] == [120, 120, 0, 0, {}, "M", 24, "2023-01-01", 5, 12, "share", "high"]
    assert report["warnings"] == []


def test_the_function_gives_what_the_command_prints(table, tmp_path, capsys):
    assert run(table, tmp_path / "one", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    report = levels(table, out=tmp_path / "two", time="月份", numerator="赢单", denominator="商机", unit="单元")
    assert {**printed, "seconds": 0} == {**report, "seconds": 0}


def test_equal_runs_and_any_order_of_rows_give_equal_bytes(table, tmp_path):
    shuffled = rows()
    np.random.default_rng(0).shuffle(shuffled)
    other = write(tmp_path / "shuffled.csv", shuffled)
    for source, name in ((table, "one"), (table, "two"), (other, "three")):
        assert run(source, tmp_path / name, "--quiet") == 0
    first, second, third = ((tmp_path / name / "levels.parquet").read_bytes() for name in ("one", "two", "three"))
    assert first == second == third


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_splitting_a_row_in_two_that_sum_changes_nothing(tmp_path_factory, seed):
    random = np.random.default_rng(seed)
    made = rows(units=("a", "b", "c"), months=8, seed=seed)
    place = int(random.integers(len(made)))
    month, unit, won, cases = made[place]
    part, other = int(random.integers(won + 1)), int(random.integers(cases + 1))
    split = [*made[:place], (month, unit, part, other), *made[place + 1 :], (month, unit, won - part, cases - other)]
    folder = tmp_path_factory.mktemp("split")
    for name, lines in (("one", made), ("two", split)):
        assert run(write(folder / f"{name}.csv", lines), folder / name, "--quiet") == 0
    assert frame(folder / "one").equals(frame(folder / "two"))


def test_without_a_unit_the_whole_stands_alone_and_is_the_same(table, tmp_path):
    assert run(table, tmp_path / "all", "--quiet") == 0
    assert run(table, tmp_path / "whole", "--quiet", unit=None) == 0
    made = frame(tmp_path / "whole")
    assert made["unit"].to_list() == [None]
    assert made["expected"][0] == pytest.approx(frame(tmp_path / "all")["expected"][0], abs=1e-9)


@pytest.mark.parametrize(
    ("names", "freq", "horizon"),
    [
        ([f"{2020 + n // 4}Q{n % 4 + 1}" for n in range(12)], "Q", 4),
        ([f"{2020 + n // 4}年第{'一二三四'[n % 4]}季度" for n in range(12)], "Q", 4),
        ([f"{2018 + n // 2}年{'上下'[n % 2]}半年" for n in range(12)], "H", 12),
        ([f"{2010 + n}" for n in range(12)], "Y", 12),
        ([f"2023-W{n + 1:02d}" for n in range(12)], "W", 12),
        ([f"2023-01-{2 + 7 * n:02d}" for n in range(4)], "W", 12),
        ([f"{2020 + n // 4}-{n % 4 * 3 + 1:02d}-01" for n in range(12)], "Q", 4),
        ([f"{2022 + n // 12}年{n % 12 + 1}月" for n in range(12)], "M", 12),
    ],
)
def test_periods_are_recognised_from_their_names(names, freq, horizon, tmp_path):
    source = write(tmp_path / "t.csv", [(name, "a", 3, 10) for name in names])
    assert run(source, tmp_path / "out", "--quiet") == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert [report[name] for name in ("freq", "periods", "horizon")] == [freq, len(names), horizon]


def test_a_missing_column_is_named_with_the_nearest(table, tmp_path, capsys):
    words = ["levels", str(table), "--time", "月份", "--numerator", "赢单数", "--out", str(tmp_path / "out"), "--lang", "en"]
    assert main(words) == 2
    said = capsys.readouterr().err.splitlines()
    assert said == [f"yunchou levels: {table} has no column '赢单数'; it has: 月份, 单元, 赢单, 商机; did you mean '赢单'?"]
    assert not (tmp_path / "out").exists()


def test_an_empty_table_is_refused(tmp_path, capsys):
    source = write(tmp_path / "empty.csv", [])
    assert run(source, tmp_path / "out", "--lang", "en") == 2
    assert capsys.readouterr().err.splitlines() == [f"yunchou levels: {source} has a header but no rows"]
    assert not (tmp_path / "out").exists()


def test_denominators_of_zero_everywhere_are_refused(tmp_path, capsys):
    source = write(tmp_path / "zero.csv", [(f"2024-{n:02d}", "a", 0, 0) for n in range(1, 7)])
    assert run(source, tmp_path / "out", "--lang", "en") == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith("all denominators are 0: there is nothing to measure; check that column")


def test_a_numerator_without_a_denominator_is_rejected_and_too_many_are_refused(table, tmp_path, capsys):
    source = write(tmp_path / "one.csv", [*rows(), ("2025-01", "华东", 3, 0)])
    assert run(source, tmp_path / "out", "--quiet") == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert (report["used"], report["rejected"], report["reasons"]) == (120, 1, {"numerator_without_denominator": 1})
    many = write(tmp_path / "many.csv", [("2024-01", "a", 1, 2), ("2024-02", "a", 3, 0), ("2024-03", "a", 1, -2)])
    assert run(many, tmp_path / "no", "--lang", "en") == 2
    assert "2 of 3 rows cannot be used (more than 5 %)" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "no").exists()
    assert run(many, tmp_path / "yes", "--quiet", "--allow-rejects") == 0


def test_a_numerator_above_its_denominator_is_said(tmp_path, capsys):
    source = write(tmp_path / "over.csv", [*rows(), ("2025-01", "华东", 14, 12)])
    assert run(source, tmp_path / "out", "--lang", "en") == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["kind"] == "count"
    assert "the numerator exceeds the denominator in 1 cells (such as 华东, 2025-01-01: 14 ÷ 12)" in capsys.readouterr().err


def test_negative_values_are_scores(tmp_path):
    source = write(tmp_path / "nps.csv", [(month, unit, won - 6, cases) for month, unit, won, cases in rows()])
    assert run(source, tmp_path / "out", "--quiet") == 0
    made = frame(tmp_path / "out")
    assert (made["expected"] < 0).all()
    assert (made["low"] <= made["expected"]).all()
    assert (made["expected"] <= made["high"]).all()


def test_blank_units_are_called_so(tmp_path):
    source = write(tmp_path / "blank.csv", [*rows(), *((month, "", won, cases) for month, _, won, cases in rows(units="x"))])
    assert run(source, tmp_path / "out", "--quiet") == 0
    assert frame(tmp_path / "out")["unit"].to_list() == [None, "(blank)", *sorted({row[1] for row in rows()})]


def test_a_last_period_that_is_part_filled_is_said_with_the_day_to_use(tmp_path, capsys):
    source = write(tmp_path / "part.csv", [*rows(), ("2025-01", "华东", 1, 2)])
    assert run(source, tmp_path / "out", "--lang", "en") == 0
    assert capsys.readouterr().err.splitlines() == ["the last period (from 2025-01-01) looks partial; if so, use --until 2024-12-31"]
    assert run(source, tmp_path / "until", "--until", "2024-12-31", "--lang", "en") == 0
    assert capsys.readouterr().err == ""
    assert run(write(tmp_path / "whole.csv", rows()), tmp_path / "whole", "--quiet") == 0
    assert frame(tmp_path / "until").equals(frame(tmp_path / "whole"))


def test_a_unit_that_ended_is_said_and_does_not_count_among_its_peers(tmp_path, capsys):
    gone = [("2023-01", "停业", 50, 50), ("2023-02", "停业", 50, 50)]
    source = write(tmp_path / "gone.csv", [*rows(), *gone])
    assert run(source, tmp_path / "out", "--lang", "en") == 0
    assert "1 units had no case in the last 6 periods (停业)" in capsys.readouterr().err
    made = frame(tmp_path / "out")
    assert made["top_quartile"][0] < 0.6 < made.filter(pl.col("unit") == "停业")["expected"][0]


def test_cycle_days_are_amounts_and_lower_is_better(tmp_path):
    random = np.random.default_rng(3)
    made = [(month, unit, round(float(random.gamma(9, cases * 4)), 1), cases) for month, unit, _, cases in rows()]
    source = write(tmp_path / "days.csv", made)
    assert run(source, tmp_path / "out", "--better", "low", "--benchmark", "30,84,180", "--quiet") == 0
    whole = frame(tmp_path / "out").row(0, named=True)
    assert whole["low"] <= whole["recommended"] <= whole["high"]
    # better than expected is what the fastest quarter shows, no further than an even chance
    assert whole["top_quartile"] < whole["expected"]
    assert 0.495 < whole["probability"] < 0.605


def test_a_published_range_by_name_says_its_strength(tmp_path, capsys):
    source = write(tmp_path / "few.csv", [("2024-01", "a", 1, 4)])
    assert run(source, tmp_path / "out", "--published", "win_rate", "--horizon", 1, "--lang", "en") == 0
    assert "strength: second-hand, not a fact" in capsys.readouterr().err
    made = frame(tmp_path / "out")
    assert made["basis"].to_list() == ["published range"] * 2
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["published"]["strength"] == "S"
    assert run(source, tmp_path / "none", "--published", "winrate", "--lang", "en") == 2
    assert not (tmp_path / "none").exists()


def test_a_benchmark_against_own_history_is_told_with_both_numbers(table, tmp_path, capsys):
    assert run(table, tmp_path / "out", "--benchmark", "0.7,0.8,0.9", "--lang", "zh") == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("自己的历史与公开区间不一致：最近一年是 0.")
    assert "公开区间是 0.7～0.9" in said[0]


@pytest.mark.parametrize(("words", "part"), [(["--horizon", "0"], "--horizon 0"), (["--benchmark", "20,30,40"], "--benchmark 20,30,40")])
def test_impossible_wishes_are_one_sentence(words, part, table, tmp_path, capsys):
    assert run(table, tmp_path / "out", *words) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert part in said[0]
    assert not (tmp_path / "out").exists()


def test_ten_thousand_units_are_answered_at_once(tmp_path):
    random = np.random.default_rng(0)
    cases = random.integers(0, 12, (10_000, 12))
    won = random.binomial(cases, 0.3)
    units = np.repeat([f"u{n:05d}" for n in range(10_000)], 12)
    months = np.tile([date(2024, n, 1) for n in range(1, 13)], 10_000)
    pl.DataFrame({"月份": months.tolist(), "单元": units.tolist(), "赢单": won.ravel(), "商机": cases.ravel()}).write_parquet(
        tmp_path / "many.parquet"
    )
    assert run(tmp_path / "many.parquet", tmp_path / "out", "--quiet") == 0
    made = frame(tmp_path / "out")
    assert made.height == 10_001
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["seconds"] < 30  # three times what is promised: test machines are busy
