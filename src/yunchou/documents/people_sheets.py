"""The sheets of the plan's workbook about people: targets by month, what they can carry, over-assignment, fairness."""

import polars as pl

from yunchou.calc.fairness import UNEVEN
from yunchou.calc.people_plan import PeoplePlan
from yunchou.calc.plan import Plan
from yunchou.calc.quota_risk import PUBLISHED_OVER
from yunchou.calc.text import Lang
from yunchou.documents.figures import sentence
from yunchou.documents.labels import SHEETS, last_year_name
from yunchou.documents.people_findings import capacity_lines, fairness_lines, fairness_title, people_title
from yunchou.documents.plan_sheets import WAN, column_name, unit_note
from yunchou.documents.workbook import Book, Sheet

_TOP = 3  # the header row of both sheets
_BLOCK = 2  # columns before the figures


def _said_why_empty(book: Book, name: str, lang: Lang, zh_line: str, en_line: str) -> None:
    sheet = book.sheet(SHEETS[name].told(lang), [80])
    sheet.text(0, 0, zh_line if lang == "zh" else en_line, "title")
    hint = "加 --people people.csv（列：person, unit, manager, start_on, end_on, fte, region, product, ramp）再算一次，这里就有了。"
    sheet.text(
        1,
        0,
        hint
        if lang == "zh"
        else "Run again with --people people.csv (person, unit, manager, start_on, end_on, fte, region, product, ramp).",
        "note",
    )


def people(book: Book, plan: Plan, lang: Lang) -> None:
    """Write each person's target by month and quota, what units can carry, and over-assignments, or say what is missing."""
    zh = lang == "zh"
    if plan.people is None:
        _said_why_empty(book, "people", lang, "没有人员名单，目标还没有分到人", "No list of people was given: targets stop at the unit")
        return
    rows = plan.targets.filter(pl.col("scenario") == "plan")
    wide = rows.pivot("month", index=["unit", "person"], values="amount_minor", aggregate_function="sum")
    sums = rows.group_by("unit", "person").agg(pl.col("amount_minor").sum(), pl.col("quota_minor").sum())
    frame = sums.join(wide, on=["unit", "person"], nulls_equal=True).sort("unit", "person", nulls_last=True)
    added = {(row["unit"], row["person"]): row for row in plan.people.iter_rows(named=True)}
    sheet = book.sheet(SHEETS["people"].told(lang), [18, 16, *[11] * 12, 14, 14, 10, 12])
    sheet.text(0, 0, people_title(plan, lang), "title")
    sheet.text(1, 0, unit_note(plan, lang), "note")
    head = ["部门", "人员"] if zh else ["Unit", "Person"]
    tail = ["全年目标", "下达额", "满月数", "达成把握"] if zh else ["Target", "Quota", "Full months", "Probability"]
    sheet.heads(_TOP, [*head, *(f"{int(m[5:])} 月" if zh else m for m in plan.months), *tail], words=2)
    nobody = "（未分到人）" if zh else "(nobody)"
    for i, line in enumerate(frame.iter_rows(named=True), start=_TOP + 1):
        one = added.get((line["unit"], line["person"]), {})
        sheet.text(i, 0, line["unit"] or nobody)
        sheet.text(i, 1, line["person"] or nobody)
        for column, month in enumerate(plan.months, start=_BLOCK):
            sheet.number(i, column, (line.get(month) or 0) / WAN, "wan")
        sheet.formula(i, 14, f"=SUM(C{i + 1}:N{i + 1})", line["amount_minor"] / WAN, "wan")
        sheet.number(i, 15, line["quota_minor"] / WAN, "wan")
        sheet.number(i, 16, one.get("capacity"), "decimal")
        sheet.number(i, 17, one.get("probability"), "chance")
    total = _TOP + 1 + frame.height
    sheet.text(total, 0, "合计（筛选后）" if zh else "Total (filtered)", "text_total")
    sheet.text(total, 1, "", "text_total")
    for column, key in {**{2 + i: m for i, m in enumerate(plan.months)}, 14: "amount_minor", 15: "quota_minor"}.items():
        name = column_name(column)
        sheet.formula(total, column, f"=SUBTOTAL(109,{name}5:{name}{total})", int(frame[key].sum() or 0) / WAN, "wan_total")
    sheet.page.autofilter(_TOP, 0, total - 1, 17)
    sheet.page.freeze_panes(_TOP + 1, 2)
    if plan.people_plan is not None:
        row = _capacity(sheet, plan.people_plan, lang, total + 2)
        row = _months(sheet, plan, plan.people_plan, lang, row)
        row = _hires(sheet, plan, plan.people_plan, lang, row)
        _over_assignment(sheet, plan.people_plan, lang, row)


