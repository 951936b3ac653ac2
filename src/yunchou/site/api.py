"""The API's root: who a token acts for, and refusals as problems."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from yunchou.common import clock
from yunchou.common.errors import DomainError
from yunchou.common.problems import problem
from yunchou.org import selectors as org

if TYPE_CHECKING:
    from yunchou.org.models import User


class Bearer(HttpBearer):
    """A token in the header and nothing else: without cookies no other site's page can ask in a reader's name."""

    def authenticate(self, request: HttpRequest, token: str) -> "User | None":
        """Return who the token acts for."""
        user = org.user_of_token(text=token, now=clock.now())
        if user is not None:
            request.user = user
            request._cached_user = user  # type: ignore[attr-defined]  # noqa: SLF001 - the log looks there for who asked
        return user


api = NinjaAPI(
    title="Yunchou 运筹",
    version="1",
    description="Lists and metrics as their pages show them: the same scopes, rights to fields, filters and refusals.",
    urls_namespace="api",
    docs_url=None,
    auth=Bearer(),
)
api.add_router("", "yunchou.lists.api.router")
api.add_router("", "yunchou.metrics.api.router")


@api.exception_handler(DomainError)
def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    """Answer with a refusal's own code, status and sentence."""
    faults = [{"field": field, "why": why} for field, why in getattr(refusal, "faults", {}).items()]
    return problem(request, status=refusal.status, code=refusal.code, detail=str(refusal), faults=faults)


@api.exception_handler(ValidationError)
def misunderstood(request: HttpRequest, wrong: Any) -> HttpResponse:
    """Answer what does not fit the document, field by field."""
    faults = [{"field": ".".join(str(part) for part in one["loc"][1:]), "why": one["msg"]} for one in wrong.errors]
    return problem(request, status=422, code="bad_request", detail=_("请求和接口说明不符"), faults=faults)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, wrong: Any) -> HttpResponse:  # noqa: ARG001 - ninja hands it over
    """Answer who shows no token that is valid."""
    return problem(request, status=401, code="no_token", detail=_("没有令牌，或令牌已收回、到期"))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, wrong: Any) -> HttpResponse:
    """Answer what cannot be read at all."""
    return problem(request, status=wrong.status_code, code="bad_request", detail=_("请求看不懂：请发送 JSON"))
