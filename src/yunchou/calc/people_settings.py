"""What a person may say about the people of a plan: who leaves, who is hired when, what a quota follows."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from yunchou.calc import reading

CAPACITY_KEYS = ("attrition", "growth", "certainty", "hires")
HIRE_KEYS = ("unit", "from", "count", "probability", "fte")
QUOTAS_KEYS = ("by",)
# What people write → what quotas follow.
QUOTA_BASES: dict[str, Literal["capacity", "sales"]] = {"capacity": "capacity", "sales": "sales", "产能": "capacity", "业绩": "sales"}

_MOST_HIRES = 10_000


@dataclass(frozen=True, kw_only=True)
class Hire:
    """People to be hired: ``count`` of them start in a month, each with that probability (0…1), working ``fte``."""

    unit: str
    starts_on: date
    count: int
    probability: Decimal = Decimal(1)
    fte: Decimal = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class CapacitySettings:
    """What is assumed of capacity.

    ``attrition``: share of people who leave within a year, None: learnt from the history, else the published level.
    ``growth``: by how much a full person is to sell more than last year, None: as last year. ``certainty``: the probability
    (0…1) with which capacity is to suffice.
    """

    attrition: Decimal | None = None
    growth: Decimal | None = None
    certainty: Decimal = Decimal("0.8")
    hires: tuple[Hire, ...] = field(default=())


def parse_capacity(raw: Any) -> CapacitySettings:
    """Turn plain values into what is assumed of capacity; what is left out keeps its default.

    Raises:
        BadInput: A key is unknown or a value cannot be.

    Source: own.
    """
    plain = {key: value for key, value in reading.mapping(raw, "capacity", CAPACITY_KEYS).items() if value is not None}
    asked: dict[str, Decimal] = {}
    if "attrition" in plain:
        asked["attrition"] = reading.probability(plain["attrition"], "capacity.attrition")
        if asked["attrition"] == 1:
            raise reading.refuse("capacity.attrition", "全员流失就没有产能可言", "if everybody leaves there is no capacity to speak of")
    if "growth" in plain:
        asked["growth"] = reading.share(plain["growth"], "capacity.growth", low=Decimal(-1))
    if "certainty" in plain:
        asked["certainty"] = reading.chance(plain["certainty"], "capacity.certainty")
    hires = tuple(_hire(item, f"capacity.hires[{at}]") for at, item in enumerate(reading.sequence(plain.get("hires"), "capacity.hires")))
    return CapacitySettings(**asked, hires=hires)


def _hire(raw: Any, place: str) -> Hire:
    plain = reading.mapping(raw, place, HIRE_KEYS, ("unit", "from"))
    fte = reading.share(1 if plain.get("fte") is None else plain["fte"], f"{place}.fte", high=Decimal(1))
    if fte == 0:
        raise reading.refuse(f"{place}.fte", "应大于 0", "must be above 0")
    return Hire(
        unit=reading.word(plain["unit"], f"{place}.unit"),
        starts_on=reading.month(plain["from"], f"{place}.from"),
        count=reading.whole(1 if plain.get("count") is None else plain["count"], f"{place}.count", 1, _MOST_HIRES),
        probability=reading.probability(1 if plain.get("probability") is None else plain["probability"], f"{place}.probability"),
        fte=fte,
    )


def parse_quota_basis(raw: Any) -> Literal["capacity", "sales"]:
    """Return what a person's part of a cell follows: capacity alone, or capacity and what the person has sold.

    Raises:
        BadInput: A key or a word is unknown.

    Source: own.
    """
    plain = reading.mapping(raw, "quotas", QUOTAS_KEYS)
    by = "capacity" if plain.get("by") is None else reading.word(plain["by"], "quotas.by")
    if by not in QUOTA_BASES:
        raise reading.unknown("quotas.by", by, QUOTA_BASES)
    return QUOTA_BASES[by]


def people_schema(share: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of the settings' JSON Schema that this module reads; ``share`` is that of a share.

    Source: own.
    """
    hire = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "unit": {"type": ["string", "number"]},
            "from": {"type": "string", "pattern": r"^\d{4}-\d{2}", "description": "the month in which they start"},
            "count": {"type": "integer", "minimum": 1, "maximum": _MOST_HIRES, "default": 1},
            "probability": {**share, "description": "that each of them comes", "default": 1},
            "fte": {**share, "default": 1},
        },
        "required": ["unit", "from"],
    }
    return {
        "capacity": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "attrition": {**share, "description": "share of people who leave within a year; default: learnt, else published"},
                "growth": {**share, "description": "how much more a full person is to sell than last year", "default": 0},
                "certainty": {**share, "description": "probability with which capacity is to suffice", "default": 0.8},
                "hires": {"type": "array", "items": hire},
            },
        },
        "quotas": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"by": {"enum": list(QUOTA_BASES), "default": "capacity"}},
        },
    }
