from datetime import date
from decimal import Decimal

import pytest

from yunchou.calc.errors import BadInput
from yunchou.calc.plan_settings import (
    DEFAULT_AIMS,
    Aim,
    Driver,
    Floor,
    OverAssignment,
    Override,
    PlanSettings,
    TiersInForce,
    parse_ramp,
    parse_settings,
)
from yunchou.calc.stakes import Market, Stakes


def test_parse_settings_of_nothing_gives_the_defaults():
    assert parse_settings(None) == PlanSettings()
    assert [(aim.name, aim.probability) for aim in DEFAULT_AIMS] == [
        ("conservative", Decimal("0.8")),
        ("base", Decimal("0.6")),
        ("stretch", Decimal("0.35")),
    ]


def test_parse_settings_reads_everything():
    raw = {
        "currency": "CNY",
        "unit": 1_000_000,
        "dimensions": {"product": "product"},
        "scenarios": [{"name": "稳", "probability": "70%"}],
        "drivers": [
            {
                "name": "渗透",
                "kind": "区域渗透",
                "where": {"region": ["西南"], "product": "明星"},
                "from": "2017-04",
                "low": "5%",
                "likely": Decimal("0.1"),
                "high": "20%",
                "probability": 1,
            },
            {"name": "价格", "likely": "-2%"},
        ],
        "floors": [{"where": {"product": ["base"]}, "growth": "3.5%", "source": "行业"}],
        "over_assignment": {"unit": "10%", "person": Decimal("0.2")},
        "overrides": [{"kind": "region", "key": "西北", "value": "空白", "reason": "不设团队"}],
        "ramps": {"新人": [0, "50%", 1], "熟手": "50/100"},
        "fiscal_year_starts": 4,
        "market": {"growth": "6%", "low": Decimal("0.03"), "source": "行业协会"},
        "recommendation": {"cost_of_missing": 3, "cost_of_sandbagging": "0.5", "people_at_target": "55%", "people_spread": 0.2},
    }
    assert parse_settings(raw) == PlanSettings(
        unit_minor=1_000_000,
        product_cells="product",
        aims=(Aim(name="稳", probability=Decimal("0.7")),),
        drivers=(
            Driver(
                name="渗透",
                kind="regional_penetration",
                where={"region": ("西南",), "product": ("明星",)},
                starts_on=date(2017, 4, 1),
                low=Decimal("0.05"),
                likely=Decimal("0.1"),
                high=Decimal("0.2"),
                probability=Decimal(1),
            ),
            Driver(
                name="价格",
                where={},
                starts_on=None,
                low=Decimal("-0.02"),
                likely=Decimal("-0.02"),
                high=Decimal("-0.02"),
                probability=Decimal(1),
            ),
        ),
        floors=(Floor(where={"product": ("base",)}, growth=Decimal("0.035"), source="行业"),),
        over_assignment=OverAssignment(unit=Decimal("0.1"), person=Decimal("0.2")),
        overrides=(Override(kind="region", key="西北", value="whitespace", reason="不设团队"),),
        ramps={"新人": (Decimal(0), Decimal("0.5"), Decimal(1)), "熟手": (Decimal("0.5"), Decimal(1))},
        fiscal_year_starts=4,
        market=Market(growth=Decimal("0.06"), low=Decimal("0.03"), high=Decimal("0.06"), source="行业协会"),
        stakes=Stakes(
            cost_of_missing=Decimal(3),
            cost_of_sandbagging=Decimal("0.5"),
            people_at_target=Decimal("0.55"),
            people_spread=Decimal("0.2"),
        ),
    )


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"scenaros": []}, "the nearest known is scenarios"),
        ({"drivers": [{"name": "a", "likley": 0.1, "likely": 0.1}]}, "the nearest known is likely"),
        ({"drivers": [{"name": "a", "where": {"regoin": ["x"]}, "likely": 0.1}]}, "the nearest known is region"),
        ({"drivers": [{"name": "a", "likely": 15}]}, '"15%"'),
        ({"drivers": [{"name": "a", "likely": 0.1, "low": 0.2}]}, "low ≤ likely ≤ high"),
        ({"drivers": [{"name": "a"}]}, "likely is missing"),
        ({"drivers": [{"name": "base", "likely": 0.1}]}, "taken"),
        ({"drivers": [{"name": "a", "likely": 0.1}, {"name": "a", "likely": 0.1}]}, "taken"),
        ({"drivers": [{"name": "a", "likely": "-120%"}]}, "outside"),
        ({"scenarios": [{"name": "plan", "probability": 0.5}]}, "chosen one"),
        ({"scenarios": [{"name": "a", "probability": 60}]}, '"60%"'),
        ({"scenarios": [{"name": "a", "probability": 1}]}, "between 0 and 1"),
        ({"scenarios": [{"name": "a", "probability": 0.5}, {"name": "a", "probability": 0.4}]}, "twice"),
        ({"currency": "JPY"}, "two decimals"),
        ({"currency": "元"}, "two decimals"),
        ({"unit": 0}, "whole number from 1"),
        ({"unit": "1.5"}, "whole number from 1"),
        ({"fiscal_year_starts": 13}, "from 1 to 12"),
        ({"dimensions": {"product": "line"}}, "dimensions.product"),
        ({"overrides": [{"kind": "product", "key": "a", "value": "cow", "reason": "x"}]}, "overrides[0].value"),
        ({"overrides": [{"kind": "customer", "key": "a", "value": "A"}]}, "reason is missing"),
        ({"over_assignment": {"person": 20}}, '"20%"'),
        ({"ramps": {"a": "0/0/0"}}, "never produce"),
        ({"ramps": {"a": [0, 50]}}, '"50%"'),
        ({"drivers": [{"name": "a", "likely": 0.1, "kind": "headcuont"}]}, "the nearest known is headcount"),
        ({"market": {"grwoth": 0.1}}, "the nearest known is growth"),
        ({"market": {"low": 0.1}}, "growth is missing"),
        ({"market": {"growth": "5%", "high": "3%"}}, "low ≤ growth ≤ high"),
        ({"recommendation": {"cost_of_mising": 1}}, "the nearest known is cost_of_missing"),
        ({"recommendation": {"cost_of_missing": 0}}, "above 0"),
        ({"recommendation": {"cost_of_sandbagging": "much"}}, "not a number"),
        ({"recommendation": {"people_at_target": 1}}, "between 0 and 1"),
        ({"recommendation": {"people_at_target": 60}}, '"60%"'),
        ({"recommendation": {"people_spread": "120%"}}, "outside"),
        ({"previous": {"prodct": {}}}, "the nearest known is product"),
        ({"previous": {"product": {"a": "cow"}}}, "previous.product.a"),
        ({"previous": {"customer": {"a": "new"}}}, "previous.customer.a"),
        ({"limits": {"A": 5}}, "B is missing"),
        ({"limits": {"A": 5, "B": 6}}, "0 ≤ B ≤ A"),
        ({"limits": {"A": 5, "B": "-1"}}, "0 ≤ B ≤ A"),
        ([1], "key: value"),
    ],
)
def test_parse_settings_refuses_in_one_sentence(raw, told):
    with pytest.raises(BadInput) as refusal:
        parse_settings(raw)
    assert told in refusal.value.text.en
    assert "\n" not in refusal.value.text.en


def test_parse_ramp_of_slashes_is_always_percent():
    assert parse_ramp("0/25/50/75/100", "x") == tuple(Decimal(part) / 100 for part in (0, 25, 50, 75, 100))
    with pytest.raises(BadInput, match="at most 1 %"):
        parse_ramp("0/0.5/1", "x")


def test_parse_settings_reads_tiers_in_force_and_limits():
    raw = {"previous": {"product": {"硬件": "明星"}, "customer": {"C1": "B"}}, "limits": {"A": "60000", "B": 0.5}}
    read = parse_settings(raw)
    assert read.previous == TiersInForce(product={"硬件": "star"}, customer={"C1": "B"})
    assert read.limits == {"A": 60_000.0, "B": 0.5}
    assert (parse_settings({}).previous, parse_settings({}).limits) == (TiersInForce(), None)
