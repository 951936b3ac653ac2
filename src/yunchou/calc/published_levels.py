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


# code, Chinese and English name; low, middle, high; which direction is good; strength; source
PUBLISHED_LEVELS: tuple[PublishedLevel, ...] = (
    PublishedLevel(
        code="quota_reached", name=Text("完成指标的人员占比（设计值）", "share of people who reach quota, by design"),
        low=0.5, middle=0.6, high=0.7, better="high",
        strength="D", source="WorldatWork/BSC, quota practices study, 2012",
    ),
    PublishedLevel(
        code="win_rate", name=Text("合格商机赢单率", "win rate of qualified opportunities"),
        low=0.15, middle=0.25, high=0.45, better="high",
        strength="S", source="landbase.com; knowlee.ai; thecroreport.com",
    ),
    PublishedLevel(
        code="lead_to_mql", name=Text("线索到市场合格线索", "leads that become marketing-qualified"),
        low=0.1, middle=0.2, high=0.4, better="high",
        strength="S", source="growthengineer.ai; b2blead.io",
    ),
    PublishedLevel(
        code="mql_to_sql", name=Text("市场合格到销售合格线索", "marketing-qualified that become sales-qualified"),
        low=0.13, middle=0.4, high=0.6, better="high",
        strength="S", source="growthengineer.ai; b2blead.io; getfairview.com, which disagree widely",
    ),
    PublishedLevel(
        code="sql_to_opportunity", name=Text("销售合格线索到商机", "sales-qualified that become opportunities"),
        low=0.4, middle=0.6, high=0.8, better="high",
        strength="S", source="growthengineer.ai; b2blead.io",
    ),
    PublishedLevel(
        code="opportunity_to_won", name=Text("商机到赢单", "opportunities won"),
        low=0.1, middle=0.2, high=0.3, better="high",
        strength="S", source="growthengineer.ai; b2blead.io",
    ),
    PublishedLevel(
        code="lead_to_won", name=Text("线索到赢单", "leads won in the end"),
        low=0.005, middle=0.015, high=0.04, better="high",
        strength="S", source="growthengineer.ai",
    ),
    PublishedLevel(
        code="sales_cycle_days", name=Text("销售周期（天）", "sales cycle, days"),
        low=30, middle=84, high=180, better="low",
        strength="S", source="thecroreport.com; getgangly.com",
    ),
    PublishedLevel(
        code="ramp_months", name=Text("新人上手（月）", "months to full quota"),
        low=3, middle=5, high=12, better="low",
        strength="S", source="Bridge Group 2024, told by pulserevops.com",
    ),
    PublishedLevel(
        code="attrition", name=Text("销售年流失率", "people who leave a year"),
        low=0.13, middle=0.25, high=0.26, better="low",
        strength="B", source="CSO Insights, told by techcxo.com",
    ),
    PublishedLevel(
        code="net_retention", name=Text("净收入留存", "net revenue retention"),
        low=1.0, middle=1.015, high=1.1, better="high",
        strength="D", source="SaaS Capital, about 1,500 firms",
    ),
    PublishedLevel(
        code="gross_retention", name=Text("总收入留存", "gross revenue retention"),
        low=0.88, middle=0.91, high=0.93, better="high",
        strength="D", source="SaaS Capital, about 1,500 firms",
    ),
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
