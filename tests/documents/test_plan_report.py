import dataclasses

import pikepdf
import pytest

from tests.documents.sample import sample_plan
from yunchou.calc import baseline_models
from yunchou.documents import charts, findings
from yunchou.documents.evidence_lines import evidence_lines
from yunchou.documents.labels import MODELS
from yunchou.documents.plan_report import write_report


@pytest.fixture(params=["zh", "en"])
def pdf(request, tmp_path):
    path = tmp_path / "report.pdf"
    write_report(sample_plan(people=True), path, lang=request.param)
    with pikepdf.open(path) as opened:
        yield opened


def embedded_fonts(pdf):
    """Return the names of the fonts whose file stands in the document."""
    names = set()
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor" and "/FontFile2" in thing:
            names.add(str(thing["/FontName"]).split("+")[-1])
    return names


def test_write_report_embeds_noto_sans_sc_and_nothing_else(pdf):
    assert embedded_fonts(pdf) == {"NotoSansSC-Regular", "NotoSansSC-SemiBold"}
    fonts = [t for t in pdf.objects if isinstance(t, pikepdf.Dictionary) and t.get("/Type") == "/FontDescriptor"]
    assert all("/FontFile2" in font for font in fonts)


def test_write_report_is_a_few_pages_of_a4(pdf):
    assert 3 <= len(pdf.pages) <= 5
    assert {tuple(round(float(x)) for x in page.mediabox) for page in pdf.pages} == {(0, 0, 595, 842)}


def test_write_report_gives_equal_bytes_for_equal_plans(tmp_path):
    for name in ("one.pdf", "two.pdf"):
        write_report(sample_plan(), tmp_path / name, lang="zh")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_write_report_prints_names_that_look_like_markup_as_they_are(tmp_path):
    plan = sample_plan(regions_prefix="#eval(1) [*_$<")
    write_report(plan, tmp_path / "report.pdf", lang="zh")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000


def test_findings_state_what_the_figures_show():
    plan = sample_plan()
    assert findings.headline(plan, "zh") == "若下列假设成立，2024 年目标 1.86 亿元有六成把握，比去年 +14.8%"
    free = dataclasses.replace(plan, drivers=())
    assert findings.headline(free, "zh") == "2024 年目标 1.86 亿元，六成把握，比去年 +14.8%"
    assert findings.headline(plan, "en") == (
        "Target for 2024: CNY 186.0 million, reached with 60% probability if these assumptions hold, +14.8% on last year"
    )
    assert findings.waterfall_title(plan, "zh") == "增长主要来自明星升级（+1,160.0 万元），流失与降价减去 350.0 万元"
    assert findings.season_title(plan, "zh") == "第四季度占全年 32%，2 月最低"
    assert findings.region_title(plan, "zh") == "华东承担全年 41%；西南把握最小（四成）"
    assert findings.recommendation_title(plan, "zh") == "推荐目标 1.78 亿元，七成把握；所选目标比它高 4.4%"
    assert findings.quarter_title(plan, "zh") == "第一季度应完成全年的 19%，合理范围 17% 至 21%"
    assert findings.curve_title(free, "en") == "CNY 186.0 million has 60%, CNY 211.4 million only 10%"
    assert findings.curve_title(plan, "en") == "If these assumptions hold, CNY 186.0 million has 60%, CNY 211.4 million only 10%"


def test_findings_never_say_a_chance_of_nought():
    never = dataclasses.replace(sample_plan(), probability=0.0, target_minor=90_000_000_000)
    assert findings.headline(never, "zh").startswith("若下列假设成立，2024 年目标 9.00 亿元把握不到 0.1%，")
    assert findings.curve_title(never, "zh").startswith("若下列假设成立，9.00 亿元把握不到 0.1%，")
    assert "less than 0.1% probability" in findings.headline(never, "en")
    sure = dataclasses.replace(sample_plan(), probability=1.0, target_minor=100, drivers=())
    assert findings.headline(sure, "zh").startswith("2024 年目标 1 元，把握超过 99.9%，")


def test_findings_say_what_floors_added():
    raised = dataclasses.replace(sample_plan(), raised_minor=350_000_000)
    assert findings.floors_note(raised, "zh") == "目标中有 350.0 万元是增长下限抬高的，含在最后一步里"
    assert findings.floors_note(sample_plan(), "zh") == ""


def test_write_report_manages_without_drivers_recommendation_and_quarters(tmp_path):
    bare = dataclasses.replace(sample_plan(), drivers=(), recommendation=None, quarters=())
    write_report(bare, tmp_path / "report.pdf", lang="zh")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000


def test_cost_curve_names_the_recommended_target_and_one_far_outside_is_left_out():
    plan = sample_plan()
    far = dataclasses.replace(plan.recommendation, chosen=dataclasses.replace(plan.recommendation.chosen, target_minor=10**12))
    inside, outside = charts.cost_curve(plan, "zh"), charts.cost_curve(dataclasses.replace(plan, recommendation=far), "zh")
    assert ["推荐" in inside, "所选" in inside] == [True, True]
    assert ["推荐" in outside, "所选" in outside] == [True, False]


def test_every_model_of_the_forecast_has_a_name_in_both_languages():
    assert {model for model in baseline_models.MODELS if model not in MODELS} == set()


def test_interval_of_the_year_speaks_of_drivers_only_where_there_are_some():
    plan = sample_plan()
    free = dataclasses.replace(plan, drivers=())
    said = [next(line for line in evidence_lines(one, "zh") if "八成区间：" in line) for one in (plan, free)]
    assert [line.split("八成区间")[0] for line in said] == ["含增长动因的全年", "全年"]
