"""The request of a signed-in page, for the types: who asks is known, since strangers never get that far."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from yunchou.org.models import User


class PageRequest(HttpRequest):
    """A request that has passed the sign-in."""

    user: "User"
