"""Published levels of common measures, each with its strength: what to start from while own data are few."""

from dataclasses import dataclass
from typing import Literal

from yunchou.calc.errors import BadInput
from yunchou.calc.reading import nearest
from yunchou.calc.text import Text

Strength = Literal["D", "B", "V", "S"]
STRENGTHS: dict[Strength, Text] = {
    "D": Text("有数据说明", "data described"),
    "B": Text("从业者经验", "a practitioner's experience"),
    "V": Text("厂商发布", "published by a vendor"),
    "S": Text("二手转述，不能当作事实", "second-hand, not a fact"),
}


@dataclass(frozen=True, kw_only=True)
class PublishedLevel:
    """A published range (low, middle, high; shares 0…1, else days or months) with its strength and source."""

    code: str
    name: Text
    low: float
    middle: float
    high: float
    better: Literal["high", "low"]
    strength: Strength
    source: str

    @property
    def range(self) -> tuple[float, float, float]:
        """Return low, middle and high."""
        return self.low, self.middle, self.high

    def told(self) -> Text:
        """Say the range together with how far it can be trusted."""
        strength = STRENGTHS[self.strength]
        return Text(
            f"公开区间“{self.name.zh}”：{self.low:g}～{self.high:g}，常见 {self.middle:g}；依据强度：{strength.zh}（{self.source}）",
            f"published range “{self.name.en}”: {self.low:g} to {self.high:g}, usually {self.middle:g};"
            f" strength: {strength.en} ({self.source})",
        )


def _level(
    code: str, zh: str, en: str, figures: tuple[float, float, float], better: Literal["high", "low"], rest: tuple[Strength, str]
) -> PublishedLevel:
    low, middle, high = figures
    return PublishedLevel(code=code, name=Text(zh, en), low=low, middle=middle, high=high, better=better, strength=rest[0], source=rest[1])


PUBLISHED_LEVELS: tuple[PublishedLevel, ...] = (
    _level("quota_reached", "完成指标的人员占比（设计值）", "share of people who reach quota, by design", (0.5, 0.6, 0.7), "high",
           ("D", "WorldatWork/BSC, quota practices study, 2012")),
    _level("win_rate", "合格商机赢单率", "win rate of qualified opportunities", (0.15, 0.25, 0.45), "high", ("S", "landbase.com; knowlee.ai; thecroreport.com")),
    _level("lead_to_mql", "线索到市场合格线索", "leads that become marketing-qualified", (0.1, 0.2, 0.3), "high", ("S", "growthengineer.ai; b2blead.io")),
    _level("mql_to_sql", "市场合格到销售合格线索", "marketing-qualified that become sales-qualified", (0.13, 0.4, 0.6), "high",
           ("S", "growthengineer.ai; b2blead.io; getfairview.com (they disagree widely)")),
    _level("sql_to_opportunity", "销售合格线索到商机", "sales-qualified that become opportunities", (0.4, 0.6, 0.8), "high", ("S", "growthengineer.ai; b2blead.io")),
    _level("opportunity_to_won", "商机到赢单", "opportunities won", (0.15, 0.2, 0.3), "high", ("S", "growthengineer.ai; b2blead.io")),
    _level("lead_to_won", "线索到赢单", "leads won in the end", (0.005, 0.015, 0.04), "high", ("S", "growthengineer.ai")),
    _level("sales_cycle_days", "销售周期（天）", "sales cycle, days", (30, 84, 180), "low", ("S", "thecroreport.com; getgangly.com")),
    _level("ramp_months", "新人上手（月）", "months to full quota", (3, 5, 12), "low", ("S", "Bridge Group 2024, by pulserevops.com")),
    _level("attrition", "销售年流失率", "people who leave a year", (0.13, 0.25, 0.26), "low", ("B", "CSO Insights, by techcxo.com")),
    _level("compensation_share", "薪酬占收入", "compensation share of revenue", (0.05, 0.1, 0.12), "low", ("V", "Xactly, 2018")),
    _level("net_retention", "净收入留存", "net revenue retention", (0.97, 1.015, 1.1), "high", ("D", "SaaS Capital, about 1,500 firms")),
    _level("gross_retention", "总收入留存", "gross revenue retention", (0.88, 0.91, 0.93), "high", ("D", "SaaS Capital, about 1,500 firms")),
)  # fmt: skip


def published_level(code: str) -> PublishedLevel:
    """Return the published level of that code.

    Raises:
        BadInput: There is none; the nearest is named.
    """
    known = {level.code: level for level in PUBLISHED_LEVELS}
    if code not in known:
        near = nearest(code, known)
        raise BadInput(Text(f"--published 没有“{code}”，最接近的是 {near}", f"--published has no {code!r}; the nearest known is {near}"))
    return known[code]
