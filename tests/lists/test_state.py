"""The grammar of addresses: what is asked comes back as it was asked."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from yunchou.common.list_pages import Column, ListPage
from yunchou.lists import state
from yunchou.lists.errors import BadFilter

TODAY = date(2026, 8, 31)
PAGE = ListPage(
    app="test",
    name="things",
    model="test.thing",
    title="东西",
    counted="%(count)s 件",
    group="",
    icon="list",
    sort="-amount",
    search=("name",),
    title_path="name",
    empty="",
    rows=lambda **_: None,  # type: ignore[arg-type,return-value]
    columns=(
        Column(name="name", label="名称", kind="text"),
        Column(name="kind", label="类别", kind="choice", choices=lambda: [("a", "甲"), ("b", "乙")]),
        Column(name="on", label="日期", kind="date", is_nullable=True, is_sortable=False),
        Column(name="amount", label="金额", kind="money", is_default=False),
    ),
)


def read(query: str) -> state.State:
    return state.read(PAGE, QueryDict(query))


def test_address_is_read_and_written_in_one_order() -> None:
    asked = read("sort=name&amount_from=1,000&kind=b&kind=a&kind=b&name_has=%E7%A7%91&q=x&view=7&columns=amount,name")
    assert asked.query() == "name_has=%E7%A7%91&kind=b&kind=a&amount_from=1%2C000&q=x&sort=name&columns=amount%2Cname&view=7"
    assert [column.name for column in asked.shown] == ["amount", "name"]
    assert read(asked.query()) == asked


def test_nothing_asked_shows_the_pages_own_order_and_columns() -> None:
    asked = read("kind=&sort=-amount")
    assert (asked.query(), asked.is_plain, asked.order[0].name, asked.order[1]) == ("", True, "amount", True)
    assert [column.name for column in asked.shown] == ["name", "kind", "on"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("nothing=1", "没有“nothing”这个筛选"),
        ("name_from=1", "没有“name_from”这个筛选"),
        ("kind=c", "“类别”没有“c”这一项"),
        ("amount_from=很多", "“金额”的“很多”不是数"),
        ("amount_from=NaN", "“金额”的“NaN”不是数"),
        ("amount_to=1e99", "“金额”的“1e99”不是数"),
        ("on_from=2026-02-30", "“日期”的“2026-02-30”不是日期"),
        ("on_empty=yes", "“日期”是否为空只能是 0 或 1"),
        ("sort=on", "不能按“on”排序"),
        ("sort=password", "不能按“password”排序"),
        ("columns=name,secret", "没有“secret”这一列"),
        ("name_has=" + "长" * 201, "“名称”的筛选值太长"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(query: str, says: str) -> None:
    with pytest.raises(BadFilter, match=says):
        read(query)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("today", date(2026, 8, 31)),
        ("-30d", date(2026, 8, 1)),
        ("+1d", date(2026, 9, 1)),
        ("this_month", date(2026, 8, 1)),
        ("this_year", date(2026, 1, 1)),
        ("2026-02-28", date(2026, 2, 28)),
    ],
)
def test_days_may_move_with_the_calendar(value: str, day: date) -> None:
    assert state.typed(read(f"on_from={value.replace('+', '%2B')}").filters[0], TODAY) == day


@pytest.mark.parametrize(
    ("query", "minor"), [("amount_from=0.005", 1), ("amount_to=0.005", 0), ("amount_from=1,234.5", 123_450), ("amount_to=-3", -300)]
)
def test_amounts_are_asked_for_in_yuan_and_limits_take_whole_cents(query: str, minor: int) -> None:
    assert state.typed(read(query).filters[0], TODAY) == minor


@given(st.one_of(st.none(), st.integers(-(10**17), 10**17)), st.integers(1, 2**62))
def test_a_place_of_an_amount_comes_back(value: int | None, row: int) -> None:
    assert state.read_place(state.place(value, row), PAGE.columns[3]) == (value, row)


@given(st.text(), st.integers(1, 2**62))
def test_a_place_of_a_name_comes_back(value: str, row: int) -> None:
    assert state.read_place(state.place(value, row), PAGE.columns[0]) == (value, row)


def test_a_place_of_a_day_comes_back() -> None:
    assert state.read_place(state.place(TODAY, 3), PAGE.columns[2]) == (TODAY, 3)


@pytest.mark.parametrize("text", ["x", "AAAA", "WyJhIiwxXQ", "WzEuNSwxXQ", "W10", "é", state.place("x", 1)])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadFilter, match="位置看不懂"):
        state.read_place(text, PAGE.columns[3])


def test_pressing_a_head_twice_turns_the_order_round() -> None:
    once = read("").sorted_by(PAGE.columns[0])
    assert (once.sort, once.sorted_by(PAGE.columns[0]).sort) == ("name", "-name")
    assert read("").sorted_by(PAGE.columns[3]).sort == "amount"
