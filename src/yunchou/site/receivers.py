"""Telling the log who signed in and who was refused; what was typed is never told."""

from typing import Any

import structlog
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

log = structlog.get_logger("yunchou.signin")


def listen() -> None:
    """Connect to Django's signals, once."""
    user_logged_in.connect(_signed_in, dispatch_uid="yunchou.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="yunchou.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="yunchou.refused")


def _signed_in(*, user: Any, **_: object) -> None:
    log.info("signed in", user_id=user.pk)


def _signed_out(*, user: Any, **_: object) -> None:
    log.info("signed out", user_id=user.pk if user is not None else None)


def _refused(**_: object) -> None:
    log.warning("sign-in refused")
