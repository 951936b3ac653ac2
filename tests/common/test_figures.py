from yunchou.common.figures import Figures, Shown

FIGURES = Figures("wan", "/planning/why/")


def test_amount_is_shown_in_the_unit_meant_to_the_cent_and_explained_at_its_address() -> None:
    assert FIGURES.show("target:r3", 1_234_567_890, "minor") == Shown("1,234.6", "12,345,678.90", "/planning/why/target:r3/")


def test_share_is_shown_with_one_decimal_and_meant_with_four() -> None:
    assert FIGURES.show("attainment", 583_333, "ppm") == Shown("58.3%", "58.3333%", "/planning/why/attainment/")


def test_probability_has_no_more_digits_than_a_count_of_paths_and_is_never_0_or_100_percent() -> None:
    found = [FIGURES.show("probability", value, "chance") for value in (0, 999, 4_200, 561_000, 1_000_000)]
    assert [shown.text for shown in found] == ["<0.1%", "<0.1%", "0.4%", "56%", ">99.9%"]
    assert found[3] == Shown("56%", "", "/planning/why/probability/")


def test_rows_are_counted() -> None:
    assert FIGURES.show("rows_changed", 48_210, "rows") == Shown("48,210", "", "/planning/why/rows_changed/")


def test_missing_is_a_dash_that_leads_nowhere_whatever_it_measures() -> None:
    nothing = Shown("–", "", "")
    assert [FIGURES.show("x", None, measure) for measure in ("minor", "ppm", "chance", "rows")] == [nothing] * 4  # type: ignore[arg-type]
    assert [FIGURES.difference("x", None, measure) for measure in ("minor", "ppm", "chance", "rows")] == [nothing] * 4  # type: ignore[arg-type]
    assert (FIGURES.headline("x", None), FIGURES.headline_difference("x", None)) == (nothing, nothing)


def test_difference_has_a_sign_and_a_tone() -> None:
    found = [FIGURES.difference("x", value, "ppm") for value in (21_000, -21_000, 0)]
    assert [(shown.text, shown.tone) for shown in found] == [("+2.1%", "ahead"), ("−2.1%", "behind"), ("0.0%", "")]


def test_headline_drops_decimals_of_large_amounts() -> None:
    assert FIGURES.headline("x", 18_653_413_900).text == "18,653"
    assert FIGURES.headline_difference("x", -243_800_000).text == "−243.8"


def test_key_is_quoted_in_its_address() -> None:
    assert FIGURES.address('a/"b') == "/planning/why/a%2F%22b/"
