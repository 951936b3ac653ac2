"""What every page's frame shows: who is here, where one may go, and how amounts, words and colours are wanted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from yunchou.common.preferences import SIZES, THEMES, size_of, theme_of, unit_for, unit_label
from yunchou.lists import selectors as lists
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.org.models import User


@dataclass(frozen=True, kw_only=True)
class Link:
    """One page in the navigation."""

    label: str
    address: str
    icon: str
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of a switch."""

    value: str
    label: str
    icon: str = ""
    is_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The frame of one page for one reader."""

    name: str
    initial: str
    chair: str
    company: str
    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    theme: str
    themes: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    units: tuple[Choice, ...]
    here: str
    why: str
    request_id: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template its ``frame``."""
    user = getattr(request, "user", None)
    person = user.person if user is not None and user.is_authenticated else None
    name = (person.name if person else user.username) if user is not None and user.is_authenticated else ""
    theme, size, language = theme_of(request), size_of(request), translation.get_language() or "zh-hans"
    theme_labels = {"system": (_("跟随系统"), "device-desktop"), "light": (_("浅色"), "sun"), "dark": (_("深色"), "moon")}
    return {
        "theme": theme,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "LANGUAGE_CODE": language,
        "frame": Frame(
            name=name,
            initial=name[:1].upper(),
            chair=user.get_role_display() if name and user is not None else "",
            company=person.company.name if person else "",
            groups=_groups(request) if name else (),
            theme=theme,
            themes=tuple(Choice(value=v, label=theme_labels[v][0], icon=theme_labels[v][1], is_on=v == theme) for v in THEMES),
            # A language is named in itself, so that whoever needs it can read it.
            languages=tuple(Choice(value=v, label=text, is_on=v == language) for v, text in (("zh-hans", "中文"), ("en", "English"))),
            units=tuple(Choice(value=v, label=unit_label(unit_for(v)), is_on=v == size) for v in SIZES),
            here=request.get_full_path() if request.method == "GET" else "/",
            why=reverse("planning:why", args=("x",)).removesuffix("x/"),
            request_id=request.META.get("yunchou.request_id", ""),
        ),
    }


def _groups(request: HttpRequest) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return the navigation: only pages that exist and the reader has, grouped by the year's loop."""
    actor: User = request.user  # type: ignore[assignment]  # strangers have no groups
    home, catalogue, rights = reverse("site:home"), reverse("metrics:catalogue"), reverse("org:rights")
    groups: dict[str, list[Link]] = {name: [] for name in (_("目标"), _("客户"), _("合同回款"), _("团队"), _("管理"))}
    has_business = org.sees_business(actor=actor)
    groups[_("目标")].append(
        Link(label=_("今年") if has_business else _("首页"), address=home, icon="target", is_here=request.path == home)
    )
    boards = reverse("metrics:dashboards")
    if has_business:
        on_board = request.path.startswith(boards)
        on_metric = request.path.startswith(catalogue) and not on_board
        groups[_("目标")].append(Link(label=_("指标"), address=catalogue, icon="chart-bar", is_here=on_metric))
        groups[_("目标")].append(Link(label=_("看板"), address=boards, icon="columns", is_here=on_board))
    for page in lists.pages_for(actor=actor):
        if has_business or page.is_for is not None or page.app == "org":
            address = reverse(f"lists:{page.app}-{page.name}-page")
            link = Link(label=str(page.title), address=address, icon=page.icon, is_here=request.path.startswith(address))
            groups.setdefault(str(page.group), []).append(link)
    if org.looks_after_rights(actor):
        groups[_("管理")].append(Link(label=_("字段权限"), address=rights, icon="lock", is_here=request.path == rights))
    return tuple((name, tuple(links)) for name, links in groups.items() if links)
