import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from tests.tables.written_files import write_csv, write_xlsx
from yunchou.calc.errors import BadInput
from yunchou.cli.check import check
from yunchou.cli.main import main

ROWS = [
    ["销售明细", "", ""],
    ["日期", "金额", "备注"],
    ["2024-01-01", "1,234.50", "=1+1"],
    ["2024-01-02", "abc", "=1+1"],
    ["待定", "5", "http://example.org"],
    ["2025-01-03", "(300)", ""],
    ["合计", "934.50", ""],
]


def run(*words):
    return main([str(word) for word in words])


def report_of(out):
    return json.loads((out / "report.json").read_text(encoding="utf-8"))


def test_check_writes_the_report_as_promised(tmp_path):
    assert run("check", write_csv(tmp_path / "a.csv", ROWS), "--out", tmp_path / "out") == 0
    report = report_of(tmp_path / "out")
    assert report.pop("seconds") >= 0
    assert report == {
        "mapping": {"date": "日期", "amount": "金额"},
        "rows": 6,
        "used": 2,
        "rejected": 2,
        "skipped": 2,
        "duplicates": 0,
        "sums_by_year": {"2024": "1234.5", "2025": "-300.0"},
        "reasons": {"amount_not_a_number": 1, "date_not_readable": 1},
        "warnings": [],
    }
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["rejects.xlsx", "report.json"]


@pytest.mark.parametrize(("lang", "title", "words"), [("zh", "拒绝的行", "金额不是数字"), ("en", "rejects", "the amount is not a number")])
def test_check_tells_each_reject_in_words_and_never_as_a_formula(tmp_path, lang, title, words):
    run("check", write_csv(tmp_path / "a.csv", ROWS), "--out", tmp_path / "out", "--lang", lang)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "rejects.xlsx")[title]
    assert [cell.value for cell in sheet[1]] == ["日期", "金额", "备注", "sheet", "row", "column", "value", "reason", "explanation"]
    assert [cell.value for cell in sheet[2]] == ["2024-01-02", "abc", "=1+1", None, 4, "金额", "abc", "amount_not_a_number", words]
    assert sheet["C2"].data_type == "s"
    assert sheet["C3"].hyperlink is None
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 3


def test_check_writes_rejects_of_every_length_and_kind(tmp_path):
    odd = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "长" * 40_000]
    run(
        "check",
        write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", 1], *[["2024-01-01", text] for text in odd]]),
        "--out",
        tmp_path / "o",
    )
    sheet = openpyxl.load_workbook(tmp_path / "o" / "rejects.xlsx").active
    assert [sheet.cell(row, 2).value for row in range(2, 8)] == [*odd[:-1], "长" * 32_000]
    assert {sheet.cell(row, 2).data_type for row in range(2, 8)} == {"s"}


def test_check_prints_one_json_object_and_says_the_rest_on_standard_error(tmp_path, capsys):
    assert run("check", write_csv(tmp_path / "a.csv", ROWS), "--out", tmp_path / "out", "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == report_of(tmp_path / "out")
    assert printed.err.splitlines() == [
        "columns: date=日期 amount=金额",
        "共 6 行：可用 2，拒绝 2，跳过 2（标题、空行、合计等）",
        "  拒绝 1 行：金额不是数字",
        "  拒绝 1 行：读不出日期",
        "  2024 年合计 1234.5",
        "  2025 年合计 -300.0",
    ]


def test_check_is_silent_when_asked(tmp_path, capsys):
    assert run("check", write_csv(tmp_path / "a.csv", ROWS), "--out", tmp_path / "out", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.csv", b"", "是空的"),
        ("header.csv", "日期,金额\n".encode(), "只有表头，没有数据行"),
        ("binary.csv", bytes(range(256)), "不是文本"),
        ("latin.csv", "日期,金额\n2024-01-01,1\n".encode() + b"\xff\n", "字符编码读不出"),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff", "不完整"),
        ("open.csv", "日期,金额\n05/03/24,1\n".encode(), "--date-order"),
        ("twice.csv", "日期,金额,金额\n2024-01-01,1,2\n".encode(), "有 2 列都叫“金额”"),
        ("text.csv", "日期,金额\n2024-01-01,很多\n".encode(), "没有一行能用"),
        ("none.csv", None, "没有文件"),
    ],
)
def test_check_refuses_with_one_line_and_leaves_nothing(tmp_path, capsys, name, data, sentence):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    out = tmp_path / "deep" / "out"
    assert run("check", tmp_path / name, "--out", out) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert sentence in printed.err
    assert not out.parent.exists()


