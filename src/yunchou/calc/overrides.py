"""Tiers that people set by hand: which names of the history they mean."""

from collections.abc import Iterable, Sequence

from yunchou.calc.errors import BadInput
from yunchou.calc.plan_settings import Override
from yunchou.calc.reading import nearest
from yunchou.calc.text import Text

_NOUNS = {"product": Text("", "product"), "region": Text("", "region"), "customer": Text("客户", "customer")}


def overrides_of(overrides: Sequence[Override], kind: str, names: Iterable[str]) -> dict[str, Override]:
    """Return the override of each name that one means; a name written with other spaces is meant too.

    Raises:
        BadInput: An override names something that is not in the history; the nearest that is is told.

    Source: own.
    """
    known = dict.fromkeys(names)
    spaceless: dict[str, list[str]] = {}
    for name in known:
        spaceless.setdefault(_without_spaces(name), []).append(name)
    given: dict[str, Override] = {}
    for override in overrides:
        if override.kind != kind:
            continue
        meant = [override.key] if override.key in known else spaceless.get(_without_spaces(override.key), [])
        if not meant:
            near, noun = nearest(override.key, known), _NOUNS[kind]
            raise BadInput(
                Text(
                    f"设置 overrides：历史里没有{noun.zh}“{override.key}”，最接近的是 {near}",
                    f"settings, overrides: the history has no {noun.en} “{override.key}”; the nearest is {near}",
                )
            )
        given |= dict.fromkeys(meant, override)
    return given


def _without_spaces(name: str) -> str:
    return "".join(name.split())
