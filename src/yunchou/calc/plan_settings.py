"""The settings of a year's plan, as dataclasses, and how plain values become them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from yunchou.calc import reading
from yunchou.calc.marks import Mark, parse_marks
from yunchou.calc.people_settings import CapacitySettings, parse_capacity, parse_quota_basis
from yunchou.calc.stakes import Market, Stakes, parse_market, parse_stakes

PLAN_KEYS = (
    "currency",
    "unit",
    "dimensions",
    "scenarios",
    "drivers",
    "floors",
    "over_assignment",
    "overrides",
    "ramps",
    "fiscal_year_starts",
    "market",
    "recommendation",
    "marks",
    "previous",
    "limits",
    "capacity",
    "quotas",
)
LIMIT_KEYS = ("A", "B")
WHERE_KEYS = ("product", "region", "customer_tier")
DRIVER_KEYS = ("name", "kind", "where", "from", "low", "likely", "high", "probability")
FLOOR_KEYS = ("where", "growth", "source")
OVERRIDE_KEYS = ("kind", "key", "value", "reason")
RESERVED_STEPS = ("last_year", "base", "beyond_expectation")

# What people write → the name that stands in tables and JSON.
PRODUCT_TIERS = {"star": "star", "potential": "potential", "base": "base", "明星": "star", "潜力": "potential", "基础": "base"}
REGION_TIERS = {
    "mature": "mature",
    "emerging": "emerging",
    "whitespace": "whitespace",
    "成熟": "mature",
    "新兴": "emerging",
    "空白": "whitespace",
}
DRIVER_KINDS = {
    "product_upgrade": "product_upgrade",
    "regional_penetration": "regional_penetration",
    "second_curve": "second_curve",
    "new_strategic_accounts": "new_strategic_accounts",
    "price": "price",
    "headcount": "headcount",
    "产品升级": "product_upgrade",
    "区域渗透": "regional_penetration",
    "第二曲线": "second_curve",
    "新战略客户": "new_strategic_accounts",
    "价格": "price",
    "增员": "headcount",
}
CUSTOMER_TIERS = {"A": "A", "B": "B", "C": "C"}
TIERS: Mapping[str, Mapping[str, str]] = {"product": PRODUCT_TIERS, "region": REGION_TIERS, "customer": CUSTOMER_TIERS}

_MOST_UNIT = 10**12
# ISO 4217: currencies whose minor unit is not a hundredth, which all amounts here are.
_OTHER_MINOR = re.compile(
    "BIF|CLF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|UYI|UYW|VND|VUV|XAF|XOF|XPF|BHD|IQD|JOD|KWD|LYD|OMR|TND",
)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A scenario: the probability (0…1) with which its target is to be reached."""

    name: str
    probability: Decimal


@dataclass(frozen=True, kw_only=True)
class Driver:
    """A named uplift of the cells in ``where`` from a month on, as a share of what is left of their base by then.

    ``low``, ``likely`` and ``high`` are the uplift if it happens; ``probability`` is that it happens at all.
    ``starts_on`` None means from the year's first month; ``kind`` is one of ``DRIVER_KINDS``' values, or None.
    """

    name: str
    where: Mapping[str, tuple[str, ...]]
    starts_on: date | None
    low: Decimal
    likely: Decimal
    high: Decimal
    probability: Decimal
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class Floor:
    """A group of cells whose targets together grow at least by ``growth`` over last year."""

    where: Mapping[str, tuple[str, ...]]
    growth: Decimal
    source: str


@dataclass(frozen=True, kw_only=True)
class Override:
    """A tier that a person sets, with the reason."""

    kind: Literal["product", "region", "customer"]
    key: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OverAssignment:
    """How much more than the plan is asked at each level, as a share of that level's target; not compounded."""

    company: Decimal = Decimal(0)
    unit: Decimal = Decimal(0)
    person: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class TiersInForce:
    """The tiers of the plan before, by name; each is kept while the evidence leaves it possible."""

    product: Mapping[str, str] = field(default_factory=dict)
    region: Mapping[str, str] = field(default_factory=dict)
    customer: Mapping[str, str] = field(default_factory=dict)


