"""Who a token acts for."""

import hashlib
from datetime import datetime

from django.db.models import Q

from yunchou.common import clock
from yunchou.org.models import ApiToken, User


def digest_of(text: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def user_of_token(*, text: str, now: datetime) -> User | None:
    """Return the user that a token acts for; None if it is unknown, taken back or expired, or the account is closed."""
    valid = Q(api_tokens__digest=digest_of(text), api_tokens__ended_at=None, api_tokens__expires_on__gte=clock.local_date(now))
    return User.objects.select_related("person__company").filter(valid, is_active=True).first()


def tokens(*, actor: User) -> list[ApiToken]:
    """Return the actor's own tokens, newest first."""
    return list(ApiToken.objects.filter(user=actor).order_by("-made_at", "-pk"))
