"""Pages for what went wrong: one sentence, what to do, and the request's id to quote."""

import sys

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from yunchou.common.errors import DomainError, NotFound
from yunchou.common.preferences import theme_of
from yunchou.common.problems import problem

log = structlog.get_logger("yunchou.errors")
_CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "not_allowed", 429: "too_many", 503: "unavailable"}


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(request, status=status, code=_CODES.get(status, "fault"), detail=f"{title}。{advice}")
    # No request goes to the template: whatever failed (the database, the session) must not fail again here.
    context = {
        "status": status,
        "title": title,
        "advice": advice,
        "theme": theme_of(request),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "request_id": request.META.get("yunchou.request_id", ""),
        "LANGUAGE_CODE": translation.get_language() or "zh-hans",
    }
    # Beside a page there is room for the sentence alone, not for a page within the page.
    template = "site/error.html#panel" if request.headers.get("HX-Request") else "site/error.html"
    return HttpResponse(render_to_string(template, context), status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a request that cannot be understood."""
    return _page(request, 400, _("这个请求看不懂"), _("地址或表单里有不认识的内容。请回到首页，从页面上的链接再走一次。"))


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer someone who may not do this."""
    return _page(request, 403, _("这里不对您开放"), _("需要的话，请您的上级或管理员开通权限。"))


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer for a page that does not exist, or that the reader may not know of."""
    return _page(request, 404, _("没有这个页面"), _("地址可能写错了，或者它不在您能看到的范围内。"))


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Answer a method that an address does not have; ``allowed`` lists those it has."""
    answer = _page(request, 405, _("这个地址不能这样用"), _("请回到首页，从页面上的链接再走一次。"))
    answer["Allow"] = allowed
    return answer


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer with a refusal's own status and sentence; what is not there and what may not be seen look the same."""
    if isinstance(refusal, NotFound):
        return not_found(request, refusal)
    return _page(request, refusal.status, str(refusal), _("没有保存任何内容。"))


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    """Answer who asks too often, such as after many wrong passwords."""
    answer = _page(request, 429, _("试得太频繁了"), _("为了账号安全，请过几分钟再试。"))
    answer["Retry-After"] = "300"
    return answer


@login_not_required
def fault(request: HttpRequest) -> HttpResponse:
    """Answer when we failed, or cannot reach the database; the log holds the rest under the same id."""
    log.error("fault", path=request.path, exc_info=True)  # noqa: LOG014 - Django calls this while it handles the exception
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        answer = _page(request, 503, _("数据库暂时连不上"), _("没有保存任何内容。通常几秒后就好，请刷新再试。"))
        answer["Retry-After"] = "10"
        return answer
    return _page(request, 500, _("系统出错了，不是您的问题"), _("没有保存任何内容。请稍后再试；一直这样的话，把下面的编号告诉管理员。"))


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without the token of its own page."""
    log.warning("form refused", reason=reason)
    return _page(request, 403, _("表单已经失效"), _("页面开得太久，或浏览器没有保存 Cookie。请返回刷新后再提交。"))
