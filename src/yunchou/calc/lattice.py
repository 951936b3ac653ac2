"""Whole answers near real ones where groups cross in any way: the lattice of whole moves that change no sum."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from yunchou.calc.families import FloatArray
from yunchou.calc.money import IntArray

# the last steps look at high powers of the distances, so that the largest counts; limits count above all
_POWER, _OUTSIDE, _LAST_STEPS = 6, 1e9, 60
# an answer whose furthest cell lies further is looked for again, from a little aside, so often
_NEAR, _TRIES, _ASIDE = 2.0, 60, 0.4
# a shorter vector must be shorter by more than this: guards against going round in circles
_SHORTER = 0.5


class NoWholeAnswer(Exception):  # noqa: N818 - an answer, not a fault
    """No whole numbers meet the sums, whatever their sign (proven)."""


def nearest_whole(
    matrix: IntArray, goals: IntArray, real: FloatArray, limits: tuple[FloatArray, FloatArray], seconds_left: Callable[[], float]
) -> IntArray | None:
    """Return whole numbers near real ones that meet the same sums exactly; None when those found leave their limits.

    Whole column operations bring the sums to a staircase: that settles whether whole numbers meet them at all, gives
    one answer, and a basis of all moves that change no sum. The basis is made short pair by pair, the
    nearest plane rounds along it, and a few steps more bring in what lies furthest. Where a cell is left more than
    two units away, the plane is looked for again from points a little aside, and the nearest answer of all is taken.

    Args:
        matrix: Shape ``(sums, cells)``, small whole numbers.
        goals: Shape ``(sums,)``.
        real: Shape ``(cells,)``; meets the sums but for floating point.
        limits: The least and the most of each cell.
        seconds_left: How long may still be spent.

    Raises:
        NoWholeAnswer: No whole numbers meet the sums.
        TimeoutError: It took too long.

    Source:
        C. Hermite's normal form, as in A. Schrijver, *Theory of Linear and Integer Programming*, 1986, chapters 4 and
        5; L. Babai, "On Lovász' lattice reduction and the nearest lattice point problem", *Combinatorica* 6 (1986).
    """
    start = np.rint(real).astype(np.int64)
    step, moves = _staircase(matrix, goals - matrix @ start, seconds_left)
    answer = start + step
    if moves.shape[1]:
        answer = _nearest(answer, _shorten(moves, seconds_left), real, limits, seconds_left)
    return answer if (answer >= limits[0]).all() and (answer <= limits[1]).all() else None


def _staircase(matrix: IntArray, due: IntArray, seconds_left: Callable[[], float]) -> tuple[IntArray, IntArray]:
    """Return whole numbers that sum to what is due, and a basis (columns) of those that sum to nothing."""
    sums, cells = matrix.shape
    table = np.asfortranarray(np.vstack([matrix, np.eye(cells, dtype=np.int64)]))
    left, step = due.copy(), np.zeros(cells, dtype=np.int64)
    free, done = np.ones(cells, dtype=bool), np.zeros(sums, dtype=bool)
    counts = np.count_nonzero(table[:sums], axis=1)
    while not (done | (counts == 0)).all():
        if seconds_left() <= 0:
            raise TimeoutError
        # the sum over the fewest columns first: the table stays sparse and its numbers small
        row = int(np.where(done | (counts == 0), np.iinfo(np.int64).max, counts).argmin())
        columns = np.nonzero(free & (table[row] != 0))[0]
        pivot = int(columns[0])
        while len(columns):
            size = np.abs(table[row, columns])
            smallest = columns[size == size.min()]
            pivot = int(smallest[np.count_nonzero(table[:, smallest], axis=0).argmin()])
            columns = columns[columns != pivot]
            times = np.rint(table[row, columns] / table[row, pivot]).astype(np.int64)
            before = np.count_nonzero(table[:sums, columns], axis=1)
            table[:, columns] -= table[:, pivot][:, None] * times
            counts += np.count_nonzero(table[:sums, columns], axis=1) - before
            columns = columns[table[row, columns] != 0]
            if len(columns):
                columns = np.append(columns, pivot)
        free[pivot], done[row] = False, True
        counts -= table[:sums, pivot] != 0
        times_due, rest = divmod(int(left[row]), int(table[row, pivot]))
        if rest:
            raise NoWholeAnswer
        step += table[sums:, pivot] * times_due
        left -= table[:sums, pivot] * times_due
    if left.any():
        raise NoWholeAnswer
    return step, np.ascontiguousarray(table[sums:, free])


def _shorten(moves: IntArray, seconds_left: Callable[[], float]) -> IntArray:
    """Subtract from each move whole multiples of others, the largest gain first, while that makes it shorter."""
    moves = np.asfortranarray(moves)
    inner = (moves.T @ moves).astype(np.float64)

    def gains(rows: npt.NDArray[np.int64] | slice) -> FloatArray:
        squares = np.diag(inner)
        times = np.rint(inner[rows] / squares)
        found: FloatArray = 2 * times * inner[rows] - times**2 * squares
        return found

    table = gains(slice(None))
    np.fill_diagonal(table, 0.0)
    best = table.argmax(axis=1)
    gain = table[np.arange(len(table)), best]
    while gain.max() > _SHORTER and seconds_left() > 0:
        one = int(gain.argmax())
        other = int(best[one])
        times = int(np.rint(inner[one, other] / inner[other, other]))
        moves[:, one] -= times * moves[:, other]
        inner[one] -= times * inner[other]
        inner[:, one] -= times * inner[:, other]
        # only what is measured against the changed move is different now
        square = inner[one, one]
        multiples = np.rint(inner[:, one] / square)
        against = 2 * multiples * inner[:, one] - multiples**2 * square
        against[one] = 0.0
        stale = best == one
        stale[one] = True
        better = ~stale & (against > gain)
        best[better], gain[better] = one, against[better]
        rows = np.nonzero(stale)[0]
        fresh = gains(rows)
        fresh[np.arange(len(rows)), rows] = 0.0
        best[rows] = fresh.argmax(axis=1)
        gain[rows] = fresh.max(axis=1)
    return moves


def _nearest(
    start: IntArray, moves: IntArray, real: FloatArray, limits: tuple[FloatArray, FloatArray], seconds_left: Callable[[], float]
) -> IntArray:
    """Return the nearest answer of those found from the real cells and, while one is far, from points a little aside."""
    from scipy.linalg import qr  # noqa: PLC0415 - loaded only where used

    moves = moves[:, np.argsort((moves * moves).sum(axis=0), kind="stable")]
    turned, upper = qr(moves.astype(np.float64), mode="economic")

    def rounded(point: FloatArray) -> IntArray:
        goal = turned.T @ (start - point)
        times = np.zeros(moves.shape[1], dtype=np.int64)
        for place in range(len(times) - 1, -1, -1):
            times[place] = -np.rint((goal[place] + upper[place, place + 1 :] @ times[place + 1 :]) / upper[place, place])
        return _bring_in(start + moves @ times, moves, real, limits)

    def far(answer: IntArray) -> tuple[bool, float]:
        return bool((answer < limits[0]).any() or (answer > limits[1]).any()), float(np.abs(answer - real).max())

    best = rounded(real)
    random = np.random.default_rng(0)
    for _ in range(_TRIES):
        if far(best) <= (False, _NEAR) or seconds_left() <= 0:
            break
        best = min(best, rounded(real + random.normal(0, _ASIDE, len(real))), key=far)
    return best


def _bring_in(answer: IntArray, moves: IntArray, real: FloatArray, limits: tuple[FloatArray, FloatArray]) -> IntArray:
    """Make single moves while the cells furthest away, or outside their limits, come nearer."""

    def badness(cells: IntArray) -> FloatArray:
        shape = (slice(None), None) if cells.ndim > 1 else slice(None)
        outside = np.maximum(limits[0][shape] - cells, 0) + np.maximum(cells - limits[1][shape], 0)
        far: FloatArray = (np.abs(cells - real[shape]) ** _POWER).sum(axis=0) + _OUTSIDE * (outside**2).sum(axis=0)
        return far

    now = float(badness(answer))
    for _ in range(_LAST_STEPS):
        tried = [badness(answer[:, None] + sign * moves) for sign in (1, -1)]
        places = [int(one.argmin()) for one in tried]
        side = 0 if tried[0][places[0]] <= tried[1][places[1]] else 1
        if tried[side][places[side]] >= now * (1 - 1e-9):
            break
        now = float(tried[side][places[side]])
        answer = answer + (1, -1)[side] * moves[:, places[side]]
    return answer
