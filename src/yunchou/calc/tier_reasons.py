"""What is said of a tier: the rule that gave it, what it rests on, and where the evidence is balanced."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yunchou.calc.text import Text
from yunchou.calc.tier_figures import Figures, month_said

# Two to one that a series grows faster, or slower, than the whole.
_SURELY_FASTER = 2 / 3
_SURELY_SLOWER = 1 / 3

_NAMES = {
    "star": Text("明星", "star"),
    "potential": Text("潜力", "potential"),
    "base": Text("基础", "base"),
    "mature": Text("成熟", "mature"),
    "emerging": Text("新兴", "emerging"),
    "whitespace": Text("空白", "whitespace"),
}

# Rules after which the pace of growth is told, and those that say all in themselves.
_PACED = {
    "large_growing": Text("份额高且在增长", "a large share, and growing"),
    "half_growing": Text("份额不小，增长突出", "of some size, and growing outstandingly"),
    "small_fast": Text("份额不大但增长快", "small but growing fast"),
    "large_slow": Text("份额高但增长不突出", "a large share without outstanding growth"),
    "small_slow": Text("份额不大，增长不突出", "a small share without outstanding growth"),
    "small": Text("份额低于平均，仍在成长", "below an equal share and still growing"),
    "small_trailing": Text("份额低于平均，增长已落后于其他区域", "below an equal share, and no longer keeping up with the others"),
    "large": Text("老区域，份额已成", "an established share"),
}
_WHOLE = {
    "quiet": Text("近半年没有销售，或全年净额不为正", "nothing sold in the last half year, or a year that nets to nothing"),
    "below_cost": Text("份额高但卖一单亏一单，谈不上明星", "a large share, but sold below cost: no star"),
    "unknown": Text("没有可比的上一年，增速无从判断", "no year before to compare with: growth cannot be judged"),
    "large_unknown": Text("份额不低于平均；没有可比的上一年", "at least an equal share; no year before to compare with"),
    "bare": Text("份额很小，几乎还是空白", "next to nothing sold"),
}
_AGED = {
    "young_large": Text("上市 {} 个月，份额已高于平均", "{} months old and already above an equal share"),
    "young": Text("上市 {} 个月的新品", "new: {} months old"),
    "newborn": Text("上市仅 {} 个月，还看不出走势", "only {} months old: too early to tell"),
}
_OPENED = {
    "unsettled": Text("开拓 {} 个月，尚未站稳", "opened {} months ago and yet to take hold"),
    "young": Text("开拓 {} 个月的新区域", "new: {} months old"),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a tier came about: the rule, the tier in force, the one that this history alone gives, and those it lies between."""

    rule: str
    tier: str
    judged: str
    low: str
    high: str


def tier_name(tier: str) -> Text:
    """Return a tier's name as it is said.

    Source: own.
    """
    return _NAMES.get(tier, Text(tier, tier))


def percent(rate: float) -> str:
    """Return a whole percentage with a true minus sign; what rounds to nothing has none.

    Source: own.
    """
    whole = round(rate * 100)
    return f"−{-whole}%" if whole < 0 else f"{whole}%"


def tier_reason(of: Figures, row: int, standing: Standing, *, kind: str, months: Sequence[date]) -> Text:
    """Return why a product or region has its tier, as a sales director would be told.

    Source: own.
    """
    why = _why(of, row, standing.rule, kind)
    parts = [*_balance(standing), *_figures(of, row), *_giant(of, row, months)]
    zh, en = "，".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    return Text(f"{why.zh}。{zh}", f"{why.en}; {en}")


def _why(of: Figures, row: int, rule: str, kind: str) -> Text:
    if rule == "few_months":
        sold = int(of.active_months[row])
        return Text(f"近 12 个月只有 {sold} 个月有销售", f"sales in only {sold} of the last 12 months")
    aged = (_AGED if kind == "product" else _OPENED).get(rule)
    if aged:
        age = int(of.age_months[row])
        return Text(aged.zh.format(age), aged.en.format(age))
    if rule in _WHOLE:
        return _WHOLE[rule]
    faster = float(of.growth.faster[row])
    return _PACED[rule] if math.isnan(faster) else _pace(faster, of=_PACED[rule])


def _pace(faster: float, *, of: Text) -> Text:
    if faster >= _SURELY_FASTER:
        return Text(f"{of.zh}，快于整体的把握 {faster:.0%}", f"{of.en}; {faster:.0%} sure to outgrow the whole")
    if faster <= _SURELY_SLOWER:
        return Text(f"{of.zh}，慢于整体的把握 {1 - faster:.0%}", f"{of.en}; {1 - faster:.0%} sure to trail the whole")
    return Text(f"{of.zh}；快慢与整体难分（证据均衡）", f"{of.en}; growth not told apart from the whole (balanced evidence)")


def _balance(standing: Standing) -> list[Text]:
    said = []
    if standing.low != standing.high:
        low, high = tier_name(standing.low), tier_name(standing.high)
        said.append(
            Text(f"证据均衡：介于{low.zh}与{high.zh}之间", f"the evidence is balanced between {low.en} and {high.en}"),
        )
    if standing.tier != standing.judged:
        kept, now = tier_name(standing.tier), tier_name(standing.judged)
        said.append(
            Text(
                f"沿用原定的{kept.zh}（单看本期为{now.zh}，证据尚不足以改动）",
                f"{kept.en} is kept (this history alone says {now.en}, not surely enough to change it)",
            )
        )
    return said


def _figures(of: Figures, row: int) -> list[Text]:
    said = [Text(f"均分份额 {of.equal:.1%}", f"an equal share is {of.equal:.1%}")]
    growth = of.growth
    if not math.isnan(growth.shrunk[row]):
        rate, low, high = (percent(float(rates[row])) for rates in (growth.shrunk, growth.low, growth.high))
        said.append(
            Text(f"扣除偶然后年增 {rate}（八成区间 {low}~{high}）", f"growth less chance {rate} a year (80 % interval {low} to {high})")
        )
    if not math.isnan(of.margin[row]):
        margin = percent(float(of.margin[row]))
        said.append(Text(f"毛利率 {margin}", f"margin {margin}"))
    return said


def _giant(of: Figures, row: int, months: Sequence[date]) -> list[Text]:
    if math.isnan(of.giant[row]):
        return []
    month, share = month_said(months, int(of.giant_month[row])), percent(float(of.giant[row]))
    return [
        Text(
            f"{month} 一个月占近一年的 {share}，疑为大单，定级时最多按次高月份的两倍计",
            f"{month} alone is {share} of the year: taken for a giant order, counted at most at twice the next largest month",
        )
    ]
