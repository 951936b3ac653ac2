"""One definition of each measure; the page and the explanation of a figure both ask here."""

from collections.abc import Callable

from yunchou.planning.selectors.basis import Basis
from yunchou.planning.selectors.figures import Figure
from yunchou.planning.selectors.keys import UNPLANNED, WHOLE, Key, Measure, Part
from yunchou.planning.selectors.published import Months

PPM = 1_000_000
SHARES = frozenset({"growth", "attainment", "ahead_share"})
CHANCES = frozenset({"probability"})


def figure(basis: Basis, key: Key) -> Figure | None:
    """Return the figure that a key names, None where the version or the actor's scope has no such figure."""
    match key.measure:
        case "step" | "quantile" | "scenario_target" | "scenario_probability":
            return _numbered(basis, key)
        case "rows_changed":
            return Figure(key=str(key), value=basis.rows_now - basis.version.source_lines, measure="rows")
        case _:
            return of_part(basis, key.measure, key.part)


def of_part(basis: Basis, measure: Measure, part: Part = WHOLE) -> Figure:
    """Return a measure of a part of the plan; its value is None where there is nothing to say."""
    return Figure(
        key=str(Key(measure, part)),
        value=_DEFINITIONS[measure](basis, part),
        measure="ppm" if measure in SHARES else "chance" if measure in CHANCES else "minor",
    )


def expected(basis: Basis, part: Part) -> int:
    """Return the plan to date: whole months gone, and the running month in proportion to its days, rounded half up."""
    months = basis.target.get((part.region, part.tier))
    if months is None:
        return 0
    total, running = sum(months[part.first - 1 : min(part.last, basis.months_gone)]), basis.months_gone + 1
    if part.first <= running <= part.last:
        days, of_days = basis.running_share
        total += (2 * months[running - 1] * days + of_days) // (2 * of_days)
    return total


def _growth(basis: Basis, part: Part) -> int | None:
    before = _total(basis.last_year, part)
    return share(_total(basis.target, part) - before, before)


def _attained(basis: Basis, part: Part) -> int | None:
    return _total(basis.attained, part) if part.first <= _months_begun(basis) else None


def _ahead(basis: Basis, part: Part) -> int:
    return _total(basis.attained, part) - expected(basis, part)


def _median(basis: Basis, part: Part) -> int | None:
    known = basis.outlook.get((part.region, part.tier))
    return None if known is None or _is_within_the_year(part) else known[0]


def _probability(basis: Basis, part: Part) -> int | None:
    if part == WHOLE:
        return basis.version.probability_ppm if basis.is_company else None
    known = basis.outlook.get((part.region, part.tier))
    return None if known is None or _is_within_the_year(part) else known[1]


def _is_within_the_year(part: Part) -> bool:
    return (part.first, part.last) != (WHOLE.first, WHOLE.last)


_DEFINITIONS: dict[Measure, Callable[[Basis, Part], int | None]] = {
    "target": lambda basis, part: _total(basis.target, part),
    "last_year": lambda basis, part: _total(basis.last_year, part),
    "growth": _growth,
    "attained": _attained,
    "attainment": lambda basis, part: share(_total(basis.attained, part), _total(basis.target, part)),
    "expected": expected,
    "ahead": _ahead,
    "behind": lambda basis, part: -_ahead(basis, part),
    "ahead_share": lambda basis, part: share(_ahead(basis, part), expected(basis, part)),
    "median": _median,
    "probability": _probability,
}


def share(part: int, whole: int) -> int | None:
    """Return part ÷ whole in millionths, rounded half up; None where the whole is not positive."""
    return None if whole <= 0 else (2 * part * PPM + whole) // (2 * whole)


def lines_of(basis: Basis, part: Part) -> int:
    """Return how many ledger rows of the year stand behind a part."""
    return sum(
        row.lines
        for row in basis.sales
        if basis.month(part.first) <= row.month <= basis.month(part.last)
        and part.region in {0, row.region_id}
        and part.tier in {"", basis.tier_of_product.get(row.product_id, UNPLANNED)}
    )


def _months_begun(basis: Basis) -> int:
    return basis.months_gone + (basis.running_share[0] > 0)


def _total(months: Months, part: Part) -> int:
    place = months.get((part.region, part.tier))
    return 0 if place is None else sum(place[part.first - 1 : part.last])


def _numbered(basis: Basis, key: Key) -> Figure | None:
    if not basis.is_company or key.number is None:
        return None
    text, number = str(key), key.number
    if key.measure == "quantile":
        value = basis.evidence["with_drivers_minor"].get(f"q{number:02d}")
        return None if value is None else Figure(key=text, value=value)
    listed = basis.evidence["waterfall" if key.measure == "step" else "scenarios"]
    if number >= len(listed):
        return None
    match key.measure:
        case "step":
            return Figure(key=text, value=listed[number]["amount_minor"])
        case "scenario_target":
            return Figure(key=text, value=listed[number]["target_minor"])
        case _:
            return Figure(key=text, value=round(listed[number]["probability"] * PPM), measure="chance")
