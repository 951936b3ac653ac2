"""The cascade's rows of ``make bench``: the function beside a numpy pass, the command, forced zeros, an edit, a contradiction.

Functions are measured in CPU seconds of one core, so that a busy machine does not tell against either side.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cascade_cases import CONFLICTS, Amounts, Case, Weights, conflict, edited, forced, plain, write_case
from yunchou.calc.cascade import Margin, cascade
from yunchou.calc.errors import Contradiction
from yunchou.calc.respread import respread

Row = tuple[str, str, str, str, bool]
Command = Callable[..., tuple[float, float, str]]
ROUNDS = 3


def cpu_seconds(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Return the median of a few runs, after one that does not count."""
    work()
    found = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found)


def largest_remainders(weights: Weights, total: int) -> Amounts:
    """Split one total over all cells by largest remainder, in numpy alone: the floor that the cascade stands beside."""
    shares = weights * (total / weights.sum())
    floors = np.floor(shares)
    missing = total - int(floors.sum())
    units: Amounts = floors.astype(np.int64)
    units[np.argpartition(floors - shares, missing)[:missing]] += 1
    return units


def rows(folder: Path, yunchou: Command) -> Iterator[Row]:
    """Yield what was measured, what stood beside it, and what is to be reached."""
    yield from functions_and_commands(folder, yunchou)
    yield from forced_rows()
    yield from respread_rows()
    yield from conflict_rows()


def functions_and_commands(folder: Path, yunchou: Command) -> Iterator[Row]:
    """The cascade of 10⁶ cells as a function and as a command, and of 10⁷ as a command."""
    two = [("a",), ("b", "c")]
    for name, case in {
        "20 × (50 × 1,000)": plain((20, 50, 1000), two),
        "1,000 × 1,000": plain((1000, 1000), [("a",), ("b",)]),
        "1,000 × 1,000, 90 % zeros": plain((1000, 1000), [("a",), ("b",)], 0.9),
    }.items():
        flat, total = case.weights.ravel(), int(case.known.sum())
        reference = cpu_seconds(lambda flat=flat, total=total: largest_remainders(flat, total))  # type: ignore[misc]
        ours = cpu_seconds(lambda case=case: cascade(case.dimensions, case.weights, **case.asked))  # type: ignore[misc]
        yield (
            f"cascade {name}, two families, the function",
            f"{ours:.2f} CPU-s",
            f"one largest-remainder pass of numpy {reference * 1000:.0f} CPU-ms: {ours / reference:.1f} ×",
            "≤ 10 ×",
            ours <= 10 * reference,
        )
        yield _command(yunchou, folder, (f"`yunchou cascade`, {name}, weights as CSV", case, "csv"), 4, 1024)
    yield _command(yunchou, folder, ("`yunchou cascade`, 10⁷ cells, one nested family", _nested(), "parquet"), 8, 2560)


def _nested() -> Case:
    return plain((100, 1000, 100), [("a",), ("a", "b")])


def _command(yunchou: Command, folder: Path, what: tuple[str, Case, str], seconds: float, memory: float) -> Row:
    name, case, ending = what
    place = folder / f"cascade {len(list(folder.iterdir()))}"
    spec = write_case(case, place, ending)
    done = [yunchou("cascade", str(spec), "--out", str(place / f"out {number}"), "--quiet") for number in range(ROUNDS)]
    took, peak = statistics.median(one[0] for one in done), max(one[1] for one in done)
    told = f"≤ {seconds:.0f} s, ≤ {memory / 1024:.3g} GB"
    return name, f"{took:.1f} s, {peak:.0f} MB", "–", told, took <= seconds and peak <= memory


def residual(values: Weights, margins: list[Margin], names: list[str]) -> float:
    """Return the largest distance from a margin, relative to it (to a unit where it is 0)."""
    worst = 0.0
    for margin in margins:
        sums = values.sum(axis=tuple(axis for axis, name in enumerate(names) if name not in margin.by))
        worst = max(worst, float((np.abs(sums - margin.values_minor) / np.maximum(margin.values_minor, 1)).max()))
    return worst


def plain_raking(case: Case, sweeps: int) -> float:
    """Return the residual that scaling rows and columns in turn leaves after so many sweeps."""
    values = case.weights.copy()
    first, second = (margin.values_minor for margin in case.margins)
    for _ in range(sweeps):
        for axis, wanted in ((1, first), (0, second)):
            sums = values.sum(axis=axis, keepdims=True)
            values *= np.divide(np.expand_dims(wanted, axis), sums, out=np.zeros_like(sums), where=sums > 0)
    return residual(values, case.margins, list(case.dimensions))


def forced_rows() -> Iterator[Row]:
    """Margins that force cells of positive weight to 0."""
    for name, shape, blocks, limit, sweeps in (("1,260 cells", (35, 36), 8, 1, 3000), ("10⁶ cells", (1000, 1000), 20, 10, 300)):
        case = forced(shape, blocks, 1)
        answers: list[Any] = []
        seconds = cpu_seconds(lambda case=case, answers=answers: answers.append(cascade(case.dimensions, case.weights, **case.asked)), 1)  # type: ignore[misc]
        left = residual(answers[-1].real_minor, case.margins, list(case.dimensions))
        yield (
            f"cascade, {name}, margins that force weighted cells to 0",
            f"{seconds:.2f} CPU-s, residual {left:.0e}",
            f"plain raking, {sweeps:,} sweeps: residual {plain_raking(case, sweeps):.0e}",
            f"≤ {limit} s, ≤ 1e-9",
            seconds <= limit and left <= 1e-9,
        )


def respread_rows() -> Iterator[Row]:
    """One cell edited, everything else kept in sum: the least that can move is four times the edit."""
    for name, side, zeros, limit in (
        ("10⁵ cells", 316, 0.0, 0.1),
        ("10⁶ cells", 1000, 0.0, 0.8),
        ("10⁶ cells, 90 % zeros", 1000, 0.9, 0.8),
    ):
        case, edit = edited(side, zeros)
        answers: list[Any] = []
        seconds = cpu_seconds(lambda case=case, answers=answers: answers.append(respread(case.dimensions, case.known, **case.asked)))  # type: ignore[misc]
        moves = int(np.abs(answers[-1].amounts_minor - case.known).sum())
        yield (
            f"re-spread after one edit, {name}",
            f"{seconds:.2f} CPU-s, {moves / (4 * edit):.3f} × the least moves",
            "the cell, its row, its column and the rest must each move by the edit",
            f"≤ {limit} s, ≤ 1.05 ×",
            seconds <= limit and moves <= 1.05 * 4 * edit,
        )


def conflict_rows() -> Iterator[Row]:
    """An irreducible conflict among 10,000 constraints; that each is irreducible is measured on the evidence page."""
    slowest, sizes = 0.0, []
    for kind in CONFLICTS:
        case = conflict(kind, 0)
        started = time.process_time()
        try:
            cascade(case.dimensions, case.weights, **case.asked)
        except Contradiction as refusal:
            sizes.append(len(refusal.conflict))
        slowest = max(slowest, time.process_time() - started)
    yield (
        f"irreducible conflict among 10⁴ constraints over 60,000 cells, the slowest of {len(CONFLICTS)} kinds",
        f"{slowest:.2f} CPU-s, {min(sizes)}–{max(sizes)} members",
        "–",
        "≤ 3 s",
        slowest <= 3 and len(sizes) == len(CONFLICTS),
    )
