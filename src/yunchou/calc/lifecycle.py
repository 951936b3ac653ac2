"""Product tiers and region maturity: figures a person can read, a tier, and the reason in words."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from yunchou.calc.coverage import Coverage
from yunchou.calc.overrides import overrides_of
from yunchou.calc.plan import Judgement
from yunchou.calc.plan_settings import Override
from yunchou.calc.sales_months import SalesMonths
from yunchou.calc.text import Text
from yunchou.calc.tier_figures import Figures, Kind, figures_of
from yunchou.calc.tier_reasons import Standing, tier_name, tier_reason
from yunchou.calc.tier_rules import ORDER, in_force, rule_on

_NOTHING: Mapping[str, str] = {}
_NOWHERE: Mapping[str, Coverage] = {}


def judge_products(
    sales: SalesMonths, overrides: Sequence[Override] = (), *, previous: Mapping[str, str] = _NOTHING
) -> tuple[Judgement, ...]:
    """Return the tier of each product, largest first, with evidence and reason.

    *star*: growing, not sold below cost, and either at least an equal share of revenue without being surely slower
    than the whole, or at least half of one while surely faster. *potential*: smaller but surely faster, or new and
    selling. *base*: all others. Shares and growth count a month that dwarfs all others at most at twice the next largest.
    The evidence has ``revenue_minor`` (last 12 months), ``share``, ``growth`` (yearly, as the figures say),
    ``growth_shrunk`` (less chance) with ``growth_low`` and ``growth_high`` (80 %), ``growing`` and ``faster`` (probability of
    growing at all, and faster than the whole), ``margin``, ``age_months`` (in this history), ``months_with_sales`` (of
    the last 12), ``volatility`` (standard deviation ÷ mean of the last 12 months), ``customers``, ``giant_share`` (the
    largest month's part of the year where it dwarfs all others) and ``balanced`` (1 where the evidence lies between tiers).

    Args:
        sales: The history.
        overrides: Tiers that people set, with their reasons; they stand whatever the evidence says.
        previous: The tiers in force; one is kept while the evidence leaves it possible.

    Raises:
        BadInput: An override names a product that is not in the history.

    Source: own, after B. D. Henderson, *The Product Portfolio*, BCG, 1970; see docs/methods/product-tiers.md.
    """
    return _judge(sales, "product", overrides, previous, _NOWHERE)


def judge_regions(
    sales: SalesMonths,
    overrides: Sequence[Override] = (),
    *,
    previous: Mapping[str, str] = _NOTHING,
    coverage: Mapping[str, Coverage] = _NOWHERE,
) -> tuple[Judgement, ...]:
    """Return the maturity of each region, largest first, with the evidence of ``judge_products``.

    *whitespace*: next to nothing sold, in fewer than 4 of the last 12 months, or new and below a quarter of an equal
    share. *emerging*: new, or below an equal share unless the odds are four to one that it trails the others. *mature*: all others.

    Args:
        sales: The history.
        overrides: Tiers that people set, with their reasons.
        previous: The tiers in force; one is kept while the evidence leaves it possible.
        coverage: Of each region's cities (``cover_cities``), told as ``cities``, ``cities_sold`` and ``coverage``.

    Raises:
        BadInput: An override names a region that is not in the history.

    Source: own; see docs/methods/region-tiers.md.
    """
    return _judge(sales, "region", overrides, previous, coverage)


def _judge(
    sales: SalesMonths, kind: Kind, overrides: Sequence[Override], previous: Mapping[str, str], coverage: Mapping[str, Coverage]
) -> tuple[Judgement, ...]:
    if kind in sales.missing:
        return ()
    names, figures = figures_of(sales, kind)
    given = overrides_of(overrides, kind, names)
    ruled = rule_on(figures, kind)
    order = ORDER[kind]
    held = [order.index(previous[name]) if previous.get(name) in order else -1 for name in names]
    tiers = in_force(ruled, np.array(held, dtype=np.int64))
    judgements = []
    for row in sorted(range(len(names)), key=lambda row: (-figures.revenue[row], names[row])):
        tier, judged, low, high = (order[int(at[row])] for at in (tiers, ruled.tier, ruled.low, ruled.high))
        standing = Standing(rule=str(ruled.rule[row]), tier=tier, judged=judged, low=low, high=high)
        why = tier_reason(figures, row, standing, kind=kind, months=sales.months)
        covered = coverage.get(names[row])
        if covered:
            why = Text(f"{why.zh}；{covered.said.zh}", f"{why.en}; {covered.said.en}")
        override = given.get(names[row])
        if override:
            why = Text(
                f"人工设为{tier_name(override.value).zh}：{override.reason}（数据判断为{tier_name(tier).zh}：{why.zh}）",
                f"set by hand: {override.reason} (by the data {tier_name(tier).en}: {why.en})",
            )
        judgements.append(
            Judgement(
                name=names[row],
                tier=override.value if override else tier,
                evidence=_evidence(figures, row, covered, balanced=low != high),
                reason=why,
                overridden=override is not None,
                balanced=low != high,
            )
        )
    return tuple(judgements)


def _evidence(of: Figures, row: int, covered: Coverage | None, *, balanced: bool) -> dict[str, float | int | None]:
    growth = of.growth
    evidence: dict[str, float | int | None] = {
        "revenue_minor": round(float(of.revenue[row]) * 100),
        "share": _short(of.share[row]),
        "growth": _short(growth.raw[row]),
        "growth_shrunk": _short(growth.shrunk[row]),
        "growth_low": _short(growth.low[row]),
        "growth_high": _short(growth.high[row]),
        "growing": _short(growth.growing[row]),
        "faster": _short(growth.faster[row]),
        "margin": _short(of.margin[row]),
        "age_months": int(of.age_months[row]),
        "months_with_sales": int(of.active_months[row]),
        "volatility": _short(of.volatility[row]),
        "customers": None if of.customers is None else int(of.customers[row]),
        "giant_share": _short(of.giant[row]),
        "balanced": int(balanced),
    }
    if covered:
        evidence |= {"cities": covered.cities, "cities_sold": len(covered.sold), "coverage": _short(np.float64(covered.share))}
    return evidence


def _short(value: np.float64) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
