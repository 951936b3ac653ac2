import dataclasses
import re
import subprocess
from pathlib import Path
from shutil import which

import openpyxl
import polars as pl
import pytest

from tests.documents.sample import sample_plan
from yunchou.calc.text import Text
from yunchou.documents import findings
from yunchou.documents.plan_workbook import write_workbook

SHEETS_ZH = ["摘要", "诊断", "瀑布", "方案", "分解", "人员", "公平", "证据"]
WAN = 1_000_000


@pytest.fixture(params=["without people", "with people", "partial last year"])
def written(request, tmp_path):
    plan = sample_plan(people=request.param == "with people")
    if request.param == "partial last year":
        plan = dataclasses.replace(plan, last_year_months=5, last_twelve_minor=plan.last_year_minor * 2)
    path = tmp_path / "plan.xlsx"
    write_workbook(plan, path, lang="zh")
    return plan, path


class Calculator:
    """Evaluates the few functions our sheets use, from cells alone, as a spreadsheet would."""

    def __init__(self, path):
        self.book = openpyxl.load_workbook(path)

    def cell(self, sheet, address):
        cell = self.book[sheet][address.replace("$", "")]
        return self.formula(sheet, cell.value[1:]) if cell.data_type == "f" else cell.value

    def area(self, sheet, text):
        if "!" in text:
            sheet, text = text.split("!")
            sheet = sheet.strip("'")
        first, last = text.replace("$", "").split(":")
        return [self.cell(sheet, cell.coordinate) for row in self.book[sheet][f"{first}:{last}"] for cell in row]

    def formula(self, sheet, text):
        if text == '"–"':
            return "–"
        condition = re.fullmatch(r'IF\((.+?)>0,(.+),"–"\)', text)
        if condition:
            test = self.formula(sheet, condition[1])
            return self.formula(sheet, condition[2]) if test > 0 else "–"

        def call(match):
            name, inside = match[1], match[2].split(",")
            if name == "SUMIFS":
                wanted = self.cell(sheet, inside[2])
                values, keys = self.area(sheet, inside[0]), self.area(sheet, inside[1])
                return repr(sum(value for value, key in zip(values, keys, strict=True) if key == wanted))
            if name == "SUBTOTAL":
                assert inside[0] == "109"
                inside = inside[1:]
            return repr(sum(value for value in self.area(sheet, inside[0]) if isinstance(value, (int, float))))

        text = re.sub(r"(SUMIFS|SUBTOTAL|SUM)\(([^()]*)\)", call, text)
        text = re.sub(r"\$?[A-Z]\$?[0-9]+\b", lambda m: repr(self.cell(sheet, m[0])), text)
        assert re.fullmatch(r"[-+*/0-9.e() ]+", text), text
        return eval(text)  # noqa: S307 - only digits and signs, asserted above


def test_write_workbook_has_all_eight_sheets_with_frozen_headers(written):
    _, path = written
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS_ZH
    assert book["分解"].freeze_panes == "D5"


def test_write_workbook_formulas_agree_with_the_values_they_carry(written):
    _, path = written
    values = openpyxl.load_workbook(path, data_only=True)
    calculator = Calculator(path)
    seen = 0
    for sheet in calculator.book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    kept = values[sheet.title][cell.coordinate].value
                    counted = calculator.formula(sheet.title, cell.value[1:])
                    assert counted == (kept if isinstance(kept, str) else pytest.approx(kept, abs=1e-8)), (sheet.title, cell.coordinate)
                    seen += 1
    assert seen > 100


def test_write_workbook_totals_equal_the_target_and_the_lines_to_the_yuan(written):
    plan, path = written
    values = openpyxl.load_workbook(path, data_only=True)
    cascade = values["分解"]
    lines = [row for row in cascade.iter_rows(min_row=5, values_only=True) if row[0] and not str(row[0]).startswith("合计")]
    assert len(lines) == plan.cells.select("product", "region", "customer_tier").n_unique()
    assert sum(round(amount * WAN) for row in lines for amount in row[4:16]) == plan.target_minor
    months = plan.cells.filter(plan.cells["month"] == "2024-03")["target_minor"].sum()
    assert sum(round(row[6] * WAN) for row in lines) == months
    waterfall = values["瀑布"]
    assert round(next(row[1] for row in waterfall.iter_rows(min_row=5, values_only=True) if row[0] == "目标") * WAN) == plan.target_minor


def test_write_workbook_says_so_when_there_are_no_people(tmp_path):
    path = tmp_path / "plan.xlsx"
    write_workbook(sample_plan(), path, lang="zh")
    book = openpyxl.load_workbook(path)
    assert [book[name]["A1"].value for name in ("人员", "公平")] == [
        "没有人员名单，目标还没有分到人",
        "没有人员名单，看不出目标分得公不公平",
    ]


