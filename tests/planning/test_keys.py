"""Keys of figures: one text for one figure, and no other text."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.planning.selectors.keys import NUMBERED, WHOLE, Key, Measure, Part, parse

SPANS = st.one_of(
    st.just((1, 12)),
    st.integers(1, 12).map(lambda month: (month, month)),
    st.integers(1, 4).map(lambda quarter: (quarter * 3 - 2, quarter * 3)),
    st.integers(1, 12).map(lambda month: (1, month)),
)


@given(
    st.sampled_from(get_args(Measure)),
    st.integers(0, 10**6),
    st.sampled_from(["", "star", "potential", "base", "unplanned"]),
    SPANS,
    st.integers(0, 999),
)
def test_key_reads_back_as_it_was_written(measure: Measure, region: int, tier: str, span: tuple[int, int], number: int) -> None:
    key = Key(measure, Part(region, tier, *span), number if measure in NUMBERED else None)

    assert parse(str(key)) == key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Key("target"), "target"),
        (Key("attained", Part(3, "star", 1, 3)), "attained:r3:star:q1"),
        (Key("target", Part(last=8)), "target:to8"),
        (Key("target", Part(first=2, last=2)), "target:m2"),
        (Key("step", WHOLE, 2), "step:n2"),
    ],
)
def test_key_is_written_shortly(key: Key, text: str) -> None:
    assert str(key) == text


@given(st.text(max_size=30))
def test_other_texts_are_no_keys(text: str) -> None:
    key = parse(text)

    assert key is None or str(key) == text
