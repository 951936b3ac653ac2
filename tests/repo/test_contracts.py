"""Each import contract is broken on purpose in a copy of the package, and must bite."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"

# contract → (file, the line that breaks it)
BREAKS = {
    "1 Layers": ("org/selectors/__init__.py", "from yunchou.planning import selectors as above"),
    "1 Layers: same line": ("customers/selectors.py", "from yunchou.catalog import services as beside"),
    "2 Inside an app": ("revenue/models.py", "from yunchou.revenue import services as above"),
    "3 Pure core: calc": ("calc/money.py", "from django.db import models"),
    "3 Pure core: calc, ours": ("calc/text.py", "from yunchou.tables import read_lines"),
    "3 Pure core: tables": ("tables/__init__.py", "import django"),
    "3 Pure core: demo": ("demo/__init__.py", "from django.utils import timezone"),
    "4 Surface": ("planning/services.py", "from yunchou.org import models"),
    "5 Migrations": ("org/migrations/0001_initial.py", "from yunchou.org import models as ours"),
}


def verdict(root: Path) -> "subprocess.CompletedProcess[str]":
    """Run all contracts on the package under ``root``; it comes first on the path, before the installed one."""
    path = os.pathsep.join([str(root / "src"), str(ROOT / "tools")])
    return subprocess.run(
        [sys.executable, "-c", RUN], cwd=root, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "fonts", "truths")
    shutil.copytree(ROOT / "src" / "yunchou", tmp_path / "src" / "yunchou", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold_for_the_package() -> None:
    done = verdict(ROOT)
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_contract_bites(copied: Path, contract: str) -> None:
    file, line = BREAKS[contract]
    path = copied / "src" / "yunchou" / file
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = verdict(copied)
    assert done.returncode == 1, done.stdout
    name = contract.split(",", maxsplit=1)[0].removesuffix(": same line")
    broken = [row for row in done.stdout.splitlines() if row.startswith(name) and row.endswith("BROKEN")]
    assert len(broken) == 1, done.stdout


def test_an_unknown_app_is_refused(copied: Path) -> None:
    (copied / "src" / "yunchou" / "newcomer").mkdir()
    (copied / "src" / "yunchou" / "newcomer" / "__init__.py").write_text('"""Stands nowhere yet."""\n', encoding="utf-8")
    done = verdict(copied)
    assert done.returncode == 1, done.stdout
    assert "newcomer" in done.stdout


def test_a_type_only_import_is_free(copied: Path) -> None:
    path = copied / "src" / "yunchou" / "calc" / "text.py"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from yunchou.org.models import Person\n",
        encoding="utf-8",
    )
    done = verdict(copied)
    assert done.returncode == 0, done.stdout
