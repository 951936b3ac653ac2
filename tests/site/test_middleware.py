"""What every request passes on its way out."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.common.errors import DomainError
from yunchou.site.middleware import page, request_log

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class PeriodClosed(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A refusal as apps make them."""

    code = "period_closed"
    status = 409


def test_refusal_becomes_a_page_with_its_status_and_sentence(rf: RequestFactory) -> None:
    refused = page(HttpResponse).process_exception(rf.get("/"), PeriodClosed("八月已经关账"))  # type: ignore[arg-type, attr-defined]
    assert refused.status_code == 409
    assert "<h1>八月已经关账</h1>" in refused.content.decode()


def test_bug_is_left_to_the_fault_page(rf: RequestFactory) -> None:
    assert page(HttpResponse).process_exception(rf.get("/"), ValueError("x")) is None  # type: ignore[arg-type, attr-defined]


def test_panel_whose_session_ended_leads_to_the_sign_in_and_back(client: Client) -> None:
    answer = client.get("/planning/why/target/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/?period=month"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in/?next=/")


def test_panel_of_what_is_not_there_is_a_panel(planned: World) -> None:
    answer = signed_in(planned, "seller").get("/planning/why/nonsense/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.content.decode().lstrip().startswith('<div class="panel">')
    assert answer.headers["X-Request-ID"] in answer.content.decode()


def test_method_that_an_address_does_not_have_is_told_on_a_page(planned: World) -> None:
    for client, path, allowed in ((signed_in(planned, "director"), "/", "GET, HEAD"), (Client(), "/preferences/", "POST")):
        answer = client.delete(path) if path == "/" else client.get(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
        assert answer.headers["X-Request-ID"] in answer.content.decode()


def test_redirect_is_not_remembered(client: Client) -> None:
    answer = client.get("/planning/why/target")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (301, "no-store")


def test_answer_keeps_what_its_page_says_to_caches(rf: RequestFactory) -> None:
    def kept(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=60"})

    assert request_log(kept)(rf.get("/")).headers["Cache-Control"] == "max-age=60"
    assert request_log(lambda _request: HttpResponse())(rf.get("/")).headers["Cache-Control"] == "no-store"
