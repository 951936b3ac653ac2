"""Fixtures of the site's tests: the small company with its plan, and who signs in."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests.planning.conftest import planned as planned  # noqa: PLC0414 - the same company, made once for all tests of a file
from tests.world import World
from yunchou.org.models import User

ROLES = ("stranger", "director", "finance", "north", "seller", "system", "security", "audit")


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test is refused for the wrong passwords of another."""
    cache.clear()
    yield
    cache.clear()


PASSWORD = "only-for-this-test"


@pytest.fixture
def director(planned: World, db: None) -> World:
    """The company whose director has a password to sign in with."""
    # A fresh object: the shared one must keep the password that the database has after this test.
    user = User.objects.get(pk=planned.director.pk)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return planned


def signed_in(world: World, role: str) -> Client:
    """Return a browser of a role; a stranger's has no session."""
    client = Client()
    if role != "stranger":
        client.force_login(getattr(world, role))
    return client
