"""``yunchou where``: the code behind an address, for whoever wants to change the page."""

import argparse
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text

if TYPE_CHECKING:
    from yunchou.cli.code_map import Behind, Place

_TITLES = ("templates", "selectors", "services", "tests")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("address", metavar="ADDRESS", help="an address of the site: /planning/why/target/ or all of http://…")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run the command."""
    found = where(args.address)
    if not args.json and not args.quiet:
        print("\n".join(_lines(found)))
    return asdict(found)


def where(address: str) -> "Behind":
    """Return the view, templates, selectors, services and tests behind an address of the site; no database is needed.

    Raises:
        BadInput: The site has no such address.
    """
    import django
    from django.apps import apps
    from django.urls import Resolver404, resolve

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunchou.site.settings")
    if not apps.ready:
        django.setup()
    from yunchou.cli import code_map

    path = urlsplit(address).path or "/"
    path = path if path.startswith("/") else f"/{path}"
    try:
        match = resolve(path)
    except Resolver404:
        try:
            match = resolve(f"{path}/")
        except Resolver404:
            raise BadInput(
                Text(
                    f"网站没有 {path} 这个地址；所有地址见 docs/where-is.md", f"the site has no address {path}; docs/where-is.md lists all"
                )
            ) from None
    return code_map.behind(address=f"/{match.route}", url_name=match.view_name, view=match.func)


def _lines(found: "Behind") -> list[str]:
    lines = [f"address    {found.address}", f"name       {found.url_name}", f"view       {_told(found.view)}"]
    for title in _TITLES:
        places = getattr(found, title)
        lines += [f"{title if number == 0 else '':<10} {_told(place)}" for number, place in enumerate(places)] or [f"{title:<10} –"]
    return lines


def _told(place: "Place") -> str:
    return f"{place.name}  {place.file}:{place.line}"
