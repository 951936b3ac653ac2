"""The design tokens: the one place of colours and sizes, readable in both themes."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src" / "yunchou" / "site" / "static" / "site"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
SIZES = {"12px", "13px", "14px", "16px", "20px", "28px"}


def block(selector: str) -> dict[str, str]:
    found = re.search(rf"{re.escape(selector)} \{{(.*?)\}}", TOKENS, re.DOTALL)
    assert found is not None
    return dict(re.findall(r"(--[a-z0-9-]+): ([^;]+);", found[1]))


LIGHT = block(":root")
DARK = {**LIGHT, **block(':root[data-theme="dark"]')}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, "contrast ratio"."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0, abs=1e-9)


def test_dark_colours_are_the_same_by_choice_and_by_the_systems_wish() -> None:
    assert block('  :root[data-theme="system"]') == block(':root[data-theme="dark"]')


def test_page_is_printed_light() -> None:
    for theme in ("system", "dark"):
        before = TOKENS[: TOKENS.index(f':root[data-theme="{theme}"]')]
        assert before[before.rindex("@media") :].startswith("@media screen")


WORDS = [
    *(
        (ink, ground)
        for ink in ("--ink", "--ink-2", "--ink-3", "--accent", "--ahead", "--behind", "--fault")
        for ground in ("--paper", "--ground")
    ),
    ("--accent", "--accent-soft"),
    ("--ahead", "--ahead-soft"),
    ("--behind", "--behind-soft"),
    ("--fault", "--fault-soft"),
    ("--ink", "--behind-soft"),
    ("--ink-2", "--past-soft"),
    ("--on-accent", "--accent"),
]
MARKS = [(mark, "--paper") for mark in ("--past", "--ahead-mark", "--behind-mark", "--field", *(f"--c{number}" for number in range(1, 9)))]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_can_be_told_from_the_paper(theme: dict[str, str], mark: str, ground: str) -> None:
    assert contrast(theme[mark], theme[ground]) >= 3.0


@pytest.mark.parametrize("name", ["shell.css", "plan.css"])
def test_style_sheets_take_colours_and_sizes_from_the_tokens(name: str) -> None:
    text = re.sub(r"@media[^{]*", "", (STATIC / name).read_text(encoding="utf-8"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|rgb\(|hsl\(", text) == []
    assert re.findall(r"(?<![\w-])(?!3px)\d+px", text) == []
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", text)) <= LIGHT.keys()


def test_type_sizes_are_the_six_of_the_design() -> None:
    assert {size for name, size in LIGHT.items() if name.startswith("--t-")} == SIZES
