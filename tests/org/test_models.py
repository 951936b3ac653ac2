"""Every constraint of the organisation, by inserting the bad row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.world import NOW, World
from yunchou.org.models import ApiToken, AppScope, Company, FieldRight, Membership, Person, ReportingLine, Unit, UnitPlacement, User

pytestmark = pytest.mark.database


def line(world: World, **fields: Any) -> ReportingLine:
    given = {"person": world.person("P4"), "manager": world.person("P3"), "kind": 1, "starts_on": date(2026, 1, 1)}
    return ReportingLine.objects.create(**given | fields)


def token(world: World, **fields: Any) -> ApiToken:
    given = {"user": world.seller, "name": "x", "starts": "yc_", "digest": "0" * 64, "made_at": NOW, "expires_on": date(2027, 1, 1)}
    return ApiToken.objects.create(**given | fields)


BAD_ROWS: dict[str, Callable[[World], Any]] = {
    "fiscal_year_starts_in_a_month": lambda _: Company.objects.create(name="x", fiscal_year_starts=13),
    "company_currency_is_three_capitals": lambda _: Company.objects.create(name="x", currency="rmb"),
    "unit_code_is_used_once_in_a_company": lambda world: Unit.objects.create(company=world.company, code="R1", name="x", kind="team"),
    "unit_range_holds_at_least_itself": lambda world: Unit.objects.create(
        company=world.company, code="x", name="x", kind="team", tree_low=3, tree_high=3
    ),
    "unit_placement_ends_after_it_starts": lambda world: UnitPlacement.objects.create(
        unit=Unit.objects.create(company=world.company, code="x", name="x", kind="team"),
        starts_on=date(2026, 1, 1),
        ends_before=date(2026, 1, 1),
    ),
    "unit_is_not_its_own_parent": lambda world: UnitPlacement.objects.create(
        unit=world.unit("T1"), parent=world.unit("T1"), starts_on=date(2010, 1, 1), ends_before=date(2010, 1, 2)
    ),
    "unit_stands_in_one_place_at_a_time": lambda world: UnitPlacement.objects.create(
        unit=world.unit("T1"), parent=world.unit("C0"), starts_on=date(2024, 12, 31), ends_before=date(2025, 1, 1)
    ),
    "person_code_is_used_once_in_a_company": lambda world: Person.objects.create(
        company=world.company, code="P1", name="x", position="csm", hired_on=date(2026, 1, 1)
    ),
    "person_leaves_not_before_being_hired": lambda world: Person.objects.create(
        company=world.company, code="x", name="x", position="csm", hired_on=date(2026, 1, 2), left_on=date(2026, 1, 1)
    ),
    "membership_ends_after_it_starts": lambda world: Membership.objects.create(
        person=world.person("P4"), unit=world.unit("R1"), starts_on=date(2010, 1, 1), ends_before=date(2010, 1, 1)
    ),
    "nobody_manages_himself": lambda world: Membership.objects.create(
        person=world.person("P4"),
        manager=world.person("P4"),
        unit=world.unit("R1"),
        starts_on=date(2010, 1, 1),
        ends_before=date(2010, 1, 2),
    ),
    "person_is_in_one_unit_at_a_time": lambda world: Membership.objects.create(
        person=world.person("P4"), unit=world.unit("R2"), starts_on=date(2026, 1, 1)
    ),
    "narrow_scope_belongs_to_a_person": lambda _: User.objects.create(username="x", scope="own"),
    "scope_is_a_known_one": lambda world: User.objects.create(username="x", scope="some", person=world.person("P5")),
    "role_is_a_known_one": lambda _: User.objects.create(username="x", scope="all", role="king"),
    "administrator_is_of_a_known_kind": lambda _: User.objects.create(username="x", scope="all", administers="all"),
    "user_has_one_scope_of_an_app": lambda world: [
        AppScope.objects.create(user=world.seller, app="revenue", scope="all") for _ in range(2)
    ],
    "scope_of_an_app_is_a_known_one": lambda world: AppScope.objects.create(user=world.seller, app="revenue", scope="some"),
    "role_has_one_right_to_a_field": lambda _: [
        FieldRight.objects.create(role="finance", model="x", field="x", right=right) for right in ("none", "read")
    ],
    "right_is_a_known_one": lambda _: FieldRight.objects.create(role="finance", model="x", field="x", right="own"),
    "field_right_is_of_a_known_role": lambda _: FieldRight.objects.create(role="king", model="x", field="x", right="none"),
    "token_is_used_once": lambda world: [token(world), token(world)],
    "token_is_kept_as_a_digest": lambda world: token(world, digest="yc_plain"),
    "reporting_line_ends_after_it_starts": lambda world: line(world, ends_before=date(2026, 1, 1)),
    "nobody_reports_to_himself": lambda world: line(world, manager=world.person("P4")),
    "reporting_line_is_of_a_known_kind": lambda world: line(world, kind=9),
    "person_has_one_line_of_a_kind_at_a_time": lambda world: [line(world), line(world, starts_on=date(2026, 2, 1))],
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_constraint_refuses_the_bad_row(world: World, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BAD_ROWS[name](world)


def test_constraints_are_all_tried() -> None:
    declared = {
        constraint.name
        for model in (Company, Unit, UnitPlacement, Person, Membership, User, AppScope, FieldRight, ReportingLine, ApiToken)
        for constraint in model._meta.constraints
    }

    assert declared == set(BAD_ROWS)


def test_periods_that_touch_do_not_overlap(world: World) -> None:
    Membership.objects.filter(person__code="P4").update(ends_before=date(2026, 1, 1))

    Membership.objects.create(person=world.person("P4"), unit=world.unit("R2"), starts_on=date(2026, 1, 1))

    assert Membership.objects.filter(person__code="P4").count() == 2
