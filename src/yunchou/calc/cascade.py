"""Split a total exactly over dimensions: weights, margins, locks and bounds in, whole amounts out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from yunchou.calc.constraints import Bound, Lock, Margin, Problem, state_problem
from yunchou.calc.contradiction import Asked, find_conflict, find_plain_conflict
from yunchou.calc.cuts import full_cuts
from yunchou.calc.errors import Contradiction, NoAnswer
from yunchou.calc.families import FloatArray, IndexArray
from yunchou.calc.forced import forced_to_zero
from yunchou.calc.money import LARGEST_MINOR, IntArray
from yunchou.calc.nesting import levels, two_families
from yunchou.calc.raking import Raked, rake
from yunchou.calc.refusals import describe_conflict, say_none_exists, say_not_found, summarise_conflict
from yunchou.calc.whole import Excluded, round_cascade

__all__ = ["Bound", "Cascade", "Lock", "Margin", "cascade"]

# up to so many cells a contradiction is looked for after a few Newton steps
_SMALL, _FEW_STEPS, _SOME_STEPS, _MANY_STEPS = 20_000, 5, 30, 100


@dataclass(frozen=True)
class Cascade:
    """The answer of a cascade; both arrays have one axis a dimension, in the order given.

    ``amounts_minor``: whole multiples of the unit. ``real_minor``: the real-valued solution they are near.
    ``iterations``: raking sweeps and Newton steps. ``largest_rounding``: units between the two, at most.
    """

    amounts_minor: IntArray
    real_minor: FloatArray
    iterations: int
    largest_rounding: float


def unhurried() -> float:
    """Return that there is no limit."""
    return float("inf")


def cascade(
    dimensions: Mapping[str, Sequence[str]],
    weights: npt.NDArray[np.float64 | np.int64],
    *,
    total_minor: int | None = None,
    margins: Sequence[Margin] = (),
    locks: Sequence[Lock] = (),
    bounds: Sequence[Bound] = (),
    unit_minor: int = 1,
    seconds_left: Callable[[], float] = unhurried,
) -> Cascade:
    """Split a total over all combinations of the dimensions so that everything asked is met to the last unit.

    The real-valued solution meets every sum and is the one of least Kullback–Leibler divergence from the
    weights. The whole-unit one meets them too: by largest remainder for one nested family of groups, by a flow
    for two (each cell then stays within one unit of the real-valued solution), by HiGHS beyond. The order of
    dimensions, members, margins, locks and bounds changes nothing.

    Args:
        dimensions: The members of each dimension.
        weights: One axis a dimension, in their order; unitless, each >= 0 and finite. A cell of weight 0 stays 0
            unless a lock or a minimum has nothing else to stand on; then such cells are weighed evenly.
        total_minor: Minor units; may be left out where a margin gives it.
        margins: Amounts of every combination of some dimensions.
        locks: Amounts of cells or of groups of cells.
        bounds: The least and most of cells or groups.
        unit_minor: Minor units a step; every amount is a multiple of it.
        seconds_left: How long may still be spent on what is not certain to end.

    Returns:
        The whole amounts and the real-valued solution.

    Raises:
        Contradiction: With an irreducible set of what was asked.
        NoAnswer: No whole-unit answer was found in time, or there is none though real-valued ones exist.
        ValueError: A shape does not fit, a value is negative, too large or no multiple of the unit, or neither a
            total nor a margin is given.
        KeyError: A dimension or member is unknown.

    Source:
        See ``rake`` and ``round_nested``.
    """
    _check(dimensions, weights, total_minor=total_minor, margins=margins, locks=locks, bounds=bounds, unit_minor=unit_minor)
    problem = state_problem(
        dimensions, weights, total_minor=total_minor, margins=margins, locks=locks, bounds=bounds, unit_minor=unit_minor
    )
    try:
        raked = _real_valued(problem, unit_minor, seconds_left)
        units = _whole_units(problem, raked, unit_minor, seconds_left)
    except TimeoutError:
        raise NoAnswer(say_not_found(margins, locks, bounds)) from None
    except Excluded:
        raise NoAnswer(say_none_exists(margins, locks, bounds)) from None
    largest = float(np.abs(units - raked.values).max(initial=0.0))
    amounts, real = problem.as_given(units), problem.as_given(raked.values)
    if unit_minor != 1:
        amounts, real = amounts * unit_minor, real * unit_minor
    return Cascade(amounts, real, raked.sweeps + raked.steps, largest)


def _real_valued(problem: Problem, unit_minor: int, seconds_left: Callable[[], float]) -> Raked:
    """Rake; look for a contradiction early where that is cheap, else only when raking has come to its end."""
    small = problem.weights.size <= _SMALL
    raked = rake(problem, seconds_left, 0)
    if raked.met and raked.off <= 1:
        return raked
    _refuse(problem, find_plain_conflict(problem, seconds_left), unit_minor, seconds_left)
    cuts = _cuts(problem)
    raked = rake(problem, seconds_left, _FEW_STEPS if small else _SOME_STEPS, cuts=cuts)
    if not raked.met:
        _refuse(problem, find_conflict(problem, _suspects(problem, raked), seconds_left), unit_minor, seconds_left)
        # nothing contradicts: some cells are forced towards 0, which takes for ever unless it is known
        raked = rake(problem, seconds_left, _MANY_STEPS, forced_to_zero(problem, seconds_left()), cuts)
    if not raked.met:
        raise TimeoutError
    return raked


def _cuts(problem: Problem) -> Callable[[FloatArray], IndexArray] | None:
    """How cells that must be 0 are found among two nested families; nothing is computed before it is asked."""

    @cache
    def prepared() -> Callable[[FloatArray], IndexArray] | None:
        families = two_families(problem)
        if not families:
            return None
        open_cells = (problem.prior > 0).ravel()
        open_cells[problem.locked_cells[0]] = True
        return full_cuts([levels(problem, family) for family in families], np.nonzero(open_cells)[0], open_cells.size)

    def find(values: FloatArray) -> IndexArray:
        found = prepared()
        return np.zeros(0, dtype=np.int64) if found is None else found(values)

    return find


def _whole_units(problem: Problem, raked: Raked, unit_minor: int, seconds_left: Callable[[], float]) -> IntArray:
    try:
        return round_cascade(problem, raked.values, seconds_left)
    except ValueError:
        # floating point cannot tell sums that differ in their last digits; the search for a conflict can
        _refuse(problem, find_conflict(problem, _suspects(problem, raked), seconds_left), unit_minor, seconds_left)
        raise


def _check(
    dimensions: Mapping[str, Sequence[str]],
    weights: npt.NDArray[np.float64 | np.int64],
    *,
    total_minor: int | None,
    margins: Sequence[Margin],
    locks: Sequence[Lock],
    bounds: Sequence[Bound],
    unit_minor: int,
) -> None:
    """Refuse what a caller could only pass by mistake; the command line says the same in words, with the place."""
    shape = tuple(len(members) for members in dimensions.values())
    if not shape or 0 in shape or any(len(set(members)) != len(members) for members in dimensions.values()):
        raise ValueError("dimensions: each needs at least one member, and no member twice")
    given = np.asarray(weights)
    if given.shape != shape or not np.isfinite(given).all() or (given < 0).any():
        raise ValueError(f"weights: finite numbers >= 0 of shape {shape} are needed")
    if total_minor is None and not margins:
        raise ValueError("neither a total nor a margin says how much there is to split")
    for margin in margins:
        wanted = tuple(len(dimensions[name]) for name in margin.by)
        if not margin.by or len(set(margin.by)) != len(margin.by) or np.shape(margin.values_minor) != wanted:
            raise ValueError(f"margin by {', '.join(margin.by)}: values of shape {wanted} are needed")
    amounts = [lock.value_minor for lock in locks] + [bound.least_minor for bound in bounds]
    amounts += [bound.most_minor for bound in bounds if bound.most_minor is not None]
    amounts += [] if total_minor is None else [total_minor]
    every = [np.array(amounts, dtype=object)] + [np.asarray(margin.values_minor).ravel() for margin in margins]
    if unit_minor < 1 or any((some % unit_minor != 0).any() for some in every if some.size):
        raise ValueError(f"amounts must be multiples of the unit, {unit_minor}")
    sums = [int(sum(np.asarray(margin.values_minor).ravel().tolist())) for margin in margins]
    if any((some < 0).any() for some in every if some.size) or max([*amounts, *sums], default=0) > LARGEST_MINOR:
        raise ValueError(f"amounts must be from 0 to {LARGEST_MINOR}")
    if any(not lock.at for lock in locks) or any(not bound.at for bound in bounds):
        raise ValueError("a lock or bound names no dimension")


def _refuse(problem: Problem, conflict: Sequence[Asked] | None, unit_minor: int, seconds_left: Callable[[], float]) -> None:
    """Raise the contradiction, if there is one."""
    if conflict is not None:
        told = describe_conflict(problem, conflict, unit_minor, seconds_left)
        raise Contradiction(summarise_conflict(told), told)


def _suspects(problem: Problem, raked: Raked) -> list[Asked]:
    """Name what was asked of the groups whose multipliers moved most, those first."""
    if not len(raked.drift):
        return []
    speed: dict[tuple[tuple[int, ...], int], float] = {}
    place = 0
    for block in raked.blocks:
        for code in block.codes.tolist():
            speed[block.axes, code] = abs(float(raked.drift[place]))
            place += 1
    fastest = max(speed.values(), default=0.0)
    found = [
        (-speed[rows.axes, code], Asked(number, at))
        for number, rows in enumerate(problem.rows)
        for at, code in enumerate(rows.codes.tolist())
        if speed.get((rows.axes, code), 0.0) > 1e-4 * fastest
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
