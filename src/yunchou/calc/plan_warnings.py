"""What a reader of a plan must know before trusting it."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from yunchou.calc.customer_tiers import TierMix
from yunchou.calc.periods import add_months
from yunchou.calc.plan import CustomerTiers
from yunchou.calc.plan_cascade import Floored
from yunchou.calc.plan_cells import Mask, PlanYear
from yunchou.calc.plan_settings import Driver
from yunchou.calc.sales_months import FloatArray, SalesMonths
from yunchou.calc.text import Text
from yunchou.calc.wording import RARE

_YEAR = 12
_FEW_YEARS = 36
_LARGE_LINE = 0.1
_LARGE_CUSTOMER = 0.25
_SPARE_DAYS = 2
_LASTING = 0.5
_FEW_STEPS = 10


def history_warnings(sales: SalesMonths, lines: pl.DataFrame, year: PlanYear) -> tuple[Text, ...]:
    """Return what the history itself leaves in doubt.

    Source: own.
    """
    return (*_missing(sales), *_short(sales, year), *_partial_month(sales, lines, year), *_concentrated(sales))


def _missing(sales: SalesMonths) -> list[Text]:
    told = {
        "product": Text("没有产品列：产品一维记为“(all)”，不分层", "no product column: products are not tiered and stand as “(all)”"),
        "region": Text("没有区域列：区域一维记为“(all)”", "no region column: regions stand as “(all)”"),
        "customer": Text("没有客户列：客户不分层，记为“(all)”", "no customer column: customers are not tiered and stand as “(all)”"),
    }
    return [told[name] for name in sales.missing]


def _short(sales: SalesMonths, year: PlanYear) -> list[Text]:
    found = []
    last = [month for month in year.before.months if sales.months[0] <= month <= sales.months[-1]]
    if len(last) < _YEAR:
        found.append(
            Text(
                f"{year.before.year} 年只读到 {len(last)} 个月：“去年”只是这些月份的合计，不能与全年目标相比",
                f"only {len(last)} months of {year.before.year} were read: “last year” is their sum, not to be compared with a whole year",
            )
        )
        if len(sales.months) >= _YEAR:
            recent = sum(sales.exact[-_YEAR:])
            found.append(
                Text(f"最近 12 个月合计 {recent:,.0f}，可与目标相比", f"the last 12 months sum to {recent:,.0f}: compare with that")
            )
    if len(sales.months) < _FEW_YEARS:
        found.append(
            Text(
                f"历史只有 {len(sales.months)} 个月，不足三年：增速与季节性把握有限",
                f"{len(sales.months)} months of history, less than three years: growth and season are known poorly",
            )
        )
    if len(sales.months) < 2 * _YEAR and "customer" not in sales.missing:
        found.append(
            Text(
                "历史不足两年：新客户与 A/B/C 客户的占比由一段较短的历史估出，只是大概",
                "less than two years of history: the shares of new and A/B/C customers come from a short window and are rough",
            )
        )
    return found


def coarse_warnings(target_minor: int, *, unit_minor: int, cells: int) -> tuple[Text, ...]:
    """Warn when the target is so few units that its cells are mostly rounding, as for a file in 万元 read as 元.

    Source: own.
    """
    units = target_minor // unit_minor
    if not 0 < units < _FEW_STEPS * cells:
        return ()
    return (
        Text(
            f"目标共 {units:,} 个最小单位，要分到 {cells:,} 格，多半是取整：若文件以万元为单位，请加 --scale 10000",
            f"the target is {units:,} units for {cells:,} cells, mostly rounding: for a file in 10,000s add --scale 10000",
        ),
    )


def mix_warnings(customers: CustomerTiers, mix: TierMix, mean: FloatArray) -> tuple[Text, ...]:
    """Warn when large customers did not stay large: then a target by customer tier says little.

    Source: own.
    """
    total, brought = sum(customers.revenue_minor.values()), mean.sum(axis=(0, 2))
    if "A" not in mix.names or total <= 0 or not mix.months_after:
        return ()
    was, expected = customers.revenue_minor["A"] / total, float(brought[mix.names.index("A")] / brought.sum())
    if expected >= _LASTING * was:
        return ()
    return (
        Text(
            f"A 类客户占近 12 个月的 {was:.0%}，但年初的 A 类随后一年只带来约 {expected:.0%}：大客户并不固定，按客户层下目标要谨慎",
            f"A customers made {was:.0%} of the last 12 months, yet those who are A at a year's start bring about {expected:.0%} of it:"
            " large customers do not stay the same; be careful with targets by customer tier",
        ),
    )


def _partial_month(sales: SalesMonths, lines: pl.DataFrame, year: PlanYear) -> list[Text]:
    """Warn when the last lines stop earlier in their month than they ever did in the twelve months before."""
    if (lines["date"] >= year.first).any():
        return []
    ends = (
        lines.filter(pl.col("date") >= add_months(sales.months[-1], -_YEAR))
        .group_by(pl.col("date").dt.truncate("1mo").alias("month"))
        .agg((pl.col("date").max().dt.month_end() - pl.col("date").max()).dt.total_days().alias("left"))
    )
    before = ends.filter(pl.col("month") < sales.months[-1])["left"]
    left = (add_months(sales.months[-1], 1) - sales.last_day).days - 1
    usual = before.max()
    if before.is_empty() or not isinstance(usual, int) or left <= usual + _SPARE_DAYS:
        return []
    until = sales.months[-1] - timedelta(days=1)
    return [
        Text(
            f"最后一个月 {sales.months[-1]:%Y-%m} 只到 {sales.last_day} 为止，像是不完整：可加 --until {until} 不读它",
            f"the last month {sales.months[-1]:%Y-%m} ends on {sales.last_day} and looks partial: --until {until} leaves it out",
        )
    ]


def _concentrated(sales: SalesMonths) -> list[Text]:
    found = []
    start = sales.months[-min(_YEAR, len(sales.months))]
    recent = sales.frame.filter(pl.col("month") >= start)
    total = float(recent["amount"].sum())
    if total <= 0:
        return []
    busy = recent.filter(pl.col("amount") != 0)["month"].n_unique()
    # A line as large as a usual month is large; six equal months are not six giants.
    if sales.largest > max(_LARGE_LINE * total, 1.001 * total / max(busy, 1)):
        found.append(
            Text(
                f"近 12 个月最大的一笔占 {sales.largest / total:.0%}：目标很大程度上取决于它能否重来",
                f"the largest single line is {sales.largest / total:.0%} of the last 12 months: much depends on whether it comes again",
            )
        )
    if "customer" not in sales.missing:
        top = recent.group_by("customer").agg(pl.col("amount").sum()).sort(["amount", "customer"], descending=[True, False]).row(0)
        if top[1] > _LARGE_CUSTOMER * total:
            found.append(
                Text(
                    f"客户“{top[0]}”占近 12 个月的 {top[1] / total:.0%}：请单独判断这一家",
                    f"customer “{top[0]}” is {top[1] / total:.0%} of the last 12 months: judge that one by itself",
                )
            )
    return found


def nowhere_warnings(drivers: Sequence[Driver], masks: Sequence[Mask], floors: Sequence[Floored], year: PlanYear) -> tuple[Text, ...]:
    """Return which drivers and floors mean no cell at all, such as a tier in which nothing stands.

    Source: own.
    """
    found = [
        Text(
            f"增长动因“{driver.name}”所指的范围里没有任何产品或客户，不起作用",
            f"driver “{driver.name}” means nothing that the plan holds and adds nothing",
        )
        for driver, mask in zip(drivers, masks, strict=True)
        if not mask.any() and not (driver.starts_on and driver.starts_on > year.months[-1])
    ]
    found += [
        Text(
            f"第 {at} 条增长下限所指的范围里没有任何产品或客户，不起作用",
            f"floor {at} means nothing that the plan holds and asks for nothing",
        )
        for at, floor in enumerate(floors, start=1)
        if not floor.mask.any()
    ]
    return tuple(found)


def target_warnings(target_minor: int, probability: float, drivers: Sequence[Driver], year: PlanYear) -> tuple[Text, ...]:
    """Return what is doubtful about the target itself.

    Source: own.
    """
    found = []
    if probability < RARE:
        found.append(
            Text(
                "达成所选目标的概率不到 0.1%：历史不支持这个数",
                "the chosen target has a probability below 0.1 %: the history does not bear it out",
            )
        )
    if probability > 1 - RARE:
        found.append(Text("所选目标几乎必然达成（概率高于 99.9%）", "the chosen target is all but certain (probability above 99.9 %)"))
    if target_minor <= 0:
        found.append(
            Text("所选目标是 0：按这个概率，全年可能没有收入", "the chosen target is 0: at that probability the year may bring nothing")
        )
    found += [
        Text(
            f"增长动因“{driver.name}”从 {driver.starts_on:%Y-%m} 起，晚于规划年度，不起作用",
            f"driver “{driver.name}” starts in {driver.starts_on:%Y-%m}, after the year, and adds nothing",
        )
        for driver in drivers
        if driver.starts_on and driver.starts_on > year.months[-1]
    ]
    return tuple(found)
