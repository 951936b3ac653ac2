"""What stands above the plan's tables of people: who carries it, what they can carry, how fair it is."""

import polars as pl

from yunchou.calc.people_plan import PeoplePlan
from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang
from yunchou.documents.figures import chance, percent

_SHOWN = 5


def people_title(plan: Plan, lang: Lang) -> str:
    """Return how many carry the target, and whether they can at last year's yield."""
    count = 0 if plan.people is None else int(plan.people.filter(pl.col("target_minor") > 0)["person"].n_unique())
    zh = lang == "zh"
    said = f"{count} 人承担目标" if zh else f"{count} people carry the target"
    found = plan.people_plan
    if found is None:
        return said
    whole = found.capacity.units.filter(pl.col("unit").is_null()).row(0, named=True)
    sure = chance(whole["probability"])
    return (
        f"{said}；按去年人均产出并计入流失，扛得住的把握 {sure}"
        if zh
        else f"{said}; at last year's yield and with leavers they can with a probability of {sure}"
    )


def capacity_lines(found: PeoplePlan, lang: Lang) -> list[str]:
    """Return what the capacity check rests on."""
    zh, check = lang == "zh", found.capacity
    learned = [ramp for ramp in found.ramps if ramp.newcomers]
    lines = [
        f"年流失率 {percent(check.attrition, 0)}：{check.attrition_basis.zh}"
        if zh
        else f"attrition {percent(check.attrition, 0)} a year: {check.attrition_basis.en}",
        found.basis.told(lang),
    ]
    for ramp in learned or found.ramps[:1]:
        shares = "/".join(f"{float(share) * 100:.0f}" for share in ramp.shares)
        who = "" if ramp.position is None else (f"（{ramp.position}）" if zh else f" ({ramp.position})")
        lines.append(f"新人爬坡{who} {shares}%：{ramp.source.zh}" if zh else f"ramp of newcomers{who} {shares} %: {ramp.source.en}")
    if check.growth:
        lines.append(
            f"设置假定人均比去年多产出 {percent(check.growth)}"
            if zh
            else f"a full person is assumed to bring {percent(check.growth)} more than last year"
        )
    return lines


def fairness_title(plan: Plan, lang: Lang) -> str:
    """Return whether quotas lie evenly on potential, and on capacity."""
    zh, found = lang == "zh", plan.people_plan
    fair = None if found is None else found.fairness
    if found is None or fair is None or not fair.people:
        return "没有人有潜力可比" if zh else "Nobody has a potential to compare with"
    far, heavy = len(fair.outliers), len(fair.capacity_outliers)
    first = f"{fair.people} 人的指标与潜力相差都在 15% 以内" if not far else f"{fair.people} 人中 {far} 人的指标与潜力相差超过 15%"
    first_en = (
        f"All {fair.people} people are asked for within 15% of their potential"
        if not far
        else f"{far} of {fair.people} people are asked for over 15% more or less than their potential"
    )
    if not found.is_sold_known:
        even, even_en = (
            f"{fair.people} 人的指标与所在区域的预期一致",
            f"The quotas of {fair.people} people follow what their regions are expected to bring",
        )
        first, first_en = (first, first_en) if far else (even, even_en)
    if not heavy:
        return first if zh else first_en
    return f"{first}；按满月产能看，{heavy} 人偏重或偏轻" if zh else f"{first_en}; per full month {heavy} carry much more or less"


def fairness_lines(plan: Plan, lang: Lang) -> list[str]:
    """Return the measures of fairness and who lies far out."""
    zh, found = lang == "zh", plan.people_plan
    if found is None or found.fairness.ratio is None:
        return []
    fair = found.fairness
    lines = [
        f"指标 ÷ 潜力：全体 {percent(fair.ratio, 0)}，基尼系数 {fair.gini or 0:.3f}，变异系数 {fair.cv or 0:.3f}（0 为完全一致）；"
        f"指标 ÷ 满月产能的基尼系数 {fair.capacity_gini or 0:.3f}"
        if zh
        else f"quota ÷ potential: {percent(fair.ratio, 0)} of all, Gini {fair.gini or 0:.3f}, CV {fair.cv or 0:.3f} (0: all alike);"
        f" quota ÷ full months: Gini {fair.capacity_gini or 0:.3f}"
    ]
    if not found.is_sold_known:
        lines.append(
            "明细没有各人的业绩，潜力只看所在区域的预期与产能：指标与潜力自然一致。读入时用 --person 指定人员列，才能看出人与人的差别"
            if zh
            else "the lines do not say what each sold, so potential is that of regions and capacity alone and quotas follow it by"
            " construction; name the person column by --person to see how people differ"
        )
    if fair.outliers:
        named = ("、" if zh else ", ").join(fair.outliers[:_SHOWN])
        lines.append(f"偏离最远：{named}" if zh else f"farthest out: {named}")
    return lines
