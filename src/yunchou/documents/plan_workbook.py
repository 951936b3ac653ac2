"""The plan as a workbook: eight sheets (ten with cities and tiers in force) whose sums are live formulas that agree with the values."""

from collections.abc import Sequence
from math import floor, log10
from pathlib import Path

import polars as pl

from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang, Text
from yunchou.documents import findings, people_sheets, plan_sheets, target_sheets, tier_sheets
from yunchou.documents.figures import growth, sentence
from yunchou.documents.labels import DIMENSIONS, NAMES, SCENARIOS, SHEETS, STEPS, last_year_name, step_name, told
from yunchou.documents.plan_sheets import WAN, column_name, unit_note, unit_of
from yunchou.documents.workbook import Book, Sheet, open_book, round_span

TIER_ORDER = {name: rank for rank, name in enumerate(("star", "potential", "base", "A", "B", "C", "new"))}
TIERED_AT_START = "Last year and target count customers by their tier at the start of that year; Diagnosis counts by today's tier"
WHOLE = 3  # the chart's series of last year (grey, as on every page) and of the target


def write_workbook(plan: Plan, path: Path, *, lang: Lang, reading: Sequence[Text] = ()) -> None:
    """Write ``plan.xlsx``; amounts stand in 万 of the plan's currency, exact to the unit of the plan.

    ``reading`` says how the file was read; it stands on the sheet of evidence, not on the summary.

    Raises:
        OSError: The file cannot be written.
    """
    with open_book(path) as book:
        _summary(book, plan, lang)
        plan_sheets.diagnosis(book, plan, lang)
        tier_sheets.cities(book, plan, lang)
        tier_sheets.moves(book, plan, lang)
        _waterfall(book, plan, lang)
        _scenarios(book, plan, lang)
        plan_sheets.cascade(book, plan, lang)
        people_sheets.people(book, plan, lang)
        people_sheets.fairness(book, plan, lang)
        plan_sheets.evidence(book, plan, lang, reading)


def _summary(book: Book, plan: Plan, lang: Lang) -> None:
    zh = lang == "zh"
    sheet = book.sheet(SHEETS["summary"].told(lang), [20, 14, 14, 14, 14, 14, 14, 12])
    sheet.text(0, 0, findings.headline(plan, lang), "title")
    sheet.page.set_row(0, 28)
    span = findings.span_of_history(plan)
    note = f"依据 {span} 的销售明细；单位：{unit_of(plan, lang)}"
    sheet.text(1, 0, note if zh else f"From sales lines {span}; unit: {unit_of(plan, lang)}", "note")
    against, before = findings.compared_with(plan, lang)
    change = growth(plan.target_minor, before)
    tiles = [
        ("目标" if zh else "Target", plan.target_minor / WAN, "big"),
        (target_sheets.under_condition(plan, lang, "把握" if zh else "Probability"), plan.probability, "big_chance"),
        (against if zh else against.capitalize(), before / WAN, "big"),
        (f"比{against}" if zh else f"On {against}", change, "big_signed"),
    ]
    for i, (label, value, look) in enumerate(tiles):
        sheet.text(3, 2 * i, label, "note")
        sheet.number(4, 2 * i, value, look)
    row = 6
    for line in (
        findings.curve_title(plan, lang),
        findings.waterfall_title(plan, lang),
        findings.region_title(plan, lang),
        findings.season_title(plan, lang),
        findings.recommendation_title(plan, lang),
        findings.floors_note(plan, lang),
    ):
        if line:
            sheet.paragraph(row, "· " + line, span=8)
            row += 1
    row = target_sheets.assumptions(sheet, plan, lang, row + 1)
    row = target_sheets.quarters(sheet, plan, lang, row)
    row = _quarters(sheet, plan, lang, row, "region")
    row = _quarters(sheet, plan, lang, row + 2, "product")
    row = _quarters(sheet, plan, lang, row + 2, "customer_tier")
    if plan.customers.counts:
        row += 1
        said = "去年与目标都按各自年初的客户层级计；诊断表按现在的层级" if zh else TIERED_AT_START
        sheet.text(row, 0, said, "note")
    if plan.warnings:
        sheet.text(row + 2, 0, "用之前先知道" if zh else "Know before you use it", "section")
        for i, warning in enumerate(plan.warnings):
            sheet.paragraph(row + 3 + i, "· " + sentence(warning.told(lang)), span=8)
    sheet.page.freeze_panes(2, 0)


