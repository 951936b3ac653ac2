"""The plan as a PDF of a few pages: what was found, the cascade, the judgements, the evidence."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from yunchou.calc.plan import Judgement, Plan
from yunchou.calc.text import Lang, Text
from yunchou.documents import charts, findings
from yunchou.documents.evidence_lines import driver_lines, evidence_lines
from yunchou.documents.figures import chance, growth, odds, percent, sentence, signed_percent, wan
from yunchou.documents.labels import CONSIDERATIONS, NAMES, SCENARIOS, last_year_name, told
from yunchou.documents.people_pages import people_pages
from yunchou.documents.target_sheets import quarter_name, under_condition

TEMPLATE = Path(__file__).with_name("plan_report.typ")
LONGEST_TABLE = 24  # rows of a judgement table that a meeting reads; the workbook holds all

WORDS = {
    "axis_note": Text("竖轴不从 0 开始，柱高之差才可比较。", "The axis does not start at 0; compare differences, not heights."),
    "scenarios": Text("方案与把握", "Scenarios and their odds"),
    "assumed": Text("若下列假设成立，以上把握才算数", "All probabilities hold if these assumptions hold"),
    "know_before": Text("用之前先知道", "Know before you use it"),
    "by_month": Text("各区域按月目标（万元）", "Target by region and month (10k)"),
    "diagnosis": Text("判断与依据", "Judgements and what they rest on"),
    "evidence": Text("这些数从哪里来", "Where these figures come from"),
}


def write_report(plan: Plan, path: Path, *, lang: Lang) -> None:
    """Write ``report.pdf``; the font is embedded, nothing is fetched, equal plans give equal bytes.

    Raises:
        OSError: The file cannot be written.
    """
    import typst  # noqa: PLC0415 - wanted only where a document is made

    compile_typst: Any = typst.compile  # its stub misses the form that returns bytes
    pdf = compile_typst(
        TEMPLATE.read_bytes(),
        font_paths=[str(charts.FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(_document(plan, lang), ensure_ascii=False)},
        timestamp=0,
    )
    path.write_bytes(pdf)


def _unit(plan: Plan, lang: Lang) -> str:
    if lang == "en":
        return f"{plan.currency} 10k"
    return "万元" if plan.currency == "CNY" else f"万 {plan.currency}"


def _document(plan: Plan, lang: Lang) -> dict[str, Any]:
    unit = _unit(plan, lang)
    span = findings.span_of_history(plan)
    zh = lang == "zh"
    return {
        "lang": "zh" if zh else "en",
        "headline": findings.headline(plan, lang),
        "under": f"依据 {span} 的销售明细；单位 {unit}" if zh else f"From sales lines {span}; unit {unit}",
        "footer": f"运筹 · {plan.year} 年度目标规划" if zh else f"Yunchou · Plan for {plan.year}",
        "words": {name: text.told(lang) for name, text in WORDS.items()},
        "tiles": [{"label": label, "value": value} for label, value in _tiles(plan, lang)],
        "curve": {"title": findings.curve_title(plan, lang), "svg": charts.curve(plan, lang)},
        "waterfall": {"title": findings.waterfall_title(plan, lang), "svg": charts.waterfall(plan, lang)},
        "season": {"title": findings.season_title(plan, lang), "svg": charts.season(plan, lang)},
        "scenarios": _scenarios(plan, lang),
        "assumed": driver_lines(plan, lang),
        "floors_note": findings.floors_note(plan, lang),
        "recommended": _recommended(plan, lang),
        "quarters": _quarters(plan, lang),
        "cascade": {"title": findings.region_title(plan, lang), **_cascade(plan, lang)},
        "by_month": _by_month(plan, lang),
        "products": {"title": _products_title(plan, lang), **_judgements(plan.products, lang, "产品" if zh else "Product")},
        "regions": {
            "title": "区域成熟度" if zh else "Maturity of regions",
            **_judgements(plan.regions, lang, "区域" if zh else "Region"),
        },
        "customers": _customers(plan, lang),
        "people": people_pages(plan, lang, LONGEST_TABLE),
        "warnings": [sentence(warning.told(lang)) for warning in plan.warnings],
        "evidence": evidence_lines(plan, lang),
    }


def _tiles(plan: Plan, lang: Lang) -> list[tuple[str, str]]:
    against, before = findings.compared_with(plan, lang)
    unit = _unit(plan, lang)
    zh = lang == "zh"
    return [
        (f"目标（{unit}）" if zh else f"Target ({unit})", wan(plan.target_minor, 0)),
        (under_condition(plan, lang, "把握" if zh else "Probability"), chance(plan.probability)),
        (f"{against}（{unit}）" if zh else f"{against.capitalize()} ({unit})", wan(before, 0)),
        (f"比{against}" if zh else f"On {against}", signed_percent(growth(plan.target_minor, before))),
    ]


def _scenarios(plan: Plan, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    against, before = findings.compared_with(plan, lang)
    sure = under_condition(plan, lang, "把握" if zh else "Probability")
    head = ["方案", sure, "目标", f"比{against}"] if zh else ["Scenario", sure, "Target", f"On {against}"]
    rows = [
        [
            told(SCENARIOS, s.name, lang),
            odds(s.probability, lang),
            wan(s.target_minor),
            signed_percent(growth(s.target_minor, before)),
        ]
        for s in plan.scenarios
    ]
    strong = [i for i, s in enumerate(plan.scenarios) if s.target_minor == plan.target_minor]
    if not strong:
        own = [told(SCENARIOS, "plan", lang), odds(plan.probability, lang), wan(plan.target_minor)]
        rows.append([*own, signed_percent(growth(plan.target_minor, before))])
        strong = [len(rows) - 1]
    return {"head": head, "rows": rows, "strong": strong}


def _recommended(plan: Plan, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    found = plan.recommendation
    head = ["考虑", "目标", "把握", "依据与来源"] if zh else ["Consideration", "Target", "Probability", "Why, and from where"]
    if found is None:
        return {"title": "", "reasons": [], "head": head, "rows": [], "svg": "", "cost": ""}
    rows = [
        [
            told(CONSIDERATIONS, one.name, lang),
            wan(one.target_minor),
            chance(one.probability),
            f"{one.reason.zh}。来源：{one.source.zh}" if zh else f"{sentence(one.reason.en)}. Source: {one.source.en}",
        ]
        for one in found.considerations
    ]
    return {
        "title": findings.recommendation_title(plan, lang),
        "reasons": [sentence(reason.told(lang)) for reason in found.reasons],
        "head": head,
        "rows": rows,
        "svg": charts.cost_curve(plan, lang),
        "cost": "每个候选目标的预计代价" if zh else "What each candidate is expected to cost",
    }


def _quarters(plan: Plan, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    head = ["季度", "应占全年", "八成区间", "累计", "目标占比"] if zh else ["Quarter", "Share", "80% interval", "By its end", "Of target"]
    rows = [
        [
            quarter_name(one.quarter, one.months, lang),
            percent(one.mean_share),
            f"{percent(one.low_share)}–{percent(one.high_share)}",
            percent(one.by_end_mean_share),
            percent(one.target_share),
        ]
        for one in plan.quarters
    ]
    return {"title": findings.quarter_title(plan, lang), "head": head, "rows": rows}


def quarters_of(plan: Plan) -> list[tuple[str, ...]]:
    """Return the plan's months, three at a time."""
    return [plan.months[i : i + 3] for i in range(0, len(plan.months), 3)]


