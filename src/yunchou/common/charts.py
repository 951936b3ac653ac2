"""The charts of the year, each drawn at the size it is given: what is small gets fewer marks, not smaller words."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from yunchou.common.drawing import Drawing, Label, ends_of, spread, ticks


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step of a waterfall from ``starts`` to ``ends`` (minor units); ``whole`` stands on the ground."""

    name: str
    starts: int
    ends: int
    told: str
    kind: str
    whole: bool
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A point of the curve worth naming: an amount (minor units), its probability (0…1) and the words for it."""

    amount: int
    probability: float
    told: str
    kind: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A month of the year so far: sums to date in minor units, the attained one None where it lies ahead."""

    name: str
    last_year: int | None
    target: int
    attained: int | None
    address: str
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bullet:
    """How far one part has come: shares of its own target (0…1 and beyond), with the words beside it."""

    name: str
    attained: float
    expected: float
    kind: str
    told: str
    gap_told: str
    address: str


def waterfall(steps: list[Step], *, name: str, width: int = 640, height: int = 268) -> SafeString:
    """Draw upright columns from last year to the target; the ground is cut so that the steps are seen."""
    drawing = Drawing(width, height, "wide", name)
    low, high = _cut(steps)
    top, bottom = 26.0, height - 44.0
    slot = width / max(len(steps), 1)
    bar = min(slot * 0.68, 72.0)

    def y(amount: float) -> float:
        return bottom - (amount - low) / (high - low) * (bottom - top)

    for at, step in enumerate(steps):
        middle = slot * (at + 0.5)
        upper, lower = max(step.starts, step.ends), low if step.whole else min(step.starts, step.ends)
        if at + 1 < len(steps):
            drawing.line("joint", middle + bar / 2, y(step.ends), middle + slot - bar / 2, y(step.ends))
        drawing.open_link(step.address, f"{step.name} {step.told}")
        drawing.rect("reach", middle - slot / 2, 0, slot, height)
        drawing.rect(step.kind, middle - bar / 2, y(upper), bar, y(lower) - y(upper))
        drawing.text(step.told, middle, y(upper) - 7, "strong", "middle")
        for row, words in enumerate(_folded(step.name, slot)):
            drawing.text(words, middle, bottom + 17 + 15 * row, "", "middle")
        drawing.close_link()
    if low > 0:
        for at, step in enumerate(steps):
            if step.whole:
                _torn(drawing, slot * (at + 0.5) - bar / 2, bottom - 8, bar)
    return drawing.done()


def waterfall_lying(steps: list[Step], *, name: str, width: int = 326) -> SafeString:
    """Draw the same steps as rows, which a telephone has room for."""
    row = 40
    drawing = Drawing(width, row * len(steps), "narrow", name)
    low, high = _cut(steps)
    left, right = 0.0, width - max(ends_of(step.told) for step in steps) - 16

    def x(amount: float) -> float:
        return left + (amount - low) / (high - low) * (right - left)

    for at, step in enumerate(steps):
        y = at * row
        first, last = low if step.whole else min(step.starts, step.ends), max(step.starts, step.ends)
        drawing.open_link(step.address, f"{step.name} {step.told}")
        drawing.rect("reach", 0, y, width, row)
        drawing.text(step.name, 0, y + 13)
        drawing.rect(step.kind, x(first), y + 19, x(last) - x(first), 14)
        if step.whole and low > 0:
            drawing.path("torn", [(8, y + 17), (13, y + 22), (8, y + 27), (13, y + 35)])
        drawing.text(step.told, width, y + 31, "strong", "end")
        drawing.close_link()
    return drawing.done()


def _cut(steps: list[Step]) -> tuple[float, float]:
    """Return the range shown: from zero, or from just below the lowest end where the steps would be slivers."""
    ends = [step.ends for step in steps] + [step.starts for step in steps if not step.whole]
    lowest, highest = min(ends), max(ends)
    if lowest <= 0:
        return float(min(lowest, 0)), float(max(highest, 1))
    spare = (highest - lowest) or highest
    low = max(0.0, lowest - spare * 0.8)
    return (0.0 if low < 0.35 * lowest else low), float(highest)


def _torn(drawing: Drawing, x: float, y: float, width: float) -> None:
    """Tear a column near its foot: its height is not to be compared."""
    drawing.path("torn", [(x - 2, y + 4), (x + width / 3, y - 1), (x + 2 * width / 3, y + 4), (x + width + 2, y - 1)])


