"""What each measure is called, means, and how it is made, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yunchou.planning.selectors.keys import Measure


def assumptions_of(evidence: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the drivers that a plan's probabilities depend on."""
    return tuple(str(driver["name"]) for driver in evidence["drivers"])


def name_of(measure: Measure) -> str:
    """Return a measure's name as it stands beside its figure."""
    return {
        "target": _("目标"),
        "last_year": _("去年"),
        "growth": _("比去年"),
        "median": _("预测中位"),
        "probability": _("达成概率"),
        "attained": _("已达成"),
        "attainment": _("达成率"),
        "expected": _("按进度应达成"),
        "ahead": _("比进度"),
        "ahead_share": _("比进度（%）"),
        "behind": _("落后进度"),
        "step": _("瀑布的一步"),
        "quantile": _("分位数"),
        "scenario_target": _("目标"),
        "scenario_probability": _("达成概率"),
        "rows_changed": _("计算后变动的行数"),
    }[measure]


def definition_of(measure: Measure, *, is_company: bool) -> str:
    """Return what a measure means, in one or two sentences."""
    if measure == "target" and not is_company:
        return _("已发布计划中分到您数据范围内各人的指标之和。")
    if measure == "last_year" and not is_company:
        return _("去年同一数据范围内的销售额，按当时的归属，退货已冲减。")
    return {
        "target": _("已发布计划的目标，精确到分：各区域、产品、客户层级与月份之和恒等于全年目标。"),
        "last_year": _("计划计算时账上去年的销售额，退货已冲减；此后更正的行要等下一版计划。"),
        "growth": _("目标比去年增长多少。"),
        "median": _("预测认为有一半可能超过的全年金额，含各项举措。"),
        "probability": _("预测的上千种可能的全年里，总额达到目标的占比。"),
        "attained": _("今年到今天为止的销售额，按订单日期，退货与更正已计入。"),
        "attainment": _("已达成占全年目标的比例，不封顶。"),
        "expected": _("按计划到今天为止应当达成的金额：已过的整月取全月目标，本月按天数折算。"),
        "ahead": _("已达成比按进度应达成多多少，负数为落后。"),
        "ahead_share": _("已达成比按进度应达成多百分之几，负数为落后。"),
        "behind": _("这一部分比按进度应达成少的金额，是所有区域与产品层级中最大的缺口。"),
        "step": _("从去年到目标的一步；各步之和恒等于目标。"),
        "quantile": _("预测的全年总额中，有这么大把握达到的金额，含各项举措。"),
        "scenario_target": _("按这一方案的把握程度定出的全年目标。"),
        "scenario_probability": _("达到这一方案目标的概率。"),
        "rows_changed": _("这一版计划计算之后，它所依据的年份里又写入的明细行数（一次更正写两行）。"),
    }[measure]


def step_formula(step: str) -> str:
    """Return how a step of the waterfall is made from the steps before it."""
    known = {
        "last_year": _("去年 = 去年各行金额之和"),
        "base": _("自然趋势 = 不加任何举措时的期望 − 去年"),
        "beyond_expectation": _("这一步 = 目标 − 前面各步之和"),
    }
    return known.get(step, _("这一步 = 加入它之后的期望 − 前面各步之和"))


def formula_of(measure: Measure) -> str:
    """Return how a measure is made from its operands; the steps of the waterfall have ``step_formula``."""
    return {
        "target": _("目标 = 其下各部分之和"),
        "last_year": _("去年 = 去年各行金额之和"),
        "growth": _("比去年 = 目标 ÷ 去年 − 1"),
        "median": _("预测中位 = 各条预测路径全年之和的中位数"),
        "probability": _("达成概率 = 全年达到目标的路径数 ÷ 全部路径数"),
        "attained": _("已达成 = 今年各行金额之和"),
        "attainment": _("达成率 = 已达成 ÷ 目标"),
        "expected": _("按进度应达成 = 已过整月的目标 + 本月目标 × 已过天数 ÷ 本月天数"),
        "ahead": _("比进度 = 已达成 − 按进度应达成"),
        "ahead_share": _("比进度（%） = 已达成 ÷ 按进度应达成 − 1"),
        "behind": _("落后进度 = 按进度应达成 − 已达成"),
        "quantile": _("分位数 = 各条预测路径全年之和按大小排列时该位置的值"),
        "scenario_target": _("目标 = 达到它的路径占比等于所定把握的金额，取整到计划的单位"),
        "scenario_probability": _("达成概率 = 全年达到目标的路径数 ÷ 全部路径数"),
        "rows_changed": _("变动行数 = 现在的行数 − 计算时的行数"),
    }[measure]
