from datetime import date
from decimal import Decimal

import pytest

from yunchou.calc import reading
from yunchou.calc.errors import BadInput


@pytest.mark.parametrize(
    ("written", "meant"),
    [("15%", "0.15"), ("0.15", "0.15"), (Decimal("0.15"), "0.15"), (0.15, "0.15"), (1, "1"), ("150%", "1.5"), ("7％", "0.07")],
)
def test_share_is_read_exactly(written, meant):
    assert reading.share(written, "x") == Decimal(meant)


@pytest.mark.parametrize("written", [15, Decimal(15), "15", 15.0])
def test_share_above_one_without_percent_is_refused_naming_both_readings(written):
    with pytest.raises(BadInput) as refusal:
        reading.share(written, "drivers[0].likely")
    assert '"15%"' in refusal.value.text.en.replace("15.0", "15")
    assert '"1500%"' in refusal.value.text.zh.replace("1500.0", "1500")
    assert "drivers[0].likely" in refusal.value.text.en


@pytest.mark.parametrize("written", ["-1%", "x", None, True, "NaN", float("inf"), ""])
def test_share_below_its_bound_or_no_number_is_refused(written):
    with pytest.raises(BadInput):
        reading.share(written, "x")


def test_probability_above_one_is_refused_even_as_percent():
    with pytest.raises(BadInput):
        reading.probability("120%", "x")


def test_unknown_word_is_refused_with_the_nearest_known():
    assert reading.unknown("plan.yaml", "scenarois", ("scenarios", "drivers")).text.en.endswith("the nearest known is scenarios")


def test_mapping_that_is_a_list_is_refused():
    with pytest.raises(BadInput):
        reading.mapping([1], "x", ("a",))


def test_month_is_read_from_a_word_or_a_date():
    assert reading.month("2017-04", "x") == reading.month(date(2017, 4, 9), "x") == date(2017, 4, 1)


def test_month_that_is_none_is_refused():
    with pytest.raises(BadInput):
        reading.month("2017-13", "x")


def test_single_word_is_a_list_of_one_and_an_empty_list_is_refused():
    assert reading.words("西南", "x") == ("西南",)
    assert reading.words([1, "b"], "x") == ("1", "b")
    with pytest.raises(BadInput):
        reading.words([], "x")
