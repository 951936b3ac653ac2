"""Rules of ours that no other tool knows. One small function a rule; each names what to do instead.

``python tools/lints.py`` prints ``file:line: sentence`` for every offence and returns 1 when there is one.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
_VAGUE = re.compile(r"(^|_)(utils?|helpers?|base|common|misc|managers?|data|infos?)$")
_UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b")
# What ends an order without ties. Codes and days are unique only beside other columns.
_UNIQUE_ENDS = ("pk", "id", "_id", "code", "username", "-pk", "-id")
_FLOAT_FIELDS = {"FloatField", "DecimalField"}
# Imported history alone keeps its exact decimals (architecture, "Exact money").
_IMPORTED_HISTORY = "revenue"

Offence = tuple[int, str]


@dataclass(frozen=True)
class Source:
    """One file: where it stands in the repository, its text, and its tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the path's parts below the package, or the path's own."""
        parts = self.path.parts
        return parts[2:] if parts[:2] == ("src", "yunchou") else parts

    def is_layer(self, *names: str) -> bool:
        """Tell whether this is one of an app's files (``views.py`` or below ``views/``)."""
        inside = self.parts[1:2]
        return self.path.parts[0] == "src" and bool(inside) and inside[0].removesuffix(".py") in names

    @property
    def is_test(self) -> bool:
        """Tell whether this is a test."""
        return self.path.parts[0] == "tests"


def calls(source: Source, method: str) -> Iterator[ast.Call]:
    """Yield the calls of a method of that name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield node


def file_length(source: Source) -> Iterator[Offence]:
    """No file is longer than can be read."""
    lines = source.text.count("\n")
    if lines > LONGEST:
        yield LONGEST, f"{lines} lines, {LONGEST} is the limit: split it by noun"


def file_name(source: Source) -> Iterator[Offence]:
    """A file is named after a noun of the business."""
    if _VAGUE.search(source.path.stem) or (
        source.parts[-1] == "__init__.py" and len(source.parts) > 2 and _VAGUE.search(source.parts[-2]) and source.parts[-2] != "common"
    ):
        yield 1, f"{source.path.name} says nothing: name the file after what it holds"


def no_objects_in_views(source: Source) -> Iterator[Offence]:
    """Pages and the API load through selectors, which take the actor."""
    if source.is_layer("views", "api", "forms"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
                yield node.lineno, f".{node.attr} in a page: load through a selector that takes the actor"


def order_is_total(source: Source) -> Iterator[Offence]:
    """An order ends in a unique column, or equal rows change places between pages."""
    if not source.is_layer("selectors"):
        return
    parents = {child: node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)}
    for call in calls(source, "order_by"):
        names = _texts(call)
        if not names or len(names) < len(call.args) or names[-1].endswith(_UNIQUE_ENDS):
            continue
        # Grouped rows are told apart by the columns that group them.
        groups = [set(_texts(one)) for one in _chain(call, parents) if one.func.attr in {"values", "values_list"}]  # type: ignore[attr-defined]
        if not any(group and group <= {name.lstrip("-") for name in names} for group in groups):
            yield call.lineno, f'order_by(… "{names[-1]}"): end in a unique column, such as "pk"'


def _texts(call: ast.Call) -> list[str]:
    return [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _chain(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.Call]:
    """Yield the method calls of the whole chain that a call stands in: ``a.b().c().d()``."""
    node: ast.AST = call
    while isinstance(parents.get(node), (ast.Attribute, ast.Call)) and _is_link(node, parents[node]):
        node = parents[node]
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node
        node = node.func if isinstance(node, ast.Call) else node.value


def _is_link(node: ast.AST, parent: ast.AST) -> bool:
    return (isinstance(parent, ast.Attribute) and parent.value is node) or (isinstance(parent, ast.Call) and parent.func is node)


def no_float_columns(source: Source) -> Iterator[Offence]:
    """Money is whole minor units, rates are whole parts per million."""
    if not source.is_layer("models") or source.parts[0] == _IMPORTED_HISTORY:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, (ast.Attribute, ast.Name)):
            continue
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        if name in _FLOAT_FIELDS:
            yield node.lineno, f"{name}: keep whole numbers with a stated scale (*_minor, *_ppm, *_milli)"


def formula_has_source(source: Source) -> Iterator[Offence]:
    """Whoever meets a formula is told where it comes from."""
    if source.path.parts[:3] != ("src", "yunchou", "calc"):
        return
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if _computes(node) and "Source:" not in (ast.get_docstring(node) or ""):
            yield node.lineno, f'{node.name}: say where the formula comes from in a section "Source:" ("Source: own." where it is ours)'


def _computes(function: ast.FunctionDef) -> bool:
    """Tell whether a function calculates: it multiplies, divides or raises to a power anything but text."""
    kinds = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
    return any(isinstance(node, ast.BinOp) and isinstance(node.op, kinds) for node in ast.walk(function))


def tests_have_tolerances(source: Source) -> Iterator[Offence]:
    """Floats are compared within a stated tolerance; == holds on one machine and fails on the next."""
    if not source.is_test:
        return
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], (ast.Eq, ast.NotEq)):
            if "# tolerance 0" in lines[node.lineno - 1]:
                continue
            for side in (node.test.left, *node.test.comparators):
                if isinstance(side, ast.Constant) and isinstance(side.value, float) and not side.value.is_integer():
                    yield node.lineno, f"== {side.value}: state a tolerance (pytest.approx(…, abs=…), or '# tolerance 0: why')"


def tests_can_fail(source: Source) -> Iterator[Offence]:
    """``assert a.all() == b.all()`` compares two booleans, not two arrays."""
    if not source.is_test:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
            sides = (node.test.left, *node.test.comparators)
            if all(isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in {"all", "any"} for one in sides):
                yield node.lineno, "this compares two booleans: compare the arrays, then .all()"
        elif isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant):
            yield node.lineno, "this cannot fail"


def skips_have_reasons(source: Source) -> Iterator[Offence]:
    """Who skips says why, so that the closing summary names it."""
    if not source.is_test:
        return
    for method in ("skip", "skipif", "xfail"):
        for call in calls(source, method):
            said = [word for word in call.keywords if word.arg in {"reason", "msg"}]
            if not said and not (method == "skip" and call.args):
                yield call.lineno, f"{method} without a reason"
        for node in ast.walk(source.tree):
            bare = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
            for one in bare:
                if isinstance(one, ast.Attribute) and one.attr == method:
                    yield one.lineno, f"{method} without a reason"


def nothing_unfinished(source: Source) -> Iterator[Offence]:
    """Unfinished work stands in an issue, not in the code."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        found = _UNFINISHED.search(line)
        if found:
            yield number, f"{found.group()}: finish it, or write an issue"


