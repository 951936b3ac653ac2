"""The sheets of the plan's workbook that list: diagnosis, cascade, evidence."""

from collections.abc import Mapping, Sequence

import polars as pl

from yunchou.calc.plan import Judgement, Plan
from yunchou.calc.text import Lang, Text
from yunchou.documents import findings
from yunchou.documents.evidence_lines import evidence_lines
from yunchou.documents.figures import growth, percent
from yunchou.documents.labels import EVIDENCE, NAMES, SHEETS, YEAR, last_year_name, told
from yunchou.documents.workbook import Book, Sheet

WAN = 1_000_000
CASCADE_TOP = 3  # the header row of the cascade sheet
TOP_CUSTOMERS = 50
REASON_WIDTH = 76
A3 = 8  # what xlsxwriter calls the paper of the widest sheet


def unit_of(plan: Plan, lang: Lang) -> str:
    """Return the unit that the workbook's amounts stand in."""
    if lang == "en":
        return f"{plan.currency} 10,000"
    return "万元" if plan.currency == "CNY" else f"万 {plan.currency}"


def unit_note(plan: Plan, lang: Lang) -> str:
    """Return the line below a sheet's title that names the unit."""
    return f"单位：{unit_of(plan, lang)}" if lang == "zh" else f"Unit: {unit_of(plan, lang)}"


def growth_formula(plan: Plan, target: str, before: str) -> str:
    """Return the formula of a cell's growth; against a last year that was read in part there is none."""
    return f'=IF({before}>0,{target}/{before}-1,"–")' if plan.last_year_months >= YEAR else '="–"'


def column_name(column: int) -> str:
    """Return the letter of one of the first 26 columns, counted from 0."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def cascade_rows(plan: Plan) -> tuple[int, int]:
    """Return the first and the last row (from 0) of the cascade sheet's lines."""
    lines = plan.cells.select("product", "region", "customer_tier").n_unique()
    return CASCADE_TOP + 1, CASCADE_TOP + lines


def _years(sheet: Sheet, plan: Plan, lang: Lang, top: int) -> int:
    zh = lang == "zh"
    by_year = (
        plan.history.group_by(pl.col("month").dt.year().alias("year"))
        .agg(pl.col("actual_minor").sum(), pl.len().alias("months"))
        .sort("year")
    )
    sheet.heads(top, ["年份", "营收", "增长", "有数据的月数"] if zh else ["Year", "Revenue", "Growth", "Months with data"])
    previous: int | None = None
    months_before = YEAR
    for i, (year, revenue, months) in enumerate(by_year.iter_rows(), start=top + 1):
        sheet.text(i, 0, str(year))
        sheet.number(i, 1, revenue / WAN, "wan")
        # A year that was read in part is compared with nothing: its growth would be the missing months.
        if previous is None or min(months, months_before) < YEAR:
            sheet.number(i, 2, None, "percent_signed")
        else:
            sheet.formula(i, 2, f'=IF(B{i}>0,B{i + 1}/B{i}-1,"–")', growth(revenue, previous), "percent_signed")
        sheet.number(i, 3, months, "count")
        previous, months_before = revenue, months
    return top + by_year.height


def _known(judged: Sequence[Judgement]) -> list[str]:
    return [name for name in EVIDENCE if any(j.evidence.get(name) is not None for j in judged)]


def _judged(sheet: Sheet, judged: Sequence[Judgement], lang: Lang, *, top: int, noun: str, reason_at: int) -> int:
    """Write one line a judgement; the reason stands in the same wide column whatever the table holds."""
    zh = lang == "zh"
    known = _known(judged)
    reason, tier = ("理由", "分类") if zh else ("Reason", "Tier")
    blank = [""] * (reason_at - 2 - len(known))
    sheet.heads(top, [noun, tier, *(EVIDENCE[name][0].told(lang) for name in known), *blank], words=2, height=32)
    sheet.text(top, reason_at, reason, "head_reason")
    looks = {"money": "wan", "share": "percent", "signed": "percent_signed", "count": "count"}
    for i, j in enumerate(sorted(judged, key=lambda j: (-float(j.evidence.get("revenue_minor") or 0), j.name)), start=top + 1):
        sheet.text(i, 0, told(NAMES, j.name, lang))
        sheet.text(i, 1, told(NAMES, j.tier, lang) + (("（人工）" if zh else " (set by hand)") if j.overridden else ""))
        for column, name in enumerate(known, start=2):
            kind, value = EVIDENCE[name][1], j.evidence.get(name)
            sheet.number(i, column, value / WAN if kind == "money" and value is not None else value, looks[kind])
        for column in range(2 + len(known), reason_at):
            sheet.text(i, column, "")
        sheet.paragraph(i, j.reason.told(lang), first=reason_at, look="reason")
    return top + len(judged)