def _quarters(sheet: Sheet, plan: Plan, lang: Lang, top: int, key: str) -> int:
    """Write targets by ``key`` and quarter as sums over the cascade sheet; return the total's row."""
    zh = lang == "zh"
    key_column = {"product": 0, "region": 1, "customer_tier": 2}[key]
    noun = DIMENSIONS[key].zh if zh else DIMENSIONS[key].en.capitalize()
    source = "'" + SHEETS["cascade"].told(lang) + "'!"
    first, last = plan_sheets.cascade_rows(plan)

    def span(column: int) -> str:
        name = column_name(column)
        return f"{source}${name}${first + 1}:${name}${last + 1}"

    head = (
        [noun, last_year_name(plan, lang), "Q1", "Q2", "Q3", "Q4", "目标", "增长"]
        if zh
        else [noun, last_year_name(plan, lang), "Q1", "Q2", "Q3", "Q4", "Target", "Growth"]
    )
    sheet.heads(top, head)
    month = pl.col("month").replace_strict({m: i // 3 for i, m in enumerate(plan.months)}, return_dtype=pl.Int64).alias("quarter")
    sums = plan.cells.with_columns(month).group_by(key, "quarter").agg(pl.col("target_minor").sum(), pl.col("last_year_minor").sum())
    members = (
        sums.group_by(key)
        .agg(pl.col("target_minor").sum(), pl.col("last_year_minor").sum())
        .with_columns(pl.col(key).replace_strict(TIER_ORDER, default=len(TIER_ORDER), return_dtype=pl.Int64).alias("rank"))
        .sort("rank", "target_minor", key, descending=[False, True, False])
        .drop("rank")
    )
    by_quarter = {(k, q): t for k, q, t in sums.select(key, "quarter", "target_minor").iter_rows()}
    row = top + 1
    for name, target, before in members.iter_rows():
        sheet.text(row, 0, told(NAMES, name, lang), "text")
        match = f"{span(key_column)},$A{row + 1}"
        sheet.formula(row, 1, f"=SUMIFS({span(3)},{match})", before / WAN, "wan")
        for q in range(4):
            parts = "+".join(f"SUMIFS({span(4 + 3 * q + i)},{match})" for i in range(3))
            sheet.formula(row, 2 + q, f"={parts}", by_quarter.get((name, q), 0) / WAN, "wan")
        sheet.formula(row, 6, f"=SUM(C{row + 1}:F{row + 1})", target / WAN, "wan")
        sheet.formula(
            row,
            7,
            plan_sheets.growth_formula(plan, f"G{row + 1}", f"B{row + 1}"),
            findings.cell_growth(plan, target, before),
            "percent_signed",
        )
        row += 1
    sheet.text(row, 0, "合计" if zh else "Total", "text_total")
    totals = [
        sum(before for _, _, before in members.iter_rows()),
        *(sum(v for (_, q), v in by_quarter.items() if q == i) for i in range(4)),
    ]
    for column, total in enumerate([*totals, plan.target_minor], start=1):
        name = column_name(column)
        sheet.formula(row, column, f"=SUM({name}{top + 2}:{name}{row})", total / WAN, "wan_total")
    sheet.formula(
        row,
        7,
        plan_sheets.growth_formula(plan, f"G{row + 1}", f"B{row + 1}"),
        findings.cell_growth(plan, plan.target_minor, totals[0]),
        "signed_total",
    )
    return row


def _waterfall(book: Book, plan: Plan, lang: Lang) -> None:
    zh = lang == "zh"
    sheet = book.sheet(SHEETS["waterfall"].told(lang), [24, 16, 16, 18, 18, 14, 14, 14])
    sheet.text(0, 0, findings.waterfall_title(plan, lang), "title")
    notes = [unit_note(plan, lang), findings.floors_note(plan, lang)]
    sheet.text(1, 0, ("；" if zh else "; ").join(note for note in notes if note), "note")
    sheet.heads(3, ["步骤", "金额", "累计", "80% 下限", "80% 上限"] if zh else ["Step", "Amount", "Running total", "80% low", "80% high"])
    row, running, kept = 4, 0, []
    for step in plan.waterfall:
        start, running = running, running + step.amount_minor
        sheet.text(row, 0, step_name(plan, step, lang))
        sheet.number(row, 1, step.amount_minor / WAN, "wan" if step.step == "last_year" else "wan_signed")
        sheet.formula(row, 2, f"=SUM(B$5:B{row + 1})", running / WAN, "wan")
        sheet.number(row, 3, None if step.low_minor is None else step.low_minor / WAN, "wan_signed")
        sheet.number(row, 4, None if step.high_minor is None else step.high_minor / WAN, "wan_signed")
        kept.append((start, running, step.step))
        row += 1
    sheet.text(row, 0, STEPS["target"].told(lang), "text_total")
    sheet.formula(row, 1, f"=SUM(B5:B{row})", running / WAN, "wan_total")
    _waterfall_chart(sheet, plan, lang, kept, row)
    sheet.page.freeze_panes(4, 1)


def _waterfall_chart(sheet: Sheet, plan: Plan, lang: Lang, kept: list[tuple[int, int, str]], last: int) -> None:
    """Draw the steps as stacked columns on a hidden foot; the foot's figures stand beside the table."""
    zh = lang == "zh"
    for column, name in enumerate(["图·底", "图·升", "图·降", "图·总"] if zh else ["foot", "up", "down", "whole"], start=5):
        sheet.text(3, column, name, "head_right")
    # The axis starts just below the lowest bar: from zero, steps of a few per cent could not be seen.
    tops = [end for _, end, _ in kept]
    low = min(tops)
    span = (max(tops) - low) / WAN
    step_size = 10 ** floor(log10(span)) if span > 0 else 1
    foot = max(0, floor((low / WAN - span * 0.4) / step_size) * step_size)
    bars = [
        (0, 0, 0, end) if step == "last_year" else (min(start, end), max(0, end - start), max(0, start - end), 0)
        for start, end, step in kept
    ]
    for i, bar in enumerate([*bars, (0, 0, 0, plan.target_minor)]):
        for column, value in enumerate(bar, start=5):
            sheet.number(4 + i, column, value / WAN, "wan")
    chart = sheet.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    colours = [None, "#0D8A7A", "#B96A00", "#2D5BD7"]
    for offset, colour in enumerate(colours):
        fill = {"none": True} if colour is None else {"color": colour}
        chart.add_series(
            {
                "name": [sheet.name, 3, 5 + offset],
                "categories": [sheet.name, 4, 0, last, 0],
                "values": [sheet.name, 4, 5 + offset, last, 5 + offset],
                "fill": fill,
                "border": {"none": True},
                "points": [{"fill": {"color": "#B9C0CC"}}] if offset == WHOLE else None,
                "gap": 40,
            }
        )
    chart.set_legend({"none": True})
    chart.set_title({"name": findings.waterfall_title(plan, lang), "name_font": {"size": 11}})
    chart.set_y_axis(
        {"min": foot, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}}, "line": {"none": True}}
    )
    chart.set_size({"width": 860, "height": 320})
    sheet.page.insert_chart(last + 2, 0, chart)


