"""What every request passes: an id and a line in the log; and what every signed-in page says to caches."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

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
    """Keep signed-in pages out of every cache; a shared computer's back button shows nothing after sign-out."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer
