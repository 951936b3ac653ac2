"""The target that a plan takes, and those of its scenarios."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yunchou.calc.errors import BadInput
from yunchou.calc.money import LARGEST_MINOR
from yunchou.calc.plan import Scenario
from yunchou.calc.plan_settings import Aim, PlanSettings
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.target import probability_of, target_at
from yunchou.calc.text import Text

_BASE_AIM = "base"
_BASE_PROBABILITY = Decimal("0.6")
_MINOR = 100


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The plan's target, the scenario it is (None where it was asked for), what floors added to it, and what is to be said."""

    target_minor: int
    scenario: str | None = None
    raised_minor: int = 0
    warnings: tuple[Text, ...] = ()


def scenario_at(aim: Aim, totals_minor: FloatArray, *, raised: Callable[[int], int], unit_minor: int) -> Scenario:
    """Return the target that the year reaches with the aim's probability, raised to what the floors need.

    The probability is the one asked for, or of a raised target the one it has.

    Args:
        aim: Name and probability.
        totals_minor: Shape ``(paths,)``, the year's total with drivers.
        raised: Returns a target with what floors add to it.
        unit_minor: The step of targets.

    Source: own; see docs/methods/target-and-probability.md.
    """
    asked = target_at(totals_minor, float(aim.probability), unit_minor)
    target = raised(asked)
    return Scenario(
        name=aim.name,
        probability=stated(aim.probability if target == asked else None, probability_of(totals_minor, target), len(totals_minor)),
        target_minor=target,
        raised_minor=target - asked,
    )


def stated(asked: Decimal | None, counted: float, paths: int) -> float:
    """Return the probability asked for where the paths agree to within one of them, else the counted one.

    Source: own.
    """
    return float(asked) if asked is not None and abs(float(asked) - counted) <= 1 / paths else counted


def choose_target(
    scenarios: Sequence[Scenario],
    totals_minor: FloatArray,
    *,
    target_minor: int | None,
    probability: Decimal | None,
    raised: Callable[[int], int],
    settings: PlanSettings,
) -> Chosen:
    """Return the plan's target: the one a person fixed, the one of an asked probability, or that of the scenario ``base``.

    Without a scenario of that name the one nearest to 60 % is taken. Floors raise every target but a fixed one.

    Raises:
        BadInput: The fixed target is not above 0, no multiple of the unit, or too large to be counted exactly.

    Source: own.
    """
    if target_minor is not None:
        if target_minor <= 0 or target_minor % settings.unit_minor:
            raise BadInput(
                Text(
                    f"目标 {Decimal(target_minor) / _MINOR:,.2f} 应为正数，且是 {Decimal(settings.unit_minor) / _MINOR:,} 的整数倍",
                    f"the target {Decimal(target_minor) / _MINOR:,.2f} must be above 0"
                    f" and a multiple of {Decimal(settings.unit_minor) / _MINOR:,}",
                )
            )
        if target_minor >= LARGEST_MINOR:
            raise BadInput(Text("目标大得无法精确计算", "the target is too large to be kept exactly"))
        return Chosen(target_minor=target_minor)
    if probability is not None:
        asked = target_at(totals_minor, float(probability), settings.unit_minor)
        target = raised(asked)
        return Chosen(target_minor=target, raised_minor=target - asked)
    named = [scenario for scenario in scenarios if scenario.name == _BASE_AIM]
    if named:
        return Chosen(scenario=_BASE_AIM, target_minor=named[0].target_minor, raised_minor=named[0].raised_minor)
    near = min(zip(settings.aims, scenarios, strict=True), key=lambda pair: abs(pair[0].probability - _BASE_PROBABILITY))[1]
    return Chosen(
        scenario=near.name,
        target_minor=near.target_minor,
        raised_minor=near.raised_minor,
        warnings=(
            Text(
                f"没有名为 base 的方案，选定方案取最接近 60% 的“{near.name}”",
                f"no scenario is called base: the plan takes “{near.name}”, the nearest to 60 %",
            ),
        ),
    )
