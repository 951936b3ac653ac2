"""Why this number: every figure of the page is explained, within the scope, by the same value."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from tests.world import NOW, World
from yunchou.common.errors import NotFound
from yunchou.org.models import User
from yunchou.planning import selectors
from yunchou.planning.models import PlanVersion
from yunchou.planning.selectors import Figure, Period
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ROLES = ("director", "finance", "north", "south", "seller")


def figures_of(value: Any) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from figures_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from figures_of(item)


def figures_on_the_page(actor: User, period: Period = "quarter") -> dict[str, Figure]:
    return {figure.key: figure for figure in figures_of(selectors.home(actor=actor, now=NOW, period=period))}


@pytest.mark.parametrize(("who", "period"), [*((who, "quarter") for who in ("director", "north", "seller")), ("director", "month")])
def test_every_figure_of_the_page_opens_its_why(planned: World, who: str, period: Period) -> None:
    actor = getattr(planned, who)
    shown = figures_on_the_page(actor, period)
    assert len(shown) > 60
    operands: dict[str, Figure] = {}

    for key, figure in shown.items():
        if figure.value is None:
            with pytest.raises(NotFound):
                selectors.why(actor=actor, key=key, now=NOW)
            continue
        why = selectors.why(actor=actor, key=key, now=NOW)
        assert why.figure == figure
        assert all((why.name, why.place, why.definition, why.formula, why.notes))
        operands |= {operand.figure.key: operand.figure for operand in why.operands}
    for key, figure in operands.items():
        if key not in shown:
            assert selectors.why(actor=actor, key=key, now=NOW).figure == figure
        else:
            assert shown[key] == figure


@pytest.mark.parametrize("who", ["north", "south", "seller"])
def test_why_of_the_companys_figures_is_hidden_from_narrower_scopes(planned: World, who: str) -> None:
    actor, shown = getattr(planned, who), figures_on_the_page(planned.director)
    for key in ("probability", "step:n0", "step:n1", "quantile:n50", "scenario_target:n0", "scenario_probability:n0", "median"):
        assert key in shown
        with pytest.raises(NotFound):
            selectors.why(actor=actor, key=key, now=NOW)


def test_why_of_another_region_looks_missing(planned: World) -> None:
    others = [key for key in figures_on_the_page(planned.director) if key.startswith("attained:r")]
    mine = figures_on_the_page(planned.south)
    hidden = [key for key in others if key not in mine]
    assert hidden

    for key in hidden:
        with pytest.raises(NotFound):
            selectors.why(actor=planned.south, key=key, now=NOW)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "target:r0",
        "target:r99",
        "target:m13",
        "target:to3",
        "target:m1:r1",
        "step",
        "step:n99",
        "quantile:n0",
        "target:n1",
        "attained:star:x",
        "TARGET",
    ],
)
def test_why_of_what_is_not_on_the_page_looks_missing(planned: World, key: str) -> None:
    with pytest.raises(NotFound) as refusal:
        selectors.why(actor=planned.director, key=key, now=NOW)

    assert (refusal.value.code, refusal.value.status) == ("not_found", 404)


@pytest.mark.parametrize("who", ROLES)
def test_why_ends_in_the_rows_of_the_ledger(planned: World, who: str) -> None:
    actor = getattr(planned, who)
    for key in ("attained", "attained:m3", "ahead", "last_year"):
        why = selectors.why(actor=actor, key=key, now=NOW)
        source = why.source
        lines = OrderLine.objects.filter(on__gte=source.from_on, on__lt=source.before_on)
        lines = {
            "north": lines.filter(unit__code__in=["R1", "T1"]),
            "south": lines.filter(unit__code="R2"),
            "seller": lines.filter(person__code="P4"),
        }.get(who, lines)
        assert source.kind == "order_lines"
        assert (source.rows, source.sum_minor) == (lines.count(), sum(line.amount_minor for line in lines))
        assert [row.order_code for row in source.first_rows] == [line.order_code for line in lines.order_by("on", "id")[:20]]


def test_why_narrows_to_region_tier_and_months(planned: World) -> None:
    shown = figures_on_the_page(planned.director)
    keys = [key for key in shown if key.startswith("attained:r") and key.endswith((":star", ":potential", ":base"))]
    assert keys

    for key in keys:
        source = selectors.why(actor=planned.director, key=key, now=NOW).source
        assert (
            source.sum_minor == shown[key].value == sum(row.amount_minor for row in source.first_rows if source.rows <= 20)
            or source.rows > 20
        )


def test_why_of_the_plans_figures_says_what_it_rests_on(planned: World) -> None:
    why = selectors.why(actor=planned.director, key="target", now=NOW)
    lines = OrderLine.objects.filter(on__lt="2026-01-01")

    assert (why.source.kind, why.source.rows) == ("plan_version", lines.count())
    assert len(why.fingerprint) == 64
    assert why.computed_at == NOW


def test_why_of_what_is_due_adds_up_from_its_own_operands(planned: World) -> None:
    of_region = next(key for key in figures_on_the_page(planned.director) if key.startswith("expected:r"))
    for key in ("expected", "expected:q3", of_region, "expected:m8", "expected:q4"):
        why = selectors.why(actor=planned.director, key=key, now=NOW)
        # Today is the last day of August: the running month counts in full.
        assert why.figure.value == sum(operand.figure.value or 0 for operand in why.operands), key
        assert why.source.kind == "plan_version"
        assert len(why.fingerprint) == 64
    assert "本月已过 31 天，全月 31 天" in selectors.why(actor=planned.director, key="expected", now=NOW).notes


def test_why_of_a_target_adds_up_from_its_own_operands(planned: World) -> None:
    tier = next(key for key in figures_on_the_page(planned.director) if key.startswith("target:r") and key.endswith(":base"))
    for key in ("target", "target:q2", tier.removesuffix(":base"), tier, f"{tier}:q1", "target:to5", f"{tier}:to5"):
        why = selectors.why(actor=planned.director, key=key, now=NOW)
        assert why.operands, key
        assert why.figure.value == sum(operand.figure.value or 0 for operand in why.operands), key


def test_why_of_the_last_step_adds_up_to_the_target(planned: World) -> None:
    steps = [key for key in figures_on_the_page(planned.director) if key.startswith("step:")]
    why = selectors.why(actor=planned.director, key=steps[-1], now=NOW)
    (target, *before) = [operand.figure.value or 0 for operand in why.operands]
    assert why.operands[0].figure.key == "target"
    assert why.figure.value == target - sum(before)
    assert "目标" in why.formula


@pytest.mark.parametrize("who", ["north", "south", "seller"])
def test_why_tells_a_narrower_scope_nothing_of_the_companys_growth_and_margins(planned: World, who: str) -> None:
    actor = getattr(planned, who)
    whys = [selectors.why(actor=actor, key=key, now=NOW) for key, figure in figures_on_the_page(actor).items() if figure.value is not None]
    assert not [note for why in whys for note in why.notes if "毛利" in note or "年增" in note]
    assert not [why for why in whys if why.source.kind == "plan_version" and why.source.sum_minor is not None]
    seen = selectors.why(
        actor=planned.director, key=next(why.figure.key for why in whys if why.figure.key.startswith("attained:r")), now=NOW
    )
    assert [note for note in seen.notes if "毛利" in note]


def test_why_says_how_often_the_forecast_was_checked(planned: World) -> None:
    method = PlanVersion.objects.get().evidence["method"]
    told = " ".join(selectors.why(actor=planned.director, key="probability", now=NOW).notes)
    assert f"从过去 {method['origins']} 个时点各预测一次（互不重叠的 {method['outcomes']} 个）" in told


def test_why_of_a_driver_states_its_assumptions(planned: World) -> None:
    why = selectors.why(actor=planned.director, key="step:n2", now=NOW)

    assert why.name == "北区加人"
    told = "增量假设：低 5.0%、中 5.0%、高 5.0%，发生的可能性 100.0%"
    assert told in why.notes
    # whoever looks at a probability is told what it depends on
    notes = selectors.why(actor=planned.director, key="probability", now=NOW).notes
    assert notes[notes.index("若下列假设成立：") + 1] == f"北区加人：{told}"
