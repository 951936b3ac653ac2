"""The sentences that say how a plan's figures were made, checked, and what they do not know."""

from collections.abc import Mapping

from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang
from yunchou.documents.figures import amount, percent, sentence
from yunchou.documents.labels import DIMENSIONS, DRIVER_KINDS, MODELS, NAMES, told

ENOUGH = 20  # outcomes below which a stated probability cannot be tested


def _share(value: object) -> str:
    return percent(float(value), 0) if isinstance(value, (int, float)) else "–"


def evidence_lines(plan: Plan, lang: Lang) -> list[str]:
    """Return the lines of the evidence section, in the order a doubting reader asks."""
    m, zh = plan.method, lang == "zh"
    stop = "。" if zh else "."
    models = m.get("models")
    comma = "、" if zh else ", "
    names = comma.join(told(MODELS, str(model), lang) for model in models) if isinstance(models, (list, tuple)) else "–"
    lines = [
        f"预测方法：{names}；先预测总量，再按各层级的份额逐条路径分下去，所以每一层之和都等于上一层。"
        if zh
        else f"Forecast: {names}; the total is forecast first and shared out path by path, so every level sums to the one above.",
        *_checked(m, lang),
    ]
    own, reference = m.get("own_crps"), m.get("reference_crps")
    if isinstance(own, (int, float)) and isinstance(reference, (int, float)):
        lines.append(
            f"同一回测中，全年总额的误差（CRPS）为 {percent(own)}，“同去年”法为 {percent(reference)}（占年额，越小越好）。"
            if zh
            else f"In the same back-test the error of the year's total (CRPS) was {percent(own)}, "
            f"against {percent(reference)} for “same as last year”."
        )
    low, high = plan.with_drivers_minor["q10"], plan.with_drivers_minor["q90"]
    whole = ("全年" if zh else "Year") if plan.condition is None else "含增长动因的全年" if zh else "Year with drivers"
    least, most = amount(low, plan.currency, lang), amount(high, plan.currency, lang)
    lines.append(f"{whole}八成区间：{least}至 {most}。" if zh else f"{whole}, 80% interval: {least} to {most}.")
    if plan.condition is not None:
        lines.append(
            f"{plan.condition.zh}，各项把握才算数；假设由人给定，不是从历史得出："
            if zh
            else f"All probabilities hold {plan.condition.en}; they are set by people, not learnt:"
        )
    lines += driver_lines(plan, lang)
    lines += [_floor(f, lang) for f in plan.floors]
    if plan.recommendation is not None:
        lines += [sentence(reason.told(lang)) + stop for reason in plan.recommendation.reasons]
    lines.append(
        "分解为整数运算：每一层的各行之和都精确等于合计，可在工作簿中用公式核对。"
        if zh
        else "The cascade is whole-number arithmetic: rows sum to their total exactly at every level; the workbook's formulas check it."
    )
    return lines


def _checked(m: Mapping[str, object], lang: Lang) -> list[str]:
    """Say how the spread was checked, and with how many outcomes: too few are said to be too few."""
    zh = lang == "zh"
    if m.get("calibration") != "own back-test":
        return [
            "历史太短，区间无法用本文件检验，采用公开发表的预测误差，已放宽。"
            if zh
            else "The history is too short to test the spread on this file: published forecast errors were used, on the wide side."
        ]
    origins, outcomes, covered = m.get("origins", "–"), m.get("outcomes", 0), _share(m.get("cover80"))
    few = isinstance(outcomes, int) and outcomes < ENOUGH
    if zh:
        tail = "；互不重叠的结果太少，只能参考，宽度兼顾了公开发表的预测误差。" if few else "。"
        return [f"区间由本文件的回测得出：{origins} 个起点（互不重叠的 {outcomes} 个），八成区间实际覆盖 {covered}{tail}"]
    tail = "; too few to prove anything, so published forecast errors weigh in." if few else "."
    return [f"The spread comes from back-testing this file: {origins} origins ({outcomes} apart); the 80% interval covered {covered}{tail}"]


def where_words(where: object, lang: Lang) -> str:
    """Return ``{region: [西南]}`` as words."""
    if not isinstance(where, dict) or not where:
        return "全部" if lang == "zh" else "everywhere"
    comma = "、" if lang == "zh" else ", "
    parts = []
    for key, value in where.items():
        members = value if isinstance(value, (list, tuple)) else [value]
        parts.append(f"{told(DIMENSIONS, str(key), lang)}={comma.join(told(NAMES, str(member), lang) for member in members)}")
    return "；".join(parts) if lang == "zh" else "; ".join(parts)


def driver_lines(plan: Plan, lang: Lang) -> list[str]:
    """Return each driver as a sentence: what is assumed, where, from when, and how sure."""
    return [_driver(driver, lang) for driver in plan.drivers]


def _driver(driver: object, lang: Lang) -> str:
    d = dict(driver) if isinstance(driver, dict) else {}
    low, likely, high = (_share(float(d[k])) if k in d else "–" for k in ("low", "likely", "high"))
    chance = _share(float(d["probability"])) if "probability" in d else "–"
    parts = [where_words(d.get("where"), lang)]
    if d.get("kind"):
        parts.insert(0, told(DRIVER_KINDS, str(d["kind"]), lang))
    if d.get("from"):
        parts.append(f"自 {d['from']}" if lang == "zh" else f"from {d['from']}")
    if lang == "zh":
        return f"增长动因“{d.get('name')}”（{'，'.join(parts)}）：增幅 {low} / {likely} / {high}，成事概率 {chance}。"
    return f"Driver “{d.get('name')}” ({', '.join(parts)}): {low} / {likely} / {high}, chance {chance}."


def _floor(floor: object, lang: Lang) -> str:
    f = dict(floor) if isinstance(floor, dict) else {}
    where, rate, source = where_words(f.get("where"), lang), _share(float(f["growth"])) if "growth" in f else "–", f.get("source") or "–"
    if lang == "zh":
        return f"下限：{where} 增速不低于 {rate}（来源：{source}）。"
    return f"Floor: {where} grows by at least {rate} (source: {source})."
