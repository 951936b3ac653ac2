import numpy as np
import pytest

from tests.calc.sample_histories import calm, history, month
from yunchou.calc.event_kinds import Event, Found, narrowest, rows_of, scopes_of, year_about
from yunchou.calc.text import Text


def _found(where: dict[str, str], amount: float, *, start: int = 5, score: float = 1.0) -> Found:
    place = tuple(sorted((key, (value,)) for key, value in where.items()))
    return Found(where=place, start=start, end=start, amount=amount, score=score, evidence={})


def test_year_about_leaves_the_period_itself_out() -> None:
    # by hand, season 4: two periods on either side
    np.testing.assert_allclose(
        year_about(np.array([1.0, 2.0, 99.0, 4.0, 5.0]), 4), [202.0, 4 * 104 / 3, 12.0, 4 * 106 / 3, 206.0], rtol=1e-12
    )


def test_scopes_are_the_whole_and_what_carries_a_twentieth() -> None:
    values = np.vstack([calm(), 0.01 * calm(regions=1)])
    assert [scope.where for scope in scopes_of(history(values))] == [(), *[(("region", (name,)),) for name in "ABCD"]]


def test_rows_of_a_place_are_those_of_any_of_its_values() -> None:
    grid = history(calm())
    np.testing.assert_array_equal(rows_of(grid.series, (("region", ("A", "D")),), 4), [True, False, False, True])


def test_narrowest_names_the_part_that_explains_the_whole() -> None:
    whole, part = _found({}, 100.0), _found({"region": "A"}, 70.0)
    assert narrowest([part, whole], near=0) == [part]


def test_narrowest_names_the_whole_when_no_part_explains_it() -> None:
    whole, one, other = _found({}, 100.0), _found({"region": "A"}, 30.0), _found({"region": "B"}, 30.0)
    assert narrowest([one, other, whole], near=0) == [whole]


def test_narrowest_keeps_what_lies_apart() -> None:
    one, other, later = _found({"region": "A"}, 9.0), _found({"region": "B"}, 9.0), _found({"region": "A"}, 9.0, start=20)
    assert narrowest([later, other, one], near=3) == [one, other, later]


def test_narrowest_of_two_columns_keeps_the_clearer() -> None:
    region, product = _found({"region": "A"}, 9.0, score=2.0), _found({"product": "P"}, 9.0, score=5.0)
    assert narrowest([region, product], near=0) == [product]


@pytest.mark.parametrize(
    ("kind", "treat", "evidence", "said"),
    [
        (
            "giant_order",
            "recurring",
            {"amount": 1234567.0, "usual": 45000.0},
            (
                "2014-03 大单：区域=B，金额 1,234,567，相当于一年的 31%（平常约 45,000）；"
                "预测不把它当作平常水平，而是作为偶发大单按历史频率放回"
            ),
        ),
        (
            "break",
            "replace",
            {"factor": 0.7},
            (
                "2014-03 水平变化：区域=B，从此下了一个台阶（-30%，扣除趋势和季节），影响全年的 31%；"
                "预测以变化之后的水平为准，季节规律取自全部历史"
            ),
        ),
        (
            "stock_out",
            "keep",
            {"lost": 9000.0},
            (
                "2014-03 断货或停售：区域=B，几乎没有销售，前后都正常，估计少卖 9,000（一年的 31%）；"
                "预测照实使用，不补数；如应补齐请标记 replace"
            ),
        ),
        (
            "price",
            "keep",
            {"factor": 1.1, "before": 100.0, "after": 110.0},
            "2014-03 调价：区域=B，单价 100.00 → 110.00（+10%），影响全年的 31%；预测照实使用，新价格已在最近的销售里",
        ),
        ("returns", "keep", {"amount": -500.0}, "2014-03 净退货：区域=B，退货多于销售，净额 -500（一年的 31%）；预测照实使用"),
    ],
)
def test_event_says_what_was_seen_and_what_is_done(kind: str, treat: str, evidence: dict[str, float], said: str) -> None:
    event = Event(
        kind=kind,  # type: ignore[arg-type]
        where=(("region", ("B",)),),
        first=month(2),
        last=month(2),
        size=0.31,
        evidence=evidence,
        treat=treat,  # type: ignore[arg-type]
    )
    assert event.sentence.zh == said


def test_event_marked_by_hand_tells_the_reason_in_both_languages() -> None:
    event = Event(
        kind="stock_out",
        where=(),
        first=month(2),
        last=month(4),
        size=-0.025,
        evidence={"lost": 9000.0},
        treat="replace",
        reason="工厂停产",
    )
    assert event.sentence == Text(
        "2014-03 至 2014-05 断货或停售：整体，几乎没有销售，前后都正常，估计少卖 9,000（一年的 2.5%）；"
        "预测按平常水平补齐这一段（人工标记：工厂停产）",
        "2014-03 to 2014-05, stock-out or silence: the whole: next to nothing sold, though before and after it was: about 9,000 lost"
        " (2.5% of a year); filled in with what was usual (marked by hand: 工厂停产)",
    )
