"""The pages of metrics: what they say is what the rows say."""

from http import HTTPStatus

import pytest

from tests.site.conftest import signed_in
from tests.world import World
from yunchou.common.measures import metrics
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def total(**where: object) -> str:
    return f"{sum(OrderLine.objects.filter(on__year=2026, **where).values_list('amount_minor', flat=True)) / 100:,.2f}"


def test_catalogue_names_every_metric_with_its_value_and_definition(planned: World) -> None:
    page = signed_in(planned, "director").get("/metrics/").content.decode()
    for metric in metrics():
        assert f'href="/metrics/{metric.code}/"' in page
        assert str(metric.means) in page
    assert f'title="{total()}"' in page
    seller = signed_in(planned, "seller").get("/metrics/").content.decode()
    assert f'title="{total(person__code="P4")}"' in seller
    assert f'title="{total()}"' not in seller


@pytest.mark.parametrize("metric", [metric.code for metric in metrics()])
@pytest.mark.parametrize("span", ["year_to_date", "quarter", "month", "twelve_months", "last_year"])
def test_page_of_every_metric_stands_for_every_span(planned: World, metric: str, span: str) -> None:
    for role in ("director", "seller"):
        assert signed_in(planned, role).get(f"/metrics/{metric}/?span={span}").status_code == HTTPStatus.OK


def test_page_says_what_it_found_and_opens_its_rows(planned: World) -> None:
    client = signed_in(planned, "director")
    page = client.get("/metrics/revenue/").content.decode()
    assert "今年至今销售额" in page
    assert "比去年同期 +" in page
    assert f'title="{total()}"' in page
    assert f'title="{total(region__name="北区")}"' in page
    assert "<svg" in page
    start = page.index('class="big" href="') + len('class="big" href="')
    rows = client.get(page[start : page.index('"', start)].replace("&amp;", "&")).content.decode()
    assert f"<h1>{OrderLine.objects.filter(on__year=2026).count():,} 行销售明细</h1>" in rows


def test_looking_back_shows_what_was_known_and_refuses_nonsense(planned: World) -> None:
    client = signed_in(planned, "director")
    page = client.get("/metrics/revenue/?as_of=2020-01-01").content.decode()
    assert "截至 2020-01-02 00:00 所知" in page
    assert "之后记下的行" in page
    for query in ("as_of=yesterday", "as_of=2999-01-01", "span=week"):
        assert client.get(f"/metrics/revenue/?{query}").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/metrics/head_count/?as_of=2020-01-01").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/metrics/happiness/").status_code == HTTPStatus.NOT_FOUND


def test_export_holds_what_the_page_shows_and_no_formula(planned: World) -> None:
    answer = signed_in(planned, "director").get("/metrics/revenue/export/")
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert f'区域,北区,"{total(region__name="北区")}"' in text
    assert not any(cell.startswith(("=", "+", "@")) for row in text.splitlines() for cell in row.split(","))


@pytest.mark.parametrize("metric", ["revenue", "average_deal", "head_count"])
def test_page_costs_the_same_queries_for_any_number_of_rows(planned: World, metric: str, django_assert_max_num_queries: object) -> None:
    client = signed_in(planned, "director")
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        client.get(f"/metrics/{metric}/")
