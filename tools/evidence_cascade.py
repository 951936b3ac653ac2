"""How exact, how near and how fast the cascade is: cases with a known answer, contradictions, edits, and real tables."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from bench_cascade import cpu_seconds, plain_raking, residual
from cascade_cases import CONFLICTS, NAMES, Case, conflict, edited, forced, locked, margin_of
from evidence_cases import SHARED
from evidence_tables import table
from yunchou.calc.cascade import Bound, Lock, Margin, cascade
from yunchou.calc.errors import Contradiction, NoAnswer
from yunchou.calc.respread import respread
from yunchou.demo.simulate import simulate
from yunchou.demo.truth_draw import draw_truth

Amounts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_INSTANCES, _REFERENCES, _SEEDS = 100, 20, 3
_LIMIT = 10.0
_NEAR = 2 + 1e-6
_SUPERSTORE = SHARED / "superstore_cn" / "orders.csv.gz"


def section() -> str:
    """Measure, and return the page."""
    parts = [_known(), _forced(), _edits(), _conflicts(), _superstore(), _demo()]
    return "\n\n".join(["## Is the cascade exact, near and fast?", _INTRODUCTION, *(part for part in parts if part)])


_INTRODUCTION = """The method: [allocation](../methods/allocation.md). Seconds are CPU seconds of one core; `make bench` measures larger
tables and the whole command ([speed](speed.md)). Every answer below was checked: each margin and lock is met to the unit."""


def _meets(case: Case, amounts: Amounts) -> bool:
    names = list(case.dimensions)
    for margin in case.margins:
        if not np.array_equal(margin_of(amounts, tuple(margin.by)).values_minor, margin.values_minor):
            return False
    for lock in case.locks:
        place = tuple(case.dimensions[name].index(lock.at[name]) if name in lock.at else slice(None) for name in names)
        if int(amounts[place].sum()) != lock.value_minor:
            return False
    return bool((amounts >= 0).all() and not amounts[case.weights == 0].any())


def _check(case: Case, amounts: Amounts) -> None:
    if not _meets(case, amounts):
        raise AssertionError("an answer does not meet what was asked")


def _sums(case: Case) -> tuple[Any, Floats]:
    """Return margins and locks as a sparse matrix over the cells, with what they are to be."""
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415 - only the references need it

    places = np.indices(case.weights.shape).reshape(case.weights.ndim, -1)
    layers, goals = [], []
    for margin in case.margins:
        axes = [NAMES.index(name) for name in margin.by]
        rows = np.ravel_multi_index([places[axis] for axis in axes], margin.values_minor.shape)
        layers.append(csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(margin.values_minor.size, len(rows))))
        goals += margin.values_minor.ravel().tolist()
    for lock in case.locks:
        layers.append(csr_array(_inside(case, lock.at).astype(float)[None, :]))
        goals.append(lock.value_minor)
    return vstack(layers, format="csr"), np.array(goals, dtype=float)


def _inside(case: Case, at: Any) -> npt.NDArray[np.bool_]:
    places = np.indices(case.weights.shape).reshape(case.weights.ndim, -1)
    inside = np.ones(case.weights.size, dtype=bool)
    for name, member in at.items():
        inside &= places[NAMES.index(name)] == case.dimensions[name].index(member)
    return inside


def _floor_and_ceiling(case: Case, real: Floats) -> tuple[bool, float]:
    """Let HiGHS alone choose floor or ceiling of every cell; return whether it found an answer, and its seconds."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - only the reference needs it

    matrix, goals = _sums(case)
    floors = np.floor(real.ravel() + 1e-9)
    open_cells = real.ravel() - floors > 1e-9
    due = goals - matrix @ floors
    started = time.process_time()
    found = milp(
        np.abs(1 - 2 * (real.ravel() - floors)),
        constraints=LinearConstraint(matrix, due, due),
        bounds=Bounds(0, open_cells.astype(float)),
        integrality=np.ones(real.size, dtype=np.int64),
        options={"time_limit": _LIMIT},
    )
    return found.x is not None, time.process_time() - started


