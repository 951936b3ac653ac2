"""The command keeps its promises about files, exit codes and sentences."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from yunchou.calc.errors import BadInput
from yunchou.cli.cascade import cascade
from yunchou.cli.main import main

SPEC = """\
currency: CNY
unit: 100
total: 1234567800
dimensions: {product: [A, B], region: [N, S], month: ["2026-01", "2026-02"]}
weights: W.csv
margins:
  - {by: [product], values: [{product: A, value: 800000000}, {product: B, value: 434567800}]}
  - {by: [region, month], file: M.csv}
locks:
  - {at: {product: A, region: N, month: "2026-01"}, value: 12300}
bounds: [{at: {product: B}, min: 0, max: 500000000}]
"""
MARGIN = 'region,month,value\nN,2026-01,300000000\nN,2026-02,300000000\nS,2026-01,"300,000,000"\nS,2026-02,334567800\n'
WEIGHTS = "product,region,month,weight\n" + "".join(
    f"{product},{region},{month},{weight}\n"
    for weight, (product, region, month) in enumerate(
        [(product, region, month) for product in "BA" for region in "SN" for month in ("2026-02", "2026-01")], start=1
    )
)


def write(folder: Path, spec: str = SPEC, margin: str = MARGIN, weights: str = WEIGHTS) -> Path:
    (folder / "M.csv").write_text(margin, encoding="utf-8")
    (folder / "W.csv").write_text(weights, encoding="utf-8")
    path = folder / "spec.yaml"
    path.write_text(spec, encoding="utf-8")
    return path


def test_cascade_writes_every_combination_once_in_the_order_given(tmp_path: Path) -> None:
    report = cascade(write(tmp_path), out=tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.json", "targets.parquet"]
    targets = pl.read_parquet(tmp_path / "out" / "targets.parquet")
    assert targets.schema == pl.Schema({"product": pl.String, "region": pl.String, "month": pl.String, "amount_minor": pl.Int64})
    combinations = [(product, region, month) for product in "AB" for region in "NS" for month in ("2026-01", "2026-02")]
    assert targets.select("product", "region", "month").rows() == combinations
    assert targets["amount_minor"].sum() == 1234567800
    assert (targets["amount_minor"] % 100).to_list() == [0] * 8
    assert targets.row(0) == ("A", "N", "2026-01", 12300)
    by_place = targets.group_by("region", "month", maintain_order=True).agg(pl.col("amount_minor").sum())["amount_minor"].to_list()
    assert by_place == [300000000, 300000000, 300000000, 334567800]
    assert targets.filter(pl.col("product") == "A")["amount_minor"].sum() == 800000000
    assert report == json.loads((tmp_path / "out" / "report.json").read_text())
    assert {key: report[key] for key in ("status", "cells")} == {"status": "exact", "cells": 8}
    assert set(report) == {"status", "cells", "iterations", "largest_rounding", "seconds"}
    assert 0 < report["largest_rounding"] < 1


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    spec = write(tmp_path)
    for name in ("one", "two"):
        cascade(spec, out=tmp_path / name)
    assert (tmp_path / "one" / "targets.parquet").read_bytes() == (tmp_path / "two" / "targets.parquet").read_bytes()


def test_even_weights_and_no_unit_need_no_files(tmp_path: Path) -> None:
    spec = write(tmp_path, "total: 100\ndimensions: {月: [1月, 2月, 3月]}\nweights: even\n")
    cascade(spec, out=tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "targets.parquet")["amount_minor"].to_list() == [34, 33, 33]


def test_members_keep_the_letters_they_are_written_with(tmp_path: Path) -> None:
    spec = write(
        tmp_path, "total: 4\ndimensions: {code: [01, NO, 'a|b', '「西南」🙂']}\nweights: even\nlocks: [{at: {code: NO}, value: 1}]\n"
    )
    cascade(spec, out=tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "targets.parquet")["code"].to_list() == ["01", "NO", "a|b", "「西南」🙂"]


def test_a_contradiction_writes_only_the_conflict_and_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = write(tmp_path, SPEC.replace("value: 12300", "value: 300000100"))
    code = main(["cascade", str(spec), "--out", str(tmp_path / "out"), "--json", "--lang", "en"])
    streams = capsys.readouterr()
    assert code == 3
    assert streams.out == ""
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["conflict.json"]
    conflict = json.loads((tmp_path / "out" / "conflict.json").read_text(encoding="utf-8"))
    assert conflict == {
        "conflict": [
            {
                "kind": "margin",
                "index": 1,
                "group": {"month": "2026-01", "region": "N"},
                "value": 300000000,
                "detail": "margins[1]: month=2026-01, region=N = 300000000",
            },
            {
                "kind": "lock",
                "index": 0,
                "group": None,
                "value": 300000100,
                "detail": "locks[0]: month=2026-01, product=A, region=N = 300000100",
            },
        ]
    }
    assert streams.err.splitlines()[-1].startswith("yunchou cascade: these 2 cannot be met together")


def test_sums_that_have_no_whole_answer_exit_4_and_leave_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corners = "a,b,c,weight\n0,0,0,1\n0,1,1,1\n1,0,1,1\n1,1,0,1\n"
    margins = ", ".join(f"{{by: [{name}], values: [{{{name}: 0, value: 1}}, {{{name}: 1, value: 1}}]}}" for name in "abc")
    spec = write(tmp_path, f"dimensions: {{a: [0, 1], b: [0, 1], c: [0, 1]}}\nweights: W.csv\nmargins: [{margins}]\n", weights=corners)
    assert main(["cascade", str(spec), "--out", str(tmp_path / "out"), "--lang", "en"]) == 4
    assert "margins[0] (a); margins[1] (b); margins[2] (c)" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_json_prints_the_report_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # three crossing margins call HiGHS, whose banner must not reach standard output
    margins = ", ".join(f"{{by: [{name}], values: [{{{name}: 0, value: 4}}, {{{name}: 1, value: 5}}]}}" for name in "abc")
    spec = write(tmp_path, f"dimensions: {{a: [0, 1], b: [0, 1], c: [0, 1]}}\nweights: even\nmargins: [{margins}]\n")
    assert main(["cascade", str(spec), "--out", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["status"] == "exact"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("total: 1", "totl: 1", "there is no key 'totl'; the nearest known is 'total'"),
        ("min: 0", "mim: 0", "bounds[0]: there is no key 'mim'; the nearest known is 'min'"),
        ("region: N, m", "regoin: N, m", "locks[0].at: there is no dimension 'regoin'; the nearest known is 'region'"),
        ("product: A, region: N", "product: AA, region: N", "locks[0].at.product: there is no member 'AA'; the nearest known is 'A'"),
        ("by: [product]", "by: [produkt]", "margins[0].by: there is no dimension 'produkt'; the nearest known is 'product'"),
        ("12300", "12345", "locks[0].value: 12345 is no multiple of the unit 100; the nearest are 12300 and 12400"),
        ("1234567800", "1234567800.5", "total: '1234567800.5' is no whole number"),
        ("1234567800", "many", "total: 'many' is no whole number"),
        ("12300", "-12300", "locks[0].value: -12300 must not be negative"),
        ("1234567800", "10000000000000000", "total: 10000000000000000 is beyond 9000000000000000"),
        ("unit: 100", "unit: 0", "unit: 0 must be at least 1"),
        ("weights: W.csv", "weights: V.csv", "weights: there is no file"),
        ("{product: B, value: 4", "{product: A, value: 4", "margins[0].values[1]: A stands twice"),
        (", {product: B, value: 434567800}", "", "margins[0].values: 1 groups are missing: B; list every group"),
        ("unit: 100", "unit: [", "is no valid YAML"),
        ("unit: 100", "unit: 100\nunit: 1", "the key unit stands twice"),
        ("[A, B]", "[A, A]", "dimensions.product: the member 'A' stands twice"),
        ("[A, B]", "[]", "dimensions.product: at least one member"),
        ("product: [A, B]", "weight: [A, B]", "dimensions.weight: cannot be the name of a dimension"),
        ("file: M.csv", "file: M.csv, values: []", "margins[1]: give either values or file"),
        (", min: 0, max: 500000000", "", "bounds[0]: give min or max"),
        ("at: {product: B}", "at: {}", "bounds[0].at: `dimension: member` is expected"),
        ("locks:\n", "locks: 5\nlocks_:\n", "there is no key 'locks_'"),
    ],
)
def test_a_fault_in_the_spec_is_named_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in SPEC
    with pytest.raises(BadInput) as refusal:
        cascade(write(tmp_path, SPEC.replace(old, new, 1)), out=tmp_path / "out")
    assert says in refusal.value.told("en")
    assert refusal.value.told("zh") != refusal.value.told("en")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"margin": MARGIN.replace("N,2026-02", "N,2026-03")}, "row 3: month has no member '2026-03'; the nearest known is '2026-02'"),
        ({"margin": MARGIN.replace("N,2026-02", "N,2026-01")}, "row 3: N/2026-01 stands twice"),
        ({"margin": MARGIN.replace("N,2026-02,300000000\n", "")}, "margins[1].file: 1 groups are missing: N/2026-02"),
        ({"margin": MARGIN.replace("2026-02,300000000", "2026-02,300000050")}, "row 3: 300000050 is no multiple of the unit 100"),
        ({"margin": MARGIN.replace("2026-02,300000000", "2026-02,x")}, "row 3: 'x' is no whole number"),
        ({"margin": MARGIN.replace("2026-02,300000000", "2026-02,-100")}, "row 3: -100 must not be negative"),
        ({"margin": MARGIN.replace("value", "worth")}, "has no column 'value'"),
        ({"weights": WEIGHTS.replace("A,N,2026-01,8", "A,N,2026-01,NaN")}, "row 9: the weight 'NaN' is no number"),
        ({"weights": WEIGHTS.replace("A,N,2026-01,8", "A,N,2026-01,-8")}, "row 9: the weight -8.0 must not be negative"),
        ({"weights": WEIGHTS.replace("A,N,2026-01,8", "C,N,2026-01,8")}, "row 9: product has no member 'C'"),
        ({"weights": WEIGHTS + "A,N,2026-01,8\n"}, "row 10: A/N/2026-01 stands twice"),
        ({"weights": ""}, "is empty"),
    ],
)
def test_a_fault_in_a_table_is_named_with_its_row(tmp_path: Path, files: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as refusal:
        cascade(write(tmp_path, **files), out=tmp_path / "out")
    assert says in refusal.value.told("en")
    assert not (tmp_path / "out").exists()


def test_nothing_to_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="give a total, or at least one of margins"):
        cascade(write(tmp_path, "dimensions: {a: [x]}\nweights: even\n"), out=tmp_path / "out")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        cascade(tmp_path / "none.yaml", out=tmp_path / "out")
    with pytest.raises(BadInput, match="is a folder"):
        cascade(tmp_path, out=tmp_path / "out")


def test_results_of_an_earlier_run_do_not_stay_beside_a_conflict_nor_the_other_way_round(tmp_path: Path) -> None:
    out = tmp_path / "out"
    good, bad = "total: 100\ndimensions: {m: [a, b]}\nweights: even\n", "locks: [{at: {m: a}, value: 200}]\n"
    assert main(["cascade", str(write(tmp_path, good)), "--out", str(out), "--quiet"]) == 0
    assert main(["cascade", str(write(tmp_path, good + bad)), "--out", str(out), "--force", "--quiet"]) == 3
    assert [path.name for path in out.iterdir()] == ["conflict.json"]
    assert main(["cascade", str(write(tmp_path, good)), "--out", str(out), "--force", "--quiet"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["report.json", "targets.parquet"]


def test_a_wish_that_fails_alone_is_not_told_as_one_of_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = write(tmp_path, "total: 100\ndimensions: {m: [a, b]}\nweights: even\nbounds: [{at: {m: a}, min: 9, max: 3}]\n")
    assert main(["cascade", str(spec), "--out", str(tmp_path / "out"), "--lang", "en"]) == 3
    assert capsys.readouterr().err.rstrip().endswith("this alone cannot be met")
