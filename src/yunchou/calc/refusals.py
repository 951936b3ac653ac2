"""Say which wishes of a cascade contradict each other, or for which groups no whole answer was found."""

from collections.abc import Callable, Sequence
from typing import Any

from yunchou.calc.constraints import Bound, Lock, Margin, Problem, Rows
from yunchou.calc.contradiction import Asked, System
from yunchou.calc.families import UNLIMITED
from yunchou.calc.text import Text

_NAMED = 5
_KINDS = {"total": "总额", "margin": "合计", "lock": "锁定", "bound": "上下限"}


def describe_conflict(
    problem: Problem, conflict: Sequence[Asked], unit_minor: int, seconds_left: Callable[[], float]
) -> list[dict[str, Any]]:
    """Return a conflict in the form of ``conflict.json``; each ``detail`` is a sentence in both languages.

    The ``value`` of a bound is the limit that presses, in minor units.

    Source:
        Own.
    """
    told = []
    for place, one in enumerate(conflict):
        rows = problem.rows[one.rows]
        group = problem.group(rows.axes, int(rows.codes[one.place]))
        side = "="
        units = int(rows.least[one.place])
        if rows.kind == "bound":
            side = _pressing_side(problem, conflict, place, seconds_left)
            units = units if side == "≥" else int(rows.most[one.place])
        index = int(rows.index[one.place])
        told.append(
            {
                "kind": rows.kind,
                "index": None if rows.kind == "total" else index,
                "group": group if rows.kind == "margin" else None,
                "value": units * unit_minor,
                "detail": _detail(rows, index, group, side, units * unit_minor),
            }
        )
    order = list(_KINDS)
    return sorted(told, key=lambda item: (order.index(item["kind"]), item["index"] or 0, str(item["group"])))


def _pressing_side(problem: Problem, conflict: Sequence[Asked], place: int, seconds_left: Callable[[], float]) -> str:
    rows, at = problem.rows[conflict[place].rows], conflict[place].place
    if rows.most[at] >= UNLIMITED:
        return "≥"
    if rows.least[at] == 0:
        return "≤"
    system = System(problem, conflict)
    system.only_most(place)
    return "≥" if system.can_be_met(seconds_left()) else "≤"


def _detail(rows: Rows, index: int, group: dict[str, str], side: str, value_minor: int) -> Text:
    where = ", ".join(f"{name}={member}" for name, member in group.items())
    if rows.kind == "total":
        return Text(f"总额 = {value_minor}", f"the total = {value_minor}")
    names = {"margin": "margins", "lock": "locks", "bound": "bounds"}
    return Text(
        f"{_KINDS[rows.kind]} {names[rows.kind]}[{index}]：{where} {side} {value_minor}",
        f"{names[rows.kind]}[{index}]: {where} {side} {value_minor}",
    )


def summarise_conflict(told: Sequence[dict[str, Any]]) -> Text:
    """Return one sentence that names the first few wishes of a conflict.

    Source:
        Own.
    """
    first, more = told[:_NAMED], len(told) - _NAMED
    zh, en = ("；".join(item["detail"].zh for item in first), "; ".join(item["detail"].en for item in first))
    if len(told) == 1:
        return Text(f"{zh}：单凭这一项就无法满足", f"{en}: this alone cannot be met")
    return Text(
        f"以下 {len(told)} 项不能同时满足，去掉任何一项即可：{zh}" + (f"；另有 {more} 项见 conflict.json" if more > 0 else ""),
        f"these {len(told)} cannot be met together, leave any one out and the rest can: {en}"
        + (f"; {more} more in conflict.json" if more > 0 else ""),
    )


def _groups(margins: Sequence[Margin], locks: Sequence[Lock], bounds: Sequence[Bound]) -> str:
    named = [f"margins[{number}] ({' × '.join(margin.by)})" for number, margin in enumerate(margins)]
    listed: tuple[tuple[str, Sequence[Lock | Bound]], ...] = (("locks", locks), ("bounds", bounds))
    for name, some in listed:
        named += [
            f"{name}[{number}] ({', '.join(f'{key}={value}' for key, value in one.at.items())})" for number, one in enumerate(some[:_NAMED])
        ]
        named += [f"… {len(some)} {name}"] if len(some) > _NAMED else []
    return "; ".join(named)


def say_not_found(margins: Sequence[Margin], locks: Sequence[Lock], bounds: Sequence[Bound]) -> Text:
    """Say that time ran out.

    Source:
        Own.
    """
    groups = _groups(margins, locks, bounds)
    return Text(
        f"限定时间内没有找到同时满足这些分组的整数解：{groups}；请放宽其中一项，或加大 --time-limit",
        f"no whole-unit answer that meets all of these groups was found in time: {groups}; relax one of them, or raise --time-limit",
    )


def say_none_exists(margins: Sequence[Margin], locks: Sequence[Lock], bounds: Sequence[Bound]) -> Text:
    """Say that only fractions of a unit would meet everything.

    Source:
        Own.
    """
    groups = _groups(margins, locks, bounds)
    return Text(
        f"这些分组只有带小数的解，没有整数解：{groups}；请放宽其中一项、用更小的 unit，或给更多组合以权重",
        f"these groups can only be met with fractions of a unit, not in whole units: {groups}; "
        "relax one of them, choose a smaller unit, or give more combinations a weight",
    )
