"""The list page over HTTP: one question, the same answer on the page, in its total and in its files."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.customers.models import Account
from yunchou.lists.models import SavedView

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def content(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def test_page_total_and_file_tell_the_same_rows(planned: World) -> None:
    client, query = signed_in(planned, "director"), "industry=电子&sort=name&columns=name,sales"
    page = content(client, f"/customers/accounts/?{query}")
    assert "<h1>2 家客户</h1>" in page
    assert page.index("北方电子") < page.index("南方电子")
    assert "北方机械" not in page
    total = sum(Account.objects.filter(industry="电子").values_list("sold_year_minor", flat=True))
    assert f'title="{total / 100:,.2f}"' in content(client, f"/customers/accounts/totals/?{query}")
    lines = content(client, f"/customers/accounts/export/?{query}&as=csv").split("\r\n")
    assert [line.split(",")[0] for line in lines[1:3]] == ["北方电子", "南方电子"]
    assert sum(round(float(line.split(",")[1]) * 100) for line in lines[1:3]) == total
    assert client.get(f"/customers/accounts/export/?{query}&as=xlsx").headers["Content-Type"].endswith("sheet")


def test_a_question_that_cannot_be_understood_is_told_and_shows_all(planned: World) -> None:
    answer = signed_in(planned, "director").get("/customers/accounts/?industry=没有")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "“行业”没有“没有”这一项" in answer.content.decode()
    assert "<h1>4 家客户</h1>" in answer.content.decode()
    for path in ("totals/?sort=nothing", "export/?as=pdf", "export/?columns=nothing"):
        assert signed_in(planned, "director").get(f"/customers/accounts/{path}").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "query", ["name_has=%00", "q=%00%27", "view=99999999999999999999", "view=-1", "after=%00", "name_has=%F0%9F%90%89", "region=9e9"]
)
def test_strange_questions_are_answered_or_refused_never_a_fault(planned: World, query: str) -> None:
    assert signed_in(planned, "director").get(f"/customers/accounts/?{query}").status_code in {200, 422}


def test_what_is_outside_of_ones_scope_shows_nowhere(planned: World) -> None:
    client, other = signed_in(planned, "seller"), Account.objects.get(code="K3")
    for path in ("", "?q=南方", "?name_has=南方", "totals/", "export/?as=csv", "?sort=name", "?after=WyLljJfmlrnnlLXlrZAiLDFd&sort=name"):
        page = (
            content(client, f"/customers/accounts/{path}")
            if not path.startswith("?after")
            else client.get(f"/customers/accounts/{path}").content.decode()
        )
        assert "南方电子" not in page, path
        assert "南方医药" not in page, path
    assert client.get(f"/customers/accounts/{other.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert content(signed_in(planned, "director"), f"/customers/accounts/{other.pk}/").count("南方电子") > 1


def test_a_view_is_saved_opened_first_changed_and_deleted(planned: World) -> None:
    client = signed_in(planned, "north")
    answer = client.post("/customers/accounts/views/", {"name": "电子客户", "query": "industry=电子", "default": "on", "shared": "on"})
    kept = SavedView.objects.get()
    assert (answer.status_code, answer.headers["Location"].endswith(f"view={kept.pk}")) == (303, True)
    first = client.get("/customers/accounts/")
    assert first.status_code == HTTPStatus.FOUND
    page = content(client, "/customers/accounts/" + first.headers["Location"])
    assert "<h1>1 家客户</h1>" in page
    assert "电子客户" in content(signed_in(planned, "seller"), "/customers/accounts/")
    assert client.post(f"/lists/views/{kept.pk}/", {"name": "改名"}).status_code == HTTPStatus.SEE_OTHER
    kept.refresh_from_db()
    assert (kept.name, kept.is_shared, kept.is_default) == ("改名", False, False)
    assert signed_in(planned, "seller").post(f"/lists/views/{kept.pk}/", {"delete": "1"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"/lists/views/{kept.pk}/", {"delete": "1"}).status_code == HTTPStatus.SEE_OTHER
    assert not SavedView.objects.exists()
    assert client.post("/customers/accounts/views/", {"name": "", "query": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
