"""Spread again after an edit, so that as little as possible moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.blocks import Block, merge_rows, scale, sums_of
from yunchou.calc.cascade import Cascade, cascade, unhurried
from yunchou.calc.constraints import Bound, Lock, Margin, Problem, state_problem
from yunchou.calc.families import UNLIMITED, FloatArray, IndexArray
from yunchou.calc.money import IntArray
from yunchou.calc.solver import quiet_solver
from yunchou.calc.whole import Excluded, round_cascade

# more classes of cells than this are no longer "one edit": then the last version only weighs
_MOST_CLASSES = 20_000
_SWEEPS, _MET, _TIGHT = 400, 1e-7, 1e-7


def respread(
    dimensions: Mapping[str, Sequence[str]],
    last_minor: IntArray,
    *,
    total_minor: int | None = None,
    margins: Sequence[Margin] = (),
    locks: Sequence[Lock] = (),
    bounds: Sequence[Bound] = (),
    unit_minor: int = 1,
    seconds_left: Callable[[], float] = unhurried,
) -> Cascade:
    """Return the table that meets everything asked and moves the fewest units from the last version.

    The sum of all moves is as small as it can be; among all such answers what moves is spread in proportion to the
    last version. Cells at 0 stay there as in ``cascade``. First a small linear programme tells which kinds of cells
    have to rise and which to fall, members that nothing has changed for standing together as one; then the moves
    are raked over the cells of these kinds. Where cells at 0 leave no such answer, or nearly every member is
    touched, the last version serves as the weights of a ``cascade``, which moves a little more.

    Args:
        dimensions: The members of each dimension.
        last_minor: The last version, one axis a dimension; minor units, multiples of the unit.
        total_minor: As ``cascade``, as asked now; so are all that follow.
        margins: As ``cascade``.
        locks: As ``cascade``; an edit of a cell or of a group is a lock.
        bounds: As ``cascade``.
        unit_minor: As ``cascade``.
        seconds_left: As ``cascade``.

    Returns:
        As ``cascade``; ``real_minor`` is the last version with the moves before they were rounded.

    Raises:
        Contradiction: As ``cascade``.
        NoAnswer: As ``cascade``.
        ValueError: As ``cascade``.
        KeyError: As ``cascade``.

    Source:
        Own; the face of optimal answers by complementary slackness (A. Schrijver, *Theory of Linear and Integer
        Programming*, 1986, section 7.9).
    """
    asked = {"total_minor": total_minor, "margins": margins, "locks": locks, "bounds": bounds, "unit_minor": unit_minor}
    problem = state_problem(dimensions, np.asarray(last_minor) // unit_minor, **asked)  # type: ignore[arg-type]
    moved = _least_moves(problem)
    if moved is not None:
        values, sweeps = moved
        try:
            units = round_cascade(problem, values, seconds_left)
        except (ValueError, Excluded, TimeoutError):
            pass  # the plain cascade may be rounded all the same, or says why not
        else:
            largest = float(np.abs(units - values).max(initial=0.0))
            return Cascade(problem.as_given(units) * unit_minor, problem.as_given(values) * unit_minor, sweeps, largest)
    return cascade(dimensions, last_minor, seconds_left=seconds_left, **asked)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Classes:
    """Members that nothing tells apart, as one class: each member's class along each axis, and how many there are."""

    of: tuple[IndexArray, ...]
    shape: tuple[int, ...]

    def codes(self, axes: Sequence[int], places: Sequence[IndexArray]) -> IndexArray:
        """Return the class of groups whose members along ``axes`` are ``places``."""
        code: IndexArray = np.zeros(places[0].shape if places else (1,), dtype=np.int64)
        for axis, place in zip(axes, places, strict=True):
            code = code * self.shape[axis] + self.of[axis][place]
        return code

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum cells over the classes."""
        for axis, (of, count) in enumerate(zip(self.of, self.shape, strict=True)):
            order = np.argsort(of, kind="stable")
            starts = np.searchsorted(of[order], np.arange(count))
            if count == 1:
                values = values.sum(axis=axis, keepdims=True)
            elif count < len(of):
                values = np.add.reduceat(np.take(values, order, axis=axis), starts, axis=axis)
        return values

    def spread(self, kinds: FloatArray) -> FloatArray:
        """Give every cell what its class has."""
        return kinds[np.ix_(*self.of)]


def _least_moves(problem: Problem) -> tuple[FloatArray, int] | None:
    """Return the real-valued cells after the fewest moves, and the sweeps it took; None when that is not so simple."""
    start = problem.weights.copy()
    cells, locked = problem.locked_cells
    start.ravel()[cells] = 0
    blocks = merge_rows(problem)
    classes = _classes(problem, blocks, start)
    if int(np.prod(classes.shape)) > _MOST_CLASSES:
        return None
    kinds = _kinds(problem, blocks, classes, start)
    if kinds is None:
        return None
    rise, fall, gone, tight = kinds
    base = start if not gone.any() else start * (1 - classes.spread(gone))
    up = problem.prior * classes.spread(rise) if rise.any() else np.zeros(start.shape)
    down = base * classes.spread(fall) if fall.any() else np.zeros(start.shape)
    sweeps = _rake_moves(tight, base, up, down)
    if sweeps is None:
        return None
    values = base + up - down
    for block in blocks:
        sums = sums_of(values, block)
        if (sums < block.least - 1e-4).any() or (sums > block.most + 1e-4).any():
            return None  # a bound that pressed nowhere among the classes does so within one
    values.ravel()[cells] = locked
    return np.maximum(values, 0), sweeps


def _classes(problem: Problem, blocks: Sequence[Block], start: FloatArray) -> _Classes:
    touched = [np.zeros(size, dtype=bool) for size in problem.shape]
    for block in blocks:
        sums = sums_of(start, block)
        # listed one by one, or no longer met
        partial = len(block.codes) < int(np.prod(problem.grid(block.axes), dtype=np.int64))
        codes = block.codes if partial else block.codes[(sums < block.least) | (sums > block.most)]
        _touch(problem, block.axes, codes, touched)
    _touch(problem, range(len(problem.shape)), problem.locked_cells[0], touched)
    of = []
    for some in touched:
        own = np.cumsum(some) - 1
        of.append(np.where(some, own, int(some.sum())).astype(np.int64))
    return _Classes(tuple(of), tuple(int(one.max()) + 1 for one in of))


def _touch(problem: Problem, axes: Sequence[int], codes: IndexArray, touched: Sequence[IndexArray]) -> None:
    if len(axes) and len(codes):
        for axis, place in zip(axes, np.unravel_index(codes, problem.grid(axes)), strict=True):
            touched[axis][place] = True


def _kinds(
    problem: Problem, blocks: Sequence[Block], classes: _Classes, start: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, list[Block]] | None:
    """Tell which classes of cells may rise, may fall and must go to 0, and the sums that are then given; None without an answer."""
    import highspy  # noqa: PLC0415 - loaded only where used
    from scipy.sparse import csc_array, csr_array, hstack, vstack  # noqa: PLC0415

    held, can_rise = classes.sums(start).ravel(), classes.sums(problem.prior).ravel() > 0
    every = np.indices(classes.shape).reshape(len(classes.shape), -1)
    layers, lower, upper, ids = [], [], [], []
    for block in blocks:
        grid = tuple(classes.shape[axis] for axis in block.axes)
        count = int(np.prod(grid, dtype=np.int64))
        places = np.unravel_index(block.codes, problem.grid(block.axes)) if block.axes else ()
        code = classes.codes(block.axes, places)
        sizes = np.ones(1, dtype=np.int64)
        for axis in block.axes:
            sizes = np.multiply.outer(sizes, np.bincount(classes.of[axis]))
        complete = np.bincount(code, minlength=count) == sizes.ravel()
        member = np.ravel_multi_index([every[axis] for axis in block.axes], grid) if block.axes else np.zeros(every.shape[1], np.int64)
        sums = np.bincount(member, weights=held, minlength=count)
        layer = csr_array((np.ones(len(held)), (member, np.arange(len(held)))), shape=(count, len(held)))
        layers.append(layer[np.nonzero(complete)[0]])
        lower.append((np.bincount(code, weights=block.least, minlength=count) - sums)[complete])
        upper.append(
            (np.bincount(code, weights=np.where(np.isfinite(block.most), block.most, UNLIMITED), minlength=count) - sums)[complete]
        )
        ids.append(np.nonzero(complete)[0])
    matrix = vstack(layers, format="csr")
    most = np.concatenate(upper)
    rows = np.concatenate(lower), np.where(most >= UNLIMITED / 2, np.inf, most)
    room = np.concatenate([np.where(can_rise, np.inf, 0.0), held])
    model, highs = quiet_solver(csc_array(hstack([matrix, -matrix], format="csc")), costs=np.ones(2 * len(held)), room=room, rows=rows)
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None  # a contradiction, told by the cascade
    duals = np.array(highs.getSolution().row_dual)
    worth = matrix.T @ duals
    rise = (worth >= 1 - _TIGHT) & can_rise
    fall = (worth <= -1 + _TIGHT) & (worth >= -1 - _TIGHT) & (held > 0)
    gone = (worth < -1 - _TIGHT) & (held > 0)
    tight, first = [], 0
    for block, mine in zip(blocks, ids, strict=True):
        dual = np.zeros(int(np.prod([classes.shape[axis] for axis in block.axes], dtype=np.int64)))
        dual[mine] = duals[first : first + len(mine)]
        first += len(mine)
        places = np.unravel_index(block.codes, problem.grid(block.axes)) if block.axes else ()
        price = dual[classes.codes(block.axes, places)]
        given = block.least == block.most
        # a bound has a price only where it presses: above 0 its minimum, below 0 its maximum
        goal = np.where(given | (price > 0), block.least, block.most)
        chosen = given | (price != 0)
        if chosen.any():
            tight.append(Block(block.axes, block.codes[chosen], goal[chosen], goal[chosen], np.zeros(int(chosen.sum()))))
    shapes = [one.astype(np.float64).reshape(classes.shape) for one in (rise, fall, gone)]
    return shapes[0], shapes[1], shapes[2], tight


def _rake_moves(tight: Sequence[Block], base: FloatArray, up: FloatArray, down: FloatArray) -> int | None:
    """Scale what rises by a factor a group, what falls by its inverse, until all sums are met; None when they are not."""
    due = [block.least - sums_of(base, block) for block in tight]
    # from moves as large as what is due, not from the whole table
    largest = max((float(np.abs(wanted).max(initial=0.0)) for wanted in due), default=0.0)
    whole = max(float(up.sum()), float(down.sum()), 1.0)
    up *= largest / whole
    down *= largest / whole
    limit = base if down.any() else down
    for sweep in range(1, _SWEEPS + 1):
        worst = 0.0
        for block, wanted in zip(tight, due, strict=True):
            rising, falling = sums_of(up, block), sums_of(down, block)
            worst = max(worst, float(np.abs(rising - falling - wanted).max(initial=0.0)))
            root = np.sqrt(wanted**2 + 4 * rising * falling)
            with np.errstate(divide="ignore", invalid="ignore"):
                # of the two ways to write the root of  rising·f² - wanted·f - falling = 0, the one that does not cancel
                factor = np.where(wanted >= 0, (wanted + root) / (2 * rising), 2 * falling / (root - wanted))
            factor[~np.isfinite(factor) | (factor <= 0)] = 1.0
            # what nothing can make up for must not move at all
            scale(up, block, np.where((falling == 0) & (wanted <= 0), 0.0, factor))
            scale(down, block, np.where((rising == 0) & (wanted >= 0), 0.0, 1 / factor))
        if worst <= _MET * max(1.0, largest * 1e-3):
            return sweep
        np.minimum(down, limit, out=down)
    return None
