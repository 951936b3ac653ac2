import pikepdf
import pytest

from tests.documents.sample import sample_plan
from yunchou.documents import findings
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
    assert findings.headline(plan, "zh") == "2024 年目标 1.86 亿元，六成把握，比去年 +14.8%"
    assert findings.waterfall_title(plan, "zh") == "增长主要来自明星升级（+1,160.0 万元），流失与降价减去 350.0 万元"
    assert findings.season_title(plan, "zh") == "第四季度占全年 32%，2 月最低"
    assert findings.region_title(plan, "zh") == "华东承担全年 41%；西南把握最小（四成）"
    assert findings.curve_title(plan, "en") == "CNY 186.0 million has 60%, CNY 211.4 million only 10%"
