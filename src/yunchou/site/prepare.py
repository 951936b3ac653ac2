"""Bring the database up to date, and load the demo company where it is wanted: ``python -m yunchou.site.prepare``.

Standard output is what people should read once the server answers; progress goes to standard error.
"""

import os
import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import errors

from yunchou.calc.errors import Refusal
from yunchou.calc.text import Text

# Any number will do, as long as every Yunchou uses the same: "yunchou" in ASCII.
_MIGRATION_LOCK = int.from_bytes(b"yunchou")


class DatabaseIsNewer(Refusal):
    """The database was brought up to date by a newer version than this one."""


def migrate() -> None:
    """Apply the migrations that are missing; two at once wait for each other, a killed run is finished by the next.

    Each migration is one transaction, and the lock lives in the connection, so that nothing stays of a killed run.

    Raises:
        DatabaseIsNewer: The database holds migrations that this version does not know.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    unknown = sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations if app in ours and (app, name) not in known)
    if unknown and not executor.loader.replacements:
        raise DatabaseIsNewer(
            Text(
                f"数据库由更新的版本建立（含 {unknown[0]}），请用那个版本运行，或恢复备份",
                f"the database was made by a newer version (it holds {unknown[0]}); run that version, or restore a backup",
            )
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("正在更新数据库 · bringing the database up to date", file=sys.stderr, flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def main() -> int:
    """Prepare the database that ``DATABASE_URL`` names."""
    django.setup()
    size = os.environ.get("YUNCHOU_DEMO", "")
    try:
        migrate()
        if size:
            call_command("load_demo", "--size", size)
    except Refusal as refusal:
        said = f"{refusal.text.zh} · {refusal.text.en}"
    except CommandError as refusal:
        said = str(refusal)
    except (OperationalError, OSError) as fault:
        # The disk is full, the server has gone: nothing that a traceback would explain better.
        why = str(fault).strip().splitlines()[0]
        if getattr(fault.__cause__, "sqlstate", "") == errors.DiskFull.sqlstate:
            # PostgreSQL does not always say so itself: a file may merely have been written in part
            why = f"磁盘满了，请腾出空间 · no space left on the disk: {why}"
        said = f"数据库没有准备好，再运行一次会接着完成：{why} · the database is not ready, the next run goes on: {why}"
    else:
        return 0
    print(said, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