def _cascade(plan: Plan, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    head = ["区域 / 产品", last_year_name(plan, lang), "Q1", "Q2", "Q3", "Q4", "目标", "增长", "预测中位", "把握"]
    if not zh:
        head = ["Region / product", last_year_name(plan, lang), "Q1", "Q2", "Q3", "Q4", "Target", "Growth", "Median", "Odds"]
    sums = plan.cells.group_by("region", "product", "month").agg(pl.col("target_minor").sum())
    by_pair: dict[tuple[str, str, str], int] = {
        (r, p, m): t for r, p, m, t in sums.select("region", "product", "month", "target_minor").iter_rows()
    }
    pairs = plan.outlook.sort("target_minor", descending=True)
    regions = pairs.filter(pl.col("region").is_not_null() & pl.col("product").is_null())["region"].to_list()
    products = pairs.filter(pl.col("region").is_null() & pl.col("product").is_not_null())["product"].to_list()
    found: Mapping[tuple[str | None, str | None], dict[str, Any]] = {
        (r["region"], r["product"]): r for r in plan.outlook.iter_rows(named=True)
    }
    rows, strong = [], []

    def add(name: str, region: str | None, product: str | None) -> None:
        row = found.get((region, product))
        if row is None:
            return
        wanted = [(r, p) for r in ([region] if region else regions) for p in ([product] if product else products)]
        by_quarter = [sum(by_pair.get((r, p, m), 0) for r, p in wanted for m in months) for months in quarters_of(plan)]
        change = signed_percent(findings.cell_growth(plan, row["target_minor"], row["last_year_minor"]))
        middle = [wan(row["last_year_minor"], 0), *(wan(q, 0) for q in by_quarter), wan(row["target_minor"], 0)]
        rows.append([name, *middle, change, wan(row["median_minor"], 0), chance(row["probability"])])

    for region in regions:
        strong.append(len(rows))
        add(told(NAMES, region, lang), region, None)
        for product in products:
            add("    " + told(NAMES, product, lang), region, product)
    strong.append(len(rows))
    add("合计" if zh else "Total", None, None)
    unit = _unit(plan, lang)
    under = (
        f"单位 {unit}；各行之和等于合计，精确到{'元' if plan.unit_minor >= 100 else '分'}（见工作簿“分解”）"
        if zh
        else f"Unit {unit}; rows sum to the total exactly (see the workbook's Cascade)"
    )
    if plan.condition is not None:
        under += f"；{plan.condition.zh}，把握才算数（见首页）" if zh else f"; odds hold {plan.condition.en} (first page)"
    return {"head": head, "rows": rows, "strong": strong, "under": under}


def _by_month(plan: Plan, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    sums = plan.cells.group_by("region", "month").agg(pl.col("target_minor").sum())
    found = {(r, m): t for r, m, t in sums.select("region", "month", "target_minor").iter_rows()}
    regions = (
        plan.cells.group_by("region").agg(pl.col("target_minor").sum()).sort("target_minor", "region", descending=[True, False])["region"]
    )
    rows = [[told(NAMES, region, lang), *(wan(found.get((region, m), 0), 0) for m in plan.months)] for region in regions]
    totals = [wan(sum(found.get((region, m), 0) for region in regions), 0) for m in plan.months]
    head = ["区域" if zh else "Region", *(f"{int(m[5:])} 月" if zh else m[2:] for m in plan.months)]
    return {"head": head, "rows": [*rows, ["合计" if zh else "Total", *totals]], "strong": [len(rows)]}


def _products_title(plan: Plan, lang: Lang) -> str:
    counts = {tier: sum(1 for p in plan.products if p.tier == tier) for tier in ("star", "potential", "base")}
    if lang == "zh":
        return "产品：" + "、".join(f"{told(NAMES, tier, lang)} {n} 个" for tier, n in counts.items())
    return "Products: " + ", ".join(f"{n} {told(NAMES, tier, lang).lower()}" for tier, n in counts.items())


def _judgements(judged: Sequence[Judgement], lang: Lang, noun: str) -> dict[str, Any]:
    zh = lang == "zh"
    head = [noun, "分类", "年营收", "占比", "增长", "依据"] if zh else [noun, "Tier", "Revenue", "Share", "Growth", "Reason"]
    order = sorted(judged, key=lambda j: (-float(j.evidence.get("revenue_minor") or 0), j.name))
    rows = [
        [
            told(NAMES, j.name, lang),
            told(NAMES, j.tier, lang) + ("*" if j.overridden else ""),
            wan(None if j.evidence.get("revenue_minor") is None else int(j.evidence["revenue_minor"] or 0), 0),
            percent(j.evidence.get("share")),
            signed_percent(j.evidence.get("growth")),
            j.reason.told(lang),
        ]
        for j in order[:LONGEST_TABLE]
    ]
    more = []
    if len(order) > LONGEST_TABLE:
        more.append(
            f"另有 {len(order) - LONGEST_TABLE} 个见工作簿“诊断”。" if zh else f"{len(order) - LONGEST_TABLE} more stand in the workbook."
        )
    if any(j.overridden for j in order):
        more.append("* 由人改定。" if zh else "* set by a person.")
    return {"head": head, "rows": rows, "widths": [1.3, 0.9, 0.7, 0.7, 1.1, 4.9], "more": " ".join(more)}


def _customers(plan: Plan, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    unit = _unit(plan, lang)
    total = sum(plan.customers.revenue_minor.values())
    rows = []
    for tier in ("A", "B", "C", "new"):
        if tier not in plan.customers.counts:
            continue
        least = plan.customers.thresholds_minor.get(tier)
        rule = "–" if not least else f"年营收 ≥ {wan(least)} {unit}" if zh else f"revenue ≥ {wan(least)} {unit}"
        revenue = plan.customers.revenue_minor.get(tier, 0)
        rows.append(
            [
                told(NAMES, tier, lang),
                rule,
                f"{plan.customers.counts[tier]:,}",
                wan(revenue, 0),
                percent(revenue / total if total else None),
            ]
        )
    head = ["层级", "门槛", "客户数", "年营收", "占比"] if zh else ["Tier", "Threshold", "Customers", "Revenue", "Share"]
    count = sum(plan.customers.counts.values())
    top = plan.customers.counts.get("A", 0)
    share = percent(plan.customers.revenue_minor.get("A", 0) / total if total else None, 0)
    title = f"客户：{top} 家 A 类（共 {count:,} 家）贡献 {share}" if zh else f"Customers: {top} A accounts of {count:,} bring {share}"
    return {"title": title, "head": head, "rows": rows}
