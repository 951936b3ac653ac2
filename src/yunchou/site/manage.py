"""Django's commands on the installation's database: ``python -m yunchou.site.manage COMMAND …``.

Without ``DATABASE_URL`` the embedded server runs for as long as the command does, or that of a running ``make run`` is used.
"""

import os
import sys
from collections.abc import Sequence

from yunchou.calc.errors import Refusal
from yunchou.site.installation import database_at_work
from yunchou.site.processes import interruptible


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command on an up-to-date database."""
    words = list(sys.argv[1:] if argv is None else argv)
    with interruptible():
        try:
            with database_at_work() as given:
                os.environ.update(given)
                _execute(words)
        except Refusal as refusal:
            print(f"{refusal.text.zh} · {refusal.text.en}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("\n已中断 · interrupted", file=sys.stderr)
            return 130
    return 0


def _execute(words: Sequence[str]) -> None:
    # Django reads its settings at import: only now does the environment say where the database is.
    import django  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from yunchou.site.prepare import migrate  # noqa: PLC0415

    django.setup()
    if words[:1] != ["migrate"]:
        migrate()
    execute_from_command_line(["yunchou.site.manage", *words])


if __name__ == "__main__":
    raise SystemExit(main())
