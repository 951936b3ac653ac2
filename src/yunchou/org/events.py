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