def diagnosis(book: Book, plan: Plan, lang: Lang) -> None:
    """Write what the history says: years, products, regions, customers."""
    zh = lang == "zh"
    reason_at = 2 + max(len(_known(plan.products)), len(_known(plan.regions)))
    sheet = book.sheet(SHEETS["diagnosis"].told(lang), [28, 14, *[10] * (reason_at - 2), REASON_WIDTH])
    sheet.page.set_paper(A3)
    a = plan.customers.counts.get("A", 0)
    total = sum(plan.customers.revenue_minor.values())
    share = percent(plan.customers.revenue_minor.get("A", 0) / total if total else None, 0)
    title = f"{a} 家 A 类客户贡献 {share}；{sum(j.tier == 'star' for j in plan.products)} 个明星产品"
    sheet.text(
        0, 0, title if zh else f"{a} A accounts bring {share}; {sum(j.tier == 'star' for j in plan.products)} star products", "title"
    )
    sheet.text(1, 0, unit_note(plan, lang), "note")
    row = _years(sheet, plan, lang, 3) + 2
    sheet.text(row, 0, "产品" if zh else "Products", "section")
    row = _judged(sheet, plan.products, lang, top=row + 1, noun="产品" if zh else "Product", reason_at=reason_at) + 2
    sheet.text(row, 0, "区域" if zh else "Regions", "section")
    row = _judged(sheet, plan.regions, lang, top=row + 1, noun="区域" if zh else "Region", reason_at=reason_at) + 2
    sheet.text(row, 0, "客户分层" if zh else "Customer tiers", "section")
    sheet.heads(row + 1, ["层级", "年营收门槛", "客户数", "年营收"] if zh else ["Tier", "Yearly revenue from", "Customers", "Revenue"])
    row += 2
    for tier, count in plan.customers.counts.items():
        least = plan.customers.thresholds_minor.get(tier)
        sheet.text(row, 0, told(NAMES, tier, lang))
        sheet.number(row, 1, least / WAN if least else None, "wan")
        sheet.number(row, 2, count, "count")
        sheet.number(row, 3, plan.customers.revenue_minor.get(tier, 0) / WAN, "wan")
        row += 1
    row = _candidates(sheet, plan, lang, row + 1)
    sheet.text(row, 0, f"前 {TOP_CUSTOMERS} 家客户" if zh else f"Top {TOP_CUSTOMERS} customers", "section")
    sheet.heads(row + 1, ["客户", "层级", "年营收"] if zh else ["Customer", "Tier", "Revenue"], words=2)
    for i, (customer, tier, revenue) in enumerate(
        plan.customers.tiers.head(TOP_CUSTOMERS).select("customer", "tier", "revenue_minor").iter_rows(), start=row + 2
    ):
        sheet.text(i, 0, customer)
        sheet.text(i, 1, told(NAMES, tier, lang))
        sheet.number(i, 2, revenue / WAN, "wan")
    sheet.page.freeze_panes(2, 1)


def _candidates(sheet: Sheet, plan: Plan, lang: Lang, row: int) -> int:
    """Write what other thresholds would mean, the recommended ones marked, and the line of strategic accounts."""
    zh, strategic = lang == "zh", plan.customers.strategic
    lines = [*plan.customers.candidates, *(strategic.lines if strategic else ())]
    if not lines:
        return row
    sheet.text(row, 0, "门槛怎么定" if zh else "Where to draw the lines", "section")
    head = (
        ["门槛", "年营收不低于", "客户数", "占营收", "占客户数"]
        if zh
        else ["Line", "Revenue from", "Customers", "Of revenue", "Of customers"]
    )
    sheet.heads(row + 1, head)
    for at, line in enumerate(lines, start=row + 2):
        name = told(NAMES, line.tier, lang)
        sheet.text(at, 0, name + (("（推荐）" if zh else " (recommended)") if line.recommended else ""))
        sheet.number(at, 1, line.threshold_minor / WAN, "wan")
        sheet.number(at, 2, line.customers, "count")
        sheet.number(at, 3, line.revenue_share, "percent")
        sheet.number(at, 4, line.customer_share, "percent")
    row += 2 + len(lines)
    if strategic:
        sheet.text(row, 0, ("战略客户门槛：" if zh else "Strategic accounts: ") + strategic.reason.told(lang), "note")
    return row + 2


