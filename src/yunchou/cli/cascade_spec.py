"""Read what a cascade is asked to do: the YAML file and the tables it names, each refusal with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from yunchou.calc.cascade import Bound, Lock, Margin
from yunchou.calc.errors import BadInput
from yunchou.calc.families import FloatArray
from yunchou.calc.money import LARGEST_MINOR
from yunchou.calc.text import Text
from yunchou.cli.cascade_table import Place, read_amount_column, read_weight_column

_KEYS = ("currency", "unit", "total", "dimensions", "weights", "margins", "locks", "bounds")
_RESERVED = ("amount_minor", "weight", "value")
_MOST_CELLS = 50_000_000
_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A cascade as asked; ``weights`` has one axis a dimension, in their order."""

    currency: str
    unit_minor: int
    total_minor: int | None
    dimensions: Mapping[str, tuple[str, ...]]
    weights: FloatArray
    margins: tuple[Margin, ...]
    locks: tuple[Lock, ...]
    bounds: tuple[Bound, ...]


class _TextLoader(yaml.BaseLoader):
    """Every scalar as it is written: 01 stays 01, NO stays NO; a key that stands twice is refused."""


def _mapping(loader: _TextLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
        if key_node.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key_node.value} stands twice", key_node.start_mark)
        seen.add(key_node.value)
    return loader.construct_mapping(node, deep=True)


_TextLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_spec(path: Path) -> Spec:
    """Read a cascade's YAML file and the tables it names (relative to it).

    Raises:
        BadInput: With the file and the place in it.
    """
    top = Place(path, "")
    content = _fields(_load(path), top, _KEYS, ("dimensions", "weights"))
    dimensions = _dimensions(content["dimensions"], top.of("dimensions"))
    unit = _whole(content["unit"], top.of("unit"), low=1) if "unit" in content else 1
    margins = tuple(
        _margin(entry, top.of(f"margins[{number}]"), dimensions, unit)
        for number, entry in enumerate(_list(content.get("margins"), top.of("margins")))
    )
    total = _amount(content["total"], top.of("total"), unit) if "total" in content else None
    if total is None and not margins:
        raise top.wrong("请给出 total，或至少一个 margins", "give a total, or at least one of margins")
    return Spec(
        currency=str(content.get("currency", "CNY")),
        unit_minor=unit,
        total_minor=total,
        dimensions=dimensions,
        weights=_weights(content["weights"], top.of("weights"), dimensions),
        margins=margins,
        locks=tuple(
            _lock(entry, top.of(f"locks[{number}]"), dimensions, unit)
            for number, entry in enumerate(_list(content.get("locks"), top.of("locks")))
        ),
        bounds=tuple(
            _bound(entry, top.of(f"bounds[{number}]"), dimensions, unit)
            for number, entry in enumerate(_list(content.get("bounds"), top.of("bounds")))
        ),
    )


