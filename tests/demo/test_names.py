from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from yunchou.demo.names import FIRST, INDUSTRIES, SECOND, WORDS, PersonNames, account_name
from yunchou.demo.streams import Streams


def test_the_walk_through_words_meets_each_once():
    assert gcd(1_009, WORDS) == 1
    assert len(set(FIRST)) * len(set(SECOND)) == WORDS


@given(st.integers(min_value=0, max_value=10**6))
def test_account_names_of_a_city_and_industry_word_never_agree(start):
    names = {account_name("杭州", start, number, "制造", 0) for number in range(3 * WORDS)}
    assert len(names) == 3 * WORDS


def test_account_name_reads_like_a_company():
    name = account_name("杭州", 0, 0, "制造", 1)
    assert name.startswith("杭州")
    assert name.endswith("智能装备有限公司")
    assert len(INDUSTRIES) == 8


def test_people_of_one_company_have_names_and_user_names_of_their_own():
    namer = PersonNames(Streams(0))
    named = [namer.name(seat, 0) for seat in range(3_500)]
    assert len({name for name, _ in named}) == len({user for _, user in named}) == 3_500
    assert all(user.split(".")[0].isascii() and 2 <= len(name) <= 3 for name, user in named)


def test_a_person_keeps_the_name_when_others_are_hired_later():
    few, many = PersonNames(Streams(5)), PersonNames(Streams(5))
    assert [few.name(seat, 0) for seat in range(10)] == [many.name(seat, 0) for seat in range(60)][:10]
