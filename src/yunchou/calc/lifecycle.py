"""Product tiers and region maturity: figures a person can read, a tier, and the reason in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.growth import Growth, growth_of
from yunchou.calc.plan import Judgement
from yunchou.calc.plan_settings import Override
from yunchou.calc.reading import nearest
from yunchou.calc.sales_months import FloatArray, SalesMonths
from yunchou.calc.text import Text

YEAR = 12
# Two to one that a series grows faster, or slower, than the whole; between them the evidence is balanced.
SURELY_FASTER = 2 / 3
SURELY_SLOWER = 1 / 3
YOUNG_MONTHS = 24
# A first sale this soon after the history begins says nothing about the age.
_UNSEEN_MONTHS = 6
_SILENT_MONTHS = 6
_FEW_MONTHS = 4
# Four to one that a region trails the others: then a small one is old rather than emerging.
_TRAILING = 0.2
# Of an equal share: below the first a region is bare, below the second a new one has yet to take hold.
_BARE_REGION = 0.05
_OPENED_REGION = 0.25
# Of an equal share: a product that surely outgrows the whole need not be larger than this to be a star.
_HALF = 0.5

_NAMES = {
    "star": Text("明星", "star"),
    "potential": Text("潜力", "potential"),
    "base": Text("基础", "base"),
    "mature": Text("成熟", "mature"),
    "emerging": Text("新兴", "emerging"),
    "whitespace": Text("空白", "whitespace"),
}


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What is known of one product or region; ``equal`` is the share that each of those on sale would have if alike."""

    revenue: float
    share: float
    equal: float
    raw: float | None
    growth: float | None
    low: float | None
    high: float | None
    faster: float | None
    margin: float | None
    age_months: int
    young: bool
    active_months: int
    silent: bool
    volatility: float | None
    customers: int | None


def tier_name(tier: str) -> Text:
    """Return a tier's name as it is said.

    Source: own.
    """
    return _NAMES.get(tier, Text(tier, tier))


def judge_products(sales: SalesMonths, overrides: Sequence[Override] = ()) -> tuple[Judgement, ...]:
    """Return the tier of each product, largest first, with evidence and reason.

    *star*: growing, not sold below cost, and either at least an equal share of revenue without being surely slower
    than the whole, or at least half of one while surely faster. *potential*: smaller but surely faster, or new and
    selling. *base*: all others. The evidence has
    ``revenue_minor`` (last 12 months), ``share``, ``growth`` (yearly, as the figures say), ``growth_shrunk``
    (less chance) with ``growth_low`` and ``growth_high`` (80 %), ``faster`` (probability of growing faster than the
    whole), ``margin``, ``age_months`` (in this history), ``months_with_sales`` (of the last 12) and ``volatility``
    (standard deviation ÷ mean of the last 12 months).

    Raises:
        BadInput: An override names a product that is not in the history.

    Source: own, after B. D. Henderson, *The Product Portfolio*, BCG, 1970; see docs/methods/product-tiers.md.
    """
    return _judge(sales, "product", overrides)


def judge_regions(sales: SalesMonths, overrides: Sequence[Override] = ()) -> tuple[Judgement, ...]:
    """Return the maturity of each region, largest first, with the evidence of ``judge_products`` and ``customers``.

    *whitespace*: next to nothing sold, in fewer than 4 of the last 12 months, or new and below a quarter of an equal
    share. *emerging*: new, or below an equal share unless the odds are four to one that it trails the others. *mature*: all others.

    Raises:
        BadInput: An override names a region that is not in the history.

    Source: own; see docs/methods/region-tiers.md.
    """
    return _judge(sales, "region", overrides)


