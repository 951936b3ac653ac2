"""How sentences print money and probabilities: a unit a reader keeps in mind, a true minus, never a chance of nought."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from yunchou.calc.text import Lang, Text

MINUS = "−"
RARE = 0.001
WAN_MINOR = 1_000_000  # 万元 in 分
YI_MINOR = 10_000_000_000  # 亿元 in 分
_MILLION_MINOR = 100_000_000


def plain(value: Decimal, places: int) -> str:
    """Return a figure with grouped digits, rounded half up."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def amount(minor: int, currency: str, lang: Lang) -> str:
    """Return an amount in a sentence, in the largest unit that keeps three digits: 1.86 亿元, CNY 186.0 million.

    Source: own.
    """
    size = abs(minor)
    if lang == "en":
        if size >= _MILLION_MINOR:
            return f"{currency} {plain(Decimal(minor) / _MILLION_MINOR, 1 if size < YI_MINOR * 100 else 0)} million"
        return f"{currency} {plain(Decimal(minor) / 100, 0)}"
    unit = "元" if currency == "CNY" else f" {currency}"
    if size >= YI_MINOR:
        return f"{plain(Decimal(minor) / YI_MINOR, 2)} 亿{unit}"
    if size >= WAN_MINOR:
        return f"{plain(Decimal(minor) / WAN_MINOR, 1)} 万{unit}"
    return f"{plain(Decimal(minor) / 100, 0)} {unit.strip()}"


def money(minor: int, currency: str) -> Text:
    """Return an amount in both languages."""
    return Text(amount(minor, currency, "zh"), amount(minor, currency, "en"))


def percent(share: float, places: int = 1) -> str:
    """Return a share (0…1) as a percentage.

    Source: own.
    """
    return f"{plain(Decimal(repr(float(share))) * 100, places)}%"


def chance(probability: float) -> str:
    """Return a probability as tables print it: whole percents, a decimal near the ends, ``<0.1%`` and ``>99.9%`` beyond.

    A count of paths cannot tell never from hardly ever, so neither 0 % nor 100 % is ever said.

    Source: own.
    """
    if probability < RARE:
        return "<0.1%"
    if probability > 1 - RARE:
        return ">99.9%"
    near_an_end = min(probability, 1 - probability) < 0.01
    return percent(probability, 1 if near_an_end else 0)


def beside(words: str) -> str:
    """Return words as they follow Chinese ones: a figure stands apart (76%), 六成 does not."""
    return f" {words}" if words[:1].isdigit() else words


def odds(probability: float) -> Text:
    """Return a probability as a director says it: 六成, a percentage between two tenths, 不到 0.1% where it is next to nothing.

    Source: own.
    """
    said = chance(probability)
    if said.startswith("<"):
        return Text("不到 0.1%", "less than 0.1%")
    if said.startswith(">"):
        return Text("超过 99.9%", "more than 99.9%")
    whole = (Decimal(repr(float(probability))) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if "." in said:
        return Text(said, said)
    return Text("一二三四五六七八九"[int(whole) // 10 - 1] + "成" if whole % 10 == 0 else f"{whole}%", f"{whole}%")