DEFAULT_AIMS = (
    Aim(name="conservative", probability=Decimal("0.8")),
    Aim(name="base", probability=Decimal("0.6")),
    Aim(name="stretch", probability=Decimal("0.35")),
)


@dataclass(frozen=True, kw_only=True)
class PlanSettings:
    """What a person decides about a plan; everything has a default.

    ``unit_minor`` is the step in which targets are set (100 = 元). ``product_cells`` says whether the cascade
    goes down to product tiers or to the products themselves. ``ramps`` holds shares of full capacity (0…1)
    for each month since the start; the last one lasts. ``previous``: the tiers in force; ``limits``: from which yearly
    revenue on (currency units) a customer is A and B, None for the recommended thresholds.
    """

    currency: str = "CNY"
    unit_minor: int = 100
    product_cells: Literal["tier", "product"] = "tier"
    aims: tuple[Aim, ...] = DEFAULT_AIMS
    drivers: tuple[Driver, ...] = ()
    floors: tuple[Floor, ...] = ()
    over_assignment: OverAssignment = field(default_factory=OverAssignment)
    overrides: tuple[Override, ...] = ()
    ramps: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    fiscal_year_starts: int = 1
    market: Market | None = None
    stakes: Stakes = field(default_factory=Stakes)
    marks: tuple[Mark, ...] = ()
    previous: TiersInForce = field(default_factory=TiersInForce)
    limits: Mapping[str, float] | None = None
    capacity: CapacitySettings = field(default_factory=CapacitySettings)
    quota_basis: Literal["capacity", "sales"] = "capacity"


def parse_settings(raw: Any) -> PlanSettings:
    """Turn plain values (of YAML or JSON) into settings.

    Raises:
        BadInput: A key is unknown (the nearest known one is named), a value is missing or of the wrong kind, or a
            share is written so that it can be read in two ways.

    Source: own.
    """
    plain = reading.mapping(raw, "plan.yaml", PLAN_KEYS)
    cells = reading.mapping(plain.get("dimensions"), "dimensions", ("product",)).get("product", "tier")
    if cells not in {"tier", "product"}:
        raise reading.unknown("dimensions.product", str(cells), ("tier", "product"))
    currency = reading.word(plain.get("currency") or "CNY", "currency")
    if not re.fullmatch("[A-Z]{3}", currency) or _OTHER_MINOR.fullmatch(currency):
        raise reading.refuse(
            "currency",
            f"“{currency}”不是以百分之一为最小单位的货币代码，请写 CNY、USD 等",
            f"“{currency}” is no currency code with two decimals; write CNY, USD …",
        )
    return PlanSettings(
        currency=currency,
        unit_minor=reading.whole(_given(plain, "unit", 100), "unit", 1, _MOST_UNIT),
        product_cells=cells,
        aims=_aims(plain.get("scenarios")),
        drivers=_drivers(plain.get("drivers")),
        floors=_floors(plain.get("floors")),
        over_assignment=_over_assignment(plain.get("over_assignment")),
        overrides=_overrides(plain.get("overrides")),
        ramps=_ramps(plain.get("ramps")),
        fiscal_year_starts=reading.whole(_given(plain, "fiscal_year_starts", 1), "fiscal_year_starts", 1, 12),
        market=parse_market(plain.get("market")),
        stakes=parse_stakes(plain.get("recommendation")),
        marks=parse_marks(plain.get("marks")),
        previous=parse_previous(plain.get("previous")),
        limits=_limits(plain.get("limits")),
        capacity=parse_capacity(plain.get("capacity")),
        quota_basis=parse_quota_basis(plain.get("quotas")),
    )


