"""Views kept of a list: save, change, delete."""

from django.http import HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from yunchou.common.list_pages import page_of
from yunchou.common.pages import PageRequest
from yunchou.lists import cells, selectors, services
from yunchou.lists import state as asking


def _seen(address: str) -> HttpResponseBase:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


@require_POST
def save(request: PageRequest, code: str) -> HttpResponseBase:
    """Keep what the list shows under a name."""
    page = selectors.page_for(actor=request.user, code=code)
    state = asking.read(page, QueryDict(request.POST.get("query", "")))
    kept = services.save_view(
        actor=request.user,
        state=state,
        name=request.POST.get("name", ""),
        is_shared="shared" in request.POST,
        is_default="default" in request.POST,
    )
    return _seen(f"{cells.address_of(page)}?{selectors.state_of_view(kept, page).query()}")


@require_POST
def change(request: PageRequest, view_id: int) -> HttpResponseBase:
    """Rename, share or begin with a view, or take it away (``delete``)."""
    if "delete" in request.POST:
        code = services.delete_view(actor=request.user, view_id=view_id)
        return _seen(cells.address_of(page_of(code)) + "?sort=" + page_of(code).sort)
    kept = services.change_view(
        actor=request.user,
        view_id=view_id,
        name=request.POST.get("name", ""),
        is_shared="shared" in request.POST,
        is_default="default" in request.POST,
    )
    page = page_of(kept.page)
    return _seen(f"{cells.address_of(page)}?{selectors.state_of_view(kept, page).query()}")
