"""Money at the edge: whole minor units (分) in, the words and figures a person reads out.

All arithmetic is on whole numbers and rounds half away from zero, as an accountant does; a figure shown is
always the nearest one of its unit to the exact amount, whatever the size.
"""

from typing import Final, Literal

from yunchou.calc.wording import chance

Unit = Literal["yuan", "thousand", "wan", "million", "yi"]
UNITS: Final[tuple[Unit, ...]] = ("yuan", "thousand", "wan", "million", "yi")

MINUS: Final = "−"
MISSING: Final = "–"

_MINOR_PER_UNIT: Final[dict[Unit, int]] = {"yuan": 100, "thousand": 10**5, "wan": 10**6, "million": 10**8, "yi": 10**10}
_DECIMALS: Final[dict[Unit, int]] = {"yuan": 0, "thousand": 0, "wan": 1, "million": 1, "yi": 3}


def rounded(numerator: int, denominator: int) -> int:
    """Return the whole number nearest to a fraction; a half goes away from zero.

    Raises:
        ZeroDivisionError: The denominator is zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def fixed(numerator: int, denominator: int, decimals: int) -> str:
    """Return a fraction with so many decimals, thousands separators and a true minus sign."""
    scaled = rounded(numerator * 10**decimals, denominator)
    whole, part = divmod(abs(scaled), 10**decimals)
    text = f"{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")
    return f"{MINUS}{text}" if scaled < 0 else text


def amount(minor: int | None, unit: Unit) -> str:
    """Return an amount in a unit: ``–`` for missing, ``0`` for zero; what only rounds to zero keeps its decimals."""
    if minor is None:
        return MISSING
    return fixed(minor, _MINOR_PER_UNIT[unit], _DECIMALS[unit]) if minor else "0"


def signed_amount(minor: int | None, unit: Unit) -> str:
    """Return a difference in a unit, always with its sign unless it is zero."""
    return _signed(amount(minor, unit))


def brief(minor: int | None, unit: Unit) -> str:
    """Return an amount as a chart or a headline figure shows it: from a thousand units on without decimals."""
    if minor is None or abs(minor) < 1000 * _MINOR_PER_UNIT[unit]:
        return amount(minor, unit)
    return fixed(minor, _MINOR_PER_UNIT[unit], 0)


def signed_brief(minor: int | None, unit: Unit) -> str:
    """Return a difference as a chart or a headline figure shows it."""
    return _signed(brief(minor, unit))


def exact(minor: int | None) -> str:
    """Return an amount in 元 to the 分, as shown on hover and copied."""
    return MISSING if minor is None else fixed(minor, 100, 2)


def compact(minor: int, lang: str) -> str:
    """Return an amount for a sentence, in the unit that fits its size: ``1.86 亿元``, ``CNY 186m``."""
    steps = (
        [(10**10, 2, "{} 亿元"), (10**6, 0, "{} 万元"), (100, 0, "{} 元")]
        if lang.startswith("zh")
        else [(10**11, 2, "CNY {}bn"), (10**8, 1, "CNY {}m"), (10**5, 0, "CNY {}k"), (100, 0, "CNY {}")]
    )
    for at, (size, decimals, words) in enumerate(steps):
        if abs(minor) >= size or at == len(steps) - 1:
            return words.format(fixed(minor, size, decimals))
    raise AssertionError(minor)


def ppm_percent(ppm: int | None) -> str:
    """Return a share stated in parts per million as a percentage with one decimal."""
    return MISSING if ppm is None else fixed(ppm, 10_000, 1) + "%"


def ppm_chance(ppm: int | None) -> str:
    """Return a probability stated in parts per million as every page, workbook and report prints it: never 0 % or 100 %."""
    return MISSING if ppm is None else chance(ppm / 1_000_000)


def signed_points(ppm: int) -> str:
    """Return a difference of two shares (parts per million) in percentage points, with sign, one decimal."""
    return _signed(fixed(ppm, 10_000, 1))


def _signed(text: str) -> str:
    """Put a plus before a figure that is above zero."""
    positive = text not in {MISSING, "0"} and not text.startswith(MINUS) and any(mark in "123456789" for mark in text)
    return f"+{text}" if positive else text
