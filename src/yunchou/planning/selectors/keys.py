"""The keys of figures: what is measured, of which part of the plan, over which months; written as ``target:r3:star:q1``."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

Measure = Literal[
    "target",
    "last_year",
    "growth",
    "median",
    "probability",
    "attained",
    "attainment",
    "expected",
    "ahead",
    "ahead_share",
    "behind",
    "step",
    "quantile",
    "scenario_target",
    "scenario_probability",
    "rows_changed",
]
NUMBERED = frozenset({"step", "quantile", "scenario_target", "scenario_probability"})
UNPLANNED = "unplanned"
MONTHS = 12
TIERS = ("star", "potential", "base", UNPLANNED)
_KEY = re.compile(
    rf"(?P<measure>{'|'.join(get_args(Measure))})"
    r"(?::n(?P<number>[0-9]{1,3}))?"
    r"(?::r(?P<region>[1-9][0-9]{0,17}))?"
    rf"(?::(?P<tier>{'|'.join(TIERS)}))?"
    r"(?::(?:q(?P<quarter>[1-4])|m(?P<month>[1-9]|1[0-2])|to(?P<until>[1-9]|1[0-2])))?"
)


class Part(NamedTuple):
    """A part of the plan: ``region`` 0, ``tier`` "" and months 1 … 12 mean all of them; months are the fiscal year's."""

    region: int = 0
    tier: str = ""
    first: int = 1
    last: int = 12


WHOLE = Part()


class Key(NamedTuple):
    """What a figure is of; ``number`` is that of a waterfall step, a quantile (in percent) or a scenario."""

    measure: Measure
    part: Part = WHOLE
    number: int | None = None

    def __str__(self) -> str:
        return _text(self)


@lru_cache(maxsize=4096)
def _text(key: Key) -> str:
    """Write a key; a page writes some four hundred of them, and the next page the same."""
    region, tier, first, last = key.part
    text: str = key.measure
    if key.number is not None:
        text += f":n{key.number}"
    if region:
        text += f":r{region}"
    if tier:
        text += f":{tier}"
    if last - first == MONTHS - 1:
        return text
    if first == last:
        return f"{text}:m{first}"
    return f"{text}:q{last // 3}" if last - first == 2 and last % 3 == 0 else f"{text}:to{last}"


def parse(text: str) -> Key | None:
    """Return the key that a text stands for, None for any other text."""
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    measure: Measure = found["measure"]  # type: ignore[assignment]  # the pattern lists them
    first, last = 1, 12
    if found["quarter"]:
        first, last = int(found["quarter"]) * 3 - 2, int(found["quarter"]) * 3
    elif found["month"]:
        first = last = int(found["month"])
    elif found["until"]:
        last = int(found["until"])
    key = Key(
        measure,
        Part(region=int(found["region"] or 0), tier=found["tier"] or "", first=first, last=last),
        None if found["number"] is None else int(found["number"]),
    )
    # One figure has one key: what reads back differently was never handed out.
    return key if str(key) == text and (key.number is not None) == (measure in NUMBERED) else None
