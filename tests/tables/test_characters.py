from hypothesis import given
from hypothesis import strategies as st

from yunchou.tables.characters import to_half_width


@given(text=st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_to_half_width_undoes_full_width(text):
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    assert to_half_width(wide) == to_half_width(text) == text


def test_to_half_width_touches_only_signs_that_mean_the_same():
    assert to_half_width("①²½一") == "①²½一"
    assert to_half_width("−–—－\u3000￥") == "---- ¥"