def parse_previous(raw: Any, place: str = "previous") -> TiersInForce:
    """Turn plain values, a tier by name for each of product, region and customer, into the tiers in force.

    Names that the history does not hold any more do no harm.

    Raises:
        BadInput: A key or a tier is unknown.

    Source: own.
    """
    plain = reading.mapping(raw, place, tuple(TIERS))
    found: dict[str, dict[str, str]] = {}
    for kind, tiers in TIERS.items():
        found[kind] = {}
        for name, value in reading.mapping(plain.get(kind), f"{place}.{kind}", ()).items():
            tier = reading.word(value, f"{place}.{kind}.{name}")
            if tier not in tiers:
                raise reading.unknown(f"{place}.{kind}.{name}", tier, tiers)
            found[kind][name] = tiers[tier]
    return TiersInForce(**found)


def _limits(raw: Any) -> dict[str, float] | None:
    if raw is None:
        return None
    plain = reading.mapping(raw, "limits", LIMIT_KEYS, LIMIT_KEYS)
    limits = {tier: reading.decimal(plain[tier], f"limits.{tier}") for tier in LIMIT_KEYS}
    if not 0 <= limits["B"] <= limits["A"]:
        raise reading.refuse("limits", "应有 0 ≤ B ≤ A", "0 ≤ B ≤ A must hold")
    return {tier: float(limit) for tier, limit in limits.items()}


def _given(plain: Mapping[str, Any], key: str, default: Any) -> Any:
    value = plain.get(key)
    return default if value is None else value


def _aims(raw: Any) -> tuple[Aim, ...]:
    aims: list[Aim] = []
    for at, item in enumerate(reading.sequence(raw, "scenarios")):
        place = f"scenarios[{at}]"
        plain = reading.mapping(item, place, ("name", "probability"), ("name", "probability"))
        name = reading.word(plain["name"], f"{place}.name")
        if name == "plan":
            raise reading.refuse(f"{place}.name", "“plan”留给选定的方案，请换一个名字", "“plan” is the chosen one; take another name")
        if name in {aim.name for aim in aims}:
            raise reading.refuse(f"{place}.name", f"“{name}”出现两次", f"“{name}” appears twice")
        aims.append(Aim(name=name, probability=reading.chance(plain["probability"], f"{place}.probability")))
    return tuple(aims) or DEFAULT_AIMS


def _where(raw: Any, place: str) -> dict[str, tuple[str, ...]]:
    plain = reading.mapping(raw, place, WHERE_KEYS)
    return {key: reading.words(value, f"{place}.{key}") for key, value in plain.items() if value is not None}


def _drivers(raw: Any) -> tuple[Driver, ...]:
    drivers: list[Driver] = []
    for at, item in enumerate(reading.sequence(raw, "drivers")):
        place = f"drivers[{at}]"
        plain = reading.mapping(item, place, DRIVER_KEYS, ("name", "likely"))
        name = reading.word(plain["name"], f"{place}.name")
        if name in RESERVED_STEPS or name in {driver.name for driver in drivers}:
            raise reading.refuse(f"{place}.name", f"“{name}”已被占用，请换一个名字", f"“{name}” is taken; choose another name")
        likely = _uplift(plain["likely"], f"{place}.likely")
        low = _uplift(_given(plain, "low", plain["likely"]), f"{place}.low")
        high = _uplift(_given(plain, "high", plain["likely"]), f"{place}.high")
        if not low <= likely <= high:
            raise reading.refuse(place, "应有 low ≤ likely ≤ high", "low ≤ likely ≤ high must hold")
        drivers.append(
            Driver(
                name=name,
                kind=_kind(plain.get("kind"), f"{place}.kind"),
                where=_where(plain.get("where"), f"{place}.where"),
                starts_on=None if plain.get("from") is None else reading.month(plain["from"], f"{place}.from"),
                low=low,
                likely=likely,
                high=high,
                probability=reading.probability(_given(plain, "probability", 1), f"{place}.probability"),
            )
        )
    return tuple(drivers)


