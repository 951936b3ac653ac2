"""Two questions an operator's machine asks: does the process live, and may it be sent people?"""

import functools
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

_OLDEST_SERVER = 150_000


@dataclass(frozen=True)
class Readiness:
    """What stands between the process and its users; ``ok`` everywhere means nothing does."""

    database: str
    migrations: str

    @property
    def is_ready(self) -> bool:
        """Tell whether every part is well."""
        return self.database == self.migrations == "ok"


@functools.cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def readiness() -> Readiness:
    """Ask the database now; nothing is remembered from the last time, so the answer is never an old one."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
            version, encoding = cursor.fetchone()
        if version < _OLDEST_SERVER:
            return Readiness("too old: PostgreSQL 15 is the oldest served", "unknown")
        if encoding != "UTF8":
            return Readiness(f"encoding {encoding}: UTF8 is needed", "unknown")
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        connection.close()
        return Readiness("unreachable", "unknown")
    missing = sum(key not in applied for key in _migrations_on_disk())
    return Readiness("ok", f"{missing} not applied" if missing else "ok")


@login_not_required
@require_safe
def livez(_request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "alive"})


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether the process may be sent people, and which part stands in the way: 200 or 503."""
    found = readiness()
    body = {"status": "ready" if found.is_ready else "unready", "database": found.database, "migrations": found.migrations}
    return JsonResponse(body, status=200 if found.is_ready else 503)
