import subprocess
import sys

import pytest

from yunchou.demo.__main__ import main


def test_main_writes_a_company_and_says_how_large_it_is(tmp_path, capsys):
    truth = tmp_path / "truth.yaml"
    truth.write_text("people: {leaver_rate: 0.0}\n", encoding="utf-8")
    code = main(["--size", "s", "--seed", "3", "--truth", str(truth), "--today", "2023-01-31", "--out", str(tmp_path / "out")])
    assert code == 0
    assert "order lines" in capsys.readouterr().err
    assert (tmp_path / "out" / "truth.yaml").read_text(encoding="utf-8").startswith("size: s\nseed: 3\nplanted:\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--today", "2030-01-01"], "--today must lie between 2023-01-01 and 2026-12-31, not 2030-01-01"),
        (["--truth", "absent.yaml"], "cannot read absent.yaml"),
    ],
)
def test_main_refuses_in_one_line_and_writes_nothing(tmp_path, capsys, arguments, sentence):
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert sentence in said
    assert not (tmp_path / "out").exists()


def test_main_refuses_a_filled_folder_before_any_work(tmp_path, capsys):
    (tmp_path / "note.txt").write_text("", encoding="utf-8")
    assert main(["--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_help_loads_no_heavy_library():
    command = "import sys; import yunchou.demo.__main__; print([name for name in ('polars', 'numpy', 'django') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, timeout=30)
    assert ran.stdout == "[]\n"