def _judge(sales: SalesMonths, kind: str, overrides: Sequence[Override]) -> tuple[Judgement, ...]:
    if kind in sales.missing:
        return ()
    groups, values = sales.table([kind])
    names = groups[kind].to_list()
    given = {override.key: override for override in overrides if override.kind == kind}
    for key in given:
        if key not in names:
            near = nearest(key, names)
            raise BadInput(
                Text(
                    f"设置 overrides：历史里没有“{key}”，最接近的是 {near}",
                    f"settings, overrides: the history has no {kind} “{key}”; the nearest is {near}",
                )
            )
    # A new product takes from the old ones and is what they are measured against; a new region adds to them.
    growth = growth_of(values, against="whole" if kind == "product" else "settled")
    margins = _margins(sales, kind, names)
    customers = _customers(sales, kind)
    recent = values[:, -YEAR:].sum(axis=1)
    total, on_sale = float(recent.sum()), max(int((recent > 0).sum()), 1)
    tier = _product_tier if kind == "product" else _region_tier
    judgements = []
    for row in sorted(range(len(names)), key=lambda row: (-recent[row], names[row])):
        figures = _figures(
            values[row], growth, row, total=total, on_sale=on_sale, margin=margins.get(names[row]), customers=customers.get(names[row])
        )
        judged, why = tier(figures)
        override = given.get(names[row])
        if override:
            why = Text(
                f"人工设为{tier_name(override.value).zh}：{override.reason}（数据判断：{why.zh}）",
                f"set by hand: {override.reason} (by the data: {why.en})",
            )
        judgements.append(
            Judgement(
                name=names[row],
                tier=override.value if override else judged,
                evidence=_evidence(figures, kind),
                reason=why,
                overridden=override is not None,
            )
        )
    return tuple(judgements)


def _margins(sales: SalesMonths, kind: str, names: Sequence[str]) -> dict[str, float]:
    if "cost" not in sales.frame.columns:
        return {}
    costed = sales.table([kind], "costed")[1][:, -YEAR:].sum(axis=1)
    cost = sales.table([kind], "cost")[1][:, -YEAR:].sum(axis=1)
    return {name: 1 - spent / earned for name, earned, spent in zip(names, costed.tolist(), cost.tolist(), strict=True) if earned > 0}


def _customers(sales: SalesMonths, kind: str) -> Mapping[str, int]:
    if kind != "region" or "customer" in sales.missing:
        return {}
    start = sales.months[-min(YEAR, len(sales.months))]
    recent = sales.frame.filter(pl.col("month") >= start)
    return dict(recent.group_by("region").agg(pl.col("customer").n_unique()).iter_rows())


