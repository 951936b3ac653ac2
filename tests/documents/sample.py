"""A plan with consistent, invented figures, for documents to be tried on."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from tests.documents.sample_people import with_people
from yunchou.calc.attainment import attainment_of_company
from yunchou.calc.plan import CustomerTiers, Judgement, Plan, Scenario, WaterfallStep
from yunchou.calc.quarter_shares import QuarterShare, quarter_shares
from yunchou.calc.recommendation import Recommendation, recommend
from yunchou.calc.stakes import Market, Stakes
from yunchou.calc.text import Text

REGIONS = {"华东": 0.41, "华南": 0.27, "华北": 0.14, "西南": 0.11, "华中": 0.05, "西北": 0.02}
PRODUCTS = {"star": 0.55, "potential": 0.15, "base": 0.30}
TIERS = {"A": 0.5, "B": 0.28, "C": 0.14, "new": 0.08}
MONTHS = [0.07, 0.04, 0.08, 0.07, 0.075, 0.09, 0.08, 0.082, 0.1, 0.09, 0.1, 0.123]


def _spread(total: int, seed: int) -> pl.DataFrame:
    rows = [
        (p, r, t, f"2024-{m + 1:02d}", ps * rs * ts * MONTHS[m])
        for p, ps in PRODUCTS.items()
        for r, rs in REGIONS.items()
        for t, ts in TIERS.items()
        for m in range(12)
    ]
    weights = np.array([row[-1] for row in rows]) * np.random.default_rng(seed).uniform(0.8, 1.2, len(rows))
    amounts = np.floor(weights / weights.sum() * total / 100).astype(np.int64) * 100
    amounts[0] += total - amounts.sum()
    return pl.DataFrame([row[:4] for row in rows], schema=["product", "region", "customer_tier", "month"], orient="row").with_columns(
        amount_minor=amounts
    )


def _recommendation(quantiles: dict[str, int], target: int, last: int) -> Recommendation:
    totals = np.array(list(quantiles.values()), dtype=float)
    grown = Market(growth=Decimal("0.09"), low=Decimal("0.06"), high=Decimal("0.12"), source="行业协会")
    return recommend(
        totals,
        chosen_minor=target,
        last_year_minor=last,
        stakes=Stakes(),
        market=grown,
        attainment=attainment_of_company(totals, 0.15),
        raised=lambda asked: asked,
        unit_minor=100,
        currency="CNY",
    )


def _quarters(target: int) -> tuple[QuarterShare, ...]:
    paths = np.random.default_rng(4).gamma(50, np.array(MONTHS) / 50, size=(500, 1, 12))
    asked = np.array([round(part * target) for part in MONTHS], dtype=np.int64)[None, None, :]
    return quarter_shares(paths, months=[f"2024-{m:02d}" for m in range(1, 13)], target_minor=asked, last_year_minor=asked)


def sample_plan(*, people: bool = False, regions_prefix: str = "") -> Plan:
    """Make a plan of 1.86 亿元 after a year of 1.62 亿元."""
    last, mean, target = 1_620_000_000_00, 1_821_000_000_00, 1_860_000_000_00
    last, mean, target = last // 10, mean // 10, target // 10
    scenarios = (
        Scenario(name="conservative", probability=0.8, target_minor=17_600_000_000),
        Scenario(name="base", probability=0.6, target_minor=target),
        Scenario(name="stretch", probability=0.35, target_minor=19_400_000_000),
    )
    frames = []
    for name, amount in [*((s.name, s.target_minor) for s in scenarios), ("plan", target)]:
        frames.append(_spread(amount, 1).with_columns(scenario=pl.lit(name)))
    unit = pl.col("region") + "区" if people else pl.lit(None, pl.String)
    person = pl.col("region") + "张三" if people else pl.lit(None, pl.String)
    targets = pl.concat(frames).with_columns(unit=unit, person=person)
    if people:
        targets = targets.with_columns(quota_minor=(pl.col("amount_minor") * 11) // 10)
    chosen = _spread(target, 1).rename({"amount_minor": "target_minor"})
    cells = chosen.join(
        _spread(last, 2).rename({"amount_minor": "last_year_minor"}), on=["product", "region", "customer_tier", "month"]
    ).join(_spread(mean, 3).rename({"amount_minor": "mean_minor"}), on=["product", "region", "customer_tier", "month"])
    outlook_rows = []
    for region in [None, *REGIONS]:
        for product in [None, *PRODUCTS]:
            part = cells.filter(
                (pl.col("region") == region if region else pl.lit(value=True))
                & (pl.col("product") == product if product else pl.lit(value=True))
            )
            outlook_rows.append(
                (
                    region,
                    product,
                    part["last_year_minor"].sum(),
                    part["target_minor"].sum(),
                    part["mean_minor"].sum(),
                    0.6 - 0.2 * (region == "西南"),
                )
            )
    outlook = pl.DataFrame(
        outlook_rows, schema=["region", "product", "last_year_minor", "target_minor", "median_minor", "probability"], orient="row"
    )
    quantiles = {f"q{q:02d}": round((15.4 + 5.6 * (q / 100)) * 1e9) for q in range(1, 100)}
    with_drivers = {key: value + 70_000_000_0 for key, value in quantiles.items()}
    history = pl.DataFrame(
        {
            "month": [date(y, m, 1) for y in (2021, 2022, 2023) for m in range(1, 13)],
            "actual_minor": [round(MONTHS[m] * total) for total in (12_100_000_000, 14_000_000_000, last) for m in range(12)],
        }
    )
    people_frame = (
        pl.DataFrame(
            {
                "person": [f"{r}张三" for r in REGIONS],
                "unit": [f"{r}区" for r in REGIONS],
                "capacity_share": list(REGIONS.values()),
                "target_minor": [
                    targets.filter((pl.col("scenario") == "plan") & (pl.col("region") == r))["amount_minor"].sum() for r in REGIONS
                ],
                "quota_minor": [
                    targets.filter((pl.col("scenario") == "plan") & (pl.col("region") == r))["quota_minor"].sum() for r in REGIONS
                ],
            }
        )
        if people
        else None
    )
    judged = None if people_frame is None else with_people(people_frame, targets.filter(pl.col("scenario") == "plan"), target)
    return Plan(
        year=2024,
        months=tuple(f"2024-{m:02d}" for m in range(1, 13)),
        currency="CNY",
        unit_minor=100,
        last_year_minor=last,
        mean_minor=mean,
        target_minor=target,
        probability=0.6,
        scenarios=scenarios,
        waterfall=(
            WaterfallStep(step="last_year", amount_minor=last),
            WaterfallStep(step="base", amount_minor=7_800_000_00, low_minor=-2_000_000_00, high_minor=18_000_000_00),
            WaterfallStep(step="明星升级", amount_minor=11_600_000_00, low_minor=9_500_000_00, high_minor=13_700_000_00),
            WaterfallStep(step="西南拓展", amount_minor=4_200_000_00, low_minor=900_000_00, high_minor=7_500_000_00),
            WaterfallStep(step="流失与降价", amount_minor=-3_500_000_00, low_minor=-4_700_000_00, high_minor=-2_300_000_00),
            WaterfallStep(step="beyond_expectation", amount_minor=target - last - (780 + 1160 + 420 - 350) * 1_000_000),
        ),
        quantiles_minor=quantiles,
        with_drivers_minor=with_drivers,
        drivers=(
            {
                "name": "明星升级",
                "kind": "product_upgrade",
                "where": {"product": ["star"]},
                "low": "0.02",
                "likely": "0.05",
                "high": "0.08",
                "probability": "0.9",
            },
            {
                "name": "西南拓展",
                "where": {"region": ["西南"]},
                "from": "2024-04",
                "low": "0.05",
                "likely": "0.2",
                "high": "0.4",
                "probability": "0.6",
            },
        ),
        floors=({"where": {"product": ["base"]}, "growth": "0.04", "source": "行业平均"},),
        products=tuple(
            Judgement(
                name=f"产品{i:02d}",
                tier=["star", "potential", "base"][i % 3],
                evidence={"revenue_minor": 900_000_000 - i * 40_000_000, "share": 0.2 - i * 0.01, "growth": 0.3 - i * 0.03, "margin": None},
                reason=Text("增速高于公司，份额居前", "grows faster than the company, large share"),
                overridden=i == 4,
            )
            for i in range(12)
        ),
        regions=tuple(
            Judgement(
                name=regions_prefix + name,
                tier="mature" if share > 0.2 else "emerging" if share > 0.03 else "whitespace",
                evidence={"revenue_minor": round(share * last), "share": share, "growth": 0.12},
                reason=Text("份额大，增速平稳", "large share, steady growth"),
            )
            for name, share in REGIONS.items()
        ),
        customers=CustomerTiers(
            thresholds_minor={"A": 50_000_000, "B": 10_000_000},
            counts={"A": 60, "B": 210, "C": 900},
            revenue_minor={"A": 8_100_000_000, "B": 5_000_000_000, "C": 3_100_000_000},
            tiers=pl.DataFrame({"customer": ["杭州云筹科技", "=1+1"], "tier": ["A", "C"], "revenue_minor": [900_000_000, 100]}),
        ),
        targets=targets,
        cells=cells,
        outlook=outlook,
        history=history,
        people=judged[0] if judged else None,
        units=judged[1] if judged else None,
        people_plan=judged[2] if judged else None,
        method={
            "models": ["ETS", "Theta", "damped seasonal naive"],
            "origins": 12,
            "outcomes": 3,
            "cover80": 0.78,
            "calibration": "own back-test",
            "reference_cover80": 0.5,
            "reference_crps": 0.071,
            "own_crps": 0.049,
        },
        recommendation=_recommendation(with_drivers, target, last),
        quarters=_quarters(target),
        events=(),
        warnings=(Text("最后一个月只有 12 天有数据，可能不完整", "the last month holds only 12 days and may be partial"),),
    )
