"""What a reader chose for every page: the unit of amounts and the colours, kept in cookies of their own browser."""

from typing import Final

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from yunchou.common.amounts import Unit

THEMES: Final = ("system", "light", "dark")
SIZES: Final = ("small", "middle", "large")

# Chinese counts in ten thousands and hundred millions, English in thousands and millions; the decimals are such
# that both show the same figure to the same cent.
_CHINESE: Final[dict[str, Unit]] = {"small": "yuan", "middle": "wan", "large": "yi"}
_ENGLISH: Final[dict[str, Unit]] = {"small": "yuan", "middle": "thousand", "large": "million"}


def size_of(request: HttpRequest) -> str:
    """Return the size of unit in which the reader wants amounts; the middle one until they say otherwise."""
    wanted = request.COOKIES.get("unit", "")
    return wanted if wanted in SIZES else "middle"


def unit_for(size: str) -> Unit:
    """Return the unit of a size in the reader's language."""
    return (_ENGLISH if (translation.get_language() or "").startswith("en") else _CHINESE)[size]


def unit_of(request: HttpRequest) -> Unit:
    """Return the unit in which the reader wants amounts."""
    return unit_for(size_of(request))


def unit_label(unit: Unit) -> str:
    """Return a unit's name in the reader's language."""
    match unit:
        case "yuan":
            return _("元")
        case "thousand":
            return _("千元")
        case "wan":
            return _("万元")
        case "million":
            return _("百万元")
        case "yi":
            return _("亿元")


def theme_of(request: HttpRequest) -> str:
    """Return the colours the reader wants; the system's until they say otherwise."""
    wanted = request.COOKIES.get("theme", "")
    return wanted if wanted in THEMES else "system"
