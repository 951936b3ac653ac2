"""The home page: will we make the year, and where not?"""

from datetime import datetime
from typing import TYPE_CHECKING

from yunchou.planning.selectors.figures import Home, Period

if TYPE_CHECKING:
    from yunchou.org.models import User


def home(*, actor: "User", now: datetime, period: Period = "quarter") -> Home | None:
    """Return the home page within the actor's data scope, or None while the year has no published plan."""
    raise NotImplementedError