def frames_divide_exactly(source: Source) -> Iterator[Offence]:
    """``//`` on frames goes through floats on one engine; three int64 factors wrap silently on another."""
    if source.is_test or source.path.parts[0] != "src":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) and any(map(_is_column, (node.left, node.right))):
            yield node.lineno, "// on a frame: use the exact division of calc, with its remainder"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            factors = list(_factors(node))
            if len(factors) >= 3 and any(map(_is_column, factors)) and not any(_is_float(one) for one in factors):
                yield node.lineno, "three factors on a frame may leave 63 bits: divide in steps, or cast to a float or Int128 first"


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def _is_column(node: ast.expr) -> bool:
    """Tell whether an expression starts at a frame's column: ``pl.col(…)``, ``nw.col(…)`` or ``col(…)``, with methods after it."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name == "col" and (owner is None or (isinstance(owner, ast.Name) and owner.id in {"pl", "nw"})):
                return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _is_float(node: ast.expr) -> bool:
    """Tell whether a factor is plainly a float: a literal, or cast to one (128 bits are wide enough, too)."""
    told = ast.unparse(node)
    return (isinstance(node, ast.Constant) and isinstance(node.value, float)) or "Float64" in told or "Int128" in told


RULES: tuple[Callable[[Source], Iterator[Offence]], ...] = (
    file_length,
    file_name,
    no_objects_in_views,
    order_is_total,
    no_float_columns,
    formula_has_source,
    tests_have_tolerances,
    tests_can_fail,
    skips_have_reasons,
    nothing_unfinished,
    frames_divide_exactly,
)


def read(root: Path, path: Path) -> Source:
    """Read and parse one file of the repository."""
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(root), text, ast.parse(text, filename=str(path)))


def offences(source: Source) -> list[str]:
    """Return what is wrong with a file, a line each."""
    return [f"{source.path}:{line}: {said}" for rule in RULES for line, said in rule(source)]


def main() -> int:
    """Check every file of ours."""
    paths = sorted(path for top in ("src", "tests", "tools") for path in (ROOT / top).rglob("*.py"))
    found = [said for path in paths if "migrations" not in path.parts for said in offences(read(ROOT, path))]
    for said in found:
        print(said)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