def _folded(words: str, room: float) -> list[str]:
    """Return a label in one or two rows that fit below their column."""
    if ends_of(words) <= room - 4:
        return [words]
    if " " in words:
        parts = words.split(" ")
        middle = min(range(1, len(parts)), key=lambda at: abs(len(" ".join(parts[:at])) - len(words) / 2))
        return [" ".join(parts[:middle]), " ".join(parts[middle:])]
    middle = (len(words) + 1) // 2
    return [words[:middle], words[middle:]]


def curve(
    points: list[tuple[int, float]], marks: list[Mark], *, name: str, label: Label, axis: str, kind: str, width: int, height: int
) -> SafeString:
    """Draw the probability that the year reaches an amount; the amounts kept are those between 99.5 % and 0.5 %."""
    drawing = Drawing(width, height, kind, name)
    left, right, top, bottom = 40.0, width - 8.0, 12.0, height - 40.0
    seen = [amount for amount, probability in points if 0.005 <= probability <= 0.995] or [amount for amount, _ in points]
    low = min([*seen, *(mark.amount for mark in marks)])
    high = max([*seen, *(mark.amount for mark in marks)])
    room = max(high - low, 1)
    low, high = low - room // 25, high + room // 25

    def x(amount: float) -> float:
        return left + (amount - low) / (high - low) * (right - left)

    def y(probability: float) -> float:
        return bottom - probability * (bottom - top)

    for share in (0, 0.25, 0.5, 0.75, 1):
        drawing.line("grid", left, y(share), right, y(share))
        drawing.text(f"{share:.0%}", left - 6, y(share) + 4, "", "end")
    room_for = int((right - left) // (ends_of(label(high)) + 18))
    for amount in ticks(low, high, min(6, max(room_for, 2))):
        if left < x(amount) < right - ends_of(label(amount)) / 2:
            drawing.text(label(amount), x(amount), bottom + 18, "", "middle")
    drawing.text(axis, right, height - 4, "", "end")
    drawn = [(x(amount), y(probability)) for amount, probability in points if low <= amount <= high]
    drawing.path("under", drawn, closed_at=y(0))
    drawing.path("run", drawn)
    for mark in marks:
        drawing.open_link(mark.address, mark.told)
        drawing.line(f"drop {mark.kind}", x(mark.amount), y(0) if mark.kind == "target" else y(1), x(mark.amount), y(mark.probability))
        if mark.kind == "last_year":
            drawing.line("drop last_year", x(mark.amount), y(1), x(mark.amount), y(0))
        drawing.circle(f"dot {mark.kind}", x(mark.amount), y(mark.probability), 6 if mark.kind == "target" else 4)
        wide = ends_of(mark.told) + 14
        apart = min([abs(y(mark.probability) - y(other.probability)) for other in marks if other is not mark], default=99)
        # Right of a falling curve is room for its points' words; two points of one height share it: last year's goes to the foot.
        is_at_foot = mark.kind == "last_year" and apart < 18
        after = x(mark.amount) + wide < right and not (is_at_foot and x(mark.amount) - wide > left)
        drawing.text(
            mark.told,
            x(mark.amount) + (10 if after else -8),
            y(0.06) if is_at_foot else y(mark.probability) - 6,
            "strong halo" if mark.kind == "target" else "halo",
            "" if after else "end",
        )
        drawing.close_link()
    return drawing.done()


def progress(
    months: list[Month], *, name: str, label: Label, words: tuple[str, ...], kind: str, gap_kind: str, width: int, height: int
) -> SafeString:
    """Draw the year as sums to date: last year grey, the plan dashed, what is attained solid; ``words`` name these three."""
    drawing = Drawing(width, height, kind, name)
    # A telephone has no room for words at the lines' ends; the legend says them.
    named = max((ends_of(word) for word in words), default=0) + 10 if width > 400 else 8
    right, top, bottom = width - named, 14.0, height - 26.0
    high = max([1] + [value for month in months for value in (month.last_year, month.target, month.attained) if value is not None])
    low = min([0] + [value for month in months for value in (month.last_year, month.attained) if value is not None])
    marks = ticks(low, high, 4)
    left = max(ends_of(label(amount)) for amount in marks) + 10

    def x(at: int) -> float:
        return left + at / max(len(months), 1) * (right - left)

    def y(amount: float) -> float:
        return bottom - (amount - low) / (high - low) * (bottom - top)

    for amount in marks:
        drawing.line("grid", left, y(amount), right, y(amount))
        drawing.text(label(amount), left - 8, y(amount) + 4, "", "end")
    every = 1 if width > 400 else 3
    for at, month in enumerate(months, start=1):
        if (at - 1) % every == every - 1 or every == 1:
            drawing.text(month.name, x(at) - (right - left) / len(months) / 2 * (every == 1), height - 6, "", "middle")
    past = [(x(at), y(month.last_year)) for at, month in enumerate(months, start=1) if month.last_year is not None]
    plan = [(x(at), y(month.target)) for at, month in enumerate(months, start=1)]
    done = [(x(at), y(month.attained)) for at, month in enumerate(months, start=1) if month.attained is not None]
    start = (x(0), y(0))
    drawing.path(f"gap {gap_kind}", [start, *done, *reversed(plan[: len(done)])] if done else [])
    if past:
        drawing.path("past", [start, *past])
    drawing.path("plan", [start, *plan])
    drawing.path("run", [start, *done] if done else [])
    for at, month in enumerate(months, start=1):
        drawing.open_link(month.address, month.told)
        drawing.rect("reach", x(at - 1), top, (right - left) / len(months), bottom - top)
        ahead = month.attained is None
        drawing.circle("dot plan" if ahead else "dot run", x(at), y(month.target if month.attained is None else month.attained), 3)
        drawing.close_link()
    if width > 400:
        _name_lines(drawing, words, (past, plan, done), right=right, top=top, bottom=bottom)
    return drawing.done()


def _name_lines(
    drawing: Drawing, words: tuple[str, ...], lines: tuple[list[tuple[float, float]], ...], *, right: float, top: float, bottom: float
) -> None:
    """Write each line's name at its end; a line that ends before the year does has its name below its last point."""
    past, plan, done = lines
    whole = [(words[0], past, "past"), (words[1], plan, "strong"), (words[2], done if len(done) == len(plan) else [], "run strong")]
    shown = [(word, line[-1][1], kind) for word, line, kind in whole if line]
    for (word, _, kind), at in zip(shown, spread([at for _, at, _ in shown], 16, top, bottom), strict=True):
        drawing.text(word, right + 8, at + 4, kind)
    if done and len(done) < len(plan):
        drawing.text(words[2], done[-1][0] + 6, done[-1][1] + 18, "run strong halo")


def bullets(rows: list[Bullet], *, name: str, kind: str, width: int) -> SafeString:
    """Draw one bar a part on a common scale of its own target, with a mark where it should be today."""
    folded = width <= 400
    row = 44 if folded else 34
    drawing = Drawing(width, row * len(rows) + 4, kind, name)
    label_room = 0.0 if folded else min(max((ends_of(bullet.name, 13) for bullet in rows), default=0) + 12, 132)
    words_room = max((ends_of(bullet.told + bullet.gap_told) for bullet in rows), default=0) + 20
    left, right = label_room, width - (0 if folded else words_room)
    # One part far beyond its target must not press the others together: the drawing ends at a third more, the words do not.
    longest = min(max([1.0] + [bullet.attained for bullet in rows] + [bullet.expected for bullet in rows]), 4 / 3)

    def x(share: float) -> float:
        return left + min(max(share, 0), longest) / longest * (right - left)

    for at, bullet in enumerate(rows):
        y = at * row
        bar = y + 20 if folded else y + 9
        drawing.open_link(bullet.address, f"{bullet.name} {bullet.told} {bullet.gap_told}")
        drawing.rect("reach", 0, y, width, row)
        drawing.text(bullet.name, 0, y + (13 if folded else 22), "name")
        drawing.rect("track", left, bar, x(1) - left, 16)
        drawing.rect(f"reached {bullet.kind}", left, bar + 4, x(bullet.attained) - left, 8)
        if bullet.attained > longest:
            drawing.path("torn", [(right - 12, bar + 2), (right - 8, bar + 8), (right - 12, bar + 14)])
        drawing.line("due", x(bullet.expected), bar - 2, x(bullet.expected), bar + 18)
        drawing.text(bullet.gap_told, width, y + (13 if folded else 22), f"strong {bullet.kind}", "end")
        drawing.text(bullet.told, width - ends_of(bullet.gap_told) - 10, y + (13 if folded else 22), "", "end")
        drawing.close_link()
    return drawing.done()
