"""livez and readyz tell the truth."""

import pytest
from django.db import connection, connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from yunchou.site import health


@pytest.mark.database
@pytest.mark.django_db
def test_readyz_is_ready_when_database_and_migrations_are(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "database": "ok", "migrations": "ok"})


@pytest.mark.database
@pytest.mark.django_db
def test_readyz_says_that_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'planning'")
        gone = cursor.rowcount
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unready", "database": "ok", "migrations": f"{gone} not applied"})


@pytest.fixture
def no_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> object:
    with django_db_blocker.unblock():
        connections["default"].close()
        monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
        yield
        connections["default"].close()


@pytest.mark.database
def test_readyz_says_that_the_database_is_gone_and_nothing_about_it(client: Client, no_database: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unready", "database": "unreachable", "migrations": "unknown"})


@pytest.mark.database
def test_livez_lives_without_a_database(client: Client, no_database: None) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.database
@pytest.mark.parametrize(("path", "status"), [("/livez", 200), ("/readyz", 503)])
def test_health_asks_for_no_session(client: Client, no_database: None, path: str, status: int) -> None:
    client.cookies["yunchou"] = "x" * 32
    assert client.get(path).status_code == status


@pytest.mark.database
def test_home_without_a_database_is_a_page_with_an_id_and_no_details(client: Client, no_database: None) -> None:
    client.raise_request_exception = False
    client.cookies["yunchou"] = "x" * 32
    answer = client.get("/")
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["X-Request-ID"] in text
    assert "数据库暂时连不上" in text
    assert "nowhere" not in text
    assert "Traceback" not in text


def test_readiness_is_ready_only_when_every_part_is_well() -> None:
    assert health.Readiness("ok", "ok").is_ready
    assert not health.Readiness("ok", "1 not applied").is_ready
    assert not health.Readiness("unreachable", "unknown").is_ready
