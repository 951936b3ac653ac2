"""Amounts as people write them, read back exactly."""

import re
from collections import Counter
from decimal import Decimal, localcontext
from typing import Literal, NamedTuple

import polars as pl

from yunchou.tables.characters import to_half_width

DecimalMark = Literal[".", ","]

MOST_WHOLE_DIGITS = 15
MOST_DECIMALS = 20

_UNITS = {
    "": 0,
    "十": 1,
    "百": 2,
    "千": 3,
    "k": 3,
    "万": 4,
    "w": 4,
    "十万": 5,
    "百万": 6,
    "m": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
}
_CURRENCY_MARKS = {
    "CNY": ("¥", "rmb", "rmb¥", "cn¥", "cny", "人民币", "元", "圆", "块", "元整"),
    "USD": ("$", "us$", "usd", "美元"),
    "EUR": ("€", "eur", "欧元"),
    "GBP": ("£", "gbp", "英镑"),
    "HKD": ("hk$", "hkd", "港元", "港币"),
    "TWD": ("nt$", "twd", "新台币"),
    "JPY": ("jpy", "日元"),
}
_CURRENCIES = {mark: currency for currency, marks in _CURRENCY_MARKS.items() for mark in marks}
_YUAN_WORDS = {"元", "圆", "块", "元整"}
_BLANKS = re.compile(r"[\s\u200b\u2060\ufeff'’]+")
_MARK = "|".join(re.escape(mark) for mark in sorted(_CURRENCIES, key=len, reverse=True))
_UNIT = "|".join(sorted((unit for unit in _UNITS if unit), key=len, reverse=True))
_SHAPE = re.compile(
    rf"(?P<lead>[-+]?)(?P<before>{_MARK})?(?P<open>\()?(?P<within>{_MARK})?(?P<sign>[-+]?)"
    r"(?P<number>[0-9.,]*[0-9][0-9.,]*)(?:e(?P<power>[-+]?[0-9]{1,2}))?"
    rf"(?P<unit>{_UNIT})?(?P<after>{_MARK})?(?P<close>\))?(?P<trail>-)?(?P<last>{_MARK})?"
)
_NUMBER = {
    ".": re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.([0-9]*))?"),
    ",": re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]*)(?:,([0-9]*))?"),
}
# What whole columns are read by at once; anything else goes through ``parse_amount``, a distinct text at a time.
_CLEAN = rf"^-?[0-9]{{1,{MOST_WHOLE_DIGITS}}}(\.[0-9]{{1,{MOST_DECIMALS}}})?$"
_GROUPED = r"^-?[0-9]{1,3}(,[0-9]{3}){1,4}(\.[0-9]{1,20})?$"
_FOREIGN = "|".join(re.escape(mark) for mark, currency in _CURRENCIES.items() if currency != "CNY")
_YUAN = r"^[¥￥](-?[0-9][0-9,.]*)$|^(-?[0-9][0-9,.]*)元$"
# Shapes that only one of the two decimal marks explains; "1,234" and "1.234" say nothing.
_ONLY_COMMA = r"^[^.,]*[0-9]+,[0-9]{1,2}[^0-9.,]*$|[0-9]\.[0-9]{3},[0-9]+[^0-9.,]*$"
_ONLY_POINT = r"^[^.,]*[0-9]+\.([0-9]{1,2}|[0-9]{4,})[^0-9.,]*$|[0-9],[0-9]{3}\.[0-9]+[^0-9.,]*$"


class Amount(NamedTuple):
    """One amount read, or the reason why not; ``currency`` is None where the text names none."""

    value: Decimal | None
    currency: str | None = None
    reason: str | None = None


def _plain(text: str) -> str:
    return _BLANKS.sub("", to_half_width(text)).casefold()


def parse_amount(text: str, mark: DecimalMark = ".", unit: int = 1) -> Amount:
    """Read one amount exactly: ``1,234.50``, ``￥1.2万``, ``99元``, ``(300)``, ``300-``, full-width digits.

    Brackets and a minus on either side mean below zero; two of them at once are refused. ``万``, ``亿`` and their
    kin multiply. Nothing is rounded. ``unit`` is what the table states one of its amounts to be in currency units:
    in a table of 万元, ``1.2万`` is 1.2, and a text that names any other unit is refused.
    """
    plain = _plain(text)
    if plain.endswith(("%", "‰")):
        return Amount(None, reason="amount_is_percentage")
    shape = _SHAPE.fullmatch(plain)
    number = _NUMBER[mark].fullmatch(shape["number"]) if shape else None
    if shape is None or number is None or bool(shape["open"]) != bool(shape["close"]):
        return Amount(None, reason="amount_not_a_number")
    marks = {_CURRENCIES[shape[part]] for part in ("before", "within", "after", "last") if shape[part]}
    signs = [part for part in ("lead", "sign", "open", "trail") if shape[part]]
    if len(signs) > 1 or len(marks) > 1:
        return Amount(None, reason="amount_not_a_number")
    named = 10 ** _UNITS[shape["unit"]] if shape["unit"] else 1 if _YUAN_WORDS & {shape["after"], shape["last"]} else None
    if unit > 1 and named not in (None, unit):
        return Amount(None, reason="amount_in_other_unit")
    whole = (number[1] or "").replace(",", "").replace(".", "")
    power = int(shape["power"] or 0) + (_UNITS[shape["unit"] or ""] if unit == 1 else 0)
    if len(shape["number"]) + abs(power) > 60:
        return Amount(None, reason="amount_out_of_range")  # beyond it the arithmetic itself would round
    with localcontext(prec=130):
        value = Decimal(f"{whole or 0}.{number[2] or 0}").scaleb(power)
    below_zero = shape["open"] or shape["trail"] or "-" in (shape["lead"], shape["sign"])
    return _bounded(-value if below_zero else value, next(iter(marks), None))


