"""A year's plan as plain values: what the documents print, the pages show and the command writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polars as pl

from yunchou.calc.event_kinds import Event
from yunchou.calc.pareto import ParetoLine, StrategicLine
from yunchou.calc.text import Text

if TYPE_CHECKING:
    from yunchou.calc.coverage import Coverage
    from yunchou.calc.people_plan import PeoplePlan
    from yunchou.calc.quarter_shares import QuarterShare
    from yunchou.calc.recommendation import Recommendation
    from yunchou.calc.tier_moves import TierMove

ProductTier = Literal["star", "potential", "base"]
RegionTier = Literal["mature", "emerging", "whitespace"]
IF_THESE_HOLD = Text("若下列假设成立", "if these assumptions hold")
CustomerTier = Literal["A", "B", "C", "new"]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A target and the probability (0…1) that the year reaches it; ``raised_minor`` of it were added by floors."""

    name: str
    probability: float
    target_minor: int
    raised_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class WaterfallStep:
    """One step from last year to the target; the amounts of all steps sum to the target exactly.

    ``step`` is ``last_year``, ``base``, a driver's name, or ``beyond_expectation``. ``low_minor`` and
    ``high_minor`` bound the step's 80 % interval where it is uncertain.
    """

    step: str
    amount_minor: int
    low_minor: int | None = None
    high_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The tier given to a product or a region, the figures it rests on, and the reason in words.

    ``balanced``: the evidence lies between two tiers, and the reason names them.
    """

    name: str
    tier: str
    evidence: Mapping[str, float | int | None]
    reason: Text
    overridden: bool = False
    balanced: bool = False


@dataclass(frozen=True, kw_only=True)
class CustomerTiers:
    """Thresholds of yearly revenue (minor units; a tier starts at its own), and who stands in which tier.

    ``tiers`` has the columns ``customer``, ``tier``, ``revenue_minor``, largest first, and ``share``, ``cumulative_share`` (of those
    so far), ``balanced`` (within a tenth of a threshold) and ``overridden``. ``candidates``: what other thresholds would mean;
    ``strategic``: from which revenue on a customer counts as strategic; ``overrides``: the reason of each tier set by hand.
    """

    thresholds_minor: Mapping[str, int]
    counts: Mapping[str, int]
    revenue_minor: Mapping[str, int]
    tiers: pl.DataFrame
    candidates: tuple[ParetoLine, ...] = ()
    strategic: StrategicLine | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything a year's plan says, with the evidence for it.

    ``targets``: ``scenario, product, region, customer_tier, month, unit, person, amount_minor`` (and
    ``quota_minor`` with people), sorted by these; each scenario's rows sum to its target.
    ``cells``: ``product, region, customer_tier, month, last_year_minor, mean_minor, target_minor`` of the chosen plan.
    ``outlook``: ``region, product`` (null = all), ``last_year_minor, target_minor, median_minor, probability``:
    a row per region, per product tier, per pair, and one for the whole.
    ``history``: ``month`` (first day), ``actual_minor``: every month read.
    ``monthly``: ``month`` (as in ``months``), ``last_year_minor, low_minor, median_minor, high_minor`` (80 % interval, with
    drivers) and ``target_minor``.
    ``people``: a row a person and unit with ``person, unit, capacity_share, target_minor, quota_minor, capacity`` (full months)``,
    potential_minor`` (expected of what the person may sell)``, last_year_minor``, what leads from it to the quota (``growth_minor,
    headcount_minor, potential_change_minor, over_minor``, summing exactly) and ``probability`` (of reaching the quota, None
    without one); None without people. ``units``: a row a unit with ``unit, target_minor, quota_minor, probability``; None without
    people. ``people_plan``: capacity against the target, over-assignments weighed, fairness; None without people.
    ``chosen``: the scenario whose target the plan took, or None where an amount or a probability was asked for.
    ``last_year_months``: how many months of last year were read; below 12, growth over ``last_year_minor`` means nothing and
    is to be told against ``last_twelve_minor``, the last 12 months read.
    ``raised_minor``: how much of the target floors added. ``condition``: what probabilities depend on, None without drivers.
    ``recommendation``: the target that costs, people and the market lead to, beside the chosen one.
    ``quarters``: which share of the year each quarter brings, with its spread; empty where no path sums above 0.
    ``expected_minor``: the mean of the year with drivers; ``mean_minor`` is the one without.
    ``coverage``: of each region's prefecture-level cities; empty where the lines name no city.
    ``moves``: by kind (product, region, customer) every change from the tiers in force, where some were given.
    ``method``: how the forecast was made and checked: ``models``, ``origins``, ``outcomes``, ``cover80``,
    ``calibration`` ("own back-test" or "published errors"), ``reference_*`` for the naive beside it.
    """

    year: int
    months: tuple[str, ...]
    currency: str
    unit_minor: int
    last_year_minor: int
    mean_minor: int
    target_minor: int
    probability: float
    scenarios: tuple[Scenario, ...]
    waterfall: tuple[WaterfallStep, ...]
    quantiles_minor: Mapping[str, int]
    with_drivers_minor: Mapping[str, int]
    drivers: tuple[Mapping[str, object], ...]
    floors: tuple[Mapping[str, object], ...]
    products: tuple[Judgement, ...]
    regions: tuple[Judgement, ...]
    customers: CustomerTiers
    targets: pl.DataFrame
    cells: pl.DataFrame
    outlook: pl.DataFrame
    history: pl.DataFrame
    people: pl.DataFrame | None
    method: Mapping[str, object]
    events: tuple[Event, ...]
    warnings: tuple[Text, ...]
    monthly: pl.DataFrame = field(default_factory=pl.DataFrame)
    units: pl.DataFrame | None = None
    chosen: str | None = None
    expected_minor: int | None = None
    last_year_months: int = 12
    last_twelve_minor: int | None = None
    raised_minor: int = 0
    recommendation: "Recommendation | None" = None
    quarters: "tuple[QuarterShare, ...]" = ()
    coverage: "Mapping[str, Coverage]" = field(default_factory=dict)
    moves: "Mapping[str, tuple[TierMove, ...]]" = field(default_factory=dict)
    people_plan: "PeoplePlan | None" = None

    @property
    def condition(self) -> Text | None:
        """Return the heading that every probability stands under, or None where nothing is assumed."""
        return IF_THESE_HOLD if self.drivers else None
