"""How documents print amounts and shares: one unit a table, exact to the digit shown, a true minus sign."""

from decimal import Decimal

from yunchou.calc import wording
from yunchou.calc.text import Lang
from yunchou.calc.wording import WAN_MINOR, amount, chance

__all__ = ["amount", "chance", "growth", "odds", "percent", "sentence", "signed_percent", "sure", "wan"]

MISSING = "–"


def wan(minor: int | None, places: int = 1) -> str:
    """Return an amount in 万元 without its unit; the unit stands in the header."""
    return MISSING if minor is None else wording.plain(Decimal(int(minor)) / WAN_MINOR, places)


def percent(share: float | None, places: int = 1) -> str:
    """Return a share (0…1) as a percentage."""
    return MISSING if share is None else wording.percent(share, places)


def signed_percent(share: float | None, places: int = 1) -> str:
    """Return a change (0…1) as a percentage with its sign."""
    text = percent(share, places)
    return f"+{text}" if share is not None and share > 0 else text


def growth(now_minor: int, before_minor: int) -> float | None:
    """Return the relative change, or None where there was nothing (or less) before."""
    return now_minor / before_minor - 1 if before_minor > 0 else None


def odds(probability: float, lang: Lang) -> str:
    """Return a probability as a director says it: 六成, or a whole percentage between two tenths."""
    return wording.odds(probability).told(lang)


def sure(probability: float, lang: Lang) -> str:
    """Return a probability as the end of a sentence on a target: 有六成把握, 把握不到 0.1%; in English after “has”."""
    said = odds(probability, lang)
    if lang == "en":
        return said
    if said[0] in "不超":
        return f"把握{said}"
    return f"有 {said} 把握" if said.endswith("%") else f"有{said}把握"


def sentence(text: str) -> str:
    """Return a warning as a sentence of its own: it begins with a capital."""
    return text[:1].upper() + text[1:]
