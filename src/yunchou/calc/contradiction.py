"""Why a cascade cannot be met: an irreducible set of what was asked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from yunchou.calc.constraints import Problem, Rows
from yunchou.calc.families import UNLIMITED, IndexArray
from yunchou.calc.money import IntArray
from yunchou.calc.solver import quiet_solver

# a set is asked for again, one constraint left out after the other, up to so many
_MOST_ALONE = 400


@dataclass(frozen=True)
class Asked:
    """One constraint: its place among the problem's ``rows`` and within them."""

    rows: int
    place: int


def find_conflict(problem: Problem, suspects: Sequence[Asked], seconds_left: Callable[[], float]) -> list[Asked] | None:
    """Return constraints that cannot be met together although all of them but any one can; None when all can be met.

    ``suspects`` (the sums whose multipliers ran away) are tried first: the smaller the set in which the
    contradiction is found, the faster it is made irreducible.

    Source:
        J. W. Chinneck, *Feasibility and Infeasibility in Optimization*, Springer, 2008: the deletion filter,
        started from the support of a Farkas certificate (J. Gleeson and J. Ryan, *ORSA Journal on Computing* 2, 1990).
    """
    found = find_plain_conflict(problem, seconds_left)
    if found is not None:
        return found
    for candidates in _candidates(problem, suspects):
        system = System(problem, candidates)
        if not system.can_be_met(seconds_left()):
            return _confirm(problem, _filter(system, seconds_left), seconds_left)
    return None


def find_plain_conflict(problem: Problem, seconds_left: Callable[[], float]) -> list[Asked] | None:
    """Return constraints that contradict each other in plain sight: over the same cells, or over a group and what is inside it.

    Source:
        Own.
    """
    for simple in (_same_box, _more_inside, _sums_of_margins):
        found = simple(problem)
        if found is not None:
            return found if len(found) == 1 or not _is_sparse(problem) else _reduce(problem, found, seconds_left)
    return None


def _reduce(problem: Problem, found: list[Asked], seconds_left: Callable[[], float]) -> list[Asked]:
    system = System(problem, found)
    return found if system.can_be_met(seconds_left()) else _confirm(problem, _filter(system, seconds_left), seconds_left)


def _confirm(problem: Problem, found: list[Asked], seconds_left: Callable[[], float]) -> list[Asked]:
    """Return a conflict that holds when its members are asked for alone.

    A lock on one cell may keep a minimum beside it from opening cells of weight 0; without that lock it does open
    them. So where cells are locked one by one, a set found with all locks in mind is asked for again by itself.
    """
    if not len(problem.locked_cells[0]) or not _is_sparse(problem) or not _alone_can_be_met(problem, found, seconds_left):
        return found
    kept = [one for number in range(len(problem.rows)) for one in _all_of(problem, number)]
    if len(kept) > _MOST_ALONE or _alone_can_be_met(problem, kept, seconds_left):
        return found
    before = len(kept) + 1
    while len(kept) < before:
        before = len(kept)
        for one in list(kept):
            rest = [other for other in kept if other != one]
            if not _alone_can_be_met(problem, rest, seconds_left):
                kept = rest
    return kept


def _alone_can_be_met(problem: Problem, asked: Sequence[Asked], seconds_left: Callable[[], float]) -> bool:
    rows = []
    for number, every in enumerate(problem.rows):
        mine = [one.place for one in asked if one.rows == number]
        if mine:
            rows.append(Rows(every.kind, every.axes, every.codes[mine], every.least[mine], every.most[mine], every.index[mine]))
    alone = replace(problem, rows=tuple(rows))
    return System(alone, [one for number in range(len(rows)) for one in _all_of(alone, number)]).can_be_met(seconds_left())


def _is_sparse(problem: Problem) -> bool:
    # by the weights as given: a cell that something opens is closed again once that something is left out
    return bool((problem.weights == 0).any())


def _all_of(problem: Problem, number: int) -> list[Asked]:
    return [Asked(number, place) for place in range(len(problem.rows[number].codes))]


