"""Who may see and change what: written by those who look after security, and by nobody else."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yunchou.audit import services as audit
from yunchou.org import selectors
from yunchou.org.errors import BadRight, NotAdministrator
from yunchou.org.models import Administrator, AppScope, FieldRight, Right, Role, Scope, User


def must_administer(actor: User, what: str) -> None:
    """Refuse who does not look after it.

    Raises:
        NotAdministrator: The actor is another administrator, or none.
    """
    if actor.administers != what:
        raise NotAdministrator(_("这件事由%(who)s来做") % {"who": Administrator(what).label})


def set_field_rights(*, actor: User, wanted: Mapping[tuple[str, str, str], str], now: datetime) -> int:
    """Let roles hide, read or write fields, and return how many rights changed; ``wanted``: the right by role, model and field.

    Raises:
        NotAdministrator: The actor does not look after security.
        BadRight: A role or a right is unknown.
    """
    must_administer(actor, Administrator.SECURITY)
    if any(role not in Role.values or right not in Right.values for (role, _model, _field), right in wanted.items()):
        raise BadRight(_("没有这个角色或权限"))
    with transaction.atomic():
        held = {(one.role, one.model, one.field): one for one in FieldRight.objects.select_for_update().order_by("id")}
        different = {key: right for key, right in wanted.items() if right != (held[key].right if key in held else Right.WRITE)}
        if not different:
            return 0
        told = {" ".join(key): right for key, right in different.items()}
        with audit.operation(
            actor_id=actor.pk, actor_name=selectors.name_of(actor=actor), action="org.rights.fields", at=now, details=told
        ):
            for (role, model, field), right in different.items():
                if right == Right.WRITE:
                    FieldRight.objects.filter(role=role, model=model, field=field).delete()
                else:
                    FieldRight.objects.update_or_create(role=role, model=model, field=field, defaults={"right": right})
    return len(different)


def set_scope(*, actor: User, user_id: int, role: str, scope: str, apps: dict[str, str], now: datetime) -> None:
    """Give a user a role and a scope, and other scopes of single apps (empty: the user's own).

    Raises:
        NotAdministrator: The actor does not look after security.
        NotFound: There is no such user.
        BadRight: The role or a scope is unknown, or a narrow scope has no person to be of.
    """
    must_administer(actor, Administrator.SECURITY)
    user = selectors.user(actor=actor, user_id=user_id, now=now)
    wanted = {app: one for app, one in apps.items() if one and one != scope}
    if role not in Role.values or any(one not in Scope.values for one in (scope, *wanted.values())):
        raise BadRight(_("没有这个角色或权限"))
    if user.person_id is None and any(one not in {Scope.ALL, Scope.NONE} for one in (scope, *wanted.values())):
        raise BadRight(_("这个账号没有关联人员，只能看全公司或不看业务数据"))
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.rights.scope",
        at=now,
        details={"user": user.username, "role": role, "scope": scope, "apps": wanted},
    ):
        User.objects.filter(pk=user.pk).update(role=role, scope=scope)
        AppScope.objects.filter(user=user).exclude(app__in=wanted).delete()
        for app, one in wanted.items():
            AppScope.objects.update_or_create(user=user, app=app, defaults={"scope": one})


def set_administrator(*, actor: User, user_id: int, administers: str, now: datetime) -> None:
    """Let a user look after something, or no longer; nobody changes this of themselves.

    Raises:
        NotAdministrator: The actor does not look after security.
        NotFound: There is no such user.
        BadRight: It is the actor's own account, or nothing that is looked after.
    """
    must_administer(actor, Administrator.SECURITY)
    user = selectors.user(actor=actor, user_id=user_id, now=now)
    if user.pk == actor.pk or administers not in Administrator.values:
        raise BadRight(_("不能改自己的管理职责"))
    with audit.operation(
        actor_id=actor.pk,
        actor_name=selectors.name_of(actor=actor),
        action="org.rights.administrator",
        at=now,
        details={"user": user.username, "administers": administers},
    ):
        User.objects.filter(pk=user.pk).update(administers=administers)
