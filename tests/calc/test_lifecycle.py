from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.calc.sample_sales import sample_sales, yearly
from yunchou.calc.errors import BadInput
from yunchou.calc.lifecycle import judge_products, judge_regions
from yunchou.calc.plan_settings import Override
from yunchou.calc.sales_months import sum_months

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def tiers(judged):
    return {judgement.name: judgement.tier for judgement in judged}


def wave(level, growth, months=36):
    return [round(level * (1 + growth) ** (at // 12) * (1.1 if at % 2 else 0.9), 2) for at in range(months)]


def test_products_are_tiered_by_share_growth_and_age():
    lines = yearly(
        {
            "旗舰": wave(1000, 0.3),
            "老主力": wave(1000, -0.1),
            "小而快": wave(40, 0.8),
            "后起": wave(200, 0.4),
            "小": wave(60, 0.02),
            "新品": [0] * 26 + wave(80, 0)[:10],
            "停售": [500] * 26 + [0] * 10,
        }
    )
    judged = judge_products(sum_months(lines, before=date(2026, 1, 1)))
    assert tiers(judged) == {
        "旗舰": "star",
        "老主力": "base",
        "小而快": "potential",
        "后起": "star",
        "小": "base",
        "新品": "potential",
        "停售": "base",
    }
    assert judged[0].name == "旗舰", "largest first"
    flagship = judged[0].evidence
    assert flagship["growth"] == pytest.approx(0.3, abs=1e-3)
    assert flagship["growth_low"] < flagship["growth_shrunk"] < flagship["growth_high"]
    assert flagship["share"] == pytest.approx(20280 / (20280 + 9720 + 1555.2 + 4704 + 749.09 + 800 + 1000), rel=1e-3)
    assert flagship["margin"] is None
    assert flagship["age_months"] == 36


def test_products_whose_growth_is_noise_say_so():
    judged = judge_products(sum_months(sample_sales(), before=date(2025, 1, 1)))
    balanced = [judgement for judgement in judged if "证据均衡" in judgement.reason.zh]
    assert {judgement.name for judgement in balanced} >= {"硬件", "软件"}
    assert tiers(judged)["硬件"] == "star"
    assert tiers(judged)["配件"] == "base"
    assert judged[0].evidence["margin"] == pytest.approx(0.3, abs=1e-4)


def test_product_sold_below_cost_is_no_star():
    lines = sample_sales()
    lines = lines.with_columns(cost=lines["amount"] * 2)
    assert "star" not in tiers(judge_products(sum_months(lines, before=date(2025, 1, 1)))).values()


def test_single_product_and_single_region_are_tiered():
    lines = sample_sales().with_columns(product=pl.lit("唯一"), region=pl.lit("全国"))
    sales = sum_months(lines, before=date(2025, 1, 1))
    assert tiers(judge_products(sales)) == {"唯一": "star"}
    assert tiers(judge_regions(sales)) == {"全国": "mature"}


def test_tiers_without_a_year_before_are_not_guessed():
    lines = sample_sales(years=(2024,))
    judged = judge_products(sum_months(lines, before=date(2025, 1, 1)))
    assert set(tiers(judged).values()) == {"base"}
    assert all(judgement.evidence["growth"] is None for judgement in judged)


def test_regions_are_mature_emerging_or_whitespace():
    lines = yearly(
        {
            "华东": wave(900, 0.1),
            "华南": wave(800, 0.1),
            "西北": wave(150, 0.1),
            "东北": wave(300, -0.1),
            "刚开": [0] * 20 + wave(40, 0)[:16],
            "西藏": [0] * 34 + [5, 0],
            "新区": [0] * 20 + wave(500, 0)[:16],
        },
        key="region",
    )
    judged = judge_regions(sum_months(lines, before=date(2026, 1, 1)))
    assert tiers(judged) == {
        "华东": "mature",
        "华南": "mature",
        "西北": "emerging",
        "东北": "mature",
        "西藏": "whitespace",
        "新区": "emerging",
        "刚开": "whitespace",
    }


def test_override_is_applied_marked_and_keeps_both_reasons():
    override = Override(kind="product", key="配件", value="potential", reason="新款上市")
    judged = {j.name: j for j in judge_products(sum_months(sample_sales(), before=date(2025, 1, 1)), [override])}
    assert judged["配件"].tier == "potential"
    assert judged["配件"].overridden
    assert "新款上市" in judged["配件"].reason.zh
    assert not judged["硬件"].overridden


def test_override_of_an_unknown_product_is_refused_with_the_nearest():
    override = Override(kind="product", key="配建", value="potential", reason="x")
    with pytest.raises(BadInput) as refusal:
        judge_products(sum_months(sample_sales(), before=date(2025, 1, 1)), [override])
    assert "配件" in refusal.value.text.zh


def test_no_column_gives_no_judgement():
    sales = sum_months(sample_sales().drop("product", "region"), before=date(2025, 1, 1))
    assert judge_products(sales) == ()
    assert judge_regions(sales) == ()


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_tiers_of_a_real_file_hardly_move_when_one_line_in_a_hundred_is_lost():
    orders = pl.read_csv(SHARED / "superstore_cn" / "orders.csv.gz", try_parse_dates=True)
    lines = orders.select(
        date=pl.col("订单日期"), amount=pl.col("销售额").cast(pl.Decimal(38, 4)), product=pl.col("子类别"), region=pl.col("地区")
    )
    whole = all_tiers(lines)
    moved = []
    for seed in range(20):
        kept = all_tiers(lines.filter(pl.Series(np.random.default_rng(seed).random(lines.height) >= 0.01)))
        moved.append(sum(kept[name] != tier for name, tier in whole.items()) / len(whole))
    assert np.mean(moved) <= 0.02


def all_tiers(lines):
    sales = sum_months(lines, before=date(2017, 1, 1))
    return tiers(judge_products(sales)) | tiers(judge_regions(sales))


def test_reasons_write_falling_rates_with_a_true_minus_and_no_minus_nought():
    lines = yearly({"涨": wave(1000, 0.3), "跌": wave(900, -0.3), "平": wave(1100, 0.0)}, first_year=2022)
    told = " ".join(
        judgement.reason.told(lang) for judgement in judge_products(sum_months(lines, before=date(2025, 1, 1))) for lang in ("zh", "en")
    )
    assert "−" in told
    assert "-" not in told
    assert "−0%" not in told
