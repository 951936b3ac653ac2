"""Whole units where margins form a chain, such as product × region, region × month, month × channel."""

from collections.abc import Callable, Sequence

import numpy as np

from yunchou.calc.constraints import Problem, Rows
from yunchou.calc.families import FloatArray
from yunchou.calc.money import IntArray
from yunchou.calc.nesting import levels, two_families
from yunchou.calc.raking import rake
from yunchou.calc.rounding import round_nested

_STEPS = 20


def round_chain(problem: Problem, values: FloatArray, seconds_left: Callable[[], float]) -> IntArray | None:
    """Return whole units that meet every constraint, found by one flow after the other; None when that does not work.

    The first margin is whole. Each further one joins what is already whole as the second of two families, over the
    dimensions of both: sums over what they share agree, so a flow exists wherever no cell of weight 0, lock or bound
    stands in its way. A cell may lie a unit further from ``values`` with each flow.

    Args:
        problem: Whose constraints are to be met.
        values: Shape of the problem; meet them as real numbers.
        seconds_left: How long may still be spent.

    Source:
        The junction tree of a decomposable table: S. L. Lauritzen, *Graphical Models*, 1996, section 3.2; each step as
        ``yunchou.calc.rounding.round_nested``.
    """
    order = _chain(problem)
    if order is None:
        return None
    every = tuple(range(len(problem.shape)))
    held = order[0]
    table = _margin(problem, held).reshape(problem.grid(held))
    for after in [*order[1:], every]:
        wider = tuple(sorted({*held, *after}))
        if wider == held:
            continue
        part = _part(problem, values, (held, table), (wider, after))
        raked = rake(part, seconds_left, _STEPS)
        families = two_families(part)
        if not raked.met or families is None:
            return None
        try:
            table = round_nested(raked.values.ravel(), *[levels(part, family) for family in families]).reshape(part.shape)
        except ValueError:
            return None
        held = wider
    return table if _meets(problem, table) else None


def _chain(problem: Problem) -> list[tuple[int, ...]] | None:
    """Order the widest margins so that each shares with all before it no more than with one of them; None if none does."""
    margins = {rows.axes for rows in problem.rows if rows.kind == "margin"}
    widest = sorted(axes for axes in margins if not any(set(axes) < set(other) for other in margins))
    if not widest:
        return None
    order, left = [widest[0]], widest[1:]
    while left:
        seen = {axis for axes in order for axis in axes}
        fitting = [axes for axes in left if any(seen & set(axes) <= set(before) for before in order)]
        if not fitting:
            return None
        nearest = max(fitting, key=lambda axes: len(seen & set(axes)))
        order.append(nearest)
        left.remove(nearest)
    return order


def _margin(problem: Problem, axes: Sequence[int]) -> IntArray:
    return next(rows.least for rows in problem.rows if rows.kind == "margin" and rows.axes == tuple(axes))


def _part(
    problem: Problem, values: FloatArray, known: tuple[tuple[int, ...], IntArray], goal: tuple[tuple[int, ...], tuple[int, ...]]
) -> Problem:
    """Return the problem over fewer dimensions: what is known, the margin that joins it, and the locks and bounds that fit."""
    (held, table), (wider, after) = known, goal
    place = {axis: number for number, axis in enumerate(wider)}
    weights = values.sum(axis=tuple(axis for axis in range(values.ndim) if axis not in wider))
    rows = [_rows(tuple(place[axis] for axis in held), table.ravel())]
    if any(some.kind == "margin" and some.axes == after for some in problem.rows):
        rows.append(_rows(tuple(place[axis] for axis in after), _margin(problem, after)))
    rows += [
        Rows(some.kind, tuple(place[axis] for axis in some.axes), some.codes, some.least, some.most, some.index)
        for some in problem.rows
        if some.kind in {"lock", "bound"} and set(some.axes) <= set(wider) and not set(some.axes) <= set(held)
    ]
    rows.sort(key=lambda some: (len(some.axes), some.axes))
    names, members = tuple(problem.names[axis] for axis in wider), tuple(problem.members[axis] for axis in wider)
    return Problem(names, members, weights, tuple(rows), tuple(range(len(wider))), tuple(np.arange(len(some)) for some in members))


def _rows(axes: tuple[int, ...], sums: IntArray) -> Rows:
    return Rows("margin", axes, np.arange(len(sums)), sums, sums, np.zeros(len(sums), dtype=np.int64))


def _meets(problem: Problem, table: IntArray) -> bool:
    for rows in problem.rows:
        others = tuple(axis for axis in range(table.ndim) if axis not in rows.axes)
        sums = np.atleast_1d(table.sum(axis=others)).ravel()[rows.codes]
        if (sums < rows.least).any() or (sums > rows.most).any():
            return False
    return True
