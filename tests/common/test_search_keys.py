"""Names found by pieces of themselves, of their pinyin and of their initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.common.search_keys import keys_of_query, keys_of_text, normal, searched_text

NAME = "杭州云筹科技有限公司"


def finds(asked: str, *names: str) -> bool:
    text, wanted = searched_text(*names), normal(asked)
    return set(keys_of_query(wanted)) <= set(keys_of_text(text)) and wanted in text


@pytest.mark.parametrize(
    "asked",
    [
        "云",
        "云筹",
        "云筹科",
        "筹科技",
        "有限公司",
        "云筹科技有限",
        "hzyc",
        "HZYC",
        "yckj",
        "hangzhou",
        "yunchou",
        "a0001",
        "A0001",
        "Ａ０００１",
        "云 筹",
    ],
)
def test_name_is_found_by_its_characters_pinyin_initials_and_number(asked: str) -> None:
    assert finds(asked, NAME, "A0001")


@pytest.mark.parametrize("asked", ["cqgt", "zqgt", "chongqing", "zhongqing"])
def test_both_readings_of_a_character_find_the_name(asked: str) -> None:
    assert finds(asked, "重庆钢铁")


@pytest.mark.parametrize("asked", ["云州", "筹云", "hzyx", "科技a", "司a0"])
def test_what_a_name_does_not_hold_does_not_find_it(asked: str) -> None:
    assert not finds(asked, NAME, "A0001")


def test_u_with_dots_is_typed_as_v_and_a_plain_name_has_no_second_form() -> None:
    assert finds("lv", "绿城")
    assert finds("lvcheng", "绿城")
    assert searched_text("abc", "7") == "abc\n7"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), st.text(max_size=8))
def test_every_piece_of_a_name_finds_it_and_nothing_breaks(name: str, asked: str) -> None:
    text = searched_text(name)
    keys = keys_of_text(text)
    assert keys == sorted(set(keys))
    assert all(0 <= key < 2**31 for key in keys)
    whole = normal(name)
    for length in (2, 3, 6):
        for start in range(len(whole) - length + 1):
            assert set(keys_of_query(whole[start : start + length])) <= set(keys)
    keys_of_query(normal(asked))


def test_many_readings_stay_few_forms() -> None:
    assert searched_text("长重行乐" * 10).count("\n") <= 17
