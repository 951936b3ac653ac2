from tests.documents.sample import sample_plan
from yunchou.documents.people_pages import people_pages


def test_without_people_there_is_no_title():
    assert people_pages(sample_plan(), "zh", 24) == {
        "title": "",
        "head": ["部门", "人员", "满月数", "目标", "下达额", "把握", "去年", "变化"],
        "rows": [],
        "more": "",
    }


def test_tables_are_cut_and_the_company_stands_last():
    told = people_pages(sample_plan(people=True), "en", 4)
    assert (len(told["rows"]), told["more"]) == (4, "2 more stand in the workbook.")
    rows = told["capacity"]["rows"]
    assert (len(rows), rows[-1][0], told["capacity"]["strong"]) == (5, "Company", [4])
    assert [row[0] for row in told["over"]["rows"]] == ["0%", "5%", "10%", "15%", "20%", "25%"]
