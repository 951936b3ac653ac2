"""The home page: each reader's first question is answered by its first line, and every figure opens."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.planning import selectors

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def first_line(client: Client) -> str:
    found = re.search(r"<h1>(.*?)</h1>", client.get("/").content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("role", "pattern"),
    [
        (
            "director",
            r"目标 [\d,.]+ [亿万]元，若下列假设成立有\S+把握；到 8 月 31 日达成 \d+\.\d%，(比进度(落后|领先) \d+\.\d%|正合进度)(；\S.*)?",
        ),
        ("finance", r"目标 [\d,.]+ [亿万]元，若下列假设成立有\S+把握；到 8 月 31 日达成 .*"),
        ("north", r"北区销售部目标 [\d,.]+ 万元；到 8 月 31 日达成 .*"),
        ("seller", r"我的指标 [\d,.]+ 万元；到 8 月 31 日达成 .*；(还差 [\d,.]+ 万元|全年指标已经达成)"),
    ],
)
def test_home_answers_the_readers_first_question_in_its_first_line(planned: World, role: str, pattern: str) -> None:
    assert re.fullmatch(pattern, first_line(signed_in(planned, role)))


def test_home_speaks_english_when_asked(planned: World) -> None:
    client = signed_in(planned, "director")
    client.cookies["language"] = "en"
    assert re.fullmatch(r"Target CNY [\d.]+m at \S+ odds if these assumptions hold; \d+\.\d% attained by 31 Aug, .*", first_line(client))


@pytest.mark.parametrize(("role", "cards"), [("director", 4), ("finance", 4), ("north", 2), ("seller", 2)])
def test_home_shows_company_charts_to_those_who_see_the_company(planned: World, role: str, cards: int) -> None:
    text = signed_in(planned, role).get("/").content.decode()
    assert text.count('<section class="card ') == cards + 1
    assert text.count('<svg class="chart wide"') == text.count('<svg class="chart narrow"') == cards


@pytest.mark.parametrize("role", ["director", "north", "seller"])
def test_home_shows_no_figure_that_cannot_be_explained(planned: World, role: str) -> None:
    client = signed_in(planned, role)
    shown = re.findall(r'<a href="(/planning/why/[^"]+)"', client.get("/?period=month").content.decode())
    assert len(shown) > 20
    for address in set(shown):
        assert client.get(address).status_code == 200, address


def test_home_shows_what_the_selector_says(planned: World) -> None:
    found = selectors.home(actor=planned.director, now=NOW)
    assert found is not None
    text = signed_in(planned, "director").get("/").content.decode()
    for row in found.cascade:
        for figure in (row.target, *row.periods, row.attained):
            assert f'/planning/why/{figure.key}/" title="{(figure.value or 0) / 100:,.2f}"'.replace("-", "−") in text


def test_home_costs_the_same_queries_for_any_period(planned: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(planned, "director")
    client.get("/")
    for period in ("quarter", "month"):
        with django_assert_num_queries(7):
            client.get(f"/?period={period}")


def test_why_is_a_panel_for_htmx_and_a_page_for_everyone_else(planned: World) -> None:
    client = signed_in(planned, "director")
    panel = client.get("/planning/why/target/", headers={"HX-Request": "true"}).content.decode()
    page = client.get("/planning/why/target/").content.decode()
    assert panel.strip() in page
    assert panel.count("<html") == 0
    assert page.count("<html") == 1
