"""One table of field × role drives everything: every column of every list, hidden from each role, is looked for everywhere."""

import csv
import io
import re
from datetime import date
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from tests.site.conftest import signed_in
from tests.world import NOW, World
from yunchou.audit.models import Change
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import Column, ListPage, page_of, pages
from yunchou.common.measures import facts, metrics
from yunchou.customers.models import Account
from yunchou.lists import selectors as lists
from yunchou.lists.state import OPS
from yunchou.metrics import selectors
from yunchou.metrics.errors import BadQuestion
from yunchou.org.models import FieldRight, Right, User

pytestmark = [pytest.mark.database, pytest.mark.django_db]
CHAIRS = {"director": "director", "north": "manager", "seller": "salesperson", "finance": "finance"}
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


def governed() -> list[tuple[str, str]]:
    """Return every (page, field) that can be hidden: what opens a record itself is always seen.

    Pages of administrators belong to no role; the test of addresses holds that nobody else has them.
    """
    found = []
    for page in (one for one in pages() if one.is_for is None):
        titles = {column.governed_by for column in page.columns if page.is_title(column)}
        found += [(page.code, one) for one in dict.fromkeys(column.governed_by for column in page.columns) if one not in titles]
    return found


def hide(page: ListPage, field: str, role: str, right: str = Right.NONE) -> None:
    FieldRight.objects.create(role=role, model=page.model, field=field, right=right)


def asking(column: Column) -> list[str]:
    """Return addresses that ask for a column: shown, sorted, filtered."""
    values = {"any": "x", "has": "x", "from": "2026-01-01" if column.kind == "date" else "1", "to": "1", "empty": "1"}
    filters = [f"{column.name if op == 'any' else f'{column.name}_{op}'}={values[op]}" for op in OPS[column.kind]]
    return [f"columns={column.name}", f"sort={column.name}", f"sort=-{column.name}", *filters]


def record_of(client: Client, at: str) -> str:
    """Return the address of the first record of a list."""
    found = re.search(rf'href="({re.escape(at)}\d+/)"', client.get(at).content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("who", CHAIRS)
@pytest.mark.parametrize(("code", "field"), governed())
def test_hidden_field_is_nowhere(planned: World, code: str, field: str, who: str) -> None:
    page, client = page_of(code), signed_in(planned, who)
    at = reverse(f"lists:{page.app}-{page.name}-page")
    hidden = [column for column in page.columns if column.governed_by == field]
    kept = [column for column in page.columns if column.governed_by != field]
    record = record_of(client, at)
    hide(page, field, CHAIRS[who])
    client = signed_in(planned, who)

    shown = client.get(at).content.decode()
    heads = re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]*)", shown)
    assert {str(column.label) for column in hidden}.isdisjoint(heads)
    for column in hidden:
        assert f'name="columns" value="{column.name}"' not in shown
        assert f'<select name="{column.name}" multiple' not in shown
        assert all(f'name="{column.name}_{op}"' not in shown for op in OPS[column.kind])
        for question in asking(column):
            for what in ("", "totals/", "export/"):
                assert client.get(f"{at}{what}?{question}").status_code == REFUSED, (question, what)
    exported = client.get(f"{at}export/?as=csv").getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    header = next(csv.reader(io.StringIO(exported)))
    assert [name.removesuffix("（元）") for name in header] == [str(column.label) for column in kept if column.is_default]
    facts_shown = re.findall(r"<dt>([^<]*)</dt>", client.get(record).content.decode())
    assert facts_shown == [str(column.label) for column in kept]
    if page.editing is not None and any(column.editor is not None for column in hidden):
        tried = {f"set_{column.name}": "on" for column in hidden} | {column.name: "x" for column in hidden}
        before = Change.objects.count()
        answer = client.post(f"{at}edit/", {**tried, "apply": "1"})
        assert answer.status_code in {REFUSED, HTTPStatus.FORBIDDEN}
        assert Change.objects.count() == before


@pytest.mark.parametrize("who", CHAIRS)
@pytest.mark.parametrize(("code", "field"), [one for one in governed() if page_of(one[0]).editing is not None])
def test_field_that_may_only_be_read_is_offered_to_nobody_to_change(planned: World, code: str, field: str, who: str) -> None:
    page = page_of(code)
    hide(page, field, CHAIRS[who], Right.READ)
    seen = lists.page_for(actor=User.objects.get(pk=getattr(planned, who).pk), code=code)
    assert [column.name for column in seen.columns] == [column.name for column in page.columns]
    assert all(column.editor is None for column in seen.columns if column.governed_by == field)


