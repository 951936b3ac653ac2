"""Tokens with which programs act for their users."""

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from yunchou.audit import services as audit
from yunchou.common import clock
from yunchou.common.errors import NotFound
from yunchou.org import selectors
from yunchou.org.errors import BadAccount
from yunchou.org.models import ApiToken, User

LONGEST_DAYS = 366
MOST = 20


def make_token(*, actor: User, name: str, days: int, now: datetime) -> str:
    """Make a token that acts for the actor for some days, and return it: it is never shown again.

    Raises:
        BadAccount: The name is empty or too long, the days are none or too many, or there are too many tokens.
    """
    name = name.strip()
    if not name or len(name) > 60:
        raise BadAccount(_("令牌要有一个名字，最多 60 个字"))
    if not 1 <= days <= LONGEST_DAYS:
        raise BadAccount(_("有效期要在 1–366 天之间"))
    if ApiToken.objects.filter(user=actor, ended_at=None).count() >= MOST:
        raise BadAccount(_("最多 20 个令牌，请先收回不用的"))
    text = f"yc_{secrets.token_urlsafe(32)}"
    with audit.operation(
        actor_id=actor.pk, actor_name=selectors.name_of(actor=actor), action="org.tokens.make", at=now, details={"user": actor.username}
    ):
        ApiToken.objects.create(
            user=actor,
            name=name,
            starts=text[:8],
            digest=selectors.digest_of(text),
            made_at=now,
            expires_on=clock.local_date(now) + timedelta(days=days),
        )
    return text


def end_token(*, actor: User, token_id: int, now: datetime) -> None:
    """Take one of the actor's tokens back at once.

    Raises:
        NotFound: It is missing, somebody else's, or taken back before.
    """
    with audit.operation(
        actor_id=actor.pk, actor_name=selectors.name_of(actor=actor), action="org.tokens.close", at=now, details={"user": actor.username}
    ):
        if not ApiToken.objects.filter(pk=token_id, user=actor, ended_at=None).update(ended_at=now):
            raise NotFound(_("没有这个令牌，或已经收回"))
