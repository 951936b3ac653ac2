"""``make check``: format, lint, types, contracts, own rules, migrations, translations, documents; all at once."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
RUFF = str(Path(PYTHON).with_name("ruff"))
CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-logo'])"

# The slowest first, so that it does not start last.
CHECKS: dict[str, list[str]] = {
    "types": [PYTHON, "-m", "mypy", "--strict", "--no-error-summary", "src/yunchou", "tools"],
    "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "contracts": [PYTHON, "-c", CONTRACTS],
    "format": [RUFF, "format", "--check", "--quiet", "."],
    "lint": [RUFF, "check", "--quiet", "."],
    "own rules": [PYTHON, "tools/lints.py"],
    "translations": [PYTHON, "tools/translations.py", "--check"],
    "where-is": [PYTHON, "tools/where_is.py", "--check"],
}


def environment() -> dict[str, str]:
    """Return the checks' environment: settings that need no database, and our tools on the path."""
    path = os.pathsep.join([str(ROOT / "tools"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "yunchou.site.settings"}


def main() -> int:
    """Run every check, two at a time, and tell what each of the failed ones said."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for name in CHECKS:
        waiting.put(name)
    failed: list[str] = []
    telling = threading.Lock()

    def work() -> None:
        while not waiting.empty():
            name = waiting.get()
            started = time.monotonic()
            done = subprocess.run(CHECKS[name], check=False, cwd=ROOT, env=environment(), capture_output=True, text=True)
            with telling:
                print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
                if done.returncode:
                    failed.append(name)
                    print(done.stdout + done.stderr, flush=True)

    workers = [threading.Thread(target=work) for _ in range(max(2, os.cpu_count() or 1))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("check: " + (f"failed: {', '.join(sorted(failed))}" if failed else "all well"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