def test_hidden_field_is_no_oracle_of_search(planned: World) -> None:
    client = signed_in(planned, "north")
    assert "北方电子" in client.get("/customers/accounts/?q=K1").content.decode()
    assert "北方电子" in client.get("/search/?q=K1").content.decode()
    hide(page_of("customers.accounts"), "code", "manager")
    client = signed_in(planned, "north")
    assert "北方电子" not in client.get("/customers/accounts/?q=K1").content.decode()
    assert "北方电子" not in client.get("/search/?q=K1").content.decode()
    assert "北方电子" in client.get("/customers/accounts/?q=北方").content.decode()


def test_hidden_field_is_in_no_history_and_comes_back_from_none(planned: World) -> None:
    account = Account.objects.get(code="K1")
    director = signed_in(planned, "director")
    director.post("/customers/accounts/edit/", {"query": "", "row": account.pk, "set_industry": "on", "industry": "机密行业", "apply": "1"})
    record = f"/customers/accounts/{account.pk}/"
    assert "机密行业" in signed_in(planned, "north").get(record).content.decode()
    hide(page_of("customers.accounts"), "industry", "manager")
    north = signed_in(planned, "north")
    assert "机密行业" not in north.get(record).content.decode()
    change = Change.objects.filter(table="customers_account", row_id=account.pk).latest("id")
    assert north.post(f"{record}restore/", {"change": change.pk, "column": "industry"}).status_code == HTTPStatus.FORBIDDEN
    assert Account.objects.get(code="K1").industry == "机密行业"


def test_saved_view_that_asks_for_a_hidden_field_tells_so_and_shows_nothing_of_it(planned: World) -> None:
    signed_in(planned, "director").post("/customers/accounts/views/", {"name": "机械", "query": "industry=机械", "shared": "on"})
    hide(page_of("customers.accounts"), "industry", "manager")
    answer = signed_in(planned, "north").get("/customers/accounts/?industry=机械")
    assert answer.status_code == REFUSED
    assert "没有“industry”这个筛选" in answer.content.decode()


def test_links_to_records_of_what_is_hidden_go_too(planned: World) -> None:
    hide(page_of("revenue.lines"), "account", "manager")
    shown = signed_in(planned, "north").get("/revenue/lines/").content.decode()
    assert "/customers/accounts/" not in re.sub(r"<nav.*?</nav>", "", shown, flags=re.DOTALL)


PERIOD = selectors.Period(starts_on=date(2026, 1, 1), ends_before=date(2026, 9, 1))


@pytest.mark.parametrize("who", CHAIRS)
def test_hidden_field_is_in_no_metric_and_no_dimension(planned: World, who: str) -> None:
    for fact in facts():
        model = fact.governed_model
        for metric in (one for one in metrics() if one.fact == fact.code):
            for field in {field for code in (metric.numerator, metric.denominator) if code for field in fact.measure(code).governed_by}:
                FieldRight.objects.create(role=CHAIRS[who], model=model, field=field, right=Right.NONE)
                actor = User.objects.get(pk=getattr(planned, who).pk)
                with pytest.raises(NotFound):
                    selectors.evaluate(actor=actor, metric=metric.code, period=PERIOD, now=NOW)
                assert signed_in(planned, who).get(f"/metrics/{metric.code}/").status_code == HTTPStatus.NOT_FOUND
                assert str(metric.label) not in re.findall(r">([^<]*)</a></td>", signed_in(planned, who).get("/metrics/").content.decode())
                FieldRight.objects.all().delete()
            for dimension in fact.dimensions:
                field = dimension.governed_by or dimension.code
                FieldRight.objects.create(role=CHAIRS[who], model=model, field=field, right=Right.NONE)
                actor = User.objects.get(pk=getattr(planned, who).pk)
                for asked in ({"by": [dimension.code]}, {"where": {dimension.code: ["1"]}}):
                    with pytest.raises(BadQuestion, match="没有"):
                        selectors.evaluate(actor=actor, metric=metric.code, period=PERIOD, now=NOW, **asked)  # type: ignore[arg-type]
                FieldRight.objects.all().delete()
