"""The run's own rules: a skipped browser test fails in CI, and whoever uses the database is marked so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INVENTED = """
import pytest

@pytest.mark.browser
def test_page():
    pytest.skip("no chromium here")

def test_rows(db):
    pass
"""


def outcome(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    (folder / "test_invented.py").write_text(INVENTED, encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "tests.conftest"]
    command += ["-p", "no:cacheprovider", "-p", "no:randomly", str(folder), *words]
    return subprocess.run(command, cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **more}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("ci", "says"), [({}, "1 skipped"), ({"CI": "true"}, "1 failed")])
def test_skipped_browser_test_is_a_failure_in_ci_alone(tmp_path: Path, ci: dict[str, str], says: str) -> None:
    done = outcome(tmp_path, "-m", "browser", **ci)
    assert says in done.stdout.splitlines()[-1], done.stdout
    assert "no chromium here" in done.stdout


def test_user_of_the_database_is_marked_without_being_asked(tmp_path: Path) -> None:
    done = outcome(tmp_path, "-m", "database", "--collect-only", "-q")
    assert "test_invented.py::test_rows" in done.stdout
    assert "test_page" not in done.stdout
