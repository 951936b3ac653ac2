"""How well events of a history are found, and what treating them does to the year: a section for the evidence page.

The companies are drawn by a generator of their own, which shares nothing with the demo company or the models. Seeds
below 7000 were looked at while constants were chosen, those up to 10,000 before the last repair; what is shown starts
above both. Printed by ``python tools/evidence_events.py``; takes about four minutes.
"""

import os
from collections.abc import Callable
from datetime import date

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import polars as pl

from evidence_cases import real_cases
from yunchou.calc.baseline_grid import Grid, make_grid
from yunchou.calc.baseline_models import mixture
from yunchou.calc.baseline_top import crps
from yunchou.calc.event_kinds import Event
from yunchou.calc.event_treatment import Treated, draw_rare, treat
from yunchou.calc.history_events import find_events
from yunchou.calc.marks import Mark, parse_marks
from yunchou.calc.periods import step

FloatArray = npt.NDArray[np.float64]
FIRST_SEED = 17_000
YEAR, PARTS, PATHS = 12, 6, 600
CLEAN, PLANTED, YEARS = 400, 100, 100
_START = date(2015, 1, 1)
_RETURNS = 0.3
_RESAMPLES = 2000
_GENERATOR, _PLANTER = 77, 5
Plant = Callable[[FloatArray, int, np.random.Generator], tuple[int, int]]


def company(seed: int) -> FloatArray:
    """Return six regions' months: growth that wanders or not, a season or none, noise from fine to lumpy."""
    random = np.random.default_rng([seed, _GENERATOR])
    months = int(random.choice([30, 36, 48, 60, 72]))
    season = np.exp(random.normal(0, random.choice([0.0, 0.15, 0.35]), YEAR))
    wandering = random.choice([0.0, 0.005, 0.015, 0.03])
    whole = np.exp(np.cumsum(random.normal(random.normal(0.08, 0.12) / YEAR, wandering, months)))
    share = random.dirichlet(np.full(PARTS, 2.0))
    own = np.exp(np.cumsum(random.normal(0, random.choice([0, 0.01, 0.02], size=(PARTS, 1)), (PARTS, months)), axis=1))
    # shape 1 is a region whose months are as uneven as single orders
    shape = random.choice([1.0, 8.0, 25.0, 100.0], p=[0.15, 0.25, 0.3, 0.3], size=(PARTS, 1))
    noise = random.gamma(np.broadcast_to(shape, (PARTS, months))) / shape
    return np.asarray(1e6 * share[:, None] * own * whole * np.resize(season, months) * noise)


def grid_of(values: FloatArray) -> Grid:
    """Return the regions as a history."""
    return Grid(
        series=pl.DataFrame({"region": [f"R{row}" for row in range(len(values))]}),
        values=values,
        first=np.zeros(len(values), dtype=np.int64),
        periods=tuple(step(_START, at, "M") for at in range(values.shape[1])),
    )


def _order(size: float) -> Plant:
    def plant(values: FloatArray, known: int, random: np.random.Generator) -> tuple[int, int]:
        row, at = int(random.integers(PARTS)), int(random.integers(8, known - 7))
        values[row, at] += size * YEAR * values[:, at - 6 : at + 7].sum() / values[:, at - 6 : at + 7].shape[1]
        return row, at

    return plant


def _break(size: float) -> Plant:
    def plant(values: FloatArray, known: int, random: np.random.Generator) -> tuple[int, int]:
        at = int(random.integers(8, known - 5))
        values[:, at:] *= 1 + size
        return -1, at

    return plant


def _stock_out(months: int) -> Plant:
    def plant(values: FloatArray, known: int, random: np.random.Generator) -> tuple[int, int]:
        row, at = int(np.argmax(values.sum(axis=1))), int(random.integers(8, known - 7))
        values[row, at : at + months] = 0
        return row, at

    return plant


