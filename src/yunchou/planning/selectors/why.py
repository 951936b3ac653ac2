"""Why this number?"""

from datetime import datetime
from typing import TYPE_CHECKING

from yunchou.planning.selectors.figures import Why

if TYPE_CHECKING:
    from yunchou.org.models import User


def why(*, actor: "User", key: str, now: datetime) -> Why:
    """Explain the figure that ``key`` names, within the actor's data scope.

    Raises:
        NotFound: No such figure, or not in the actor's scope.
    """
    raise NotImplementedError
