"""docs/settings.md names every variable that the code reads, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Django's own, set by us and not by people.
NOT_A_SETTING = {"DJANGO_SETTINGS_MODULE"}


def names_read(tree: ast.AST) -> Iterator[str]:
    """Yield the constant names that are read by env_*(), os.environ.get(), os.environ[] and `in os.environ`."""
    for node in ast.walk(tree):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Call):
            told = ast.unparse(node.func)
            if told.startswith("env_") or told in {"os.environ.get", "os.getenv"}:
                asked = node.args[:1]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            asked = [node.slice]
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
            asked = [node.left]
        for one in asked:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value


def test_settings_page_names_what_the_code_reads() -> None:
    read = {
        name for path in (ROOT / "src").rglob("*.py") for name in names_read(ast.parse(path.read_text(encoding="utf-8"))) if name.isupper()
    }
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == read - NOT_A_SETTING