def test_write_workbook_keeps_names_that_look_like_formulas_as_words(written):
    _, path = written
    book = openpyxl.load_workbook(path)
    cells = [cell for row in book["诊断"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"] or [cell.quotePrefix for cell in cells] == [True]


def test_write_workbook_gives_equal_bytes_for_equal_plans(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(sample_plan(people=True), tmp_path / name, lang="zh")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_write_workbook_in_english_has_no_chinese_words_of_ours(tmp_path):
    path = tmp_path / "plan.xlsx"
    write_workbook(sample_plan(), path, lang="en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Diagnosis", "Waterfall", "Scenarios", "Cascade", "People", "Fairness", "Evidence"]
    own = re.compile("目标|去年|把握|合计|单位|客户层级|产品层级|营收|增长主要")
    found = [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and own.search(cell.value)
    ]
    assert found == []


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_write_workbook_survives_libreoffice_with_the_same_sums(tmp_path):
    path = tmp_path / "plan.xlsx"
    plan = sample_plan(people=True)
    write_workbook(plan, path, lang="zh")
    home, again = f"-env:UserInstallation=file://{tmp_path}/profile", str(tmp_path / "again")
    words = [which("soffice"), home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", again, str(path)]
    subprocess.run(words, check=True, timeout=120, capture_output=True)
    ours = openpyxl.load_workbook(path, data_only=True)
    theirs = openpyxl.load_workbook(Path(again) / "plan.xlsx", data_only=True)
    for sheet in ours.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    assert theirs[sheet.title][cell.coordinate].value == pytest.approx(cell.value, abs=1e-8), (sheet.title, cell.coordinate)


def test_write_workbook_does_not_compare_with_a_last_year_read_in_part(tmp_path):
    plan = dataclasses.replace(sample_plan(), last_year_months=5, last_twelve_minor=17_000_000_000)
    write_workbook(plan, tmp_path / "plan.xlsx", lang="zh")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    assert book["分解"]["D4"].value == "去年（5 个月）"
    assert {row[17].value for row in book["分解"].iter_rows(min_row=5) if row[0].value} == {"–"}
    assert book["摘要"]["A1"].value == "若下列假设成立，2024 年目标 1.86 亿元有六成把握，比近 12 个月 +9.4%"


def _words(page):
    return [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_write_workbook_keeps_notes_on_reading_off_the_summary(tmp_path):
    note = Text("地区列不止一个可能", "more than one column may be the region")
    write_workbook(sample_plan(), tmp_path / "plan.xlsx", lang="zh", reading=[note])
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert [any(note.zh in words for words in _words(book[name])) for name in ("摘要", "证据")] == [False, True]
    assert any("最后一个月只有 12 天有数据" in words for words in _words(book["摘要"]))


def test_write_workbook_says_which_tiers_its_sums_go_by(tmp_path):
    write_workbook(sample_plan(), tmp_path / "plan.xlsx", lang="zh")
    assert "去年与目标都按各自年初的客户层级计；诊断表按现在的层级" in _words(openpyxl.load_workbook(tmp_path / "plan.xlsx")["摘要"])


def test_write_workbook_compares_no_year_with_one_read_in_part(tmp_path):
    whole = sample_plan()
    part = dataclasses.replace(whole, history=whole.history.sort("month").tail(whole.history.height - 6))
    growths = []
    for plan in (whole, part):
        write_workbook(plan, tmp_path / "plan.xlsx", lang="zh")
        page = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)["诊断"]
        growths.append([page.cell(row, 3).value for row in (5, 6)])
    assert growths[0][0] == growths[1][0] == growths[1][1] == "–"
    assert isinstance(growths[0][1], float)


def test_write_workbook_records_the_method_in_words(tmp_path):
    plan = dataclasses.replace(sample_plan(), method={"column_drift": {"region": 0.15514}, "cover80": 0.7692307692307693, "origins": 13})
    write_workbook(plan, tmp_path / "plan.xlsx", lang="zh")
    words = _words(openpyxl.load_workbook(tmp_path / "plan.xlsx")["证据"])
    assert words[words.index("方法记录（名称同 evidence.json 的 method）") + 1 :] == [
        "column_drift",
        "region 0.1551",
        "cover80",
        "0.7692",
        "origins",
        "13",
    ]


def test_write_workbook_passes_on_what_the_system_said(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_workbook(sample_plan(), tmp_path, lang="zh")


def test_region_that_is_a_number_is_said_to_be_a_region():
    plan = sample_plan()
    numbered = dataclasses.replace(plan, outlook=plan.outlook.with_columns(pl.col("region").replace({"华东": "4"})))
    assert findings.region_title(numbered, "zh").startswith("区域 4 承担全年")
    assert findings.region_title(numbered, "en").startswith("Region 4 carries")


def test_region_title_names_a_region_once_where_it_is_both_largest_and_least_sure():
    plan = sample_plan()
    least = pl.when(pl.col("region") == "华东").then(0.05).otherwise(pl.col("probability"))
    plan = dataclasses.replace(plan, outlook=plan.outlook.with_columns(probability=least))
    assert findings.region_title(plan, "zh") == "华东承担全年 41%，把握也最小（5%）"
    assert findings.region_title(plan, "en") == "华东 carries 41% of the year and is least sure (5%)"


def test_write_workbook_puts_reasons_of_products_and_regions_in_one_wide_column(written):
    _, path = written
    page = openpyxl.load_workbook(path)["诊断"]
    columns = {cell.column_letter for row in page.iter_rows() for cell in row if cell.value == "理由"}
    assert len(columns) == 1
    widths = {letter: page.column_dimensions[letter].width for letter in page.column_dimensions}
    assert widths[columns.pop()] == max(widths.values())