def _whole(unit: str | None, lang: Lang) -> str:
    return unit if unit is not None else "全公司" if lang == "zh" else "Company"


def _capacity(sheet: Sheet, found: PeoplePlan, lang: Lang, row: int) -> int:
    """Write what each unit can carry in the year; return the next free row."""
    zh, check = lang == "zh", found.capacity
    sheet.text(row, 0, "产能扛得住吗" if zh else "Can people carry it?", "section")
    for said in capacity_lines(found, lang):
        row += 1
        sheet.text(row, 0, "· " + sentence(said), "note")
    row += 1
    heads = (
        ["部门", "", "全年目标", "满月数", "满月产出", "名单可扛", "负荷", "计流失后", "把握", "从何月不足"]
        if zh
        else ["Unit", "", "Target", "Full months", "Per full month", "List carries", "Load", "With leavers", "Probability", "Short from"]
    )
    sheet.heads(row, heads, words=2, height=32)
    for line in check.units.iter_rows(named=True):
        row += 1
        sheet.text(row, 0, _whole(line["unit"], lang), "text" if line["unit"] is not None else "text_bold")
        sheet.text(row, 1, "" if line["own_yield"] else "产出取全公司" if zh else "company's yield")
        sheet.number(row, 2, line["target_minor"] / WAN, "wan")
        sheet.number(row, 3, line["capacity"], "decimal")
        sheet.number(row, 4, line["yield_minor"] / WAN, "wan")
        sheet.number(row, 5, line["carry_minor"] / WAN, "wan")
        sheet.formula(row, 6, f'=IF(F{row + 1}>0,C{row + 1}/F{row + 1},"–")', line["load"], "percent")
        sheet.number(row, 7, line["median_minor"] / WAN, "wan")
        sheet.number(row, 8, line["probability"], "chance")
        sheet.text(row, 9, line["short_from"] or "–", "text_right")
    row += 1
    note = "负荷 = 全年目标 ÷ 名单可扛；超过 100% 表示人均要比去年多卖。全公司一行把各部门的富余也算进去，单个部门不足以部门行为准。"
    note_en = (
        "Load = target ÷ what the list carries; above 100% a full person must sell more than last year."
        " What a unit has to spare counts in the company's row."
    )
    sheet.text(row, 0, note if zh else note_en, "note")
    return row + 2


def _months(sheet: Sheet, plan: Plan, found: PeoplePlan, lang: Lang, row: int) -> int:
    """Write by unit and month the probability that the month's target is carried; return the next free row."""
    zh = lang == "zh"
    sheet.text(
        row,
        0,
        "各月扛得住的把握（计入流失与招聘计划）" if zh else "Probability of carrying each month, with leavers and planned hires",
        "section",
    )
    sheet.heads(row + 1, ["部门" if zh else "Unit", "", *(f"{int(m[5:])} 月" if zh else m for m in plan.months)], words=2)
    row += 2
    by_month = {(unit, month): sure for unit, month, sure in found.capacity.months.select("unit", "month", "probability").iter_rows()}
    for unit in found.capacity.units["unit"]:
        sheet.text(row, 0, _whole(unit, lang))
        sheet.text(row, 1, "")
        for column, month in enumerate(plan.months, start=_BLOCK):
            sheet.number(row, column, by_month[unit, month], "chance")
        row += 1
    return row + 1


def _hires(sheet: Sheet, plan: Plan, found: PeoplePlan, lang: Lang, row: int) -> int:
    """Write how many newcomers from which month on would carry each unit's year; return the next free row."""
    zh, check = lang == "zh", found.capacity
    if not (check.hires["sure"].fill_null(1) > 0).any():
        return row
    sure = f"{check.certainty:.0%}"
    sheet.text(
        row,
        0,
        f"要补多少人：从该月起到岗、按爬坡算，有五成把握扛住（括号内为 {sure} 把握）"
        if zh
        else f"Newcomers needed when they start in that month, ramp counted: for even odds (in brackets: for {sure})",
        "section",
    )
    sheet.heads(row + 1, ["部门" if zh else "Unit", "", *(f"{int(m[5:])} 月" if zh else m for m in plan.months)], words=2)
    row += 2
    needed = {(unit, month): (even, most) for unit, month, even, most in check.hires.select("unit", "month", "even", "sure").iter_rows()}
    for unit in check.units["unit"]:
        sheet.text(row, 0, _whole(unit, lang))
        sheet.text(row, 1, "")
        for column, month in enumerate(plan.months, start=_BLOCK):
            even, most = ("–" if count is None else str(count) for count in needed[unit, month])
            sheet.text(row, column, f"{even} ({most})", "text_right")
        row += 1
    said = (
        "“–”：当年来不及；全公司为各部门与无人可分的格子之和，因为部门之间不能互补。"
        if zh
        else "“–”: too late in the year; the company's row is the sum of its units and of the cells that nobody may take."
    )
    sheet.text(row, 0, said, "note")
    return row + 2


