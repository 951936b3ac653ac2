"""What a reader must know of a plan's floors: that they raised the target, or ask for what is hardly to be had."""

from collections.abc import Sequence

from yunchou.calc.chosen_target import Chosen
from yunchou.calc.money import IntArray
from yunchou.calc.plan import Scenario
from yunchou.calc.plan_cascade import Floored
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.target import probability_of
from yunchou.calc.text import Text
from yunchou.calc.wording import chance, money

_HIGH_FLOOR = 1.2
_SCENARIOS = {
    "conservative": Text("稳健", "conservative"),
    "base": Text("基准", "base"),
    "stretch": Text("冲刺", "stretch"),
}
_RAISES = ("总目标也因此被抬高", "it raises the whole target")


def raised_warnings(chosen: Chosen, scenarios: Sequence[Scenario], totals_minor: FloatArray, currency: str) -> tuple[Text, ...]:
    """Return which targets the floors raised, and what that did to the odds; the distribution stays as it is.

    Source: own.
    """
    found = []
    if chosen.raised_minor:
        before = chosen.target_minor - chosen.raised_minor
        told = [money(part, currency) for part in (before, chosen.target_minor, chosen.raised_minor)]
        was, now = (chance(probability_of(totals_minor, part)) for part in (before, chosen.target_minor))
        found.append(
            Text(
                f"增长下限把目标从 {told[0].zh}抬高到 {told[1].zh}（多 {told[2].zh}），达成把握由 {was} 变为 {now}：抬高的是目标，不是预测",
                f"the floors raised the target from {told[0].en} to {told[1].en} (by {told[2].en}), and its probability went from"
                f" {was} to {now}: they raise the target, not the forecast",
            )
        )
    others = [scenario for scenario in scenarios if scenario.raised_minor and scenario.name != chosen.scenario]
    if others:
        zh = "、".join(f"“{_said(one).zh}”多 {money(one.raised_minor, currency).zh}，把握 {chance(one.probability)}" for one in others)
        en = ", ".join(f"“{_said(one).en}” by {money(one.raised_minor, currency).en}, now {chance(one.probability)}" for one in others)
        found.append(Text(f"增长下限也抬高了其他方案的目标：{zh}", f"the floors raised other scenarios too: {en}"))
    return tuple(found)


def _said(scenario: Scenario) -> Text:
    return _SCENARIOS.get(scenario.name, Text(scenario.name, scenario.name))


def floor_warnings(floors: Sequence[Floored], mean_minor: IntArray, *, unit_minor: int, is_fixed: bool = False) -> tuple[Text, ...]:
    """Warn of floors far above what is expected; within a target that a person fixed all others pay for them.

    Source: own.
    """
    found = []
    for at, floor in enumerate(floors, start=1):
        asked, expected = floor.units * unit_minor, int(mean_minor[floor.mask].sum())
        if 0 < _HIGH_FLOOR * expected < asked:
            above = round((asked / expected - 1) * 100)
            zh, en = ("其余部分的目标也因此被压低", "it lowers the targets of all others") if is_fixed else _RAISES
            found.append(
                Text(
                    f"第 {at} 条增长下限比预测均值高 {above}%：很难达成，{zh}",
                    f"floor {at} lies {above}% above the expected amount: hardly to be reached, and {en}",
                )
            )
    return tuple(found)
