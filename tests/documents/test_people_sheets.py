import numpy as np
import openpyxl
import pytest

from tests.documents.sample import REGIONS, sample_plan
from yunchou.documents.plan_workbook import write_workbook


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request, tmp_path_factory):
    lang = request.param
    path = tmp_path_factory.mktemp("people") / "plan.xlsx"
    write_workbook(sample_plan(people=True), path, lang=lang)
    values = openpyxl.load_workbook(path, data_only=True)
    return lang, values["人员" if lang == "zh" else "People"], values["公平" if lang == "zh" else "Fairness"]


def words(sheet):
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def test_people_sheet_says_what_units_can_carry_and_which_over_assignment_to_take(book):
    lang, people, _ = book
    told = " ".join(words(people))
    for part in (
        ("产能扛得住吗", "要补多少人", "超额分配加多少", "推荐：")
        if lang == "zh"
        else ("Can people carry it?", "Newcomers needed", "for all levels")
    ):
        assert part in told
    loads = {row[0]: row[6] for row in people.iter_rows(values_only=True) if row[3] == 12 and isinstance(row[6], float)}
    # last year the sample's people sold 0.7 … 1.1 of their target, and capacity carries 5 % more than that
    units = sorted(f"{region}区" for region in REGIONS)
    expected = {unit: 1 / part / 1.05 for unit, part in zip(units, np.linspace(0.7, 1.1, 6), strict=True)}
    newcomer = units[2]
    assert loads == {unit: pytest.approx(load, rel=1e-6) for unit, load in expected.items() if unit != newcomer}


def test_fairness_sheet_shows_moves_that_sum_to_the_change(book):
    lang, _, fairness = book
    rows = list(fairness.iter_rows(min_row=5, max_row=10, values_only=True))
    assert len(rows) == 6
    for row in rows:
        assert sum(row[9:13]) == pytest.approx(row[13], abs=1e-6)
        assert row[8] + row[13] == pytest.approx(row[3], abs=1e-6)
        assert row[4] == pytest.approx(row[3] / row[2], rel=1e-9)
    total = next(fairness.iter_rows(min_row=11, max_row=11, values_only=True))
    assert total[0] == ("合计" if lang == "zh" else "Total")
    for column in (2, 3, 8, 9, 10, 11, 12, 13):
        assert total[column] == pytest.approx(sum(row[column] for row in rows), abs=1e-6)
    assert total[8] + total[13] == pytest.approx(total[3], abs=1e-6)
    assert any((("高于潜力" if lang == "zh" else "above potential") in str(row[14])) for row in rows)
