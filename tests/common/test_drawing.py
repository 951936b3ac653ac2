from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.common.drawing import Drawing, ends_of, place, spread, ticks

AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)


@given(AMOUNTS, st.integers(min_value=10, max_value=10**15), st.integers(min_value=2, max_value=8))
def test_ticks_are_round_evenly_spaced_and_within_the_range(low: int, width: int, wanted: int) -> None:
    found = ticks(low, low + width, wanted)
    steps = {after - before for before, after in pairwise(found)}
    assert all(low <= tick <= low + width for tick in found)
    assert len(steps) <= 1
    assert all(str(step).rstrip("0") in {"1", "2", "5"} for step in steps)
    assert abs(len(found) - wanted) <= wanted


def test_ticks_of_a_year_read_as_a_person_would_write_them() -> None:
    assert ticks(0, 18_600, 4) == [0, 5_000, 10_000, 15_000]
    assert ticks(15_000, 22_500, 4) == [16_000, 18_000, 20_000, 22_000]


def test_ticks_of_a_range_without_width_are_its_only_value() -> None:
    assert ticks(7, 7, 4) == [7]


@given(st.lists(st.floats(min_value=0, max_value=200), min_size=1, max_size=8))
def test_spread_keeps_the_order_and_the_gap(positions: list[float]) -> None:
    found = spread(positions, 10, 0, 200)
    order = sorted(range(len(positions)), key=lambda at: positions[at])
    placed = [found[at] for at in order]
    assert all(after - before >= 10 - 1e-9 for before, after in pairwise(placed))
    assert all(-1e-9 <= at <= 200 + 1e-9 for at in placed)


def test_spread_leaves_alone_what_already_fits() -> None:
    assert spread([50.0, 10.0, 90.0], 10, 0, 100) == [50.0, 10.0, 90.0]


def test_place_writes_no_needless_digits() -> None:
    assert [place(value) for value in (12.0, 12.34, -0.5)] == ["12", "12.3", "-0.5"]


def test_words_are_as_wide_as_their_letters() -> None:
    assert ends_of("目标 18") == pytest.approx(12 * 2 + 7.2 * 3, abs=1e-9)


def test_drawing_escapes_every_word_it_is_given() -> None:
    drawing = Drawing(10, 10, "wide", '<b>"&')
    drawing.open_link('/why/"><script>', "<i>'")
    drawing.text("<script>alert(1)</script>", 1, 2)
    drawing.close_link()
    text = drawing.done()
    assert "<script" not in text
    assert "<b>" not in text
    assert "<i>" not in text
    assert text.count('"') % 2 == 0


def test_drawing_shows_a_box_that_has_no_height() -> None:
    drawing = Drawing(10, 10, "wide", "x")
    drawing.rect("ahead", 0, 0, 5, 0)
    assert 'height="1"' in drawing.done()