def _over_assignment(sheet: Sheet, found: PeoplePlan, lang: Lang, row: int) -> None:
    zh, risk = lang == "zh", found.risk
    if risk is None:
        return
    sheet.text(row, 0, "超额分配加多少" if zh else "How much over-assignment", "section")
    for reason in risk.reasons:
        row += 1
        sheet.text(row, 0, "· " + sentence(reason.told(lang)), "note")
    row += 1
    heads = (
        ["超额分配", "", "公司达成", "部门平均达成", "个人平均达成", "完成者下限", "完成者上限", "留任者覆盖目标"]
        if zh
        else ["Over-assignment", "", "Company", "Units (mean)", "People (mean)", "At theirs, low", "At theirs, high", "Stayers cover it"]
    )
    sheet.heads(row, heads, words=2, height=32)
    for line in risk.lines:
        row += 1
        sheet.number(row, 0, line.over, "percent")
        marks = [
            name
            for name, level in (
                ("公司" if zh else "company", risk.company),
                ("部门" if zh else "unit", risk.unit),
                ("个人" if zh else "person", risk.person),
            )
            if level == line.over
        ]
        everywhere = "各级" if zh else "all levels"
        said = everywhere if len(marks) == 3 else ("、" if zh else ", ").join(marks)
        sheet.text(row, 1, (("推荐：" if zh else "for ") + said) if marks else "", "reason")
        for column, value in enumerate((line.company, line.unit, line.person, line.people_low, line.people_high, line.in_seat), start=2):
            sheet.number(row, column, value, "chance")
    row += 1
    sheet.text(row, 0, PUBLISHED_OVER.told(lang), "note")
    learned = (
        f"个人运气的离散度 {risk.luck:.2f}，" + (f"由 {risk.learned_from} 人的历史学得" if risk.learned_from else "设置或默认")
        if zh
        else f"Spread of a person's luck {risk.luck:.2f}, "
        + (f"learnt from {risk.learned_from} people" if risk.learned_from else "as set or by default")
    )
    bounds = (
        "完成者上下限是能完成指标的人所占比例的八成区间"
        if zh
        else "At theirs, low and high: 80% interval of the share of people who reach theirs"
    )
    sheet.text(row + 1, 0, f"{learned}{'；' if zh else '. '}{bounds}", "note")


