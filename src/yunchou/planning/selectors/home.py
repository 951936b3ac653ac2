"""The home page: will we make the year, and where not?"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yunchou.planning.models import ProductTier
from yunchou.planning.selectors.basis import Basis, load
from yunchou.planning.selectors.figures import (
    CascadeRow,
    Curve,
    CurvePoint,
    Figure,
    Headline,
    Home,
    MonthRow,
    Period,
    VersionFacts,
    WaterfallBar,
    Weakest,
)
from yunchou.planning.selectors.keys import MONTHS, UNPLANNED, Key, Part
from yunchou.planning.selectors.measures import PPM, figure, of_part
from yunchou.planning.selectors.wording import assumptions_of

if TYPE_CHECKING:
    from yunchou.org.models import User

_SPANS = {
    "quarter": tuple((first, first + 2) for first in range(1, MONTHS + 1, 3)),
    "month": tuple((month, month) for month in range(1, MONTHS + 1)),
}
# In the order of a plan's talk: what grows most first.
_TIERS = (*ProductTier.values, UNPLANNED)
_MARKED_QUANTILES = (90, 80, 50, 20, 10)


def home(*, actor: "User", now: datetime, period: Period = "quarter") -> Home | None:
    """Return the home page within the actor's data scope, or None while the year has no published plan.

    Attainment follows the ledger at once; waterfall, curve and cascade are the version's, and change with the
    next published version (``version.rows_changed`` says how many ledger rows it does not know).
    """
    basis = load(actor=actor, now=now)
    if basis is None:
        return None
    rows = cascade(basis, period)
    return Home(
        company=basis.reach.company.name,
        currency=basis.reach.company.currency,
        year=basis.version.plan.year,
        today=basis.reach.today,
        scope=basis.reach.scope,
        scope_name=basis.reach.name,
        version=_version(basis),
        headline=_headline(basis, rows),
        waterfall=_waterfall(basis) if basis.is_company else None,
        curve=_curve(basis) if basis.is_company else None,
        cascade=rows,
        months=_months(basis),
    )


def cascade(basis: Basis, period: Period) -> tuple[CascadeRow, ...]:
    """Return the whole, each region, and each product tier within it; places without plan, past or sales are left out."""
    known = basis.target.keys() | basis.last_year.keys() | basis.attained.keys()
    rows = [_row(basis, 0, 0, "", period)]
    for region in basis.region_names:
        if (region, "") not in known:
            continue
        rows.append(_row(basis, 1, region, "", period))
        rows.extend(_row(basis, 2, region, tier, period) for tier in _TIERS if (region, tier) in known)
    return tuple(rows)


def tier_name(tier: str) -> str:
    """Return a product tier in words."""
    return _("计划外产品") if tier == UNPLANNED else str(ProductTier(tier).label)


def step_name(step: Mapping[str, Any]) -> str:
    """Return a step of the evidence's waterfall in words; a driver's name is its own."""
    name: str = step["step"]
    # A target below what is expected leaves room; that is a choice, not a loss.
    beyond = _("超出预期") if step["amount_minor"] >= 0 else _("留出余量")
    return {"last_year": _("去年"), "base": _("自然趋势"), "beyond_expectation": beyond}.get(name, name)


def _row(basis: Basis, level: int, region: int, tier: str, period: Period) -> CascadeRow:
    part = Part(region, tier)
    names = (basis.reach.name, basis.region_names.get(region, ""), tier_name(tier) if tier else "")
    return CascadeRow(
        level=level,
        region=names[1],
        product_tier=tier,
        name=names[level],
        last_year=of_part(basis, "last_year", part),
        periods=tuple(of_part(basis, "target", Part(region, tier, first, last)) for first, last in _SPANS[period]),
        target=of_part(basis, "target", part),
        growth=of_part(basis, "growth", part),
        median=of_part(basis, "median", part),
        probability=of_part(basis, "probability", part),
        attained=of_part(basis, "attained", part),
        attainment=of_part(basis, "attainment", part),
        expected=of_part(basis, "expected", part),
        ahead=of_part(basis, "ahead", part),
        ahead_share=of_part(basis, "ahead_share", part),
    )


def _version(basis: Basis) -> VersionFacts:
    version = basis.version
    return VersionFacts(
        version_id=version.pk,
        number=version.number,
        state=version.state,
        calculated_at=version.calculated_at,
        published_at=version.published_at,
        fingerprint=version.fingerprint,
        rows_changed=_asked(basis, Key("rows_changed")),
    )


def _headline(basis: Basis, rows: tuple[CascadeRow, ...]) -> Headline:
    return Headline(
        target=of_part(basis, "target"),
        probability=of_part(basis, "probability"),
        assumptions=assumptions_of(basis.evidence) if basis.is_company else (),
        last_year=of_part(basis, "last_year"),
        growth=of_part(basis, "growth"),
        attained=of_part(basis, "attained"),
        attainment=of_part(basis, "attainment"),
        expected=of_part(basis, "expected"),
        ahead=of_part(basis, "ahead"),
        ahead_share=of_part(basis, "ahead_share"),
        weakest=_weakest(basis, rows),
    )


def _weakest(basis: Basis, rows: tuple[CascadeRow, ...]) -> Weakest | None:
    ids = {name: key for key, name in basis.region_names.items()}
    parts = [(row, Key("behind", Part(ids[row.region], row.product_tier))) for row in rows if row.level == 2]
    behind = [(row, _asked(basis, key)) for row, key in parts]
    worst = max(behind, key=lambda pair: pair[1].value or 0, default=None)
    if worst is None or (worst[1].value or 0) <= 0:
        return None
    row, gap = worst
    return Weakest(region=row.region, product_tier=row.product_tier, product_tier_name=row.name, behind=gap)


def _waterfall(basis: Basis) -> tuple[WaterfallBar, ...]:
    bars, reached = [], 0
    for number, step in enumerate(basis.evidence["waterfall"]):
        amount = _asked(basis, Key("step", number=number))
        starts, reached = reached, reached + step["amount_minor"]
        low, high = step["low_minor"], step["high_minor"]
        bars.append(
            WaterfallBar(
                kind=step["step"] if step["step"] in {"last_year", "base", "beyond_expectation"} else "driver",
                name=step_name(step),
                amount=amount,
                starts_minor=starts,
                ends_minor=reached,
                half_width_minor=None if low is None or high is None else (high - low) // 2,
            )
        )
    target = of_part(basis, "target")
    bars.append(
        WaterfallBar(kind="target", name=_("目标"), amount=target, starts_minor=0, ends_minor=target.value or 0, half_width_minor=None)
    )
    return tuple(bars)


def _curve(basis: Basis) -> Curve:
    quantiles = basis.evidence["with_drivers_minor"]
    numbers = sorted(int(name.removeprefix("q")) for name in quantiles)
    return Curve(
        points=tuple(
            CurvePoint(amount_minor=quantiles[f"q{number:02d}"], probability_ppm=(100 - number) * (PPM // 100)) for number in numbers
        ),
        target=of_part(basis, "target"),
        probability=of_part(basis, "probability"),
        last_year=of_part(basis, "last_year"),
        quantiles=tuple(
            (chance * (PPM // 100), _asked(basis, Key("quantile", number=100 - chance)))
            for chance in _MARKED_QUANTILES
            if 100 - chance in numbers
        ),
        scenarios=tuple(
            (
                scenario["name"],
                _asked(basis, Key("scenario_target", number=number)),
                _asked(basis, Key("scenario_probability", number=number)),
            )
            for number, scenario in enumerate(basis.evidence["scenarios"])
        ),
        assumptions=assumptions_of(basis.evidence),
    )


def _months(basis: Basis) -> tuple[MonthRow, ...]:
    return tuple(
        MonthRow(
            month=basis.month(month),
            target=of_part(basis, "target", Part(first=month, last=month)),
            attained=of_part(basis, "attained", Part(first=month, last=month)),
            last_year=of_part(basis, "last_year", Part(first=month, last=month)),
            target_to_date=of_part(basis, "target", Part(last=month)),
            attained_to_date=_attained_to(basis, month),
            last_year_to_date=of_part(basis, "last_year", Part(last=month)),
        )
        for month in range(1, MONTHS + 1)
    )


def _attained_to(basis: Basis, month: int) -> Figure:
    of_month = of_part(basis, "attained", Part(first=month, last=month))
    return of_month if of_month.value is None else of_part(basis, "attained", Part(last=month))


def _asked(basis: Basis, key: Key) -> Figure:
    found = figure(basis, key)
    if found is None:
        raise LookupError(f"the page asks for {key}, which its own version does not have")
    return found
