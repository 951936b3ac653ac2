"""The switches for language, colours and the unit of amounts: kept in the reader's own browser."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from yunchou.common.preferences import SIZES, THEMES
from yunchou.site.signin import safe_next

_YEAR = 365 * 86_400


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember one choice and go back to the page it was made on."""
    known = {
        "language": (settings.LANGUAGE_COOKIE_NAME, [code for code, _ in settings.LANGUAGES]),
        "theme": ("theme", THEMES),
        "unit": ("unit", SIZES),
    }
    answer = HttpResponseRedirect(safe_next(request.POST.get("next", "")))
    answer.status_code = 303
    for field, (cookie, values) in known.items():
        wanted = request.POST.get(field)
        if wanted is None:
            continue
        if wanted not in values:
            raise BadRequest(field)
        answer.set_cookie(cookie, wanted, max_age=_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return answer
