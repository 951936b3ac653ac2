"""The log: one line a request, with an id, without secrets."""

import logging
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from yunchou.site.logs import configure_logs, without_secrets


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [record.msg for record in caplog.records if record.name == "yunchou.request" and isinstance(record.msg, dict)]


def test_request_is_told_in_one_line_without_its_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    answer = client.get("/livez?phone=13800000000")
    (line,) = lines(caplog)
    assert {key: line[key] for key in ("event", "method", "path", "status", "user_id", "request_id")} == {
        "event": "request",
        "method": "GET",
        "path": "/livez",
        "status": 200,
        "user_id": None,
        "request_id": answer.headers["X-Request-ID"],
    }
    assert "13800000000" not in str(line)


@pytest.mark.parametrize(("given", "is_kept"), [("abcdef0123456789", True), ("a\r\nb: c", False), ("short", False), ("x" * 65, False)])
def test_request_keeps_a_proxys_id_only_if_it_is_one(client: Client, given: str, is_kept: bool) -> None:
    assert (client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given) is is_kept


@pytest.mark.database
@pytest.mark.django_db
def test_static_files_are_not_told(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    answer = client.get("/static/site/tokens.css")
    answer.close()
    assert answer.status_code == 200
    assert lines(caplog) == []


@pytest.mark.parametrize("name", ["password", "new_password", "SECRET_KEY", "csrfmiddlewaretoken", "Cookie", "Authorization", "sessionid"])
def test_secret_is_blanked_by_its_name(name: str) -> None:
    assert without_secrets(None, "info", {name: "hunter2", "event": "x"}) == {name: "***", "event": "x"}


def test_value_with_line_ends_stays_on_one_line() -> None:
    assert without_secrets(None, "info", {"event": "a\nsigned in user_id=1", "n": 1}) == {"event": "a\\nsigned in user_id=1", "n": 1}


def test_unknown_style_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="write json or lines"):
        configure_logs("xml")


@pytest.mark.parametrize(("style", "start"), [("json", '{"'), ("lines", "timestamp=")])
def test_each_style_writes_one_line_an_event(style: str, start: str) -> None:
    code = (
        "import logging, structlog; from yunchou.site.logs import configure_logs; "
        f"configure_logs({style!r}); structlog.get_logger('x').info('told', password='hunter2'); logging.getLogger('y').warning('heard')"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stderr.splitlines()
    assert len(said) == 2
    assert all(line.startswith(start) for line in said)
    assert "hunter2" not in "".join(said)
