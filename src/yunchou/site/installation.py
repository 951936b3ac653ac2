"""Where an installation keeps what is its own, and the database that it works on."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from yunchou.site.database_check import check_database
from yunchou.site.embedded import ServerInUse, running_server


def var() -> Path:
    """Return the folder of everything that is made while running: database, keys, locks."""
    return Path(os.environ.get("YUNCHOU_HOME") or Path(__file__).resolve().parents[3]) / "var"


@contextlib.contextmanager
def database() -> Iterator[dict[str, str]]:
    """Give the environment for a process that works on the database: the one of DATABASE_URL, or the embedded one.

    Raises:
        Refusal: The database cannot be used; one sentence says why.
    """
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(running_server(var() / "postgres"))
        yield _environment(url)


@contextlib.contextmanager
def database_at_work() -> Iterator[dict[str, str]]:
    """As ``database``, but join the embedded server of a running ``make run`` where there is one."""
    with contextlib.ExitStack() as stack:
        try:
            given = stack.enter_context(database())
        except ServerInUse as running:
            given = _environment(running.url)
        yield given


def _environment(url: str) -> dict[str, str]:
    check_database(url)
    return {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yunchou.site.settings", **_secret_key()}


def _secret_key() -> dict[str, str]:
    """Return the installation's own key, made once; a key from outside wins."""
    if "SECRET_KEY" in os.environ or "SECRET_KEY_FILE" in os.environ:
        return {}
    path = var() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), encoding="ascii")
        made.rename(path)
    return {"SECRET_KEY_FILE": str(path)}
