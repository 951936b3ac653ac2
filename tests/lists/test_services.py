"""Views kept of lists."""

import pytest
from django.http import QueryDict

from tests.world import World
from yunchou.common.errors import NotFound
from yunchou.common.list_pages import page_of
from yunchou.lists import selectors, services, state
from yunchou.lists.errors import BadView
from yunchou.lists.models import SavedView
from yunchou.org.models import User

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PAGE = page_of("customers.accounts")


def save(actor: User, name: str, query: str = "name_has=电子", **more: bool) -> SavedView:
    return services.save_view(actor=actor, state=state.read(PAGE, QueryDict(query)), name=name, **more)


def names(actor: User) -> list[str]:
    return [kept.name for kept in selectors.views(actor=actor, page=PAGE)]


def test_own_views_are_ones_own_and_shared_ones_everybodys(planned: World) -> None:
    save(planned.north, "我的")
    save(planned.north, "大家的", is_shared=True)
    assert names(planned.north) == ["我的", "大家的"]
    assert names(planned.seller) == ["大家的"]
    hidden = SavedView.objects.get(name="我的")
    with pytest.raises(NotFound):
        selectors.view(actor=planned.seller, view_id=hidden.pk)


def test_a_view_asks_again_what_was_asked(planned: World) -> None:
    kept = save(planned.north, " 电子 ", "last_sold_from=-30d&sort=name&view=3&after=x")
    assert (kept.name, kept.query) == ("电子", "last_sold_from=-30d&sort=name")
    assert selectors.state_of_view(kept, PAGE).query() == f"last_sold_from=-30d&sort=name&view={kept.pk}"


def test_saving_under_a_name_again_replaces_it(planned: World) -> None:
    first, second = save(planned.north, "甲"), save(planned.north, "甲", "name_has=机械")
    assert (first.pk, SavedView.objects.get().query) == (second.pk, "name_has=%E6%9C%BA%E6%A2%B0")


def test_one_view_of_a_page_is_the_first(planned: World) -> None:
    save(planned.north, "甲", is_default=True)
    second = save(planned.north, "乙", is_default=True)
    assert selectors.default_view(actor=planned.north, page=PAGE) == second
    services.change_view(actor=planned.north, view_id=SavedView.objects.get(name="甲").pk, name="甲", is_shared=False, is_default=True)
    assert [kept.name for kept in SavedView.objects.filter(is_default=True)] == ["甲"]
    assert selectors.default_view(actor=planned.seller, page=PAGE) is None


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_a_name_that_cannot_be_used_is_refused(planned: World, name: str) -> None:
    with pytest.raises(BadView, match="1–40 个字"):
        save(planned.north, name)
    kept = save(planned.north, "甲")
    with pytest.raises(BadView, match="1–40 个字"):
        services.change_view(actor=planned.north, view_id=kept.pk, name=name, is_shared=False, is_default=False)


def test_a_view_is_changed_and_deleted_by_its_owner_alone(planned: World) -> None:
    kept, other = save(planned.north, "甲", is_shared=True), save(planned.north, "乙")
    for act in (
        lambda: services.delete_view(actor=planned.seller, view_id=kept.pk),
        lambda: services.change_view(actor=planned.seller, view_id=kept.pk, name="丙", is_shared=True, is_default=False),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(BadView, match="您已有一个叫“乙”的视图"):
        services.change_view(actor=planned.north, view_id=kept.pk, name="乙", is_shared=True, is_default=False)
    assert names(planned.north) == ["乙", "甲"]
    assert services.delete_view(actor=planned.north, view_id=other.pk) == "customers.accounts"
    assert names(planned.north) == ["甲"]
