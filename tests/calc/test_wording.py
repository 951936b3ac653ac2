import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.calc.text import Text
from yunchou.calc.wording import chance, money, odds


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0, "<0.1%"), (0.0009, "<0.1%"), (0.001, "0.1%"), (0.004, "0.4%"), (0.6, "60%"), (0.5685, "57%"), (0.996, "99.6%"), (1.0, ">99.9%")],
)
def test_chance_shows_the_ends_as_bounds(probability, shown):
    assert chance(probability) == shown


@given(st.floats(min_value=0, max_value=1))
def test_chance_and_odds_never_say_never_or_always(probability):
    for said in (chance(probability), *odds(probability)):
        assert said not in {"0%", "0.0%", "100%", "100.0%"}


def test_odds_are_said_as_a_director_says_them():
    assert odds(0.6) == Text("六成", "60%")
    assert odds(0.57) == Text("57%", "57%")
    assert odds(0.0) == Text("不到 0.1%", "less than 0.1%")
    assert odds(1.0) == Text("超过 99.9%", "more than 99.9%")
    assert odds(0.003) == Text("0.3%", "0.3%")


def test_money_is_said_in_both_languages():
    assert money(18_600_000_000, "CNY") == Text("1.86 亿元", "CNY 186.0 million")
    assert money(-350_000_000, "CNY").zh == "−350.0 万元"
