"""Give each account to one person at nearly the least cost, within limits, and say how near: arrays only."""

from collections.abc import Iterator

import numpy as np

from yunchou.calc.assignment_bound import least_broken, linear_answer
from yunchou.calc.assignment_exact import candidates, is_small, whole_answer
from yunchou.calc.assignment_search import improve
from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.sharing import Shared, Sharing

# HiGHS betters an answer further from the bound than this, in problems of no more pairs than that
_WIDE_GAP, _POLISHED = 0.01, 200_000
# what rounding leaves of a sum of shares beyond limits
_BROKEN = 1e-6


def share_accounts(sharing: Sharing) -> Shared:
    """Give each account to one person: nearly at the least total, with a proven bound.

    A linear programme in which accounts may be cut gives the bound; few accounts are cut in its answer. These go to the person
    with the largest part, and shifts and swaps mend what then lies beyond limits. Small problems, and those whose limits are
    still broken, are solved by HiGHS in whole accounts, from that answer on.

    Raises:
        ValueError: Nobody may serve some account.

    Source:
        Own composition. The bound: A. M. Geoffrion, "Lagrangean relaxation for integer programming", *Mathematical Programming
        Study* 2 (1974); few accounts are cut: J. F. Benders and J. A. E. E. van Nunen, "A property of assignment type mixed integer
        linear programming problems", *Operations Research Letters* 2 (1983).
    """
    if not np.isfinite(sharing.cost).any(axis=1).all():
        raise ValueError("an account that nobody may serve")
    linear = linear_answer(sharing)
    given, bound = improve(sharing, linear.rounded, linear.regret), linear.bound
    for pairs in _rounds(sharing, given, linear.regret, bound):
        found = whole_answer(sharing, pairs, given)
        bound = max(bound, found.bound)
        if found.given is None:
            continue
        if (sharing.broken(found.given), sharing.total(found.given)) < (sharing.broken(given), sharing.total(given)):
            given = improve(sharing, found.given, linear.regret)
        if not sharing.broken(given):
            break
    is_met = sharing.broken(given) == 0
    return Shared(
        given=given,
        total=sharing.total(given),
        bound=min(bound, sharing.total(given)) if is_met else bound,
        is_met=is_met,
        is_excluded=not is_met and (bound == np.inf or least_broken(sharing) > _BROKEN),
    )


def _rounds(sharing: Sharing, given: IntArray, regret: FloatArray, bound: float) -> Iterator[IntArray | None]:
    """Give the pairs over which HiGHS is asked for whole accounts, one after the other; None: all of them."""
    total = sharing.total(given)
    if is_small(sharing):
        yield None
    elif sharing.broken(given):
        yield from (candidates(regret, 6), candidates(regret, 16))
    elif sharing.cost.size <= _POLISHED and total - bound > _WIDE_GAP * total:
        yield candidates(regret, 5)
