import dataclasses

import openpyxl
import pytest

from tests.documents.sample import sample_plan
from yunchou.documents.plan_workbook import write_workbook
from yunchou.documents.target_sheets import quarter_name

WAN = 1_000_000


@pytest.fixture
def book(tmp_path):
    write_workbook(sample_plan(), tmp_path / "plan.xlsx", lang="zh")
    return openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)


def words(page):
    return [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]


def below(page, head, column=1):
    """Return the rows below the one whose cell in the column holds ``head``."""
    rows = list(page.iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if row[column - 1] == head)
    return rows[at + 1 :]


def test_summary_heads_the_probability_with_what_it_depends_on_and_lists_it(book):
    said = words(book["摘要"])
    assert "把握（若下列假设成立）" in said
    lines = said[said.index("若下列假设成立") + 1 :]
    assert lines[0] == "· 增长动因“明星升级”（产品升级，产品=明星产品）：增幅 2% / 5% / 8%，成事概率 90%。"
    assert lines[1] == "· 增长动因“西南拓展”（区域=西南，自 2024-04）：增幅 5% / 20% / 40%，成事概率 60%。"
    assert "达成把握（若下列假设成立）" in words(book["方案"])


def test_workbook_of_a_bare_plan_assumes_and_recommends_nothing(tmp_path):
    write_workbook(dataclasses.replace(sample_plan(), drivers=(), recommendation=None, quarters=()), tmp_path / "plan.xlsx", lang="zh")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert not [word for word in words(book["方案"]) + words(book["摘要"]) if "推荐" in word or "应占全年" in word]
    assert not [word for page in book.worksheets for word in words(page) if "若下列假设成立" in word]


def test_quarters_stand_with_their_interval_and_target(book):
    plan = sample_plan()
    rows = below(book["摘要"], "季度")[:4]
    assert [row[0] for row in rows] == ["Q1（1–3 月）", "Q2（4–6 月）", "Q3（7–9 月）", "Q4（10–12 月）"]
    for row, quarter in zip(rows, plan.quarters, strict=True):
        assert row[1:6] == pytest.approx(
            (quarter.mean_share, quarter.low_share, quarter.high_share, quarter.by_end_mean_share, quarter.target_share), abs=1e-12
        )
        assert round(row[6] * WAN) == quarter.target_minor


def test_recommendation_stands_with_its_considerations_and_candidates(book):
    page, plan = book["方案"], sample_plan()
    considered = below(page, "考虑")
    assert [considered[at][0] for at in (0, 2, 4)] == ["定高与定低的代价", "完成指标的人", "市场增长"]
    assert considered[4][3].startswith("市场预计增长 9.0%（6.0% 至 12.0%）")
    assert considered[5][3] == "来源：行业协会"
    candidates = below(page, "候选目标")
    count = len(plan.recommendation.candidates)
    assert [round(row[0] * WAN) for row in candidates[:count]] == [one.target_minor for one in plan.recommendation.candidates]
    assert [row[6] for row in candidates[count : count + 2]] == ["← 推荐", "← 选定"]
    assert round(candidates[count + 1][0] * WAN) == plan.target_minor


def test_probabilities_at_the_ends_are_shown_as_bounds(tmp_path):
    write_workbook(dataclasses.replace(sample_plan(), probability=0.0), tmp_path / "plan.xlsx", lang="zh")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    shown = {
        page.title: cell.number_format
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value == 0.0 and "0.1" in cell.number_format
    }
    assert shown == {"摘要": '[<0.001]"<0.1%";[>0.999]">99.9%";0.0%', "方案": '[<0.001]"<0.1%";[>0.999]">99.9%";0.0%'}


def test_target_far_outside_is_not_drawn_among_the_candidates(tmp_path):
    plan = sample_plan()
    far = dataclasses.replace(plan.recommendation, chosen=dataclasses.replace(plan.recommendation.chosen, target_minor=10**12))
    for name, shown in (("near", plan), ("far", dataclasses.replace(plan, recommendation=far))):
        write_workbook(shown, tmp_path / f"{name}.xlsx", lang="zh")
    series = [len(openpyxl.load_workbook(tmp_path / f"{name}.xlsx")["方案"]._charts[-1].series) for name in ("near", "far")]
    assert series == [3, 2]


def test_quarter_is_named_by_its_months_in_any_fiscal_year():
    assert quarter_name(4, ("2025-01", "2025-02", "2025-03"), "zh") == "Q4（1–3 月）"
    assert quarter_name(1, ("2024-04", "2024-05", "2024-06"), "en") == "Q1 (Apr–Jun)"
