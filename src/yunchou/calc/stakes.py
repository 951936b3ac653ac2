"""What a person may say about which target to recommend: what missing and sandbagging cost, who is to reach theirs, the market."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yunchou.calc import reading

STAKES_KEYS = ("cost_of_missing", "cost_of_sandbagging", "people_at_target", "people_spread")
MARKET_KEYS = ("growth", "low", "high", "source")


@dataclass(frozen=True, kw_only=True)
class Stakes:
    """What is at stake in setting the target.

    ``cost_of_missing`` is what each 元 by which the year stays below the target costs, ``cost_of_sandbagging`` what each
    元 by which it ends above costs; only their ratio decides. ``people_at_target`` is the share of people (0…1) who are to
    reach theirs; ``people_spread`` how far people of equal chances end apart, as the standard deviation of the log of
    attainment.
    """

    cost_of_missing: Decimal = Decimal("1.5")
    cost_of_sandbagging: Decimal = Decimal(1)
    people_at_target: Decimal = Decimal("0.6")
    people_spread: Decimal = Decimal("0.15")


@dataclass(frozen=True, kw_only=True)
class Market:
    """By how much the market is expected to grow in the year (0.06 = 6 %), its range, and who says so."""

    growth: Decimal
    low: Decimal
    high: Decimal
    source: str


def parse_stakes(raw: Any) -> Stakes:
    """Turn plain values into stakes; what is left out keeps its default.

    Raises:
        BadInput: A key is unknown or a value cannot be.

    Source: own.
    """
    plain = {key: value for key, value in reading.mapping(raw, "recommendation", STAKES_KEYS).items() if value is not None}
    asked: dict[str, Decimal] = {}
    for key in ("cost_of_missing", "cost_of_sandbagging"):
        if key in plain:
            place = f"recommendation.{key}"
            asked[key] = reading.decimal(plain[key], place)
            if asked[key] <= 0:
                raise reading.refuse(place, "应大于 0：没有代价就谈不上推荐", "must be above 0: without a cost there is nothing to weigh")
    if "people_at_target" in plain:
        asked["people_at_target"] = reading.chance(plain["people_at_target"], "recommendation.people_at_target")
    if "people_spread" in plain:
        asked["people_spread"] = reading.probability(plain["people_spread"], "recommendation.people_spread")
    return Stakes(**asked)


def parse_market(raw: Any) -> Market | None:
    """Turn plain values into the market's growth; None where nothing was given.

    Raises:
        BadInput: A key is unknown, the growth is missing, or the range does not hold it.

    Source: own.
    """
    if raw is None:
        return None
    plain = reading.mapping(raw, "market", MARKET_KEYS, ("growth",))
    growth, low, high = (
        reading.share(plain["growth"] if plain.get(key) is None else plain[key], f"market.{key}", low=Decimal(-1))
        for key in ("growth", "low", "high")
    )
    if not low <= growth <= high:
        raise reading.refuse("market", "应有 low ≤ growth ≤ high", "low ≤ growth ≤ high must hold")
    source = "" if plain.get("source") is None else reading.word(plain["source"], "market.source")
    return Market(growth=growth, low=low, high=high, source=source)
