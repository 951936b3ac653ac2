"""What happened in the organisation."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class UnitMoved:
    """A unit got a new parent (None: the top) from ``on``."""

    unit_id: int
    parent_id: int | None
    on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonMoved:
    """A person belongs to another unit from ``on``."""

    person_id: int
    unit_id: int
    on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonLeft:
    """A person left after ``last_day``; what they looked after goes to the successor (None: to nobody)."""

    person_id: int
    successor_id: int | None
    last_day: date
    at: datetime
