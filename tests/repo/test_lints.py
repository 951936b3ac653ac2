"""Each rule of ours bites on a line that breaks it and is silent on one that keeps it."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import lints  # noqa: E402 - tools are programs, not a package

SRC = "src/yunchou"

# rule → (path, lines that break it, lines that keep it)
CASES = {
    "file_length": (f"{SRC}/org/services.py", "x = 1\n" * 401, "x = 1\n" * 400),
    "no_objects_in_views": (f"{SRC}/org/views/people.py", "Person.objects.all()", "selectors.people(actor=actor)"),
    "order_is_total": (f"{SRC}/org/selectors.py", 'Person.objects.order_by("name")', 'Person.objects.order_by("name", "pk")'),
    "no_float_columns": (f"{SRC}/org/models.py", "share = models.FloatField()", "share_ppm = models.IntegerField()"),
    "formula_has_source": (
        f"{SRC}/calc/money.py",
        'def growth(a: int, b: int) -> float:\n    """Return the growth."""\n    return a / b',
        'def growth(a: int, b: int) -> float:\n    """Return the growth.\n\n    Source: own.\n    """\n    return a / b',
    ),
    "tests_have_tolerances": ("tests/calc/test_money.py", "assert share() == 0.1", "assert share() == pytest.approx(0.1, abs=1e-12)"),
    "tests_can_fail": ("tests/calc/test_money.py", "assert a.all() == b.all()", "assert (a == b).all()"),
    "skips_have_reasons": ("tests/calc/test_money.py", "@pytest.mark.skipif(True)\ndef test(): ...", 'pytest.skip("no data")'),
    "nothing_unfinished": (f"{SRC}/calc/money.py", "x = 1  # TO" + "DO later", "x = 1  # to do so would be wrong"),
    "frames_divide_exactly": (f"{SRC}/calc/money.py", 'pl.col("a") // 2', 'pl.col("a") / 2'),
}
MORE_OFFENCES = [
    ("no_objects_in_views", f"{SRC}/org/api.py", "Person._default_manager"),
    ("no_objects_in_views", f"{SRC}/org/forms.py", "Person.objects"),
    ("order_is_total", f"{SRC}/org/selectors.py", 'rows.values("unit").annotate(n=Count("pk")).order_by("n")'),
    ("no_float_columns", f"{SRC}/org/models.py", "from django.db.models import DecimalField\nshare = DecimalField()"),
    ("tests_can_fail", "tests/calc/test_money.py", "assert True"),
    ("skips_have_reasons", "tests/calc/test_money.py", "@pytest.mark.skip\ndef test(): ..."),
    ("frames_divide_exactly", f"{SRC}/calc/money.py", 'nw.col("a") * nw.col("b") * nw.col("c")'),
    ("frames_divide_exactly", f"{SRC}/calc/money.py", 'pl.col("a").sum().over("b") // pl.col("c")'),
]
MORE_KEPT = [
    ("order_is_total", f"{SRC}/org/selectors.py", 'rows.order_by("unit", "month").values_list("unit", "month").annotate(n=Count("pk"))'),
    ("no_float_columns", f"{SRC}/revenue/models.py", "amount = models.DecimalField()"),
    ("no_objects_in_views", f"{SRC}/org/selectors.py", "Person.objects.all()"),
    ("formula_has_source", f"{SRC}/calc/money.py", 'def name(a: str) -> str:\n    """Return it."""\n    return a.strip()'),
    ("tests_have_tolerances", "tests/calc/test_money.py", "assert half() == 0.5  # tolerance 0: halves are exact"),
    ("frames_divide_exactly", f"{SRC}/calc/money.py", 'pl.col("a").cast(pl.Float64) * pl.col("b") * pl.col("c")'),
    ("skips_have_reasons", "tests/calc/test_money.py", '@pytest.mark.skipif(True, reason="no data")\ndef test(): ...'),
]


def said(rule: str, path: str, text: str) -> list[tuple[int, str]]:
    return list(getattr(lints, rule)(lints.Source(Path(path), text, ast.parse(text))))


@pytest.mark.parametrize("rule", CASES)
def test_rule_bites_and_is_silent(rule: str) -> None:
    path, broken, kept = CASES[rule]
    assert said(rule, path, broken)
    assert said(rule, path, kept) == []


@pytest.mark.parametrize(("rule", "path", "text"), MORE_OFFENCES)
def test_rule_also_bites(rule: str, path: str, text: str) -> None:
    assert said(rule, path, text)


@pytest.mark.parametrize(("rule", "path", "text"), MORE_KEPT)
def test_rule_is_also_silent(rule: str, path: str, text: str) -> None:
    assert said(rule, path, text) == []


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "base.py", "plan_manager.py", "date_utils.py", "managers.py"])
def test_vague_file_name_is_refused(name: str) -> None:
    assert said("file_name", f"{SRC}/org/{name}", "")


@pytest.mark.parametrize(
    "path", [f"{SRC}/org/services.py", f"{SRC}/common/__init__.py", "tests/common/__init__.py", f"{SRC}/calc/baseline.py"]
)
def test_telling_file_name_is_allowed(path: str) -> None:
    assert said("file_name", path, "") == []


def test_every_rule_has_a_case() -> None:
    assert {rule.__name__ for rule in lints.RULES} == {*CASES, "file_name"}
