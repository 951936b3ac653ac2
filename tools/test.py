"""``make test``: everything a change must pass, ``make test-all``: the slow ones too. pytest's own lines come last."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


def main() -> int:
    """Run the checks and then the tests; both are told, either may fail the run."""
    parser = argparse.ArgumentParser(prog="tools/test.py", description=__doc__)
    parser.add_argument("--all", action="store_true", help="run the slow tests, too")
    chosen = [] if parser.parse_args().all else ["-m", "not slow"]
    checked = subprocess.run([sys.executable, "tools/check.py"], check=False, cwd=ROOT).returncode
    if checked:
        print("make test: the checks above failed; the tests run nevertheless", flush=True)
    words = [sys.executable, "-m", "pytest", "-q", "-n", str(WORKERS), "--dist", "worksteal", *chosen]
    tested = subprocess.run(words, check=False, cwd=ROOT).returncode
    return tested or checked


if __name__ == "__main__":
    sys.exit(main())