def _known() -> str:
    rows = []
    for name, two_way in (("one-way margins", False), ("all two-way margins, 80 % zeros", True)):
        seconds, rounding, exact, reference = [], [], 0, []
        for seed in range(_INSTANCES):
            case = locked(two_way=two_way, seed=seed)
            started = time.process_time()
            try:
                answer = cascade(case.dimensions, case.weights, **case.asked)
            except NoAnswer:
                seconds.append(time.process_time() - started)
                continue
            seconds.append(time.process_time() - started)
            rounding.append(answer.largest_rounding)
            exact += _meets(case, answer.amounts_minor)
            if seed < _REFERENCES:
                reference.append(_floor_and_ceiling(case, answer.real_minor))
        rows.append(
            [
                name,
                f"{exact} of {_INSTANCES}",
                f"{np.median(seconds):.2f} s, {max(seconds):.2f} s",
                f"{np.median(rounding):.2f}, {max(rounding):.2f}; {sum(one > _NEAR for one in rounding)} of {_INSTANCES}",
                _told(reference),
                "≤ 10 s, ≤ 2 units" if two_way else "all, ≤ 1 s",
            ]
        )
    head = ["5 × 7 × 3 × 12, 20 locks on subtotals", "exact answers", "median, longest"]
    head += ["units off the real-valued answer: median, most; beyond 2"]
    head += [f"HiGHS alone on floor and ceiling, {_REFERENCES} of them: answers; median, longest", "to reach"]
    return f"### Known answers\n\n{table(head, rows)}\n\nHiGHS alone is stopped after {_LIMIT:.0f} s."


def _told(reference: list[tuple[bool, float]]) -> str:
    seconds = [one for _, one in reference]
    return f"{sum(found for found, _ in reference)} of {len(reference)}; {np.median(seconds):.2f} s, {max(seconds):.2f} s"


def _forced() -> str:
    rows = []
    for shape, blocks, sweeps in (((35, 36), 8, 3000), ((300, 300), 12, 1000)):
        worst, slowest, raked = 0.0, 0.0, []
        for seed in range(_SEEDS):
            case = forced(shape, blocks, seed)
            started = time.process_time()
            answer = cascade(case.dimensions, case.weights, **case.asked)
            slowest = max(slowest, time.process_time() - started)
            _check(case, answer.amounts_minor)
            worst = max(worst, residual(answer.real_minor, case.margins, list(case.dimensions)))
            raked.append(plain_raking(case, sweeps))
        rows.append([f"{shape[0] * shape[1]:,} cells", f"{worst:.0e}", f"{slowest:.2f} s", f"{min(raked):.0e} to {max(raked):.0e}"])
    told = f"Residual relative to a sum, the worst of {_SEEDS} seeds; plain raking after 3,000 and 1,000 sweeps."
    head = ["size", "residual", "longest", "plain raking's residual"]
    return f"### Margins that force weighted cells to 0\n\n{told}\n\n{table(head, rows)}"


