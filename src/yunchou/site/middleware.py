"""What every request passes: an id and a line in the log, the door of the signed-in pages, and pages for refusals."""

import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from yunchou.common.errors import DomainError
from yunchou.site.views import errors

log = structlog.get_logger("yunchou.request")
GetResponse = Callable[[HttpRequest], HttpResponse]
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def is_api(request: HttpRequest) -> bool:
    """Tell whether a program asks."""
    return request.path.startswith("/api/")


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id (a proxy's own is kept), write one line about it, send the id back, and keep pages out of every cache."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["yunchou.request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, address=request.META.get("REMOTE_ADDR", ""))
        started = time.perf_counter()
        response = get_response(request)
        response["X-Request-ID"] = request_id
        # A shared computer's back button shows nothing after sign-out, and no redirect is remembered for ever.
        response.headers.setdefault("Cache-Control", "no-store")
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


class SignInRequired(LoginRequiredMiddleware):
    """Django's door before every page, which asks who comes only where the page wants to know: health has no session to read."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Lead a stranger to the sign-in, unless the page is for everybody; programs show a token and are led nowhere."""
        if not getattr(view_func, "login_required", True) or is_api(request):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def page(get_response: GetResponse) -> GetResponse:
    """Turn refusals into pages, and lead a panel whose session ended to the sign-in."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if is_api(request):
            return response
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = errors.not_allowed(request, response.headers["Allow"])
        if request.headers.get("HX-Request") and response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL)):
            back = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            response = HttpResponse(status=204, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?next={quote(back)}"})
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refused(request, exception) if isinstance(exception, DomainError) else None

    answer.process_exception = process_exception  # type: ignore[attr-defined]  # where Django looks for it
    return answer
