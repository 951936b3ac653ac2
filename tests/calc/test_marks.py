from typing import Any

import numpy as np
import pytest

from tests.calc.sample_histories import calm, history, month
from yunchou.calc.errors import BadInput
from yunchou.calc.event_kinds import Event
from yunchou.calc.history_events import find_events
from yunchou.calc.marks import MARK_KEYS, Mark, apply_marks, marks_schema, parse_marks


def _raw(**changed: Any) -> dict[str, Any]:
    return {"kind": "giant_order", "where": {"region": ["B"]}, "from": "2016-03", "to": "2016-03", "reason": "政府一次性采购", **changed}


def test_mark_is_read_whole() -> None:
    assert parse_marks([_raw(treat="once", to="2016-04")]) == (
        Mark(
            kind="giant_order",
            where=(("region", ("B",)),),
            first=month(26),
            ends_before=month(28),
            treat="once",
            reason="政府一次性采购",
        ),
    )


def test_mark_without_an_end_or_a_place_is_one_month_of_the_whole() -> None:
    marks = parse_marks([{"kind": "none", "from": "2016-03", "reason": "周年庆"}])
    assert [(mark.where, mark.first, mark.ends_before, mark.treat) for mark in marks] == [((), month(26), month(27), None)]


def test_schema_knows_the_keys_that_are_read() -> None:
    item = marks_schema()["items"]
    assert (tuple(item["properties"]), item["required"], item["additionalProperties"]) == (MARK_KEYS, ["kind", "from", "reason"], False)


def test_no_marks_are_none() -> None:
    assert parse_marks(None) == ()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (_raw(knid=1), "settings, marks[0]: unknown “knid”; the nearest known is kind"),
        (_raw(kind="giant"), "settings, marks[0].kind: unknown “giant”; the nearest known is giant_order"),
        (_raw(treat="onec"), "settings, marks[0].treat: unknown “onec”; the nearest known is once"),
        (_raw(treat="replace"), "settings, marks[0].treat: “replace” does not fit giant_order; it takes recurring, once, keep"),
        (_raw(kind="none", treat="keep"), "settings, marks[0].treat: there is nothing to treat where kind is none"),
        (_raw(reason=None), "settings, marks[0]: reason is missing"),
        (_raw(to="2015-03"), "settings, marks[0]: `to` (2015-03) lies before `from` (2016-03)"),
        ({**_raw(), "from": "March"}, 'settings, marks[0].from: “March” is no month; write "2017-04"'),
    ],
)
def test_mark_that_cannot_be_read_is_refused_by_name(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_marks([raw])
    assert refused.value.text.en == said


def test_marking_the_same_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="marked twice"):
        parse_marks([_raw(), _raw(reason="again")])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (_raw(where={"region": ["E1"]}), "settings, marks[0].where.region: the history has no “E1”; the nearest is A、B、C、D"),
        (_raw(where={"regoin": ["B"]}), "settings, marks[0].where: unknown “regoin”; the nearest known is region"),
        (
            {**_raw(), "from": "2026-03", "to": "2026-03"},
            "settings, marks[0].from: the months from 2026-03 lie outside the history, which runs from 2014-01 to 2017-12",
        ),
        (
            _raw(to="2026-03"),
            "settings, marks[0].from: the months from 2016-03 lie outside the history, which runs from 2014-01 to 2017-12",
        ),
        (
            _raw(where={"region": ["A", "B", "C", "D"]}, kind="stock_out"),
            "settings, marks[0]: region=A/B/C/D shows nothing in 2016-03 that could be measured as stock_out; check kind, where and from",
        ),
    ],
)
def test_mark_that_does_not_fit_the_history_is_refused_by_name(raw: dict[str, Any], said: str) -> None:
    values = calm()
    values[:, 26] *= 1.2
    with pytest.raises(BadInput) as refused:
        apply_marks(history(values), (), parse_marks([raw]))
    assert refused.value.text.en == said


def test_mark_treats_what_was_found_and_keeps_the_reason() -> None:
    values = calm()
    values[1, 26] += 40_000
    grid = history(values)
    found = find_events(grid)
    marked = apply_marks(grid, found, parse_marks([_raw(treat="once")]))
    assert [(event.kind, event.first, event.treat, event.reason) for event in marked] == [
        ("giant_order", month(26), "once", "政府一次性采购")
    ]
    assert marked[0].evidence == found[0].evidence


def test_price_of_a_product_can_only_be_replaced_where_products_are_told_apart() -> None:
    grid = history(calm())
    event = Event(
        kind="price",
        where=(("product", ("P",)),),
        first=month(26),
        last=month(26),
        size=0.02,
        evidence={"factor": 1.1},
        treat="keep",
    )
    asked = _raw(kind="price", where={"product": "P"})
    assert apply_marks(grid, [event], parse_marks([asked]))[0].reason == "政府一次性采购"
    with pytest.raises(BadInput, match="is not told apart by “product”"):
        apply_marks(grid, [event], parse_marks([{**asked, "treat": "replace"}]))


def test_none_takes_an_event_out_and_is_no_fault_where_nothing_was_found() -> None:
    values = calm()
    values[1, 26] += 40_000
    grid = history(values)
    mark = parse_marks([_raw(kind="none", where=None)])
    assert apply_marks(grid, find_events(grid), mark) == ()
    assert apply_marks(history(calm()), (), mark) == ()


def test_mark_that_names_what_was_not_found_is_measured() -> None:
    values = calm(noise=0.01)
    values[1, 26] *= 1.5
    usual = values[1, 26] / 1.5
    values[3, 30:] *= 1.08
    values[2, 20:22] *= 0.5
    grid = history(values)
    assert find_events(grid) == ()
    marks = parse_marks(
        [
            _raw(),
            _raw(kind="break", where={"region": "D"}, **{"from": "2016-07", "to": None}),
            _raw(kind="stock_out", where={"region": "C"}, **{"from": "2015-09", "to": "2015-10"}),
        ]
    )
    stock_out, giant, step = apply_marks(grid, (), marks)
    assert giant.evidence["amount"] == pytest.approx(0.5 * usual, rel=0.15)
    assert step.evidence["factor"] == pytest.approx(1.08, rel=0.02)
    assert stock_out.evidence["lost"] == pytest.approx(values[2, 20:22].sum(), rel=0.1)
    assert np.sign([giant.size, step.size, stock_out.size]).tolist() == [1, 1, -1]


def test_mark_of_a_quarter_is_met_by_the_quarter_that_holds_its_month() -> None:
    grid = history(calm(16))
    quarters = tuple(month(3 * at) for at in range(16))
    grid = type(grid)(series=grid.series, values=grid.values + np.eye(4, 16) * 90_000, first=grid.first, periods=quarters)
    marked = apply_marks(grid, (), parse_marks([{**_raw(), "from": "2014-06", "to": "2014-06"}]), freq="Q")
    assert [(event.first, event.last) for event in marked] == [(month(3), month(3))]
