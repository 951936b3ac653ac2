"""``make lock``: compile requirements.lock from requirements.in, for every platform, with hashes, without index addresses."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Compile, and refuse a result that names where packages came from."""
    uv = str(Path(sys.executable).with_name("uv"))
    words = ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--python-version", "3.11", "--quiet"]
    done = subprocess.run([uv, "pip", "compile", *words, "requirements.in", "-o", "requirements.lock"], check=False, cwd=ROOT)
    if done.returncode == 0 and "://" in (ROOT / "requirements.lock").read_text(encoding="utf-8"):
        print("requirements.lock names an address; it must hold names, versions and hashes alone", file=sys.stderr)
        return 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
