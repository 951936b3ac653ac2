"""Who may see what."""

from datetime import UTC, date, datetime

import pytest

from tests.world import NOW, TODAY, World
from yunchou.org import selectors
from yunchou.org.errors import NoCompany
from yunchou.org.models import Company, Membership, Unit

pytestmark = pytest.mark.database


def codes(reach: selectors.Reach) -> list[str]:
    return list(Unit.objects.filter(pk__in=reach.unit_ids).order_by("code").values_list("code", flat=True))


def test_reach_of_the_whole_company_names_no_units(world: World) -> None:
    reach = selectors.reach(actor=world.director, now=NOW)

    assert (reach.scope, reach.name, reach.today, reach.unit_ids, reach.person_id) == ("all", "样例公司", TODAY, (), None)


def test_reach_of_a_manager_is_the_unit_and_all_below(world: World) -> None:
    reach = selectors.reach(actor=world.north, now=NOW)

    assert (reach.name, codes(reach)) == ("北区销售部", ["R1", "T1"])
    assert codes(selectors.reach(actor=world.south, now=NOW)) == ["R2"]


def test_reach_of_a_salesperson_is_their_own(world: World) -> None:
    reach = selectors.reach(actor=world.seller, now=NOW)

    assert (reach.scope, reach.name, reach.person_id) == ("own", "甲销售", world.person("P4").pk)


def test_reach_of_a_manager_who_left_the_unit_is_empty(world: World) -> None:
    Membership.objects.filter(person__code="P2").update(ends_before=TODAY)

    assert selectors.reach(actor=world.north, now=NOW).unit_ids == ()


def test_company_today_is_the_clock_unless_the_calendar_stands_still(world: World) -> None:
    late = datetime(2027, 1, 1, 17, 0, tzinfo=UTC)

    assert selectors.company_today(company=world.company, now=late) == TODAY
    assert selectors.company_today(company=Company(name="x"), now=late) == date(2027, 1, 2)


def test_company_of_a_user_without_person_is_the_only_one(world: World) -> None:
    assert selectors.company_of(actor=world.finance) == world.company

    Company.objects.create(name="第二家")
    with pytest.raises(NoCompany):
        selectors.company_of(actor=world.finance)


@pytest.mark.parametrize(
    ("position", "unit_name", "code"),
    [
        ("director", "", "P1"),
        ("manager", "北区销售部", "P2"),
        ("salesperson", "北区销售部", "P5"),
        ("csm", "", None),
        ("manager", "没有这个部门", None),
    ],
)
def test_person_in_finds_the_one_nearest_to_the_top(world: World, position: str, unit_name: str, code: str | None) -> None:
    found = selectors.person_in(company=world.company, position=position, unit_name=unit_name, on=TODAY)

    assert (None if found is None else found.code) == code
