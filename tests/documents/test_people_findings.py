from dataclasses import replace

from tests.documents.sample import sample_plan
from yunchou.calc.fairness import Fairness
from yunchou.documents.people_findings import capacity_lines, fairness_lines, fairness_title, people_title

EVEN = Fairness(gini=0.0, cv=0.0, ratio=1.1, people=6, outliers=(), capacity_gini=0.2, capacity_outliers=("甲", "乙"))


def with_fairness(fairness, *, is_sold_known=True):
    plan = sample_plan(people=True)
    return replace(plan, people_plan=replace(plan.people_plan, fairness=fairness, is_sold_known=is_sold_known))


def test_titles_say_how_many_carry_and_how_fair():
    plan = sample_plan(people=True)
    assert people_title(plan, "zh").startswith("6 人承担目标；按去年人均产出并计入流失，扛得住的把握 ")
    assert people_title(plan, "en").startswith("6 people carry the target; ")
    assert fairness_title(with_fairness(EVEN), "zh") == "6 人的指标与潜力相差都在 15% 以内；按满月产能看，2 人偏重或偏轻"
    assert fairness_title(with_fairness(replace(EVEN, outliers=("甲",), capacity_outliers=())), "en") == (
        "1 of 6 people are asked for over 15% more or less than their potential"
    )


def test_without_what_people_sold_fairness_is_not_claimed():
    plan = with_fairness(EVEN, is_sold_known=False)
    assert fairness_title(plan, "zh").startswith("6 人的指标与所在区域的预期一致")
    assert any("--person" in line for line in fairness_lines(plan, "zh"))


def test_nobody_with_potential_says_so():
    plan = with_fairness(replace(EVEN, gini=None, cv=None, ratio=None, people=0, capacity_outliers=()))
    assert fairness_title(plan, "zh") == "没有人有潜力可比"
    assert fairness_lines(plan, "zh") == []


def test_capacity_lines_name_their_sources():
    told = capacity_lines(sample_plan(people=True).people_plan, "zh")
    assert told[0] == "年流失率 10%：设置给定"
    assert "0/25/50/75/100%" in told[2]
    assert "5.0%" in told[3]
