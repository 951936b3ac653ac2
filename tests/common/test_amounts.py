from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.common import amounts
from yunchou.common.amounts import UNITS, Unit

MINOR = st.integers(min_value=-(10**18), max_value=10**18)
DECIMALS = {"yuan": 0, "thousand": 0, "wan": 1, "million": 1, "yi": 3}
SIZES = {"yuan": 100, "thousand": 10**5, "wan": 10**6, "million": 10**8, "yi": 10**10}


def value(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(amounts.MINUS, "-").replace("+", ""))


@given(MINOR, st.sampled_from(UNITS))
def test_amount_is_the_exact_amount_rounded_half_away_from_zero(minor: int, unit: Unit) -> None:
    want = (Decimal(minor) / SIZES[unit]).quantize(Decimal(1).scaleb(-DECIMALS[unit]), rounding=ROUND_HALF_UP)
    assert value(amounts.amount(minor, unit)) == want


@given(MINOR)
def test_exact_gives_back_every_minor_unit(minor: int) -> None:
    assert value(amounts.exact(minor)) * 100 == minor


@given(MINOR, st.sampled_from(UNITS))
def test_amount_of_the_opposite_differs_only_in_the_sign(minor: int, unit: Unit) -> None:
    assert value(amounts.amount(-minor, unit)) == -value(amounts.amount(minor, unit))


@pytest.mark.parametrize(
    ("minor", "unit", "text"),
    [
        (None, "wan", "–"),
        (0, "wan", "0"),
        (4_000_000, "yi", "0.000"),
        (1_860_000_0000_00, "wan", "1,860,000.0"),
        (-612_550_000, "wan", "−612.6"),
        (18_600_000_000, "yi", "1.860"),
        (12_345_650, "yuan", "123,457"),
    ],
)
def test_amount_reads_as_a_person_writes_it(minor: int | None, unit: Unit, text: str) -> None:
    assert amounts.amount(minor, unit) == text


@pytest.mark.parametrize(("minor", "text"), [(1, "0.0"), (0, "0"), (None, "–"), (5_000_000, "+5.0"), (-5_000_000, "−5.0")])
def test_signed_amount_has_its_sign_unless_it_shows_as_zero(minor: int | None, text: str) -> None:
    assert amounts.signed_amount(minor, "wan") == text


@pytest.mark.parametrize(
    ("minor", "lang", "text"),
    [
        (18_600_000_000, "zh-hans", "1.86 亿元"),
        (18_600_000_000, "en", "CNY 186.0m"),
        (1_234_567_800, "zh-hans", "1,235 万元"),
        (1_234_567_800, "en", "CNY 12.3m"),
        (99_900, "zh-hans", "999 元"),
        (99_900, "en", "CNY 999"),
        (-4_500_000, "en", "CNY −45k"),
        (0, "zh-hans", "0 元"),
    ],
)
def test_compact_takes_the_unit_that_fits_the_size(minor: int, lang: str, text: str) -> None:
    assert amounts.compact(minor, lang) == text


@pytest.mark.parametrize(("ppm", "text"), [(583_000, "58.3%"), (0, "0.0%"), (None, "–"), (1_000_050, "100.0%")])
def test_ppm_percent_shows_one_decimal(ppm: int | None, text: str) -> None:
    assert amounts.ppm_percent(ppm) == text


@pytest.mark.parametrize(("ppm", "text"), [(583_000, "58%"), (0, "<0.1%"), (None, "–"), (999_999, ">99.9%")])
def test_ppm_chance_is_the_chance_of_every_document(ppm: int | None, text: str) -> None:
    assert amounts.ppm_chance(ppm) == text


@pytest.mark.parametrize(("ppm", "text"), [(-21_000, "−2.1"), (21_000, "+2.1"), (0, "0.0"), (400, "0.0")])
def test_signed_points_shows_one_decimal_and_a_sign(ppm: int, text: str) -> None:
    assert amounts.signed_points(ppm) == text


def test_rounded_refuses_a_zero_denominator() -> None:
    with pytest.raises(ZeroDivisionError):
        amounts.rounded(1, 0)


@pytest.mark.parametrize(
    ("minor", "text"),
    [(999_950_000, "1,000.0"), (1_000_000_000, "1,000"), (-1_234_560_000, "−1,235"), (None, "–"), (0, "0"), (1_500_000, "1.5")],
)
def test_brief_drops_the_decimals_from_a_thousand_units_on(minor: int | None, text: str) -> None:
    assert amounts.brief(minor, "wan") == text


def test_signed_brief_has_its_sign() -> None:
    assert [amounts.signed_brief(minor, "wan") for minor in (11_600_000_000, -4_200_000, 0)] == ["+11,600", "−4.2", "0"]
