"""Fixtures of planning's tests: the small company with its published plan, made once for all tests of a file."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.world import World, make_world, publish_plan


@pytest.fixture(scope="module")
def planned(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The company with its plan, committed; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        world = make_world()
        publish_plan(world)
    yield world
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE org_company, catalog_product, customers_region, org_user, audit_operation CASCADE")


@pytest.fixture
def world(db: None) -> World:
    return make_world()
