"""What a tier says at the edges: giants, newborns, returns, equals, balanced evidence, tiers in force."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from tests.calc.sample_sales import sample_sales, yearly
from yunchou.calc.giants import even_out
from yunchou.calc.growth import growth_of
from yunchou.calc.lifecycle import judge_products, judge_regions
from yunchou.calc.plan_settings import Override
from yunchou.calc.sales_months import sum_months
from yunchou.calc.tier_figures import measure
from yunchou.calc.tier_moves import moves_of
from yunchou.calc.tier_rules import Ruled, in_force, rule_on

END = date(2026, 1, 1)


def wave(level, growth, months=36):
    return [round(level * (1 + growth) ** (at // 12) * (1.1 if at % 2 else 0.9), 2) for at in range(months)]


def judged(amounts, **more):
    return {j.name: j for j in judge_products(sum_months(yearly(amounts), before=END), **more)}


def test_month_that_dwarfs_the_others_counts_twice_the_next_largest():
    values = np.array([[10.0, 12.0, 500.0, 11.0], [10.0, 12.0, 24.0, 11.0], [0.0, 0.0, 70.0, 0.0], [5.0, 500.0, -500.0, 5.0]])
    expected = [[10.0, 12.0, 24.0, 11.0], [10.0, 12.0, 24.0, 11.0], [0.0, 0.0, 0.0, 0.0], [5.0, 500.0, -500.0, 5.0]]
    assert even_out(values).tolist() == expected


def test_single_giant_order_makes_no_star_and_is_named():
    quiet = judged({"主力": wave(1000, 0.1), "小品": wave(100, 0.0), "配件": wave(400, 0.1)})
    struck = wave(100, 0.0)
    struck[30] += 20_000
    giant = judged({"主力": wave(1000, 0.1), "小品": struck, "配件": wave(400, 0.1)})
    assert quiet["小品"].tier == "base"
    assert giant["小品"].tier == "base"
    assert giant["小品"].evidence["growth"] > 5
    assert giant["小品"].evidence["growth_shrunk"] < 0.2
    assert giant["小品"].evidence["giant_share"] == pytest.approx(20_090 / (20_000 + 1200), abs=1e-3)
    assert "2025-07 一个月占近一年的 95%，疑为大单" in giant["小品"].reason.zh
    assert "taken for a giant order" in giant["小品"].reason.en
    assert giant["主力"].evidence["giant_share"] is None


def test_giant_order_does_not_hide_the_tiers_of_the_others():
    struck = wave(100, 0.0)
    struck[30] += 20_000
    others = {"主力": wave(1000, 0.2), "配件": wave(900, -0.2)}
    assert {name: judged({**others, "小品": struck})[name].tier for name in others} == {"主力": "star", "配件": "base"}


def test_product_born_last_month_waits_for_evidence_however_large():
    born = judged({"老": wave(100, 0.1), "新": [0] * 35 + [90_000]})["新"]
    assert born.tier == "base"
    assert born.reason.zh.startswith("上市仅 1 个月，还看不出走势")
    assert born.evidence["age_months"] == 1


def test_product_with_only_returns_is_base_and_takes_no_share():
    found = judged({"老": wave(1000, 0.1), "退": [0] * 25 + [-50] * 11})
    assert found["退"].tier == "base"
    assert found["退"].evidence["revenue_minor"] == -55_000
    assert found["退"].reason.zh.startswith("近半年没有销售，或全年净额不为正")
    assert found["老"].tier == "star"


def test_products_all_alike_have_one_tier_whatever_their_number():
    for count in (1, 2, 3, 7, 11):
        found = judged({f"品{at}": wave(100, 0.1) for at in range(count)})
        assert {judgement.tier for judgement in found.values()} == {"star"}


def test_evidence_between_two_tiers_says_so_and_names_them():
    # 31 % of revenue where an equal share is a third: a hair below the line, growing surely
    found = judged({"近": wave(310, 0.1), "大": wave(360, 0.1), "中": wave(330, 0.1)})["近"]
    assert found.balanced
    assert found.evidence["balanced"] == 1
    assert "证据均衡：介于基础与明星之间" in found.reason.zh
    assert "balanced between base and star" in found.reason.en


def test_tier_in_force_stays_while_the_evidence_is_balanced_and_goes_when_it_is_not():
    amounts = {"近": wave(310, 0.1), "大": wave(360, 0.1), "中": wave(330, 0.1)}
    first = {name: judgement.tier for name, judgement in judged(amounts).items()}
    held = judged(amounts, previous={"近": "potential"})
    lost = judged({"主力": wave(1000, 0.1), "落": wave(20, -0.4)}, previous={"落": "star"})
    assert held["近"].tier == "potential"
    assert "沿用原定的潜力" in held["近"].reason.zh
    assert lost["落"].tier == "base", "nothing is left of a star"
    assert {name: judgement.tier for name, judgement in judged(amounts, previous=first).items()} == first


def test_unknown_tier_in_force_is_no_tier():
    amounts = {"甲": wave(100, 0.1), "乙": wave(200, 0.1)}
    assert judged(amounts, previous={"甲": "成了", "不在": "star"}) == judged(amounts)


def test_moves_list_each_change_with_old_new_and_why():
    found = judged({"甲": wave(100, 0.2), "乙": wave(120, -0.3)})
    moves = moves_of({"甲": "base", "乙": found["乙"].tier, "丙": "star"}, found.values())
    assert [(move.name, move.old, move.new) for move in moves] == [("丙", "star", None), ("甲", "base", found["甲"].tier)]
    assert moves[1].why == found["甲"].reason
    assert moves[0].why.en == "nothing of it is left in the history"
    assert [(move.old, move.new) for move in moves_of({}, [found["甲"]])] == [(None, found["甲"].tier)]


def test_override_keeps_its_reason_through_retiering_and_is_no_move():
    override = Override(kind="product", key="乙", value="star", reason="新款上市")
    amounts = {"甲": wave(100, 0.2), "乙": wave(20, -0.3)}
    first = judged(amounts, overrides=[override])
    again = judged(amounts, overrides=[override], previous={name: j.tier for name, j in first.items()})
    assert again["乙"].tier == "star"
    assert again["乙"].overridden
    assert again["乙"].reason.zh.startswith("人工设为明星：新款上市（数据判断为基础：")
    assert moves_of({name: j.tier for name, j in first.items()}, again.values()) == ()
    freed = judged(amounts, previous={"乙": "star"})
    assert freed["乙"].tier == "base", "a tier by hand ends with its override"


def test_override_written_with_other_spaces_finds_its_product():
    override = Override(kind="product", key="智能 音箱", value="potential", reason="x")
    amounts = {"智能音箱 ": wave(100, 0.1), "乙": wave(300, 0.1)}
    assert {name: j.overridden for name, j in judged(amounts, overrides=[override]).items()} == {"智能音箱 ": True, "乙": False}


def test_override_prefers_the_name_as_it_is_written():
    override = Override(kind="product", key="甲乙", value="potential", reason="x")
    amounts = {"甲乙": wave(100, 0.1), "甲 乙": wave(300, 0.1)}
    assert {name: j.overridden for name, j in judged(amounts, overrides=[override]).items()} == {"甲乙": True, "甲 乙": False}


def test_evidence_counts_the_customers_of_a_product_who_bought_in_the_last_year():
    lines = yearly({"甲": [5.0] * 24, "乙": [3.0] * 6 + [0.0] * 18}, key="customer").with_columns(product=pl.lit("唯一"))
    only = judge_products(sum_months(lines, before=date(2025, 1, 1)))[0]
    assert only.evidence["customers"] == 1
    lines = sample_sales()
    largest = judge_regions(sum_months(lines, before=date(2025, 1, 1)))[0]
    bought = lines.filter((pl.col("region") == largest.name) & (pl.col("date") >= date(2024, 1, 1)))
    assert largest.evidence["customers"] == bought["customer"].n_unique()


def test_small_region_that_trails_is_told_as_such():
    regions = {"华东": wave(900, 0.2), "华南": wave(800, 0.2), "东北": wave(300, -0.2)}
    sales = sum_months(yearly(regions, key="region"), before=END)
    assert {j.name: j.reason.zh.split("，")[1][:3] for j in judge_regions(sales) if j.tier == "mature"}["东北"] == "增长已"


def test_tiers_do_not_depend_on_the_order_of_names():
    random = np.random.default_rng(11)
    values = random.gamma(1, 50, size=(40, 36))
    order = random.permutation(40)
    for kind in ("product", "region"):
        one, two = rule_on(measure(values, kind), kind), rule_on(measure(values[order], kind), kind)
        assert two.tier.tolist() == one.tier[order].tolist()
        assert (one.low <= one.tier).all()
        assert (one.tier <= one.high).all()


def test_tier_in_force_is_kept_only_inside_the_band():
    ruled = Ruled(tier=np.array([0, 0, 2, 1]), low=np.array([0, 0, 1, 1]), high=np.array([0, 2, 2, 1]), rule=np.array(["", "", "", ""]))
    assert in_force(ruled, np.array([2, 2, 0, -1])).tolist() == [0, 2, 2, 1]


def test_growing_is_the_odds_of_growing_at_all():
    growth = growth_of(np.array([wave(1000, 0.3), wave(1000, -0.3), wave(1000, 0.0)]))
    assert growth.growing[0] > 0.99
    assert growth.growing[1] < 0.01
    assert growth.growing[2] == pytest.approx(0.5, abs=0.1)
