from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.sample_sales import sample_sales, yearly
from yunchou.calc.errors import BadInput, Contradiction
from yunchou.calc.plan_settings import PlanSettings, parse_settings
from yunchou.calc.planning import default_year, make_plan

LINES = sample_sales()
FULL = {
    "drivers": [
        {
            "name": "西北渗透",
            "where": {"region": ["西北"]},
            "from": "2025-04",
            "low": "5%",
            "likely": "20%",
            "high": "40%",
            "probability": "70%",
        },
        {"name": "提价", "where": {"product": ["star"]}, "low": "0%", "likely": "2%", "high": "3%"},
    ],
    "floors": [{"where": {"product": ["base"]}, "growth": "2%", "source": "行业"}],
    "over_assignment": {"person": "20%", "unit": "10%"},
}
PEOPLE = pl.DataFrame(
    {
        "person": ["甲", "乙", "丙", "丁"],
        "unit": ["东队", "东队", "北队", "北队"],
        "start_on": [None, "2025-02-10", None, "2025-06-01"],
        "end_on": [None, None, "2025-09-30", None],
        "region": ["华东", "华东", "华北;西北", "华北"],
        "ramp": [None, "0/25/50/75/100", None, None],
    }
)


@pytest.fixture(scope="module")
def plan():
    return make_plan(LINES, year=2025, settings=parse_settings(FULL), people=PEOPLE)


def sums(frame, *by):
    return dict(frame.group_by(by).agg(pl.col("amount_minor").sum()).iter_rows()) if len(by) == 1 else frame


def test_every_scenario_and_the_plan_sum_to_their_targets_exactly(plan):
    asked = {scenario.name: scenario.target_minor for scenario in plan.scenarios} | {"plan": plan.target_minor}
    assert sums(plan.targets, "scenario") == asked
    assert plan.target_minor == asked["base"]
    assert all(target % 100 == 0 for target in asked.values())
    assert (plan.targets["amount_minor"] % 100 == 0).all()


def test_all_twelve_months_stand_in_every_scenario(plan):
    for _, rows in plan.targets.group_by("scenario"):
        assert rows["month"].unique().sort().to_list() == list(plan.months) == [f"2025-{month:02d}" for month in range(1, 13)]


def test_cells_sum_to_last_year_expectation_and_target(plan):
    assert plan.cells["last_year_minor"].sum() == plan.last_year_minor
    assert plan.cells["mean_minor"].sum() == plan.expected_minor
    assert plan.cells["target_minor"].sum() == plan.target_minor
    exact = LINES.filter(pl.col("date") >= date(2024, 1, 1))["amount"].sum()
    assert plan.last_year_minor == int((Decimal(exact) * 100).to_integral_value())


def test_cells_and_targets_agree(plan):
    keys = ["product", "region", "customer_tier", "month"]
    by_cell = plan.targets.filter(pl.col("scenario") == "plan").group_by(keys).agg(pl.col("amount_minor").sum()).sort(keys)
    assert by_cell["amount_minor"].to_list() == plan.cells.sort(keys)["target_minor"].to_list()


def test_waterfall_runs_from_last_year_over_the_drivers_to_the_target(plan):
    assert [step.step for step in plan.waterfall] == ["last_year", "base", "西北渗透", "提价", "beyond_expectation"]
    assert plan.waterfall[0].amount_minor == plan.last_year_minor
    assert sum(step.amount_minor for step in plan.waterfall) == plan.target_minor


def test_higher_targets_are_less_probable(plan):
    by_target = sorted(plan.scenarios, key=lambda scenario: scenario.target_minor)
    assert [scenario.name for scenario in by_target] == ["conservative", "base", "stretch"]
    # the floor raised the most cautious one: its probability is that of the raised target
    assert [scenario.raised_minor > 0 for scenario in by_target] == [True, False, False]
    assert [scenario.probability for scenario in by_target[1:]] == pytest.approx([0.6, 0.35], abs=1e-3)
    assert 0.6 < by_target[0].probability < 0.8