def _load(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as fault:
        raise BadInput(Text(f"没有文件 {path}", f"there is no file {path}")) from fault
    except IsADirectoryError as fault:
        raise BadInput(Text(f"{path} 是一个文件夹，请给一个 YAML 文件", f"{path} is a folder; give a YAML file")) from fault
    except PermissionError as fault:
        raise BadInput(Text(f"没有权限读取 {path}", f"no permission to read {path}")) from fault
    except UnicodeDecodeError as fault:
        raise BadInput(Text(f"{path} 不是 UTF-8 文本，请另存为 UTF-8", f"{path} is not UTF-8 text; save it as UTF-8")) from fault
    try:
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - BaseLoader makes only text, lists and mappings
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise BadInput(
            Text(f"{path} 第 {line} 行不是正确的 YAML：{fault.problem}", f"{path}, line {line}, is no valid YAML: {fault.problem}")
        ) from fault
    except (yaml.YAMLError, RecursionError) as fault:
        raise BadInput(Text(f"{path} 不是正确的 YAML", f"{path} is no valid YAML")) from fault


def _fields(value: Any, place: Place, known: Sequence[str], needed: Sequence[str] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise place.wrong("应是“键: 值”的一组", "a group of `key: value` is expected")
    for key in value:
        if key not in known:
            raise _unknown(place, str(key), known, "这个键", "key")
    for key in needed:
        if key not in value:
            raise place.wrong(f"缺少 {key}", f"{key} is missing")
    return value


def _unknown(place: Place, word: str, known: Sequence[str], zh: str, en: str) -> BadInput:
    near = get_close_matches(word, list(known), n=1, cutoff=0.0)[:1] or list(known)[:1]
    return place.wrong(f"没有{zh}“{word}”，最接近的是“{near[0]}”", f"there is no {en} {word!r}; the nearest known is {near[0]!r}")


def _list(value: Any, place: Place) -> list[Any]:
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise place.wrong("应是一个列表", "a list is expected")
    return value


def _dimensions(value: Any, place: Place) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict) or not value:
        raise place.wrong("应是“维度: [成员, …]”", "`dimension: [member, …]` is expected")
    found: dict[str, tuple[str, ...]] = {}
    cells = 1
    for name, members in value.items():
        here = place.of(name)
        if not name.strip() or name in _RESERVED:
            raise here.wrong("不能用作维度名", "cannot be the name of a dimension")
        items = _list(members, here)
        if not items or not all(isinstance(item, str) and item.strip() for item in items):
            raise here.wrong("应列出至少一个不空的成员", "at least one member, none of them empty, is expected")
        twice = (
            next((item for place_of, item in enumerate(items) if item in set(items[:place_of])), None)
            if len(set(items)) < len(items)
            else None
        )
        if twice is not None:
            raise here.wrong(f"成员“{twice}”出现两次", f"the member {twice!r} stands twice")
        found[name] = tuple(items)
        cells *= len(items)
    if cells > _MOST_CELLS:
        raise place.wrong(f"共 {cells} 个组合，超过上限 {_MOST_CELLS}", f"{cells} combinations, more than the {_MOST_CELLS} that fit")
    return found


def _whole(value: Any, place: Place, *, low: int) -> int:
    try:
        number = Decimal(value if isinstance(value, str) else "x")
        whole = int(number) if number.is_finite() and abs(number) <= LARGEST_MINOR else None
    except (InvalidOperation, ValueError):
        raise place.wrong(f"“{value}”不是整数", f"{value!r} is no whole number") from None
    if whole is None:
        raise place.wrong(f"{value} 超过 {LARGEST_MINOR}", f"{value} is beyond {LARGEST_MINOR}")
    if whole != number:
        raise place.wrong(f"“{value}”不是整数", f"{value!r} is no whole number")
    if whole < low:
        zh, en = ("不能是负数", "must not be negative") if low == 0 else (f"应不小于 {low}", f"must be at least {low}")
        raise place.wrong(f"{value} {zh}", f"{value} {en}")
    return whole


def _amount(value: Any, place: Place, unit: int) -> int:
    amount = _whole(value, place, low=0)
    return place.multiple(amount, unit)


def _at(value: Any, place: Place, dimensions: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise place.wrong("应是“维度: 成员”，至少一个", "`dimension: member` is expected, at least one")
    for name, member in value.items():
        if name not in dimensions:
            raise _unknown(place, name, list(dimensions), "维度", "dimension")
        if not isinstance(member, str) or member not in dimensions[name]:
            raise _unknown(place.of(name), str(member), dimensions[name], "成员", "member")
    return dict(value)


def _lock(entry: Any, place: Place, dimensions: Mapping[str, tuple[str, ...]], unit: int) -> Lock:
    fields = _fields(entry, place, ("at", "value"), ("at", "value"))
    return Lock(_at(fields["at"], place.of("at"), dimensions), _amount(fields["value"], place.of("value"), unit))


def _bound(entry: Any, place: Place, dimensions: Mapping[str, tuple[str, ...]], unit: int) -> Bound:
    fields = _fields(entry, place, ("at", "min", "max"), ("at",))
    if "min" not in fields and "max" not in fields:
        raise place.wrong("请给出 min 或 max", "give min or max")
    least = _amount(fields["min"], place.of("min"), unit) if "min" in fields else 0
    most = _amount(fields["max"], place.of("max"), unit) if "max" in fields else None
    return Bound(_at(fields["at"], place.of("at"), dimensions), least, most)


def _margin(entry: Any, place: Place, dimensions: Mapping[str, tuple[str, ...]], unit: int) -> Margin:
    fields = _fields(entry, place, ("by", "values", "file"), ("by",))
    by = [fields["by"]] if isinstance(fields["by"], str) else _list(fields["by"], place.of("by"))
    if not by:
        raise place.of("by").wrong("应列出至少一个维度", "at least one dimension is expected")
    for name in by:
        if not isinstance(name, str) or name not in dimensions:
            raise _unknown(place.of("by"), str(name), list(dimensions), "维度", "dimension")
    if len(set(by)) < len(by):
        raise place.of("by").wrong("维度重复", "a dimension stands twice")
    if ("values" in fields) == ("file" in fields):
        raise place.wrong("请给出 values 或 file 之一", "give either values or file")
    chosen = {name: dimensions[name] for name in by}
    if "file" in fields:
        values = read_amount_column(_file(fields["file"], place.of("file")), chosen, unit)
        missing_at = place.of("file")
    else:
        values = _inline(fields["values"], place.of("values"), chosen, unit)
        missing_at = place.of("values")
    missing = np.argwhere(values < 0)
    if len(missing):
        groups = ["/".join(chosen[name][int(at)] for name, at in zip(by, group, strict=True)) for group in missing[:_NAMED]]
        zh, en = "、".join(groups), ", ".join(groups)
        more = len(missing) > _NAMED
        raise missing_at.wrong(
            f"缺少 {len(missing)} 组：{zh}{' …' if more else ''}；每一组都要列出",
            f"{len(missing)} groups are missing: {en}{' …' if more else ''}; list every group",
        )
    if sum(values.ravel().tolist()) > LARGEST_MINOR:
        raise missing_at.wrong(f"合计超过 {LARGEST_MINOR}", f"the sum is beyond {LARGEST_MINOR}")
    return Margin(tuple(by), values)


def _inline(value: Any, place: Place, chosen: Mapping[str, tuple[str, ...]], unit: int) -> Any:
    values = np.full([len(members) for members in chosen.values()], -1, dtype=np.int64)
    places = {name: {member: at for at, member in enumerate(members)} for name, members in chosen.items()}
    for number, entry in enumerate(_list(value, place)):
        here = Place(place.path, f"{place.where}[{number}]")
        fields = _fields(entry, here, (*chosen, "value"), (*chosen, "value"))
        _at({name: fields[name] for name in chosen}, here, chosen)
        group = tuple(places[name][fields[name]] for name in chosen)
        if values[group] >= 0:
            raise here.wrong(
                f"“{'/'.join(fields[name] for name in chosen)}”出现两次", f"{'/'.join(fields[name] for name in chosen)} stands twice"
            )
        values[group] = _amount(fields["value"], here.of("value"), unit)
    return values


def _weights(value: Any, place: Place, dimensions: Mapping[str, tuple[str, ...]]) -> FloatArray:
    if value == "even":
        return np.ones([len(members) for members in dimensions.values()])
    return read_weight_column(_file(value, place), dimensions)


def _file(value: Any, place: Place) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise place.wrong("应是一个文件名", "the name of a file is expected")
    path = place.path.parent / value
    if not path.exists():
        raise place.wrong(f"没有文件 {path}", f"there is no file {path}")
    return path
