"""The shapes of the home page: plain values, each figure with the key that opens its why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Measure = Literal["minor", "ppm", "chance", "rows"]
Period = Literal["quarter", "month"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure as shown: ``value`` in minor units, millionths (``ppm`` a share, ``chance`` a probability) or rows.

    None where there is nothing to say.

    ``key`` opens its explanation: ``why(actor=…, key=…, now=…)``.
    """

    key: str
    value: int | None
    measure: Measure = "minor"


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionFacts:
    """Which version the page shows. ``rows_changed`` counts ledger rows of its sources written since it was calculated."""

    version_id: int
    number: int
    state: str
    calculated_at: datetime
    published_at: datetime | None
    fingerprint: str
    rows_changed: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Weakest:
    """The part furthest behind its plan to date, as ``behind`` (minor units, positive)."""

    region: str
    product_tier: str
    product_tier_name: str
    behind: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """The answer to "will we make the year, and where not?".

    ``expected`` is the plan of the whole months gone plus the running month's plan in proportion to its days.
    ``ahead`` = attained − expected; ``ahead_share`` = ahead ÷ expected; ``attainment`` = attained ÷ target.
    ``probability``, ``last_year`` and ``growth`` are None where the actor's scope is narrower than the company
    and the version says nothing about it. ``assumptions``: the drivers that the probability depends on.
    """

    target: Figure
    probability: Figure
    last_year: Figure
    growth: Figure
    attained: Figure
    attainment: Figure
    expected: Figure
    ahead: Figure
    ahead_share: Figure
    weakest: Weakest | None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterfallBar:
    """One step from last year to the target, drawn from ``starts_minor`` to ``ends_minor``.

    ``kind`` is ``last_year``, ``base``, ``driver``, ``beyond_expectation`` or ``target``; ``half_width_minor`` is
    half the step's 80 % interval, None where the step is certain.
    """

    kind: str
    name: str
    amount: Figure
    starts_minor: int
    ends_minor: int
    half_width_minor: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """The probability that the year's total reaches ``amount_minor``."""

    amount_minor: int
    probability_ppm: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """The year's total as the plan expects it with its drivers: points by falling probability, and the marks on it.

    ``quantiles`` pairs a probability (ppm) with the total reached with it; ``scenarios`` a name with target and probability;
    ``assumptions``: the drivers that every probability here depends on.
    """

    points: tuple[CurvePoint, ...]
    target: Figure
    probability: Figure
    last_year: Figure
    quantiles: tuple[tuple[int, Figure], ...]
    scenarios: tuple[tuple[str, Figure, Figure], ...]
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CascadeRow:
    """A row of the cascade: the whole (``level`` 0), a region (1), or a product tier within a region (2).

    ``periods`` holds the targets of four quarters or twelve months, summing to ``target``. ``median`` and
    ``probability`` are None below the company's view.
    """

    level: int
    region: str
    product_tier: str
    name: str
    last_year: Figure
    periods: tuple[Figure, ...]
    target: Figure
    growth: Figure
    median: Figure
    probability: Figure
    attained: Figure
    attainment: Figure
    expected: Figure
    ahead: Figure
    ahead_share: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthRow:
    """A month of the year's S-curve; what is attained is None for months to come."""

    month: date
    target: Figure
    attained: Figure
    last_year: Figure
    target_to_date: Figure
    attained_to_date: Figure
    last_year_to_date: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """Everything on the home page. ``waterfall`` and ``curve`` are the company's, None for a narrower scope."""

    company: str
    currency: str
    year: int
    today: date
    scope: str
    scope_name: str
    version: VersionFacts
    headline: Headline
    waterfall: tuple[WaterfallBar, ...] | None
    curve: Curve | None
    cascade: tuple[CascadeRow, ...]
    months: tuple[MonthRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Operand:
    """A figure that another figure was made from, with its name; its own key opens it in turn."""

    name: str
    figure: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """One ledger row behind a figure."""

    on: date
    order_code: str
    line_no: int
    account: str
    product: str
    region: str
    person: str
    amount_minor: int
    is_reversal: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a figure ends: rows of the ledger, or rows of a version. ``first_rows`` are the first of ``rows`` ledger rows."""

    kind: Literal["order_lines", "plan_version"]
    rows: int
    sum_minor: int | None
    from_on: date | None
    before_on: date | None
    first_rows: tuple[SourceRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """The answer to "why this number?": what it means, how it was made, from what, when, and by which inputs.

    ``notes`` are further sentences (the forecast's evidence, a tier's reason). ``fingerprint`` is that of the
    version's inputs, empty for figures read from the ledger as it is now (``computed_at`` is then the moment asked).
    """

    figure: Figure
    name: str
    place: str
    definition: str
    formula: str
    operands: tuple[Operand, ...]
    notes: tuple[str, ...]
    source: Source
    computed_at: datetime
    fingerprint: str