def test_outlook_has_the_whole_regions_tiers_and_pairs(plan):
    whole = plan.outlook.filter(pl.col("region").is_null() & pl.col("product").is_null())
    assert whole.select("last_year_minor", "target_minor").row(0) == (plan.last_year_minor, plan.target_minor)
    assert whole["probability"][0] == pytest.approx(plan.probability, abs=1e-3)
    for only, other in (("region", "product"), ("product", "region")):
        rows = plan.outlook.filter(pl.col(only).is_not_null() & pl.col(other).is_null())
        assert rows["target_minor"].sum() == plan.target_minor
        assert rows["last_year_minor"].sum() == plan.last_year_minor


def test_monthly_view_sums_to_the_plan(plan):
    assert plan.monthly["target_minor"].sum() == plan.target_minor
    assert plan.monthly["last_year_minor"].sum() == plan.last_year_minor
    assert (plan.monthly["low_minor"] <= plan.monthly["median_minor"]).all()


def test_floor_is_kept(plan):
    (floor,) = plan.floors
    assert floor["target_minor"] >= floor["floor_minor"] >= floor["last_year_minor"] * 1.02 - 100


def test_people_carry_the_plan_and_their_quota_lies_above_it(plan):
    chosen = plan.targets.filter(pl.col("scenario") == "plan")
    assert chosen["amount_minor"].sum() == plan.target_minor
    for person, target, quota in plan.people.select("person", "target_minor", "quota_minor").iter_rows():
        assert chosen.filter(pl.col("person") == person)["amount_minor"].sum() == target
        assert abs(quota - target * 1.2) <= 50, person
    assert plan.people["capacity_share"].sum() == pytest.approx(1, abs=1e-9)
    left = chosen.filter((pl.col("person") == "丙") & (pl.col("month") > "2025-09"))
    assert left.is_empty()
    unmanned = chosen.filter(pl.col("person").is_null())
    assert unmanned["region"].unique().to_list() == ["西北"]
    assert unmanned["month"].unique().sort().to_list() == ["2025-10", "2025-11", "2025-12"]
    assert any("西北" in warning.zh and "没有可分配的人" in warning.zh for warning in plan.warnings)
    assert dict(plan.units.select("unit", "quota_minor").iter_rows()) == {
        unit: int((Decimal(target) * Decimal("1.1") / 100).to_integral_value("ROUND_HALF_UP")) * 100
        for unit, target in plan.units.select("unit", "target_minor").iter_rows()
    }


def test_same_plan_whatever_the_order_of_the_lines(plan):
    again = make_plan(LINES.sample(fraction=1, shuffle=True, seed=9), year=2025, settings=parse_settings(FULL), people=PEOPLE)
    assert again.targets.equals(plan.targets)
    assert again.outlook.equals(plan.outlook)
    assert again.customers.tiers.equals(plan.customers.tiers)
    assert (again.waterfall, again.products, again.warnings) == (plan.waterfall, plan.products, plan.warnings)
    assert (again.recommendation, again.quarters) == (plan.recommendation, plan.quarters)


def test_targets_are_sorted_by_their_keys(plan):
    keys = plan.targets.columns[:7]
    assert keys == ["scenario", "product", "region", "customer_tier", "month", "unit", "person"]
    assert plan.targets.equals(plan.targets.sort(keys))
    assert plan.targets.select(keys).is_unique().all()


def test_lines_of_the_year_itself_change_nothing():
    later = sample_sales(years=(2025,), seed=4)
    one, two = make_plan(LINES, year=2025), make_plan(pl.concat([LINES, later]), year=2025)
    assert one.targets.equals(two.targets)


def test_monthly_sums_give_the_plan_of_the_lines():
    month = LINES.with_columns(pl.col("date").dt.truncate("1mo")).group_by("date", "product", "region", "customer")
    assert make_plan(month.agg(pl.col("amount").sum()), year=2025).target_minor == make_plan(LINES.drop("cost"), year=2025).target_minor


def test_chosen_amount_states_its_probability_and_a_chosen_probability_its_amount():
    by_amount = make_plan(LINES, year=2025, target_minor=60_000_000)
    assert by_amount.target_minor == 60_000_000
    assert by_amount.chosen is None
    assert 0 < by_amount.probability < 1
    back = make_plan(LINES, year=2025, probability=Decimal("0.7"))
    assert back.probability == pytest.approx(0.7, abs=1e-3)
    assert any(
        warning.en.startswith("the chosen target has a probability below 0.1 %")
        for warning in make_plan(LINES, year=2025, target_minor=10**11).warnings
    )


