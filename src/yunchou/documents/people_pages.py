"""The part of the plan's PDF about people: targets and quotas, what units can carry, over-assignment, fairness."""

from typing import Any

import polars as pl

from yunchou.calc.people_plan import PeoplePlan
from yunchou.calc.plan import Plan
from yunchou.calc.quota_risk import PUBLISHED_OVER
from yunchou.calc.text import Lang
from yunchou.documents.figures import MISSING, chance, percent, sentence, signed_percent, wan
from yunchou.documents.people_findings import capacity_lines, fairness_lines, fairness_title, people_title


def people_pages(plan: Plan, lang: Lang, longest: int) -> dict[str, Any]:
    """Return what the PDF says of people, tables cut at ``longest`` rows; without people the title is empty."""
    zh = lang == "zh"
    head = (
        ["部门", "人员", "满月数", "目标", "下达额", "把握", "去年", "变化"]
        if zh
        else ["Unit", "Person", "Full months", "Target", "Quota", "Odds", "Last year", "Change"]
    )
    if plan.people is None:
        return {"title": "", "head": head, "rows": [], "more": ""}
    frame = plan.people.sort("target_minor", "person", descending=[True, False], nulls_last=True)
    rows = [
        [
            row["unit"],
            row["person"],
            f"{row['capacity']:.1f}",
            wan(row["target_minor"]),
            wan(row["quota_minor"]),
            MISSING if row["probability"] is None else chance(row["probability"]),
            wan(row["last_year_minor"]),
            signed_percent(row["quota_minor"] / row["last_year_minor"] - 1 if row["last_year_minor"] > 0 else None, 0),
        ]
        for row in frame.head(longest).iter_rows(named=True)
    ]
    rest = frame.height - len(rows)
    more = "" if rest <= 0 else f"另有 {rest} 人见工作簿“人员”。" if zh else f"{rest} more stand in the workbook."
    told: dict[str, Any] = {"title": people_title(plan, lang), "head": head, "rows": rows, "more": more}
    if plan.people_plan is not None:
        told |= {
            "capacity": _capacity(plan.people_plan, lang, longest),
            "over": _over(plan.people_plan, lang),
            "fairness": {
                "title": fairness_title(plan, lang),
                "lines": [sentence(line) for line in fairness_lines(plan, lang)],
            },
        }
    return told


def _capacity(found: PeoplePlan, lang: Lang, longest: int) -> dict[str, Any]:
    zh, check = lang == "zh", found.capacity
    first = check.hires.group_by("unit", maintain_order=True).first()
    needed = {unit: (even, sure) for unit, even, sure in first.select("unit", "even", "sure").iter_rows()}
    units = check.units.filter(pl.col("unit").is_not_null()).sort("load", "unit", descending=[True, False], nulls_last=False).head(longest)
    rows = []
    for line in [*units.iter_rows(named=True), check.units.filter(pl.col("unit").is_null()).row(0, named=True)]:
        even, sure = (MISSING if count is None else str(count) for count in needed[line["unit"]])
        rows.append(
            [
                line["unit"] or ("全公司" if zh else "Company"),
                f"{line['capacity']:.1f}",
                wan(line["yield_minor"]),
                percent(line["load"], 0),
                wan(line["median_minor"]),
                wan(line["target_minor"]),
                chance(line["probability"]),
                f"{even}（{sure}）" if zh else f"{even} ({sure})",
            ]
        )
    start = check.hires["month"][0]
    head = (
        ["部门", "满月数", "满月产出", "负荷", "计流失后", "目标", "把握", f"{start} 起补人"]
        if zh
        else ["Unit", "Full months", "A month", "Load", "With leavers", "Target", "Odds", f"Hires {start}"]
    )
    under = (
        f"负荷 = 目标 ÷ 名单按去年人均产出可扛的；补人：五成（{percent(check.certainty, 0)} 把握），按爬坡算"
        if zh
        else f"Load = target ÷ what the list carries at last year's yield; hires: even odds ({percent(check.certainty, 0)}), ramp counted"
    )
    return {
        "title": "产能扛得住吗" if zh else "Can people carry it?",
        "head": head,
        "rows": rows,
        "strong": [len(rows) - 1],
        "lines": [sentence(line) for line in capacity_lines(found, lang)],
        "under": under,
    }


def _over(found: PeoplePlan, lang: Lang) -> dict[str, Any]:
    zh, risk = lang == "zh", found.risk
    if risk is None:
        return {"title": "", "head": [], "rows": [], "strong": [], "lines": []}
    head = (
        ["超额分配", "公司达成", "部门平均", "个人平均", "完成者（八成区间）", "留任者覆盖目标"]
        if zh
        else ["Over-assignment", "Company", "Units", "People", "At theirs (80%)", "Stayers cover it"]
    )
    rows = [
        [
            percent(line.over, 0),
            chance(line.company),
            chance(line.unit),
            chance(line.person),
            f"{percent(line.people_low, 0)}–{percent(line.people_high, 0)}",
            chance(line.in_seat),
        ]
        for line in risk.lines
    ]
    strong = [at for at, line in enumerate(risk.lines) if line.over == risk.person]
    return {
        "title": "超额分配：每一档的把握" if zh else "Over-assignment: the odds of each step",
        "head": head,
        "rows": rows,
        "strong": strong,
        "lines": [*(sentence(reason.told(lang)) for reason in risk.reasons), PUBLISHED_OVER.told(lang)],
    }