def _bounded(value: Decimal, currency: str | None) -> Amount:
    text = _shortest(value)
    whole, _, decimals = text.lstrip("-").partition(".")
    if len(whole) > MOST_WHOLE_DIGITS or len(decimals) > MOST_DECIMALS:
        return Amount(None, currency, "amount_out_of_range")
    return Amount(Decimal(text), currency)


def _shortest(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Amounts(NamedTuple):
    """A column of amounts: exact values (null where refused) and the reasons (null where read)."""

    values: pl.Series
    reasons: pl.Series


def read_amounts(column: pl.Series, unit: int = 1) -> Amounts:
    """Read a column of texts as amounts of one scale, ``Decimal(38, scale)``; ``unit`` as in ``parse_amount``.

    The decimal mark is learnt from the whole column: a comma only where some text has no other reading
    (``12,5``) and none needs the point. Amounts in another currency than most of the column are refused:
    currencies are never added together.
    """
    texts = column.str.strip_chars()
    texts = texts.set(texts == "", None)
    mark = _decimal_mark(texts)
    plain = _without_yuan(texts) if mark == "." and unit == 1 else texts
    if mark == "." and plain.str.contains(_GROUPED).any():
        plain = pl.select(
            pl.when(plain.str.contains(_GROUPED)).then(plain.str.replace_all(",", "", literal=True)).otherwise(plain)
        ).to_series()
    clean = plain.str.contains(_CLEAN).fill_null(value=True) if mark == "." else texts.is_null()
    reasons = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, len(texts))
    if not clean.all():
        texts, reasons = _with_the_rest(texts, plain, clean, mark, unit)
    else:
        texts = plain
    decimals = texts.str.extract(r"\.([0-9]*[1-9])0*$").str.len_bytes().max()
    values = texts.cast(pl.Decimal(38, int(decimals) if isinstance(decimals, int) else 0))
    reasons = reasons.set(column.is_null() | (column.str.strip_chars() == ""), "amount_empty")
    return Amounts(values.alias("amount"), reasons)


def _decimal_mark(texts: pl.Series) -> DecimalMark:
    """Learn the mark: one ``1,23`` among many ``1,234`` is a slip of the pen, not another way of writing."""
    commas = texts.str.contains(_ONLY_COMMA).sum()
    if commas == 0 or texts.str.contains(_ONLY_POINT).any() or texts.str.contains(_GROUPED).sum() >= commas:
        return "."
    return ","


def _without_yuan(texts: pl.Series) -> pl.Series:
    """Take ``￥`` and ``元`` off the whole column at once, unless some text names another currency."""
    if not texts.str.contains(_YUAN).any() or texts.str.to_lowercase().str.contains(_FOREIGN).any():
        return texts
    return pl.select(pl.coalesce(texts.str.extract(_YUAN, 1), texts.str.extract(_YUAN, 2), texts)).to_series()


def _with_the_rest(texts: pl.Series, plain: pl.Series, clean: pl.Series, mark: DecimalMark, unit: int) -> tuple[pl.Series, pl.Series]:
    """Replace what is not clean by its plain form, and say why where there is none."""
    counted = texts.filter(~clean).value_counts(name="n")
    written = counted.to_series(0).to_list()
    read = [parse_amount(text, mark, unit) for text in written]
    currencies: Counter[str] = Counter()
    for amount, n in zip(read, counted["n"], strict=True):
        if amount.currency is not None and amount.reason is None:
            currencies[amount.currency] += n
    if len(currencies) > 1:
        own = max(sorted(currencies), key=currencies.__getitem__)
        other = Amount(None, reason="amount_other_currency")
        read = [amount if amount.currency in (None, own) or amount.reason else other for amount in read]
    shortest = [None if amount.value is None else _shortest(amount.value) for amount in read]
    table = pl.DataFrame(
        {"text": written, "shortest": shortest, "reason": [amount.reason for amount in read]},
        schema={"text": pl.String, "shortest": pl.String, "reason": pl.String},
    )
    joined = pl.DataFrame({"text": texts, "plain": plain, "clean": clean}).join(table, on="text", how="left", maintain_order="left")
    kept = pl.when(pl.col("clean")).then(pl.col("plain")).otherwise(pl.col("shortest"))
    return joined.select(kept).to_series(), joined["reason"]