def _scenarios(book: Book, plan: Plan, lang: Lang) -> None:
    zh = lang == "zh"
    against, before = findings.compared_with(plan, lang)
    sheet = book.sheet(SHEETS["scenarios"].told(lang), [20, 22, 16, 14, 16, 16, 12])
    sheet.text(0, 0, findings.curve_title(plan, lang), "title")
    sheet.text(1, 0, unit_note(plan, lang), "note")
    sheet.heads(
        3,
        ["方案", target_sheets.under_condition(plan, lang, "达成把握"), "目标", f"比{against}", "比预测均值", "其中下限抬高"]
        if zh
        else ["Scenario", target_sheets.under_condition(plan, lang, "Probability"), "Target", f"On {against}", "On the mean", "By floors"],
        height=target_sheets.head_height(plan),
    )
    chosen = [("plan", plan.probability, plan.target_minor, plan.raised_minor)]
    rows = [*((s.name, s.probability, s.target_minor, s.raised_minor) for s in plan.scenarios), *chosen]
    for i, (name, probability, target, raised) in enumerate(rows, start=4):
        sheet.text(i, 0, told(SCENARIOS, name, lang), "text_bold" if name == "plan" else "text")
        sheet.number(i, 1, probability, "chance")
        sheet.number(i, 2, target / WAN, "wan")
        sheet.number(i, 5, raised / WAN, "wan_signed")
        sheet.formula(
            i,
            3,
            f'=IF({before / WAN!r}>0,C{i + 1}/{before / WAN!r}-1,"–")',
            growth(target, before),
            "percent_signed",
        )
        sheet.formula(i, 4, f"=C{i + 1}-{plan.mean_minor / WAN!r}", (target - plan.mean_minor) / WAN, "wan_signed")
    top = 4 + len(rows) + 1
    sheet.text(top, 0, "要多少，有几成把握" if zh else "What it takes, and how likely", "section")
    sheet.heads(
        top + 1, ["达成把握", "全年（含动因）", "全年（不含动因）"] if zh else ["Probability", "Year with drivers", "Year without"], words=0
    )
    shown = [q for q in range(95, 0, -5)]  # noqa: C416
    for i, q in enumerate(shown, start=top + 2):
        key = f"q{100 - q:02d}"
        sheet.number(i, 0, q / 100, "percent")
        sheet.number(i, 1, plan.with_drivers_minor[key] / WAN, "wan")
        sheet.number(i, 2, plan.quantiles_minor[key] / WAN, "wan")
    chart = book.workbook.add_chart({"type": "scatter", "subtype": "smooth"})
    end = top + 1 + len(shown)
    chart.add_series(
        {
            "categories": [sheet.name, top + 2, 1, end, 1],
            "values": [sheet.name, top + 2, 0, end, 0],
            "line": {"color": "#2D5BD7", "width": 2},
        }
    )
    chart.set_title({"name": findings.curve_title(plan, lang), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    low, high = round_span(*(plan.with_drivers_minor[k] / WAN for k in ("q05", "q95")))
    chart.set_x_axis({"min": low, "max": high, "num_format": "#,##0", "name": unit_of(plan, lang), "major_gridlines": {"visible": False}})
    chart.set_y_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}}})
    chart.set_size({"width": 560, "height": 340})
    sheet.page.insert_chart(top, 5, chart)
    target_sheets.recommendation(sheet, plan, lang, end + 3)
    sheet.page.freeze_panes(4, 1)
