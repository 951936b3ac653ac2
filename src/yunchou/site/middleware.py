"""What every request passes: an id and a line in the log; and what every signed-in page says to caches."""

import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from yunchou.common.errors import DomainError
from yunchou.site.views import errors

log = structlog.get_logger("yunchou.request")
GetResponse = Callable[[HttpRequest], HttpResponse]
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id (a proxy's own is kept), write one line about it, and send the id back."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["yunchou.request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, address=request.META.get("REMOTE_ADDR", ""))
        started = time.perf_counter()
        response = get_response(request)
        response["X-Request-ID"] = request_id
        if request.path.startswith("/static/") and response.status_code < 400:
            return response
        # The path without its query: what people search for is nobody's business in a log.
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
            user_id=getattr(getattr(request, "user", None), "pk", None) if hasattr(request, "_cached_user") else None,
        )
        return response

    return answer


def page(get_response: GetResponse) -> GetResponse:
    """Keep signed-in pages out of every cache, turn refusals into pages, and lead a panel whose session ended to the sign-in."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A shared computer's back button shows nothing after sign-out.
        response.headers.setdefault("Cache-Control", "no-store")
        if request.headers.get("HX-Request") and response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL)):
            back = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            response = HttpResponse(status=204, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?next={quote(back)}"})
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refused(request, exception) if isinstance(exception, DomainError) else None

    answer.process_exception = process_exception  # type: ignore[attr-defined]  # where Django looks for it
    return answer