def _candidates(problem: Problem, suspects: Sequence[Asked]) -> Iterator[list[Asked]]:
    few = [one for number, rows in enumerate(problem.rows) if rows.kind != "margin" for one in _all_of(problem, number)]
    every = [one for number in range(len(problem.rows)) for one in _all_of(problem, number)]
    sizes = []
    if len(few) < len(every) / 2:
        sizes.append(few)
    for share in (16, 4, 1):
        some = list(suspects[: max(len(suspects) // share, 12)])
        if some and len(some) < len(every) / 2:
            sizes.extend([some, list(dict.fromkeys(some + few))])
    yield from sorted(sizes, key=len)
    yield every


def _same_box(problem: Problem) -> list[Asked] | None:
    """Two wishes for the very same cells, one of them at least above the other's most."""
    for axes in {rows.axes for rows in problem.rows}:
        highest: dict[int, tuple[int, Asked]] = {}
        lowest: dict[int, tuple[int, Asked]] = {}
        for number, rows in enumerate(problem.rows):
            if rows.axes != axes or (rows.kind == "margin" and sum(other.axes == axes for other in problem.rows) == 1):
                continue
            for place, (code, least, most) in enumerate(zip(rows.codes.tolist(), rows.least.tolist(), rows.most.tolist(), strict=True)):
                one = Asked(number, place)
                if least > most:
                    return [one]
                if code not in highest or least > highest[code][0]:
                    highest[code] = (least, one)
                if code not in lowest or most < lowest[code][0]:
                    lowest[code] = (most, one)
        for code, (least, one) in sorted(highest.items()):
            if least > lowest[code][0]:
                return [one, lowest[code][1]]
    return None


def _more_inside(problem: Problem) -> list[Asked] | None:
    """One group, and as few as possible of the groups inside it whose least sums already exceed its most."""
    best: list[Asked] | None = None
    for outer, rows in enumerate(problem.rows):
        order = np.argsort(rows.most, kind="stable")
        codes, first = np.unique(rows.codes[order], return_index=True)
        # exact in float64 as far as it matters: no limit that is accepted reaches 2**53
        tightest, most = order[first], np.where(rows.most[order][first] >= UNLIMITED, np.inf, rows.most[order][first])
        for inner, inside in enumerate(problem.rows):
            if not set(rows.axes) < set(inside.axes):
                continue
            one_each = np.unique(inside.codes[np.lexsort((-inside.least, inside.codes))], return_index=True)[1]
            groups = np.lexsort((-inside.least, inside.codes))[one_each]
            part = _project(problem, inside, rows.axes)[groups]
            place = np.minimum(np.searchsorted(codes, part), len(codes) - 1)
            within = codes[place] == part
            groups, place = groups[within], place[within]
            held = np.bincount(place, weights=inside.least[groups], minlength=len(codes))
            for wrong in np.nonzero(held > most)[0][:1]:
                mine = groups[place == wrong]
                largest = mine[np.argsort(-inside.least[mine], kind="stable")]
                enough = int(np.searchsorted(np.cumsum(inside.least[largest], dtype=np.float64), most[wrong], side="right")) + 1
                found = [Asked(outer, int(tightest[wrong])), *(Asked(inner, int(group)) for group in largest[:enough])]
                best = found if best is None or len(found) < len(best) else best
    return best


def _sums_of_margins(problem: Problem) -> list[Asked] | None:
    """Two margins (or a margin and the total) that say different sums for the dimensions they share."""
    whole = [number for number, rows in enumerate(problem.rows) if rows.kind in {"total", "margin"}]
    for place, one in enumerate(whole):
        for other in whole[place + 1 :]:
            shared = tuple(axis for axis in problem.rows[one].axes if axis in problem.rows[other].axes)
            parts = [_project(problem, problem.rows[number], shared) for number in (one, other)]
            sums = [_exact_sums(problem.rows[number], part) for number, part in zip((one, other), parts, strict=True)]
            wrong = np.nonzero(sums[0] != sums[1])[0]
            if len(wrong):
                code = int(wrong[0])
                smaller, larger = (0, 1) if sums[0][code] < sums[1][code] else (1, 0)
                numbers = (one, other)
                small = [Asked(numbers[smaller], int(group)) for group in np.nonzero(parts[smaller] == code)[0]]
                inside = np.nonzero(parts[larger] == code)[0]
                least = problem.rows[numbers[larger]].least[inside]
                order = np.argsort(-least, kind="stable")
                # as few large groups as already exceed the smaller side
                enough = int(np.searchsorted(np.cumsum(least[order]), sums[smaller][code], side="right")) + 1
                return small + [Asked(numbers[larger], int(group)) for group in inside[order[:enough]]]
    return None


def _exact_sums(rows: Rows, part: IntArray) -> IntArray:
    sums = np.zeros(int(part.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(sums, part, rows.least)
    return sums


def _project(problem: Problem, rows: Rows, axes: tuple[int, ...]) -> IntArray:
    """Return the place of each group in the grid of fewer axes."""
    places = np.unravel_index(rows.codes, problem.grid(rows.axes)) if rows.axes else ()
    code = np.zeros(len(rows.codes), dtype=np.int64)
    for axis in axes:
        code = code * problem.shape[axis] + places[rows.axes.index(axis)]
    return code


class System:
    """Some of the constraints as a linear system; cells in exactly the same of them are one variable.

    A cell of weight 0 takes part only while a lock or a minimum that opens it does.
    """

    def __init__(self, problem: Problem, asked: Sequence[Asked]) -> None:
        from scipy.sparse import csc_array  # noqa: PLC0415

        self.asked = list(asked)
        positive = problem.weights.ravel() > 0
        rng = np.random.default_rng(0)
        names = rng.integers(1, 2**63, (2, len(self.asked)), dtype=np.uint64)
        signature = positive.astype(np.uint64)
        support = positive.copy()
        members: list[tuple[IndexArray, IndexArray]] = []
        opened: list[tuple[IndexArray, IndexArray]] = []
        for number, rows in enumerate(problem.rows):
            mine = [place for place, one in enumerate(self.asked) if one.rows == number]
            if not mine:
                continue
            codes = problem.codes(rows.axes)
            size = int(np.prod(problem.grid(rows.axes), dtype=np.int64))
            opens = np.zeros(len(self.asked), dtype=bool)
            opens[mine] = problem.openers[number][[self.asked[place].place for place in mine]]
            # several locks or bounds may stand on one group: one layer each
            for layer in _layers([int(rows.codes[self.asked[place].place]) for place in mine], mine):
                row_of = np.full(size, -1, dtype=np.int64)
                row_of[list(layer)] = list(layer.values())
                row = row_of[codes]
                inside = np.nonzero(row >= 0)[0]
                members.append((inside, row[inside]))
                signature[inside] += names[0][row[inside]]
                inside = inside[opens[row[inside]] & ~positive[inside]]
                opened.append((inside, row[inside]))
                signature[inside] += names[1][row[inside]]
                support[inside] = True
        cells = np.nonzero(support)[0]
        _, first = np.unique(signature[cells], return_index=True)
        variable = np.full(len(positive), -1, dtype=np.int64)
        variable[cells[first]] = np.arange(len(first))
        self.opens: list[IndexArray] = [np.zeros(0, dtype=np.int64)] * len(self.asked)
        self.openers: IndexArray = np.where(positive[cells[first]], len(self.asked) + 1, 0)
        for places, openers in opened:
            for one in np.unique(openers).tolist():
                columns_opened: IndexArray = np.asarray(variable[places[openers == one]], dtype=np.int64)
                self.opens[one] = columns_opened[columns_opened >= 0]
                self.openers[self.opens[one]] += 1
        columns = [np.zeros(0, dtype=np.int64)] + [variable[place] for place, _ in members]
        rows_in = [np.zeros(0, dtype=np.int64)] + [row for _, row in members]
        column, row = np.concatenate(columns), np.concatenate(rows_in)
        kept = column >= 0
        # one column more, in no constraint: HiGHS says nothing about a model without columns
        shape = (len(self.asked), len(first) + 1)
        matrix = csc_array((np.ones(int(kept.sum())), (row[kept], column[kept])), shape=shape)
        self.least = np.array([problem.rows[one.rows].least[one.place] for one in self.asked], dtype=np.float64)
        most = np.array([problem.rows[one.rows].most[one.place] for one in self.asked])
        self.most = np.where(most >= UNLIMITED, np.inf, most.astype(np.float64))
        unlimited = np.full(shape[1], np.inf)
        model, self.highs = quiet_solver(matrix, costs=np.zeros(shape[1]), room=unlimited, rows=(self.least, self.most))
        # without presolve and with the simplex method an infeasible system leaves a certificate
        self.highs.setOptionValue("presolve", "off")
        self.highs.setOptionValue("solver", "simplex")
        self.highs.passModel(model)

    def can_be_met(self, seconds: float) -> bool:
        """Tell whether all that is asked can be met; TimeoutError when that was not settled in time."""
        import highspy  # noqa: PLC0415 - loaded only where used

        if np.isfinite(seconds):
            self.highs.setOptionValue("time_limit", float(self.highs.getRunTime()) + max(seconds, 0.1))
        self.highs.run()
        status = self.highs.getModelStatus()
        if status not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible}:
            raise TimeoutError
        return bool(status == highspy.HighsModelStatus.kOptimal)

    def certificate(self) -> IndexArray:
        """Return the constraints that the last proof of infeasibility used; all of them when none is kept."""
        _, exists, ray = self.highs.getDualRay()
        used = np.nonzero(np.abs(ray) > 1e-9)[0] if exists else np.zeros(0, dtype=np.int64)
        return used if len(used) else np.arange(len(self.asked))

    def only_most(self, place: int) -> None:
        """Ask only for the upper limit of a constraint."""
        self.highs.changeRowBounds(place, -np.inf, self.most[place])

    def leave_out(self, place: int) -> None:
        """Ask for one constraint no longer; what it alone opened is closed."""
        self.highs.changeRowBounds(place, -np.inf, np.inf)
        self.openers[self.opens[place]] -= 1
        for column in self.opens[place][self.openers[self.opens[place]] == 0].tolist():
            self.highs.changeColBounds(column, 0.0, 0.0)

    def take_in(self, place: int) -> None:
        """Ask for a constraint again that was left out."""
        self.highs.changeRowBounds(place, self.least[place], self.most[place])
        self.openers[self.opens[place]] += 1
        for column in self.opens[place].tolist():
            self.highs.changeColBounds(column, 0.0, np.inf)


def _layers(codes: Sequence[int], mine: Sequence[int]) -> list[dict[int, int]]:
    layers: list[dict[int, int]] = []
    for code, place in zip(codes, mine, strict=True):
        for layer in layers:
            if code not in layer:
                layer[code] = place
                break
        else:
            layers.append({code: place})
    return layers


def _filter(system: System, seconds_left: Callable[[], float]) -> list[Asked]:
    """Leave out one constraint after the other; what can be spared stays out. The system has just been refused."""
    inside = set(range(len(system.asked)))
    inside = _keep_only(system, inside, set(system.certificate().tolist()), seconds_left)
    tried: set[int] = set()
    while inside - tried:
        place = min(inside - tried)
        system.leave_out(place)
        if system.can_be_met(seconds_left()):
            system.take_in(place)
            tried.add(place)
            continue
        used = set(system.certificate().tolist())
        inside = _keep_only(system, inside - {place}, used, seconds_left)
        if any(len(opens) for opens in system.opens):
            tried.clear()  # what was needed beside an opened cell may be spared now that the cell is closed
    return [system.asked[place] for place in sorted(inside)]


def _keep_only(system: System, inside: set[int], used: set[int], seconds_left: Callable[[], float]) -> set[int]:
    """Leave out all that a certificate does not use, if what is left still cannot be met."""
    spared = inside - used
    for place in spared:
        system.leave_out(place)
    if not spared or not system.can_be_met(seconds_left()):
        return inside & used if spared else inside
    for place in spared:
        system.take_in(place)
    return inside
