"""Values of a settings file, read strictly: exact decimals, shares that cannot be misread, known names only."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text

_FEW = 8


def nearest(word: str, known: Collection[str]) -> str:
    """Return the known word closest to ``word``, or the first few of them when none is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    if close:
        return close[0]
    words = sorted(known)
    return "、".join(words[:_FEW]) + (" …" if len(words) > _FEW else "")


def refuse(place: str, zh: str, en: str) -> BadInput:
    """Return the refusal of what stands at ``place`` of the settings."""
    return BadInput(Text(f"设置 {place}：{zh}", f"settings, {place}: {en}"))


def unknown(place: str, word: str, known: Collection[str]) -> BadInput:
    """Return the refusal of a word that is not known, with the nearest that is."""
    near = nearest(word, known)
    return refuse(place, f"不认识“{word}”，最接近的是 {near}", f"unknown “{word}”; the nearest known is {near}")


def mapping(value: Any, place: str, known: Collection[str], needed: Collection[str] = ()) -> Mapping[str, Any]:
    """Return a mapping whose keys are all known and which has what is needed; an empty entry is an empty mapping."""
    if value is None:
        value = {}
    if not isinstance(value, Mapping):
        raise refuse(place, "应是“键: 值”的一组", "a group of `key: value` is expected")
    for key in value:
        if not isinstance(key, str) or (known and key not in known):
            raise unknown(place, str(key), known)
    for key in needed:
        if value.get(key) is None:
            raise refuse(place, f"缺少 {key}", f"{key} is missing")
    return value


def sequence(value: Any, place: str) -> Sequence[Any]:
    """Return a list; an empty entry is an empty list."""
    if value is None:
        return []
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise refuse(place, "应是一个列表", "a list is expected")
    return value


def words(value: Any, place: str) -> tuple[str, ...]:
    """Return a list of words; a single word is a list of one."""
    items = [value] if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else sequence(value, place)
    if not items:
        raise refuse(place, "列表是空的", "the list is empty")
    return tuple(word(item, place) for item in items)


def word(value: Any, place: str) -> str:
    """Return one word that is not empty; a bare number is taken as it is written."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or not str(value).strip():
        raise refuse(place, "应是一个不空的词", "a word that is not empty is expected")
    return str(value).strip()


def whole(value: Any, place: str, low: int, high: int) -> int:
    """Return a whole number between ``low`` and ``high``, both included."""
    number = decimal(value, place)
    if number != number.to_integral_value() or not low <= number <= high:
        raise refuse(place, f"应是 {low} 到 {high} 的整数", f"a whole number from {low} to {high} is expected")
    return int(number)


def decimal(value: Any, place: str) -> Decimal:
    """Return an exact decimal; a float is taken as it is printed."""
    if not isinstance(value, bool) and isinstance(value, int | float | Decimal | str):
        try:
            number = Decimal(unicodedata.normalize("NFKC", str(value)).strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise refuse(place, f"“{value}”不是数", f"“{value}” is not a number")


def share(value: Any, place: str, *, low: Decimal = Decimal(0), high: Decimal | None = None) -> Decimal:
    """Return a share written as ``0.15`` or ``"15%"``; a bare number above 1 is refused, naming both readings.

    Source: own.
    """
    # full-width digits and percent signs are what a Chinese keyboard gives
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    if text.endswith("%"):
        number = decimal(text[:-1], place) / 100
    else:
        number = decimal(value, place)
        if abs(number) > 1:
            raise refuse(
                place,
                f'{number} 可以读作 {number}% 或 {number * 100:f}%，请写成 "{number}%" 或 "{number * 100:f}%"',
                f'{number} can be read as {number} % or as {number * 100:f} %; write "{number}%" or "{number * 100:f}%"',
            )
    if number < low or (high is not None and number > high):
        bounds = f"{low * 100:f}%…{'' if high is None else f'{high * 100:f}%'}"
        raise refuse(place, f"{number * 100:f}% 不在 {bounds} 之内", f"{number * 100:f} % is outside {bounds}")
    return number


def probability(value: Any, place: str) -> Decimal:
    """Return a probability between 0 and 1, both included."""
    return share(value, place, high=Decimal(1))


def chance(value: Any, place: str) -> Decimal:
    """Return a probability that a target can be asked for: above 0 and below 1.

    Source: own.
    """
    asked = probability(value, place)
    if not 0 < asked < 1:
        raise refuse(place, "应在 0 与 1 之间（不含）", "must lie between 0 and 1, neither of them")
    return asked


def month(value: Any, place: str) -> date:
    """Return the first day of a month written as ``2017-04`` (a whole date is taken by its month)."""
    if isinstance(value, date):
        return date(value.year, value.month, 1)
    try:
        return date.fromisoformat(f"{str(value).strip()[:7]}-01")
    except ValueError:
        raise refuse(place, f'“{value}”不是月份，请写成 "2017-04"', f'“{value}” is no month; write "2017-04"') from None