def _edit_cases() -> Iterator[tuple[str, Case]]:
    for seed in range(_SEEDS):
        for zeros in (0.0, 0.5):
            case, _ = edited(60, zeros, seed)
            rng = np.random.default_rng(seed)
            yield "one cell", case
            yield (
                "a row, its columns kept",
                replace(case, margins=case.margins[1:], locks=[Lock({"a": "a5"}, int(case.known[5].sum()) + 4000)]),
            )
            row, column = rng.choice(np.argwhere(case.known > 100))
            lower = Lock({"a": f"a{row}", "b": f"b{column}"}, int(case.known[row, column]) // 2)
            yield "one cell, lower", replace(case, locks=[lower])


def _least(case: Case) -> float:
    from scipy.optimize import linprog  # noqa: PLC0415 - only the reference needs it
    from scipy.sparse import hstack  # noqa: PLC0415

    matrix, goals = _sums(case)
    held = case.known.ravel()
    room = [(0, None if cell else 0) for cell in held] + [(0, float(cell)) for cell in held]
    found = linprog(np.ones(2 * held.size), A_eq=hstack([matrix, -matrix]), b_eq=goals - matrix @ held, bounds=room)
    return float(np.abs(np.asarray(found["x"])).sum())


def _edits() -> str:
    found: dict[str, list[tuple[float, int]]] = {}
    for kind, case in _edit_cases():
        answer = respread(case.dimensions, case.known, **case.asked)
        _check(case, answer.amounts_minor)
        moved = np.abs(answer.amounts_minor - case.known)
        found.setdefault(kind, []).append((float(moved.sum()) / _least(case), int(np.count_nonzero(moved))))
    rows = [
        [kind, str(len(all_)), f"{max(ratio for ratio, _ in all_):.4f}", f"{np.median([cells for _, cells in all_]):,.0f} of 3,600"]
        for kind, all_ in found.items()
    ]
    told = "Sum of all moves against the least of a linear programme (to reach: ≤ 1.05); 60 × 60 cells, half of them 0 in every other."
    return f"### One edit\n\n{told}\n\n{table(['edit', 'cases', 'most moves ÷ the least', 'cells that move, median'], rows)}"


def _can_be_met(case: Case, kept: list[dict[str, Any]]) -> bool:
    from scipy.optimize import linprog  # noqa: PLC0415 - only the check needs it
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415

    rows, least, most = [], [], []
    opened = case.weights.ravel() > 0
    for item in kept:
        if item["kind"] == "margin":
            at, low, high = item["group"], item["value"], item["value"]
        else:
            one = case.locks[item["index"]] if item["kind"] == "lock" else case.bounds[item["index"]]
            at = one.at
            low, high = (one.least_minor, one.most_minor) if isinstance(one, Bound) else (one.value_minor, one.value_minor)
        inside = _inside(case, at)
        if low > 0 and not (opened & inside).any():
            opened = opened | inside  # a minimum over cells of weight 0 opens them, as in the cascade
        rows.append(csr_array(inside.astype(float)[None, :]))
        least.append(low)
        most.append(np.inf if high is None else high)
    if not rows:
        return True
    matrix, upper = vstack(rows, format="csr"), np.array(most, dtype=float)
    finite = np.isfinite(upper)
    answer = linprog(  # type: ignore[call-overload]
        np.zeros(case.weights.size),
        A_ub=vstack([-matrix, matrix[np.nonzero(finite)[0]]]),
        b_ub=np.concatenate([-np.array(least, dtype=float), upper[finite]]),
        bounds=[(0, None if cell else 0) for cell in opened],
    )
    return int(answer.status) == 0


def _refused(case: Case) -> list[dict[str, Any]]:
    try:
        cascade(case.dimensions, case.weights, **case.asked)
    except Contradiction as refusal:
        return [dict(item) for item in refusal.conflict]
    raise AssertionError("a contradiction was answered")


def _conflicts() -> str:
    rows = []
    for kind in CONFLICTS:
        seconds, sizes, irreducible = [], [], 0
        for seed in range(_SEEDS):
            case = conflict(kind, seed)
            started = time.process_time()
            told = _refused(case)
            seconds.append(time.process_time() - started)
            sizes.append(len(told))
            alone = [told[:place] + told[place + 1 :] for place in range(len(told))]
            irreducible += not _can_be_met(case, told) and all(_can_be_met(case, rest) for rest in alone)
        rows.append([kind, f"{max(seconds):.2f} s", f"{min(sizes)}–{max(sizes)}", f"{irreducible} of {_SEEDS}"])
    told_of = (
        "Among 10,000 constraints over 60,000 cells (to reach: ≤ 3 s). Irreducible: not to be met together, but without any one of them."
    )
    return f"### Contradictions\n\n{told_of}\n\n{table(['kind', 'longest', 'members', 'irreducible'], rows)}"


def _table(lines: pl.DataFrame, keys: list[str]) -> tuple[dict[str, list[str]], Amounts]:
    dimensions = {key: sorted(lines[key].unique().to_list()) for key in keys}
    shape = tuple(len(members) for members in dimensions.values())
    places = [lines[key].replace_strict({name: place for place, name in enumerate(dimensions[key])}).to_numpy() for key in keys]
    cells: Amounts = np.bincount(
        np.ravel_multi_index(places, shape), weights=lines["amount"].to_numpy(), minlength=int(np.prod(shape))
    ).astype(np.int64)
    return dimensions, cells.reshape(shape)


def _superstore() -> str:
    if not _SUPERSTORE.exists():
        return ""
    read = pl.read_csv(_SUPERSTORE, try_parse_dates=True).filter(pl.col("订单日期").cast(pl.Date) >= date(2017, 1, 1))
    lines = read.select(
        "类别", "地区", "细分", pl.col("订单日期").cast(pl.Date).dt.strftime("%m").alias("月"), pl.col("销售额").alias("amount")
    )
    dimensions, sold = _table(lines, ["类别", "地区", "细分", "月"])
    managers = np.rint(sold.sum(axis=(0, 2, 3)) * 1.2 / 10_000).astype(np.int64) * 10_000
    products = cascade(
        {"类别": dimensions["类别"], "地区": dimensions["地区"]}, sold.sum(axis=(2, 3)), margins=[Margin(("地区",), managers)]
    )
    months = cascade({"月": dimensions["月"]}, sold.sum(axis=(0, 1, 2)), total_minor=int(managers.sum()), unit_minor=10_000)
    margins = [Margin(("类别", "地区"), products.amounts_minor), Margin(("月",), months.amounts_minor)]
    seconds = cpu_seconds(lambda: cascade(dimensions, sold, margins=margins))
    answer = cascade(dimensions, sold, margins=margins)
    met = np.array_equal(answer.amounts_minor.sum(axis=(2, 3)), products.amounts_minor)
    met = met and np.array_equal(answer.amounts_minor.sum(axis=(0, 1, 2)), months.amounts_minor)
    last = answer.amounts_minor
    at = {name: dimensions[name][0] for name in ("类别", "地区", "月")}
    changed = Lock(at, int(last[0, 0, :, 0].sum()) + 50_000)
    after = respread(dimensions, last, margins=margins, locks=[changed])
    again = cascade(dimensions, last, margins=margins, locks=[changed])
    moved, plain = (int(np.abs(one.amounts_minor - last).sum()) for one in (after, again))
    cells = [int(np.count_nonzero(one.amounts_minor != last)) for one in (after, again)]
    return f"""### superstore_cn: product × region × segment × month, six regional managers

2017 as weights, {sold.size} cells of which {int((sold == 0).sum())} are 0; each manager 20 % more than in 2017, in whole 万元;
months likewise; unit 元. All targets are {"met to the 元" if met else "**not met**"}; no cell lies more than
{answer.largest_rounding:.2f} units from the real-valued answer; {seconds * 1000:.0f} ms. Then one region's product is asked for
50,000 more in one month, all margins kept: {moved:,} 元 move in {cells[0]} cells; with the last version only as weights
it would be {plain:,} 元 in {cells[1]} cells."""


def _demo() -> str:
    rows = []
    for size in ("m", "l"):
        company = simulate(size, 31_001, draw_truth(31_001), today=date(2026, 12, 31))
        lines = company.order_lines.filter((pl.col("on") >= date(2026, 1, 1)) & (pl.col("amount_minor") > 0))
        month = pl.col("on").dt.strftime("%m").alias("month")
        dimensions, sold = _table(
            lines.select("product_code", "person_code", month, (pl.col("amount_minor") // 100).alias("amount")),
            ["product_code", "person_code", "month"],
        )
        people = sold.sum(axis=(0, 2)) * 115 // 100
        shared = _shared(sold.sum(axis=1), int(people.sum()))
        asked = [Margin(("person_code",), people), Margin(("product_code", "month"), shared)]
        started = time.process_time()
        answer = cascade(dimensions, sold, margins=asked)
        seconds = time.process_time() - started
        amounts = answer.amounts_minor
        exact = np.array_equal(amounts.sum(axis=(0, 2)), people) and np.array_equal(amounts.sum(axis=1), shared)
        rows.append([size, " × ".join(map(str, sold.shape)), f"{(sold == 0).mean():.0%}", "yes" if exact else "**no**", f"{seconds:.2f} s"])
    told = "What was sold in 2026 as weights; 15 % more of every person, shared over products and months as in 2026."
    return f"### Demo companies: product × person × month\n\n{told}\n\n{table(['size', 'cells', 'zeros', 'exact', 'CPU seconds'], rows)}"


def _shared(sums: Amounts, total: int) -> Amounts:
    dimensions = {"a": [str(one) for one in range(sums.shape[0])], "b": [str(one) for one in range(sums.shape[1])]}
    return cascade(dimensions, sums, total_minor=total).amounts_minor
