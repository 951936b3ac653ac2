"""Every write to the views kept of lists."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.lists.errors import BadView
from yunchou.lists.models import SavedView

if TYPE_CHECKING:
    from yunchou.lists.state import State
    from yunchou.org.models import User


@transaction.atomic
def save_view(*, actor: "User", state: "State", name: str, is_shared: bool = False, is_default: bool = False) -> SavedView:
    """Keep what was asked of a list under a name; the actor's view of that name is replaced.

    Raises:
        BadView: The name is empty or too long.
    """
    name = name.strip()
    longest = SavedView._meta.get_field("name").max_length or 0  # noqa: SLF001 - Django's public name for it
    if not name or len(name) > longest:
        raise BadView(_("视图名称要有 1–%(longest)s 个字") % {"longest": longest})
    if is_default:
        SavedView.objects.filter(owner=actor, page=state.page.code, is_default=True).update(is_default=False)
    query = state.query()
    kept, _is_new = SavedView.objects.update_or_create(
        owner=actor,
        page=state.page.code,
        name=name,
        defaults={"query": _without_view(query), "is_shared": is_shared, "is_default": is_default},
    )
    return kept


def _without_view(query: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith("view="))


def _own(actor: "User", view_id: int) -> SavedView:
    found = SavedView.objects.select_for_update().filter(owner=actor, pk=view_id).first()
    if found is None:
        raise NotFound(_("没有找到您的这个视图"))
    return found


@transaction.atomic
def change_view(*, actor: "User", view_id: int, name: str, is_shared: bool, is_default: bool) -> SavedView:
    """Rename a view of the actor's, share it or not, and begin with it or not.

    Raises:
        NotFound: It is not the actor's.
        BadView: The name cannot be used.
    """
    kept = _own(actor, view_id)
    name = name.strip()
    if not name or len(name) > (SavedView._meta.get_field("name").max_length or 0):  # noqa: SLF001 - Django's public name for it
        raise BadView(_("视图名称要有 1–%(longest)s 个字") % {"longest": 40})
    if is_default:
        SavedView.objects.filter(owner=actor, page=kept.page, is_default=True).exclude(pk=kept.pk).update(is_default=False)
    kept.name, kept.is_shared, kept.is_default = name, is_shared, is_default
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise BadView(_("您已有一个叫“%(name)s”的视图，请换个名称") % {"name": name}) from None
    return kept


@transaction.atomic
def delete_view(*, actor: "User", view_id: int) -> str:
    """Take a view of the actor's away; return the code of its page.

    Raises:
        NotFound: It is not the actor's.
    """
    kept = _own(actor, view_id)
    page = kept.page
    kept.delete()
    return page