def test_target_that_is_no_multiple_of_the_unit_is_refused():
    with pytest.raises(BadInput, match="multiple of 10,000"):
        make_plan(LINES, year=2025, settings=PlanSettings(unit_minor=1_000_000), target_minor=60_000_100)


TALL_FLOORS = [
    {"where": {"region": ["华东"]}, "growth": "1%"},
    {"where": {"product": ["base"]}, "growth": "500%", "source": "愿望"},
    {"growth": "400%"},
]


def test_floors_above_a_fixed_target_contradict_it_and_name_an_irreducible_set():
    with pytest.raises(Contradiction) as refusal:
        make_plan(LINES, year=2025, settings=parse_settings({"floors": TALL_FLOORS}), target_minor=60_000_000)
    assert [part["kind"] for part in refusal.value.conflict] == ["total", "floor"]
    assert "raise the target or lower the floors" in refusal.value.text.en


@pytest.mark.parametrize("probability", [None, Decimal("0.5")])
def test_floors_above_a_free_target_raise_it_and_its_probability_falls(probability):
    free = make_plan(LINES, year=2025, probability=probability)
    made = make_plan(LINES, year=2025, settings=parse_settings({"floors": TALL_FLOORS}), probability=probability)
    assert made.target_minor == free.target_minor + made.raised_minor
    assert all(floor["target_minor"] >= floor["floor_minor"] for floor in made.floors)
    assert made.target_minor >= made.last_year_minor * 5
    assert made.quantiles_minor == free.quantiles_minor, "a floor never touches the distribution"
    assert made.probability < 0.001
    assert sums(made.targets, "scenario") == {s.name: s.target_minor for s in made.scenarios} | {"plan": made.target_minor}
    assert sum(step.amount_minor for step in made.waterfall) == made.target_minor
    told = [warning.en for warning in made.warnings]
    assert [words for words in told if words.startswith("the floors raised the target from")]
    assert "the chosen target has a probability below 0.1 %: the history does not bear it out" in told


def test_floor_raises_the_target_only_by_what_it_lacks():
    free = make_plan(LINES, year=2025)
    east = free.cells.filter(pl.col("region") == "华东")["target_minor"].sum()
    settings = parse_settings({"floors": [{"where": {"region": ["华东"]}, "growth": "40%"}]})
    made = make_plan(LINES, year=2025, settings=settings)
    (floor,) = made.floors
    assert made.raised_minor == pytest.approx(floor["floor_minor"] - east, abs=200)
    others = pl.col("region") != "华东"
    kept = [plan.cells.filter(others)["target_minor"].sum() for plan in (free, made)]
    assert kept[0] == pytest.approx(kept[1], abs=200)


def test_driver_and_floor_that_mean_nothing_are_told():
    settings = parse_settings(
        {
            "drivers": [{"name": "空", "where": {"product": "潜力"}, "likely": 0.1}],
            "floors": [{"where": {"product": "potential"}, "growth": "5%"}],
        }
    )
    made = make_plan(LINES, year=2025, settings=settings)
    assert [warning.en for warning in made.warnings if "means nothing" in warning.en] == [
        "driver “空” means nothing that the plan holds and adds nothing",
        "floor 1 means nothing that the plan holds and asks for nothing",
    ]
    assert made.waterfall[2].amount_minor == 0


def test_cautious_scenario_below_its_floors_is_raised_beside_a_fixed_plan():
    made = make_plan(LINES, year=2025, settings=parse_settings({"floors": [{"growth": "10%"}]}), target_minor=80_000_000)
    least = made.last_year_minor * 1.1
    assert all(scenario.target_minor >= least for scenario in made.scenarios)
    assert made.scenarios[0].raised_minor > 0
    assert made.raised_minor == 0
    assert sums(made.targets, "scenario") == {s.name: s.target_minor for s in made.scenarios} | {"plan": 80_000_000}


