"""What happened in planning."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class VersionCalculated:
    """A plan got a new draft, calculated from the ledger as it was."""

    plan_id: int
    version_id: int
    number: int
    target_minor: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VersionPublished:
    """A version became the plan in force; ``superseded_id`` is the one it replaced, if any."""

    plan_id: int
    version_id: int
    superseded_id: int | None
    target_minor: int
    at: datetime
