"""Reading lists: scope, filters, places, totals, records."""

from datetime import date
from itertools import pairwise

import pytest
from django.http import QueryDict

from tests.world import NOW, TODAY, World
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import page_of
from yunchou.customers.models import Account, City, Region
from yunchou.lists import selectors, state
from yunchou.lists.errors import BadFilter
from yunchou.org.models import User
from yunchou.revenue.models import OrderLine

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def asked(query: str, code: str = "customers.accounts") -> state.State:
    return state.read(page_of(code), QueryDict(query))


def seen(actor: User, query: str, code: str = "customers.accounts") -> list[str]:
    return [row[1][0] for row in selectors.screen(actor=actor, state=asked(query, code), now=NOW).rows]


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("director", ["北方机械", "北方电子", "南方医药", "南方电子"]),
        ("finance", ["北方机械", "北方电子", "南方医药", "南方电子"]),
        ("north", ["北方机械", "北方电子"]),
        ("south", ["南方医药", "南方电子"]),
        ("seller", ["北方电子"]),
    ],
)
def test_accounts_are_those_of_the_actors_scope(planned: World, role: str, names: list[str]) -> None:
    assert sorted(seen(getattr(planned, role), "")) == names
    state_ = asked("")
    count, sums = selectors.totals(actor=getattr(planned, role), state=state_, now=NOW)
    within = Account.objects.filter(name__in=names)
    assert count == len(names)
    assert sums["sales"] == sum(within.values_list("sold_year_minor", flat=True))
    assert [row[0] for row in selectors.all_rows(actor=getattr(planned, role), state=asked("sort=name"), now=NOW)] == names


def test_accounts_know_what_they_bought(planned: World) -> None:
    for account in Account.objects.all():
        lines = OrderLine.objects.filter(account=account, on__lte=TODAY)
        assert account.sold_year_minor == sum(lines.filter(on__gt=date(2025, 8, 31)).values_list("amount_minor", flat=True))
        assert account.sold_this_year_minor == sum(lines.filter(on__gte=date(2026, 1, 1)).values_list("amount_minor", flat=True))
        assert account.last_sold_on == max(lines.filter(amount_minor__gt=0).values_list("on", flat=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name_has=电子", ["北方电子", "南方电子"]),
        ("name=北方电子", ["北方电子"]),
        ("industry=电子&industry=医药", ["北方电子", "南方医药", "南方电子"]),
        ("owner_has=丙", ["南方医药", "南方电子"]),
        ("created_from=2024-01-01", ["南方医药"]),
        ("created_to=2023-12-31", ["北方机械", "北方电子", "南方电子"]),
        ("lost_empty=0", []),
        ("lost_empty=1&name_has=南", ["南方医药", "南方电子"]),
        ("last_sold_from=-400d", ["北方机械", "北方电子", "南方医药", "南方电子"]),
        ("sales_from=999999999", []),
        ("q=K3", ["南方电子"]),
        ("q=南 医", ["南方医药"]),
        ("q=%25", []),
    ],
)
def test_filters_keep_what_they_say(planned: World, query: str, names: list[str]) -> None:
    assert sorted(seen(planned.director, query)) == names


def test_choice_by_key_keeps_its_region(planned: World) -> None:
    north = Region.objects.get(name="北区")
    assert sorted(seen(planned.director, f"region={north.pk}")) == ["北方机械", "北方电子"]


@pytest.fixture
def many(planned: World) -> World:
    """A company with 173 accounts more; a third of them never bought, and amounts repeat."""
    city = City.objects.get(name="北京")
    Account.objects.bulk_create(
        [
            Account(
                code=f"M{number:04}", name=f"多{number % 50}", industry="电子", city=city, region=city.region, created_on=TODAY,
                owner=planned.person("P4"), unit=planned.unit("T1"), sold_year_minor=number % 7 * 100,
                last_sold_on=None if number % 3 == 0 else date(2026, 1, 1 + number % 20),
            )
            for number in range(173)
        ]
    )  # fmt: skip
    return planned


@pytest.mark.parametrize("sort", ["-sales", "sales", "name", "-name", "last_sold", "-last_sold", "created"])
def test_screens_follow_one_another_without_a_row_twice_or_missed_and_lead_back(many: World, sort: str) -> None:
    whole = [row[0] for row in selectors.all_rows(actor=many.director, state=asked(f"sort={sort}&columns=code"), now=NOW)]
    assert len(set(whole)) == len(whole) == 177
    screens, at = [], asked(f"sort={sort}&columns=code")
    while True:
        found = selectors.screen(actor=many.director, state=at, now=NOW)
        screens.append(found)
        if not found.after:
            break
        at = at.placed(after=found.after)
    assert [row[1][0] for found in screens for row in found.rows] == whole
    assert [len(found.rows) for found in screens] == [50, 50, 50, 27]
    for before, after in pairwise(screens):
        back = selectors.screen(actor=many.director, state=at.placed(before=after.before), now=NOW)
        assert back.rows == before.rows
    assert screens[0].before == ""


def test_count_ends_at_a_thousand(many: World) -> None:
    found = selectors.screen(actor=many.director, state=asked(""), now=NOW)
    assert (found.count, found.is_more) == (177, False)
    city = City.objects.get(name="北京")
    Account.objects.bulk_create(
        [Account(code=f"N{number}", name="多", industry="", city=city, region=city.region, created_on=TODAY) for number in range(900)]
    )
    found = selectors.screen(actor=many.director, state=asked(""), now=NOW)
    assert (found.count, found.is_more) == (1000, True)
    assert selectors.totals(actor=many.director, state=asked(""), now=NOW)[0] == 1077


@pytest.mark.parametrize("rows", [1, 3])
def test_screen_costs_the_same_queries_for_any_number_of_rows(planned: World, rows: int, django_assert_num_queries) -> None:
    query = "name_has=医" if rows == 1 else "created_to=2023-12-31"
    state_ = asked(query)
    with django_assert_num_queries(4):
        assert len(selectors.screen(actor=planned.director, state=state_, now=NOW).rows) == rows


def test_record_of_someone_else_and_a_missing_one_are_not_found_alike(planned: World) -> None:
    page = page_of("customers.accounts")
    south = Account.objects.get(code="K3").pk
    title, values = selectors.record(actor=planned.director, page=page, row_id=south, now=NOW)
    assert (title, {column.name: value for column, value, _ in values}["owner"]) == ("南方电子", "丙销售")
    said = set()
    for actor, key in ((planned.north, south), (planned.seller, south), (planned.director, 10**9)):
        with pytest.raises(NotFound) as refused:
            selectors.record(actor=actor, page=page, row_id=key, now=NOW)
        said.add(refused.value.sentence)
    assert len(said) == 1


def test_related_rows_are_the_records_own_alone(planned: World) -> None:
    account = Account.objects.get(code="K1")
    ((page, found),) = selectors.related_rows(actor=planned.seller, page=page_of("customers.accounts"), row_id=account.pk, now=NOW)
    assert page.code == "revenue.lines"
    assert found.count == OrderLine.objects.filter(account=account).count()
    assert set(OrderLine.objects.filter(pk__in=[row[0] for row in found.rows]).values_list("account_id", flat=True)) == {account.pk}
    # whose rows they are stands above them
    assert "account" not in {column.name for column in found.state.shown}


def test_a_place_of_another_order_is_refused(planned: World) -> None:
    with pytest.raises(BadFilter):
        selectors.screen(actor=planned.director, state=asked(f"sort=name&after={state.place(1, 1)}"), now=NOW)
