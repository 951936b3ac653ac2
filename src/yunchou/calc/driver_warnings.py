"""What a reader must know of a plan's drivers: where they overlap, promise very much, or add nothing."""

from collections.abc import Sequence

import numpy as np

from yunchou.calc.plan_cells import Mask, PlanYear
from yunchou.calc.plan_settings import Driver
from yunchou.calc.target import Driven
from yunchou.calc.text import Text
from yunchou.calc.wording import money, percent

_MINOR = 100
_NAMED = 3


def driver_warnings(
    drivers: Sequence[Driver], masks: Sequence[Mask], driven: Driven, *, mean_minor: float, year: PlanYear, currency: str
) -> tuple[Text, ...]:
    """Return what is doubtful about the drivers, one by one and together.

    Args:
        drivers: In the order in which they apply.
        masks: For each driver, the cells it works on.
        driven: What they made of the year.
        mean_minor: The expected year without them.
        year: The year.
        currency: Of the amounts.

    Source: own.
    """
    found: list[Text] = []
    for at, driver in enumerate(drivers):
        found += _overlap(drivers, masks, driven, at, currency)
        if driver.likely > 1:
            found.append(
                Text(
                    f"增长动因“{driver.name}”的最可能增幅是 {driver.likely:.0%}，超过一倍：请核对是不是写错了",
                    f"driver “{driver.name}” is most likely to add {driver.likely:.0%}, more than the whole base: check the figure",
                )
            )
        if driver.probability == 0:
            found.append(
                Text(f"增长动因“{driver.name}”的概率是 0，不起作用", f"driver “{driver.name}” has a probability of 0 and adds nothing")
            )
        if driver.starts_on and driver.starts_on < year.first:
            found.append(
                Text(
                    f"增长动因“{driver.name}”从 {driver.starts_on:%Y-%m} 起，早于规划年度：历史里可能已含它的效果，请核对是否算了两遍",
                    f"driver “{driver.name}” starts in {driver.starts_on:%Y-%m}, before the year:"
                    " the history may hold its effect already; check that it is not counted twice",
                )
            )
    added = float(driven.gains.mean(axis=1).sum()) * _MINOR if drivers else 0.0
    if added > mean_minor > 0:
        found.append(
            Text(
                f"各增长动因合计使全年增加 {percent(added / mean_minor, 0)}，超过一倍：目标主要靠假设，不靠历史",
                f"together the drivers add {percent(added / mean_minor, 0)} to the year, more than all of it:"
                " the target rests on assumptions, not on the history",
            )
        )
    return tuple(found)


def _overlap(drivers: Sequence[Driver], masks: Sequence[Mask], driven: Driven, at: int, currency: str) -> list[Text]:
    twice_minor = round(float(driven.twice[at]) * _MINOR)
    if twice_minor <= 0:
        return []
    others = [other.name for other, mask in zip(drivers[:at], masks[:at], strict=True) if np.any(mask & masks[at])]
    zh = "、".join(f"“{name}”" for name in others[:_NAMED]) + ("等" if len(others) > _NAMED else "")
    en = ", ".join(f"“{name}”" for name in others[:_NAMED]) + (" and others" if len(others) > _NAMED else "")
    counted = money(twice_minor, currency)
    return [
        Text(
            f"增长动因“{drivers[at].name}”与{zh}范围重叠：它只按基数计算，不在已加的增长上再加，否则会重复计入 {counted.zh}；"
            "若指的是同一批生意，请只留一个",
            f"driver “{drivers[at].name}” overlaps {en}: it counts on the base alone, not on what was added already,"
            f" which would count {counted.en} twice; where both mean the same business, keep one",
        )
    ]
