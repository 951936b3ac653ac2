from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.tables.amounts import MOST_DECIMALS, MOST_WHOLE_DIGITS, parse_amount, read_amounts

FULL_WIDTH = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")

# Every way of writing an amount that is 10^power times what its digits say.
STYLES = {
    "plain": lambda digits: (digits, 0),
    "grouped": lambda digits: (grouped(digits), 0),
    "yuan sign": lambda digits: (f"￥{digits}", 0),
    "yuan sign, grouped": lambda digits: (f"¥ {grouped(digits)}", 0),
    "yuan after": lambda digits: (f"{digits}元", 0),
    "code before": lambda digits: (f"RMB {grouped(digits)}", 0),
    "ten thousands": lambda digits: (f"{digits}万", 4),
    "ten thousand yuan": lambda digits: (f"￥{digits}万元", 4),
    "hundred millions": lambda digits: (f"{digits} 亿", 8),
    "full width": lambda digits: (grouped(digits).translate(FULL_WIDTH), 0),
    "blanks around": lambda digits: (f"\u00a0 {digits}\u3000", 0),
    "exponent": lambda digits: (f"{digits}E+3", 3),
}
SIGNS = {
    "minus": lambda text: f"-{text}",
    "true minus": lambda text: f"−{text}",
    "dash": lambda text: f"–{text}",
    "full-width minus": lambda text: f"－{text}",
    "brackets": lambda text: f"({text})",
    "full-width brackets": lambda text: f"（{text}）",
    "minus after": lambda text: f"{text}-",
}
amounts = st.decimals(min_value=0, max_value=9_999_999, places=2, allow_nan=False, allow_infinity=False)


def grouped(digits):
    whole, point, decimals = digits.partition(".")
    return f"{int(whole):,}{point}{decimals}"


@given(amount=amounts, style=st.sampled_from(sorted(STYLES)), sign=st.sampled_from(["", *SIGNS]))
def test_parse_amount_reads_every_style_back_exactly(amount, style, sign):
    text, power = STYLES[style](format(amount, "f"))
    written, expected = (SIGNS[sign](text), -amount) if sign else (text, amount)
    assert parse_amount(written).value == expected.scaleb(power)


@given(amount=st.lists(st.tuples(amounts, st.sampled_from(sorted(STYLES)), st.booleans()), min_size=1, max_size=30))
def test_read_amounts_reads_a_column_of_mixed_styles_as_each_text_alone(amount):
    written = [SIGNS["minus"](text) if minus else text for value, style, minus in amount for text in [STYLES[style](format(value, "f"))[0]]]
    column = read_amounts(pl.Series(written))
    assert column.values.to_list() == [parse_amount(text).value for text in written]
    assert column.reasons.null_count() == len(written)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "amount_not_a_number"),
        ("-", "amount_not_a_number"),
        ("1,23", "amount_not_a_number"),
        ("1.2.3", "amount_not_a_number"),
        ("--5", "amount_not_a_number"),
        ("(-5)", "amount_not_a_number"),
        ("(5", "amount_not_a_number"),
        ("NaN", "amount_not_a_number"),
        ("1_000", "amount_not_a_number"),
        ("①", "amount_not_a_number"),
        ("$5元", "amount_not_a_number"),
        ("15%", "amount_is_percentage"),
        ("１５％", "amount_is_percentage"),
        ("1" + "0" * MOST_WHOLE_DIGITS, "amount_out_of_range"),
        ("0." + "0" * MOST_DECIMALS + "1", "amount_out_of_range"),
        ("1e99", "amount_out_of_range"),
        ("9" * 5000, "amount_out_of_range"),
    ],
)
def test_parse_amount_says_why_a_text_is_no_amount(text, reason):
    assert parse_amount(text) == (None, None, reason)
    assert read_amounts(pl.Series(["1,234.5", text])).reasons.to_list() == [None, reason]


def test_read_amounts_keeps_all_decimals_and_one_scale():
    column = read_amounts(pl.Series(["125.43999999999998", "1.50", "-7"]))
    assert column.values.to_list() == [Decimal("125.43999999999998"), Decimal("1.5"), Decimal(-7)]
    assert column.values.dtype == pl.Decimal(38, 14)


def test_read_amounts_calls_empty_cells_empty():
    assert read_amounts(pl.Series(["1", None, "", " "])).reasons.to_list() == [None, "amount_empty", "amount_empty", "amount_empty"]


def test_read_amounts_learns_the_decimal_comma_from_the_whole_column():
    assert read_amounts(pl.Series(["12,5", "1.234", "1.234,56"])).values.to_list() == [Decimal("12.5"), Decimal(1234), Decimal("1234.56")]


def test_read_amounts_takes_one_odd_comma_for_a_slip_not_for_a_decimal_mark():
    column = read_amounts(pl.Series(["1,234", "5,678", "1,23"]))
    assert column.values.to_list() == [Decimal(1234), Decimal(5678), None]


def test_read_amounts_never_adds_currencies_together():
    column = read_amounts(pl.Series(["￥5", "6元", "7", "$8", "€9"]))
    assert column.reasons.to_list() == [None, None, None, "amount_other_currency", "amount_other_currency"]


def test_read_amounts_of_an_empty_column_is_empty():
    assert read_amounts(pl.Series([], dtype=pl.String)).values.len() == 0


def test_read_amounts_in_a_table_of_ten_thousands_takes_only_that_unit():
    column = read_amounts(pl.Series(["12.5", "￥1.2万", "3万元", "￥7", "99元", "1亿"]), 10_000)
    assert column.values.to_list() == [Decimal("12.5"), Decimal("1.2"), Decimal(3), Decimal(7), None, None]
    assert column.reasons.to_list() == [None, None, None, None, "amount_in_other_unit", "amount_in_other_unit"]
