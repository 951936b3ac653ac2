import dataclasses

import openpyxl
import pytest

from tests.documents.sample import sample_plan
from yunchou.calc.coverage import Coverage
from yunchou.calc.text import Text
from yunchou.calc.tier_moves import TierMove
from yunchou.documents.plan_workbook import write_workbook

COVERED = Coverage(sold=("杭州市",), whitespace=("宁波市", "温州市", "绍兴市"), unmatched=("上虞",))


def sheet_of(tmp_path, name, lang="zh", **changes):
    plan = dataclasses.replace(sample_plan(), **changes)
    write_workbook(plan, tmp_path / "plan.xlsx", lang=lang)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def test_cities_without_sales_are_listed_by_region(tmp_path):
    region = sample_plan().regions[0].name
    rows = sheet_of(tmp_path, "城市", coverage={region: COVERED})
    assert rows[0][0] == "4 个地级市中 1 个有销售"
    assert rows[4] == [region, 4, 1, 3, pytest.approx(0.25, abs=1e-12), "宁波市、温州市、绍兴市", "上虞"]
    assert sheet_of(tmp_path, "Cities", "en", coverage={region: COVERED})[0][0] == "Sales in 1 of 4 prefecture-level cities"


def test_every_change_of_tier_stands_with_its_reason(tmp_path):
    moves = {
        "product": (TierMove(name="硬件", old="star", new="base", why=Text("份额下降", "share fell")),),
        "region": (),
        "customer": (TierMove(name="C1", old="A", new=None, why=Text("没有销售", "no sales")),),
    }
    rows = sheet_of(tmp_path, "变动", moves=moves)
    assert rows[0][0] == "比上次分层的变动：产品 1、区域 0、客户 1"
    assert rows[4:] == [["硬件", "产品", "明星产品", "基础产品", "份额下降"], ["C1", "客户", "A 类", "–", "没有销售"]]


def test_long_sentences_wrap_in_a_row_as_high_as_they_take(tmp_path):
    plan = dataclasses.replace(sample_plan(), warnings=(Text("很" * 150, ""), Text("短", "")))
    write_workbook(plan, tmp_path / "plan.xlsx", lang="zh")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["证据"]
    [long] = [cell.row for [cell] in sheet["A1:A60"] if str(cell.value).startswith("· 注意：很很")]
    # 308 places over columns of 94
    assert sheet.row_dimensions[long].height == pytest.approx(4 * 14 + 1, abs=1e-9)
    assert sheet.row_dimensions[long + 1].height is None
    assert f"A{long}:D{long}" in {str(area) for area in sheet.merged_cells.ranges}