def cascade(book: Book, plan: Plan, lang: Lang) -> None:
    """Write product tier × region × customer tier by month; totals follow the filter (SUBTOTAL)."""
    zh = lang == "zh"
    sheet = book.sheet(SHEETS["cascade"].told(lang), [14, 14, 12, 13, *[11] * 12, 14, 10, 14])
    sheet.text(0, 0, findings.region_title(plan, lang), "title")
    note = f"单位：{unit_of(plan, lang)}；合计随筛选变化" if zh else f"Unit: {unit_of(plan, lang)}; totals follow the filter"
    sheet.text(1, 0, note, "note")
    head = ["产品", "区域", "客户层级"] if zh else ["Product", "Region", "Customer tier"]
    tail = ["全年目标", "增长", "预测均值"] if zh else ["Target", "Growth", "Forecast mean"]
    sheet.heads(CASCADE_TOP, [*head, last_year_name(plan, lang), *(f"{int(m[5:])} 月" if zh else m for m in plan.months), *tail], words=3)
    lines = _wide(plan)
    first, last = cascade_rows(plan)
    for row, line in enumerate(lines.iter_rows(named=True), start=first):
        for column, key in enumerate(("product", "region", "customer_tier")):
            sheet.text(row, column, told(NAMES, line[key], lang))
        sheet.number(row, 3, line["last_year_minor"] / WAN, "wan")
        for column, month in enumerate(plan.months, start=4):
            sheet.number(row, column, (line[month] or 0) / WAN, "wan")
        sheet.formula(row, 16, f"=SUM(E{row + 1}:P{row + 1})", line["target_minor"] / WAN, "wan")
        sheet.formula(
            row,
            17,
            growth_formula(plan, f"Q{row + 1}", f"D{row + 1}"),
            findings.cell_growth(plan, line["target_minor"], line["last_year_minor"]),
            "percent_signed",
        )
        sheet.number(row, 18, line["mean_minor"] / WAN, "wan")
    total = last + 1
    sheet.text(total, 0, "合计（筛选后）" if zh else "Total (filtered)", "text_total")
    sheet.text(total, 1, "", "text_total")
    sheet.text(total, 2, "", "text_total")
    sums = {3: "last_year_minor", **{4 + i: m for i, m in enumerate(plan.months)}, 16: "target_minor", 18: "mean_minor"}
    for column, key in sums.items():
        name = column_name(column)
        sheet.formula(total, column, f"=SUBTOTAL(109,{name}{first + 1}:{name}{last + 1})", int(lines[key].sum()) / WAN, "wan_total")
    change = findings.cell_growth(plan, int(lines["target_minor"].sum()), int(lines["last_year_minor"].sum()))
    sheet.formula(total, 17, growth_formula(plan, f"Q{total + 1}", f"D{total + 1}"), change, "signed_total")
    sheet.page.autofilter(CASCADE_TOP, 0, last, 18)
    sheet.page.freeze_panes(CASCADE_TOP + 1, 3)
    sheet.page.repeat_rows(CASCADE_TOP)


def _wide(plan: Plan) -> pl.DataFrame:
    keys = ["product", "region", "customer_tier"]
    months = plan.cells.pivot("month", index=keys, values="target_minor", aggregate_function="sum")
    sums = plan.cells.group_by(keys).agg(pl.col("last_year_minor", "mean_minor", "target_minor").sum())
    order = {"star": 0, "potential": 1, "base": 2}
    rank = pl.col("product").replace_strict(order, default=9, return_dtype=pl.Int64).alias("_rank")
    wide = sums.join(months, on=keys, nulls_equal=True).with_columns(rank, pl.col("target_minor").sum().over("region").alias("_region"))
    return wide.sort(["_rank", "product", "_region", "region", "customer_tier"], descending=[False, False, True, False, False])


def evidence(book: Book, plan: Plan, lang: Lang, reading: Sequence[Text] = ()) -> None:
    """Write how the figures were made, the warnings (also those of reading), and the whole distribution."""
    zh = lang == "zh"
    sheet = book.sheet(SHEETS["evidence"].told(lang), [34, 20, 20, 20])
    sheet.text(0, 0, "这些数从哪里来" if zh else "Where these figures come from", "title")
    row = 2
    for line in [*evidence_lines(plan, lang), *(("注意：" if zh else "Note: ") + w.told(lang) for w in (*plan.warnings, *reading))]:
        sheet.paragraph(row, "· " + line, span=4)
        row += 1
    row += 1
    sheet.text(row, 0, "全年总额的分布" if zh else "Distribution of the year's total", "section")
    sheet.heads(row + 1, ["不超过它的概率", "含动因", "不含动因"] if zh else ["Probability of at most", "With drivers", "Without"], words=0)
    for i, key in enumerate(sorted(plan.with_drivers_minor), start=row + 2):
        sheet.number(i, 0, int(key[1:]) / 100, "percent")
        sheet.number(i, 1, plan.with_drivers_minor[key] / WAN, "wan")
        sheet.number(i, 2, plan.quantiles_minor[key] / WAN, "wan")
    row += 2 + len(plan.with_drivers_minor) + 1
    sheet.text(
        row,
        0,
        "方法记录（名称同 evidence.json 的 method）" if zh else "Record of the method (names as in evidence.json: method)",
        "section",
    )
    for i, (key, value) in enumerate(sorted(plan.method.items()), start=row + 1):
        sheet.text(i, 0, str(key))
        sheet.paragraph(i, _recorded(value), first=1, span=3)


def _recorded(value: object) -> str:
    """Return a record of the method as words: four digits of a figure, the parts of a list or a table one by one."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_recorded(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_recorded(part) for part in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
