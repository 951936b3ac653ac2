import pytest

from yunchou.calc.errors import BadInput
from yunchou.calc.published_levels import PUBLISHED_LEVELS, published_level


def test_every_published_level_rises_and_has_a_code_of_its_own():
    assert all(0 < level.low < level.middle < level.high for level in PUBLISHED_LEVELS)
    assert len({level.code for level in PUBLISHED_LEVELS}) == len(PUBLISHED_LEVELS)


def test_second_hand_figures_are_never_told_as_facts():
    for level in PUBLISHED_LEVELS:
        told = level.told()
        assert ("not a fact" in told.en, "不能当作事实" in told.zh) == ((level.strength == "S"),) * 2


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        published_level("winrate")
    assert refusal.value.told("en") == "--published has no 'winrate'; the nearest known is win_rate"
