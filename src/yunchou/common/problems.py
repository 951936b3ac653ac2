"""What the API answers where something cannot be done, by RFC 9457."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Schema


class Fault(Schema):
    """One field that cannot hold what was sent, and why."""

    field: str
    why: str


class Problem(Schema):
    """A refusal: a stable code for programs, and one sentence a person can act on."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    faults: list[Fault]


REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422), Problem)


def problem(request: HttpRequest, *, status: int, code: str, detail: str, faults: list[dict[str, str]] | None = None) -> JsonResponse:
    """Return a refusal as ``application/problem+json``."""
    content = {
        "type": f"urn:yunchou:{code}",
        "title": code,
        "status": status,
        "detail": detail,
        "request_id": request.META.get("yunchou.request_id", ""),
        "faults": faults or [],
    }
    answer = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False}, content_type="application/problem+json")
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="yunchou"'
    return answer
