"""The blocks of the plan's workbook that list cities without sales, and tiers that changed since the plan before."""

from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang
from yunchou.documents.figures import sentence
from yunchou.documents.labels import NAMES, TIERED, told
from yunchou.documents.workbook import Sheet


def cities(sheet: Sheet, plan: Plan, lang: Lang, top: int) -> int:
    """Write which prefecture-level cities of each region have no sales, and which names match none; return the next free row."""
    if not plan.coverage:
        return top
    zh = lang == "zh"
    sheet.text(top, 0, "空白城市" if zh else "Cities without sales", "section")
    heads = ["区域", "地级市", "有销售", "空白", "未对上的城市名"] if zh else ["Region", "Cities", "With sales", "Without", "Unmatched"]
    last = len(sheet.widths) - 1
    sheet.heads(top + 1, [*heads, *[""] * (last - len(heads))])
    sheet.text(top + 1, last, "空白的地级市；未对上的城市名" if zh else "Cities without sales; names that match none", "head_reason")
    row = top + 2
    ordered = [judged.name for judged in plan.regions if judged.name in plan.coverage]
    for name in ordered:
        found = plan.coverage[name]
        sheet.text(row, 0, told(NAMES, name, lang))
        counts = (found.cities, len(found.sold), len(found.whitespace), len(found.unmatched))
        for column, count in enumerate(counts, start=1):
            sheet.number(row, column, count, "count")
        listed = ["、".join(names) if zh else ", ".join(names) for names in (found.whitespace, found.unmatched)]
        words = listed[0] + (("；未对上：" if zh else "; unmatched: ") + listed[1] if found.unmatched else "")
        for column in range(5, last):
            sheet.text(row, column, "")
        sheet.paragraph(row, words, columns=(last, last), look="reason")
        row += 1
    return row + 1


def moves(sheet: Sheet, plan: Plan, lang: Lang, top: int) -> int:
    """Write every tier that changed since the plan before, with the reason; return the next free row."""
    if not plan.moves:
        return top
    zh = lang == "zh"
    sheet.text(top, 0, "比上次分层的变动" if zh else "Tiers that changed", "section")
    rows = [(kind, move) for kind, found in plan.moves.items() for move in found]
    if not rows:
        sheet.text(top + 1, 0, "没有变动" if zh else "None", "note")
        return top + 3
    last = len(sheet.widths) - 1
    heads = ["名称", "类别", "原来", "现在"] if zh else ["Name", "Kind", "Before", "Now"]
    sheet.heads(top + 1, [*heads, *[""] * (last - len(heads))], words=4)
    sheet.text(top + 1, last, "理由" if zh else "Reason", "head_reason")
    for row, (kind, move) in enumerate(rows, start=top + 2):
        sheet.text(row, 0, told(NAMES, move.name, lang))
        sheet.text(row, 1, TIERED[kind].told(lang))
        for column, tier in ((2, move.old), (3, move.new)):
            sheet.text(row, column, "–" if tier is None else told(NAMES, tier, lang))
        for column in range(4, last):
            sheet.text(row, column, "")
        sheet.paragraph(row, sentence(move.why.told(lang)), columns=(last, last), look="reason")
    return top + len(rows) + 3
