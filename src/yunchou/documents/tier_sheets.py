"""The sheets of the plan's workbook that list cities without sales, and tiers that changed since the plan before."""

from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang
from yunchou.documents.figures import sentence
from yunchou.documents.labels import NAMES, SHEETS, TIERED, told
from yunchou.documents.workbook import Book

_TOP = 3


def cities(book: Book, plan: Plan, lang: Lang) -> None:
    """Write which prefecture-level cities of each region have no sales, and which names match none; nothing without cities."""
    if not plan.coverage:
        return
    zh = lang == "zh"
    sheet = book.sheet(SHEETS["cities"].told(lang), [16, 10, 10, 10, 10, 70, 50])
    found = [(judged.name, plan.coverage[judged.name]) for judged in plan.regions if judged.name in plan.coverage]
    known, sold = sum(one.cities for _, one in found), sum(len(one.sold) for _, one in found)
    sheet.text(0, 0, f"{known} 个地级市中 {sold} 个有销售" if zh else f"Sales in {sold} of {known} prefecture-level cities", "title")
    note = (
        "近 12 个月；城市名按地级行政区核对，县市等对不上的另列"
        if zh
        else "Last 12 months; names that are no prefecture-level city stand apart"
    )
    sheet.text(1, 0, note, "note")
    heads = ["区域", "地级市", "有销售", "空白", "覆盖率"] if zh else ["Region", "Cities", "With sales", "Without", "Covered"]
    sheet.heads(_TOP, heads)
    for column, head in ((5, "空白城市" if zh else "Cities without sales"), (6, "未对上的城市名" if zh else "Names that match no city")):
        sheet.text(_TOP, column, head, "head_reason")
    for row, (name, one) in enumerate(found, start=_TOP + 1):
        sheet.text(row, 0, told(NAMES, name, lang))
        for column, count in enumerate((one.cities, len(one.sold), len(one.whitespace)), start=1):
            sheet.number(row, column, count, "count")
        sheet.formula(row, 4, f'=IF(B{row + 1}>0,C{row + 1}/B{row + 1},"–")', one.share if one.cities else None, "percent")
        listed = ["、".join(names) if zh else ", ".join(names) for names in (one.whitespace, one.unmatched)]
        sheet.paragraph(row, *listed, first=5, look="reason")
    sheet.page.freeze_panes(_TOP + 1, 1)


def moves(book: Book, plan: Plan, lang: Lang) -> None:
    """Write every tier that changed since the plan before, with the reason; nothing where no tiers were in force."""
    if not plan.moves:
        return
    zh = lang == "zh"
    sheet = book.sheet(SHEETS["moves"].told(lang), [24, 10, 14, 14, 90])
    rows = [(kind, move) for kind, found in plan.moves.items() for move in found]
    counts = {kind: len(found) for kind, found in plan.moves.items()}
    said = ("、" if zh else ", ").join(f"{TIERED[kind].told(lang)} {count}" for kind, count in counts.items())
    sheet.text(0, 0, f"比上次分层的变动：{said}" if zh else f"Tiers that changed since the plan before: {said}", "title")
    sheet.heads(_TOP, ["名称", "类别", "原来", "现在"] if zh else ["Name", "Kind", "Before", "Now"], words=4)
    sheet.text(_TOP, 4, "理由" if zh else "Reason", "head_reason")
    for row, (kind, move) in enumerate(rows, start=_TOP + 1):
        sheet.text(row, 0, told(NAMES, move.name, lang))
        sheet.text(row, 1, TIERED[kind].told(lang))
        for column, tier in ((2, move.old), (3, move.new)):
            sheet.text(row, column, "–" if tier is None else told(NAMES, tier, lang))
        sheet.paragraph(row, sentence(move.why.told(lang)), first=4, look="reason")
    if rows:
        sheet.page.autofilter(_TOP, 0, _TOP + len(rows), 4)
    sheet.page.freeze_panes(_TOP + 1, 1)
    sheet.page.repeat_rows(_TOP)
