"""How documents print amounts and shares: one unit a table, exact to the digit shown, a true minus sign."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from yunchou.calc.text import Lang

MINUS = "−"
MISSING = "–"
WAN_MINOR = 1_000_000  # 万元 in 分
YI_MINOR = 10_000_000_000  # 亿元 in 分


def _plain(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def wan(minor: int | None, places: int = 1) -> str:
    """Return an amount in 万元 without its unit; the unit stands in the header."""
    return MISSING if minor is None else _plain(Decimal(int(minor)) / WAN_MINOR, places)


def percent(share: float | None, places: int = 1) -> str:
    """Return a share (0…1) as a percentage."""
    return MISSING if share is None else f"{_plain(Decimal(repr(float(share))) * 100, places)}%"


def signed_percent(share: float | None, places: int = 1) -> str:
    """Return a change (0…1) as a percentage with its sign."""
    text = percent(share, places)
    return f"+{text}" if share is not None and share > 0 else text


def growth(now_minor: int, before_minor: int) -> float | None:
    """Return the relative change, or None where there was nothing (or less) before."""
    return now_minor / before_minor - 1 if before_minor > 0 else None


def odds(probability: float, lang: Lang) -> str:
    """Return a probability as a director says it: 六成把握, or a whole percentage between two tenths."""
    whole = (Decimal(repr(float(probability))) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if lang == "en":
        return f"{whole}%"
    if whole % 10 == 0 and 0 < whole < 100:
        return "一二三四五六七八九"[int(whole) // 10 - 1] + "成"
    return f"{whole}%"


def amount(minor: int, currency: str, lang: Lang) -> str:
    """Return an amount in a sentence, in the largest unit that keeps three digits: 1.86 亿元, CNY 186.0 million."""
    size = abs(minor)
    if lang == "en":
        if size >= 100_000_000:
            return f"{currency} {_plain(Decimal(minor) / 100_000_000, 1 if size < YI_MINOR * 100 else 0)} million"
        return f"{currency} {_plain(Decimal(minor) / 100, 0)}"
    unit = "元" if currency == "CNY" else f" {currency}"
    if size >= YI_MINOR:
        return f"{_plain(Decimal(minor) / YI_MINOR, 2)} 亿{unit}"
    if size >= WAN_MINOR:
        return f"{_plain(Decimal(minor) / WAN_MINOR, 1)} 万{unit}"
    return f"{_plain(Decimal(minor) / 100, 0)} {unit.strip()}"


def sentence(text: str) -> str:
    """Return a warning as a sentence of its own: it begins with a capital."""
    return text[:1].upper() + text[1:]
