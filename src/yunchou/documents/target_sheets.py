"""The blocks of the plan's workbook that say what is assumed, which target is recommended, and each quarter's share of the year."""

from yunchou.calc.plan import Plan
from yunchou.calc.recommendation import Recommendation
from yunchou.calc.text import Lang
from yunchou.documents import findings
from yunchou.documents.evidence_lines import driver_lines
from yunchou.documents.figures import sentence
from yunchou.documents.labels import CONSIDERATIONS, told
from yunchou.documents.workbook import Sheet, round_span

WAN = 1_000_000
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def under_condition(plan: Plan, lang: Lang, head: str) -> str:
    """Return the head of a column of probabilities, with what they depend on."""
    if plan.condition is None:
        return head
    return f"{head}（{plan.condition.zh}）" if lang == "zh" else f"{head} {plan.condition.en}"


def head_height(plan: Plan) -> float:
    """Return the height of a header row that holds ``under_condition``: with a condition it takes two lines."""
    return 22 if plan.condition is None else 32


def assumptions(sheet: Sheet, plan: Plan, lang: Lang, top: int) -> int:
    """Write what the probabilities depend on; return the next free row."""
    if plan.condition is None:
        return top
    sheet.text(top, 0, sentence(plan.condition.told(lang)), "section")
    lines = driver_lines(plan, lang)
    for row, line in enumerate(lines, start=top + 1):
        sheet.paragraph(row, "· " + line, span=len(sheet.widths))
    return top + len(lines) + 2


def quarters(sheet: Sheet, plan: Plan, lang: Lang, top: int) -> int:
    """Write each quarter's share of the year with its 80 % interval, and of the target; return the next free row."""
    if not plan.quarters:
        return top
    zh = lang == "zh"
    sheet.text(top, 0, findings.quarter_title(plan, lang), "section")
    heads = ["季度", "应占全年", "八成下限", "八成上限", "累计应完成", "目标占比", "目标", "去年占比"]
    sheet.heads(
        top + 1,
        heads if zh else ["Quarter", "Share of year", "80% low", "80% high", "By its end", "Of the target", "Target", "Last year"],
    )
    first = top + 2
    for row, quarter in enumerate(plan.quarters, start=first):
        sheet.text(row, 0, quarter_name(quarter.quarter, quarter.months, lang))
        shares = (quarter.mean_share, quarter.low_share, quarter.high_share, quarter.by_end_mean_share)
        for column, share in enumerate(shares, start=1):
            sheet.number(row, column, share, "percent")
        last = first + len(plan.quarters) - 1
        formula = f'=IF(SUM(G${first + 1}:G${last + 1})>0,G{row + 1}/SUM(G${first + 1}:G${last + 1}),"–")'
        sheet.formula(row, 5, formula, quarter.target_share, "percent")
        sheet.number(row, 6, quarter.target_minor / WAN, "wan")
        sheet.number(row, 7, quarter.last_year_share, "percent")
    return first + len(plan.quarters) + 1


def quarter_name(quarter: int, months: tuple[str, ...], lang: Lang) -> str:
    """Return a quarter with the months it holds; a fiscal year may start with any."""
    first, last = int(months[0][5:]), int(months[-1][5:])
    return f"Q{quarter}（{first}–{last} 月）" if lang == "zh" else f"Q{quarter} ({MONTHS[first - 1]}–{MONTHS[last - 1]})"


def recommendation(sheet: Sheet, plan: Plan, lang: Lang, top: int) -> int:
    """Write which target is recommended and why, and what each candidate is expected to cost; return the next free row."""
    found = plan.recommendation
    if found is None:
        return top
    zh = lang == "zh"
    sheet.page.set_h_pagebreaks([top])
    sheet.text(top, 0, findings.recommendation_title(plan, lang), "section")
    for row, reason in enumerate(found.reasons, start=top + 1):
        sheet.text(row, 0, "· " + sentence(reason.told(lang)), "note")
    row = top + 2 + len(found.reasons)
    sure = under_condition(plan, lang, "达成把握" if zh else "Probability")
    sheet.heads(row, ["考虑", sure, "目标", ""] if zh else ["Consideration", sure, "Target", ""], height=head_height(plan))
    sheet.text(row, 3, "依据" if zh else "Why", "head_reason")
    for line in found.considerations:
        row += 1
        sheet.text(row, 0, told(CONSIDERATIONS, line.name, lang))
        sheet.number(row, 1, line.probability, "chance")
        sheet.number(row, 2, line.target_minor / WAN, "wan")
        sheet.text(row, 3, sentence(line.reason.told(lang)), "note_indented")
        row += 1
        sheet.text(row, 3, f"来源：{line.source.zh}" if zh else f"Source: {line.source.en}", "note_indented")
    row += 2
    heads = ["候选目标", sure, "预计差额", "预计超额", "预计代价", "完成指标的人"]
    sheet.heads(
        row,
        heads if zh else ["Candidate", sure, "Expected shortfall", "Expected excess", "Expected cost", "People at theirs"],
        words=0,
        height=head_height(plan),
    )
    first = row + 1
    for row, one in enumerate([*found.candidates, found.recommended, found.chosen], start=first):
        sheet.number(row, 0, one.target_minor / WAN, "wan")
        sheet.number(row, 1, one.probability, "chance")
        for column, minor in enumerate((one.missing_minor, one.sandbagging_minor, one.cost_minor), start=2):
            sheet.number(row, column, minor / WAN, "wan")
        sheet.number(row, 5, one.people_share, "chance")
    for back, name in ((1, "推荐" if zh else "Recommended"), (0, "选定" if zh else "Chosen")):
        sheet.text(row - back, 6, f"← {name}", "note")
    _chart(sheet, found, lang, first, row)
    return row + 2


def _chart(sheet: Sheet, found: Recommendation, lang: Lang, first: int, last: int) -> None:
    zh = lang == "zh"
    chart = sheet.book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    candidates = last - 2
    names = ("代价", "推荐", "选定") if zh else ("Cost", "Recommended", "Chosen")
    spans = list(zip((first, last - 1, last), (candidates, last - 1, last), names, ("#2D5BD7", "#0D8A7A", "#B96A00"), strict=True))
    if not found.is_among_candidates(found.chosen):
        spans.pop()
    for start, end, name, colour in spans:
        mark = {"type": "none"} if start < end else {"type": "circle", "size": 9, "fill": {"color": colour}, "border": {"color": colour}}
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.name, start, 0, end, 0],
                "values": [sheet.name, start, 4, end, 4],
                "line": {"color": colour, "width": 2},
                "marker": mark,
            }
        )
    chart.set_title({"name": "每个候选目标的预计代价" if zh else "Expected cost of each candidate", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    low, high = round_span(found.candidates[0].target_minor / WAN, found.candidates[-1].target_minor / WAN)
    chart.set_x_axis({"min": low, "max": high, "num_format": "#,##0", "major_gridlines": {"visible": False}})
    chart.set_y_axis({"min": 0, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}}})
    chart.set_size({"width": 560, "height": 340})
    sheet.page.insert_chart(first - 1, 7, chart)
