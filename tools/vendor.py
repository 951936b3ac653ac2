"""Bring the browser's files from npm into the repository, with versions and hashes in a lock file.

Run by a developer who changes a version here (`python tools/vendor.py`); everyone else only has the
files, and `python tools/vendor.py --check` says whether they are the ones that were locked. It needs
npm for `npm pack` and nothing else: no package's own scripts are run.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src" / "yunchou" / "site" / "static" / "vendor"
LOCK = ROOT / "tools" / "vendor.lock.json"

ICONS = (
    "arrow-down", "arrow-left", "arrow-up", "arrows-exchange", "book-2", "building", "chart-bar", "check", "chevron-down",
    "chevron-right", "columns", "copy", "database", "device-desktop", "download", "filter", "history", "home", "id-badge-2", "key",
    "language", "list", "lock", "logout", "menu-2", "moon", "pencil", "plus", "question-mark", "receipt", "search", "shield-check",
    "sitemap", "star", "sun", "table", "target", "trash", "trending-down", "trending-up", "upload", "user", "user-cog", "users", "x",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package at one version, and which of its files come along under which names."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(name="htmx.org", version="4.0.1", licence="0BSD", files={"dist/htmx.min.js": "htmx-4.0.1.min.js", "LICENSE": "htmx-LICENSE"}),
    Package(
        name="@fontsource-variable/inter",
        version="5.3.0",
        licence="OFL-1.1",
        files={"files/inter-latin-wght-normal.woff2": "inter-5.3.0.woff2", "LICENSE": "inter-LICENSE"},
    ),
    Package(name="@tabler/icons", version="3.51.0", licence="MIT", files={"LICENSE": "tabler-icons-LICENSE"}),
)
SPRITE = "tabler-icons-3.51.0.svg"


def fetch(package: Package, folder: Path) -> tuple[Path, str]:
    """Return the unpacked package and its tarball's SHA-512 as npm states it."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--json", "--silent", "--ignore-scripts"]
    told = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    entry = json.loads(told.stdout)
    first = entry[0] if isinstance(entry, list) else next(iter(entry.values()))
    target = folder / package.name.replace("/", "-")
    with tarfile.open(folder / first["filename"]) as packed:
        packed.extractall(target, filter="data")
    return target / "package", first["integrity"]


def sprite(icons: Path) -> str:
    """Return one SVG file that holds every icon as a symbol, for ``<use href="…#name">``."""
    symbols = []
    for name in ICONS:
        text = (icons / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        body = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.DOTALL)
        paths = "".join(line.strip() for line in body.splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bring() -> None:
    """Replace the vendored files and write the lock file."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for old in VENDOR.iterdir():
        old.unlink()
    packages = {}
    with tempfile.TemporaryDirectory() as temporary:
        for package in PACKAGES:
            unpacked, integrity = fetch(package, Path(temporary))
            for source, target in package.files.items():
                shutil.copyfile(unpacked / source, VENDOR / target)
            if package.name == "@tabler/icons":
                (VENDOR / SPRITE).write_text(sprite(unpacked / "icons"), encoding="utf-8")
            packages[package.name] = {"version": package.version, "licence": package.licence, "integrity": integrity}
    files = {path.name: digest(path) for path in sorted(VENDOR.iterdir())}
    LOCK.write_text(json.dumps({"packages": packages, "files": files}, indent=2) + "\n", encoding="utf-8")


def faults() -> list[str]:
    """Return a line for each vendored file that is missing, foreign or not as locked."""
    locked: dict[str, str] = json.loads(LOCK.read_text(encoding="utf-8"))["files"]
    present = {path.name: digest(path) for path in VENDOR.iterdir()}
    said = [f"{name}: missing" for name in sorted(locked.keys() - present.keys())]
    said += [f"{name}: not in the lock file" for name in sorted(present.keys() - locked.keys())]
    said += [f"{name}: not the locked bytes" for name in sorted(locked.keys() & present.keys()) if locked[name] != present[name]]
    return said


def main() -> int:
    """Bring the files, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="compare the files with the lock file, change nothing")
    if not parser.parse_args().check:
        bring()
    said = faults()
    for line in said:
        print(line, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