def _nothing(_values: FloatArray, _known: int, _random: np.random.Generator) -> tuple[int, int]:
    return -1, -1


_KINDS: dict[str, tuple[str, list[tuple[str, Plant]]]] = {
    "giant order, share of a year": ("giant_order", [(f"{size:.0%}", _order(size)) for size in (0.05, 0.1, 0.3, 1.0, 10.0)]),
    "break of the whole": ("break", [(f"{size:+.0%}", _break(size)) for size in (-0.5, -0.3, 0.3, 0.5)]),
    "stock-out of the largest region, months": ("stock_out", [(str(months), _stock_out(months)) for months in (2, 3, 6)]),
}


def _hit(event: Event, kind: str, at: int) -> bool:
    off = (event.first.year - _START.year) * YEAR + event.first.month - 1 - at
    return event.kind == kind and abs(off) <= (2 if kind == "break" else 0)


def _table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join(["| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]])


def _binomial(hits: int, count: int) -> str:
    share, square = hits / count, 1.96**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = 1.96 * float(np.sqrt(share * (1 - share) / count + square / (4 * count**2))) / (1 + square / count)
    return f"{share:.1%} ({max(0.0, middle - half):.1%}–{min(1.0, middle + half):.1%})"


def _false_alarms() -> str:
    named: dict[str, int] = dict.fromkeys(("any", "giant_order", "break", "stock_out", "returns"), 0)
    for seed in range(FIRST_SEED, FIRST_SEED + CLEAN):
        kinds = {event.kind for event in find_events(grid_of(company(seed)))}
        for kind in named:
            named[kind] += bool(kinds) if kind == "any" else kind in kinds
    return _table(
        ["false alarms, companies with at least one", *named], [[str(CLEAN), *(_binomial(hits, CLEAN) for hits in named.values())]]
    )


def _detection() -> str:
    rows = []
    for title, (kind, plants) in _KINDS.items():
        for size, plant in plants:
            hits = 0
            for seed in range(FIRST_SEED + 1000, FIRST_SEED + 1000 + PLANTED):
                values = company(seed)
                _, at = plant(values, values.shape[1], np.random.default_rng([seed, _PLANTER]))
                hits += any(_hit(event, kind, at) for event in find_events(grid_of(values)))
            rows.append([title, size, _binomial(hits, PLANTED)])
    return _table(["planted", "size", f"found at its month (of {PLANTED}; 95 %)"], rows)


def _year(values: FloatArray, treated: Treated | None, seed: int) -> FloatArray:
    random = np.random.default_rng([seed, 1])
    drawn = mixture(values.sum(axis=0), season=YEAR, horizon=YEAR, paths=PATHS, random=random).sum(axis=1)
    if treated is not None and treated.rare is not None:
        times = draw_rare(treated.rare, paths=PATHS, horizon=YEAR, season=YEAR, seed=seed)
        drawn = drawn + treated.rare.total(times).sum(axis=1)
    return np.asarray(drawn)


def _scores(seed: int, plant: Plant, *, returns: float, fill: bool) -> list[float]:
    """Return CRPS and error of the median without and with treatment, and whether there was anything to treat.

    With probability ``returns`` what was planted comes once more in the coming year.
    """
    values = company(seed)
    known = values.shape[1] - YEAR
    random = np.random.default_rng([seed, _PLANTER])
    before = float(values.sum())
    plant(values, known, random)
    scale = actual = float(values[:, known:].sum())
    if random.random() < returns:
        actual += float(values.sum()) - before
    history = grid_of(values[:, :known])
    events = find_events(history)
    marks: tuple[Mark, ...] = ()
    if fill:
        found = [event for event in events if event.kind == "stock_out"]
        marks = parse_marks(
            [
                {
                    "kind": "stock_out",
                    "where": {column: list(names) for column, names in event.where},
                    "from": f"{event.first:%Y-%m}",
                    "to": f"{event.last:%Y-%m}",
                    "treat": "replace",
                    "reason": "out of stock",
                }
                for event in found
            ]
        )
    treated = treat(history, events=events, marks=marks)
    plain, ours = _year(history.values, None, seed), _year(treated.values, treated, seed)
    told = [measure for drawn in (plain, ours) for measure in (crps(drawn, actual) / scale, abs(float(np.median(drawn)) - actual) / scale)]
    return [*told, float(treated.values is not history.values)]


def _treatment() -> str:
    rows = []
    cases: list[tuple[str, Plant, float, bool]] = [
        ("nothing", _nothing, 0.0, False),
        ("giant order 30 %, does not return", _order(0.3), 0.0, False),
        ("giant order 30 %, returns in 3 of 10 years", _order(0.3), _RETURNS, False),
        ("giant order 100 %, does not return", _order(1.0), 0.0, False),
        ("giant order 100 %, returns in 3 of 10 years", _order(1.0), _RETURNS, False),
        ("giant order 1,000 %, does not return", _order(10.0), 0.0, False),
        ("giant order 1,000 %, returns in 3 of 10 years", _order(10.0), _RETURNS, False),
        ("break −30 %", _break(-0.3), 0.0, False),
        ("break +30 %", _break(0.3), 0.0, False),
        ("stock-out of 3 months, kept (default)", _stock_out(3), 0.0, False),
        ("stock-out of 3 months, marked `replace`", _stock_out(3), 0.0, True),
    ]
    for title, plant, returns, fill in cases:
        table = np.array([_scores(seed, plant, returns=returns, fill=fill) for seed in range(FIRST_SEED + 2000, FIRST_SEED + 2000 + YEARS)])
        chosen = np.random.default_rng(0).integers(YEARS, size=(_RESAMPLES, YEARS))
        ratio = table[chosen, 2].sum(axis=1) / table[chosen, 0].sum(axis=1)
        low, high = np.quantile(ratio, [0.025, 0.975])
        mean = table.mean(axis=0)
        better = "better" if high < 1 else "worse" if low > 1 else "undecided"
        cells = [f"{mean[4]:.0%}", f"{mean[0]:.3f}", f"{mean[2]:.3f}", f"{mean[2] / mean[0]:.3f} ({low:.3f}–{high:.3f})", better]
        rows.append([title, *cells, f"{mean[1]:.1%} → {mean[3]:.1%}"])
    header = ["planted", "treated", "CRPS without", "CRPS with", "with ÷ without (95 %, paired)", "treatment is", "error of the median"]
    return _table(header, rows)


def _real() -> str:
    rows = []
    for case in real_cases():
        grid = make_grid(case.history, keys=list(case.keys), freq=case.freq)
        events = find_events(grid, freq=case.freq)
        unchanged = treat(grid, events=events, freq=case.freq).values is grid.values
        rows.append(
            [
                case.name + " by " + " × ".join(case.keys),
                "; ".join(event.sentence.en for event in events) or "none",
                "unchanged" if unchanged else "treated",
            ]
        )
    return _table(["file, whole history", "events", "what the models learn"], rows)


def events_section() -> str:
    """Return the section of the evidence page on events of the history, as markdown."""
    return f"""## Giant orders, breaks, stock-outs

Simulated companies (six regions, 30–72 months, growth that wanders or not, noise from fine to as lumpy as single orders) from seed
{FIRST_SEED} on; constants were chosen on others. How it works: [events of the history](../methods/history-events.md).

{_false_alarms()}

{_detection()}

The coming year of the whole by the mixture, with the history as it is and as treated, on the same {YEARS} companies; CRPS and the
error of the median are divided by the year without a returning order. "Treated": the share of companies where the models learnt
something else than the plain history. "Returns": with probability 0.3 the coming year has such an order again.

{_treatment()}

{_real()}
"""


if __name__ == "__main__":
    print(events_section())