def test_check_refuses_a_filled_folder_before_reading(tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert run("check", tmp_path / "not there.csv", "--out", out) == 2
    assert "--force" in capsys.readouterr().err
    path = write_csv(tmp_path / "a.csv", ROWS)
    assert run("check", path, "--out", out, "--force") == 0
    assert sorted(file.name for file in out.iterdir()) == ["mine.txt", "rejects.xlsx", "report.json"]


def test_check_takes_every_column_option(tmp_path):
    rows = [
        ["d", "a1", "a2", "p", "r", "c", "s", "k"],
        ["5/3/24", 1, 2, "p", "r", "c", "s", 0.5],
        ["6/3/24", 1, 3, "p", "r", "c", "s", 0.5],
    ]
    path = write_xlsx(tmp_path / "a.xlsx", rows)
    told = {"date": "d", "amount": "a2", "product": "p", "region": "r", "customer": "c", "person": "s", "cost": "k"}
    words = [word for role, name in told.items() for word in (f"--{role}", name)]
    extra = ["--sheet", "订单", "--date-order", "dmy", "--until", "2024-03-05", "--by", "p,r"]
    assert run("check", path, "--out", tmp_path / "out", *words, *extra) == 0
    report = report_of(tmp_path / "out")
    assert (report["mapping"], report["sums_by_year"], report["rows"]) == (told, {"2024": "2"}, 1)


def test_check_is_an_importable_function_too(tmp_path):
    report = check(write_csv(tmp_path / "a.csv", ROWS), out=tmp_path / "out", lang="en")
    assert report == report_of(tmp_path / "out")
    with pytest.raises(BadInput, match="is not empty"):
        check(tmp_path / "a.csv", out=tmp_path / "out")


def started(path, out):
    """Start the command on a table that takes it seconds to read."""
    words = [sys.executable, "-m", "yunchou.cli.main", "check", str(path), "--out", str(out)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


@pytest.fixture
def long_table(tmp_path):
    """A table with 60,000 rejects, so that writing them takes a while."""
    return write_csv(
        tmp_path / "long.csv", [["日期", "金额", "备注"], ["2024-01-01", 1, ""], *[["2024-01-01", f"x{row}", "y"] for row in range(60_000)]]
    )


def test_check_says_what_the_system_said_when_the_disk_is_full(tmp_path, long_table):
    out = tmp_path / "out"
    # A file may grow to 100 kB only: the same refusal from the system as a full disk, in a process of its own.
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from yunchou.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "check", str(long_table), "--out", str(out), "--quiet"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "File too large" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.csv"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_check_leaves_no_partial_output_when_stopped_midway(tmp_path, long_table, sent):
    out = tmp_path / "results" / "out"
    process = started(long_table, out)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("results/.yunchou-partial-*/rejects.xlsx*")) and not list(tmp_path.glob("results/.yunchou-partial-*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process.pid, sent)
    said = process.communicate(timeout=30)[1]
    assert not out.exists()
    if sent == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
        assert run("check", write_csv(tmp_path / "a.csv", ROWS), "--out", out) == 0  # the next run sweeps up
        assert [path.name for path in out.parent.iterdir()] == ["out"]
    else:
        assert process.returncode == 130
        assert "Traceback" not in said
        assert not out.parent.exists()
