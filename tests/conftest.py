"""One PostgreSQL for the whole run: the one that DATABASE_URL names, or an embedded one that ends with the run."""

import contextlib
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.utils import translation
from hypothesis import settings

from yunchou.site.database import database_settings
from yunchou.site.embedded import THROWAWAY, running_server

_server = contextlib.ExitStack()

# A busy machine is no fault of the code. The verdict on a change must not depend on luck either: in CI the examples are
# the same each time; everywhere else properties go on searching.
settings.register_profile("searching", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "searching")


def _address() -> str:
    """Return the address of the run's server, started at the first call in the process that starts the workers."""
    if "DATABASE_URL" not in os.environ:
        folder = _server.enter_context(tempfile.TemporaryDirectory(prefix="yunchou-tests-", ignore_cleanup_errors=True))
        os.environ["DATABASE_URL"] = _server.enter_context(running_server(Path(folder) / "postgres", THROWAWAY))
    return os.environ["DATABASE_URL"]


def pytest_configure(config: pytest.Config) -> None:
    # Workers inherit the environment, so the server is there before the first of them starts.
    if config.getoption("numprocesses", 0) or config.getoption("tx", None):
        _address()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Whoever uses the database belongs to the tests that also run on the oldest server, said or unsaid.
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "django_db_setup", "database_url"}:
            item.add_marker("database")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # A developer without Chromium may go on; the place that guards the main line may not.
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: in CI a skipped browser test is a failure: {report.longrepr}"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    _server.close()


@pytest.fixture(autouse=True)
def first_language() -> Generator[None]:
    """Begin every test in the company's language: a request leaves its own behind in the thread."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def database_url() -> str:
    """The address of the run's own server, for tests that start programs or make databases of their own."""
    return _address()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str, django_db_modify_db_settings_parallel_suffix: None) -> None:
    # Without workers the server starts at the first test that needs it: Django read its settings long before.
    # pytest-django's own version of this fixture asks for the suffix that gives each worker its database.
    connections["default"].settings_dict.update(database_settings(database_url))
    # What a test wrote is taken out by emptying its tables, which the ledger and the plans refuse to everybody else.
    connections["default"].settings_dict["OPTIONS"]["options"] = "-c yunchou.takes_the_demo_out=on"
