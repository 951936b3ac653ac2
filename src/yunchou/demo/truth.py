"""What is planted in a demo company: read from YAML, checked, or drawn at random."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NoReturn

import yaml

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.demo.geography import REGIONS
from yunchou.demo.products import LINES, NAMES

Document = Mapping[str, Any]
Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class RegionTruth:
    """A sales region: its tier, its share of the revenue of 2023, its own growth per year."""

    tier: Literal["mature", "emerging", "whitespace"]
    share: float
    growth: float
    opens_on: date | None = None
    ramp_months: float = 24.0


@dataclass(frozen=True, kw_only=True)
class ProductTruth:
    """A product: its tier, its share of the revenue of 2023, its growth per year, its life."""

    tier: Literal["star", "potential", "base"]
    share: float
    growth: float
    launched_on: date
    retired_on: date | None = None
    ramp_months: float = 18.0


@dataclass(frozen=True, kw_only=True)
class SeasonTruth:
    """The shape of a year."""

    spring_festival_dip: float
    second_half_uplift: float
    december_uplift: float
    quarter_end_rush: float


@dataclass(frozen=True, kw_only=True)
class ChurnTruth:
    """Share of accounts lost per year, by tier."""

    A: float
    B: float
    C: float


@dataclass(frozen=True, kw_only=True)
class CustomerTruth:
    """How accounts differ, come and go."""

    concentration: float
    churn: ChurnTruth
    handover_churn: float
    new_share: float
    online_share: float
    return_rate: float


@dataclass(frozen=True, kw_only=True)
class PeopleTruth:
    """How salespeople learn, differ and leave."""

    leaver_rate: float
    ramp: tuple[float, ...]
    skill_spread: float
    vacancy_days: float


@dataclass(frozen=True, kw_only=True)
class WeakSpot:
    """A region and product line where deals are won less often from a day on."""

    region: str
    line: str
    win_factor: float
    starts_on: date


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything planted. Money is yuan at size s, shares are 0…1, growth is per year."""

    revenue_2023: float
    regions: Mapping[str, RegionTruth]
    products: Mapping[str, ProductTruth]
    seasonality: SeasonTruth
    customers: CustomerTruth
    people: PeopleTruth
    weak_spots: tuple[WeakSpot, ...]
    reorganisation_on: date

    def document(self) -> dict[str, Any]:
        """Return the truth as plain values, in the form of the YAML file."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


# The allowed range of each number by its name; one name means one thing wherever it stands.
RANGES: Mapping[str, Range] = {
    "revenue_2023": (1e7, 1e10),
    "share": (0.0, 1.0),
    "growth": (-0.6, 1.5),
    "ramp_months": (3.0, 48.0),
    "spring_festival_dip": (0.0, 0.95),
    "second_half_uplift": (-0.3, 1.0),
    "december_uplift": (-0.3, 1.0),
    "quarter_end_rush": (0.0, 0.9),
    "concentration": (0.3, 2.0),
    "A": (0.0, 0.6),
    "B": (0.0, 0.6),
    "C": (0.0, 0.6),
    "handover_churn": (1.0, 6.0),
    "new_share": (0.1, 0.7),
    "online_share": (0.0, 0.8),
    "return_rate": (0.0, 0.1),
    "leaver_rate": (0.0, 0.5),
    "ramp": (0.0, 1.0),
    "skill_spread": (0.0, 0.6),
    "vacancy_days": (1.0, 180.0),
    "win_factor": (0.1, 1.0),
}
DATES = {
    "opens_on": (date(2023, 1, 1), date(2026, 6, 30)),
    "launched_on": (date(2010, 1, 1), date(2026, 6, 30)),
    "retired_on": (date(2023, 7, 1), date(2026, 12, 31)),
    "starts_on": (date(2023, 1, 1), date(2026, 12, 31)),
    "reorganisation_on": (date(2023, 7, 1), date(2026, 7, 1)),
}
_CHOICES = {
    "regions.tier": ("mature", "emerging", "whitespace"),
    "products.tier": ("star", "potential", "base"),
    "weak_spots.region": REGIONS,
    "weak_spots.line": LINES,
}
_RAMP_LENGTH = (1, 24)


def default_truth() -> Truth:
    """Return the truth that is shipped."""
    return _built(_shipped())


def read_truth(path: Path) -> Truth:
    """Read a truth from a YAML file; what it leaves out is as in the shipped one.

    Raises:
        BadInput: The file cannot be read, a key is unknown, a value has the wrong type or is out of range, or
            the values contradict each other.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(Text(f"读不了 {path}", f"cannot read {path}")) from fault
    except yaml.YAMLError as fault:
        raise BadInput(Text(f"{path} 不是有效的 YAML", f"{path} is not valid YAML")) from fault
    return truth_from({} if given is None else given)


