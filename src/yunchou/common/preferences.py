"""What a reader chose for every page: the unit of amounts and the colours, kept in cookies of their own browser."""

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yunchou.common.amounts import UNITS, Unit

THEMES: Final = ("system", "light", "dark")


def unit_of(request: HttpRequest) -> Unit:
    """Return the unit in which the reader wants amounts; 万元 until they say otherwise."""
    wanted = request.COOKIES.get("unit", "")
    return next((unit for unit in UNITS if unit == wanted), "wan")


def unit_label(unit: Unit) -> str:
    """Return a unit's name in the reader's language."""
    return {"yuan": _("元"), "wan": _("万元"), "yi": _("亿元")}[unit]


def theme_of(request: HttpRequest) -> str:
    """Return the colours the reader wants; the system's until they say otherwise."""
    wanted = request.COOKIES.get("theme", "")
    return wanted if wanted in THEMES else "system"