def _figures(
    months: FloatArray, growth: Growth, row: int, *, total: float, on_sale: int, margin: float | None, customers: int | None
) -> _Figures:
    sold = months.nonzero()[0]
    first, last = (int(sold[0]), int(sold[-1])) if len(sold) else (len(months) - 1, len(months) - 1)
    recent = months[-YEAR:]
    before = months[-YEAR - _SILENT_MONTHS : -YEAR]
    quiet = len(months) - 1 - last >= _SILENT_MONTHS
    mean = float(recent.mean())
    return _Figures(
        revenue=float(recent.sum()),
        share=float(recent.sum()) / total if total > 0 else 0.0,
        equal=1 / on_sale,
        raw=_known(growth.raw[row]),
        growth=_known(growth.shrunk[row]),
        low=_known(growth.low[row]),
        high=_known(growth.high[row]),
        faster=_known(growth.faster[row]),
        margin=margin,
        age_months=len(months) - first,
        young=first >= _UNSEEN_MONTHS and len(months) - first <= YOUNG_MONTHS,
        active_months=int((recent > 0).sum()),
        # Quiet in the months that were quiet a year ago is the season, not the end.
        silent=quiet and (len(before) == 0 or bool((before > 0).any()) or float(recent.sum()) <= 0),
        volatility=float(recent.std()) / mean if mean > 0 else None,
        customers=customers,
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _evidence(figures: _Figures, kind: str) -> dict[str, float | int | None]:
    evidence: dict[str, float | int | None] = {
        "revenue_minor": round(figures.revenue * 100),
        "share": _short(figures.share),
        "growth": _short(figures.raw),
        "growth_shrunk": _short(figures.growth),
        "growth_low": _short(figures.low),
        "growth_high": _short(figures.high),
        "faster": _short(figures.faster),
        "margin": _short(figures.margin),
        "age_months": figures.age_months,
        "months_with_sales": figures.active_months,
        "volatility": _short(figures.volatility),
    }
    return {**evidence, "customers": figures.customers} if kind == "region" else evidence


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _product_tier(of: _Figures) -> tuple[str, Text]:  # noqa: PLR0911 - a ladder of rules, the first that fits
    large = of.share >= of.equal
    if of.revenue <= 0 or of.silent:
        return "base", _said(of, Text("近半年没有销售", "nothing sold in the last half year"))
    if large and of.margin is not None and of.margin <= 0:
        return "base", _said(of, Text("份额高但卖一单亏一单，谈不上明星", "a large share, but sold below cost: no star"))
    if of.young and large:
        return "star", _said(
            of, Text(f"上市 {of.age_months} 个月，份额已高于平均", f"{of.age_months} months old and already above an equal share")
        )
    if of.young and of.active_months >= min(_FEW_MONTHS, of.age_months) and of.active_months > 1:
        return "potential", _said(of, Text(f"上市 {of.age_months} 个月的新品", f"new: {of.age_months} months old"))
    if of.faster is None or of.low is None:
        return "base", _said(of, Text("没有可比的上一年，增速无从判断", "no year before to compare with: growth cannot be judged"))
    if large and of.low > 0 and of.faster >= SURELY_SLOWER:
        return "star", _said(of, _pace(of.faster, large=Text("份额高且在增长", "a large share, and growing")))
    if of.share >= of.equal * _HALF and of.low > 0 and of.faster >= SURELY_FASTER:
        return "star", _said(of, _pace(of.faster, large=Text("份额不小，增长突出", "of some size, and growing outstandingly")))
    if not large and of.faster >= SURELY_FASTER and (of.growth or 0) > 0:
        return "potential", _said(of, _pace(of.faster, large=Text("份额不大但增长快", "small but growing fast")))
    if large:
        return "base", _said(of, _pace(of.faster, large=Text("份额高但增长不突出", "a large share without outstanding growth")))
    return "base", _said(of, _pace(of.faster, large=Text("份额不大，增长不突出", "a small share without outstanding growth")))


def _region_tier(of: _Figures) -> tuple[str, Text]:
    ratio = of.share / of.equal
    if of.revenue <= 0 or of.active_months < min(_FEW_MONTHS, of.age_months) or ratio < _BARE_REGION:
        return "whitespace", _said(
            of,
            Text(
                f"近 12 个月只有 {of.active_months} 个月有销售，份额很小",
                f"sales in only {of.active_months} of the last 12 months, a tiny share",
            ),
        )
    if of.young and ratio < _OPENED_REGION:
        return "whitespace", _said(
            of, Text(f"开拓 {of.age_months} 个月，尚未站稳", f"opened {of.age_months} months ago and yet to take hold")
        )
    if of.young:
        return "emerging", _said(of, Text(f"开拓 {of.age_months} 个月的新区域", f"new: {of.age_months} months old"))
    if ratio < 1 and (of.faster is None or of.faster > _TRAILING):
        small = Text("份额低于平均，仍在成长", "below an equal share and still growing")
        return "emerging", _said(of, small if of.faster is None else _pace(of.faster, large=small))
    if of.faster is None:
        return "mature", _said(of, Text("份额不低于平均；没有可比的上一年", "at least an equal share; no year before to compare with"))
    return "mature", _said(of, _pace(of.faster, large=Text("老区域，份额已成", "an established share")))


def _pace(faster: float, *, large: Text) -> Text:
    if faster >= SURELY_FASTER:
        return Text(f"{large.zh}，快于整体的把握 {faster:.0%}", f"{large.en}; {faster:.0%} sure to outgrow the whole")
    if faster <= SURELY_SLOWER:
        return Text(f"{large.zh}，慢于整体的把握 {1 - faster:.0%}", f"{large.en}; {1 - faster:.0%} sure to trail the whole")
    return Text(f"{large.zh}；快慢与整体难分（证据均衡）", f"{large.en}; growth not told apart from the whole (balanced evidence)")


def _said(of: _Figures, why: Text) -> Text:
    zh, en = [f"均分份额 {of.equal:.1%}"], [f"an equal share is {of.equal:.1%}"]
    if of.growth is not None and of.low is not None and of.high is not None:
        growth, low, high = (_percent(rate) for rate in (of.growth, of.low, of.high))
        zh.append(f"扣除偶然后年增 {growth}（八成区间 {low}~{high}）")
        en.append(f"growth less chance {growth} a year (80 % interval {low} to {high})")
    if of.margin is not None:
        zh.append(f"毛利率 {_percent(of.margin)}")
        en.append(f"margin {_percent(of.margin)}")
    return Text(f"{why.zh}。{'，'.join(zh)}", f"{why.en}; {', '.join(en)}")


def _percent(rate: float) -> str:
    """Return a whole percentage with a true minus sign; what rounds to nothing has none."""
    whole = round(rate * 100)
    return f"−{-whole}%" if whole < 0 else f"{whole}%"
