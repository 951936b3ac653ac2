"""Accounts made, closed and opened by those who look after the system."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunchou.audit import services as audit
from yunchou.org import selectors
from yunchou.org.errors import BadAccount
from yunchou.org.models import Administrator, Person, Role, Scope, User
from yunchou.org.services.rights import must_administer


def _checked(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        # Django's own sentences are not all told in Chinese
        told = {
            "password_too_short": _("密码至少要有 12 位"),
            "password_too_common": _("这个密码太常见，容易被猜到"),
            "password_too_similar": _("密码和用户名太像"),
        }
        raise BadAccount(_("；").join(told.get(one.code or "", " ".join(one.messages)) for one in wrong.error_list)) from wrong
    return make_password(password)


def make_account(*, actor: User, username: str, password: str, person_code: str, now: datetime) -> User:
    """Make an account that sees nothing until who looks after security says what it may see.

    Raises:
        NotAdministrator: The actor does not look after the system.
        BadAccount: The username is taken or empty, the password too weak, or the person unknown or with an account already.
    """
    must_administer(actor, Administrator.SYSTEM)
    username = username.strip()
    company = selectors.company_of(actor=actor)
    person = Person.objects.filter(company=company, code=person_code.strip()).first() if person_code.strip() else None
    if not username or len(username) > 150:
        raise BadAccount(_("用户名要有 1–150 个字"))
    if person_code.strip() and person is None:
        raise BadAccount(_("没有工号“%(code)s”") % {"code": person_code.strip()[:40]})
    password = _checked(password, User(username=username))
    with audit.operation(
        actor_id=actor.pk, actor_name=selectors.name_of(actor=actor), action="org.users.make", at=now, details={"user": username}
    ):
        try:
            with transaction.atomic():
                return User.objects.create(username=username, password=password, role=Role.SALESPERSON, scope=Scope.NONE, person=person)
        except IntegrityError:
            raise BadAccount(_("用户名“%(name)s”或这个人已经有账号了") % {"name": username[:40]}) from None


def _user(actor: User, user_id: int, now: datetime) -> User:
    must_administer(actor, Administrator.SYSTEM)
    return selectors.user(actor=actor, user_id=user_id, now=now)


def _set_active(actor: User, user_id: int, now: datetime, *, is_active: bool) -> None:
    user = _user(actor, user_id, now)
    if user.pk == actor.pk:
        raise BadAccount(_("不能停用自己的账号"))
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.users.open" if is_active else "org.users.close",
        at=now,
        details={"user": user.username},
    ):
        User.objects.filter(pk=user.pk).update(is_active=is_active)


def close_account(*, actor: User, user_id: int, now: datetime) -> None:
    """Put a user out at once: the next request of any of their sessions is a stranger's.

    Raises:
        NotAdministrator: The actor does not look after the system.
        NotFound: There is no such user.
        BadAccount: It is the actor's own.
    """
    _set_active(actor, user_id, now, is_active=False)


def open_account(*, actor: User, user_id: int, now: datetime) -> None:
    """Let a user in again.

    Raises:
        NotAdministrator: The actor does not look after the system.
        NotFound: There is no such user.
        BadAccount: It is the actor's own.
    """
    _set_active(actor, user_id, now, is_active=True)


def set_password(*, actor: User, user_id: int, password: str, now: datetime) -> None:
    """Give a user a new password; their sessions end.

    Raises:
        NotAdministrator: The actor does not look after the system.
        NotFound: There is no such user.
        BadAccount: The password is too weak.
    """
    user = _user(actor, user_id, now)
    password = _checked(password, user)
    with audit.operation(
        actor_id=actor.pk, actor_name=selectors.name_of(actor=actor), action="org.users.password", at=now, details={"user": user.username}
    ):
        User.objects.filter(pk=user.pk).update(password=password)