def _kind(raw: Any, place: str) -> str | None:
    if raw is None:
        return None
    kind = reading.word(raw, place)
    if kind not in DRIVER_KINDS:
        raise reading.unknown(place, kind, DRIVER_KINDS)
    return DRIVER_KINDS[kind]


def _uplift(value: Any, place: str) -> Decimal:
    return reading.share(value, place, low=Decimal(-1))


def _floors(raw: Any) -> tuple[Floor, ...]:
    floors = []
    for at, item in enumerate(reading.sequence(raw, "floors")):
        place = f"floors[{at}]"
        plain = reading.mapping(item, place, FLOOR_KEYS, ("growth",))
        source = "" if plain.get("source") is None else reading.word(plain["source"], f"{place}.source")
        floors.append(
            Floor(where=_where(plain.get("where"), f"{place}.where"), growth=_uplift(plain["growth"], f"{place}.growth"), source=source)
        )
    return tuple(floors)


def _over_assignment(raw: Any) -> OverAssignment:
    plain = reading.mapping(raw, "over_assignment", ("company", "unit", "person"))
    return OverAssignment(
        **{level: reading.share(_given(plain, level, 0), f"over_assignment.{level}") for level in ("company", "unit", "person")}
    )


def _overrides(raw: Any) -> tuple[Override, ...]:
    overrides: list[Override] = []
    for at, item in enumerate(reading.sequence(raw, "overrides")):
        place = f"overrides[{at}]"
        plain = reading.mapping(item, place, OVERRIDE_KEYS, OVERRIDE_KEYS)
        kind = reading.word(plain["kind"], f"{place}.kind")
        if kind not in TIERS:
            raise reading.unknown(f"{place}.kind", kind, TIERS)
        value = reading.word(plain["value"], f"{place}.value")
        if value not in TIERS[kind]:
            raise reading.unknown(f"{place}.value", value, TIERS[kind])
        key = reading.word(plain["key"], f"{place}.key")
        if (kind, key) in {(other.kind, other.key) for other in overrides}:
            raise reading.refuse(place, f"“{key}”设了两次", f"“{key}” is set twice")
        reason = reading.word(plain["reason"], f"{place}.reason")
        overrides.append(Override(kind=kind, key=key, value=TIERS[kind][value], reason=reason))  # type: ignore[arg-type]
    return tuple(overrides)


def _ramps(raw: Any) -> dict[str, tuple[Decimal, ...]]:
    plain = reading.mapping(raw, "ramps", ())
    return {name: parse_ramp(value, f"ramps.{name}") for name, value in plain.items()}


def parse_ramp(value: Any, place: str) -> tuple[Decimal, ...]:
    """Return a ramp's shares from ``0/25/50/75/100`` (always percent) or from a list of shares.

    Source: own.
    """
    if isinstance(value, str) and "/" in value:
        steps = [reading.decimal(part.strip().removesuffix("%"), place) / 100 for part in value.split("/")]
        if steps and 0 < max(steps) <= Decimal("0.01"):
            raise reading.refuse(
                place, f"“{value}”按百分数读最高只有 1%,请写成 0/25/50/75/100", f"“{value}” reads as at most 1 %; write 0/25/50/75/100"
            )
    else:
        steps = [reading.share(item, f"{place}[{at}]") for at, item in enumerate(reading.sequence(value, place))]
    if not steps or min(steps) < 0 or max(steps) > 1:
        raise reading.refuse(place, "每月应在 0 与 100% 之间", "each month must lie between 0 and 100 %")
    if steps[-1] == 0:
        raise reading.refuse(place, "最后一个月是 0,这个人永远没有产能", "the last month is 0: that person would never produce")
    return tuple(steps)
