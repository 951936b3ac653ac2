"""What can be counted of people: who belongs to which unit on a day."""

from datetime import date
from typing import Any

from django.db.models import DateField, DurationField, ExpressionWrapper, F, Sum, Value
from django.utils.translation import gettext_lazy as _

from yunchou.common.measures import Dimension, Fact, Measure, register_fact


def _days_of_service(on: date) -> Any:
    return Sum(ExpressionWrapper(Value(on, output_field=DateField()) - F("person__hired_on"), output_field=DurationField()))


PEOPLE = Fact(
    code="org.people",
    label=_("在职人员"),
    model="org.Membership",
    company="person__company",
    person="person",
    unit="unit",
    governed_model="org.person",
    starts="starts_on",
    ends_before="ends_before",
    dimensions=(
        Dimension(code="unit", label=_("部门"), path="unit__name", key="unit__code", order="unit__tree_low"),
        Dimension(code="position", label=_("岗位"), path="person__position", key="person__position"),
    ),
    measures=(
        Measure(code="people", label=_("人数"), unit="count", distinct="person_id"),
        Measure(code="service", label=_("司龄之和"), unit="months", at=_days_of_service, governed_by=("hired",)),
    ),
)
register_fact(PEOPLE)
