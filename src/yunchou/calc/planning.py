"""From sales lines to a year's plan: forecast, drivers, target, exact cascade, people."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from yunchou.calc.attainment import Attainment, attainment_of_company, attainment_of_people
from yunchou.calc.chosen_target import choose_target, scenario_at, stated
from yunchou.calc.driver_warnings import driver_warnings
from yunchou.calc.errors import BadInput
from yunchou.calc.floor_warnings import floor_warnings, raised_warnings
from yunchou.calc.known_people import factors_of, know_people
from yunchou.calc.money import LARGEST_MINOR
from yunchou.calc.people import read_people
from yunchou.calc.people_plan import judge_people
from yunchou.calc.plan import Plan
from yunchou.calc.plan_cascade import PLAN, floored, raised_target, spread_targets, told_floor
from yunchou.calc.plan_cells import Cells, PlanYear, whole_cells
from yunchou.calc.plan_people import PeopleSpread, spread_people
from yunchou.calc.plan_settings import PlanSettings
from yunchou.calc.plan_views import outlook, view_by_month
from yunchou.calc.plan_warnings import coarse_warnings, history_warnings, mix_warnings, nowhere_warnings, target_warnings
from yunchou.calc.quarter_shares import quarter_shares
from yunchou.calc.recommendation import recommend
from yunchou.calc.sales_months import FloatArray, SalesMonths, sum_months
from yunchou.calc.target import Driven, apply_drivers, driver_masks, probability_of, quantiles_minor, waterfall
from yunchou.calc.text import Text
from yunchou.calc.year_ahead import look_ahead

_MINOR = 100


def make_plan(
    lines: pl.DataFrame,
    *,
    year: int,
    settings: PlanSettings | None = None,
    people: pl.DataFrame | None = None,
    target_minor: int | None = None,
    probability: Decimal | None = None,
    divisions: pl.DataFrame | None = None,
    seed: int = 0,
) -> Plan:
    """Make the plan of a year from the sales lines before it.

    The order of the lines never changes a value; the same seed gives the same plan.

    Args:
        lines: ``date``, ``amount`` (Decimal, currency major units) and, where known, ``product``, ``region``, ``customer``,
            ``cost``, at any granularity up to a month; with ``order`` or ``quantity``, line by line, single giant orders and price
            changes are seen too; with ``city`` (and ``province``) regions show which prefecture-level cities they cover.
        year: The fiscal year to plan; lines on or after its first day are not used.
        settings: What a person decides; all defaults when left out.
        people: The table that ``people.read_people`` reads.
        target_minor: The chosen target; a multiple of the unit. Its probability is stated.
        probability: The probability with which the chosen target is to be reached; not together with ``target_minor``.
            With neither, the target is that of the scenario ``base``, or else of the one nearest to 60 %. Floors raise every
            target that no person fixed.
        divisions: ``name, province`` of all prefecture-level divisions; without them no coverage is told.
        seed: Of everything random.

    Raises:
        BadInput: No line before the year, a year that sums to a negative, or a name, target or person that cannot be.
        Contradiction: The floors need more than ``target_minor``, or nothing is expected where one stands.

    Source: own; see docs/methods/target-and-probability.md.
    """
    settings = settings or PlanSettings()
    span = PlanYear(year=year, starts=settings.fiscal_year_starts)
    members = None if people is None else read_people(people, settings.ramps)
    sales = sum_months(lines, before=span.first)
    _refuse_negative_years(sales, span)
    ahead = look_ahead(sales, span, settings, seed=seed, lines=lines, divisions=divisions)
    masks = driver_masks(ahead.cells, settings.drivers)
    driven = apply_drivers(ahead.paths, ahead.mix.shares, settings.drivers, masks, seed=seed)
    base_minor, totals_minor = (paths.sum(axis=(1, 2)) * _MINOR for paths in (ahead.paths, driven.paths))
    if not 0 < totals_minor.mean() < LARGEST_MINOR:
        raise BadInput(
            Text(
                f"按历史推算，{year} 年全年合计为 {totals_minor.mean() / _MINOR:,.0f}，无法分解目标：请检查退货与负数，或给更长的历史",
                f"the history leads to a total of {totals_minor.mean() / _MINOR:,.0f} for {year}, which cannot be cascaded:"
                " check returns and negative amounts, or give a longer history",
            )
        )
    last_year_minor = _in_minor(_year_sum(sales, span.before))
    last_year = whole_cells(ahead.last_year * _MINOR, last_year_minor)
    floors = floored(ahead, last_year, settings)

    def raised(asked: int) -> int:
        return raised_target(driven.mean, asked, floors, unit_minor=settings.unit_minor)

    scenarios = tuple(scenario_at(aim, totals_minor, raised=raised, unit_minor=settings.unit_minor) for aim in settings.aims)
    picked = choose_target(scenarios, totals_minor, target_minor=target_minor, probability=probability, raised=raised, settings=settings)
    chosen_minor, reached = picked.target_minor, probability_of(totals_minor, picked.target_minor)
    asked = {**{scenario.name: scenario.target_minor for scenario in scenarios}, PLAN: chosen_minor}
    spread, more = spread_targets(driven.mean, asked, floors, ahead.cells, unit_minor=settings.unit_minor, raised_minor=picked.raised_minor)
    product_tiers = {judged.name: judged.tier for judged in ahead.products}
    known = None if members is None else know_people(members, lines, sales, before=span.first, settings=settings)
    factors = None if known is None else factors_of(known, ahead, product_tiers)
    by_sales = factors if settings.quota_basis == "sales" else None
    given = spread_people(spread, ahead.cells, None if known is None else known.members, product_tiers, settings, factors=by_sales)
    target = spread[PLAN] * settings.unit_minor
    mean = whole_cells(driven.mean * _MINOR, round(float(totals_minor.mean())))
    whole_before = last_year if ahead.whole_last_year else None
    luck = float(settings.stakes.people_spread) if known is None else known.luck[0]
    attainment = _attainment(given, driven.paths * _MINOR, ahead.cells, chosen_minor, luck)
    judged = None
    if known is not None:
        judged = judge_people(
            given,
            known,
            ahead,
            driven.paths * _MINOR,
            mean_minor=driven.mean.sum(axis=1) * _MINOR,
            target_minor=chosen_minor,
            product_tiers=product_tiers,
            factors=factors,
            settings=settings,
            seed=seed,
        )
    cells = ahead.cells.frame(last_year_minor=last_year, mean_minor=mean, target_minor=target)
    return Plan(
        year=year,
        months=span.names,
        currency=settings.currency,
        unit_minor=settings.unit_minor,
        last_year_minor=last_year_minor,
        mean_minor=round(float(base_minor.mean())),
        expected_minor=round(float(totals_minor.mean())),
        last_year_months=sum(month in set(sales.months) for month in span.before.months),
        last_twelve_minor=_in_minor(sum(sales.exact[-12:], start=Decimal(0))),
        target_minor=chosen_minor,
        probability=stated(None if picked.raised_minor else probability, reached, len(totals_minor)),
        chosen=picked.scenario,
        raised_minor=picked.raised_minor,
        scenarios=scenarios,
        waterfall=waterfall(
            last_year_minor=last_year_minor,
            base_minor=base_minor,
            names=[driver.name for driver in settings.drivers],
            gains_minor=driven.gains * _MINOR,
            target_minor=chosen_minor,
        ),
        quantiles_minor=quantiles_minor(base_minor),
        with_drivers_minor=quantiles_minor(totals_minor),
        drivers=tuple(_plain_driver(settings, at, driven) for at in range(len(settings.drivers))),
        floors=tuple(told_floor(floor, target, unit_minor=settings.unit_minor) for floor in floors),
        products=ahead.products,
        regions=ahead.regions,
        customers=ahead.customers,
        targets=given.targets,
        cells=cells.sort("product", "region", "customer_tier", "month"),
        outlook=outlook(ahead.cells, driven.paths * _MINOR, last_year, target),
        history=_history(sales),
        people=judged[0] if judged else given.people,
        units=judged[1] if judged else given.units,
        people_plan=judged[2] if judged else None,
        recommendation=recommend(
            totals_minor,
            chosen_minor=chosen_minor,
            last_year_minor=last_year_minor if ahead.whole_last_year else _in_minor(sum(sales.exact[-12:], start=Decimal(0))),
            stakes=settings.stakes,
            market=settings.market,
            attainment=attainment or attainment_of_company(totals_minor, luck),
            raised=raised,
            unit_minor=settings.unit_minor,
            currency=settings.currency,
        ),
        quarters=quarter_shares(driven.paths, months=span.names, target_minor=target, last_year_minor=whole_before),
        monthly=view_by_month(ahead.cells, driven.paths * _MINOR, last_year, target),
        events=ahead.events,
        coverage=ahead.coverage,
        moves=ahead.moves,
        method={**ahead.method, "paths": len(base_minor), "customer_mix_months": ahead.mix.months_after},
        warnings=(
            *history_warnings(sales, lines, span),
            *ahead.warnings,
            *mix_warnings(ahead.customers, ahead.mix, driven.mean),
            *picked.warnings,
            *nowhere_warnings(settings.drivers, masks, floors, span),
            *driver_warnings(settings.drivers, masks, driven, mean_minor=float(base_minor.mean()), year=span, currency=settings.currency),
            *raised_warnings(picked, scenarios, totals_minor, settings.currency),
            *floor_warnings(floors, mean, unit_minor=settings.unit_minor, is_fixed=target_minor is not None),
            *target_warnings(chosen_minor, reached, settings.drivers, span),
            *coarse_warnings(chosen_minor, unit_minor=settings.unit_minor, cells=cells.height),
            *more,
            *given.warnings,
            *(judged[2].warnings if judged else ()),
        ),
    )


def default_year(lines: pl.DataFrame, settings: PlanSettings) -> int:
    """Return the fiscal year after that of the last line.

    Raises:
        BadInput: There is no line.

    Source: own.
    """
    last = lines["date"].max() if lines.height else None
    if last is None:
        raise BadInput(Text("文件里没有一行可用的销售明细", "the file has no sales line that can be used"))
    return last.year + (1 if last.month >= settings.fiscal_year_starts else 0)  # type: ignore[union-attr]


def _refuse_negative_years(sales: SalesMonths, span: PlanYear) -> None:
    at = span.before
    while at.months[-1] >= sales.months[0]:
        total = _year_sum(sales, at)
        if total < 0:
            raise BadInput(
                Text(
                    f"{at.year} 年的明细合计为 {total:,.2f}，是负数，无法据此规划：请检查退货与金额的正负号",
                    f"the lines of {at.year} sum to {total:,.2f}, below zero: nothing can be planned on them; check returns and signs",
                )
            )
        at = at.before
    recent = sum(sales.exact[-12:])
    if recent <= 0:
        raise BadInput(
            Text(
                f"最近 12 个月的明细合计为 {recent:,.2f}，没有可规划的基数：请检查文件",
                f"the last 12 months sum to {recent:,.2f}: there is nothing to plan on; check the file",
            )
        )


def _year_sum(sales: SalesMonths, span: PlanYear) -> Decimal:
    months = set(span.months)
    return sum((amount for month, amount in zip(sales.months, sales.exact, strict=True) if month in months), start=Decimal(0))


def _in_minor(amount: Decimal) -> int:
    return int((amount * _MINOR).quantize(Decimal(1), ROUND_HALF_UP))


def _attainment(given: PeopleSpread, paths_minor: FloatArray, cells: Cells, target_minor: int, spread: float) -> Attainment | None:
    if given.people is None:
        return None
    chosen = given.targets.filter(pl.col("scenario") == PLAN)
    return attainment_of_people(paths_minor, chosen, given.people, cells, target_minor=target_minor, spread=spread)


def _plain_driver(settings: PlanSettings, at: int, driven: Driven) -> dict[str, object]:
    driver = settings.drivers[at]
    return {
        "name": driver.name,
        "kind": driver.kind,
        "where": {name: list(words) for name, words in driver.where.items()},
        "from": None if driver.starts_on is None else f"{driver.starts_on:%Y-%m}",
        "low": float(driver.low),
        "likely": float(driver.likely),
        "high": float(driver.high),
        "probability": float(driver.probability),
        "mean_minor": round(float(driven.gains[at].mean()) * _MINOR),
        "overlap_minor": round(float(driven.twice[at]) * _MINOR),
    }


def _history(sales: SalesMonths) -> pl.DataFrame:
    amounts = [_in_minor(amount) for amount in sales.exact]
    return pl.DataFrame({"month": list(sales.months), "actual_minor": amounts}, schema={"month": pl.Date, "actual_minor": pl.Int64})