def truth_from(given: object) -> Truth:
    """Build a truth from plain values laid over the shipped ones, refusing what cannot be.

    Raises:
        BadInput: See ``read_truth``.
    """
    if not isinstance(given, Mapping):
        _refuse("文件", "the file", "应是键值对", "must be a mapping")
    if {"planted", "realised"} <= set(given) and isinstance(given["planted"], Mapping):
        given = given["planted"]  # a truth written beside a company makes the same company again
    shipped = _shipped()
    _check_shape(given, shipped, ())
    return _built(_laid_over(shipped, given))


def _shipped() -> dict[str, Any]:
    text = files("yunchou.demo").joinpath("truths/default.yaml").read_text(encoding="utf-8")
    shipped: dict[str, Any] = yaml.safe_load(text)
    return shipped


def _refuse(where_zh: str, where_en: str, zh: str, en: str) -> NoReturn:
    raise BadInput(Text(f"truth 的 {where_zh} {zh}", f"truth: {where_en} {en}"))


def _known(path: tuple[str, ...], shipped: object) -> tuple[str, ...]:
    """Return the keys allowed at a path, those that the shipped file leaves out included."""
    if len(path) == 2 and path[0] in {"regions", "products"}:
        return tuple(field.name for field in fields(RegionTruth if path[0] == "regions" else ProductTruth))
    return tuple(str(key) for key in shipped) if isinstance(shipped, Mapping) else ()


def _check_shape(given: Document, shipped: object, path: tuple[str, ...]) -> None:
    known = _known(path, shipped)
    for key, value in given.items():
        here = ".".join((*path, str(key)))
        if key not in known:
            near = get_close_matches(str(key), known, n=1, cutoff=0.0)[0]
            _refuse(here, here, f"是不认识的键，是不是 {near}？", f"is an unknown key; did you mean {near}?")
        below = shipped.get(key) if isinstance(shipped, Mapping) else None
        if isinstance(below, Mapping):
            if not isinstance(value, Mapping):
                _refuse(here, here, "应是键值对", "must be a mapping")
            _check_shape(value, below, (*path, str(key)))