def test_probabilities_stand_under_a_condition_only_with_drivers(plan):
    assert plan.condition.zh == "若下列假设成立"
    assert make_plan(LINES, year=2025).condition is None


def test_quarters_have_shares_that_sum_to_the_year_and_carry_the_target(plan):
    assert sum(quarter.mean_share for quarter in plan.quarters) == pytest.approx(1, abs=1e-9)
    assert sum(quarter.target_minor for quarter in plan.quarters) == plan.target_minor
    assert sum(quarter.last_year_share for quarter in plan.quarters) == pytest.approx(1, abs=1e-9)
    assert all(quarter.low_share < quarter.mean_share < quarter.high_share for quarter in plan.quarters)
    assert [quarter.months[0] for quarter in plan.quarters] == ["2025-01", "2025-04", "2025-07", "2025-10"]


def test_recommendation_stands_beside_the_plan_with_its_considerations(plan):
    found = plan.recommendation
    assert [one.name for one in found.considerations] == ["cost", "people"]
    assert found.considerations[1].figures["people"] == 4
    assert found.chosen.target_minor == plan.target_minor
    assert found.chosen.probability == pytest.approx(plan.probability, abs=1e-3)
    # quotas lie 20 % above targets: fewer people reach theirs than the year its target
    assert found.chosen.people_share < plan.probability


def test_recommendation_weighs_the_market_where_it_is_given():
    market = {"market": {"growth": "8%", "low": "5%", "high": "10%", "source": "协会"}, "recommendation": {"cost_of_missing": 4}}
    made = make_plan(LINES, year=2025, settings=parse_settings(market))
    cost, people, market = made.recommendation.considerations
    assert market.target_minor == int(made.last_year_minor * Decimal("1.08")) // 100 * 100
    assert (cost.figures["wanted_probability"], market.source.zh) == (pytest.approx(0.8, abs=1e-12), "协会")
    middle = sorted([cost.target_minor, people.target_minor, market.target_minor])[1]
    assert made.recommendation.recommended.target_minor == middle
    assert made.target_minor == made.scenarios[1].target_minor, "the chosen plan stays the scenario base"


def test_drivers_of_every_odd_kind_are_told_and_the_plan_stays_exact():
    drivers = [
        {"name": "翻倍", "likely": "150%"},
        {"name": "叠加", "likely": "10%"},
        {"name": "不会", "likely": "10%", "probability": 0},
        {"name": "已始", "likely": "1%", "from": "2024-06"},
        {"name": "太晚", "likely": "10%", "from": "2026-01"},
    ]
    made = make_plan(LINES, year=2025, settings=parse_settings({"drivers": drivers}))
    steps = {step.step: step.amount_minor for step in made.waterfall}
    assert (steps["不会"], steps["太晚"]) == (0, 0)
    assert steps["翻倍"] == pytest.approx(made.mean_minor * 1.5, rel=1e-6)
    assert steps["叠加"] == pytest.approx(made.mean_minor * 0.1, rel=1e-6)
    assert sum(steps.values()) == made.target_minor
    told = " ".join(warning.zh for warning in made.warnings)
    for words in (
        "超过一倍：请核对",
        "“叠加”与“翻倍”范围重叠",
        "“不会”的概率是 0",
        "“已始”从 2024-06 起，早于",
        "“太晚”从 2026-01 起，晚于",
        "使全年增加 161%",
    ):
        assert words in told, words


@pytest.mark.parametrize("missing", [["product"], ["region"], ["customer"], ["product", "region", "customer", "cost"]])
def test_missing_columns_stand_as_all_with_a_warning(missing):
    made = make_plan(LINES.drop(missing), year=2025)
    name = {"product": "product", "region": "region", "customer": "customer_tier"}
    for column in missing:
        if column in name:
            assert made.targets[name[column]].unique().to_list() == ["(all)"]
    assert sum("(all)" in warning.en for warning in made.warnings) == sum(column in name for column in missing)
    assert sums(made.targets, "scenario")["plan"] == made.target_minor


