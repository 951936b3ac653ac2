from datetime import date
from decimal import Decimal

import pytest

from yunchou.calc.errors import BadInput
from yunchou.calc.people_settings import CapacitySettings, Hire, parse_capacity, parse_quota_basis, people_schema


def test_everything_has_a_default():
    assert parse_capacity(None) == CapacitySettings(attrition=None, growth=None, certainty=Decimal("0.8"), hires=())
    assert parse_quota_basis(None) == "capacity"


def test_what_is_said_is_kept():
    raw = {
        "attrition": "20%",
        "growth": "-5%",
        "certainty": 0.9,
        "hires": [{"unit": "华东", "from": "2017-03", "count": 2, "probability": "70%", "fte": "50%"}, {"unit": "华北", "from": "2017-12"}],
    }
    first = Hire(unit="华东", starts_on=date(2017, 3, 1), count=2, probability=Decimal("0.7"), fte=Decimal("0.5"))
    assert parse_capacity(raw) == CapacitySettings(
        attrition=Decimal("0.2"),
        growth=Decimal("-0.05"),
        certainty=Decimal("0.9"),
        hires=(first, Hire(unit="华北", starts_on=date(2017, 12, 1), count=1)),
    )
    assert parse_quota_basis({"by": "业绩"}) == "sales"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"atrition": 0.1}, "the nearest known is attrition"),
        ({"attrition": 25}, "can be read as"),
        ({"attrition": 1}, "if everybody leaves"),
        ({"certainty": 1}, "neither of them"),
        ({"hires": [{"from": "2017-03"}]}, "unit is missing"),
        ({"hires": [{"unit": "华东", "from": "三月"}]}, "is no month"),
        ({"hires": [{"unit": "华东", "from": "2017-03", "count": 0}]}, "a whole number from 1"),
        ({"hires": [{"unit": "华东", "from": "2017-03", "count": 1.5}]}, "a whole number from 1"),
        ({"hires": [{"unit": "华东", "from": "2017-03", "fte": 0}]}, "must be above 0"),
        ({"hires": [{"unit": "华东", "from": "2017-03", "fte": "120%"}]}, "outside"),
        ({"hires": {"unit": "华东"}}, "a list is expected"),
    ],
)
def test_faults_are_named_in_one_sentence(raw, told):
    with pytest.raises(BadInput) as refusal:
        parse_capacity(raw)
    assert told in refusal.value.text.en
    assert "\n" not in refusal.value.text.zh


def test_unknown_basis_is_refused():
    with pytest.raises(BadInput, match="the nearest known is sales"):
        parse_quota_basis({"by": "sale"})


def test_schema_names_every_key():
    schema = people_schema({})
    assert set(schema["capacity"]["properties"]) == {"attrition", "growth", "certainty", "hires"}
    assert set(schema["capacity"]["properties"]["hires"]["items"]["properties"]) == {"unit", "from", "count", "probability", "fte"}
