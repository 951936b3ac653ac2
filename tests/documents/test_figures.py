from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.documents.figures import amount, growth, odds, percent, sentence, signed_percent, wan


@given(st.integers(-(10**17), 10**17))
def test_wan_is_the_amount_rounded_half_up_in_ten_thousands(minor):
    shown = Fraction(wan(minor).replace(",", "").replace("−", "-"))
    assert abs(shown - Fraction(minor, 1_000_000)) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("minor", "shown"), [(0, "0.0"), (1_234_567_890, "1,234.6"), (-350_000_000, "−350.0"), (50_000, "0.1"), (-40_000, "0.0"), (None, "–")]
)
def test_wan_shows_known_amounts(minor, shown):
    assert wan(minor) == shown


def test_signed_figures_carry_their_sign():
    assert [signed_percent(0.148), signed_percent(-0.021), signed_percent(None)] == ["+14.8%", "−2.1%", "–"]


def test_percent_rounds_half_up_in_decimal_not_in_binary():
    assert percent(0.0125, 1) == "1.3%"
    assert percent(1.005, 1) == "100.5%"


@pytest.mark.parametrize(
    ("p", "zh", "en"),
    [
        (0.6, "六成", "60%"),
        (0.55, "55%", "55%"),
        (0.9, "九成", "90%"),
        (1.0, "超过 99.9%", "more than 99.9%"),
        (0.0, "不到 0.1%", "less than 0.1%"),
    ],
)
def test_odds_are_said_in_tenths_where_they_are_tenths(p, zh, en):
    assert (odds(p, "zh"), odds(p, "en")) == (zh, en)


def test_amount_uses_the_unit_a_speaker_would():
    assert amount(18_600_000_000, "CNY", "zh") == "1.86 亿元"
    assert amount(1_160_000_000, "CNY", "zh") == "1,160.0 万元"
    assert amount(99_900, "CNY", "zh") == "999 元"
    assert amount(18_600_000_000, "USD", "zh") == "1.86 亿 USD"
    assert amount(18_600_000_000, "USD", "en") == "USD 186.0 million"


def test_growth_has_no_answer_without_a_year_before():
    assert growth(5, 0) is None
    assert growth(110, 100) == pytest.approx(0.1, abs=1e-12)


def test_sentence_begins_with_a_capital_and_keeps_the_rest():
    assert [sentence(words) for words in ("not testable: CNY 5", "历史只有 5 个月", "")] == ["Not testable: CNY 5", "历史只有 5 个月", ""]