def fairness(book: Book, plan: Plan, lang: Lang) -> None:
    """Set each person's quota beside potential and capacity, and say what moved it since last year, or say what is missing."""
    zh = lang == "zh"
    if plan.people is None:
        _said_why_empty(
            book, "fairness", lang, "没有人员名单，看不出目标分得公不公平", "Without people there is nothing to judge the fairness of"
        )
        return
    frame = plan.people.sort("unit", "person", nulls_last=True)
    asked, potential = (float(frame[name].sum()) for name in ("quota_minor", "potential_minor"))
    able = float(frame.filter(pl.col("quota_minor") > 0)["capacity"].sum())
    sheet = book.sheet(SHEETS["fairness"].told(lang), [16, 14, *[12] * 12, 26])
    sheet.text(0, 0, fairness_title(plan, lang), "title")
    said = (
        "偏离：与全体的“指标 ÷ 潜力”“指标 ÷ 满月产能”相比" if zh else "Off by: beside all people's quota ÷ potential and quota ÷ full month"
    )
    sheet.text(1, 0, f"{unit_note(plan, lang)}{'；' if zh else '; '}{said}", "note")
    before = last_year_name(plan, lang)
    heads = (
        [
            "部门",
            "人员",
            "潜力",
            "下达额",
            "指标 ÷ 潜力",
            "偏离",
            "满月数",
            "按满月偏离",
            before,
            "整体增长",
            "人员变动",
            "潜力差异",
            "超额分配",
            "合计变化",
        ]
        if zh
        else [
            "Unit",
            "Person",
            "Potential",
            "Quota",
            "÷ potential",
            "Off by",
            "Full months",
            "Off, per month",
            before,
            "Growth",
            "Headcount",
            "Territory",
            "Over",
            "Change",
        ]
    )
    sheet.heads(_TOP, heads, words=2, height=32)
    sheet.text(_TOP, 14, "说明" if zh else "Note", "head_reason")
    parts = ("growth_minor", "headcount_minor", "potential_change_minor", "over_minor")
    for i, row in enumerate(frame.iter_rows(named=True), start=_TOP + 1):
        at = i + 1
        ratio = row["quota_minor"] / row["potential_minor"] if row["potential_minor"] > 0 else None
        # to the digit shown: less would print as −0.0 %
        off = round(ratio / (asked / potential) - 1, 3) + 0.0 if ratio is not None and asked > 0 and potential > 0 else None
        load = (
            round(row["quota_minor"] / row["capacity"] / (asked / able) - 1, 3) + 0.0
            if row["capacity"] > 0 and row["quota_minor"] > 0
            else None
        )
        sheet.text(i, 0, row["unit"] or "–")
        sheet.text(i, 1, row["person"] or "–")
        sheet.number(i, 2, row["potential_minor"] / WAN, "wan")
        sheet.number(i, 3, row["quota_minor"] / WAN, "wan")
        sheet.formula(i, 4, f'=IF(C{at}>0,D{at}/C{at},"–")', ratio, "percent")
        sheet.number(i, 5, off, "percent_signed")
        sheet.number(i, 6, row["capacity"], "decimal")
        sheet.number(i, 7, load, "percent_signed")
        sheet.number(i, 8, row["last_year_minor"] / WAN, "wan")
        for column, name in enumerate(parts, start=9):
            sheet.number(i, column, row[name] / WAN, "wan_signed")
        sheet.formula(i, 13, f"=SUM(J{at}:M{at})", sum(row[name] for name in parts) / WAN, "wan_signed")
        sheet.text(i, 14, _note(row, off, load, lang), "reason")
    row_at = _TOP + 1 + frame.height
    sums: dict[int, tuple[str, ...]] = {2: ("potential_minor",), 3: ("quota_minor",), 8: ("last_year_minor",)}
    sums |= {column: (name,) for column, name in enumerate(parts, start=9)}
    sums[13] = parts
    sheet.text(row_at, 0, "合计" if zh else "Total", "text_total")
    for column in (1, *range(2, 14)):
        sheet.text(row_at, column, "", "text_total")
    for column, names in sums.items():
        letter = column_name(column)
        sheet.formula(
            row_at, column, f"=SUM({letter}{_TOP + 2}:{letter}{row_at})", sum(int(frame[name].sum()) for name in names) / WAN, "wan_total"
        )
    row_at += 2
    for line in [*fairness_lines(plan, lang), *([] if plan.people_plan is None else [plan.people_plan.basis.told(lang)])]:
        sheet.text(row_at, 0, "· " + sentence(line), "note")
        row_at += 1
    explained = (
        "整体增长 = 去年 × 全公司增幅；人员变动 = 有人来、走、爬坡或改变用工比例；"
        "潜力差异 = 其区域快于或慢于整体，或去年业绩高于或低于产能应得；各项之和等于下达额 − 去年"
        if zh
        else "Growth: last year × the company's; headcount: who came, went, ramped; territory: cells that grow faster or slower than"
        " the whole, or last year's sales above or below what capacity says; they sum to quota − last year"
    )
    sheet.text(row_at, 0, "· " + explained, "note")
    sheet.page.freeze_panes(_TOP + 1, 2)


def _note(row: dict[str, object], off: float | None, load: float | None, lang: Lang) -> str:
    zh = lang == "zh"
    words = []
    if off is not None and abs(off) > UNEVEN:
        words.append(("高于潜力" if zh else "above potential") if off > 0 else ("低于潜力" if zh else "below potential"))
    if load is not None and abs(load) > UNEVEN:
        words.append(("人均偏重" if zh else "heavy") if load > 0 else ("人均偏轻" if zh else "light"))
    if not row["quota_minor"]:
        words.append("没有指标" if zh else "no quota")
    if not row["last_year_minor"]:
        words.append("去年没有业绩" if zh else "nothing last year")
    return ("；" if zh else "; ").join(words)