def _laid_over(shipped: Document, given: Document) -> dict[str, Any]:
    merged = dict(shipped)
    for key, value in given.items():
        below = merged.get(key)
        merged[key] = _laid_over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _number(name: str, value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(where, where, f"应是数字，而不是 {value!r}", f"must be a number, not {value!r}")
    low, high = RANGES[name]
    if not low <= value <= high:
        _refuse(where, where, f"是 {value}，应在 {low:g} 与 {high:g} 之间", f"is {value}; it must lie between {low:g} and {high:g}")
    return float(value)


def _day(name: str, value: object, where: str) -> date:
    if type(value) is not date:
        _refuse(where, where, f"应是日期(如 2025-07-01),而不是 {value!r}", f"must be a date such as 2025-07-01, not {value!r}")
    low, high = DATES[name]
    if not low <= value <= high:
        _refuse(where, where, f"是 {value}，应在 {low} 与 {high} 之间", f"is {value}; it must lie between {low} and {high}")
    return value


def _one_of(choices: tuple[str, ...], value: object, where: str) -> str:
    if value not in choices:
        listed = ", ".join(choices)
        _refuse(where, where, f"是 {value!r}，应是其中之一：{listed}", f"is {value!r}; it must be one of {listed}")
    return str(value)


def _checked(name: str, value: object, where: str, kind: str) -> Any:
    choices = _CHOICES.get(f"{kind}.{name}")
    if choices is not None:
        return _one_of(choices, value, where)
    if name in DATES:
        return None if value is None and name in {"opens_on", "retired_on"} else _day(name, value, where)
    return _number(name, value, where)


def _values(raw: Document, kind: str, where: str) -> dict[str, Any]:
    return {name: _checked(name, value, f"{where}.{name}", kind) for name, value in raw.items()}


def _ramp(raw: object) -> tuple[float, ...]:
    low, high = _RAMP_LENGTH
    if not isinstance(raw, list) or not low <= len(raw) <= high:
        _refuse("people.ramp", "people.ramp", f"应是 {low} 到 {high} 个数字的列表", f"must be a list of {low} to {high} numbers")
    return tuple(_number("ramp", value, "people.ramp") for value in raw)


def _weak_spots(raw: object) -> tuple[WeakSpot, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
        _refuse("weak_spots", "weak_spots", "应是列表", "must be a list of mappings")
    spots = []
    wanted = tuple(field.name for field in fields(WeakSpot))
    for index, item in enumerate(raw):
        where = f"weak_spots[{index}]"
        for key in item:
            if key not in wanted:
                near = get_close_matches(str(key), wanted, n=1, cutoff=0.0)[0]
                _refuse(f"{where}.{key}", f"{where}.{key}", f"是不认识的键，是不是 {near}？", f"is an unknown key; did you mean {near}?")
        for key in wanted:
            if key not in item:
                _refuse(where, where, f"缺少 {key}", f"lacks {key}")
        spots.append(WeakSpot(**_values(item, "weak_spots", where)))
    return tuple(spots)


def _built(raw: Document) -> Truth:
    customers = {**raw["customers"]}
    people = {**raw["people"]}
    churn = ChurnTruth(**_values(customers.pop("churn"), "churn", "customers.churn"))
    ramp = _ramp(people.pop("ramp"))
    regions = {name: RegionTruth(**_values(raw["regions"][name], "regions", f"regions.{name}")) for name in REGIONS}
    products = {name: ProductTruth(**_values(raw["products"][name], "products", f"products.{name}")) for name in NAMES}
    truth = Truth(
        revenue_2023=_number("revenue_2023", raw["revenue_2023"], "revenue_2023"),
        regions=regions,
        products=products,
        seasonality=SeasonTruth(**_values(raw["seasonality"], "seasonality", "seasonality")),
        customers=CustomerTruth(churn=churn, **_values(customers, "customers", "customers")),
        people=PeopleTruth(ramp=ramp, **_values(people, "people", "people")),
        weak_spots=_weak_spots(raw["weak_spots"]),
        reorganisation_on=_day("reorganisation_on", raw["reorganisation_on"], "reorganisation_on"),
    )
    _check_whole(truth)
    return truth


def _check_whole(truth: Truth) -> None:
    """Refuse values that are each allowed and together make no company."""
    for name, region in truth.regions.items():
        where = f"regions.{name}.opens_on"
        if (region.tier == "whitespace") != (region.opens_on is not None):
            _refuse(where, where, "只有空白区域才要填，而且必填", "belongs to whitespace regions, and they need it")
    if not any(region.tier == "mature" and region.share > 0 for region in truth.regions.values()):
        _refuse("regions", "regions", "至少要有一个成熟区域", "needs a mature region at least")
    for name, product in truth.products.items():
        where = f"products.{name}.retired_on"
        if product.retired_on is not None and product.retired_on <= product.launched_on:
            _refuse(where, where, "应晚于 launched_on", "must come after launched_on")
    running = [p for p in truth.products.values() if p.launched_on < date(2023, 1, 1) and p.retired_on is None and p.tier != "potential"]
    if not any(product.share > 0 for product in running):
        _refuse("products", "products", "至少要有一个从头到尾在售的产品", "needs a product that is on sale all along")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return _plain(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else value
