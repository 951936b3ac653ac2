"""Write or check ``docs/where-is.md``: the code behind every address of the site."""

import argparse
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "where-is.md"
HEAD = """# Where is it?

The code behind every address, made by `python tools/where_is.py --write` with the same walk as `yunchou where ADDRESS`.
Selectors read, services write; a page's tests are the files that name its address, view or template.

| address | view | templates | selectors | services | tests |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page as it should stand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunchou.site.settings")
    django.setup()
    from yunchou.cli import code_map  # noqa: PLC0415 - Django must be ready

    rows = []
    for route, name, view in code_map.addresses():
        found = code_map.behind(address=route, url_name=name, view=view)
        columns = (
            f"`{route}`",
            _named(found.view),
            "<br>".join(f"`{place.name}`" for place in found.templates),
            "<br>".join(_named(place) for place in found.selectors),
            "<br>".join(_named(place) for place in found.services),
            "<br>".join(f"[{place.name}](../{place.file})" for place in found.tests),
        )
        rows.append("| " + " | ".join(column or "–" for column in columns) + " |")
    return HEAD + "\n".join(rows) + "\n"


def _named(place: object) -> str:
    name, file = getattr(place, "name", ""), getattr(place, "file", "")
    short = name.removeprefix("yunchou.")
    return f"[`{short}`](../{file})" if (ROOT / file).is_file() else f"`{short}`"


def main() -> int:
    """Write the page, or say whether it is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--write", action="store_true")
    group.add_argument("--check", action="store_true")
    args = parser.parse_args()
    text = page()
    if args.write:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/where-is.md is out of date: run python tools/where_is.py --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
