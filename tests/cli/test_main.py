import subprocess
import sys
import time

import pytest

from yunchou import __version__
from yunchou.cli.main import COMMANDS, main


def run(*words):
    return subprocess.run([sys.executable, "-m", "yunchou.cli.main", *words], capture_output=True, text=True, check=False, timeout=60)


def test_help_names_every_command_and_loads_nothing_heavy():
    heavy = (
        "import sys; from yunchou.cli.main import main; main(['--help']); "
        "print(sorted({'polars', 'numpy', 'django', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in COMMANDS)


def test_help_is_fast():
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        assert run("--help").returncode == 0
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.4


def test_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"yunchou {__version__}\n"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["plan", "--nonsense"], ["plan"]])
def test_wrong_usage_is_exit_2_without_a_traceback(words):
    done = run(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("yunchou")


@pytest.mark.parametrize("command", ["check", "forecast", "plan"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_missing_file_is_one_sentence_in_the_asked_language(command, lang, tmp_path):
    words = ["--horizon", "12"] if command == "forecast" else []
    done = run(command, str(tmp_path / "absent.csv"), "--out", str(tmp_path / "out"), "--lang", lang, *words)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert "absent.csv" in last
    assert any("\u4e00" <= c <= "\u9fff" for c in last) == (lang == "zh")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["check", "forecast", "plan"])
def test_a_time_limit_that_is_too_short_is_exit_4_and_leaves_nothing(command, tmp_path):
    lines = tmp_path / "lines.csv"
    lines.write_text("date,amount\n" + "".join(f"{2020 + m // 12}-{m % 12 + 1:02d}-01,{100 + m}\n" for m in range(48)))
    words = ["--horizon", "12"] if command == "forecast" else []
    done = run(command, str(lines), "--out", str(tmp_path / "out"), "--time-limit", "0.02", *words)
    assert done.returncode == 4
    assert done.stderr.strip().splitlines()[-1].endswith("请放宽 --time-limit")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lines.csv"]
    assert run(command, str(lines), "--out", str(tmp_path / "out"), "--time-limit", "-1", *words).returncode == 2