@pytest.mark.parametrize(
    "lines",
    [
        sample_sales(years=(2024,)),
        yearly({"唯一": [100.0, 90.0]}, first_year=2024),
        yearly({"间断": [0, 500, 0, 0, 0, 900, 0, 0, 0, 0, 400, 0] * 3}, first_year=2022),
        yearly({"巨单": [10.0] * 30 + [100_000.0] + [10.0] * 5}, first_year=2022),
        yearly({"退货": [100.0] * 20 + [-30.0] + [100.0] * 15, "全退": [0] * 30 + [-5.0] * 6}, first_year=2022),
        yearly({"隔年": [50.0] * 12 + [0] * 12 + [60.0] * 12}, first_year=2022),
        yearly({"老": [100.0] * 36, "新": [0] * 35 + [30.0]}, first_year=2022),
    ],
    ids=["one year", "two lines", "intermittent", "giant order", "returns", "gap", "born last month"],
)
def test_odd_histories_give_exact_plans(lines):
    made = make_plan(lines, year=2025)
    assert sums(made.targets, "scenario")["plan"] == made.target_minor
    assert sum(step.amount_minor for step in made.waterfall) == made.target_minor
    assert (made.targets["amount_minor"] >= 0).all()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (yearly({"a": [100.0] * 12 + [-100.0] * 12}), "sum to -1,200.00, below zero"),
        (yearly({"a": [-100.0] * 12 + [500.0] * 12}), "the lines of 2023 sum to -1,200.00"),
        (yearly({"a": [100.0]}, first_year=2024), "one period only"),
        (yearly({"a": [100.0] * 24}, first_year=2014), "too far from 2025"),
        (yearly({"a": [100.0] * 24}).with_columns(pl.col("amount") * 0), "sum to 0.00: there is nothing to plan on"),
        (yearly({"a": [100.0] * 24}, first_year=2026), "no sales line is dated before 2025-01-01"),
    ],
)
def test_histories_that_cannot_be_planned_on_are_refused(lines, told):
    with pytest.raises(BadInput) as refusal:
        make_plan(lines, year=2025)
    assert told in refusal.value.text.en


def test_fiscal_year_has_its_own_months():
    made = make_plan(LINES, year=2024, settings=PlanSettings(fiscal_year_starts=4))
    assert made.months[0] == "2024-04"
    assert made.months[-1] == "2025-03"
    last = LINES.filter(pl.col("date").is_between(date(2023, 4, 1), date(2024, 3, 31)))["amount"].sum()
    assert made.last_year_minor == int(Decimal(last) * 100)
    assert made.quarters[0].months == ("2024-04", "2024-05", "2024-06")
    assert made.quarters[3].months == ("2025-01", "2025-02", "2025-03")
    assert sum(quarter.target_minor for quarter in made.quarters) == made.target_minor
    assert default_year(LINES, PlanSettings(fiscal_year_starts=4)) == 2025
    assert default_year(LINES, PlanSettings()) == 2025


def test_fiscal_year_from_february_with_two_spring_festivals_is_planned_whole():
    made = make_plan(LINES, year=2024, settings=PlanSettings(fiscal_year_starts=2))
    assert (made.months[0], made.months[-1], len(set(made.months))) == ("2024-02", "2025-01", 12)
    last = LINES.filter(pl.col("date").is_between(date(2023, 2, 1), date(2024, 1, 31)))["amount"].sum()
    assert made.last_year_minor == int(Decimal(last) * 100)
    assert made.cells["target_minor"].sum() == made.target_minor


def test_plan_down_to_products_names_them():
    made = make_plan(LINES, year=2025, settings=PlanSettings(product_cells="product"))
    assert set(made.targets["product"].unique()) == {"硬件", "软件", "服务", "配件"}
    assert sums(made.targets, "scenario")["plan"] == made.target_minor


@settings(deadline=None, max_examples=15)
@given(st.integers(min_value=1, max_value=10**9), st.sampled_from([1, 100, 1_000_000]))
def test_any_target_is_cascaded_exactly(units, unit):
    made = make_plan(LINES, year=2025, settings=PlanSettings(unit_minor=unit), target_minor=units * unit)
    assert sums(made.targets, "scenario")["plan"] == units * unit
    assert (made.targets["amount_minor"] % unit == 0).all()
