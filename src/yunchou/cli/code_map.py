"""The code behind the addresses: walked from each view, through what it calls, to templates, selectors, services and tests.

The walk reads the running code (so that re-exports, decorators and aliases lead where Python leads) and never
calls it; no database is needed.
"""

import ast
import functools
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

PACKAGE = "yunchou"
ROOT = Path(__file__).resolve().parents[3]
_TEMPLATE = re.compile(r"[\w/-]+\.(?:html|txt)(?:#[\w-]+)?")
_ASKING = frozenset({"get", "post", "head", "goto"})
_NAMED_TEMPLATE = re.compile(r"""\{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A name in the code and where it is defined (``file`` relative to the repository where it lies in it)."""

    name: str
    file: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Everything behind one address."""

    address: str
    url_name: str
    view: Place
    templates: tuple[Place, ...]
    selectors: tuple[Place, ...]
    services: tuple[Place, ...]
    tests: tuple[Place, ...]


@dataclass
class _Found:
    """What a walk has met so far."""

    selectors: dict[str, Place] = field(default_factory=dict)
    services: dict[str, Place] = field(default_factory=dict)
    templates: dict[str, None] = field(default_factory=dict)
    seen: set[Any] = field(default_factory=set)


def addresses() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Yield each address of the site as (route, name, view), in the order Django tries them."""
    from django.urls import get_resolver

    yield from _routes(get_resolver().url_patterns, "/", "")


def _routes(patterns: Any, before: str, namespace: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, route, inner)
        else:
            yield route, f"{namespace}{pattern.name or ''}", pattern.callback


def behind(*, address: str, url_name: str, view: Callable[..., Any]) -> Behind:
    """Walk from a view to the code behind it."""
    found = _Found()
    subject: Any = _undecorated(view)
    template = getattr(subject, "template_name", None)
    if isinstance(template, str):
        found.templates[template] = None
    _walk(subject, found)
    templates = _with_parents(found.templates)
    return Behind(
        address=address,
        url_name=url_name,
        view=_place(subject),
        templates=templates,
        selectors=_sorted(found.selectors),
        services=_sorted(found.services),
        tests=tuple(_tests(url_name, address, subject, found)),
    )


def _undecorated(view: Any) -> Any:
    """Return the function or the class that answers, without the decorators around it."""
    while True:
        if hasattr(view, "view_class"):
            return view.view_class
        if isinstance(view, functools.partial):
            view = view.func
            continue
        # django-ninja answers an address by a closure over its operations
        held = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
        operations = next((one.operations for one in held if getattr(one, "operations", None)), None)
        if operations is not None:
            return operations[0].view_func
        if not hasattr(view, "__wrapped__"):
            return view
        view = view.__wrapped__


def _walk(subject: Any, found: _Found) -> None:
    """Follow the names of a function or class of ours; selectors and services are noted, not entered."""
    if subject in found.seen or not _is_ours(subject):
        return
    found.seen.add(subject)
    module = inspect.getmodule(subject)
    if module is None:
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(subject)))
    inside = _imported_inside(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _TEMPLATE.fullmatch(node.value):
            found.templates[node.value.partition("#")[0]] = None
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        target = _resolved(node, module, inside)
        if not isinstance(target, FunctionType | type) or not _is_ours(target):
            continue
        layer = _layer(target)
        if layer is None:
            _walk(inspect.unwrap(target) if isinstance(target, FunctionType) else target, found)
        elif isinstance(target, FunctionType):
            place = _place(target)
            getattr(found, layer)[place.name] = place


def _imported_inside(tree: ast.AST) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            module = importlib.import_module(node.module)
            for alias in node.names:
                names[alias.asname or alias.name] = getattr(module, alias.name, None) or importlib.import_module(
                    f"{node.module}.{alias.name}"
                )
    return names


def _resolved(node: ast.expr, module: ModuleType, inside: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return inside.get(node.id, getattr(module, node.id, None))
    if isinstance(node, ast.Attribute):
        owner = _resolved(node.value, module, inside)
        # Only modules are followed: the attribute of a value is known when it runs, not here.
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None


def _is_ours(subject: Any) -> bool:
    return str(getattr(subject, "__module__", "")).split(".")[0] == PACKAGE


def _layer(subject: Any) -> str | None:
    parts = subject.__module__.split(".")
    return next((layer for layer in ("selectors", "services") if layer in parts), None)


def _place(subject: Any) -> Place:
    file = inspect.getsourcefile(inspect.unwrap(subject)) or ""
    return Place(name=f"{subject.__module__}.{subject.__qualname__}", file=_relative(Path(file)), line=inspect.getsourcelines(subject)[1])


def _relative(path: Path) -> str:
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    parts = path.parts
    return Path(*parts[parts.index("site-packages") + 1 :]).as_posix() if "site-packages" in parts else path.as_posix()


def _sorted(places: dict[str, Place]) -> tuple[Place, ...]:
    return tuple(places[name] for name in sorted(places))


def _with_parents(names: dict[str, None]) -> tuple[Place, ...]:
    """Return the templates and those they extend or include, in the order they are met."""
    from django.template import TemplateDoesNotExist
    from django.template.loader import get_template

    waiting, places = list(names), dict[str, Place]()
    while waiting:
        name = waiting.pop(0)
        if name in places:
            continue
        try:
            template: Any = get_template(name)
        except TemplateDoesNotExist:
            continue
        file = Path(template.origin.name)
        places[name] = Place(name=name, file=_relative(file), line=1)
        waiting.extend(_NAMED_TEMPLATE.findall(file.read_text(encoding="utf-8")))
    return tuple(places.values())


def _tests(url_name: str, address: str, subject: Any, found: _Found) -> Iterator[Place]:
    """Yield the test files that ask for the address, name it or its template, or use its view, selectors or services."""
    start = address.partition("<")[0]
    behind_it = {subject, *(_named(place.name) for place in (*found.selectors.values(), *found.services.values()))}
    for file in _test_files():
        # "/" alone stands for many things; it is the address only where it is asked for.
        asked = file.asked if address == "/" else file.asked | file.strings
        by_address = address in asked if start == address else any(text.startswith(start) for text in asked)
        by_name = bool(url_name) and url_name in file.strings
        if (
            by_address
            or by_name
            or not found.templates.keys().isdisjoint(file.strings)
            or any(_named(word) in behind_it for word in file.words)
        ):
            yield Place(name=file.path.stem, file=_relative(file.path), line=1)


@cache
def _named(dotted: str) -> Any:
    """Return the object of ours that a dotted name leads to; None where it is not a function's or a class's."""
    module, _, name = dotted.rpartition(".")
    if not module.startswith(f"{PACKAGE}."):
        return None
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError:
        owner = _named(module)
        found = getattr(owner, name, None)
    return found if isinstance(found, FunctionType | type) else None


@dataclass(frozen=True, kw_only=True)
class _TestFile:
    """What a test file speaks of: strings without their query, those asked for from a server, and dotted names of ours."""

    path: Path
    strings: frozenset[str]
    asked: frozenset[str]
    words: frozenset[str]


@cache
def _test_files() -> tuple[_TestFile, ...]:
    return tuple(_read(file) for file in sorted((ROOT / "tests").rglob("test_*.py")))


def _read(path: Path) -> _TestFile:
    strings, asked, imported, words = set[str](), set[str](), dict[str, str](), set[str]()
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value.partition("?")[0])
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            imported.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKING and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                asked.add(first.value.partition("?")[0])
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            words.add(f"{imported[node.value.id]}.{node.attr}")
    return _TestFile(path=path, strings=frozenset(strings), asked=frozenset(asked), words=frozenset(words | set(imported.values())))
