"""How people come in: no visitor makes an account, and an address to go on to stays on this site."""

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.org.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth with the doors closed that this product does not have."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth asks so
        """Refuse: accounts are made by the company."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Allow a path on this site only, never another host, scheme or ``//host``."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's check of username and password."""

    def get_user(self, user_id: int) -> "User | None":
        """Return the signed-in user, unless the account was closed."""
        found = org.signed_in(user_id=user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


def safe_next(url: str) -> str:
    """Return where to go on after a form: the path asked for, or the home page where it leaves this site."""
    return url if url and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "/"
